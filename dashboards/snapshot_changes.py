"""Two snapshots beside each other: what was then, what was another time, and the difference. Pure."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from dashboards.figures import Cell
from dashboards.snapshot_content import KeptFigure, KeptSplit
from dashboards.tables import HIDDEN, number, percent


@dataclass(frozen=True, slots=True)
class Pair:
    """One number at two moments. cell or other None: it is not in that snapshot."""

    cell: Cell | None
    other: Cell | None = None
    has_share: bool = True

    @property
    def label(self):
        return (self.cell or self.other).label

    @property
    def percent(self):
        return percent(self.cell) if self.has_share else None

    @property
    def other_percent(self):
        return percent(self.other) if self.has_share else None

    @property
    def difference(self):
        """cell minus other; None where one of them is hidden, unknown or not there."""
        values = [cell.value if cell else None for cell in (self.cell, self.other)]
        return None if None in values else values[0] - values[1]

    @property
    def difference_text(self):
        """The difference with its sign, as a person reads it."""
        if self.difference is None:
            return "–"
        sign = "+" if self.difference > 0 else "−" if self.difference < 0 else ""
        return f"{sign}{_number(abs(self.difference))}"


@dataclass(frozen=True, slots=True)
class Shown:
    """A figure with its numbers as Pairs. other: the same figure at the other moment, or None.

    is_redefined: it is described in other words there, so it may count something else.
    """

    figure: KeptFigure
    total: Pair
    splits: tuple[tuple[KeptSplit, tuple[Pair, ...]], ...]
    other: KeptFigure | None = None

    @property
    def is_redefined(self):
        return self.other is not None and self.other.definition != self.figure.definition


def side_by_side(figures, others=()):
    """Each of `figures` as Shown, with its partner in `others`; what only the others have is left out."""
    partners = {figure.key: figure for figure in others}
    return [_shown(figure, partners.get(figure.key)) for figure in figures]


def _shown(figure, other):
    partners = {split.key: split.cells for split in other.splits} if other else {}
    return Shown(
        figure,
        Pair(figure.total, other.total if other else None, figure.has_share),
        tuple((split, _pairs(split.cells, partners.get(split.key, ()), figure)) for split in figure.splits),
        other,
    )


def _pairs(cells, others, figure):
    """The cells with those of the same key beside them; parts that were there only then stand last."""
    partners = {cell.key: cell for cell in others}
    found = [Pair(cell, partners.pop(cell.key, None), figure.has_share) for cell in cells]
    return (*found, *(Pair(None, cell, figure.has_share) for cell in partners.values()))


def changes(figures, earlier):
    """What differs between the totals of `figures` and those of `earlier`, a sentence for each."""
    then = {figure.key: figure for figure in earlier}
    sentences = []
    for figure in figures:
        now, before = in_words(figure.total), then.get(figure.key)
        said = {"name": figure.name, "now": now}
        if before is None:
            sentences.append(_("%(name)s: %(now)s, dit cijfer is nieuw") % said)
        elif now != in_words(before.total):
            sentences.append(_("%(name)s: %(now)s, was %(then)s") % {**said, "then": in_words(before.total)})
    return sentences


def in_words(cell):
    """The value of a cell as a person reads it."""
    if cell.is_hidden:
        return str(HIDDEN)
    return _("onbekend") if cell.value is None else _number(cell.value)


def _number(value):
    """A middle can be 3.0 one time and 3 another; both read as 3."""
    return number(int(value) if value == int(value) else value)
