"""Mail when things break, with real servers: nothing is lost, and only what was in hand can come twice."""

import time

import pytest
from django.db import connection, transaction
from django.utils import timezone

from accounts.messages import queue, send
from accounts.models import Message
from tests.accounts.faults import Machine, Sink

pytestmark = [
    pytest.mark.django_db,  # without it nobody makes the tables that the machine copies
    pytest.mark.xdist_group("faults"),  # one machine for all of them
]

COUNT = 200
IN_HAND = 2  # a worker has two processes


@pytest.fixture(scope="module")
def machine(tmp_path_factory, django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        tables_of = dict(connection.settings_dict)
    sink = Sink()
    machine = Machine(tmp_path_factory.mktemp("faults"), sink, tables_of)
    yield machine
    machine.close()
    sink.shutdown()
    sink.server_close()


@pytest.fixture(autouse=True)
def _in_a_good_mood(machine):
    machine.sink.mood, machine.sink.slow_s = "takes it", 0.0


def assert_each_was_sent(machine, *, at_most_twice):
    rows = machine.sql("SELECT message_id, tries FROM accounts_message WHERE sent_at IS NOT NULL")
    assert len(rows) == COUNT
    assert machine.sql("SELECT count(*) FROM accounts_message") == [(COUNT,)]
    assert machine.sink.got.keys() == {name for name, _tries in rows}
    twice = [name for name, count in machine.sink.got.items() if count > 1]
    assert len(twice) <= at_most_twice
    assert max(machine.sink.got.values()) <= 2


def test_a_worker_that_is_killed_in_the_middle_loses_nothing_and_doubles_only_what_was_in_hand(machine):
    machine.write_messages(COUNT)
    machine.sink.slow_s = 0.02
    worker = machine.start_worker()
    assert machine.sweep_until(lambda: machine.sent_count() > COUNT // 4)

    machine.kill(worker)
    left = COUNT - machine.sent_count()
    machine.start_worker()

    assert 0 < left < COUNT
    assert machine.sweep_until(lambda: machine.sent_count() == COUNT)
    assert_each_was_sent(machine, at_most_twice=IN_HAND)


def test_redis_that_stops_and_starts_loses_nothing(machine):
    machine.write_messages(COUNT)
    machine.sink.slow_s = 0.02
    if not machine.workers:
        machine.start_worker()
    assert machine.sweep_until(lambda: machine.sent_count() > COUNT // 10)

    machine.valkey._stop()
    assert not machine.valkey._answers()
    machine.ask_to_sweep()  # is not taken, and raises nothing
    machine.valkey._ensure_running()

    assert machine.sweep_until(lambda: machine.sent_count() == COUNT)
    assert_each_was_sent(machine, at_most_twice=0)


def test_postgresql_that_restarts_loses_nothing_and_doubles_only_what_was_in_hand(machine):
    machine.write_messages(COUNT)
    machine.sink.slow_s = 0.02
    if not machine.workers:
        machine.start_worker()
    assert machine.sweep_until(lambda: machine.sent_count() > COUNT // 10)

    machine.postgres._stop()
    machine.postgres._ensure_running()

    assert machine.sweep_until(lambda: machine.sent_count() == COUNT)
    assert_each_was_sent(machine, at_most_twice=IN_HAND)


# --- a mail server that misbehaves -----------------------------------------------------------------------
@pytest.fixture
def smtp(machine, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", machine.sink.port
    settings.EMAIL_USE_TLS, settings.EMAIL_TIMEOUT = False, 2
    machine.sink.got.clear()
    return machine.sink


def a_message():
    with transaction.atomic():
        return queue(key="x", kind="note", to="lezer@voorbeeld.example", subject="Hallo", text="Tekst")


def tries_until_the_end(message):
    """Send until it left or was given up, each time when it is due again; returns the tries."""
    now = timezone.now()
    while message.sent_at is None and message.given_up_at is None:
        send(message.pk, now=now)
        message.refresh_from_db()
        now = max(now, message.due_at)
    return message.tries


def test_a_server_that_hangs_up_after_the_data_gets_the_same_message_again(db, smtp):
    message = a_message()
    smtp.mood = "hangs up"
    assert send(message.pk) is False
    smtp.mood = "takes it"
    message.refresh_from_db()

    assert send(message.pk, now=message.due_at) is True
    assert smtp.got == {message.message_id: 2}
    assert "SMTPServerDisconnected" in message.last_error


def test_a_server_that_thinks_too_long_after_the_data_is_not_waited_for(db, smtp, settings):
    settings.EMAIL_TIMEOUT = 0.2
    message = a_message()
    smtp.slow_s = 0.6
    assert send(message.pk) is False
    smtp.slow_s, settings.EMAIL_TIMEOUT = 0, 2
    message.refresh_from_db()

    assert "TimeoutError" in message.last_error or "SMTPServerDisconnected" in message.last_error
    assert send(message.pk, now=message.due_at) is True
    deadline = time.monotonic() + 10
    while smtp.got[message.message_id] < 2 and time.monotonic() < deadline:
        time.sleep(0.02)  # the first still thinks: counted later, it would count in the next test
    assert smtp.got == {message.message_id: 2}


def test_an_address_that_is_refused_for_good_is_given_up_after_two_tries_and_says_so(db, smtp):
    message = a_message()
    smtp.mood = "refuses"

    assert tries_until_the_end(message) == 2
    assert message.last_error.startswith("Geweigerd door de mailserver (550).")
    assert "5.1.1 nobody here" in message.last_error
    assert smtp.got == {}


def test_a_server_that_is_busy_is_asked_eight_times(db, smtp):
    message = a_message()
    smtp.mood = "is busy"

    assert tries_until_the_end(message) == 8
    assert "451" in message.last_error
    assert not message.last_error.startswith("Geweigerd")


def test_what_failed_together_is_not_tried_together(db, smtp):
    smtp.mood = "is busy"
    now = timezone.now()
    with transaction.atomic():
        keys = [
            queue(key=f"x{number}", kind="note", to="a@voorbeeld.example", subject="x", text="x", due_at=now).pk
            for number in range(12)
        ]
    for pk in keys:
        send(pk, now=now)

    waits = {(due_at - now).total_seconds() for due_at in Message.objects.values_list("due_at", flat=True)}
    assert len(waits) == 12
    assert 51 <= min(waits) <= max(waits) <= 60
