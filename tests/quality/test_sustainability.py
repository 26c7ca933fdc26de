"""What puts a network at risk: each rule at its border, with its sentence."""

from datetime import date, timedelta

import pytest

from networks.models import Assignment, Network
from quality.sustainability import ALONE, FUNDING, NO_MEETING, NOBODY_NEW, Known, known_of, risks_of
from tests.accounts.factories import UserFactory
from tests.activities.factories import ParticipationFactory
from tests.networks.factories import AssignmentFactory, NetworkFactory, ProgrammeFactory
from tests.quality.factories import MeetingFactory

ON = date(2026, 11, 25)
DAY = timedelta(days=1)
Role = Assignment.Role


def sound(network):
    """Two coordinators, a school that joined today and a meeting today."""
    AssignmentFactory(network=network)
    AssignmentFactory(network=network)
    ParticipationFactory(network=network, programme=network.programme, started_on=ON)
    MeetingFactory(network=network, held_on=ON)
    return network


@pytest.fixture
def network(db):
    return NetworkFactory(programme=ProgrammeFactory())


def risks(network):
    row = Network.objects.select_related("programme").get(pk=network.pk)
    return {risk.kind: risk.why for risk in risks_of(row, known_of(Network.objects.all(), ON)[row.pk], ON)}


def test_a_sound_network_is_not_at_risk(network):
    assert risks(sound(network)) == {}


def test_of_which_nothing_is_known_three_things_hold(network):
    assert set(risks(network)) == {ALONE, NOBODY_NEW, NO_MEETING}


@pytest.mark.parametrize(
    ("until", "why"),
    [
        (None, None),
        (ON + 366 * DAY, None),
        (ON + 365 * DAY, "Er is geld tot 25 november 2027."),
        (ON, "Er is geld tot 25 november 2026."),
        (ON - DAY, "Er was geld tot 24 november 2026."),
    ],
)
def test_money_that_ends_within_a_year(network, until, why):
    network.funded_until = until
    network.save()

    assert risks(sound(network)).get(FUNDING) == why


@pytest.mark.parametrize(
    ("roles", "why"),
    [
        ([], "Er is geen coördinator."),
        ([Role.DELEGATE], "Er is geen coördinator."),
        ([Role.COMMITTEE], "Er is geen coördinator."),
        ([Role.COORDINATOR], "Anna staat er alleen voor."),
        ([Role.COORDINATOR, Role.COMMITTEE], "Anna staat er alleen voor."),
        ([Role.COORDINATOR, Role.DELEGATE], None),
        ([Role.COORDINATOR, Role.ACCOUNT_MANAGER], None),
    ],
)
def test_one_coordinator_alone_or_none(network, roles, why):
    for name, role in zip(("Anna", "Bert"), roles, strict=False):
        AssignmentFactory(network=network, role=role, user__name=name)

    assert risks(network).get(ALONE) == why


def test_one_person_with_two_roles_is_still_alone(network):
    anna = UserFactory(name="Anna")
    for role in (Role.COORDINATOR, Role.ACCOUNT_MANAGER, Role.DELEGATE):
        AssignmentFactory(network=network, user=anna, role=role)

    assert risks(network)[ALONE] == "Anna staat er alleen voor."


def test_who_left_does_not_count(network):
    AssignmentFactory(network=network, user__name="Anna")
    AssignmentFactory(network=network, until_on=ON - DAY)
    AssignmentFactory(network=network, user__is_active=False)

    assert risks(network)[ALONE] == "Anna staat er alleen voor."


@pytest.mark.parametrize("field", ["started_on", "signed_up_on"])
@pytest.mark.parametrize(
    ("day", "why"),
    [
        (ON, None),
        (ON - 364 * DAY, None),
        (ON - 365 * DAY, "De laatste school begon op 25 november 2025."),
        (ON + DAY, "Er begon nog nooit een school."),
    ],
)
def test_nobody_joined_for_a_year(network, field, day, why):
    days = {"started_on": None, "signed_up_on": None, field: day}
    ParticipationFactory(network=network, programme=network.programme, **days)

    assert risks(network).get(NOBODY_NEW) == why


@pytest.mark.parametrize(
    ("least", "days_ago", "why"),
    [
        (None, [364], None),
        (None, [365], "De laatste bijeenkomst was op 25 november 2025."),
        (None, [], "Er was nog nooit een bijeenkomst."),
        (0, [], None),
        (2, [1, 300], None),
        (2, [1], "Er was 1 bijeenkomst in twaalf maanden. Het programma vraagt er ten minste 2 per jaar."),
        (
            2,
            [1, -6],
            "Er was 1 bijeenkomst in twaalf maanden. Het programma vraagt er ten minste 2 per jaar. "
            "De volgende is op 1 december 2026.",
        ),
    ],
)
def test_meetings_against_the_rhythm_of_the_programme(network, least, days_ago, why):
    network.programme.meetings_least = least
    network.programme.save()
    for number in days_ago:
        MeetingFactory(network=network, held_on=ON - number * DAY)

    assert risks(network).get(NO_MEETING) == why


def test_one_network_says_nothing_of_another(network):
    sound(network)
    other = NetworkFactory()

    assert known_of(Network.objects.filter(pk=other.pk), ON)[other.pk] == Known([])
    assert risks(network) == {}
