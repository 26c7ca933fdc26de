"""The demo has things due, of the kinds that people see first; once, and marked as sample."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from activities.models import Occurrence, Participation
from enquiries.demo import load_demo
from enquiries.models import Enquiry, Registration
from quality.models import Obligation
from reminders.demo import load_due
from reminders.due import RULES, Asked
from tests.accounts.factories import UserFactory
from tests.activities.factories import ActivityFactory, OccurrenceFactory, small_country
from tests.networks.factories import NetworkFactory, ProgrammeFactory
from tests.schools.factories import SchoolFactory

DUE = {
    "activity-confirm",
    "ask-again",
    "attendance-missing",
    "date-next-week",
    "date-tomorrow",
    "date-tomorrow-network",
    "funding-ends",
    "obligation-due",
    "question-resumes",
    "question-unanswered",
    "registration-unconfirmed",
    "school-silent",
}


@pytest.fixture
def people(db):
    country = small_country()
    programme = ProgrammeFactory(slug="regionale-netwerken-po")
    network = NetworkFactory(programme=programme, area=[country.municipality], is_sample=True)
    for slug in ("a", "b"):
        activity = ActivityFactory(slug=slug, network=network, is_sample=True)
        OccurrenceFactory(
            activity=activity, starts_at=timezone.now() + timedelta(days=20), capacity=20, places_left=20
        )
    for number in range(6):
        SchoolFactory(code=f"20AA0{number}", municipality=country.municipality, pupils=200)
    found = {"teacher": UserFactory(), "coordinator": UserFactory()}
    load_demo(**found, now=timezone.now())
    return found


def told(people):
    now = timezone.now()
    mine = {user.pk for user in people.values()}
    return {
        key
        for key, rule in RULES.rules.items()
        if any(due.user_pk in mine for due in rule.dues(Asked(now=now, days=rule.days)))
    }


def counts():
    return [model.objects.count() for model in (Enquiry, Registration, Participation, Obligation, Occurrence)]


def test_the_demo_accounts_have_things_due(people):
    before = told(people)

    load_due(**people, now=timezone.now())

    assert told(people) >= DUE
    assert not before >= DUE


def test_all_of_it_is_sample_and_made_once(people):
    load_due(**people, now=timezone.now())
    first = counts()

    assert load_due(**people, now=timezone.now()) is None
    assert counts() == first
    for model in (Enquiry, Registration, Obligation):
        assert not model.objects.filter(is_sample=False).exists()


def test_the_command_needs_the_demo_accounts(people, settings):
    settings.DEMO_ACCOUNTS = {}
    with pytest.raises(CommandError, match="no demo accounts here"):
        call_command("load_demo_due")

    settings.DEMO_ACCOUNTS = {"school@voorbeeld.example": "school"}
    with pytest.raises(CommandError, match="not there yet"):
        call_command("load_demo_due")

    for name, user in (("school", people["teacher"]), ("coordinator", people["coordinator"])):
        user.email = f"{name}@voorbeeld.example"
        user.save()
    out = StringIO()
    call_command("load_demo_due", stdout=out)
    assert out.getvalue().startswith("Due at ")
