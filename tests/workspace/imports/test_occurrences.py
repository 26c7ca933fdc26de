"""Lists of dates: days and times of here, and nothing that schools must hear first."""

import uuid
from datetime import UTC, date, datetime

import pytest

from activities.models import Occurrence
from enquiries.models import Registration
from tests.activities.factories import ActivityFactory, OccurrenceFactory
from tests.schools.factories import SchoolFactory
from tests.workspace.imports.files import csv_file, network_with_coordinator, read, statuses

HEADING = ["Activiteit", "Datum", "Begint", "Eindigt", "Plaats", "Plaatsen"]
ROW = ["Robots bouwen", "1-12-2026", "10:00", "12:00", "Assen", "30"]


@pytest.fixture
def here(db):
    it = network_with_coordinator()
    it.activity = ActivityFactory(network=it.network, title="Robots bouwen")
    it.read = lambda *rows, apply=True: read(
        "occurrences", csv_file(*rows), it.user, it.network, apply=apply, today=date(2026, 11, 25)
    )
    return it


def test_a_new_date_has_the_time_of_here(here):
    assert statuses(here.read(HEADING, ROW)) == ["new"]

    occurrence = Occurrence.objects.get()
    assert (occurrence.starts_at, occurrence.ends_at) == (
        datetime(2026, 12, 1, 9, tzinfo=UTC),
        datetime(2026, 12, 1, 11, tzinfo=UTC),
    )
    assert (occurrence.activity, occurrence.place, occurrence.capacity, occurrence.places_left) == (
        here.activity,
        "Assen",
        30,
        30,
    )


def test_a_date_is_found_by_its_moment_and_calendars_follow(here):
    occurrence = OccurrenceFactory(activity=here.activity, place="Assen", capacity=30, places_left=30)

    (outcome,) = here.read(HEADING, [*ROW[:3], "13:00", "Emmen", "20"])

    assert [change[0] for change in outcome.changes] == ["Eindigt", "Plaats", "Plaatsen"]
    occurrence.refresh_from_db()
    assert (occurrence.ends_at.hour, occurrence.place, occurrence.places_left) == (12, "Emmen", 20)
    assert occurrence.sequence == 1


def test_a_date_with_a_mark_is_moved(here):
    occurrence = OccurrenceFactory(activity=here.activity)

    here.read([*HEADING[:4], "Kenmerk"], [*ROW[:1], "2-12-2026", "10:00", "12:00", str(occurrence.uid)])

    occurrence.refresh_from_db()
    assert occurrence.starts_at == datetime(2026, 12, 2, 9, tzinfo=UTC)
    assert occurrence.ends_at == datetime(2026, 12, 2, 11, tzinfo=UTC)


def test_a_date_for_which_schools_signed_up_is_changed_on_its_page(here):
    occurrence = OccurrenceFactory(activity=here.activity)
    Registration.objects.create(form_key=uuid.uuid4(), school=SchoolFactory(), sector="po", occurrence=occurrence)

    (outcome,) = here.read(HEADING, ROW)

    assert outcome.status == "rejected"
    assert "dan krijgen zij bericht" in outcome.notes[0]
    occurrence.refresh_from_db()
    assert occurrence.place == ""


def test_a_date_over_more_days(here):
    here.read([*HEADING, "Tot en met"], [*ROW, "3-12-2026"])

    assert Occurrence.objects.get().ends_at == datetime(2026, 12, 3, 11, tzinfo=UTC)


@pytest.mark.parametrize(
    ("cells", "why"),
    [
        ({2: "12:00"}, "niet later dan"),
        ({1: "geen dag"}, "geen dag"),
        ({0: "Iets anders"}, "kennen wij niet"),
        ({2: ""}, "mag niet leeg"),
    ],
)
def test_what_cannot_be_is_refused(here, cells, why):
    row = [cells.get(number, cell) for number, cell in enumerate(ROW)]

    (outcome,) = here.read(HEADING, row)

    assert outcome.status == "rejected"
    assert why in " ".join(outcome.notes)


def test_the_hour_of_summer(here):
    here.read(HEADING, [ROW[0], "1-6-2027", *ROW[2:]])

    assert Occurrence.objects.get().starts_at == datetime(2027, 6, 1, 8, tzinfo=UTC)
