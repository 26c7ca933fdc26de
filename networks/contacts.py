"""Whom one calls: adding, changing, ordering and taking away contacts of an owner."""

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from networks.models import ContactRole, Person


def siblings(contact):
    """All contacts of the same owner, in the order in which to call them. A queryset."""
    return ContactRole.objects.filter(**_owner(contact)).order_by("order", "pk")


def _owner(contact):
    return next(
        {f"{name}_id": getattr(contact, f"{name}_id")}
        for name in ContactRole.OWNERS
        if getattr(contact, f"{name}_id") is not None
    )


@transaction.atomic
def add_contact(*, contact, person_values, today):
    """Save the new `contact` (with its owner and title) of the person with this e-mail address; returns whether
    that person was known already. A known person keeps name and telephone: it is edited at one place (R55).
    """
    person = Person.objects.filter(email__iexact=person_values["email"]).first()
    known = person is not None
    contact.person = person or Person.objects.create(**person_values)
    last = siblings(contact).aggregate(Max("order"))["order__max"]
    contact.order, contact.confirmed_on = (last or 0) + 1, today
    contact.save()
    touch(contact)
    return known


@transaction.atomic
def change_contact(*, contact, person_values, today):
    """Save the title of `contact`, and its person for all roles; who changes it confirms it. Returns the ContactRole.

    A made-up person becomes a real one: from then on the catalogue leaves it alone.
    """
    person = Person.objects.select_for_update().get(pk=contact.person_id)
    changed = {name: value for name, value in person_values.items() if getattr(person, name) != value}
    if changed:
        for name, value in changed.items():
            setattr(person, name, value)
        person.is_sample = False
        person.save()
    contact.confirmed_on = today
    contact.save()
    touch(contact)
    return contact


@transaction.atomic
def move_contact(*, contact, up):
    """One place earlier (`up`) or later in the order in which to call; at the end nothing changes."""
    rows = list(siblings(contact).select_for_update(of=("self",)))
    here = next(index for index, row in enumerate(rows) if row.pk == contact.pk)
    there = here - 1 if up else here + 1
    if 0 <= there < len(rows):
        rows[here], rows[there] = rows[there], rows[here]
    for order, row in enumerate(rows, start=1):
        if row.order != order:
            row.order = order
            row.save(update_fields=["order"])
    touch(contact)


@transaction.atomic
def remove_contact(*, contact):
    """Take the role away; the person goes with it when this was the only one."""
    person = contact.person
    touch(contact)
    contact.delete()
    if not person.roles.exists():
        person.delete()


def touch(row):
    """Say that the network of `row` was edited here, so that the catalogue leaves all of it alone from now on."""
    network = row.network or (row.support_point.network if getattr(row, "support_point_id", None) else None)
    if network is not None:
        network.edited_at = timezone.now()
        network.save(update_fields=["edited_at"])
