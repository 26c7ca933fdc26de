"""Obligations, the rhythm of meetings, and the examples of both."""

from datetime import date, timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone

from networks.models import Network, Programme
from quality.meetings import rhythm
from quality.models import Meeting, Obligation
from quality.obligations import finish, reopen
from quality.samples import load_samples
from tests.accounts.factories import UserFactory
from tests.networks.factories import NetworkFactory, ProgrammeFactory
from tests.quality.factories import MeetingFactory, ObligationFactory
from tests.regions.factories import BoardFactory

ON = date(2026, 11, 25)
DAY = timedelta(days=1)


def test_done_counts_once_and_can_be_taken_back(db):
    user, now = UserFactory(), timezone.now()
    obligation = ObligationFactory(network=NetworkFactory(), due_on=ON - DAY, note="Formulier B.")
    assert obligation.is_late(ON)

    finish(obligation=obligation, by=user, now=now, note="Verstuurd.")
    again = finish(obligation=obligation, by=UserFactory(), now=now + DAY)

    assert (again.done_by, again.done_at, again.note) == (user, now, "Formulier B.\nVerstuurd.")
    assert not again.is_late(ON)
    assert reopen(obligation=obligation).is_late(ON)


def test_the_rhythm_counts_meetings_of_the_year_that_somebody_attended(db, django_assert_num_queries):
    network = NetworkFactory(programme=ProgrammeFactory(meetings_least=5, meetings_most=6))
    board = BoardFactory()
    for number, day in enumerate([date(2025, 12, 31), date(2026, 1, 1), ON]):
        MeetingFactory(network=network, held_on=day, title=f"{number}").attendees.add(board)
    MeetingFactory(network=network, held_on=ON, title="niet ingevuld")
    MeetingFactory(network=network, held_on=ON + DAY, title="komt nog")
    MeetingFactory(network=NetworkFactory(), held_on=ON).attendees.add(board)

    with django_assert_num_queries(1):
        found = rhythm(network, ON)

    assert (found.held_count, found.unrecorded_count, found.planned_count) == (2, 1, 1)
    assert (found.least, found.most, found.missing_count) == (5, 6, 1)


@pytest.mark.parametrize(("least", "most", "asks"), [(None, None, False), (0, 0, False), (2, 2, True)])
def test_a_programme_may_ask_nothing(db, least, most, asks):
    network = NetworkFactory(programme=ProgrammeFactory(meetings_least=least, meetings_most=most))

    found = rhythm(network, ON)

    assert found.asks_something is asks
    assert found.missing_count == (least or 0)


def test_examples_are_labelled_due_and_made_once(db):
    for number in range(4):
        NetworkFactory(slug=f"voorbeeld-{number}", is_sample=True, boards=[BoardFactory()])
    real = NetworkFactory()
    busy = NetworkFactory(is_sample=True)
    own = ObligationFactory(network=busy)

    made = load_samples(ON)

    assert made == 4 * 5
    assert load_samples(ON + 90 * DAY) == 0
    assert not Obligation.objects.filter(network=real).exists()
    assert list(Obligation.objects.filter(is_sample=False)) == [own]
    assert Obligation.objects.filter(is_sample=True).due_by(ON + Obligation.SHOWN_BEFORE).count() == 4
    held = Meeting.objects.filter(held_on__lte=ON)
    assert held.count() == 8
    assert all(meeting.attendees.exists() for meeting in held)
    assert load_samples(ON + 500 * DAY) == 4 * 5


def test_the_command_says_what_it_made(db):
    NetworkFactory(is_sample=True)
    out = StringIO()

    call_command("load_sample_cycle", stdout=out)

    assert out.getvalue() == "meetings and obligations: 5 new\n"
    assert Network.objects.count() == 1
    assert Programme.objects.get().meetings_least is None
