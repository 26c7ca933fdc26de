"""What the school side does with a question, and what the clock does with it.

Every service locks the row of the enquiry first, so that all that happens to one question happens one after the
other. It writes the event and the mail about it in one transaction. What no longer can be done is said by
NotPossibleError, in words for whoever tried; doing the same thing twice does it once.
"""

import logging
from datetime import UTC, datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from enquiries import letters
from enquiries.clock import ReplyClock
from enquiries.facts import Facts
from enquiries.models import Enquiry, EnquiryEvent, Recipient
from enquiries.routing import Address, Router
from enquiries.status import EnquiryStatus, EventKind, RecipientStatus
from networks.directory import directory

logger = logging.getLogger(__name__)

SAME_WITHIN = timedelta(days=1)
BUNDLE_S = 600  # changes within these seconds are told in one mail
EXPIRED_AT_ONCE = 500
FORGOTTEN_AFTER = timedelta(days=30)  # never confirmed
SENDER_KEPT_FOR = timedelta(days=2 * 365)
CHANGEABLE = (
    EnquiryStatus.WAITING,
    EnquiryStatus.SENT,
    EnquiryStatus.SEEN,
    EnquiryStatus.LATE,
    EnquiryStatus.REFUSED,
)


class NotPossibleError(Exception):
    """Something that can no longer be done with this question; the text says why, and what can be done."""


def locked(enquiry_pk):
    """The Facts of an enquiry whose row is ours until the end of the transaction."""
    rows = Enquiry.objects.select_related("school__municipality", "asked_by")
    return Facts.of(rows.select_for_update(of=("self",)).get(pk=enquiry_pk))


def add_event(enquiry, kind, *, now, by=None, recipient=None, **values):
    return EnquiryEvent.objects.create(
        enquiry=enquiry, recipient=recipient, kind=kind, happened_at=now, by=by, **values
    )


# --- asking and sending ------------------------------------------------------------------------------
@transaction.atomic
def ask(*, form_key, school, texts, sectors, needs, networks, now, by=None, sender=("", ""), **about):
    """Write down a question of `school`; returns the Enquiry.

    form_key: made with the form, so the same form twice is one question. texts: dict of goal, for_whom, period.
    networks: pks, none for the first contact. by: a User, and then the question is sent at once; without one
    `sender` is (name, e-mail address), and a link is mailed that sends it. about: programme, activity,
    to_first_contact, is_anonymous. The same question of the same person within a day gives back the first.
    """
    asker = {"asked_by": by} if by else {"sender_email": sender[1]}
    same = Enquiry.objects.filter(school=school, asked_at__gt=now - SAME_WITHIN, **texts, **asker)
    for earlier in same.exclude(form_key=form_key).order_by("-pk"):
        facts = locked(earlier.pk)
        if set(earlier.networks.values_list("pk", flat=True)) == set(networks) and not facts.is_ended:
            if facts.status == EnquiryStatus.WAITING:
                letters.ask_to_verify(earlier, cause=form_key, now=now)
            return earlier
    enquiry, created = Enquiry.objects.get_or_create(
        form_key=form_key,
        defaults={
            "school": school,
            "sectors": list(sectors),
            "needs": list(needs),
            "sender_name": "" if by else sender[0],
            **texts,
            **asker,
            **about,
        },
    )
    if not created:
        return enquiry
    enquiry.networks.set(networks)
    add_event(enquiry, EventKind.ASKED, now=now, by=by)
    if by:
        _send(enquiry, now=now, by=by)
    else:
        letters.ask_to_verify(enquiry, cause=form_key, now=now)
    return enquiry


@transaction.atomic
def verify(*, enquiry, now):
    """Send a question whose link was pressed; returns whether that happened now. Twice sends it once.

    Raises NotPossibleError when it was withdrawn meanwhile.
    """
    facts = locked(enquiry.pk)
    if facts.status == EnquiryStatus.WITHDRAWN:
        raise NotPossibleError(_("Deze vraag is ingetrokken. Zij is niet verstuurd."))
    if facts.happened(EventKind.SENT):
        return False
    add_event(facts.enquiry, EventKind.VERIFIED, now=now)
    _send(facts.enquiry, now=now, by=None)
    return True


def _send(enquiry, *, now, by):
    """Make the recipients, start their clocks and mail everybody."""
    on = timezone.localdate(now)
    known = directory()
    router = Router(enquiry.school, known=known, on=on)
    chosen = [known.networks[pk] for pk in enquiry.networks.values_list("pk", flat=True) if pk in known.networks]
    chosen = [network for network in chosen if not network.has_ended(on)]
    due = ReplyClock.for_school(enquiry.school).due(on)
    recipients = [
        _add_recipient(enquiry, address, due, now=now, by=by)
        for address in router.addresses_for(chosen, to_first_contact=enquiry.to_first_contact)
    ]
    sent = enquiry.events.filter(kind=EventKind.SENT).order_by("pk").first()
    letters.tell_asker(enquiry, letters.receipt(recipients), sent)


def _add_recipient(enquiry, address, due, *, now, by, passed_from=None):
    recipient = Recipient.objects.create(
        enquiry=enquiry,
        level=address.level,
        network_id=address.network.pk if address.network else None,
        owner=address.owner[:150],
        contact_id=address.contact.role_pk if address.contact else None,
        name=address.contact.name if address.contact else "",
        email=address.email,
        passed_from=passed_from,
        reply_due_on=due.on,
        holidays_known=due.holidays_known,
    )
    event = add_event(enquiry, EventKind.SENT, now=now, by=by, recipient=recipient)
    letters.tell_recipient(recipient, letters.received(recipient), event.pk)
    return recipient


# --- what the school may do ----------------------------------------------------------------------------
@transaction.atomic
def change(*, enquiry, texts, now, by=None):
    """Change the words of a question that nobody answered; returns whether they differ.

    Who has it is told, changes within ten minutes in one mail. Raises NotPossibleError after an answer.
    """
    facts = locked(enquiry.pk)
    if facts.status not in CHANGEABLE:
        raise NotPossibleError(
            _("Uw vraag is al beantwoord. Veranderen kan niet meer. Stel gerust een nieuwe vraag.")
            if facts.status in (EnquiryStatus.ANSWERED, EnquiryStatus.ACCEPTED)
            else _("Uw vraag is ingetrokken of uitgesteld. Stel een nieuwe vraag.")
        )
    enquiry = facts.enquiry
    if all(getattr(enquiry, name) == value for name, value in texts.items()):
        return False
    for name, value in texts.items():
        setattr(enquiry, name, value)
    enquiry.save(update_fields=list(texts))
    add_event(enquiry, EventKind.CHANGED, now=now, by=by)
    window = int(now.timestamp() // BUNDLE_S) + 1
    told_at = datetime.fromtimestamp(window * BUNDLE_S, tz=UTC)
    for recipient in facts.waiting_recipients:
        letters.tell_recipient(recipient, letters.changed(recipient), window, due_at=told_at)
    return True


@transaction.atomic
def withdraw(*, enquiry, now, by=None):
    """Take a question back; returns whether that happened now. Who has it is told and need not answer."""
    facts = locked(enquiry.pk)
    if facts.status == EnquiryStatus.WITHDRAWN:
        return False
    event = add_event(facts.enquiry, EventKind.WITHDRAWN, now=now, by=by)
    told = facts.waiting_recipients
    _close(facts, facts.open_recipients, now=now)
    for recipient in told:
        letters.tell_recipient(recipient, letters.withdrawn(recipient), event.pk)
    return True


@transaction.atomic
def reveal(*, enquiry, now, by=None):
    """Let everybody who has the question know which school asks; returns whether that happened now."""
    facts = locked(enquiry.pk)
    if facts.is_ended:
        raise NotPossibleError(_("Uw vraag is ingetrokken of uitgesteld. U hoeft zich niet meer bekend te maken."))
    if not facts.enquiry.is_anonymous or facts.happened(EventKind.REVEALED):
        return False
    event = add_event(facts.enquiry, EventKind.REVEALED, now=now, by=by)
    for recipient in facts.recipients:
        if facts.is_open(recipient) or facts.status_of(recipient) in (
            RecipientStatus.ANSWERED,
            RecipientStatus.LATE,
        ):
            letters.tell_recipient(recipient, letters.revealed(recipient), event.pk)
    return True


@transaction.atomic
def accept(*, recipient, now, by=None):
    """Accept the answer of a recipient, who then knows the school; returns whether that happened now.

    Others who have the question need not answer any more. Raises NotPossibleError without an answer.
    """
    facts = locked(recipient.enquiry_id)
    recipient = own(facts, recipient)
    if facts.status == EnquiryStatus.WITHDRAWN:
        raise NotPossibleError(_("Uw vraag is ingetrokken. Stel een nieuwe vraag als u toch verder wilt."))
    status = facts.status_of(recipient)
    if status == RecipientStatus.ACCEPTED:
        return False
    if status != RecipientStatus.ANSWERED:
        raise NotPossibleError(_("Hier is nog geen antwoord om aan te nemen."))
    event = add_event(facts.enquiry, EventKind.ACCEPTED, now=now, by=by, recipient=recipient)
    letters.tell_recipient(recipient, letters.accepted(recipient), event.pk)
    close_and_tell(facts, facts.open_recipients, now=now)
    return True


@transaction.atomic
def postpone(*, enquiry, until, text="", now, by=None):
    """ "Dit jaar niet, vraag me in maart": keep the question until the day `until`; returns the event.

    Nobody need answer meanwhile. Raises NotPossibleError for a question that is not running.
    """
    facts = locked(enquiry.pk)
    if facts.status == EnquiryStatus.POSTPONED:
        return facts.last(EventKind.POSTPONED)
    if facts.status == EnquiryStatus.ACCEPTED:
        raise NotPossibleError(_("U hebt een antwoord aangenomen. Spreek met hen af wanneer het u schikt."))
    if facts.is_ended or facts.status == EnquiryStatus.WAITING:
        raise NotPossibleError(_("Deze vraag loopt niet. Stel een nieuwe vraag wanneer het u schikt."))
    event = add_event(facts.enquiry, EventKind.POSTPONED, now=now, by=by, text=text, ask_again_on=until)
    told = [r for r in facts.recipients if r in facts.waiting_recipients or _has_answered(facts, r)]
    _close(facts, facts.open_recipients, now=now)
    for recipient in told:
        letters.tell_recipient(recipient, letters.postponed_for(recipient, event), event.pk)
    return event


@transaction.atomic
def ask_next(*, recipient, now, by=None):
    """Send a question that was refused on to the next address; returns the new Recipient, twice the same.

    Raises NotPossibleError when nobody stands behind, or it was not refused.
    """
    facts = locked(recipient.enquiry_id)
    recipient = own(facts, recipient)
    if facts.is_ended:
        raise NotPossibleError(_("Uw vraag is ingetrokken of uitgesteld. Stel een nieuwe vraag."))
    if facts.status_of(recipient) != RecipientStatus.REFUSED:
        raise NotPossibleError(_("Doorsturen kan pas als deze ontvanger u niet kan helpen."))
    following = next((r for r in facts.recipients if r.passed_from_id == recipient.pk), None)
    if following:
        return following
    address = address_after(facts, recipient, on=timezone.localdate(now))
    if address is None:
        raise NotPossibleError(_("Na %(owner)s is er niemand meer.") % {"owner": recipient.owner})
    return send_on(facts, recipient, address, now=now, by=by)[0]


def own(facts, recipient):
    """The same recipient as the facts have it, with its enquiry as it is now."""
    return next(found for found in facts.recipients if found.pk == recipient.pk)


def _has_answered(facts, recipient):
    return facts.status_of(recipient) == RecipientStatus.ANSWERED


def _close(facts, recipients, *, now):
    return [(r, add_event(facts.enquiry, EventKind.CLOSED, now=now, recipient=r)) for r in recipients]


def close_and_tell(facts, recipients, *, now):
    """Say to recipients that an answer of theirs is not needed any more."""
    for recipient, event in _close(facts, recipients, now=now):
        letters.tell_recipient(recipient, letters.closed(recipient), event.pk)


# --- on to the next address ------------------------------------------------------------------------------
def address_after(facts, recipient, *, on, known=None) -> Address | None:
    """Who gets the question when `recipient` does not answer; None at the end. One query, none with `known`."""
    known = known or directory()
    router = Router(facts.enquiry.school, known=known, on=on)
    chain = [r.network_id for r in facts.chain(recipient) if r.pk <= recipient.pk and r.network_id]
    return router.next_address(
        network=recipient.network_id,
        is_neighbour=len(set(chain)) > 1,
        asked={r.network_id for r in facts.recipients if r.network_id},
        used={r.email.casefold() or r.level for r in facts.recipients},
        sectors=facts.enquiry.sectors,
        needs=facts.enquiry.needs,
    )


def send_on(facts, recipient, address, *, now, by=None, **values):
    """(new Recipient, event): pass the question on from `recipient` to `address`, with a clock of its own."""
    event = add_event(facts.enquiry, EventKind.PASSED_ON, now=now, by=by, recipient=recipient, **values)
    due = ReplyClock.for_school(facts.enquiry.school).due(timezone.localdate(now))
    return _add_recipient(facts.enquiry, address, due, now=now, by=by, passed_from=recipient), event


def expire(*, now):
    """Pass on all questions whose last day for an answer is over; returns how many recipients that were.

    Each in a transaction of its own, so that one that fails holds up no other. Twice does nothing more, and
    two at the same time share the work.
    """
    on = timezone.localdate(now)
    count = 0
    for pk in Recipient.objects.due(on).order_by("reply_due_on", "pk").values_list("pk", flat=True)[:EXPIRED_AT_ONCE]:
        try:
            count += expire_one(pk, now=now)
        except Exception:
            logger.exception("Recipient %s could not be passed on", pk)
    return count


@transaction.atomic
def expire_one(recipient_pk, *, now):
    """Write that one recipient did not answer in time and send the question on; returns whether it did.

    At the end of the chain the question stays where it is, marked too late; the school is told either way.
    """
    on = timezone.localdate(now)
    enquiry_pk = Recipient.objects.values_list("enquiry", flat=True).get(pk=recipient_pk)
    if not Enquiry.objects.select_for_update(skip_locked=True).filter(pk=enquiry_pk):
        return False  # somebody else has it in hand
    if not Recipient.objects.due(on).filter(pk=recipient_pk).exists():
        return False
    facts = locked(enquiry_pk)
    recipient = next(r for r in facts.recipients if r.pk == recipient_pk)
    event = add_event(facts.enquiry, EventKind.EXPIRED, now=now, recipient=recipient)
    address = address_after(facts, recipient, on=on)
    following = send_on(facts, recipient, address, now=now)[0] if address else None
    letters.tell_asker(facts.enquiry, letters.expired(recipient, following), event)
    return True


# --- forgetting ------------------------------------------------------------------------------------------
def forget(*, now):
    """Delete questions that were never confirmed, and the name and address of who asked without an account.

    As the privacy page says: after 30 days, and two years after the question. Returns how many of each.
    """
    unconfirmed = Enquiry.objects.with_status().filter(
        status=EnquiryStatus.WAITING, asked_by=None, asked_at__lt=now - FORGOTTEN_AFTER
    )
    deleted = Enquiry.objects.filter(pk__in=unconfirmed.values("pk")).delete()[1].get("enquiries.Enquiry", 0)
    old = Enquiry.objects.filter(asked_at__lt=now - SENDER_KEPT_FOR).exclude(sender_name="", sender_email="")
    return deleted, old.update(sender_name="", sender_email="")
