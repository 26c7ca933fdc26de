"""Schools: silence, a long wait, people who want to belong to one, and money."""

import pytest

from activities.models import Entry
from networks.models import Assignment
from schools.membership import refuse
from schools.models import Membership, Profile
from tests.activities.factories import ParticipationFactory, SubsidyFactory
from tests.reminders.asking import at, due, moments
from tests.reminders.rules_world import minding_money, school_of, silent, waits
from tests.schools.factories import MembershipFactory, SchoolFactory
from tests.workspace.world import DAY

MINE = ("coordinator", "account manager")


def people(home, *roles):
    return {home.people[role].email for role in roles}


# --- silence and waiting -----------------------------------------------------------------------------------
@pytest.mark.parametrize(("days", "is_told"), [(364, False), (365, True), (900, True)])
def test_a_year_after_it_began_or_after_the_last_thing_that_happened(home, days, is_told):
    of_start = silent(home, days_ago=days)
    of_entry = silent(home, days_ago=2000)
    day = home.today - days * DAY
    Entry.objects.create(participation=of_entry, happened_on=day, kind="training")

    expected = {f"{day}/-365"} if is_told else set()
    assert moments("school-silent", home.today, of_start) == expected
    assert moments("school-silent", home.today, of_entry) == expected


def test_what_happened_in_another_year_of_the_same_counts_and_of_another_sector_not(home):
    row = silent(home, days_ago=800)
    same = {"school": row.school, "programme": row.programme, "network": row.network, "school_year": "2020-2021"}
    other_sector = ParticipationFactory(**same, sector="so")
    Entry.objects.create(participation=other_sector, happened_on=home.today, kind="training")
    assert moments("school-silent", home.today, row) == {f"{row.started_on}/-365"}

    earlier = ParticipationFactory(**(same | {"school_year": "2019-2020"}), started_on=row.started_on)
    Entry.objects.create(participation=earlier, happened_on=home.today - 30 * DAY, kind="training")

    assert due("school-silent", home.today, row) == []


def test_who_stopped_or_closed_or_only_waits_is_not_silent(home):
    stopped, closed, waiting = silent(home), silent(home), waits(home, days_ago=500)
    type(stopped).objects.filter(pk=stopped.pk).update(stopped_on=home.today)
    type(closed.school).objects.filter(pk=closed.school_id).update(closed_on=home.today)

    assert due("school-silent", home.today, stopped, closed, waiting) == []


def test_silence_is_for_the_network_and_without_one_for_the_office(home):
    row = silent(home)
    assert {told.to for told in due("school-silent", home.today)} == people(home, *MINE, "delegate")

    type(row).objects.filter(pk=row.pk).update(network=None)

    assert {told.to for told in due("school-silent", home.today)} == people(home, "staff")


@pytest.mark.parametrize(("days", "number"), [(89, None), (90, -90), (180, -180), (365, -365)])
def test_a_long_wait(home, days, number):
    row = waits(home, days_ago=days)

    found = moments("long-wait", home.today, row)

    assert found == ({f"{home.today - days * DAY}/{number}"} if number else set())
    type(row).objects.filter(pk=row.pk).update(started_on=home.today)
    assert due("long-wait", home.today, row) == []


# --- members -----------------------------------------------------------------------------------------------
def claim(home, *, days_ago=3, **values):
    return MembershipFactory(pending=True, asked_at=at(home.today - days_ago * DAY), **values)


@pytest.mark.parametrize(("days", "number"), [(2, None), (3, -3), (9, -3), (10, -10), (38, -38)])
def test_a_claim_is_told_after_three_days_and_each_week(home, days, number):
    row = claim(home, days_ago=days, school=home.school)

    assert moments("membership-waits", home.today) == ({f"{home.today - days * DAY}/{number}"} if number else set())
    refuse(membership=row, by=home.people["staff"], reason="", now=at(home.today))
    assert due("membership-waits", home.today) == []


def test_a_claim_is_for_the_coordinators_of_the_school(home):
    claim(home, school=home.school)
    by_board = claim(home, school=SchoolFactory(board=home.board))

    told = {(found.subject, found.to) for found in due("membership-waits", home.today)}

    expected = people(home, *MINE, "delegate")
    assert {to for subject, to in told if subject == f"schools.Membership:{by_board.pk}"} == expected
    assert {to for _subject, to in told} == expected | people(home, "region coordinator")


def test_a_claim_of_a_board_and_of_a_school_without_coordinator_is_for_the_office(home):
    claim(home, of_board=True)
    claim(home, school=SchoolFactory(municipality=None))

    assert {told.to for told in due("membership-waits", home.today)} == people(home, "staff")


def test_nobody_is_told_about_oneself(home):
    coordinator = home.people["coordinator"]
    claim(home, user=coordinator, school=home.school)
    Assignment.objects.exclude(user__in=[coordinator, home.people["staff"]]).delete()

    assert {told.to for told in due("membership-waits", home.today)} == people(home, "staff")


# --- money -------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("days", "network", "school"), [(31, None, None), (30, 30, 30), (7, 7, 30), (0, 7, 30), (-1, None, None)]
)
def test_a_month_before_it_closes_and_for_networks_a_week(home, days, network, school):
    closes_on = home.today + days * DAY
    silent(home, school=minding_money(home).school)
    SubsidyFactory(programme=home.programme, closes_on=closes_on)

    assert moments("subsidy-network", home.today) == ({f"{closes_on}/{network}"} if network else set())
    assert moments("subsidy-school", home.today) == ({f"{closes_on}/{school}"} if school else set())


@pytest.mark.parametrize("closed", ["opens_on", "withheld_on", "ended_on"])
def test_what_cannot_be_asked_for_now_is_not_told(home, closed):
    day = home.today + DAY if closed == "opens_on" else home.today
    minding_money(home)
    SubsidyFactory(closes_on=home.today + 9 * DAY, **{closed: day})

    assert due("subsidy-network", home.today) + due("subsidy-school", home.today) == []


def test_of_a_programme_the_leaders_and_boards_of_schools_that_take_part(home):
    school = school_of(home, board=home.board)  # with a teacher, who does not decide about money
    leader = MembershipFactory(school=school, role="leader").user
    of_board = MembershipFactory(of_board=True, board=home.board).user
    minding_money(home)
    silent(home, school=school)
    SubsidyFactory(programme=home.programme, closes_on=home.today + 9 * DAY)

    assert {told.to for told in due("subsidy-school", home.today)} == {leader.email, of_board.email}
    assert {told.to for told in due("subsidy-network", home.today)} == people(
        home, *MINE, "delegate", "coordinator elsewhere"
    )


def test_of_no_programme_the_leaders_of_schools_that_look_at_money_now(home):
    leader = minding_money(home)
    before = minding_money(home)
    Profile.objects.create(school=before.school, sector="po", barriers=[])  # the newest counts
    SubsidyFactory(closes_on=home.today + 9 * DAY, sectors=["po"])
    SubsidyFactory(closes_on=home.today + 9 * DAY, sectors=["vwo"])

    found = due("subsidy-school", home.today)

    assert [told.to for told in found] == [leader.user.email]
    assert due("subsidy-network", home.today) == []


def test_who_leads_two_schools_is_told_once(home):
    leader = minding_money(home)
    other = minding_money(home)
    Membership.objects.filter(pk=other.pk).update(user=leader.user)
    SubsidyFactory(closes_on=home.today + 9 * DAY)

    assert [told.to for told in due("subsidy-school", home.today)] == [leader.user.email]
