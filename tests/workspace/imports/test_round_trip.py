"""Reading back what went out changes nothing, whatever stands in it, in both forms."""

import io
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from activities.models import Activity, Entry, Occurrence, Participation
from loket.vocabulary import Availability, Delivery, Initiative, Kind, Need, Phase, Sector, StopReason, TargetGroup
from networks.models import ContactRole, Network, Partner, Person, SupportPoint
from regions.models import Organisation
from tests.networks.factories import AssignmentFactory, ProgrammeFactory
from tests.regions.factories import MunicipalityFactory
from tests.schools.factories import SchoolFactory
from tests.workspace.imports.files import network_with_coordinator, read
from workspace.exports import csv_lines, write_xlsx
from workspace.imports.kinds import KINDS
from workspace.imports.reading import BROKEN_LETTERS as BROKEN
from workspace.imports.steps import scope_of

PROPERTY = settings(max_examples=25)  # each has a transaction of its own
# Anything that somebody may have typed, with what spreadsheets trip over more often than chance has it.
PRINTED = st.characters(
    codec="utf-8", exclude_categories=["Cc", "Cs", "Co", "Cn"], exclude_characters="\ufffd"
) | st.sampled_from("=+-@';\" '#")
BREAKS = st.sampled_from("\t\n\r")
LETTERS = st.sampled_from("aZ09")


def whole(text):
    """Letters that an import takes for broken ones are none: two signs in a row that chance gave."""
    return BROKEN.sub("x", text)


# A line has something to read in it, somewhere.
LINE = st.builds("{}{}{}".format, st.text(PRINTED, max_size=10), LETTERS, st.text(PRINTED, max_size=9)).map(whole)
LINES = st.text(PRINTED | BREAKS, max_size=60).map(whole)
DAY = st.none() | st.dates(date(1990, 1, 1), date(2079, 1, 1))
COUNT = st.none() | st.integers(0, 5000)
PASTED = st.dates(date(2026, 8, 1), date(2026, 11, 1))


@pytest.fixture
def here(db):
    it = network_with_coordinator(name="Netwerk Noord")
    it.schools = [SchoolFactory(code=f"01AA0{number}", sectors=["po"]) for number in range(3)]
    it.municipality = MunicipalityFactory(name="Assen")
    return it


def assert_nothing_changes(kind, here):
    """Both forms, read back and applied, leave every row as it was; every row is known again."""
    models = (Participation, Entry, Activity, Occurrence, Person, ContactRole, Organisation, Partner)

    def standing():
        return [list(model.objects.order_by("pk").values()) for model in models]

    before = standing()
    today = timezone.localdate() + timedelta(days=3)
    resource = KINDS[kind](scope_of(here.user, here.network, today))
    columns = [column.column_name for column in resource.fields.values()]
    rows = list(resource.export_rows())
    assert rows
    spreadsheet = io.BytesIO()
    write_xlsx(spreadsheet, rows, columns, kind)
    for content in ("".join(csv_lines(rows, columns)).encode(), spreadsheet.getvalue()):
        outcomes = read(kind, content, here.user, here.network, apply=True, today=today)
        odd = [outcome for outcome in outcomes if outcome.status not in ("unchanged", "duplicate")]
        assert odd == []
        assert len(outcomes) == len(rows)
        assert standing() == before


def undone(test):
    """Each example in a transaction of its own."""

    def run(*args, **kwargs):
        with transaction.atomic():
            test(*args, **kwargs)
            transaction.set_rollback(True)

    return run


@given(data=st.data())
@PROPERTY
def test_participants(here, data):
    @undone
    def example():
        titles = data.draw(st.lists(LINE, max_size=3))
        activities = [
            Activity.objects.create(
                slug=f"a-{number}", title=title, network=here.network, summary="x", kind="training"
            )
            for number, title in enumerate(titles)
        ]
        for school in here.schools:
            stopped = data.draw(DAY)
            participation = Participation.objects.create(
                school=school,
                network=here.network,
                programme=here.network.programme,
                sector=data.draw(st.sampled_from(Sector.values)),
                school_year=data.draw(st.sampled_from(["2025-2026", "2026-2027"])),
                signed_up_on=None if stopped else data.draw(DAY),
                waiting_from_on=None if stopped else data.draw(DAY),
                started_on=None if stopped else data.draw(DAY),
                stopped_on=stopped,
                stop_reason=data.draw(st.sampled_from(StopReason.values)) if stopped else "",
                initiatives=data.draw(st.lists(st.sampled_from(Initiative.values), unique=True)),
            )
            for _number in range(data.draw(st.integers(0, 4))):
                Entry.objects.create(
                    participation=participation,
                    happened_on=data.draw(PASTED),
                    kind=data.draw(st.sampled_from([Kind.TRAINING, Kind.TALK])),
                    activity=data.draw(st.sampled_from([None, *activities])),
                    pupils_count=data.draw(COUNT),
                    teachers_count=data.draw(COUNT),
                )
        assert_nothing_changes("participants", here)

    example()


@given(data=st.data())
@PROPERTY
def test_contacts(here, data):
    @undone
    def example():
        point = SupportPoint.objects.create(
            network=here.network, name=data.draw(LINE), municipality=here.municipality
        )
        for number in range(3):
            person = Person.objects.create(
                name=data.draw(LINE),
                email=data.draw(st.sampled_from(["Een{}@Voorbeeld.example", "een{}@voorbeeld.example"])).format(
                    number
                ),
                telephone=data.draw(st.sampled_from(["", "+31 6 12345678", "0612345678", "(020) 1234567"])),
                reachable=data.draw(st.just("") | LINE),
            )
            for title in data.draw(st.lists(LINE, max_size=2)):
                ContactRole.objects.create(
                    person=person,
                    title=title,
                    order=data.draw(st.integers(1, 9)),
                    confirmed_on=data.draw(DAY),
                    **data.draw(st.sampled_from([{"network": here.network}, {"support_point": point}])),
                )
        ContactRole.objects.create(person=person, title="altijd één", network=here.network)
        assert_nothing_changes("contacts", here)

    example()


@given(data=st.data())
@PROPERTY
def test_organisations(here, data):
    @undone
    def example():
        for number in range(3):
            kind = data.draw(st.sampled_from(Organisation.Kind.values))
            organisation = Organisation.objects.create(
                slug=f"o-{number}",
                kind=kind,
                name=data.draw(LINE),
                number=f"9000{number}" if kind == Organisation.Kind.BOARD else "",
                website=data.draw(st.sampled_from(["", "www.voorbeeld.example", "https://a.example/?b=c&d"])),
                municipality=data.draw(st.sampled_from([None, here.municipality])),
                labels=data.draw(st.lists(LINE, max_size=3)),
                target_groups=data.draw(st.lists(st.sampled_from(TargetGroup.values), unique=True)),
                summary=data.draw(LINES),
            )
            for role in data.draw(
                st.lists(st.sampled_from(Partner.Role.values), unique=True, min_size=1, max_size=2)
            ):
                Partner.objects.create(network=here.network, organisation=organisation, role=role)
        assert_nothing_changes("organisations", here)

    example()


@given(data=st.data())
@PROPERTY
def test_activities(here, data):
    @undone
    def example():
        several = st.lists
        for number in range(3):
            days = sorted(data.draw(st.lists(st.dates(date(1990, 1, 1), date(2079, 1, 1)), min_size=2, max_size=2)))
            Activity.objects.create(
                slug=f"a-{number}",
                network=here.network,
                title=data.draw(LINE),
                summary=data.draw(LINES) + "x",
                intended_result=data.draw(LINES),
                kind=data.draw(st.sampled_from(Kind.values)),
                sectors=data.draw(several(st.sampled_from(Sector.values), unique=True, min_size=1)),
                phases=data.draw(several(st.sampled_from(Phase.values), unique=True)),
                needs=data.draw(several(st.sampled_from(Need.values), unique=True)),
                target_groups=data.draw(several(st.sampled_from(TargetGroup.values), unique=True)),
                delivery=data.draw(st.sampled_from(Delivery.values)),
                effort_hours=data.draw(st.none() | st.integers(0, 2000)),
                cost_euro=data.draw(COUNT),
                own_availability=data.draw(st.sampled_from(["", *Availability.values])),
                opens_on=days[0],
                closes_on=days[1],
                published_on=data.draw(st.sampled_from([None, days[0]])),
                ended_on=data.draw(st.sampled_from([None, days[1]])),
            )
        assert_nothing_changes("activities", here)

    example()


@given(data=st.data())
@PROPERTY
def test_occurrences(here, data):
    @undone
    def example():
        activities = [
            Activity.objects.create(
                slug=f"a-{number}", title=data.draw(LINE), network=here.network, summary="x", kind="training"
            )
            for number in range(2)
        ]
        moments = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 1), timezones=st.just(UTC))  # noqa: DTZ001
        for _number in range(4):
            begins = data.draw(moments)
            Occurrence.objects.create(
                activity=data.draw(st.sampled_from(activities)),
                starts_at=begins,
                ends_at=begins + timedelta(minutes=data.draw(st.integers(1, 5000))),
                place=data.draw(st.just("") | LINE),
                municipality=data.draw(st.sampled_from([None, here.municipality])),
                is_online=data.draw(st.booleans()),
                capacity=data.draw(COUNT),
            )
        assert_nothing_changes("occurrences", here)

    example()


def test_somebody_who_does_two_things_of_one_name(here):
    person = Person.objects.create(name="Jip", email="jip@voorbeeld.example")
    for order in (1, 2):
        ContactRole.objects.create(person=person, title="bestuurslid", order=order, network=here.network)

    assert_nothing_changes("contacts", here)


def test_of_all_networks_at_once(here):
    second = Network.objects.create(slug="twee", name="Netwerk Noord", programme=ProgrammeFactory())  # the same name
    AssignmentFactory(network=second, user=here.user)
    for network in (here.network, second):
        Activity.objects.create(
            slug=f"a-{network.pk}", title="Dezelfde", network=network, summary="x", kind="training", sectors=["po"]
        )
    here.network = None

    assert_nothing_changes("activities", here)
