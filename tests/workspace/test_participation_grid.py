"""The grid: which schools stand in it and in what order, saving a cell, the row as a form, and the dates."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from activities.models import Entry, Participation
from networks.models import Assignment
from networks.rights import grant
from schools.models import School
from tests.accounts.factories import UserFactory
from tests.activities.factories import ActivityFactory, OccurrenceFactory
from tests.enquiries.signing_up import NOW, START, coordinator_of, days, sign_up
from tests.networks.factories import NetworkFactory
from tests.schools.factories import SchoolFactory
from tests.workspace.participation_world import TODAY, YEAR, grid_world, happened, take_part
from workspace.participation_grid import Grid


@pytest.fixture
def home(db, monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)
    return grid_world()


@pytest.fixture
def coordinator(home, sign_in):
    return sign_in(home.coordinator)


def url(home, name="grid", *more, year=YEAR):
    return reverse(f"workspace:{name}", args=[home.network.slug, year, *more])


def names(home, **asked):
    return [(row.name, row.state) for row in Grid(home.network, YEAR, on=TODAY, **asked).rows()]


def send(client, home, text, *, seen="", school=None, activity=None, sector="po"):
    data = {
        "row": f"{(school or home.school).code}-{sector}",
        "activity": (activity or home.activity).pk,
        "text": text,
        "seen": seen,
    }
    return client.post(url(home, "grid-cell"), data)


# --- rows and columns --------------------------------------------------------------------------------------


def test_who_takes_part_is_first_and_a_school_of_a_partner_board_does_not_take_part(home):
    waiting = take_part(home, home.in_area, started_on=None, waiting_from_on=TODAY)

    assert names(home) == [
        ("De Buurt", "op de wachtlijst"),
        ("De Regenboog", "doet mee"),
        ("De Bestuursschool", "doet niet mee"),
    ]
    waiting.delete()
    assert ("De Buurt", "doet niet mee") not in names(home)


def test_the_area_and_a_search_show_the_others(home):
    assert [name for name, _state in names(home, shown="gebied")] == [
        "De Regenboog",
        "De Bestuursschool",
        "De Buurt",
    ]
    assert [name for name, _state in names(home, shown="niet")] == ["De Bestuursschool", "De Buurt"]
    assert names(home, words="buurt") == [("De Buurt", "doet niet mee")]
    assert names(home, words="05cc00") == [("De Buurt", "doet niet mee")]
    assert names(home, words="regenboog") == [("De Regenboog", "doet mee")]
    assert names(home, words="verte") == []


def test_a_national_network_lists_who_takes_part_and_finds_every_other_school(home):
    home.network.is_national = True
    home.network.save()

    assert [name for name, _state in names(home)] == ["De Regenboog"]
    assert names(home, words="verte") == [("De Verte", "doet niet mee")]


def test_a_stopped_school_stands_below_who_takes_part(home):
    take_part(home, home.in_area, stopped_on=TODAY)

    assert names(home)[:2] == [("De Regenboog", "doet mee"), ("De Buurt", "gestopt")]


def test_a_school_has_a_row_for_each_sector_of_the_programme(home):
    home.programme.sectors = ["vmbo", "havo", "vwo"]
    home.programme.save()
    School.objects.filter(pk=home.of_board.pk).update(sectors=["vmbo", "vwo"])

    rows = list(Grid(home.network, YEAR, on=TODAY).rows())

    assert [(row.name, row.sector) for row in rows if row.code == "04BB00"] == [
        ("De Bestuursschool", "vmbo"),
        ("De Bestuursschool", "vwo"),
    ]


def test_closed_schools_and_schools_of_other_sectors_are_left_out(home):
    School.objects.filter(pk=home.of_board.pk).update(closed_on=TODAY)
    SchoolFactory(name="Vo", sectors=["vwo"], municipality=home.place)

    assert [name for name, _state in names(home, shown="gebied")] == ["De Regenboog", "De Buurt"]


def test_columns_are_the_activities_of_the_network_also_those_that_ended_but_were_done(home):
    ended = ActivityFactory(title="Vorig jaar", network=home.network, ended_on=date(2026, 10, 1))
    ActivityFactory(title="Nooit gedaan", network=home.network, ended_on=date(2026, 10, 1))
    happened(home.row, ended)

    made = Grid(home.network, YEAR, on=TODAY)

    assert [column.title for column in made.columns] == ["Bezoek een bedrijf", "Training in de klas", "Vorig jaar"]
    assert [cell.text for cell in next(made.rows()).cells] == ["", "", "10-9-2026"]


def test_activities_of_the_same_name_are_told_apart(home):
    ActivityFactory(slug="bezoek-2", title="Bezoek een bedrijf", network=home.network)

    assert [column.heading for column in Grid(home.network, YEAR, on=TODAY).columns][:2] == [
        "Bezoek een bedrijf (bezoek)",
        "Bezoek een bedrijf (bezoek-2)",
    ]


def test_a_cell_says_what_happened_and_how_it_can_be_changed(home):
    happened(home.row, home.activity, pupils=24, teachers=2, source="attendance")
    happened(home.row, home.second, day=date(2026, 9, 1))
    happened(home.row, home.second, day=date(2026, 10, 1))

    cells = next(Grid(home.network, YEAR, on=TODAY).rows()).cells

    assert [(cell.text, cell.kind) for cell in cells] == [
        ("2 keer, laatst 1-10-2026", "many"),
        ("10-9-2026 24/2", "fixed"),
    ]


# --- the page ----------------------------------------------------------------------------------------------


def test_who_has_one_network_sees_its_grid_at_once(home, coordinator):
    page = coordinator.get("/beheer/deelname/")

    assert page.status_code == 200
    assert page.context["here"].network == home.network
    assert page.context["here"].may_change


def test_who_has_more_chooses_one_and_sees_how_many_take_part(home, coordinator):
    other = NetworkFactory(name="Ander netwerk")
    grant(user=home.coordinator, role=Assignment.Role.COORDINATOR, by=None, network=other)

    page = coordinator.get("/beheer/deelname/")

    assert [(row.name, row.school_count) for row in page.context["page"]] == [
        ("Ander netwerk", 0),
        ("Netwerk Nabij", 1),
    ]
    file = coordinator.get("/beheer/deelname/", {"formaat": "csv"})
    assert b"Netwerk Nabij;Nabij;1" in b"".join(file.streaming_content)


@pytest.mark.parametrize("year", ["2026", "2026-2028", "onzin", "2026-2027x"])
def test_a_year_that_is_none_is_not_found(home, coordinator, year):
    assert coordinator.get(f"/beheer/deelname/{home.network.slug}/{year}/").status_code == 404


def test_another_year_has_its_own_rows_and_is_offered(home, coordinator):
    take_part(home, home.in_area, school_year="2023-2024")

    page = coordinator.get(url(home, year="2023-2024"))

    assert [row.name for row in page.context["rows"]] == ["De Buurt", "De Bestuursschool"]
    assert page.context["years"] == ["2026-2027", "2025-2026", "2023-2024"]


def test_more_schools_and_activities_cost_no_more_queries(home, coordinator):
    counts = []
    for _round in range(2):
        for _number in range(5):
            row = take_part(home, SchoolFactory(municipality=home.place))
            happened(row, ActivityFactory(network=home.network))
            NetworkFactory(programme=home.programme, area=[home.place])
        coordinator.get(url(home))
        with CaptureQueriesContext(connection) as queries:
            coordinator.get(url(home), {"toon": "gebied"})
        counts.append(len(queries))

    assert counts[0] == counts[1] <= 18


def test_the_file_is_the_list_as_filtered(home, coordinator):
    happened(home.row, home.activity, pupils=24)

    answer = coordinator.get(url(home), {"q": "regenboog", "formaat": "csv"})

    assert b"".join(answer.streaming_content).decode("utf-8-sig").splitlines() == [
        "code;school;plaats;sector;stand;Bezoek een bedrijf;Training in de klas",
        "03WU00;De Regenboog;Dorp;po;doet mee;;10-9-2026 24",
    ]


# --- one cell ----------------------------------------------------------------------------------------------


def test_a_cell_is_saved_and_says_so(home, coordinator):
    answer = send(coordinator, home, "12-11 24/2")

    assert answer.json() == {
        "text": "12-11-2026 24/2",
        "said": "Bewaard: 12-11-2026 24/2.",
        "state": "doet mee",
        "is_in": True,
    }
    assert Entry.objects.get().recorded_by == home.coordinator


def test_a_school_that_did_nothing_takes_part_by_it_and_no_longer_when_it_is_emptied(home, coordinator):
    assert send(coordinator, home, "12-11", school=home.of_board).json()["state"] == "doet mee"

    answer = send(coordinator, home, "", seen="12-11-2026", school=home.of_board)

    assert (answer.json()["state"], answer.json()["text"]) == ("doet niet mee", "")
    assert not Participation.objects.filter(school=home.of_board).exists()


def test_what_stood_there_can_be_read_also_after_the_cell_was_emptied(home, coordinator):
    send(coordinator, home, "12-11 24", school=home.of_board)
    send(coordinator, home, "", seen="12-11-2026 24", school=home.of_board)

    trail = coordinator.get(url(home, "grid-row", "04BB00", "po")).context["trail"]

    assert {entry.action for entry in trail} == {"gemaakt", "verwijderd"}
    assert "24" in [change.after for entry in trail for change in entry.changes]


def test_a_cell_that_another_changed_is_not_overwritten(home, coordinator):
    send(coordinator, home, "12-11")

    answer = send(coordinator, home, "13-11")

    assert answer.status_code == 409
    assert answer.json()["seen"] == "12-11-2026"
    assert "Er staat nu: 12-11-2026" in answer.json()["said"]
    assert send(coordinator, home, "13-11", seen="12-11-2026").status_code == 200


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("morgen", "begrijpen wij niet"),
        ("12-12", "nog niet geweest"),
        ("12-11-2024", "valt niet in schooljaar"),
        ("12-11 99999", "te veel"),
    ],
)
def test_a_cell_that_cannot_be_meant_is_refused_in_words(home, coordinator, text, said):
    answer = send(coordinator, home, text)

    assert answer.status_code == 400
    assert said in answer.json()["said"]
    assert not Entry.objects.exists()


def test_rows_and_columns_that_are_not_there_are_refused(home, coordinator):
    other = ActivityFactory()

    assert send(coordinator, home, "12-11", activity=other).status_code == 409
    assert send(coordinator, home, "12-11", sector="vwo").status_code == 400
    assert (
        coordinator.post(url(home, "grid-cell"), {"row": "99XX99-po", "activity": home.activity.pk}).status_code
        == 400
    )
    assert coordinator.post(url(home, "grid-cell"), {}).status_code == 409
    assert not Entry.objects.exists()


def test_saving_a_cell_takes_few_queries(home, coordinator):
    send(coordinator, home, "12-11")

    with CaptureQueriesContext(connection) as queries:
        send(coordinator, home, "12-11 3", seen="12-11-2026")

    assert len(queries) <= 16


# --- the row as a form -------------------------------------------------------------------------------------


def fields(home, **said):
    """The form of the row as a browser sends it; said: {"first"/"second": (typed, seen)}."""
    data = {}
    for name, activity in (("first", home.activity), ("second", home.second)):
        typed, seen = said.get(name, ("", ""))
        data |= {f"vakje-{activity.pk}": typed, f"gezien-{activity.pk}": seen}
    return data


def test_a_row_is_filled_in_without_a_script(home, coordinator):
    address = url(home, "grid-row", "03WU00", "po")

    answer = coordinator.post(address, fields(home, first=("12-11 24", ""), second=("13-11", "")), follow=True)

    assert "2 vakjes zijn bewaard." in answer.content.decode()
    assert answer.context["form"][f"vakje-{home.activity.pk}"].value() == "12-11-2026 24"
    assert Entry.objects.count() == 2


def test_one_mistake_in_a_row_keeps_everything_typed_and_saves_nothing(home, coordinator):
    answer = coordinator.post(
        url(home, "grid-row", "03WU00", "po"), fields(home, first=("12-11", ""), second=("morgen", ""))
    )

    assert "begrijpen wij niet" in answer.content.decode()
    assert answer.context["form"][f"vakje-{home.activity.pk}"].value() == "12-11"
    assert not Entry.objects.exists()


def test_a_day_to_come_is_said_beside_its_field(home, coordinator):
    answer = coordinator.post(
        url(home, "grid-row", "03WU00", "po"), fields(home, first=("12-11", ""), second=("12-12", ""))
    )

    assert answer.status_code == 409
    assert "nog niet geweest" in answer.context["form"].errors[f"vakje-{home.second.pk}"][0]
    assert not Entry.objects.exists()


def test_several_times_are_corrected_one_by_one(home, coordinator):
    for day in (1, 2):
        happened(home.row, home.activity, day=date(2026, 9, day))

    page = coordinator.get(url(home, "grid-row", "03WU00", "po"))

    assert [(column.title, text) for column, text in page.context["several"]] == [
        ("Training in de klas", "2 keer, laatst 2-9-2026")
    ]
    assert f"vakje-{home.activity.pk}" not in page.context["form"].fields


@pytest.mark.parametrize("path", ["99XX99/po", "03WU00/vwo", "03WU00/onzin"])
def test_a_row_that_cannot_be_is_not_found(home, coordinator, path):
    assert coordinator.get(f"{url(home)}{path}/").status_code == 404


# --- rights ------------------------------------------------------------------------------------------------


def test_who_only_reads_a_network_fills_in_nothing(home, sign_in):
    reader = UserFactory()
    grant(user=reader, role=Assignment.Role.COMMITTEE, by=None, network=home.network)
    client = sign_in(reader)

    page = client.get(url(home))
    assert page.status_code == 200
    assert "data-grid" not in page.content.decode()
    assert send(client, home, "12-11").status_code == 403
    assert client.get(url(home, "grid-paste")).status_code == 403
    row = url(home, "grid-row", "03WU00", "po")
    assert client.get(row).status_code == 200
    assert client.post(row, fields(home, first=("12-11", ""))).status_code == 403
    assert not Entry.objects.exists()


def test_a_coordinator_elsewhere_finds_nothing(home, sign_in):
    other = coordinator_of(NetworkFactory(), "elders@voorbeeld.example")
    client = sign_in(other)

    for name, more in (("grid", ()), ("grid-dates", ()), ("grid-paste", ()), ("grid-row", ("03WU00", "po"))):
        assert client.get(url(home, name, *more)).status_code == 404
    assert send(client, home, "12-11").status_code == 404
    assert not Entry.objects.exists()


# --- dates -------------------------------------------------------------------------------------------------


def test_waiting_schools_stand_in_the_order_in_which_they_came_on_the_list(home, coordinator):
    for number in range(2):
        sign_up(home, now=NOW + days(0) if number else NOW - days(1))
    late, early = SchoolFactory(name="Later"), SchoolFactory(name="Eerder")
    for school in (early, late):
        sign_up(home, school=school, by=coordinator_of(home.network, f"{school.code}@voorbeeld.example"))

    page = coordinator.get(url(home, "grid-dates"))

    row = page.context["dates"][0]
    assert (row.placed, [one.registration.school.name for one in row.waiting]) == (2, ["Eerder", "Later"])
    assert "wacht sinds 23 november 2026, 10:00:00" in page.content.decode()
    assert reverse("enquiries:attendance", args=[home.date.uid]) in page.content.decode()
    file = coordinator.get(url(home, "grid-dates"), {"formaat": "csv"})
    lines = b"".join(file.streaming_content).decode("utf-8-sig").splitlines()
    assert [line.split(";")[2:4] for line in lines[1:]] == [["1", "Eerder"], ["2", "Later"]]


def test_a_date_of_another_school_year_is_not_among_them(home, coordinator):
    OccurrenceFactory(activity=home.activity, starts_at=START.replace(year=2027))

    assert [row.occurrence for row in coordinator.get(url(home, "grid-dates")).context["dates"]] == [home.date]


def test_more_dates_and_schools_cost_no_more_queries(home, coordinator):
    counts = []
    for _round in range(2):
        for _number in range(3):
            date_ = OccurrenceFactory(activity=home.activity, starts_at=START, capacity=1, places_left=1)
            sign_up(home, occurrence=date_), sign_up(home, occurrence=date_)
        with CaptureQueriesContext(connection) as queries:
            coordinator.get(url(home, "grid-dates"))
        counts.append(len(queries))

    assert counts[0] == counts[1]
