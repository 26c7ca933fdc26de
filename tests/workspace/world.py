"""A network with all that belongs to it, one elsewhere, and one person for each role."""

from datetime import timedelta
from types import SimpleNamespace
from uuid import uuid4

from django.utils import timezone

from activities.models import Revision
from enquiries.models import Enquiry, EnquiryEvent, Recipient, Registration, RegistrationEvent
from networks.models import Assignment, Partner, SupportPoint
from networks.rights import grant
from schools.models import Membership
from tests.accounts.factories import UserFactory
from tests.activities.factories import ActivityFactory, OccurrenceFactory
from tests.networks.factories import ContactRoleFactory, NetworkFactory, PersonFactory, ProgrammeFactory
from tests.quality.factories import MeetingFactory, ObligationFactory
from tests.regions.factories import BoardFactory, MunicipalityFactory
from tests.schools.factories import SchoolFactory

Role = Assignment.Role
DAY = timedelta(days=1)


def today():
    return timezone.localdate()


def ask(home, *, network=None, days_left=3, anonymous=False, school=None):
    """A question that lies with `network`; returns its Recipient."""
    now = timezone.now()
    enquiry = Enquiry.objects.create(
        form_key=uuid4(), school=school or home.school, goal="Wij zoeken scholing.", is_anonymous=anonymous
    )
    recipient = Recipient.objects.create(
        enquiry=enquiry,
        level="network",
        network=network or home.network,
        owner=(network or home.network).name,
        email=f"{uuid4().hex[:8]}@voorbeeld.example",
        reply_due_on=today() + timedelta(days=days_left),
    )
    for kind in ("asked", "sent"):
        EnquiryEvent.objects.create(
            enquiry=enquiry, recipient=recipient if kind == "sent" else None, kind=kind, happened_at=now
        )
    return recipient


def join(home, *, network=None, occurrence=None, kind="signed_up", school=None):
    """A registration of a school: for a date, or for the programme of `network`."""
    registration = Registration.objects.create(
        form_key=uuid4(),
        school=school or SchoolFactory(municipality=home.place),
        sector="po",
        occurrence=occurrence,
        programme=None if occurrence else (network or home.network).programme,
        network=None if occurrence else (network or home.network),
    )
    RegistrationEvent.objects.create(registration=registration, kind=kind, happened_at=timezone.now())
    return registration


def fill(home, network):
    """One of each thing to do for `network`."""
    activity = ActivityFactory(network=network, confirmed_on=today() - timedelta(days=200))
    past = timezone.now() - timedelta(days=4)
    date = OccurrenceFactory(activity=activity, starts_at=past)
    ask(home, network=network)
    join(home, network=network)
    join(home, occurrence=date, kind="placed")
    ContactRoleFactory(network=network, confirmed_on=today() - timedelta(days=300))
    ObligationFactory(network=network, due_on=today() + 5 * DAY)
    Revision.objects.create(network=network, values={"title": "Een voorstel"}, proposed_at=timezone.now())


def world(**network):
    """`network` with a board, a contact, a support point, a meeting and an obligation; and one `elsewhere`."""
    place, far = MunicipalityFactory(name="Assen"), MunicipalityFactory(name="Vaals")
    programme = ProgrammeFactory(slug="nabij", name="Nabij", meetings_least=5, meetings_most=6)
    school = SchoolFactory(code="03WU00", name="De Regenboog", municipality=place)
    board = BoardFactory(name="Bestuur Noord")
    mine = NetworkFactory(
        slug="netwerk-nabij",
        name="Netwerk Nabij",
        programme=programme,
        area=[place],
        boards=[board],
        **{"confirmed_on": today(), **network},
    )
    elsewhere = NetworkFactory(
        slug="netwerk-ver", name="Netwerk Ver", programme=programme, area=[far], confirmed_on=today()
    )
    person = PersonFactory(name="Contact Nabij", email="nabij@voorbeeld.example")
    point = SupportPoint.objects.create(network=mine, name="Steunpunt Assen", municipality=place)
    home = SimpleNamespace(
        place=place,
        far=far,
        programme=programme,
        school=school,
        board=board,
        network=mine,
        elsewhere=elsewhere,
        partner=Partner.objects.get(network=mine),
        person=person,
        contact=ContactRoleFactory(network=mine, person=person, confirmed_on=today()),
        point=point,
        meeting=MeetingFactory(network=mine, held_on=today() + 9 * DAY),
        obligation=ObligationFactory(network=mine, due_on=today() + 99 * DAY),
    )
    home.people = people(home)
    home.delegation = Assignment.objects.get(user=home.people["delegate"])
    return home


def people(home):
    """{role: user}: everybody of whom the table of rights speaks."""
    on = today()
    found = {
        "member": UserFactory(),
        "coordinator elsewhere": _with(Role.COORDINATOR, network=home.elsewhere),
        "coordinator": _with(Role.COORDINATOR, network=home.network),
        "account manager": _with(Role.ACCOUNT_MANAGER, network=home.network),
        "delegate": _with(Role.DELEGATE, network=home.network, from_on=on - DAY, until_on=on),
        "delegate before": _with(Role.DELEGATE, network=home.network, from_on=on + DAY, until_on=on + 2 * DAY),
        "delegate after": _with(Role.DELEGATE, network=home.network, from_on=on - 9 * DAY, until_on=on - DAY),
        "region coordinator": _with(Role.REGION_COORDINATOR, region=home.place.region),
        "committee": _with(Role.COMMITTEE, network=home.network),
        "staff": _with(Role.PROGRAMME_STAFF),
        "observer": _with(Role.OBSERVER),
    }
    Membership.objects.create(
        user=found["member"], school=home.school, role="teacher", approved_at=timezone.now(), way="coordinator"
    )
    return found


def _with(role, **scope):
    return grant(user=UserFactory(), role=role, by=None, **scope).user
