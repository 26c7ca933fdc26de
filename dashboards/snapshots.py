"""Keep the figures of a day, and give them away as a file."""

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dashboards import facts
from dashboards.rollup_models import RollupState
from dashboards.snapshot_changes import side_by_side
from dashboards.snapshot_content import content_of, figures_for
from dashboards.snapshot_models import Snapshot
from dashboards.tables import cell_as_json, value_of

# Of a target: its field and how that is called in a file.
TARGET_COLUMNS = {
    "programme": gettext_lazy("programma"),
    "indicator": gettext_lazy("doel"),
    "baseline": gettext_lazy("begin"),
    "value": gettext_lazy("doelwaarde"),
    "unit": gettext_lazy("eenheid"),
    "deadline": gettext_lazy("uiterlijk"),
    "realised": gettext_lazy("bereikt"),
    "realised_on": gettext_lazy("gemeten"),
    "verdict": gettext_lazy("oordeel"),
    "source": gettext_lazy("bron"),
}


class AlreadyTaken(Exception):
    """The figures of this day were kept under this title already."""


@transaction.atomic
def take(on, *, by=None, title="", is_monthly=False):
    """Keep the figures of the day `on`, which is today but in a test. Returns the Snapshot.

    The kept sums are brought up to date first and stay so until the end, so all figures are of one moment.
    Raises AlreadyTaken when there is one of this month (monthly), or of this day with this title: nothing can be
    thrown away later, so pressing twice must not make two.
    """
    facts.hold(on)
    if is_monthly:
        same = Snapshot.objects.monthly_of(on)
    else:
        same = Snapshot.objects.filter(taken_on=on, title=title, is_monthly=False)
    if same.exists():
        raise AlreadyTaken
    state = RollupState.current()
    return Snapshot.objects.create(
        taken_on=on,
        title=title,
        taken_by=by,
        is_monthly=is_monthly,
        has_samples=state.has_samples,
        content=content_of(on),
    )


def take_monthly(on):
    """The snapshot of the month of `on`, made on the first day that Loket runs in it. None when it is there."""
    if Snapshot.objects.monthly_of(on).exists():
        return None
    try:
        return take(on, is_monthly=True)
    except AlreadyTaken:  # another process was first
        return None


def columns_of(beside=None):
    """Headings of `rows_of`; beside: the other Snapshot, or None."""
    columns = [_("cijfer"), _("verdeeld per"), _("deel"), _("waarde"), _("eenheid"), _("van"), _("procent")]
    columns.append(_("peildatum"))
    if beside:
        names = (_("waarde"), _("van"), _("procent"))
        columns += [f"{beside.taken_on:%Y-%m-%d}: {name}" for name in names]
        columns.append(_("verschil"))
    return columns


def rows_of(snapshot, viewer, beside=None):
    """What `viewer` may see of `snapshot` as rows for a file: of each figure the total and then its parts.

    A hidden number is that word. With `beside`, another Snapshot, its numbers and the difference stand last.
    """
    others = figures_for(beside, viewer) if beside else ()
    for shown in side_by_side(figures_for(snapshot, viewer), others):
        yield _row(shown.figure, "", shown.total, beside)
        for split, pairs in shown.splits:
            for pair in pairs:
                yield _row(shown.figure, split.label, pair, beside)


def _row(figure, split, pair, beside):
    cell, other = pair.cell, pair.other
    row = (figure.name, split, pair.label, value_of(cell), figure.unit, cell.of if cell else None, pair.percent)
    row = (*row, figure.as_of)
    if beside:
        row = (*row, value_of(other), other.of if other else None, pair.other_percent, pair.difference)
    return row


def target_rows(snapshot):
    """The targets of the programmes as rows for a file, under TARGET_COLUMNS."""
    for target in snapshot.content["targets"]:
        yield tuple(target[name] for name in TARGET_COLUMNS)


def notes_of(snapshot, viewer):
    """Lines for the second sheet of a spreadsheet: of when it is, and what each figure means."""
    yield _("Peildatum"), snapshot.taken_on
    yield _("Schooljaar"), snapshot.content["school_year"]
    if snapshot.has_samples:
        yield _("Voorbeelden"), _("In deze cijfers tellen ook voorbeelden mee.")
    for figure in figures_for(snapshot, viewer):
        yield figure.name, figure.definition


def as_json(snapshot, viewer):
    """What `viewer` may see of `snapshot` as values for JSON. A hidden number is null, with `hidden` true."""
    return {
        "id": snapshot.pk,
        "taken_on": snapshot.taken_on.isoformat(),
        "taken_at": snapshot.taken_at.isoformat(),
        "title": snapshot.title,
        "is_monthly": snapshot.is_monthly,
        "has_samples": snapshot.has_samples,
        "school_year": snapshot.content["school_year"],
        "figures": [_figure_as_json(figure) for figure in figures_for(snapshot, viewer)],
        "targets": snapshot.content["targets"],
    }


def _figure_as_json(figure):
    words = ("key", "name", "definition", "unit", "denominator", "source")
    return {name: getattr(figure, name) for name in words} | {
        "as_of": figure.as_of.isoformat(),
        "total": _cell_as_json(figure, figure.total),
        "splits": [
            {
                "split": split.key,
                "label": split.label,
                "adds_up": split.adds_up,
                "cells": [_cell_as_json(figure, cell) for cell in split.cells],
            }
            for split in figure.splits
        ],
    }


def _cell_as_json(figure, cell):
    values = cell_as_json(cell)
    return values if figure.has_share else values | {"percent": None}
