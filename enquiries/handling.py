"""Who of a network takes care of a question, and what colleagues write down for each other about it.

Both are seen by those who may answer in the name of the same network or desk, never by the school and never by
another network that was asked the same.
"""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from enquiries.asking import NotPossibleError
from enquiries.models import Handler, HandlingNote, Recipient
from networks.models import Assignment
from networks.rights import CHANGING, programme_staff


def colleagues(recipient, on):
    """Users who may take care of a question on the day `on`, by name: those whose own work it is. A queryset.

    Of a network those who may change it; of the desk of a region its coordinators; without any of these, and for
    a landsdeel or the office itself, the programme office.
    """
    mine = Assignment.objects.on(on)
    if recipient.network_id:
        mine = mine.filter(role__in=CHANGING, network=recipient.network_id)
    elif recipient.level == Recipient.Level.REGION:
        municipality = recipient.enquiry.school.municipality
        region = municipality.region_id if municipality else None
        mine = mine.filter(role=Assignment.Role.REGION_COORDINATOR, region__isnull=False, region=region)
    else:
        mine = mine.none()
    found = User.objects.filter(pk__in=mine.values("user"), is_active=True)
    if not found.exists():
        found = programme_staff(on)
    return found.order_by("name", "email", "pk")


@transaction.atomic
def hand_to(*, recipient, user, by, now):
    """Let `user` take care of a question, or anybody when None; returns the Handler.

    by: somebody who may answer; may always take it on. Raises NotPossibleError for another who is no colleague
    (any more).
    """
    locked = Recipient.objects.select_for_update(of=("self",)).select_related("enquiry__school__municipality")
    recipient = locked.get(pk=recipient.pk)
    row = Handler.objects.filter(recipient=recipient).first() or Handler(recipient=recipient)
    if row.user == user:
        return row
    if user and user != by and not colleagues(recipient, timezone.localdate(now)).filter(pk=user.pk).exists():
        raise NotPossibleError(_("%(who)s werkt niet (meer) voor dit netwerk.") % {"who": user})
    row.user, row.chosen_by, row.chosen_at = user, by, now
    row.save()
    return row


@transaction.atomic
def write_note(*, recipient, text, form_key, by, now):
    """Keep an internal note; returns it. The same form twice is one note."""
    note, _created = HandlingNote.objects.get_or_create(
        form_key=form_key,
        defaults={"recipient": recipient, "text": text, "written_by": by, "written_at": now},
    )
    return note


def notes_of(recipient):
    """The notes of the same question at the same network or level, the oldest first. A queryset.

    So who gets a question after a colleague of the same network reads what that one wrote.
    """
    same = {"recipient__enquiry": recipient.enquiry_id, "recipient__level": recipient.level}
    return HandlingNote.objects.filter(recipient__network=recipient.network_id, **same).select_related("written_by")
