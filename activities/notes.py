""" "Klopt er iets niet?": what a visitor tells about an activity, written down and mailed to who answers for it."""

from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.limits import TooOftenError, count_try
from accounts.messages import queue
from activities.models import Note
from networks.directory import Contact

# One address may write this often within so many seconds; and all together this often in a day.
MOST_PER_ADDRESS, WITHIN_S = 5, 10 * 60
MOST_PER_DAY = 200


@dataclass(frozen=True, slots=True)
class Recipient:
    """Who reads a note: the contact, and the name of the network or office it is of."""

    contact: Contact | None  # None: even the office has none; staff find the note in the admin
    owner: str
    is_network: bool


def recipient_of(activity, known, on):
    """The network's own confirmed contact; without one the programme office. No query."""
    network = known.networks[activity.network_id]
    contact = known.network_contact(network, on)
    if contact:
        return Recipient(contact, network.name, is_network=True)
    office = known.first_contact(None, None, on)
    return Recipient(office.contact, office.owner, is_network=False)


def count_note(address, now):
    """Count one note of `address` at the moment `now`. Raises TooOftenError when it is one too many.

    Without a cache only the limit of a day holds: that one counts rows.
    """
    if Note.objects.filter(written_at__gt=now - timedelta(days=1)).count() >= MOST_PER_DAY:
        raise TooOftenError
    count_try("note", address, most=MOST_PER_ADDRESS, within_s=WITHIN_S)


@transaction.atomic
def write_note(*, activity, text, sender, recipient):
    """Write a note and the mail to `recipient`; returns the Note. sender: an e-mail address, or "".

    The same text twice gives back the first note, without a second mail, until staff handled it.
    """
    note = Note.objects.filter(activity=activity, text=text, handled_at=None).first()
    if note:
        return note
    note = Note.objects.create(activity=activity, text=text, sender=sender)
    if recipient.contact:
        queue(
            key=f"note-{note.pk}",
            kind="note",
            to=recipient.contact.email,
            reply_to=sender,
            subject=_("Klopt er iets niet? %(title)s") % {"title": activity.title},
            text=_mail_text(note, recipient),
            due_at=timezone.now(),
        )
    return note


def _mail_text(note, recipient):
    """What was typed stands quoted, so that it is never taken for ours."""
    page = settings.SITE_URL + note.activity.get_absolute_url()
    lines = [
        _("Iemand las uw pagina op Loket en schreef dat er iets niet klopt:"),
        f"{note.activity.title}\n{page}",
        "\n".join(f"> {line}".rstrip() for line in note.text.splitlines()),
        _("U kunt de afzender antwoorden: %(sender)s") % {"sender": note.sender}
        if note.sender
        else _("De afzender liet geen e-mailadres achter."),
        _("Klopt de opmerking? Laat %(office)s dan weten wat er moet veranderen.") % {"office": settings.OFFICE_NAME}
        if recipient.is_network
        else _("U krijgt dit omdat het netwerk %(network)s geen bevestigd contact heeft.")
        % {"network": note.activity.network.name},
    ]
    return "\n\n".join(lines) + "\n"
