"""Activities and subsidies for tests, and one small country with a school in it."""

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from activities.models import Activity, Occurrence, Participation, Subsidy
from activities.series import ClosedDays
from loket.vocabulary import Availability, Kind, Sector
from tests.networks.factories import ContactRoleFactory, NetworkFactory, PersonFactory, ProgrammeFactory
from tests.regions.factories import LandsdeelFactory, MunicipalityFactory, OfficeFactory, ProvinceFactory
from tests.schools.factories import SchoolFactory


class ActivityFactory(DjangoModelFactory):
    """Published long ago and confirmed today, unless told otherwise."""

    class Meta:
        model = Activity

    slug = factory.Sequence(lambda n: f"activiteit-{n}")
    network = factory.SubFactory(NetworkFactory)
    title = factory.LazyAttribute(lambda activity: activity.slug.capitalize())
    summary = "Wat u doet."
    kind = Kind.TRAINING
    sectors = factory.LazyFunction(lambda: [Sector.PO])
    published_on = date(2020, 1, 1)
    confirmed_on = factory.LazyFunction(timezone.localdate)


class OccurrenceFactory(DjangoModelFactory):
    """Two hours from 10:00 on 1 December 2026 in the Netherlands, unless told otherwise."""

    class Meta:
        model = Occurrence

    activity = factory.SubFactory(ActivityFactory)
    starts_at = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
    ends_at = factory.LazyAttribute(lambda occurrence: occurrence.starts_at + timedelta(hours=2))


class SubsidyFactory(DjangoModelFactory):
    class Meta:
        model = Subsidy

    slug = factory.Sequence(lambda n: f"subsidie-{n}")
    name = factory.LazyAttribute(lambda subsidy: subsidy.slug.capitalize())


def open_day(weeks=3):
    """A day, at least eight ahead, that is no public holiday; nor is that weekday in the weeks after it."""
    closed, day = ClosedDays(None, ()), timezone.localdate() + timedelta(days=8)
    while any(closed.get(day + timedelta(weeks=week)) for week in range(weeks)):
        day += timedelta(days=1)
    return day


def small_country():
    """A po school in a municipality with a desk, a network that covers it and one that does not; fresh contacts."""
    landsdeel = LandsdeelFactory(slug="noord")
    municipality = MunicipalityFactory(
        name="Assen", landsdeel=landsdeel, province=ProvinceFactory(landsdeel=landsdeel)
    )
    school = SchoolFactory(code="03WU00", name="De Regenboog", place="Assen", municipality=municipality)
    near = ProgrammeFactory(slug="nabij", name="Nabij", serves={"po": {"primary": ["curriculum"], "secondary": []}})
    spot = ProgrammeFactory(slug="elders", name="Elders")
    later = ProgrammeFactory(slug="later", name="Later", availability=Availability.VERKENNING)
    product = ProgrammeFactory(slug="leerlijn", name="Leerlijn", availability=Availability.GEEN_DEELNAME)
    network = NetworkFactory(name="Netwerk Nabij", programme=near, area=[municipality])
    NetworkFactory(programme=spot, area=[MunicipalityFactory(landsdeel=landsdeel)])
    activity = ActivityFactory(
        slug="training", title="Training in de klas", network=network, needs=["curriculum"], phases=["bewustwording"]
    )
    office = OfficeFactory()
    for owner, name in (
        ({"region": municipality.region}, "Regioloket"),
        ({"landsdeel": landsdeel}, "Landsdeel Noord"),
        ({"organisation": office}, "Bureau"),
        ({"network": network}, "Netwerkcontact"),
    ):
        ContactRoleFactory(person=PersonFactory(name=name), confirmed_on=timezone.localdate(), **owner)
    return SimpleNamespace(
        school=school,
        municipality=municipality,
        network=network,
        activity=activity,
        programmes={"near": near, "spot": spot, "later": later, "product": product},
    )


class ParticipationFactory(DjangoModelFactory):
    """A po school that takes part in the school year 2026-2027, unless told otherwise."""

    class Meta:
        model = Participation

    school = factory.SubFactory(SchoolFactory)
    programme = factory.SubFactory(ProgrammeFactory)
    sector = Sector.PO
    school_year = "2026-2027"
    started_on = date(2026, 9, 1)
