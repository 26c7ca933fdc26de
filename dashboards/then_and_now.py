"""Figures of today beside the tables of 2013, where both count the same thing, with a sentence on what differs.

Not compared: projects of the vo, because Tabel 3 counts all schools of the vo and Loket those of the sectors of a
programme; and rows of Tabel 3 that hold two projects which are two programmes now.
"""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from dashboards import baseline
from dashboards.asked import everything
from dashboards.registry import FIGURES
from dashboards.rollup_models import RollupState
from dashboards.tables import percent
from loket.vocabulary import Sector

YEAR = 2013
SURVEYED = _(
    "In 2013 telden de scholen die een enquête invulden; nu tellen alle open scholen in het register, met de "
    "deelnames die in Loket staan."
)


@dataclass(frozen=True, slots=True)
class Match:
    """Cells of the table that correspond with a figure of `sector` ("" is all), split by `split`.

    rows: key of a cell of today -> keys of the rows that together count the same. n: the column of the bottom row of
    Tabel 4 that holds how many schools were asked.
    """

    table: int
    column: str
    n: str
    figure: str
    sector: str
    split: str
    rows: dict[str, tuple[str, ...]]
    difference: str

    def printed(self):
        """{key of a cell of today: (schools, out of how many) in 2013}. {} while the tables are not loaded."""
        try:
            of = int(baseline.value(4, "totaal", self.n))
            values = baseline.values(self.table)
            return {key: (int(sum(values[row, self.column] for row in rows)), of) for key, rows in self.rows.items()}
        except LookupError:
            return {}

    def fits(self, figure, asked):
        """Whether it stands beside what is asked of a figure: this sector and split, and all of the country."""
        chosen = asked.chosen
        is_national = not (chosen.landsdeel or chosen.region or chosen.municipality or chosen.network)
        return is_national and (figure.key, chosen.sector, asked.split) == (self.figure, self.sector, self.split)


NUMBERS = {"0": ("0",), "1": ("1",), "2": ("2",), "3": ("3",), "4": ("4", "5")}
ALL_PROGRAMMES = _("Toen telden alleen projecten van Meer Betere Bèta’s, nu alle programma’s in Loket.")
MATCHES = (
    Match(4, "po", "po", "aantal-programmas", Sector.PO, "aantal", NUMBERS, ALL_PROGRAMMES),
    Match(
        4,
        "totaal",
        "totaal",
        "aantal-programmas",
        "",
        "aantal",
        NUMBERS,
        _(
            "Toen telden alleen projecten van Meer Betere Bèta’s, nu alle programma’s in Loket. In de enquête waren "
            "po en vo ongeveer even groot; in het register is het po veel groter, en het speciaal onderwijs telt "
            "mee. Vergelijk daarom liever het po."
        ),
    ),
    Match(
        3,
        "aantal",
        "po",
        "deelname",
        Sector.PO,
        "programma",
        {slug: (f"po-{slug}",) for slug in ("school-aan-zet", "regionale-netwerken-po", "talentenkracht")},
        _("Tabel 3 noemt geen noemer: wij nemen de scholen van het po in Tabel 4."),
    ),
)
TABLES = frozenset(match.table for match in MATCHES)


@dataclass(frozen=True, slots=True)
class Pair:
    """One count of schools then and now. now: a Cell."""

    then: int
    then_of: int
    now: object

    @property
    def then_percent(self):
        return round(self.then * 100 / self.then_of, 1)

    @property
    def now_percent(self):
        return percent(self.now)


@dataclass(frozen=True, slots=True)
class Comparison:
    """pairs: in the order of the figure. as_of: the day that the numbers of now are of."""

    match: Match
    pairs: tuple[Pair, ...]
    as_of: object

    @property
    def sector_name(self):
        return Sector(self.match.sector).label if self.match.sector else _("alle scholen")

    @property
    def then_of(self):
        return self.pairs[0].then_of

    @property
    def differences(self):
        return f"{self.match.difference} {SURVEYED}"

    @property
    def figure(self):
        return FIGURES[self.match.figure]

    @property
    def query(self):
        """What to ask of the page of the figure to see the same."""
        found = f"per={self.match.split}"
        return f"sector={self.match.sector}&{found}" if self.match.sector else found

    @property
    def table_url(self):
        return reverse("dashboards:baseline-table", args=[self.match.table])

    def pair_of(self, cell):
        return next((pair for pair in self.pairs if pair.now.key == cell.key), None)

    def as_values(self):
        """The same as values for JSON."""
        return {
            "year": YEAR,
            "table": self.match.table,
            "figure": self.match.figure,
            "sector": str(self.match.sector),
            "as_of": self.as_of.isoformat(),
            "differences": self.differences,
            "rows": [
                {
                    "key": pair.now.key,
                    "label": str(pair.now.label),
                    "then": pair.then,
                    "then_of": pair.then_of,
                    "then_percent": pair.then_percent,
                    "now": pair.now.value,
                    "now_of": pair.now.of,
                    "now_percent": pair.now_percent,
                }
                for pair in self.pairs
            ],
        }


def _compare(match, answer):
    """The Comparison of an Answer, or None where there is nothing on one of the sides."""
    printed = match.printed() if answer.total.of else {}
    pairs = tuple(Pair(*printed[cell.key], cell) for cell in answer.cells if cell.key in printed)
    return Comparison(match, pairs, answer.as_of) if pairs else None


def beside_figure(figure, asked, answer):
    """The Comparison that belongs to what was asked of a figure, or None."""
    return next((_compare(match, answer) for match in MATCHES if match.fits(figure, asked)), None)


def beside_table(number, on):
    """The Comparisons of one table with the figures of the day `on`."""
    if number not in TABLES:
        return []
    state = RollupState.current()
    found = []
    for match in MATCHES:
        if match.table == number:
            chosen = everything(on, state, sector=match.sector)
            found.append(_compare(match, FIGURES[match.figure](chosen, match.split)))
    return [comparison for comparison in found if comparison]


COLUMNS = (
    _("sector"),
    _("rij"),
    _("2013: scholen"),
    _("2013: van"),
    _("2013: procent"),
    _("nu: scholen"),
    _("nu: van"),
    _("nu: procent"),
    _("nu: peildatum"),
)


def file_rows(comparisons):
    """The rows of a file, under COLUMNS."""
    for comparison in comparisons:
        for pair in comparison.pairs:
            then = (pair.then, pair.then_of, pair.then_percent)
            now = (pair.now.value, pair.now.of, pair.now_percent)
            yield (comparison.sector_name, pair.now.label, *then, *now, comparison.as_of)
