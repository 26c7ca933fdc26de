"""A small world to sign up in: schools with members, a network with a coordinator, and dates."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from uuid import uuid4

from accounts.models import User
from enquiries import registrations
from enquiries.models import Registration
from networks.models import Assignment
from networks.rights import grant
from schools.models import Membership
from tests.activities.factories import ActivityFactory, OccurrenceFactory
from tests.networks.factories import ContactRoleFactory, NetworkFactory, PersonFactory, ProgrammeFactory
from tests.regions.factories import MunicipalityFactory
from tests.schools.factories import SchoolFactory

# A Monday at 10:00 in the Netherlands; the dates are on Thursdays after it.
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
TODAY = NOW.date()
START = datetime(2026, 12, 17, 9, 0, tzinfo=UTC)


def member_of(school, email=None, *, role="leader", name=""):
    """A user who speaks for `school`."""
    user = User.objects.create_user(
        email or f"lid-{school.code.lower()}-{uuid4().hex[:6]}@voorbeeld.example", name=name
    )
    Membership.objects.create(user=user, school=school, role=role, approved_at=NOW, way="coordinator")
    return user


def coordinator_of(network, email="coordinator@voorbeeld.example"):
    user = User.objects.create_user(email)
    grant(user=user, role=Assignment.Role.COORDINATOR, by=None, network=network)
    return user


def world(*, capacity=2, starts_at=START, **activity):
    """A municipality with a school, its member, a network with coordinator and contact, and a date."""
    place = MunicipalityFactory(name="Assen")
    programme = ProgrammeFactory(slug="nabij", name="Nabij", in_mbb=True)
    network = NetworkFactory(name="Netwerk Nabij", programme=programme, area=[place])
    ContactRoleFactory(
        network=network,
        person=PersonFactory(name="Netwerkcontact", email="netwerk@voorbeeld.example"),
        confirmed_on=TODAY,
    )
    activity = ActivityFactory(slug="training", title="Training in de klas", network=network, **activity)
    school = SchoolFactory(code="03WU00", name="De Regenboog", municipality=place)
    return SimpleNamespace(
        place=place,
        programme=programme,
        network=network,
        activity=activity,
        school=school,
        member=member_of(school, "lid@voorbeeld.example", name="Lid van De Regenboog"),
        coordinator=coordinator_of(network),
        date=OccurrenceFactory(
            activity=activity, starts_at=starts_at, capacity=capacity, places_left=capacity, place="Zaal 1"
        ),
    )


def sign_up(home, *, school=None, by=None, occurrence=None, now=NOW, **values):
    """Register a school for the date of `home`; another school and member each time unless they are given."""
    if school is None:
        school = SchoolFactory(municipality=home.place)
    return registrations.register(
        form_key=values.pop("form_key", None) or uuid4(),
        school=school,
        sector=values.pop("sector", "po"),
        occurrence=occurrence or home.date,
        by=by or member_of(school),
        now=now,
        **values,
    )


def fresh(registration):
    """The registration as the database has it."""
    return Registration.objects.for_page().with_state().get(pk=registration.pk)


def kinds(registration):
    return [event.kind for event in registration.events.order_by("pk")]


def days(number):
    return timedelta(days=number)
