"""What a network delivers: marking it done, and taking that back."""

from django.db import transaction

from quality.models import Obligation


@transaction.atomic
def finish(*, obligation, by, now, note=""):
    """The network delivered it; returns the Obligation. Done already: the first time stands.

    note: what goes with it, added below what stood there.
    """
    obligation = Obligation.objects.select_for_update(of=("self",)).get(pk=obligation.pk)
    if obligation.done_at:
        return obligation
    obligation.done_at, obligation.done_by = now, by
    if note:
        obligation.note = "\n".join(part for part in (obligation.note, note) if part)
    obligation.save(update_fields=["done_at", "done_by", "note"])
    return obligation


@transaction.atomic
def reopen(*, obligation):
    """It was not delivered after all; returns the Obligation, due on the same day as before."""
    obligation = Obligation.objects.select_for_update(of=("self",)).get(pk=obligation.pk)
    obligation.done_at = obligation.done_by = None
    obligation.save(update_fields=["done_at", "done_by"])
    return obligation
