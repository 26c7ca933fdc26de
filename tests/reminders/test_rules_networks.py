"""What slips at networks and regions: rhythm, visits, silence, nobody who answers for it, money that ends."""

from datetime import date, timedelta

import pytest

from activities.models import Entry
from networks.models import Assignment, Network
from quality.models import Meeting, Obligation
from quality.obligations import finish
from tests.activities.factories import ParticipationFactory
from tests.networks.factories import NetworkFactory, ProgrammeFactory
from tests.quality.factories import MeetingFactory, ObligationFactory
from tests.reminders.asking import at, due, moments
from tests.workspace.world import DAY

ON = date(2027, 3, 1)
YEAR = timedelta(days=365)


# --- rhythm ------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("least", "last_on", "next_on"),
    [
        (5, date(2026, 12, 1), date(2027, 2, 12)),  # 73 days
        (2, date(2026, 7, 1), date(2026, 12, 30)),  # 182 days
        (5, None, date(2027, 3, 15)),  # from 1 January
    ],
)
def test_two_weeks_after_the_day_by_which_it_should_have_met(home, least, last_on, next_on):
    home.programme.meetings_least = least
    home.programme.save()
    Meeting.objects.all().delete()
    if last_on:
        MeetingFactory(network=home.network, held_on=last_on)

    assert moments("meeting-rhythm", next_on + 13 * DAY, home.network) == set()
    assert moments("meeting-rhythm", next_on + 14 * DAY, home.network) == {f"{next_on}/-14"}


def test_a_meeting_that_is_planned_or_held_is_enough(home):
    Meeting.objects.all().delete()
    MeetingFactory(network=home.network, held_on=ON - 200 * DAY)
    before = due("meeting-rhythm", ON, home.network)

    MeetingFactory(network=home.network, held_on=ON + 40 * DAY)

    assert {told.to for told in before} == {home.people[r].email for r in ("coordinator", "account manager")}
    assert due("meeting-rhythm", ON, home.network) == []
    assert due("meeting-rhythm", ON + 41 * DAY, home.network) == []


@pytest.mark.parametrize("least", [None, 0])
def test_a_programme_that_asks_no_meetings(home, least):
    Meeting.objects.all().delete()
    home.programme.meetings_least = least
    home.programme.save()

    assert due("meeting-rhythm", ON) == []


def test_a_visit_each_year_for_the_networks_of_which_the_report_asks_it(home):
    network = NetworkFactory(programme=ProgrammeFactory(slug="vo-ho-netwerken"), confirmed_on=ON)
    never = moments("visit-due", ON)
    visit = ObligationFactory(network=network, kind="audit", due_on=date(2026, 2, 1))

    planned = due("visit-due", ON)
    finish(obligation=visit, by=None, now=at(date(2026, 2, 28)))

    assert never == {"nooit"}
    assert planned == []
    assert due("visit-due", date(2027, 2, 27)) == []
    assert [(told.moment, told.to) for told in due("visit-due", ON)] == [("2027-02-28/0", home.people["staff"].email)]


# --- silence -----------------------------------------------------------------------------------------------
def quiet(home):
    """`home.network` without anything that ever happened."""
    Meeting.objects.all().delete()
    Obligation.objects.all().delete()
    return home.network


SIGNS = {
    "meeting": lambda home, day: MeetingFactory(network=home.network, held_on=day),
    "report": lambda home, day: finish(
        obligation=ObligationFactory(network=home.network, due_on=day), by=None, now=at(day)
    ),
    "participation": lambda home, day: ParticipationFactory(
        network=home.network, programme=home.programme, school=home.school, started_on=day
    ),
    "registration": lambda home, day: ParticipationFactory(
        network=home.network, programme=home.programme, school=home.school, started_on=None, signed_up_on=day
    ),
    "entry": lambda home, day: Entry.objects.create(
        participation=ParticipationFactory(
            network=home.network, programme=home.programme, school=home.school, started_on=day - 3 * YEAR
        ),
        happened_on=day,
        kind="training",
    ),
}


@pytest.mark.parametrize("sign", SIGNS)
def test_a_network_and_a_region_are_dormant_a_year_after_the_last_sign(home, sign):
    network, region = quiet(home), home.place.region
    assert moments("network-dormant", ON, network) == {"nooit"} == moments("region-dormant", ON, region)
    last_on = ON - YEAR

    SIGNS[sign](home, last_on)

    for key, row in (("network-dormant", network), ("region-dormant", region)):
        assert moments(key, ON - DAY, row) == set()
        assert moments(key, ON, row) == {f"{last_on}/-365"}
    SIGNS[sign](home, ON - 9 * DAY) if sign in ("meeting", "report") else MeetingFactory(network=network, held_on=ON)
    assert due("network-dormant", ON, network) == due("region-dormant", ON, region) == []


def test_silence_is_for_the_office_and_of_a_region_for_its_coordinator_too(home):
    network = quiet(home)
    staff, coordinator = home.people["staff"].email, home.people["region coordinator"].email

    assert {told.to for told in due("network-dormant", ON, network)} == {staff}
    assert {told.to for told in due("region-dormant", ON, home.place.region)} == {staff, coordinator}


def test_a_national_network_is_no_sign_of_one_region(home):
    quiet(home)
    national = NetworkFactory(is_national=True)
    MeetingFactory(network=national, held_on=ON)

    assert moments("region-dormant", ON, home.place.region) == {"nooit"}


# --- nobody, and no money ----------------------------------------------------------------------------------
def test_a_network_that_lost_its_coordinators_is_told_from_the_day_after(home):
    last_on = ON - DAY
    Assignment.objects.filter(network=home.network).update(from_on=None, until_on=last_on)

    assert due("no-coordinator", last_on, home.network) == []
    assert moments("no-coordinator", ON, home.network) == {f"{ON}/0"}
    assert moments("no-coordinator", ON + 30 * DAY, home.network) == {f"{ON}/-30"}
    assert moments("no-coordinator", ON + 400 * DAY, home.network) == {f"{ON}/-90"}
    assert {told.to for told in due("no-coordinator", ON, home.network)} == {home.people["staff"].email}


def test_a_network_that_never_had_one_is_told_once_and_one_that_ended_never(home):
    never, ended = NetworkFactory(), NetworkFactory(ended_on=ON - 9 * DAY)

    assert moments("no-coordinator", ON, never) == moments("no-coordinator", ON + 999 * DAY, never) == {"nooit"}
    assert due("no-coordinator", ON, ended) == []


@pytest.mark.parametrize(
    ("days", "moment"), [(366, None), (365, 365), (181, 365), (180, 180), (90, 90), (30, 30), (0, 30), (-200, 30)]
)
def test_money_that_ends_within_a_year(home, days, moment):
    until = ON + days * DAY
    Network.objects.filter(pk=home.network.pk).update(funded_until=until)

    assert moments("funding-ends", ON) == ({f"{until}/{moment}"} if moment else set())


def test_new_money_is_another_day(home):
    Network.objects.filter(pk=home.network.pk).update(funded_until=ON + 20 * DAY)
    before = moments("funding-ends", ON)

    Network.objects.filter(pk=home.network.pk).update(funded_until=ON + 300 * DAY)

    assert before == {f"{ON + 20 * DAY}/30"}
    assert moments("funding-ends", ON) == {f"{ON + 300 * DAY}/365"}


@pytest.mark.parametrize("key", ["no-coordinator", "network-dormant", "visit-due"])
def test_an_example_of_the_catalogue_of_which_nothing_ever_was_known_floods_nobody(home, key):
    programme = ProgrammeFactory(slug="vo-ho-netwerken")
    example = NetworkFactory(programme=programme, is_sample=True)
    real = NetworkFactory(programme=programme)

    assert due(key, ON, example) == []
    assert moments(key, ON, real) == {"nooit"}
