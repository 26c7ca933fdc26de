"""The demo: everything through the services, everything marked as sample, once."""

from datetime import timedelta

import pytest
from django.utils import timezone

from activities.models import Participation
from enquiries.demo import load_demo
from enquiries.models import Enquiry, Registration
from enquiries.models.signing_up import State
from tests.accounts.factories import UserFactory
from tests.activities.factories import ActivityFactory, OccurrenceFactory, small_country
from tests.networks.factories import NetworkFactory, ProgrammeFactory
from tests.schools.factories import SchoolFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def people():
    return {"teacher": UserFactory(), "coordinator": UserFactory()}


@pytest.fixture
def network():
    country = small_country()
    programme = ProgrammeFactory(slug="regionale-netwerken-po")
    network = NetworkFactory(programme=programme, area=[country.municipality], is_sample=True)
    activity = ActivityFactory(network=network, is_sample=True)
    OccurrenceFactory(activity=activity, starts_at=timezone.now() + timedelta(days=20), capacity=20, places_left=20)
    for number in range(6):
        SchoolFactory(code=f"20AA0{number}", municipality=country.municipality, pupils=200)
    return network


def test_the_demo_asks_answers_signs_up_and_takes_part(network, people):
    school = load_demo(**people, now=timezone.now())

    assert school.code == "20AA00"
    assert {str(e.status) for e in Enquiry.objects.with_status()} == {"answered", "sent"}
    states = {r.state for r in Registration.objects.filter(school=school).with_state()}
    assert states == {State.PLACED}
    assert Registration.objects.filter(school=school).count() == 2
    assert people["coordinator"].assignments.count() == 2
    assert school.pins.count() == 1


def test_all_that_can_say_so_is_marked_as_sample(network, people):
    load_demo(**people, now=timezone.now())

    assert not Enquiry.objects.filter(is_sample=False).exists()
    assert not Registration.objects.filter(is_sample=False).exists()
    by_hand = Participation.objects.exclude(source=Participation.Source.REGISTRATION)
    assert not by_hand.filter(is_sample=False).exists()


def test_twice_makes_nothing_more(network, people):
    load_demo(**people, now=timezone.now())
    before = Enquiry.objects.count(), Registration.objects.count(), Participation.objects.count()

    assert load_demo(**people, now=timezone.now()) is None
    assert (Enquiry.objects.count(), Registration.objects.count(), Participation.objects.count()) == before


def test_without_an_example_there_is_no_demo(people):
    assert load_demo(**people, now=timezone.now()) is None
    assert not Enquiry.objects.exists()
