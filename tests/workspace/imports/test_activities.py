"""Lists of offers: what the coordinator confirms is published; who does not publish proposes."""

from datetime import date

import pytest

from accounts.audit import trail
from activities.models import Activity
from tests.activities.factories import ActivityFactory
from tests.networks.factories import AssignmentFactory, NetworkFactory
from tests.workspace.imports.files import csv_file, network_with_coordinator, read, statuses

TODAY = date(2026, 11, 25)
HEADING = ["Titel", "Wat u doet", "Soort", "Sectoren", "Kosten in euro"]
ROW = ["Robots bouwen", "Een techneut komt langs.", "gastles", "po; vmbo", "0"]


@pytest.fixture
def here(db):
    it = network_with_coordinator()
    it.read = lambda *rows, apply=True, user=it.user: read(
        "activities", csv_file(*rows), user, it.network, apply=apply, today=TODAY
    )
    return it


def test_a_new_activity_is_published_today_and_no_sample(here):
    (outcome,) = here.read(HEADING, ROW)

    assert (outcome.status, outcome.notes) == ("new", ["Wordt vandaag gepubliceerd."])
    activity = Activity.objects.get()
    assert (activity.slug, activity.network, activity.sectors) == ("robots-bouwen", here.network, ["po", "vmbo"])
    assert (activity.published_on, activity.confirmed_on, activity.is_sample) == (TODAY, TODAY, False)
    assert (activity.cost_euro, activity.effort_hours) == (0, None)


def test_a_change_is_found_by_title_and_kept_in_the_log(here):
    activity = ActivityFactory(
        network=here.network,
        title="Robots bouwen",
        summary=ROW[1],
        kind="guest_lesson",
        sectors=["po", "vmbo"],
        is_sample=True,
    )

    (outcome,) = here.read(HEADING, [*ROW[:4], "25"])

    assert outcome.changes == [["Kosten in euro", "", "25"]]
    activity.refresh_from_db()
    assert (activity.cost_euro, activity.confirmed_on, activity.is_sample) == (25, TODAY, False)
    assert activity.published_on == date(2020, 1, 1)
    assert trail(activity)[0].who == str(here.user)


def test_the_search_follows(here):
    here.read(HEADING, ROW)

    assert Activity.objects.filter(search="techneut").exists()


def test_an_account_manager_does_not_publish(here):
    manager = AssignmentFactory(network=here.network, role="account_manager").user

    (outcome,) = here.read(HEADING, ROW, user=manager)

    assert outcome.status == "rejected"
    assert "publiceert de coördinator" in outcome.notes[0]


def test_an_activity_of_another_network_is_not_touched(here):
    other = ActivityFactory(network=NetworkFactory(), slug="van-een-ander")

    (outcome,) = here.read([*HEADING, "Kenmerk"], [*ROW, "van-een-ander"])

    assert outcome.status == "rejected"
    other.refresh_from_db()
    assert other.title != "Robots bouwen"


def test_what_cannot_be_is_refused(here):
    outcomes = here.read(
        [*HEADING, "Open vanaf", "Open tot en met"],
        [*ROW, "2026-09-01", "2026-08-01"],
        ["Twee", "", "gastles", "po", "0", "", ""],
        ["Drie", "Iets.", "gastles", "", "0", "", ""],
    )

    assert statuses(outcomes) == ["rejected"] * 3
    assert not Activity.objects.exists()


def test_two_new_ones_with_one_title_contradict_each_other(here):
    outcomes = here.read(HEADING, ROW, [*ROW[:4], "10"])

    assert statuses(outcomes) == ["new", "rejected"]
