"""An Answer as lines: the same for screen, CSV, spreadsheet and JSON."""

from dataclasses import dataclass

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dashboards.asked import LABELS
from dashboards.figures import Cell

# Not "< 5": a larger number may be hidden beside it.
HIDDEN = gettext_lazy("niet getoond")


@dataclass(frozen=True, slots=True)
class Line:
    """One cell, and the cell beside it when two things are compared."""

    cell: object
    beside: object = None
    bar: int = 0  # how long its bar is, 0..100
    beside_bar: int = 0
    is_only_beside: bool = False
    drill: str = ""  # the address of the parts of this one, or of its schools

    @property
    def shown(self):
        """The cell, or None where only the one beside it is there."""
        return None if self.is_only_beside else self.cell

    @property
    def percent(self):
        return percent(self.cell)

    @property
    def beside_percent(self):
        return percent(self.beside)


def bars(cells, *, of_share):
    """How long the bar of each cell is, 0..100 from zero: its share, or its part of the largest value."""
    if of_share:
        return [round((cell.share or 0) * 100) if cell else 0 for cell in cells]
    most = max((cell.value or 0 for cell in cells if cell), default=0)
    return [round((cell.value or 0) * 100 / most) if cell and most else 0 for cell in cells]


def lines_of(answer, asked, beside=None, *, of_share=False):
    """The cells in the order asked for, each with its partner; what only the other has stands last."""
    partners = {cell.key: cell for cell in beside.cells} if beside else {}
    cells = list(answer.cells)
    if asked.sort in ("hoog", "laag"):
        known = [cell for cell in cells if cell.value is not None]
        unknown = [cell for cell in cells if cell.value is None]
        cells = sorted(known, key=lambda cell: cell.value, reverse=asked.sort == "hoog") + unknown
    elif asked.sort == "aandeel":
        cells.sort(key=lambda cell: -1 if cell.share is None else cell.share, reverse=True)
    others = [partners.pop(cell.key, None) for cell in cells]
    number_own = len(cells)
    cells += [Cell(cell.key, cell.label, None, url=cell.url) for cell in partners.values()]
    others += partners.values()
    lengths = bars([*cells, *others], of_share=of_share)
    own, theirs = lengths[: len(cells)], lengths[len(cells) :]
    pairs = zip(cells, others, own, theirs, strict=True)
    return [Line(*pair, place >= number_own) for place, pair in enumerate(pairs)]


def number(value):
    """A number as a person reads it: 8.480 or 4,2."""
    text = number_format(value, force_grouping=True)
    return text.rstrip("0").rstrip(",") if isinstance(value, float) and text.endswith("0") and "," in text else text


def value_of(cell):
    """A value for a file: a number, that it is hidden, or nothing when it is unknown."""
    if cell is None:
        return None
    return str(HIDDEN) if cell.is_hidden else cell.value


def percent(cell):
    """The share in percent with one decimal, or None."""
    return round(cell.share * 100, 1) if cell is not None and cell.share is not None else None


def columns_of(figure, asked, comparison=None):
    """Headings of the exported table; with a Comparison also those of 2013, last."""
    first = LABELS[asked.split] if asked.split else _("wat")
    columns = [str(first), str(figure.unit), _("van")]
    if figure.has_share:
        columns.append(_("procent"))
    if asked.beside:
        columns += [f"{asked.beside_name}: {column}" for column in columns[1:]]
    printed = [_("2013: scholen"), _("2013: van"), _("2013: procent")] if comparison else []
    return [*columns, _("peildatum"), *printed]


def rows_of(figure, answer, asked, beside=None, comparison=None):
    """The exported table: cells, and the total last."""
    total = Line(answer.total, beside.total if beside else None)
    for line in (*lines_of(answer, asked, beside), total):
        row = [line.cell.label, *_numbers(figure, line.cell)]
        if asked.beside:
            row += _numbers(figure, line.beside)
        pair = comparison.pair_of(line.cell) if comparison else None
        printed = (pair.then, pair.then_of, pair.then_percent) if pair else (None,) * 3 if comparison else ()
        yield (*row, answer.as_of, *printed)


def _numbers(figure, cell):
    numbers = [value_of(cell), cell.of if cell else None]
    return [*numbers, percent(cell)] if figure.has_share else numbers


def as_json(figure, answer, asked, comparison=None, *, beside=None):
    """The same as values for JSON. A hidden number is null, with `hidden` true. comparison: with 2013, or None.

    beside: the Answer that stands beside it; then a key more.
    """
    values = {} if beside is None else {"beside": _beside_json(beside, asked)}
    return values | {
        **figure.words,
        "as_of": answer.as_of.isoformat(),
        "split": asked.split,
        "filters": asked.values,
        "adds_up": answer.adds_up,
        "total": cell_as_json(answer.total),
        "cells": [cell_as_json(line.cell) for line in lines_of(answer, asked)],
        "compared_with_2013": comparison.as_values() if comparison else None,
    }


def _beside_json(beside, asked):
    return {
        "name": str(asked.beside_name),
        "total": cell_as_json(beside.total),
        "cells": [cell_as_json(cell) for cell in beside.cells],
    }


def cell_as_json(cell):
    """One Cell as values for JSON."""
    return {
        "key": cell.key,
        "label": str(cell.label),
        "value": cell.value,
        "of": cell.of,
        "percent": percent(cell),
        "hidden": cell.is_hidden,
    }
