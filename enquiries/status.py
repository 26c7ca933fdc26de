"""What happened (events), and where a question stands because of it (status). Pure: no database.

Status is never stored. For one recipient the first row of `RECIPIENT_STATUS` whose event happened decides; for
the question as a whole the first row of `ENQUIRY_STATUS` that holds. So the order of the events never matters,
and the querysets in `enquiries/models/asking.py` say the same in SQL, made from the same rows.
"""

from collections import defaultdict

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class EventKind(TextChoices):
    """Something that happened to a question as a whole, or to it at one recipient."""

    ASKED = "asked", _("opgeschreven")
    VERIFIED = "verified", _("e-mailadres bevestigd")
    SENT = "sent", _("verstuurd")
    SEEN = "seen", _("gelezen")
    ANSWERED = "answered", _("beantwoord")
    REFUSED = "refused", _("kan niet helpen")
    ACCEPTED = "accepted", _("antwoord aangenomen")
    POSTPONED = "postponed", _("later opnieuw vragen")
    REVEALED = "revealed", _("school maakt zich bekend")
    CHANGED = "changed", _("vraag gewijzigd")
    WITHDRAWN = "withdrawn", _("ingetrokken")
    EXPIRED = "expired", _("termijn voorbij zonder antwoord")
    PASSED_ON = "passed_on", _("doorgestuurd")
    CLOSED = "closed", _("antwoord niet meer nodig")


class RecipientStatus(TextChoices):
    ACCEPTED = "accepted", _("antwoord aangenomen")
    ANSWERED = "answered", _("beantwoord")
    REFUSED = "refused", _("kan niet helpen")
    CLOSED = "closed", _("antwoord niet meer nodig")
    PASSED_ON = "passed_on", _("doorgestuurd")
    LATE = "late", _("te laat")
    SEEN = "seen", _("gelezen, nog geen antwoord")
    SENT = "sent", _("verstuurd, nog niet gelezen")


class EnquiryStatus(TextChoices):
    WITHDRAWN = "withdrawn", _("ingetrokken")
    ACCEPTED = "accepted", _("antwoord aangenomen")
    POSTPONED = "postponed", _("uitgesteld")
    ANSWERED = "answered", _("beantwoord")
    SEEN = "seen", _("gelezen, nog geen antwoord")
    SENT = "sent", _("verstuurd, nog niet gelezen")
    LATE = "late", _("te laat: nog geen antwoord")
    REFUSED = "refused", _("niemand kon helpen")
    WAITING = "waiting", _("wacht op uw bevestiging")


# Whoever passes a question on makes a new recipient, so "late" is left only where nobody stands behind.
RECIPIENT_STATUS = (
    (EventKind.ACCEPTED, RecipientStatus.ACCEPTED),
    (EventKind.ANSWERED, RecipientStatus.ANSWERED),
    (EventKind.REFUSED, RecipientStatus.REFUSED),
    (EventKind.CLOSED, RecipientStatus.CLOSED),
    (EventKind.PASSED_ON, RecipientStatus.PASSED_ON),
    (EventKind.EXPIRED, RecipientStatus.LATE),
    (EventKind.SEEN, RecipientStatus.SEEN),
    (EventKind.SENT, RecipientStatus.SENT),
)
# (an event of the question or of any recipient | the status of any recipient, status of the question)
ENQUIRY_STATUS = (
    (EventKind.WITHDRAWN, EnquiryStatus.WITHDRAWN),
    (EventKind.ACCEPTED, EnquiryStatus.ACCEPTED),
    (EventKind.POSTPONED, EnquiryStatus.POSTPONED),
    (EventKind.ANSWERED, EnquiryStatus.ANSWERED),
    (RecipientStatus.SEEN, EnquiryStatus.SEEN),
    (RecipientStatus.SENT, EnquiryStatus.SENT),
    (RecipientStatus.LATE, EnquiryStatus.LATE),
    (RecipientStatus.REFUSED, EnquiryStatus.REFUSED),
)

# An answer is expected, and the clock runs.
OPEN = (RecipientStatus.SENT, RecipientStatus.SEEN)
# After these nothing more is asked of anybody.
ENDED = (EnquiryStatus.WITHDRAWN, EnquiryStatus.POSTPONED)


def recipient_status(kinds):
    """The status at one recipient. kinds: the EventKinds that happened there, in any order; None without any."""
    happened = set(kinds)
    return next((status for kind, status in RECIPIENT_STATUS if kind in happened), None)


def enquiry_status(events):
    """The status of a question. events: (kind, recipient or None) of all that happened, in any order."""
    happened, of_recipient = set(), defaultdict(set)
    for kind, recipient in events:
        happened.add(kind)
        if recipient is not None:
            of_recipient[recipient].add(kind)
    found = {recipient_status(kinds) for kinds in of_recipient.values()}
    for cause, status in ENQUIRY_STATUS:
        if cause in (found if isinstance(cause, RecipientStatus) else happened):
            return status
    return EnquiryStatus.WAITING
