"""A world in which every rule has something to say today, and more of the same."""

from datetime import datetime, timedelta
from uuid import uuid4

from django.utils import timezone

from activities.models import Occurrence
from enquiries.models import Enquiry, EnquiryEvent, Recipient, RegistrationEvent, WaitingOffer
from loket.vocabulary import school_year
from networks.models import Network
from regions.models import HolidayRegion
from schools.models import Profile
from tests.activities.factories import ActivityFactory, OccurrenceFactory, ParticipationFactory, SubsidyFactory
from tests.networks.factories import ContactRoleFactory, NetworkFactory, PersonFactory, ProgrammeFactory
from tests.quality.factories import MeetingFactory, ObligationFactory
from tests.reminders.asking import at
from tests.schools.factories import MembershipFactory, SchoolFactory
from tests.workspace.world import DAY, ask, join


def school_of(home, **values):
    """Another school near home, with one teacher."""
    school = SchoolFactory(municipality=home.place, holiday_region=holidays(), **values)
    MembershipFactory(school=school)
    return school


def holidays():
    return HolidayRegion.objects.get_or_create(slug="noord", defaults={"name": "Noord"})[0]


def happen(recipient, kind, *, days_ago=0, **values):
    return EnquiryEvent.objects.create(
        enquiry=recipient.enquiry, recipient=recipient, kind=kind, happened_at=at_days(-days_ago), **values
    )


def at_days(days):
    """This hour on a day before or after today; counting in hours would miss it where the clock changed between."""
    now = timezone.localtime()
    return timezone.make_aware(datetime.combine(now.date() + timedelta(days=days), now.time()))


def question(home, *, days_left=0, days_ago=7, **values):
    """A question of a school of its own, asked a week ago."""
    recipient = ask(home, days_left=days_left, school=values.pop("school", None) or school_of(home), **values)
    Recipient.objects.filter(pk=recipient.pk).update(created_at=at_days(-days_ago))
    Enquiry.objects.filter(pk=recipient.enquiry_id).update(asked_at=at_days(-days_ago))
    return Recipient.objects.get(pk=recipient.pk)


def passed_on(home):
    """A question that was not answered in time and lies with a colleague now."""
    first = question(home, days_left=-2, days_ago=9)
    for kind in ("expired", "passed_on"):
        happen(first, kind, days_ago=1)
    second = Recipient.objects.create(
        enquiry=first.enquiry,
        level="network",
        network=home.network,
        owner=home.network.name,
        email=f"{uuid4().hex[:8]}@voorbeeld.example",
        passed_from=first,
        reply_due_on=home.today + 20 * DAY,
    )
    happen(second, "sent")
    return first


def late(home):
    recipient = question(home, days_left=-2, days_ago=9)
    happen(recipient, "expired")
    return recipient


def postponed(home, *, until=None):
    """A question that was answered, and that the school put off until today."""
    recipient = question(home, days_left=-2, days_ago=40)
    happen(recipient, "answered", days_ago=35)
    EnquiryEvent.objects.create(
        enquiry=recipient.enquiry,
        kind="postponed",
        happened_at=at_days(-30),
        ask_again_on=until or home.today,
    )
    return recipient


def placed(home, starts_at, *, network=None, school=None, kind="placed", days_ago=40, **date):
    """A registration for a date, given long ago; its date was made long ago as well."""
    activity = ActivityFactory(network=network or home.network, confirmed_on=home.today)
    occurrence = OccurrenceFactory(activity=activity, starts_at=starts_at, place="Zaal 1", **date)
    Occurrence.objects.filter(pk=occurrence.pk).update(changed_at=starts_at - timedelta(days=100))
    registration = join(home, occurrence=occurrence, kind=kind, school=school or school_of(home))
    RegistrationEvent.objects.filter(registration=registration).update(happened_at=at_days(-days_ago))
    return registration


def offered(home, expires_at, *, days_ago=3):
    registration = placed(home, at_days(30), kind="offered")
    WaitingOffer.objects.create(registration=registration, offered_at=at_days(-days_ago), expires_at=expires_at)
    return registration


def signed_up(home, *, days_ago=6, **values):
    registration = join(home, **values)
    type(registration).objects.filter(pk=registration.pk).update(registered_at=at_days(-days_ago))
    return registration


def silent(home, *, days_ago=380, school=None):
    """A school that takes part since long, and of which nothing was written down."""
    school = school or school_of(home)
    began = home.today - timedelta(days=days_ago)
    return ParticipationFactory(
        school=school,
        programme=home.programme,
        network=home.network,
        school_year=school_year(home.today),
        started_on=began,
    )


def waits(home, *, days_ago=100):
    return ParticipationFactory(
        school=school_of(home),
        programme=home.programme,
        network=home.network,
        school_year=school_year(home.today),
        started_on=None,
        waiting_from_on=home.today - timedelta(days=days_ago),
    )


def minding_money(home, school=None):
    """A school that looks at money, with a leader; returns the Membership of that one."""
    membership = MembershipFactory(school=school or school_of(home), role="leader")
    Profile.objects.create(school=membership.school, sector="po", barriers=["no_money"])
    return membership


def fill_rules(home):
    """For each rule at least one more thing that is due today."""
    today = home.today
    question(home)
    passed_on(home)
    late(home)
    postponed(home)
    placed(home, at(today + 6 * DAY, 14))
    placed(home, at(today + DAY, 14))
    offered(home, at(today, 17))
    signed_up(home)
    placed(home, at(today - 8 * DAY, 14))
    ActivityFactory(network=home.network, confirmed_on=today - 400 * DAY)
    ContactRoleFactory(network=home.network, person=PersonFactory(name="Oud contact"), confirmed_on=today - 400 * DAY)
    MembershipFactory(school=school_of(home), pending=True, asked_at=at_days(-4))
    ObligationFactory(network=home.network, due_on=today)
    funded = NetworkFactory(programme=home.programme, confirmed_on=None, funded_until=today + 100 * DAY)
    MeetingFactory(network=funded, held_on=today - 400 * DAY)
    visited = ProgrammeFactory._meta.model.objects.filter(slug="vo-ho-netwerken").first()
    visited = visited or ProgrammeFactory(slug="vo-ho-netwerken", name="Vo-ho-netwerken")
    NetworkFactory(programme=visited, confirmed_on=today)
    silent(home)
    waits(home)
    SubsidyFactory(programme=home.programme, closes_on=today + 20 * DAY, opens_on=today - DAY)
    SubsidyFactory(closes_on=today + 20 * DAY, opens_on=today - DAY)
    minding_money(home)
    Network.objects.filter(pk=home.network.pk).update(confirmed_on=today - 200 * DAY)
