"""The national overview: tiles of figures, what changed lately, and the targets with what is known of quality."""

from dataclasses import dataclass

from django.core.cache import cache
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dashboards.asked import everything
from dashboards.baseline_models import BaselineTable
from dashboards.facts import SCHOOL_AAN_ZET
from dashboards.figures import Cell
from dashboards.registry import FIGURES
from dashboards.rollup_figures import by_sector_and_year
from dashboards.rollup_models import RollupState
from dashboards.tables import bars, percent
from dashboards.targets import all_targets
from loket.vocabulary import MAIN_SECTORS
from networks.directory import directory

TRENDS = ("deelname", "mbb-scholen", "alleen-school-aan-zet", "activiteiten")
SPREADS = ("aantal-programmas", "intensiteit")
PLAIN = (
    "dekking",
    "antwoordtijd",
    "belofte",
    "versheid",
    "geweigerde-vragen",
    "contacten",
    "scholen-zonder-contact",
    "slapend",
    "advies",
)
# Figures of reach, and what schools said of it in 2013 (R69): table, column, and which of its rows; None is nothing.
QUALITY = {
    "deelname": (15, "opbrengst", lambda row: True),
    "mbb-scholen": (15, "opbrengst", lambda row: not row.key.endswith(SCHOOL_AAN_ZET)),
    "alleen-school-aan-zet": (15, "opbrengst", lambda row: row.key.endswith(SCHOOL_AAN_ZET)),
    "activiteiten": (19, "totaal", lambda row: True),
    "dekking": None,
}
SHOWN_YEARS = 5
KEPT_SECONDS = 30  # with the half minute of the sums: a change is seen within a minute


@dataclass(frozen=True, slots=True)
class Score:
    """What schools gave in a table of 2013, on a scale of 1 to 5: the lowest and the highest of its rows.

    Both are None where nobody measured it.
    """

    least: object = None
    most: object = None
    table: int = 0


@dataclass(frozen=True, slots=True)
class SectorLine:
    """One sector through the years. years: a Cell for each, as `deelname` counts; intensive: as `intensief`, now."""

    sector: str
    label: str
    years: tuple
    intensive: Cell

    @property
    def cells(self):
        """(Cell, percent) of each year and of the intensity."""
        return [(cell, percent(cell)) for cell in (*self.years, self.intensive)]


@dataclass(frozen=True, slots=True)
class Tile:
    """figure: its key. points: (school year, value, n) of a trend, the oldest first. bars: cells of a spread.

    quality: the Score beside a figure of reach; None where a figure is of something else.
    """

    figure: str
    total: object
    as_of: object
    points: tuple = ()
    bars: tuple = ()
    quality: Score | None = None

    @property
    def percent(self):
        return percent(self.total) if self.definition.has_share else None

    @property
    def columns(self):
        """(left edge, top, height) of a small chart of the trend, in a box of 100 by 40 from zero."""
        most = max((value or 0 for _year, value, _of in self.points), default=0) or 1
        heights = [round((value or 0) * 40 / most) for _year, value, _of in self.points]
        return [(number * 20, 40 - height, height) for number, height in enumerate(heights)]

    @property
    def lines(self):
        """(cell, percent, length of its bar) of a spread."""
        lengths = bars(self.bars, of_share=True)
        return [(cell, percent(cell), length) for cell, length in zip(self.bars, lengths, strict=True)]

    @property
    def definition(self):
        return FIGURES[self.figure]


def overview(viewer, on):
    """{"tiles", "spreads", "changes", "targets"} for who may see them; kept for half a minute."""
    known = directory()
    state = RollupState.current()
    key = f"dashboards:overview:{viewer.scope}:{on}:{known.version}:{state.built_at.timestamp() if state else 0}"
    found = cache.get(key)
    if found is None:
        found = _count(viewer, on, known, state)
        cache.set(key, found, KEPT_SECONDS)
    return found


def _count(viewer, on, known, state):
    chosen = everything(on, state, known=known)
    shown = [key for key in (*TRENDS, *PLAIN) if viewer.may_see(FIGURES[key])]
    scores = _scores()
    sectors = _sectors(chosen)
    return {
        "state": state,
        "school_year": chosen.school_year,
        "tiles": [_tile(FIGURES[key], chosen, scores.get(key)) for key in shown],
        "spreads": [_spread(FIGURES[key], chosen) for key in SPREADS],
        "sectors": sectors,
        "changes": changes(state.lately if state else {}),
        "targets": all_targets(on),
    }


def _sectors(chosen):
    """A SectorLine of each main sector, over the last years of which anything is known."""
    found = by_sector_and_year(chosen)
    known = {row["school_year"] for rows in found.values() for row in rows if row["did"]} | {chosen.school_year}
    lines = []
    for sector in MAIN_SECTORS:
        rows = {row["school_year"]: row for row in found.get(sector, ())}
        years = tuple(
            Cell(year, year, rows[year]["taking"], rows[year]["schools"]) if year in rows else Cell(year, year, 0, 0)
            for year in sorted(known)[-SHOWN_YEARS:]
        )
        now = rows.get(chosen.school_year, {"intensive": 0, "taking": 0})
        lines.append(SectorLine(sector.value, sector.label, years, Cell("", "", now["intensive"], now["taking"])))
    return lines


def _scores():
    """{figure of reach: Score}. One query. A handful of answers does not count."""
    tables = BaselineTable.objects.in_bulk([wanted[0] for wanted in QUALITY.values() if wanted])
    found = {}
    for key, wanted in QUALITY.items():
        number, column, counts = wanted or (0, "", None)
        rows = tables[number].printed if number in tables else ()
        values = [row.values[column] for row in rows if counts(row) and not row.few_respondents]
        found[key] = Score(min(values), max(values), number) if values else Score()
    return found


def _tile(figure, chosen, quality):
    answer = figure(chosen, "schooljaar" if figure.key in TRENDS else "")
    points = tuple((cell.key, cell.value, cell.of) for cell in answer.cells[-SHOWN_YEARS:])
    return Tile(figure.key, answer.total, answer.as_of, points, quality=quality)


def _spread(figure, chosen):
    answer = figure(chosen, figure.own)
    return Tile(figure.key, answer.total, answer.as_of, bars=answer.cells)


def changes(rows):
    """What `facts.lately` found, in whole sentences; nothing is a sentence too."""
    sentences = []
    if rows.get("schools"):
        sentences.append(
            ngettext(
                "%(count)d school begon of meldde zich aan.",
                "%(count)d scholen begonnen of meldden zich aan.",
                rows["schools"],
            )
            % {"count": rows["schools"]}
        )
    if rows.get("stopped"):
        sentences.append(
            ngettext(
                "%(count)d school stopte met een programma.",
                "%(count)d scholen stopten met een programma.",
                rows["stopped"],
            )
            % {"count": rows["stopped"]}
        )
    if done := rows.get("done"):
        sentences.append(
            ngettext("Er was %(count)d activiteit.", "Er waren %(count)d activiteiten.", done) % {"count": done}
        )
    return sentences or [_("Er begon of stopte geen school, en er waren geen activiteiten.")]
