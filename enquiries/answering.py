"""What whoever was asked does with a question. Each service locks the enquiry first, as in `asking`."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from activities.reasons import day as in_words
from enquiries import attachments, letters
from enquiries.asking import NotPossibleError, add_event, address_after, close_and_tell, locked, own, send_on
from enquiries.models import EnquiryEvent
from enquiries.status import EnquiryStatus, EventKind, RecipientStatus

ANSWERED = (RecipientStatus.ANSWERED, RecipientStatus.ACCEPTED)


@transaction.atomic
def see(*, recipient, now, by=None):
    """Write that the question was read; returns whether that is the first time. Not after it was taken back."""
    facts = locked(recipient.enquiry_id)
    if facts.is_ended or facts.happened_to(recipient, EventKind.SEEN):
        return False
    add_event(facts.enquiry, EventKind.SEEN, now=now, by=by, recipient=recipient)
    return True


@transaction.atomic
def answer(*, recipient, form_key, text, now, activity=None, files=(), by=None):
    """Answer a question; returns the event. The same form twice is one answer; another form adds to the first.

    files: CheckedFiles. A late answer is as welcome as any: whoever got the question meanwhile need not answer.
    Raises NotPossibleError when the school withdrew or postponed the question.
    """
    facts, recipient, earlier = _begin(recipient, form_key)
    if earlier:
        return earlier
    event = add_event(
        facts.enquiry,
        EventKind.ANSWERED,
        now=now,
        by=by,
        recipient=recipient,
        text=text,
        activity=activity,
        form_key=form_key,
    )
    attachments.keep(event, files)
    behind = [r for r in facts.chain(recipient) if r.pk != recipient.pk and facts.is_open(r)]
    close_and_tell(facts, behind, now=now)
    letters.tell_asker(facts.enquiry, letters.answered(recipient, event), event)
    return event


@transaction.atomic
def refuse(*, recipient, form_key, reason, now, text="", ask_again_on=None, files=(), by=None):
    """Say that one cannot help, with a reason that is counted; returns the event.

    ask_again_on: from when the school may ask again. Raises NotPossibleError after an answer, and when the
    question is no longer with this recipient.
    """
    facts, recipient, earlier = _begin(recipient, form_key)
    if earlier:
        return earlier
    _still_with(facts, recipient)
    event = add_event(
        facts.enquiry,
        EventKind.REFUSED,
        now=now,
        by=by,
        recipient=recipient,
        text=text,
        reason=reason,
        ask_again_on=ask_again_on,
        form_key=form_key,
    )
    attachments.keep(event, files)
    letters.tell_asker(facts.enquiry, letters.refused(recipient, event), event)
    return event


@transaction.atomic
def pass_on(*, recipient, form_key, reason, now, by=None):
    """Send a question on to the next address; returns the event, whose recipient's `passed_to` is the new one.

    Raises NotPossibleError when nobody stands behind, after an answer, and when it was passed on already.
    """
    facts, recipient, earlier = _begin(recipient, form_key)
    if earlier:
        return earlier
    _still_with(facts, recipient)
    address = address_after(facts, recipient, on=timezone.localdate(now))
    if address is None:
        raise NotPossibleError(_("Na u is er niemand meer. Antwoord zelf, of laat weten dat u niet kunt helpen."))
    following, event = send_on(facts, recipient, address, now=now, by=by, text=reason, form_key=form_key)
    letters.tell_asker(facts.enquiry, letters.passed_on(recipient, following, event), event)
    return event


def _begin(recipient, form_key):
    """(facts, recipient, event that this form made already or None). Raises NotPossibleError for what has ended."""
    facts = locked(recipient.enquiry_id)
    recipient = own(facts, recipient)
    earlier = EnquiryEvent.objects.filter(form_key=form_key).first()
    if earlier and earlier.recipient_id != recipient.pk:
        raise NotPossibleError(_("Dit formulier hoort bij een andere vraag. Open de vraag opnieuw."))
    if earlier is None and facts.is_ended:
        if facts.status == EnquiryStatus.WITHDRAWN:
            moment = timezone.localdate(facts.last(EventKind.WITHDRAWN).happened_at)
            said = _("De school heeft haar vraag ingetrokken op %(day)s. Uw antwoord is niet verstuurd.")
        else:
            moment = facts.last(EventKind.POSTPONED).ask_again_on
            said = _("De school heeft haar vraag uitgesteld tot %(day)s. Uw antwoord is niet verstuurd.")
        raise NotPossibleError(said % {"day": in_words(moment)})
    return facts, recipient, earlier


def _still_with(facts, recipient):
    status = facts.status_of(recipient)
    if status in ANSWERED:
        raise NotPossibleError(_("U hebt deze vraag al beantwoord. U kunt nog iets toevoegen aan uw antwoord."))
    if status == RecipientStatus.REFUSED:
        raise NotPossibleError(_("U hebt al laten weten dat u niet kunt helpen. Antwoorden kan nog wel."))
    if status == RecipientStatus.PASSED_ON:
        raise NotPossibleError(_("Deze vraag is al bij een ander. Zelf antwoorden kan nog wel."))
    if status == RecipientStatus.CLOSED:
        raise NotPossibleError(_("De school heeft uw antwoord niet meer nodig. U hoeft niets te doen."))
