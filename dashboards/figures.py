"""Every figure of the dashboards: a named thing with one function. Screen, export and API call the same one.

A figure says in plain Dutch what is counted and out of what. Counting is in `rollup_figures.py` (schools),
`coverage_figures.py` (where networks work) and `work_figures.py` (how the work goes).
"""

from dataclasses import dataclass, field
from datetime import date

from dashboards.suppression import hidden, is_small

NONE = "geen"  # the key of a cell for what has no place, phase and so on


@dataclass(frozen=True, slots=True)
class Chosen:
    """What a figure is asked for. None is everything; `on` is today."""

    on: date
    school_year: str
    sector: str = ""
    programme: object = None  # ProgrammeFacts
    network: object = None  # NetworkFacts
    landsdeel: str = ""
    region: int | None = None
    municipality: str = ""
    known: object = None  # the Directory
    built_on: date | None = None  # of which day the kept sums are
    shown_networks: frozenset | None = None  # keys of those that a split may name; None is all
    memo: dict = field(default_factory=dict, compare=False)  # what two figures of one page both need

    def once(self, name, count):
        """count() the first time, its result after that."""
        if name not in self.memo:
            self.memo[name] = count()
        return self.memo[name]


@dataclass(frozen=True, slots=True)
class Cell:
    """`value` out of `of`. value None is unknown, hidden or nothing to judge; of None is no denominator."""

    key: str
    label: str
    value: float | None
    of: int | None = None
    is_hidden: bool = False
    url: str = ""

    @property
    def share(self):
        """value as a part of `of`, 0..1; None where there is nothing to divide."""
        return self.value / self.of if self.of and self.value is not None else None


@dataclass(frozen=True, slots=True)
class Answer:
    """total: of everything chosen; cells: split by one dimension. adds_up: whether the cells sum to the total."""

    total: Cell
    cells: tuple[Cell, ...]
    as_of: date
    adds_up: bool = True


@dataclass(frozen=True, slots=True)
class Figure:
    """count: (Chosen, dimension or "") -> Answer. rows: Chosen -> queryset of Rollup behind the value, or None.

    filters: names of Chosen's filters that it knows. dimensions: what it can be split by. is_open: may stand on the
    public page. of_persons: small numbers are hidden. has_share: whether the share is the thing to look at.
    own: the dimension that it is split by unless asked otherwise. quality: key of the tile beside it (R69).
    """

    key: str
    name: str
    definition: str
    unit: str
    denominator: str
    count: object
    dimensions: tuple[str, ...] = ()
    filters: tuple[str, ...] = ()
    rows: object = None
    is_open: bool = False
    of_persons: bool = False
    has_share: bool = True
    own: str = ""
    source: str = field(default="")
    per_programme: bool = False  # its places mean something for one programme only
    is_mapped: bool = True  # numbers that grow with the size of a place are not
    do_not_call_in_templates = True

    @property
    def words(self):
        """What it is called and means, as texts for JSON."""
        names = ("key", "name", "definition", "unit", "denominator")
        return {name: str(getattr(self, name)) for name in names}

    def __call__(self, chosen, split=""):
        answer = self.count(chosen, split)
        return _suppressed(answer) if self.of_persons else answer


def _suppressed(answer):
    values = [cell.value or 0 for cell in answer.cells]
    # Cells that are wholes themselves, such as school years, leave nothing to subtract.
    hiding = hidden(values) if answer.adds_up else [is_small(value) for value in values]
    cells = tuple(_hide(cell) if is_hidden else cell for cell, is_hidden in zip(answer.cells, hiding, strict=True))
    total = _hide(answer.total) if is_small(answer.total.value or 0) else answer.total
    return Answer(total, cells, answer.as_of, answer.adds_up)


def _hide(cell):
    return Cell(cell.key, cell.label, None, cell.of, True, cell.url)
