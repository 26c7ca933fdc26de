"""Until when a confirmation of a network or a contact holds (settled decision 7).

How long is a setting of the programme (`confirm_after_months`); a contact of a support point follows its network,
one of a region, landsdeel or organisation the six months below. After the same months again nothing fades here:
a stale contact falls through to the next address (`networks.directory`), a stale network keeps its coverage.
"""

from django.db import models, transaction
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Coalesce

CONFIRM_AFTER_MONTHS = 6


class AddMonths(Func):
    """The day that lies a number of months after another, in SQL; a month after 31 January is 28 February."""

    template = "((%(expressions)s)::date)"
    arg_joiner = " + interval '1 month' * "
    output_field = models.DateField()
    arity = 2


def _due(queryset, months, on):
    """Rows that must be confirmed on the day `on`: never confirmed ones first, `ask_on` is since when."""
    rows = queryset.annotate(ask_on=AddMonths(F("confirmed_on"), months))
    return rows.filter(Q(confirmed_on=None) | Q(ask_on__lte=on)).order_by(F("ask_on").asc(nulls_first=True), "pk")


def networks_to_confirm(networks, on):
    """Those of the queryset `networks` whose confirmation is too old on the day `on`; ended ones are left out."""
    running = networks.filter(Q(ended_on=None) | Q(ended_on__gt=on))
    return _due(running, F("programme__confirm_after_months"), on)


def contacts_to_confirm(contacts, on):
    """Those of the queryset `contacts` (ContactRole) whose confirmation is too old on the day `on`."""
    months = Coalesce(
        F("network__programme__confirm_after_months"),
        F("support_point__network__programme__confirm_after_months"),
        F("programme__confirm_after_months"),
        Value(CONFIRM_AFTER_MONTHS),
        output_field=models.IntegerField(),
    )
    ended = Q(network__ended_on__lte=on) | Q(support_point__network__ended_on__lte=on)
    return _due(contacts.exclude(ended), months, on)


@transaction.atomic
def confirm(rows, *, today):
    """Say that each of `rows` (networks or contacts) is still true on the day `today`; returns how many changed.

    One statement a row, so that each leaves its line in the audit log.
    """
    changed = 0
    for row in rows.select_for_update(of=("self",)):
        if row.confirmed_on != today:
            row.confirmed_on = today
            row.save(update_fields=["confirmed_on"])
            changed += 1
    return changed
