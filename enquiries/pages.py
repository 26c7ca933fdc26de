"""What the two pages of a question say: that of the school, and that of whoever was asked.

Sentences only; who may see them is decided in the views. What happened is told from the events, and what comes
next from where the question stands (`enquiries.status`).
"""

from dataclasses import dataclass, field
from datetime import date, datetime

from django.conf import settings
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from activities.reasons import day as in_words
from enquiries.asking import CHANGEABLE, address_after
from enquiries.facts import Facts
from enquiries.letters import day, kind_of_school, on_to
from enquiries.models import Enquiry, EnquiryEvent, Recipient
from enquiries.status import ENDED, EnquiryStatus, EventKind, RecipientStatus
from loket.vocabulary import Need
from networks.directory import directory
from schools.models import Membership

SAID = (EventKind.ANSWERED, EventKind.REFUSED)
# What a recipient may know of the question as a whole.
OF_THE_QUESTION = (EventKind.CHANGED, EventKind.REVEALED, EventKind.WITHDRAWN, EventKind.POSTPONED)


def rows_for_pages():
    return Enquiry.objects.select_related("school__municipality", "asked_by", "programme", "activity")


def facts_for_page(enquiry):
    """Facts with all that a page tells of them: three queries, and one for the attachments."""
    recipients = list(
        Recipient.objects.filter(enquiry=enquiry).select_related("network", "passed_from").order_by("pk")
    )
    for recipient in recipients:
        recipient.enquiry = enquiry
    events = EnquiryEvent.objects.filter(enquiry=enquiry).select_related("by", "activity")
    return Facts(enquiry, recipients, list(events.prefetch_related("attachments").order_by("happened_at", "pk")))


@dataclass(frozen=True, slots=True)
class Line:
    """Something that happened, in words."""

    at: datetime
    told: str
    quote: str = ""


@dataclass(slots=True)
class RecipientRow:
    """One who was asked, as the school reads it."""

    recipient: Recipient
    status: str
    label: str
    due_on: date | None  # None when no answer is awaited
    next_sentence: str  # what happens after that day, "" when nothing is awaited
    said: list[EnquiryEvent] = field(default_factory=list)
    may_accept: bool = False
    next_owner: str = ""  # to whom a refused question can be sent on


class EnquiryPage:
    """The page of a question for the school."""

    def __init__(self, enquiry, *, on):
        self.enquiry = enquiry
        self.on = on
        self.facts = facts_for_page(enquiry)
        self.status = self.facts.status

    @cached_property
    def _directory(self):
        return directory()

    @property
    def status_label(self):
        return EnquiryStatus(self.status).label

    @property
    def need_labels(self):
        return [Need(need).label for need in self.enquiry.needs]

    @property
    def is_hidden(self):
        """Whether the school is still unknown to everybody who has the question."""
        return self.enquiry.is_anonymous and not self.facts.happened(EventKind.REVEALED)

    # --- what now ------------------------------------------------------------------------------------

    @property
    def now(self):
        """What happens now, and when: sentences."""
        match self.status:
            case EnquiryStatus.WAITING:
                return [_("Uw vraag is nog niet verstuurd. Open de mail die u kreeg en druk op de knop.")]
            case EnquiryStatus.WITHDRAWN:
                return [_("U hebt deze vraag ingetrokken. Niemand hoeft nog te antwoorden.")]
            case EnquiryStatus.POSTPONED:
                until = self.facts.last(EventKind.POSTPONED).ask_again_on
                return [
                    _("U hebt deze vraag uitgesteld tot %(day)s. Tot dan hoeft niemand te antwoorden.")
                    % {"day": in_words(until)},
                    _("Stel de vraag dan opnieuw, met de knop hieronder."),
                ]
            case EnquiryStatus.ACCEPTED:
                accepted = self.facts.last(EventKind.ACCEPTED)
                owner = next(r.owner for r in self.facts.recipients if r.pk == accepted.recipient_id)
                return [
                    _("U hebt het antwoord van %(owner)s aangenomen. Zij weten nu wie u bent en nemen contact op.")
                    % {"owner": owner}
                ]
            case EnquiryStatus.ANSWERED:
                return [_("U hebt antwoord. Lees het hieronder. Helpt het u? Neem het dan aan.")]
            case EnquiryStatus.REFUSED:
                return [_("Wie u het vroeg, kan niet helpen. U kunt de vraag hieronder doorsturen.")]
            case EnquiryStatus.LATE:
                return [
                    _("U had al antwoord moeten krijgen. Dat spijt ons. %(office)s ziet dat uw vraag te laat is.")
                    % {"office": settings.OFFICE_NAME}
                ]
        first = min(recipient.reply_due_on for recipient in self.facts.open_recipients)
        return [_("U krijgt antwoord uiterlijk op %(day)s.") % {"day": day(first)}]

    @property
    def holidays_unknown(self):
        return any(not recipient.holidays_known for recipient in self.facts.open_recipients)

    # --- who was asked ---------------------------------------------------------------------------------

    @cached_property
    def rows(self):
        return [self._row(recipient) for recipient in self.facts.recipients]

    def _row(self, recipient):
        status = self.facts.status_of(recipient)
        awaited = self.facts.is_open(recipient) and not self.facts.is_ended
        following = None
        has_following = any(r.passed_from_id == recipient.pk for r in self.facts.recipients)
        may_ask_next = status == RecipientStatus.REFUSED and not has_following and self.status not in ENDED
        if awaited or may_ask_next:
            following = address_after(self.facts, recipient, on=self.on, known=self._directory)
        return RecipientRow(
            recipient=recipient,
            status=status,
            label=RecipientStatus(status).label,
            due_on=recipient.reply_due_on if awaited else None,
            next_sentence=_next_sentence(recipient, following) if awaited else "",
            said=[e for e in self.facts.events if e.recipient_id == recipient.pk and e.kind in SAID],
            may_accept=status == RecipientStatus.ANSWERED and self.status != EnquiryStatus.WITHDRAWN,
            next_owner=on_to(recipient, following) if may_ask_next and following else "",
        )

    # --- what the school may do --------------------------------------------------------------------------

    @property
    def may_change(self):
        return self.status in CHANGEABLE and self.status != EnquiryStatus.WAITING

    @property
    def may_withdraw(self):
        return self.status != EnquiryStatus.WITHDRAWN

    @property
    def may_reveal(self):
        return self.is_hidden and self.status not in (*ENDED, EnquiryStatus.WAITING)

    @property
    def may_postpone(self):
        return self.status not in (*ENDED, EnquiryStatus.ACCEPTED, EnquiryStatus.WAITING)

    # --- what happened -------------------------------------------------------------------------------------

    @property
    def timeline(self):
        owners = {recipient.pk: recipient.owner for recipient in self.facts.recipients}
        return [
            Line(event.happened_at, _told_to_school(event, owners.get(event.recipient_id, "")), _quote(event))
            for event in self.facts.events
        ]


def _next_sentence(recipient, following):
    if following is None:
        return _("Komt er dan geen antwoord, dan ziet %(office)s dat het te laat is.") % {
            "office": settings.OFFICE_NAME
        }
    return _("Komt er dan geen antwoord, dan gaat uw vraag naar %(owner)s.") % {"owner": on_to(recipient, following)}


def _quote(event):
    """What was said with an event; answers and refusals stand on the page in full."""
    return "" if event.kind in SAID else event.text


def _told_to_school(event, owner):
    names = {
        "owner": owner,
        "who": str(event.by) if event.by else "",
        "day": in_words(event.ask_again_on) if event.ask_again_on else "",
        "reason": event.get_reason_display(),
    }
    told = {
        EventKind.ASKED: _("De vraag is opgeschreven."),
        EventKind.VERIFIED: _("Het e-mailadres is bevestigd."),
        EventKind.SENT: _("De vraag is verstuurd aan %(owner)s."),
        EventKind.SEEN: _("%(owner)s las de vraag."),
        EventKind.ANSWERED: _("%(owner)s gaf antwoord."),
        EventKind.REFUSED: _("%(owner)s kan niet helpen: %(reason)s."),
        EventKind.ACCEPTED: _("Het antwoord van %(owner)s is aangenomen."),
        EventKind.POSTPONED: _("De vraag is uitgesteld tot %(day)s."),
        EventKind.REVEALED: _("De school maakte zich bekend."),
        EventKind.CHANGED: _("De vraag is veranderd."),
        EventKind.WITHDRAWN: _("De vraag is ingetrokken."),
        EventKind.EXPIRED: _("%(owner)s gaf niet op tijd antwoord."),
        EventKind.PASSED_ON: _("De vraag gaat van %(owner)s naar een ander."),
        EventKind.CLOSED: _("%(owner)s hoeft niet meer te antwoorden."),
    }[EventKind(event.kind)] % names
    if event.by and event.recipient_id is None:
        told += " " + _("(door %(who)s)") % names
    return told


class RecipientPage:
    """The page of a question for whoever was asked. Holds nothing of the school that must stay hidden."""

    def __init__(self, recipient, *, on):
        self.on = on
        self.facts = facts_for_page(recipient.enquiry)
        self.recipient = next(r for r in self.facts.recipients if r.pk == recipient.pk)
        self.status = self.facts.status_of(self.recipient)

    @property
    def who(self):
        """The kind of school, never its name."""
        return kind_of_school(self.facts.enquiry)

    @property
    def is_read(self):
        return self.facts.happened_to(self.recipient, EventKind.SEEN)

    @property
    def is_hidden(self):
        return self.facts.hides_school_from(self.recipient)

    @property
    def is_ended(self):
        return self.facts.is_ended

    @property
    def is_awaited(self):
        return self.facts.is_open(self.recipient) and not self.is_ended

    @cached_property
    def question(self):
        """(name of the prompt, answer) of what the school wrote."""
        enquiry = self.facts.enquiry
        pairs = [
            (_("Wat de school wil bereiken"), enquiry.goal),
            (_("Voor wie"), enquiry.for_whom),
            (_("Wanneer"), enquiry.period),
            (_("Nodig"), ", ".join(str(Need(need).label) for need in enquiry.needs)),
        ]
        return [(name, said) for name, said in pairs if said]

    @cached_property
    def asker(self):
        """What is known of who asks: dict of name, email and is_member, or None while the school is hidden."""
        if self.is_hidden:
            return None
        enquiry = self.facts.enquiry
        if enquiry.asked_by_id:
            is_member = (
                Membership.objects.active().filter(user=enquiry.asked_by_id).of_school(enquiry.school).exists()
            )
            return {"name": str(enquiry.asked_by), "email": enquiry.asked_by.email, "is_member": is_member}
        return {"name": enquiry.sender_name, "email": enquiry.sender_email, "is_member": False}

    @cached_property
    def said(self):
        """Our own answers and refusals."""
        return [e for e in self.facts.events if e.recipient_id == self.recipient.pk and e.kind in SAID]

    @property
    def has_answered(self):
        return self.status in (RecipientStatus.ANSWERED, RecipientStatus.ACCEPTED)

    @cached_property
    def next_owner(self):
        """Who gets the question when it is passed on; "" when that cannot be done."""
        if not (self.is_awaited or self.status == RecipientStatus.LATE):
            return ""
        following = address_after(self.facts, self.recipient, on=self.on)
        return on_to(self.recipient, following) if following else ""

    @property
    def now(self):
        """Where it stands, in one sentence."""
        facts = self.facts
        if facts.status == EnquiryStatus.WITHDRAWN:
            moment = timezone.localdate(facts.last(EventKind.WITHDRAWN).happened_at)
            return _("De school heeft haar vraag ingetrokken op %(day)s. U hoeft niets te doen.") % {
                "day": in_words(moment)
            }
        if facts.status == EnquiryStatus.POSTPONED:
            until = facts.last(EventKind.POSTPONED).ask_again_on
            return _("De school wil hier pas vanaf %(day)s mee verder. U hoeft nu niets te doen.") % {
                "day": in_words(until)
            }
        return {
            RecipientStatus.ACCEPTED: _("De school heeft uw antwoord aangenomen. Neem deze week contact op."),
            RecipientStatus.ANSWERED: _("De school heeft uw antwoord. U hoort het als zij het aanneemt."),
            RecipientStatus.REFUSED: _("U liet weten dat u niet kunt helpen. De school weet dat."),
            RecipientStatus.CLOSED: _(
                "De school heeft al een antwoord. U hoeft niets te doen; een antwoord mag nog."
            ),
            RecipientStatus.PASSED_ON: _("Deze vraag is naar een ander gegaan. Een antwoord van u mag nog."),
            RecipientStatus.LATE: _("De dag voor een antwoord is voorbij. De school wacht nog op u."),
        }.get(self.status) or _("Antwoord uiterlijk op %(day)s.") % {"day": day(self.recipient.reply_due_on)}

    @property
    def what_then(self):
        """What happens when nobody answers in time, or "" when no answer is awaited."""
        if not self.is_awaited:
            return ""
        if self.next_owner:
            return _("Doet u niets, dan gaat de vraag daarna naar %(owner)s.") % {"owner": self.next_owner}
        return _("Na u is er niemand meer. Doet u niets, dan staat de vraag als te laat bij het programmabureau.")

    @property
    def last_pk(self):
        """The newest of the events that whoever writes an answer must know of."""
        return max((event.pk for event in self._known), default=0)

    def happened_since(self, pk):
        """What happened after event `pk` that changes what one would answer, in sentences."""
        told = {
            EventKind.CHANGED: _("De school veranderde haar vraag. Lees haar hierboven opnieuw."),
            EventKind.ANSWERED: _("Een collega van u gaf intussen antwoord. Wat u verstuurt, komt daarbij."),
            EventKind.REFUSED: _("Een collega van u liet intussen weten dat u niet kunt helpen."),
            EventKind.PASSED_ON: _("De vraag is intussen naar een ander gegaan. Uw antwoord mag nog."),
        }
        kinds = dict.fromkeys(event.kind for event in self._known if event.pk > pk)
        return [told[kind] for kind in kinds if kind in told]

    @property
    def _known(self):
        mine = self.recipient.pk
        return [e for e in self.facts.events if e.recipient_id == mine or e.kind in OF_THE_QUESTION]

    @property
    def timeline(self):
        told = {
            EventKind.SENT: _("De vraag kwam bij u."),
            EventKind.SEEN: _("U las de vraag."),
            EventKind.ANSWERED: _("U gaf antwoord."),
            EventKind.REFUSED: _("U liet weten dat u niet kunt helpen."),
            EventKind.ACCEPTED: _("De school nam uw antwoord aan."),
            EventKind.POSTPONED: _("De school stelde de vraag uit."),
            EventKind.REVEALED: _("De school maakte zich bekend."),
            EventKind.CHANGED: _("De school veranderde haar vraag."),
            EventKind.WITHDRAWN: _("De school trok haar vraag in."),
            EventKind.EXPIRED: _("De dag voor een antwoord ging voorbij."),
            EventKind.PASSED_ON: _("De vraag ging naar een ander."),
            EventKind.CLOSED: _("De school heeft uw antwoord niet meer nodig."),
        }
        return [Line(e.happened_at, told[EventKind(e.kind)], _quote(e)) for e in self._known]
