"""What this room keeps about one person, for that person to download; and how it is forgotten."""

from accounts.deletion import on_deletion
from accounts.own_data import addresses_of, own_data
from reminders.models import Reminder


@own_data
def reminders(user):
    rows = Reminder.objects.to_person(user, addresses_of(user)).select_related("rule", "message").order_by("pk")
    return "herinneringen", [
        {
            "soort": str(row.rule),
            "waarover": row.subject,
            "aan": row.to,
            "wat er in de tekst kwam": row.values,
            "opgeschreven op": row.planned_at,
            "gemaild op": row.told_at,
            "vervallen": row.get_reason_display(),
            "gedaan op": row.done_at,
        }
        for row in rows
    ]


@on_deletion
def forget(addresses):
    """Also those that are no account's: the address says who it was."""
    Reminder.objects.filter(to__in={address.lower() for address in addresses}).delete()
