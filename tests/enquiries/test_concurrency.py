"""Real processes against PostgreSQL: never one place too many, none lost, and the order of the lock."""

import subprocess
import sys
import threading
import time
import uuid
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection, connections, transaction
from django.utils import timezone

from accounts.models import Message, User
from activities.models import Occurrence
from enquiries import places, registrations
from enquiries.models import Registration, RegistrationEvent, State
from enquiries.registrations import RefusedError
from tests.activities.factories import OccurrenceFactory
from tests.enquiries.signing_up import sign_up, world
from tests.schools.factories import SchoolFactory

pytestmark = pytest.mark.django_db(transaction=True)
PROCESSES, EACH, PLACES = 8, 25, 50


@pytest.fixture
def home():
    return world(capacity=PLACES, starts_at=timezone.now() + timedelta(days=30))


def test_two_hundred_registrations_from_eight_processes_fill_fifty_places(home):
    User.objects.create_user("menigte@voorbeeld.example")
    schools = [SchoolFactory(municipality=home.place).pk for _number in range(PROCESSES * EACH)]
    start_at = time.time() + 8
    started = [
        subprocess.Popen(
            [
                sys.executable,
                *("-m", "tests.enquiries.crowd", connection.settings_dict["NAME"], str(home.date.pk), str(start_at)),
                *map(str, schools[number::PROCESSES]),
            ],
            cwd=settings.BASE_DIR,
            stderr=subprocess.PIPE,
            text=True,
        )
        for number in range(PROCESSES)
    ]
    said = [process.communicate(timeout=240)[1] for process in started]

    assert [process.returncode for process in started] == [0] * PROCESSES, said
    rows = list(Registration.objects.with_state().order_by("pk"))
    assert [row.state for row in rows].count(State.PLACED) == PLACES
    assert [row.state for row in rows].count(State.WAITING) == PROCESSES * EACH - PLACES
    assert {row.school_id for row in rows} == set(schools)
    # Who got the lock first has a place; the list goes on in that order, from all processes mixed.
    events = list(RegistrationEvent.objects.order_by("pk").values_list("kind", "registration"))
    assert [kind for kind, _pk in events] == ["placed"] * PLACES + ["waitlisted"] * (len(schools) - PLACES)
    waiting = list(Registration.objects.waiting().values_list("pk", flat=True))
    assert waiting == [pk for kind, pk in events if kind == "waitlisted"]
    home.date.refresh_from_db()
    assert (home.date.places_left, home.date.waiting_list_count) == (0, len(schools) - PLACES)
    assert Message.objects.filter(key__endswith="-network").count() == len(schools)


def together(*calls):
    """Call all at once, each on a connection of its own; the errors they raised, in order of the calls."""
    ready, errors = threading.Barrier(len(calls)), [None] * len(calls)

    def run(number, call):
        try:
            ready.wait()
            call()
        except RefusedError as error:
            errors[number] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return errors


def test_the_same_form_sent_twice_at_once_is_one_registration(home):
    key = uuid.uuid4()

    def send():
        sign_up(home, school=home.school, by=home.member, form_key=key, now=timezone.now())

    assert together(send, send, send) == [None] * 3
    assert Registration.objects.count() == 1


def test_the_same_programme_form_sent_twice_at_once_is_one_registration(home):
    key = uuid.uuid4()

    def send():
        registrations.register_for_programme(
            form_key=key,
            school=home.school,
            sector="po",
            programme=home.programme,
            network=home.network,
            by=home.member,
            now=timezone.now(),
        )

    assert together(send, send, send) == [None] * 3
    assert Registration.objects.count() == 1


def test_two_that_want_the_last_place_of_another_date(home):
    now = timezone.now()
    target = OccurrenceFactory(activity=home.activity, starts_at=now + timedelta(days=37), capacity=1, places_left=1)
    first, second = sign_up(home, now=now), sign_up(home, now=now)

    def move(row):
        return lambda: registrations.transfer(registration=row, to=target, by=None, now=now)

    errors = together(move(first), move(second))

    assert sum(error is not None for error in errors) == 1
    dates = sorted(Registration.objects.values_list("occurrence", flat=True))
    assert dates == sorted([home.date.pk, target.pk])
    assert places.count(target).left == 0


def test_crossing_moves_between_two_dates_do_not_wait_for_each_other(home):
    now = timezone.now()
    target = OccurrenceFactory(activity=home.activity, starts_at=now + timedelta(days=37), capacity=5, places_left=5)
    here, there = sign_up(home, now=now), sign_up(home, occurrence=target, now=now)

    errors = together(
        lambda: registrations.transfer(registration=here, to=target, by=None, now=now),
        lambda: registrations.transfer(registration=there, to=home.date, by=None, now=now),
    )

    assert errors == [None, None]
    assert [row.occurrence_id for row in Registration.objects.order_by("pk")] == [target.pk, home.date.pk]


def test_accepting_and_lapsing_at_once_give_the_place_once(home):
    now = timezone.now()
    Occurrence.objects.update(capacity=1, places_left=1)
    first, second, _third = (sign_up(home, now=now) for _number in range(3))
    registrations.cancel(registration=first, reason="other", by=None, now=now)
    offer = second.waiting_offers.get()

    together(
        lambda: registrations.accept(registration=second, by=None, now=offer.expires_at - timedelta(seconds=1)),
        lambda: registrations.lapse_offers(now=offer.expires_at),
    )

    states = [row.state for row in Registration.objects.with_state().order_by("pk")[1:]]
    assert states in ([State.PLACED, State.WAITING], [State.LAPSED, State.OFFERED])


def test_the_sweep_leaves_a_date_that_somebody_is_busy_with(home):
    now = timezone.now()
    Occurrence.objects.update(capacity=1, places_left=1)
    first, second = (sign_up(home, now=now) for _number in range(2))
    registrations.cancel(registration=first, reason="other", by=None, now=now)
    later = second.waiting_offers.get().expires_at
    ended = []

    with transaction.atomic():
        places.lock(home.date.pk)
        together(lambda: ended.append(registrations.lapse_offers(now=later)))

    assert ended == [0]
    assert registrations.lapse_offers(now=later) == 1
