"""The schools of one's area: whose they are, who takes part, who fell silent, and what is missing."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from activities.models import SearchMiss
from enquiries import answering
from loket.vocabulary import Availability
from networks.models import Assignment
from networks.rights import grant
from schools.models import Profile, School
from tests.accounts.factories import UserFactory
from tests.activities.factories import ActivityFactory
from tests.enquiries.factories import ask, asking_country, only_recipient
from tests.enquiries.signing_up import NOW, coordinator_of
from tests.networks.factories import NetworkFactory, ProgrammeFactory
from tests.schools.factories import MembershipFactory, SchoolFactory
from tests.workspace.participation_world import TODAY, grid_world, happened, take_part
from workspace.region_rows import Area

REGION = "/beheer/regio/"
LONG_AGO = date(2024, 10, 1)


@pytest.fixture
def home(db, monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)
    return grid_world()


@pytest.fixture
def coordinator(home, sign_in):
    return sign_in(home.coordinator)


def area(home, user=None):
    return Area(user or home.coordinator, TODAY)


def long_ago(home, school, **values):
    return take_part(home, school, **{"school_year": "2024-2025", "started_on": LONG_AGO, **values})


def profile(school, phase, sector="po", day=1):
    Profile.objects.create(
        school=school, sector=sector, phase=phase, set_at=datetime(2026, 11, day, tzinfo=UTC), by_coordinator=False
    )


def codes(rows):
    return {School.objects.get(pk=row.pk).code for row in rows}


# --- whose schools -----------------------------------------------------------------------------------------


def test_a_coordinator_sees_the_schools_of_the_area_and_of_partner_boards(home):
    assert codes(area(home).all) == {"03WU00", "04BB00", "05CC00"}


def test_a_region_coordinator_sees_those_of_the_region_and_staff_all(home):
    regional, office = UserFactory(), UserFactory()
    grant(user=regional, role=Assignment.Role.REGION_COORDINATOR, by=None, region=home.elsewhere.municipality.region)
    grant(user=office, role=Assignment.Role.PROGRAMME_STAFF, by=None)

    assert codes(area(home, regional).all) == {"06DD00"}
    assert codes(area(home, office).all) == {"03WU00", "04BB00", "05CC00", "06DD00"}


@pytest.mark.parametrize("role", [Assignment.Role.COMMITTEE, Assignment.Role.COORDINATOR])
def test_a_committee_and_a_national_network_have_no_schools_here(home, sign_in, role):
    national = NetworkFactory(is_national=True)
    user = UserFactory()
    grant(user=user, role=role, by=None, network=national)

    page = sign_in(user).get(REGION)

    assert page.status_code == 200
    assert "U coördineert geen scholen" in page.content.decode()
    assert sign_in(user).get(f"{REGION}kaart.json").json()["rows"] == []


def test_schools_of_elsewhere_are_in_no_part_of_the_page(home, sign_in):
    take_part(home, home.elsewhere)
    SchoolFactory(name="Ergens anders")

    for address in (REGION, f"{REGION}kaart.json", f"{REGION}?gemeente={home.elsewhere.municipality_id}"):
        text = sign_in(home.coordinator).get(address).content.decode()
        assert "De Verte" not in text
        assert "Vaals" not in text


# --- taking part and dormant -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "standing"),
    [
        ({}, "mee"),
        ({"started_on": None, "signed_up_on": TODAY}, "mee"),
        ({"started_on": None, "waiting_from_on": TODAY}, "nooit"),
        ({"started_on": None, "signed_up_on": date(2026, 9, 1), "waiting_from_on": TODAY}, "nooit"),
        ({"stopped_on": TODAY}, "niet"),
        ({"school_year": "2025-2026", "started_on": date(2026, 1, 1)}, "niet"),
        ({"school_year": "2024-2025", "started_on": LONG_AGO}, "slapend"),
        ({"school_year": "2025-2026", "started_on": TODAY - timedelta(days=365)}, "slapend"),
        ({"school_year": "2025-2026", "started_on": TODAY - timedelta(days=364)}, "niet"),
    ],
)
def test_where_a_school_stands_follows_from_its_participation(home, values, standing):
    take_part(home, home.in_area, **values)

    assert area(home).standing(home.in_area.pk) == standing


def test_something_that_happened_in_the_last_year_wakes_a_school(home):
    row = long_ago(home, home.in_area)
    assert home.in_area.pk in area(home).dormant

    happened(row, home.activity, day=TODAY - timedelta(days=300))

    assert home.in_area.pk not in area(home).dormant


def test_history_goes_along_with_a_merger_and_closed_schools_are_left_out(home):
    older, old = SchoolFactory(name="Oudste"), SchoolFactory(name="Oud", municipality=home.place)
    long_ago(home, older)
    School.objects.filter(pk=older.pk).update(closed_on=LONG_AGO, successor=old)
    School.objects.filter(pk=old.pk).update(closed_on=LONG_AGO, successor=home.in_area)

    found = area(home)

    assert found.standing(home.in_area.pk) == "slapend"
    assert old.pk not in {row.pk for row in found.all}


# --- the list --------------------------------------------------------------------------------------------------


def test_a_line_tells_programmes_intensity_phase_and_whom_to_call(home):
    member = MembershipFactory(school=home.in_area, role="leader")
    girls = NetworkFactory(programme=ProgrammeFactory(slug="lob-meisjes", name="Meisjes"), area=[home.place])
    row, other = take_part(home, home.in_area), take_part(home, home.in_area, network=girls)
    happened(row, home.activity, day=date(2026, 10, 2))
    happened(row, home.activity, day=date(2023, 10, 2))
    for day in (1, 3):
        happened(other, ActivityFactory(network=girls), day=date(2026, 9, day))
    profile(home.in_area, "orientatie", day=1), profile(home.in_area, "invoering", day=2)

    found = area(home)
    line = next(found.lines([row for row in found.all if row.pk == home.in_area.pk]))

    assert line.programmes == ("Meisjes", "Nabij")
    assert (line.activities, [str(level) for level in line.levels]) == (3, ["minder intensief traject"])
    assert line.last_on == date(2026, 10, 2)
    assert [str(phase) for _sector, phase in line.phases] == ["we voeren in"]
    assert line.contact.email == member.user.email


def test_the_contact_of_the_participation_goes_before_a_member(home):
    MembershipFactory(school=home.in_area, role="leader")
    contact = UserFactory(name="Techniekcoördinator")
    take_part(home, home.in_area, contact=contact)

    found = area(home)
    line = next(found.lines([row for row in found.all if row.pk == home.in_area.pk]))

    assert (line.contact.name, line.contact.email) == ("Techniekcoördinator", contact.email)


def test_the_list_narrows_down_by_each_filter_and_by_all_together(home, coordinator):
    long_ago(home, home.in_area)
    profile(home.school, "orientatie")
    School.objects.filter(pk=home.of_board.pk).update(sectors=["vwo"])

    def shown(**asked):
        return [line.school.code for line in coordinator.get(REGION, asked).context["lines"]]

    assert shown() == ["04BB00", "05CC00", "03WU00"]
    assert shown(deelname="mee") == ["03WU00"]
    assert shown(deelname="niet") == ["04BB00", "05CC00"]
    assert shown(deelname="slapend") == ["05CC00"]
    assert shown(deelname="nooit") == ["04BB00"]
    assert shown(sector="vwo") == ["04BB00"]
    assert shown(gemeente=home.place.code) == ["05CC00", "03WU00"]
    assert shown(fase="orientatie") == ["03WU00"]
    assert shown(fase="onbekend", sector="po") == ["05CC00"]
    assert shown(fase="orientatie", deelname="slapend") == []
    answer = coordinator.get(REGION, {"sector": "xyz"})
    assert (answer.status_code, len(answer.context["lines"])) == (200, 3)
    assert "Dit kennen wij niet" in answer.content.decode()


def test_counts_equal_the_lists_behind_them(home, coordinator):
    long_ago(home, home.in_area)
    profile(home.school, "orientatie")
    page = coordinator.get(REGION)

    for _name, number, value in page.context["counts"]:
        assert coordinator.get(REGION, {"deelname": value}).context["page"].paginator.count == number
    for value, _label, active, other in page.context["by_phase"]:
        assert coordinator.get(REGION, {"fase": value}).context["page"].paginator.count == active + other
    for code, _name, number, active in page.context["municipalities"]:
        assert coordinator.get(REGION, {"gemeente": code}).context["page"].paginator.count == number
        assert (
            coordinator.get(REGION, {"gemeente": code, "deelname": "mee"}).context["page"].paginator.count == active
        )


def test_every_school_leads_to_a_page_that_its_coordinator_may_see(home, coordinator):
    assert "/mijn/05CC00/" in coordinator.get(REGION).content.decode()
    assert coordinator.get("/mijn/05CC00/").status_code == 200


def test_the_map_says_what_the_table_says(home, coordinator):
    rows = coordinator.get(f"{REGION}kaart.json").json()["rows"]

    assert [(row["key"], row["name"], row["group"], row["value"]) for row in rows] == [
        (home.place.code, "Assen", "part-3", "1 van 2 scholen doen mee")
    ]


def test_the_file_is_the_list_as_filtered(home, coordinator):
    answer = coordinator.get(REGION, {"deelname": "mee", "formaat": "csv"})

    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
    assert len(lines) == 2
    assert lines[1].startswith("03WU00;De Regenboog;Dorp;Assen;po;doet mee;Nabij;0;")


# --- what is missing -------------------------------------------------------------------------------------------


def test_a_white_spot_is_a_school_that_no_network_of_the_programme_covers(home):
    spot = ProgrammeFactory(name="Vlek", availability=Availability.PER_REGIO)
    ProgrammeFactory(name="Open", availability=Availability.OPEN)
    NetworkFactory(programme=spot, boards=[home.board])

    spots = area(home).white_spots({home.place.code: "Assen"})

    assert [(one.programme.name, one.school_count, one.municipalities) for one in spots] == [("Vlek", 2, ("Assen",))]


def test_unmet_demand_is_that_of_ones_own_schools_and_searches_from_five_on(db, monkeypatch, sign_in):
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)
    country = asking_country()
    answering.refuse(recipient=only_recipient(ask(country)), form_key=uuid4(), reason="full", now=NOW)
    SearchMiss.objects.bulk_create(SearchMiss(text="drones", searched_on=TODAY) for _number in range(5))
    SearchMiss.objects.bulk_create(SearchMiss(text="zeldzaam", searched_on=TODAY) for _number in range(4))

    text = sign_in(country.coordinator).get(REGION).content.decode()
    assert "Wij hebben nu geen plaats: 1" in text
    assert "“drones”: 5 keer" in text
    assert "zeldzaam" not in text
    place = SchoolFactory(municipality=None)
    other = coordinator_of(NetworkFactory(boards=[place.board] if place.board else []), "elders@voorbeeld.example")
    assert "Wij hebben nu geen plaats" not in sign_in(other).get(REGION).content.decode()


def test_more_schools_and_networks_cost_no_more_queries(home, coordinator):
    counts = []
    for _round in range(2):
        for _number in range(5):
            school = SchoolFactory(municipality=home.place)
            happened(take_part(home, school), home.activity)
            profile(school, "orientatie")
            MembershipFactory(school=school)
            NetworkFactory(area=[home.place])
        coordinator.get(REGION)
        with CaptureQueriesContext(connection) as queries:
            coordinator.get(REGION)
        counts.append(len(queries))

    assert counts[0] == counts[1] <= 30
