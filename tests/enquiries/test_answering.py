"""What whoever was asked does with a question."""

import uuid
from datetime import date

import pytest

from enquiries import asking
from enquiries.answering import answer, pass_on, refuse, see
from enquiries.asking import NotPossibleError
from enquiries.attachments import CheckedFile
from enquiries.facts import Facts
from enquiries.figures import unmet_demand
from enquiries.models import Attachment, EnquiryEvent
from enquiries.status import EnquiryStatus, EventKind, RecipientStatus
from networks.models import ContactRole
from tests.enquiries.factories import NOW, TEXTS, ask, kinds, later, only_recipient
from tests.enquiries.test_asking import OVERDUE, mails, recipient_status, status


def act(service, recipient, **values):
    return service(**{"recipient": recipient, "form_key": uuid.uuid4(), "now": later(1), **values})


@pytest.fixture
def recipient(country):
    return only_recipient(ask(country))


def test_reading_is_written_once(recipient):
    assert [see(recipient=recipient, now=NOW) for _time in range(2)] == [True, False]
    assert recipient_status(recipient) == RecipientStatus.SEEN
    assert status(recipient.enquiry) == EnquiryStatus.SEEN


def test_an_answer_reaches_the_school_with_its_activity_and_files(country, recipient):
    event = act(
        answer,
        recipient,
        text="Wij komen.",
        activity=country.activity,
        files=[CheckedFile("plan.pdf", "application/pdf", b"%PDF-1.7")],
        by=country.coordinator,
    )

    assert (event.kind, event.activity, event.by) == (EventKind.ANSWERED, country.activity, country.coordinator)
    assert bytes(event.attachments.get().content) == b"%PDF-1.7"
    assert status(recipient.enquiry) == EnquiryStatus.ANSWERED
    assert mails("answered") == ["vrager@voorbeeld.example"]
    assert asking.expire(now=OVERDUE) == 0


def test_the_same_form_twice_is_one_answer(recipient):
    key = uuid.uuid4()
    file = CheckedFile("plan.pdf", "application/pdf", b"%PDF-1.7")

    first, second = (act(answer, recipient, form_key=key, text="Ja.", files=[file]) for _time in range(2))

    assert first == second
    assert Attachment.objects.count() == 1
    assert len(mails("answered")) == 1


def test_another_form_adds_to_the_answer(recipient):
    act(answer, recipient, text="Ja.")
    act(answer, recipient, text="En nog iets.")

    assert kinds(recipient.enquiry).count(EventKind.ANSWERED) == 2
    assert len(mails("answered")) == 2


def test_the_form_of_another_question_is_refused(country, recipient):
    other = only_recipient(ask(country, by=country.member))
    key = uuid.uuid4()
    act(answer, recipient, form_key=key, text="Ja.")

    with pytest.raises(NotPossibleError, match="hoort bij een andere vraag"):
        act(answer, other, form_key=key, text="Ja.")


@pytest.mark.parametrize("service", [answer, refuse, pass_on])
def test_after_it_was_taken_back_nothing_is_sent(recipient, service):
    asking.withdraw(enquiry=recipient.enquiry, now=NOW)
    values = {answer: {"text": "Ja."}, refuse: {"reason": "full"}, pass_on: {"reason": "Niet voor ons."}}[service]

    with pytest.raises(NotPossibleError, match=r"ingetrokken op 23 november 2026\. Uw antwoord is niet verstuurd"):
        act(service, recipient, **values)

    assert kinds(recipient.enquiry)[-1] == EventKind.CLOSED


def test_a_question_that_was_taken_back_is_not_read_any_more(recipient):
    asking.withdraw(enquiry=recipient.enquiry, now=NOW)

    assert see(recipient=recipient, now=NOW) is False


def test_after_a_delay_was_asked_the_answer_waits(recipient):
    asking.postpone(enquiry=recipient.enquiry, until=date(2027, 3, 1), now=NOW)

    with pytest.raises(NotPossibleError, match="uitgesteld tot 1 maart 2027"):
        act(answer, recipient, text="Ja.")


def test_a_late_answer_is_welcome_and_frees_who_got_it_meanwhile(country, recipient):
    asking.expire(now=OVERDUE)
    following = recipient.enquiry.recipients.last()

    act(answer, recipient, text="Sorry, hier is het.", now=OVERDUE)

    assert recipient_status(recipient) == RecipientStatus.ANSWERED
    assert recipient_status(following) == RecipientStatus.CLOSED
    assert mails("closed") == [following.email]
    assert asking.expire(now=later(30)) == 0


def test_a_late_answer_does_not_free_another_network_that_the_school_chose(country):
    enquiry = ask(country, networks=[country.network.pk, country.serving.pk])
    first, other = enquiry.recipients.all()

    act(answer, first, text="Ja.")

    assert recipient_status(other) == RecipientStatus.SENT


def test_a_refusal_says_why_and_when_to_ask_again(recipient):
    event = act(refuse, recipient, reason="full", text="Volgend jaar weer.", ask_again_on=date(2027, 3, 1))

    assert (event.reason, event.ask_again_on) == ("full", date(2027, 3, 1))
    assert status(recipient.enquiry) == EnquiryStatus.REFUSED
    assert mails("refused") == ["vrager@voorbeeld.example"]
    assert asking.expire(now=OVERDUE) == 0


def test_after_a_refusal_the_school_asks_the_next_once(country, recipient):
    act(refuse, recipient, reason="full")

    first, second = (asking.ask_next(recipient=recipient, now=later(1), by=country.asker) for _time in range(2))

    assert first == second
    assert first.name == "Tweede contact"
    assert status(recipient.enquiry) == EnquiryStatus.SENT
    assert recipient_status(recipient) == RecipientStatus.REFUSED


def test_the_school_does_not_pass_on_what_still_waits(recipient):
    with pytest.raises(NotPossibleError, match="Doorsturen kan pas"):
        asking.ask_next(recipient=recipient, now=NOW)


@pytest.mark.parametrize("service", [refuse, pass_on])
def test_after_an_answer_nobody_refuses_or_passes_on(recipient, service):
    act(answer, recipient, text="Ja.")

    with pytest.raises(NotPossibleError, match="al beantwoord"):
        act(service, recipient, reason="full")


def test_who_refused_may_still_answer(recipient):
    act(refuse, recipient, reason="full")

    act(answer, recipient, text="Toch plaats.")

    assert recipient_status(recipient) == RecipientStatus.ANSWERED
    assert unmet_demand(NOW).count() == 0


def test_passing_on_goes_to_the_next_with_the_reason(country, recipient):
    event = act(pass_on, recipient, reason="Mijn collega weet dit.")

    following = recipient.enquiry.recipients.last()
    assert (event.kind, event.text) == (EventKind.PASSED_ON, "Mijn collega weet dit.")
    assert following.passed_from == recipient
    assert mails("passed-on") == ["vrager@voorbeeld.example"]
    with pytest.raises(NotPossibleError, match="al bij een ander"):
        act(pass_on, recipient, reason="Nog eens.")


def test_the_same_form_passes_on_once(recipient):
    key = uuid.uuid4()

    assert act(pass_on, recipient, form_key=key, reason="Ja.") == act(pass_on, recipient, form_key=key, reason="Ja.")
    assert recipient.enquiry.recipients.count() == 2


def test_where_nobody_stands_behind_it_cannot_be_passed_on(country):
    ContactRole.objects.exclude(organisation__isnull=False).delete()
    recipient = only_recipient(ask(country))

    with pytest.raises(NotPossibleError, match="niemand meer"):
        act(pass_on, recipient, reason="Niet voor ons.")

    assert recipient_status(recipient) == RecipientStatus.SENT


def test_an_answer_that_is_not_needed_any_more_is_not_refused(country):
    enquiry = ask(country, networks=[country.network.pk, country.serving.pk])
    first, other = enquiry.recipients.all()
    act(answer, first, text="Ja.")
    asking.accept(recipient=first, now=later(1))

    with pytest.raises(NotPossibleError, match="niet meer nodig"):
        act(refuse, other, reason="full")
    assert act(answer, other, text="Wij ook.").kind == EventKind.ANSWERED


def test_unmet_demand_counts_questions_by_reason_since_a_moment(country):
    for by in (country.asker, country.member):
        enquiry = ask(country, by=by, networks=[country.network.pk, country.serving.pk])
        for recipient in enquiry.recipients.all():
            act(refuse, recipient, reason="full", now=later(3))
    answered = ask(country, by=country.stranger, networks=[country.network.pk, country.serving.pk])
    first, second = answered.recipients.all()
    act(refuse, first, reason="no_offer", now=later(3))
    act(answer, second, text="Ja.", now=later(3))
    old = only_recipient(ask(country, texts={**TEXTS, "goal": "Iets anders, eerder"}))
    act(refuse, old, reason="other", now=later(1))

    assert list(unmet_demand(later(3))) == [{"reason": "full", "enquiry_count": 2}]
    assert EnquiryEvent.objects.unmet_demand(later(3)).count() == 4
    assert list(unmet_demand(later(0))) == [
        {"reason": "full", "enquiry_count": 2},
        {"reason": "other", "enquiry_count": 1},
    ]


def test_a_list_never_fetches_the_bytes(recipient):
    act(answer, recipient, text="Ja.", files=[CheckedFile("a.pdf", "application/pdf", b"%PDF-")])

    assert "content" not in Attachment.objects.get().__dict__
    assert "content" not in EnquiryEvent.objects.get(kind="answered").attachments.get().__dict__
    facts = Facts.of(recipient.enquiry)
    assert facts.status == EnquiryStatus.ANSWERED
