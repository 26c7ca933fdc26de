"""What the school side does with a question, and what the clock does with it."""

import threading
import uuid
from datetime import date, datetime, timedelta

import pytest
from django.db import connection

from accounts.models import Message
from enquiries import answering, asking, letters
from enquiries.asking import NotPossibleError
from enquiries.facts import Facts
from enquiries.models import Enquiry, EnquiryEvent, Recipient
from enquiries.status import EnquiryStatus, EventKind, RecipientStatus
from enquiries.tasks import forget_old_senders, pass_on_unanswered
from networks.models import ContactRole
from tests.enquiries.factories import NOW, TEXTS, ask, asking_country, kinds, later, only_recipient

SENDER = ("Een lezer", "lezer@voorbeeld.example")
OVERDUE = later(8)  # Tuesday 1 December: the day after the last day


def status(enquiry):
    found = Facts.of(enquiry).status
    assert Enquiry.objects.with_status().get(pk=enquiry.pk).status == found
    return found


def recipient_status(recipient):
    found = Facts.of(recipient.enquiry).status_of(recipient)
    assert Recipient.objects.with_status().get(pk=recipient.pk).status == found
    return found


def mails(name):
    return list(Message.objects.filter(kind=f"enquiry-{name}").order_by("pk").values_list("to", flat=True))


def answer(recipient, text="Wij komen langs.", **values):
    given = {"recipient": recipient, "form_key": uuid.uuid4(), "text": text, "now": later(1), **values}
    return answering.answer(**given)


# --- asking ---------------------------------------------------------------------------------------------
def test_somebody_with_an_account_sends_at_once(country):
    enquiry = ask(country)

    recipient = only_recipient(enquiry)
    assert kinds(enquiry) == [EventKind.ASKED, EventKind.SENT]
    assert status(enquiry) == EnquiryStatus.SENT
    assert (recipient.owner, recipient.email) == (
        "Netwerk Nabij",
        "netwerkcontact@voorbeeld.example",
    ) or recipient.email
    assert recipient.contact.person.name == "Netwerkcontact"
    assert recipient.reply_due_on == date(2026, 11, 30)
    assert mails("received") == [recipient.email]
    assert mails("receipt") == ["vrager@voorbeeld.example"]


def test_the_same_form_twice_is_one_question(country):
    key = uuid.uuid4()

    first, second = ask(country, form_key=key), ask(country, form_key=key)

    assert first == second
    assert Recipient.objects.count() == 1
    assert (len(mails("received")), len(mails("receipt"))) == (1, 1)


def test_the_same_question_from_a_new_form_within_a_day_is_the_first(country):
    first = ask(country)

    assert ask(country, now=later(0.5)) == first
    assert ask(country, now=later(2)) != first


def test_another_question_another_network_or_another_person_is_another_question(country):
    first = ask(country)

    others = [
        ask(country, texts={**TEXTS, "period": "najaar"}),
        ask(country, networks=[country.neighbour.pk]),
        ask(country, by=country.member),
    ]

    assert len({first.pk, *(other.pk for other in others)}) == 4


def test_a_withdrawn_question_can_be_asked_again(country):
    first = ask(country)
    asking.withdraw(enquiry=first, now=NOW, by=country.asker)

    assert ask(country) != first


def test_several_networks_each_have_a_clock_and_a_mail(country):
    enquiry = ask(country, networks=[country.network.pk, country.serving.pk], to_first_contact=True)

    owners = {r.owner for r in enquiry.recipients.all()}
    assert owners == {"Netwerk Nabij", "Netwerk Bedrijven", country.municipality.region.name}
    assert len(mails("received")) == 3
    assert len(mails("receipt")) == 1


def test_where_even_the_office_has_no_contact_the_question_is_kept_for_staff(country):
    ContactRole.objects.all().delete()

    enquiry = ask(country)

    recipient = only_recipient(enquiry)
    assert (recipient.level, recipient.email) == ("office", "")
    assert mails("received") == []
    assert mails("receipt") == ["vrager@voorbeeld.example"]


def test_without_its_mail_no_question_is_kept(country, monkeypatch):
    def fail(**values):
        raise RuntimeError

    monkeypatch.setattr(letters, "queue_mail", fail)

    with pytest.raises(RuntimeError):
        ask(country)

    assert not Enquiry.objects.exists()


# --- without an account -----------------------------------------------------------------------------------
def test_without_an_account_nothing_is_sent_before_the_link_is_pressed(country):
    enquiry = ask(country, sender=SENDER)

    assert status(enquiry) == EnquiryStatus.WAITING
    assert mails("received") == []
    assert mails("verify") == ["lezer@voorbeeld.example"]
    message = Message.objects.get(kind="enquiry-verify")
    assert message.is_secret
    assert message.expires_at == NOW + timedelta(days=3)

    assert asking.verify(enquiry=enquiry, now=later(1)) is True

    assert status(enquiry) == EnquiryStatus.SENT
    assert only_recipient(enquiry).reply_due_on == date(2026, 12, 1)  # counted from the day of sending
    assert mails("receipt") == ["lezer@voorbeeld.example"]


def test_pressing_the_link_twice_sends_once(country):
    enquiry = ask(country, sender=SENDER)

    assert [asking.verify(enquiry=enquiry, now=NOW) for _time in range(2)] == [True, False]
    assert Recipient.objects.count() == 1


def test_a_network_that_ended_before_the_link_was_pressed_is_stood_in_for(country):
    enquiry = ask(country, sender=SENDER)
    country.network.ended_on = date(2026, 11, 24)
    country.network.save()

    asking.verify(enquiry=enquiry, now=later(1))

    assert only_recipient(enquiry).level == "region"


def test_asking_the_same_again_mails_a_new_link(country):
    first = ask(country, sender=SENDER)

    assert ask(country, sender=SENDER) == first
    assert len(mails("verify")) == 2


def test_unconfirmed_questions_and_old_senders_are_forgotten(country, today):
    waiting = ask(country, sender=SENDER)
    sent = ask(country, sender=("Ander", "ander@voorbeeld.example"))
    asking.verify(enquiry=sent, now=NOW)
    today.move(later(31))

    forget_old_senders()

    assert list(Enquiry.objects.all()) == [sent]
    assert waiting != sent
    sent.refresh_from_db()
    assert sent.sender_email == "ander@voorbeeld.example"

    today.move(later(731))
    forget_old_senders()

    sent.refresh_from_db()
    assert (sent.sender_name, sent.sender_email) == ("", "")


# --- changing, taking back, revealing --------------------------------------------------------------------
def test_a_change_is_told_once_for_all_changes_of_ten_minutes(country):
    enquiry = ask(country)

    for number in range(3):
        changed = asking.change(
            enquiry=enquiry, texts={**TEXTS, "goal": f"Anders {number}"}, now=NOW, by=country.asker
        )
        assert changed

    enquiry.refresh_from_db()
    assert enquiry.goal == "Anders 2"
    assert len(mails("changed")) == 1
    asking.change(enquiry=enquiry, texts={**TEXTS, "goal": "Later"}, now=NOW + timedelta(minutes=30), by=None)
    assert len(mails("changed")) == 2


def test_the_same_words_are_no_change(country):
    enquiry = ask(country)

    assert asking.change(enquiry=enquiry, texts=TEXTS, now=NOW) is False
    assert EventKind.CHANGED not in kinds(enquiry)


def test_after_an_answer_the_words_stay(country):
    enquiry = ask(country)
    answer(only_recipient(enquiry))

    with pytest.raises(NotPossibleError, match="al beantwoord"):
        asking.change(enquiry=enquiry, texts={**TEXTS, "goal": "Iets anders"}, now=later(1))

    enquiry.refresh_from_db()
    assert enquiry.goal == TEXTS["goal"]


def test_withdrawing_tells_who_has_it_and_stops_the_clock(country):
    enquiry = ask(country)

    assert [asking.withdraw(enquiry=enquiry, now=NOW) for _time in range(2)] == [True, False]

    assert status(enquiry) == EnquiryStatus.WITHDRAWN
    assert len(mails("withdrawn")) == 1
    assert asking.expire(now=OVERDUE) == 0


def test_an_unsent_question_that_was_withdrawn_cannot_be_sent(country):
    enquiry = ask(country, sender=SENDER)
    asking.withdraw(enquiry=enquiry, now=NOW)

    with pytest.raises(NotPossibleError, match="ingetrokken"):
        asking.verify(enquiry=enquiry, now=NOW)


def test_a_school_reveals_itself_once(country):
    enquiry = ask(country, is_anonymous=True)
    recipient = only_recipient(enquiry)
    assert Facts.of(enquiry).hides_school_from(recipient)

    assert [asking.reveal(enquiry=enquiry, now=NOW) for _time in range(2)] == [True, False]

    assert not Facts.of(enquiry).hides_school_from(recipient)
    assert len(mails("revealed")) == 1


def test_what_was_never_hidden_is_not_revealed(country):
    assert asking.reveal(enquiry=ask(country), now=NOW) is False


def test_accepting_reveals_to_that_recipient_alone_and_frees_the_others(country):
    enquiry = ask(country, is_anonymous=True, networks=[country.network.pk, country.serving.pk])
    first, other = enquiry.recipients.all()
    answer(first)

    assert [asking.accept(recipient=first, now=later(2)) for _time in range(2)] == [True, False]

    facts = Facts.of(enquiry)
    assert not facts.hides_school_from(first)
    assert facts.hides_school_from(other)
    assert recipient_status(other) == RecipientStatus.CLOSED
    assert mails("accepted") == [first.email]
    assert mails("closed") == [other.email]
    assert status(enquiry) == EnquiryStatus.ACCEPTED
    assert asking.expire(now=OVERDUE) == 0


def test_without_an_answer_there_is_nothing_to_accept(country):
    with pytest.raises(NotPossibleError, match="nog geen antwoord"):
        asking.accept(recipient=only_recipient(ask(country)), now=NOW)


def test_not_this_year_is_kept_with_its_day(country):
    enquiry = ask(country)
    march = date(2027, 3, 1)

    first = asking.postpone(enquiry=enquiry, until=march, text="Dit jaar niet", now=NOW)
    second = asking.postpone(enquiry=enquiry, until=date(2027, 4, 1), now=NOW)

    assert first == second
    assert (first.ask_again_on, first.text) == (march, "Dit jaar niet")
    assert status(enquiry) == EnquiryStatus.POSTPONED
    assert len(mails("postponed")) == 1
    assert asking.expire(now=OVERDUE) == 0


def test_an_accepted_or_unsent_question_is_not_postponed(country):
    accepted, waiting = ask(country), ask(country, sender=SENDER)
    answer(only_recipient(accepted))
    asking.accept(recipient=only_recipient(accepted), now=later(1))

    for enquiry in (accepted, waiting):
        with pytest.raises(NotPossibleError):
            asking.postpone(enquiry=enquiry, until=date(2027, 3, 1), now=later(1))


# --- time over -----------------------------------------------------------------------------------------------
def test_on_its_last_day_a_question_still_waits(country):
    ask(country)

    assert asking.expire(now=datetime(2026, 11, 30, 22, 30, tzinfo=NOW.tzinfo)) == 0
    assert asking.expire(now=datetime(2026, 11, 30, 23, 30, tzinfo=NOW.tzinfo)) == 1  # half past midnight here


def test_time_over_goes_to_the_next_with_a_new_clock_and_the_school_is_told(country):
    enquiry = ask(country)

    assert asking.expire(now=OVERDUE) == 1

    first, second = enquiry.recipients.all()
    assert recipient_status(first) == RecipientStatus.PASSED_ON
    assert (second.name, second.passed_from, second.reply_due_on) == ("Tweede contact", first, date(2026, 12, 8))
    assert kinds(enquiry)[-3:] == [EventKind.EXPIRED, EventKind.PASSED_ON, EventKind.SENT]
    assert mails("expired") == ["vrager@voorbeeld.example"]
    assert mails("received")[-1] == second.email


def test_expiring_twice_does_nothing_more(country):
    enquiry = ask(country)

    assert [asking.expire(now=OVERDUE) for _time in range(2)] == [1, 0]
    assert enquiry.recipients.count() == 2


def test_the_whole_chain_ends_at_the_office_marked_too_late(country):
    enquiry = ask(country)
    for day in range(100):
        asking.expire(now=later(day))

    owners = [r.name for r in enquiry.recipients.all()]
    assert owners == ["Netwerkcontact", "Tweede contact", "Buurcontact", "Regioloket", "Bureau"]
    assert status(enquiry) == EnquiryStatus.LATE
    assert recipient_status(enquiry.recipients.last()) == RecipientStatus.LATE
    assert len(mails("expired")) == 5
    assert "Na hen is er niemand meer" in Message.objects.filter(kind="enquiry-expired").latest("pk").text


def test_one_that_fails_holds_up_no_other(country, monkeypatch, caplog):
    ask(country)
    ask(country, by=country.member)
    real = asking.expire_one
    broken = Recipient.objects.order_by("pk").first().pk

    def fail_once(pk, *, now):
        if pk == broken:
            raise RuntimeError
        return real(pk, now=now)

    monkeypatch.setattr(asking, "expire_one", fail_once)

    assert asking.expire(now=OVERDUE) == 1
    assert f"Recipient {broken} could not be passed on" in caplog.text


def test_the_task_of_beat_passes_on(country, today, settings):
    enquiry = ask(country)
    today.move(OVERDUE)

    pass_on_unanswered()

    assert enquiry.recipients.count() == 2
    planned = settings.CELERY_BEAT_SCHEDULE["pass on questions nobody answered"]
    assert planned["task"] == pass_on_unanswered.name
    assert planned["schedule"].minute == {0, 15, 30, 45}


@pytest.mark.django_db(transaction=True)
def test_two_at_the_same_time_pass_a_question_on_once():
    enquiry = ask(asking_country())
    start = threading.Barrier(2)
    done = []

    def work():
        start.wait()
        try:
            done.append(asking.expire(now=OVERDUE))
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _number in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert sorted(done) in ([0, 1], [1, 0])
    assert enquiry.recipients.count() == 2
    assert kinds(enquiry).count(EventKind.EXPIRED) == 1


@pytest.mark.django_db(transaction=True)
def test_one_form_sent_twice_at_the_same_time_is_one_question():
    country, key = asking_country(), uuid.uuid4()
    start = threading.Barrier(2)
    made = []

    def work():
        start.wait()
        try:
            made.append(ask(country, form_key=key).pk)
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _number in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert len(made) == 2
    assert len(set(made)) == 1
    assert Recipient.objects.count() == 1


# --- who gets the mail, and what it tells -------------------------------------------------------------------
def test_when_the_account_of_who_asked_is_gone_the_members_of_the_school_are_told(country):
    enquiry = ask(country)
    country.asker.delete()

    answer(only_recipient(enquiry))

    assert mails("answered") == ["lid@voorbeeld.example"]


def test_no_mail_about_a_hidden_question_names_the_school_or_who_asks(country):
    enquiry = ask(country, is_anonymous=True, networks=[country.network.pk, country.serving.pk])
    asking.change(enquiry=enquiry, texts={**TEXTS, "goal": "Iets anders dan eerst"}, now=NOW)
    first, second = enquiry.recipients.all()
    answer(first)
    asking.accept(recipient=first, now=later(1))
    other = ask(country, is_anonymous=True, by=country.member)
    asking.postpone(enquiry=other, until=date(2027, 3, 1), now=NOW)
    gone = ask(country, is_anonymous=True, sender=SENDER)
    asking.verify(enquiry=gone, now=NOW)
    asking.withdraw(enquiry=gone, now=NOW)

    to_them = Message.objects.filter(to__in=[first.email, second.email])

    assert {message.kind for message in to_them} >= {
        "enquiry-received",
        "enquiry-changed",
        "enquiry-accepted",
        "enquiry-closed",
        "enquiry-postponed",
        "enquiry-withdrawn",
    }
    for message in to_them:
        whole = f"{message.subject} {message.text} {message.html} {message.reply_to} {message.key}"
        for secret in ("De Regenboog", "03WU00", "Vrager", "vrager@", "Lid", "lezer", TEXTS["goal"], "Iets anders"):
            assert secret not in whole, (message.kind, secret)
        assert message.is_secret


def test_every_mail_has_one_key_and_reads_the_same_in_both_forms(country):
    enquiry = ask(country, is_anonymous=True)
    asking.expire(now=OVERDUE)
    answer(enquiry.recipients.last(), text="Wij helpen.\nKom langs & bel.")

    for message in Message.objects.all():
        assert message.subject in message.text.replace("\n", " ")
        assert "http://127.0.0.1:8000/" in message.text
        assert "http://127.0.0.1:8000/" in message.html
    told = Message.objects.get(kind="enquiry-answered")
    assert "> Wij helpen.\n> Kom langs & bel." in told.text
    assert "Kom langs &amp; bel." in told.html
    assert "dan weet men wie u bent" in told.text


def test_events_are_never_changed_by_what_comes_after(country):
    enquiry = ask(country)
    before = list(EnquiryEvent.objects.order_by("pk").values())

    asking.expire(now=OVERDUE)
    asking.withdraw(enquiry=enquiry, now=OVERDUE)

    assert list(EnquiryEvent.objects.order_by("pk").values())[: len(before)] == before
