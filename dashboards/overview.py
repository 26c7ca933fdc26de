"""The national overview: tiles of figures, what changed lately, and the targets with what is known of quality."""

from dataclasses import dataclass

from django.core.cache import cache
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dashboards.figures import Chosen
from dashboards.registry import FIGURES
from dashboards.rollup_models import RollupState
from dashboards.tables import bars, percent
from dashboards.targets import all_targets
from loket.vocabulary import school_year
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
    "slapend",
    "advies",
)
KEPT_SECONDS = 30  # with the half minute of the sums: a change is seen within a minute


@dataclass(frozen=True, slots=True)
class Tile:
    """figure: its key. points: (school year, value, n) of a trend, the oldest first. bars: cells of a spread."""

    figure: str
    total: object
    as_of: object
    points: tuple = ()
    bars: tuple = ()

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
    chosen = Chosen(on=on, school_year=school_year(on), known=known, built_on=state and state.built_on)
    shown = [key for key in (*TRENDS, *PLAIN) if viewer.may_see(FIGURES[key])]
    return {
        "state": state,
        "school_year": chosen.school_year,
        "tiles": [_tile(FIGURES[key], chosen) for key in shown],
        "spreads": [_spread(FIGURES[key], chosen) for key in SPREADS],
        "changes": changes(state.lately if state else {}),
        "targets": all_targets(on),
    }


def _tile(figure, chosen):
    answer = figure(chosen, "schooljaar" if figure.key in TRENDS else "")
    points = tuple((cell.key, cell.value, cell.of) for cell in answer.cells[-5:])
    return Tile(figure.key, answer.total, answer.as_of, points)


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
