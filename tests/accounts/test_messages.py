"""Mail leaves once, whatever fails on the way: the row first, a task after the commit, a sweep behind it."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from celery import current_app
from django.conf import settings
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.db import connection, transaction
from django.utils import timezone
from django_celery_beat.models import IntervalSchedule, PeriodicTask
from django_celery_beat.schedulers import DatabaseScheduler
from kombu.exceptions import OperationalError

from accounts import messages, tasks
from accounts.messages import MOST_TRIES, due_keys, message_of, queue, queue_many, send
from accounts.models import Message

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@pytest.fixture
def handed_over(monkeypatch):
    """(task, arguments) of everything that was given to the broker."""
    given = []
    monkeypatch.setattr(
        messages.current_app, "send_task", lambda name, args, **options: given.append((name, *args)), raising=False
    )
    return given


def a_message(**values):
    return queue(
        **{
            "key": "note-1",
            "kind": "note",
            "to": "netwerk@voorbeeld.example",
            "subject": "Klopt er iets niet?",
            "text": "De prijs klopt niet.",
            "due_at": NOW,
            **values,
        }
    )


class Refusing(EmailBackend):
    """A mail server that is away; `seen` holds the Message-ID of each try."""

    seen = []

    def send_messages(self, sent):
        self.seen.extend(each.extra_headers["Message-ID"] for each in sent)
        raise ConnectionRefusedError("nobody\x00 there")


@pytest.fixture
def refusing(settings, monkeypatch):
    monkeypatch.setattr(Refusing, "seen", [])
    settings.EMAIL_BACKEND = f"{__name__}.Refusing"
    return Refusing


def test_a_message_is_handed_over_after_the_commit(db, handed_over, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        message = a_message()
        assert handed_over == []

    assert handed_over == [("accounts.tasks.send_message", message.pk)]


def test_what_is_for_later_waits_for_the_sweep(db, handed_over, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        message = a_message(due_at=timezone.now() + timedelta(days=1))

    assert handed_over == []
    assert due_keys(timezone.now()) == []
    assert due_keys(timezone.now() + timedelta(days=2)) == [message.pk]


@pytest.mark.django_db(transaction=True)
def test_a_cause_that_is_rolled_back_takes_its_mail_with_it(handed_over):
    def fail():
        a_message()
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        transaction.atomic(fail)()

    assert not Message.objects.exists()
    assert handed_over == []


@pytest.mark.django_db(transaction=True)
def test_a_message_without_a_transaction_is_refused():
    with pytest.raises(transaction.TransactionManagementError):
        a_message()


def test_the_same_cause_makes_one_message(db, handed_over, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        first = a_message()
        second = a_message(text="Iets anders")

    assert first == second
    assert len(handed_over) == 1
    assert Message.objects.get().text == "De prijs klopt niet."


def test_a_sent_message_holds_what_was_asked_and_is_not_sent_again(db):
    message = a_message(subject="Een\nregel\r\nmet Bcc: x", reply_to="afzender@voorbeeld.example")

    assert send(message.pk, now=NOW) is True
    assert send(message.pk, now=NOW) is False

    (letter,) = mail.outbox
    assert letter.to == ["netwerk@voorbeeld.example"]
    assert letter.reply_to == ["afzender@voorbeeld.example"]
    assert letter.subject == "Een regel met Bcc: x"
    assert letter.body == "De prijs klopt niet."
    assert letter.from_email == settings.DEFAULT_FROM_EMAIL
    assert letter.message()["Message-ID"] == message.message_id
    message.refresh_from_db()
    assert (message.sent_at, message.tries, message.last_error) == (NOW, 1, "")


def test_nothing_leaves_before_it_is_due(db):
    message = a_message(due_at=NOW + timedelta(minutes=1))

    assert send(message.pk, now=NOW) is False
    assert mail.outbox == []


def test_a_key_that_does_not_exist_is_no_error(db):
    assert send(0, now=NOW) is False


def test_a_failed_try_is_remembered_and_made_again_later(db, refusing, settings):
    message = a_message()

    assert send(message.pk, now=NOW) is False

    message.refresh_from_db()
    assert (message.tries, message.sent_at, message.given_up_at) == (1, None, None)
    assert message.last_error == "ConnectionRefusedError: nobody there"
    assert due_keys(NOW) == []
    assert due_keys(NOW + timedelta(minutes=1)) == [message.pk]
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert send(message.pk, now=NOW + timedelta(minutes=1)) is True
    assert len(mail.outbox) == 1


def test_after_eight_tries_in_two_days_it_is_given_up_under_one_message_id(db, refusing):
    message = a_message()
    moment = NOW
    while message.given_up_at is None:
        assert due_keys(moment) == [message.pk]
        send(message.pk, now=moment)
        message.refresh_from_db()
        moment = max(moment, message.due_at)

    assert message.tries == MOST_TRIES == 8
    assert timedelta(days=1, hours=12) < message.given_up_at - NOW <= timedelta(days=2)
    assert refusing.seen == [message.message_id] * 8
    assert due_keys(moment + timedelta(days=365)) == []
    assert send(message.pk, now=moment + timedelta(days=1)) is False


@pytest.mark.django_db(transaction=True)
def test_two_senders_send_once(settings):
    in_hand, go_on = threading.Event(), threading.Event()

    class Slow(EmailBackend):
        def send_messages(self, sent):
            in_hand.set()
            assert go_on.wait(10)
            return super().send_messages(sent)

    globals()["Slow"] = Slow
    settings.EMAIL_BACKEND = f"{__name__}.Slow"
    with transaction.atomic():
        message = a_message()
    results = []

    def first():
        results.append(send(message.pk, now=NOW))
        connection.close()

    sender = threading.Thread(target=first)
    sender.start()
    assert in_hand.wait(10)
    second = send(message.pk, now=NOW)  # does not wait for the first: its row is locked, so somebody has it
    go_on.set()
    sender.join(10)

    assert (results, second) == ([True], False)
    assert len(mail.outbox) == 1


def test_the_sweep_hands_over_what_is_due_and_not_sent(db, handed_over):
    lost, done, later = (a_message(key=f"note-{number}") for number in range(3))
    send(done.pk, now=NOW)
    Message.objects.filter(pk=later.pk).update(due_at=timezone.now() + timedelta(days=1))

    tasks.sweep_messages()

    assert handed_over == [("accounts.tasks.send_message", lost.pk)]


def test_a_broker_that_is_away_loses_nothing(db, monkeypatch, caplog, django_capture_on_commit_callbacks):
    def away(*args, **options):
        raise OperationalError("away")

    monkeypatch.setattr(messages.current_app, "send_task", away, raising=False)

    with django_capture_on_commit_callbacks(execute=True):
        message = a_message()

    assert due_keys(timezone.now()) == [message.pk]
    assert "waits for the sweep" in caplog.text


def test_a_real_broker_that_is_away_is_left_alone_at_once(monkeypatch):
    """With the settings of Loket; Celery's own would let a visitor wait for six seconds."""
    tries = []
    monkeypatch.setattr("redis.connection.socket.socket", lambda *args: tries.append(1) or _refuse())
    with current_app.connection_for_write("redis://127.0.0.1:9/0") as broker, pytest.raises(OperationalError):
        current_app.send_task(messages.SEND_TASK, (1,), retry=False, connection=broker)

    assert len(tries) == 2


def _refuse():
    raise ConnectionRefusedError


def test_the_task_is_named_as_the_queue_calls_it_and_sends(db):
    message = a_message(due_at=NOW)

    current_app.tasks[messages.SEND_TASK](message.pk)

    assert len(mail.outbox) == 1


@pytest.mark.django_db(transaction=True)
def test_beat_starts_the_sweep_each_minute_and_knows_it_once():
    for _ in range(2):
        DatabaseScheduler(app=current_app._get_current_object(), lazy=True).setup_schedule()

    sweep = PeriodicTask.objects.get(task="accounts.tasks.sweep_messages")
    assert (sweep.interval.every, sweep.interval.period, sweep.enabled) == (60, "seconds", True)
    assert sweep.task in current_app.tasks


def test_staff_read_messages_and_can_have_given_up_ones_tried_again(db, admin_client):
    message = a_message(subject="<script>alert(1)</script>")
    Message.objects.update(given_up_at=NOW, tries=8)

    listed = admin_client.get("/admin/accounts/message/?stand=opgegeven").content.decode()
    form = admin_client.get(f"/admin/accounts/message/{message.pk}/change/").content.decode()
    admin_client.post("/admin/accounts/message/", {"action": "try_again", "_selected_action": [message.pk]})

    assert "&lt;script&gt;alert(1)" in listed
    assert 'name="_save"' not in form
    assert due_keys(timezone.now()) == [message.pk]


# --- what a room puts in front of a mail, and a last look ----------------------------------------------------
UNSUBSCRIBE = {"List-Unsubscribe": "<https://loket.voorbeeld.example/uit/>"}


def test_headers_of_the_list_stand_in_front_of_the_mail_and_never_replace_ours(db):
    message = a_message(headers=UNSUBSCRIBE)

    send(message.pk, now=NOW)

    written = mail.outbox[0].message()
    assert written["List-Unsubscribe"] == UNSUBSCRIBE["List-Unsubscribe"]
    assert written["Auto-Submitted"] == "auto-generated"


@pytest.mark.parametrize(
    "headers", [{"Bcc": "x@voorbeeld.example"}, {"List-Unsubscribe": "a\nBcc: x"}, {"List-Unsubscribe": 1}]
)
def test_a_header_of_another_name_or_form_is_refused(db, headers):
    with pytest.raises(ValueError, match="header"):
        a_message(headers=headers)


def test_many_messages_are_written_at_once_and_those_that_were_there_stay(
    db, handed_over, django_capture_on_commit_callbacks, django_assert_max_num_queries
):
    a_message(key="note-1", text="Van eerder")
    handed_over.clear()
    wanted = [
        message_of(key=f"note-{number}", kind="note", to="a@voorbeeld.example", subject="x", text="nieuw", due_at=NOW)
        for number in range(1, 31)
    ]

    with django_capture_on_commit_callbacks(execute=True), django_assert_max_num_queries(2):
        made = queue_many(wanted)

    assert len(made) == 29
    assert Message.objects.get(key="note-1").text == "Van eerder"
    keys = [each.pk for each in made]
    assert handed_over == [
        ("accounts.tasks.send_messages", keys[:20]),
        ("accounts.tasks.send_messages", keys[20:]),
    ]


def test_many_messages_of_one_task_share_a_connection_and_one_that_fails_stops_no_other(db, settings, monkeypatch):
    events = []

    class Moody(EmailBackend):
        def open(self):
            events.append("open")

        def close(self):
            events.append("close")

        def send_messages(self, sent):
            if sent[0].subject == "stuk":
                raise ConnectionResetError
            return super().send_messages(sent)

    globals()["Moody"] = Moody
    settings.EMAIL_BACKEND = f"{__name__}.Moody"
    first, broken, last = (a_message(key=name, subject=name) for name in ("eerste", "stuk", "laatste"))

    current_app.tasks[messages.SEND_MANY_TASK]([first.pk, broken.pk, 0, last.pk])

    assert [letter.subject for letter in mail.outbox] == ["eerste", "laatste"]
    broken.refresh_from_db()
    assert (broken.tries, broken.sent_at) == (1, None)
    assert events == ["open", "open", "close", "open", "close"]


def test_a_mail_server_that_hangs_keeps_no_task_for_ever(db):
    message = a_message()

    messages.send_many([message.pk], seconds=-1)

    assert mail.outbox == []
    assert due_keys(timezone.now()) == [message.pk]


def test_a_broker_that_is_away_is_asked_once_for_many(db, monkeypatch):
    asked = []

    def away(*args, **options):
        asked.append(args)
        raise OperationalError("away")

    monkeypatch.setattr(messages.current_app, "send_task", away, raising=False)

    assert messages.hand_over_many(range(500)) == 0
    assert len(asked) == 1


@pytest.fixture
def look(monkeypatch):
    """look(function) -> the last look at notes."""
    return lambda function: monkeypatch.setitem(messages.LAST_LOOKS, "note", function)


def test_a_last_look_can_change_drop_or_postpone_a_message(db, look):
    changed, dropped, later = (a_message(key=f"note-{number}") for number in range(3))

    def decide(message, now):
        if message == dropped:
            raise messages.DroppedError("Hoeft niet meer.")
        if message == later:
            raise messages.PostponedError(NOW + timedelta(days=1))
        message.text = "Anders."

    look(decide)
    left = [send(each.pk, now=NOW) for each in (changed, dropped, later)]

    for each in (changed, dropped, later):
        each.refresh_from_db()
    assert left == [True, False, False]
    assert [letter.body for letter in mail.outbox] == ["Anders."]
    assert (dropped.given_up_at, dropped.tries, dropped.last_error) == (NOW, 0, "Hoeft niet meer.")
    assert (later.due_at, later.tries) == (NOW + timedelta(days=1), 0)


def test_a_last_look_that_fails_is_a_failed_try(db, look):
    message = a_message()
    look(lambda message, now: 1 / 0)

    assert send(message.pk, now=NOW) is False

    message.refresh_from_db()
    assert (message.tries, message.sent_at) == (1, None)
    assert message.last_error.startswith("ZeroDivisionError")
    assert mail.outbox == []


def test_the_form_of_a_scheduled_task_needs_no_inline_script(db, admin_client):
    each_minute = IntervalSchedule.objects.create(every=60, period="seconds")
    task = PeriodicTask.objects.create(name="x", task="accounts.tasks.sweep_messages", interval=each_minute)

    page = admin_client.get(f"/admin/django_celery_beat/periodictask/{task.pk}/change/").text

    assert 'name="interval"' in page
    assert 'id="periodic-task-overrides"' not in page
