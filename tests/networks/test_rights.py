"""Who coordinates a school: asked from the person and from the school, with one answer."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from networks.models import Assignment
from networks.rights import coordinators_of, grant, is_programme_staff, programme_staff, schools_coordinated_by
from tests.accounts.factories import UserFactory
from tests.networks.factories import NetworkFactory
from tests.regions.factories import MunicipalityFactory, RegionFactory
from tests.schools.factories import BoardFactory, SchoolFactory

ON = date(2026, 11, 24)
DAY = timedelta(days=1)
Role = Assignment.Role


def test_the_network_in_the_area_and_the_region_coordinate_a_school(db):
    place = MunicipalityFactory()
    school = SchoolFactory(municipality=place)
    by_area = grant(user=UserFactory(), role=Role.COORDINATOR, network=NetworkFactory(area=[place]), by=None)
    by_region = grant(user=UserFactory(), role=Role.REGION_COORDINATOR, region=place.region, by=None)
    grant(user=UserFactory(), role=Role.COMMITTEE, network=by_area.network, by=None)
    grant(user=UserFactory(), role=Role.COORDINATOR, network=NetworkFactory(area=[MunicipalityFactory()]), by=None)
    grant(
        user=UserFactory(),
        role=Role.COORDINATOR,
        network=NetworkFactory(area=[place], is_national=True),
        by=None,
    )

    assert set(coordinators_of(school, ON)) == {by_area.user, by_region.user}


def test_a_board_as_partner_and_a_former_municipality_count(db):
    board, place = BoardFactory(), MunicipalityFactory()
    former = MunicipalityFactory(region=None, successor=place)
    by_board = grant(user=UserFactory(), role=Role.DELEGATE, network=NetworkFactory(boards=[board]), by=None)
    by_former = grant(user=UserFactory(), role=Role.COORDINATOR, network=NetworkFactory(area=[former]), by=None)

    assert list(coordinators_of(SchoolFactory(board=board), ON)) == [by_board.user]
    assert list(coordinators_of(SchoolFactory(municipality=place), ON)) == [by_former.user]
    assert not coordinators_of(SchoolFactory(), ON).exists()


@pytest.mark.parametrize(
    ("dates", "holds"),
    [
        ({}, True),
        ({"from_on": ON, "until_on": ON}, True),
        ({"from_on": ON + DAY}, False),
        ({"until_on": ON - DAY}, False),
    ],
)
def test_an_assignment_holds_on_its_first_and_last_day(db, dates, holds):
    place = MunicipalityFactory()
    grant(user=UserFactory(), role=Role.REGION_COORDINATOR, region=place.region, by=None, **dates)
    grant(user=UserFactory(), role=Role.PROGRAMME_STAFF, by=None, **dates)

    assert coordinators_of(SchoolFactory(municipality=place), ON).exists() == holds
    assert programme_staff(ON).exists() == holds


def test_who_was_locked_out_is_not_asked(db):
    assignment = grant(user=UserFactory(is_active=False), role=Role.PROGRAMME_STAFF, by=None)

    assert not programme_staff(ON).exists()
    assert not is_programme_staff(assignment.user, ON)


def test_granting_obliges_a_second_step_and_twice_is_once(db):
    user, by = UserFactory(), UserFactory()

    first = grant(user=user, role=Role.PROGRAMME_STAFF, by=by)

    user.refresh_from_db()
    assert user.mfa_required
    assert grant(user=user, role=Role.PROGRAMME_STAFF, by=UserFactory()) == first
    assert first.granted_by == by


def test_a_role_without_its_scope_is_refused(db):
    with pytest.raises(IntegrityError), transaction.atomic():
        grant(user=UserFactory(), role=Role.COORDINATOR, by=None)
    with pytest.raises(IntegrityError), transaction.atomic():
        grant(user=UserFactory(), role=Role.PROGRAMME_STAFF, region=RegionFactory(), by=None)
    for scope in ({"region": RegionFactory()}, {"network": NetworkFactory()}):
        with pytest.raises(IntegrityError), transaction.atomic():
            grant(user=UserFactory(), role=Role.OBSERVER, by=None, **scope)


class TestBothWays(TestCase):
    @settings(max_examples=30)
    @given(
        role=st.sampled_from(Role.values),
        in_area=st.booleans(),
        as_board=st.booleans(),
        is_national=st.booleans(),
        in_region=st.booleans(),
    )
    def test_school_and_person_tell_the_same(self, role, in_area, as_board, is_national, in_region):
        place, board = MunicipalityFactory(), BoardFactory()
        school = SchoolFactory(municipality=place, board=board)
        network = NetworkFactory(
            area=[place] if in_area else [], boards=[board] if as_board else [], is_national=is_national
        )
        scope = {"network": network} if role in Assignment.NETWORK_ROLES else {}
        if role == Role.REGION_COORDINATOR:
            scope = {"region": place.region if in_region else RegionFactory()}
        user = UserFactory()
        grant(user=user, role=role, by=None, **scope)

        coordinates = schools_coordinated_by(user, ON).filter(pk=school.pk).exists()

        asked = set(coordinators_of(school, ON))
        assert (user in asked or is_programme_staff(user, ON)) == coordinates
        assert asked <= {user}
