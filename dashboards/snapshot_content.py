"""What a snapshot keeps: written down once from the figures, read back for who may see it."""

from dataclasses import asdict, dataclass
from datetime import date

from dashboards.access import Viewer
from dashboards.asked import LABELS, everything
from dashboards.figures import Cell
from dashboards.registry import FIGURES
from dashboards.rollup_models import RollupState
from dashboards.targets import all_targets

OBSERVER = Viewer(is_observer=True)  # what it may see, whoever reads a snapshot may see or less


@dataclass(frozen=True, slots=True)
class KeptSplit:
    """A figure split by one dimension. adds_up: whether the cells sum to the total."""

    key: str
    label: str
    adds_up: bool
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class KeptFigure:
    """A figure as it was on the day, in the words of that day."""

    key: str
    name: str
    definition: str
    unit: str
    denominator: str
    source: str
    as_of: date
    has_share: bool
    is_open: bool
    total: Cell
    splits: tuple[KeptSplit, ...]


def content_of(on):
    """{"school_year", "figures", "targets"} of the day `on`, for JSON; the kept sums must be up to date."""
    chosen = everything(on, RollupState.current(), shown_networks=OBSERVER.networks)
    return {
        "school_year": chosen.school_year,
        "figures": [_written(figure, chosen) for figure in FIGURES.values() if OBSERVER.may_see(figure)],
        "targets": [asdict(target) for _programme, targets, _quality in all_targets(on) for target in targets],
    }


def _written(figure, chosen):
    answer = figure(chosen)
    return {
        **figure.words,
        "source": str(figure.source),
        "as_of": answer.as_of.isoformat(),
        "has_share": figure.has_share,
        "is_open": figure.is_open,
        "total": _written_cell(answer.total),
        "splits": [_written_split(figure, chosen, name) for name in splits_of(figure)],
    }


def splits_of(figure):
    """The dimensions that a snapshot splits `figure` by: those the ministry may choose without a filter.

    Where a place means something for one programme only, that is by programme.
    """
    may = OBSERVER.dimensions(figure)
    return tuple(name for name in may if name == "programma") if figure.per_programme else may


def _written_split(figure, chosen, name):
    answer = figure(chosen, name)
    return {
        "key": name,
        "label": str(LABELS[name]),
        "adds_up": answer.adds_up,
        "cells": [_written_cell(cell) for cell in answer.cells],
    }


def _written_cell(cell):
    return {
        "key": str(cell.key),
        "label": str(cell.label),
        "value": cell.value,
        "of": cell.of,
        "hidden": cell.is_hidden,
    }


def figures_for(snapshot, viewer):
    """The KeptFigures of `snapshot` that `viewer` may see, in the order of that day.

    The programme office and the ministry see all. Others see what was open then and was not closed since.
    """
    return tuple(_read(row) for row in snapshot.content["figures"] if _may_see(viewer, row))


def _may_see(viewer, row):
    now = FIGURES.get(row["key"])  # None: the figure is no longer made
    if viewer.is_staff:
        return True
    if viewer.is_observer:
        return now is None or viewer.may_see(now)
    return row["is_open"] and (now is None or now.is_open)


def _read(row):
    values = row | {
        "as_of": date.fromisoformat(row["as_of"]),
        "total": _read_cell(row["total"]),
        "splits": tuple(
            KeptSplit(part["key"], part["label"], part["adds_up"], tuple(_read_cell(cell) for cell in part["cells"]))
            for part in row["splits"]
        ),
    }
    return KeptFigure(**values)


def _read_cell(cell):
    return Cell(cell["key"], cell["label"], cell["value"], cell["of"], cell["hidden"])
