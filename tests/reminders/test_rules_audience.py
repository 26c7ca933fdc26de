"""Who is told: the first that has somebody with an address and an open account."""

import pytest

from accounts.models import User
from networks.directory import directory
from networks.models import Assignment, ContactRole
from networks.rights import grant
from regions.models import HolidayRegion
from reminders.audience import Audience, Members, Reader, must_be_told, once
from reminders.due import GoneError
from schools.models import School
from tests.accounts.factories import UserFactory
from tests.networks.factories import ContactRoleFactory, PersonFactory
from tests.regions.factories import OfficeFactory
from tests.schools.factories import MembershipFactory, SchoolFactory
from tests.workspace.world import DAY

CHANGING = ("coordinator", "account manager", "delegate")


def addresses(readers):
    return [reader.to for reader in readers]


def close(*users):
    User.objects.filter(pk__in=[user.pk for user in users]).update(is_active=False)


def test_of_a_network_who_may_change_it_that_day_a_delegate_besides(home):
    people = home.people

    assert set(addresses(Audience(home.today).of_network(home.network.pk))) == {
        people[role].email for role in CHANGING
    }
    tomorrow = {people[role].email for role in ("coordinator", "account manager", "delegate before")}
    assert set(addresses(Audience(home.today + DAY).of_network(home.network.pk))) == tomorrow


def test_each_closed_account_falls_through_to_the_next(home):
    def audience():
        return Audience(home.today).of_network(home.network.pk)

    close(*(home.people[role] for role in CHANGING))
    assert audience() == (Reader("nabij@voorbeeld.example"),)

    account = UserFactory(email="Nabij@Voorbeeld.example")
    assert audience() == (Reader("nabij@voorbeeld.example", account.pk),)

    close(account)
    assert addresses(audience()) == [home.people["staff"].email]

    office = ContactRoleFactory(
        organisation=OfficeFactory(), person=PersonFactory(email="bureau@voorbeeld.example"), confirmed_on=home.today
    )
    close(home.people["staff"])
    assert addresses(audience()) == ["bureau@voorbeeld.example"]

    office.delete()
    assert audience() == ()


def test_a_deleted_account_and_one_without_address_fall_through(home):
    Assignment.objects.filter(network=home.network).exclude(user=home.people["coordinator"]).delete()
    User.objects.filter(pk=home.people["coordinator"].pk).update(email="")
    assert addresses(Audience(home.today).of_network(home.network.pk)) == ["nabij@voorbeeld.example"]

    home.people["coordinator"].delete()

    assert addresses(Audience(home.today).of_network(home.network.pk)) == ["nabij@voorbeeld.example"]


def test_a_contact_that_nobody_confirmed_for_a_year_falls_through(home):
    Assignment.objects.filter(network=home.network).delete()
    ContactRole.objects.filter(pk=home.contact.pk).update(confirmed_on=home.today - 366 * DAY)

    assert addresses(Audience(home.today).of_network(home.network.pk)) == [home.people["staff"].email]


def test_who_holds_two_roles_is_told_once(home):
    coordinator = home.people["coordinator"]
    grant(user=coordinator, role=Assignment.Role.ACCOUNT_MANAGER, network=home.network, by=None)

    found = addresses(Audience(home.today).of_network(home.network.pk))

    assert found.count(coordinator.email) == 1
    assert once(Reader("b"), Reader("a", 1), Reader("b", 2)) == (Reader("b"), Reader("a", 1))


def test_holidays_are_those_of_most_schools_in_the_area(home):
    noord, zuid = (
        HolidayRegion.objects.get_or_create(slug=slug, defaults={"name": slug})[0] for slug in ("noord", "zuid")
    )
    for holidays in (zuid, noord, noord):
        SchoolFactory(municipality=home.place, holiday_region=holidays)
    audience = Audience(home.today)

    assert {reader.holiday_region_pk for reader in audience.of_network(home.network.pk)} == {"noord"}
    assert {reader.holiday_region_pk for reader in audience.of_region(home.place.region_id)} == {"noord"}
    assert {reader.holiday_region_pk for reader in audience.of_network(home.elsewhere.pk)} == {None}
    assert {reader.holiday_region_pk for reader in audience.office} == {None}


def test_any_number_of_networks_costs_the_same(home, django_assert_max_num_queries):
    directory()  # which a process has already

    for most in (7, 4):  # and from then on it knows when people rest
        audience = Audience(home.today)
        with django_assert_max_num_queries(most):
            for pk in range(home.network.pk - 50, home.network.pk + 50):
                audience.of_network(pk)
                audience.of_region(pk)


def test_when_people_rest_follows_the_schools(home):
    for slug in ("noord", "zuid"):
        region, _made = HolidayRegion.objects.get_or_create(slug=slug, defaults={"name": slug})
        School.objects.update(holiday_region=region)

        assert Audience(home.today).holidays_of("network", home.network.pk) == slug


def test_members_of_a_school_by_role_and_with_their_board(home):
    school = SchoolFactory(board=home.board)
    teacher, leader = MembershipFactory(school=school), MembershipFactory(school=school, role="leader")
    of_board = MembershipFactory(of_board=True, board=home.board)
    MembershipFactory(school=school, pending=True)
    members = Members([school.pk])

    assert addresses(members.of(school)) == [teacher.user.email, leader.user.email]
    assert addresses(members.of(school, roles=["leader", "board"], with_board=True)) == [
        leader.user.email,
        of_board.user.email,
    ]


@pytest.mark.parametrize("way", ["board", "merged"])
def test_who_registered_speaks_for_the_school_by_its_board_or_a_merger(home, way):
    school = SchoolFactory(board=home.board)
    MembershipFactory(school=school)
    if way == "board":
        by = MembershipFactory(of_board=True, board=home.board).user
    else:
        closed = SchoolFactory(closed_on=home.today, successor=school)
        by = MembershipFactory(school=closed).user
    registration = type("Registered", (), {"school": school, "registered_by": by})

    assert addresses(Members([school.pk]).of_registration(registration)) == [by.email]


def test_who_is_not_told_any_more_cannot_act(home):
    told = (Reader("a", home.people["coordinator"].pk), Reader("b"))
    must_be_told(told, home.people["coordinator"])
    must_be_told(told, None)

    with pytest.raises(GoneError, match="niet"):
        must_be_told(told, home.people["member"])
    with pytest.raises(GoneError):
        must_be_told(told[:1], None)
    home.people["coordinator"].is_active = False
    with pytest.raises(GoneError):
        must_be_told(told, home.people["coordinator"])
