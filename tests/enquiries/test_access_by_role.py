"""Every private page about a school, asked by everybody: exactly who may, and nobody else (R44).

TABLE holds a row for each private URL of this room and for the choices of a coordinator. Whoever adds a page
adds its row: a URL without one fails.
"""

from dataclasses import dataclass, field
from datetime import timedelta
from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.urls import get_resolver, reverse
from django.utils import timezone

from activities.models import Pin
from enquiries.asking import ask
from enquiries.models import Attachment, EnquiryEvent
from enquiries.registrations import register
from networks.models import Assignment
from schools.membership import invite
from tests.accounts.factories import UserFactory
from tests.activities.factories import OccurrenceFactory, ParticipationFactory, small_country
from tests.loket.test_access import OWN, PUBLIC
from tests.networks.factories import AssignmentFactory, NetworkFactory
from tests.schools.factories import BoardFactory, MembershipFactory

MEMBERS = ("member", "board")
COORDINATORS = ("coordinator", "region coordinator", "staff")
SCHOOL = (*MEMBERS, *COORDINATORS)
NETWORK = ("coordinator", "staff")
SOMEWHERE = ("outsider", "coordinator elsewhere", *SCHOOL)  # who has a school or a network, be it another
ANYBODY = ("observer", *SOMEWHERE)
ROLES = ("anonymous", *ANYBODY)


@dataclass(frozen=True)
class Row:
    """who: the roles that may. method: "get", or "post" where there is nothing to read. args: of the URL."""

    who: tuple
    args: object = field(default=lambda world: [world.school.code])
    method: str = "get"


def _enquiry(world):
    return [world.enquiry.uid]


def _answered(world):
    return [world.enquiry.uid, world.recipient.uid]


def _registration(world):
    return [world.registration.uid]


def _participation(world):
    return [world.participation.pk]


TABLE = {
    "activities:pins": Row(COORDINATORS),
    "activities:unpin": Row(COORDINATORS, lambda world: [world.school.code, world.pin.pk], "post"),
    "enquiries:begin": Row(ANYBODY, lambda world: []),
    "enquiries:my": Row(ANYBODY, lambda world: []),
    "enquiries:my-school": Row(SCHOOL),
    "enquiries:participation-csv": Row(SCHOOL),
    "enquiries:renew-calendar": Row(MEMBERS, method="post"),
    "enquiries:revoke-calendar": Row(SCHOOL, method="post"),  # of who asks: there is nothing of a coordinator
    "enquiries:profile": Row(SCHOOL),
    "enquiries:profile-sector": Row(SCHOOL, lambda world: [world.school.code, "po"]),
    "enquiries:intake": Row(SCHOOL),
    "enquiries:members": Row(SCHOOL),
    "enquiries:invite": Row(SCHOOL),
    "enquiries:withdraw-invitation": Row(
        ("board", *COORDINATORS), lambda world: [world.school.code, world.invitation.uid], "post"
    ),
    "enquiries:end-member": Row(("board", *COORDINATORS), lambda world: [world.school.code, world.colleague.pk]),
    "enquiries:member-role": Row(("board", *COORDINATORS), lambda world: [world.school.code, world.colleague.pk]),
    "enquiries:choose-school": Row(ANYBODY, lambda world: []),
    "enquiries:choose-role": Row(ANYBODY),
    "enquiries:boards": Row(ANYBODY, lambda world: []),
    "enquiries:board": Row(ANYBODY, lambda world: [world.school.board.number]),
    # Who was asked is sent on to the page where it answers.
    "enquiries:enquiry": Row((*MEMBERS, *NETWORK), _enquiry),
    "enquiries:enquiry-change": Row(MEMBERS, _enquiry, "post"),
    "enquiries:enquiry-withdraw": Row(MEMBERS, _enquiry, "post"),
    "enquiries:enquiry-reveal": Row(MEMBERS, _enquiry, "post"),
    "enquiries:enquiry-postpone": Row(MEMBERS, _enquiry, "post"),
    "enquiries:enquiry-accept": Row(MEMBERS, _answered, "post"),
    "enquiries:enquiry-next": Row(MEMBERS, _answered, "post"),
    "enquiries:enquiry-attachment": Row(
        (*MEMBERS, *NETWORK), lambda world: [world.enquiry.uid, world.attachment.uid]
    ),
    "enquiries:received": Row(("coordinator elsewhere", *COORDINATORS), lambda world: []),
    "enquiries:recipient": Row(NETWORK, _answered),
    "enquiries:recipient-attachment": Row(NETWORK, lambda world: [*_answered(world), world.attachment.uid]),
    "enquiries:register": Row(SOMEWHERE, lambda world: [world.occurrence.uid]),
    "enquiries:register-programme": Row(SOMEWHERE, lambda world: ["nabij"]),
    "enquiries:registration": Row(SCHOOL, _registration),
    "enquiries:registration-ics": Row(SCHOOL, _registration),
    "enquiries:registration-change": Row(SCHOOL, _registration, "post"),
    "enquiries:registration-cancel": Row(SCHOOL, _registration, "post"),
    "enquiries:registration-accept": Row(SCHOOL, _registration, "post"),
    "enquiries:registration-decline": Row(SCHOOL, _registration, "post"),
    "enquiries:registration-transfer": Row(SCHOOL, _registration, "post"),
    "enquiries:registration-confirm": Row(NETWORK, _registration, "post"),
    "enquiries:attendance": Row(NETWORK, lambda world: [world.occurrence.uid]),
    "enquiries:participation": Row(SCHOOL, _participation),
    "enquiries:participation-stop": Row(SCHOOL, _participation, "post"),
    "enquiries:entry-add": Row(NETWORK, _participation, "post"),
    "enquiries:entry": Row((*MEMBERS, *NETWORK), lambda world: [world.participation.pk, world.entry.pk]),
}
# About one's own request or invitation, or a list that is empty for who decides about nothing: tests beside them.
ELSEWHERE = {"enquiries:claim", "enquiries:decide", "enquiries:approvals", "enquiries:invitation"}


@pytest.fixture
def world(db):
    country = small_country()
    now = timezone.now()
    school = country.school
    school.board = BoardFactory()
    school.save()
    member = MembershipFactory(school=school).user
    colleague = MembershipFactory(school=school)
    occurrence = OccurrenceFactory(activity=country.activity, starts_at=now + timedelta(days=30))
    enquiry = ask(
        form_key=uuid4(),
        school=school,
        texts={"goal": "Wat kan er hier?", "for_whom": "", "period": ""},
        sectors=["po"],
        needs=[],
        networks=[country.network.pk],
        now=now,
        by=member,
    )
    recipient = enquiry.recipients.get()
    answer = EnquiryEvent.objects.create(
        enquiry=enquiry, recipient=recipient, kind="answered", happened_at=now, text="Veel"
    )
    participation = ParticipationFactory(
        school=school, programme=country.programmes["near"], network=country.network, school_year="2025-2026"
    )
    people = {
        "outsider": MembershipFactory().user,
        "member": member,
        "board": MembershipFactory(school=None, board=school.board, role="board").user,
        "coordinator elsewhere": AssignmentFactory(network=NetworkFactory()).user,
        "coordinator": AssignmentFactory(network=country.network).user,
        "region coordinator": AssignmentFactory(
            role=Assignment.Role.REGION_COORDINATOR, region=country.municipality.region
        ).user,
        "staff": AssignmentFactory(role=Assignment.Role.PROGRAMME_STAFF).user,
        "observer": AssignmentFactory(role=Assignment.Role.OBSERVER).user,
    }
    return SimpleNamespace(
        school=school,
        people=people,
        colleague=colleague,
        occurrence=occurrence,
        enquiry=enquiry,
        recipient=recipient,
        attachment=Attachment.objects.create(
            event=answer, name="uitleg.pdf", content_type="application/pdf", size_bytes=4, content=b"%PDF"
        ),
        registration=register(
            form_key=uuid4(), school=school, sector="po", occurrence=occurrence, by=member, now=now
        ),
        participation=participation,
        entry=participation.entries.create(happened_on="2025-10-06", kind="training"),
        invitation=invite(
            school=school, email="collega@voorbeeld.example", role="teacher", by=people["board"], now=now
        ),
        pin=Pin.objects.create(school=school, activity=country.activity, kind="pin", note="Begin hiermee"),
    )


def test_the_table_names_every_private_page():
    resolver = get_resolver().namespace_dict["enquiries"][1]
    private = {f"enquiries:{name}" for name in resolver.reverse_dict if isinstance(name, str)} - PUBLIC

    assert private == {name for name in TABLE if name.startswith("enquiries:")} | ELSEWHERE
    assert private | {name for name in OWN if not name.startswith("enquiries:")} >= OWN


@pytest.mark.parametrize("name", TABLE)
def test_exactly_these_roles_may(world, client, sign_in, name):
    row = TABLE[name]
    address = reverse(name, args=row.args(world))

    for role in ROLES:
        visitor = client if role == "anonymous" else sign_in(world.people[role])
        answer = getattr(visitor, row.method)(address)
        if role == "anonymous":
            assert answer.status_code == 302, role
            assert answer["Location"].startswith("/account/login/?next="), role
        elif role not in row.who:
            assert answer.status_code in {403, 404}, (role, answer.status_code)
        else:
            assert answer.status_code in {200, 302, 400, 409, 422}, (role, answer.status_code)
            assert not answer.get("Location", "").startswith("/account/"), role


def test_who_has_no_role_at_all_sees_no_school(world, sign_in):
    visitor = sign_in(UserFactory())

    answers = {
        name: visitor.get(reverse(name, args=row.args(world))).status_code
        for name, row in TABLE.items()
        if row.method == "get" and row.who != ANYBODY
    }

    assert set(answers.values()) <= {403, 404}
