"""Covered schools, white spots and overlaps on a map of four municipalities."""

from datetime import date

import pytest

from networks.coverage import coverage
from schools.models import Institution, School
from tests.networks.factories import NetworkFactory, ProgrammeFactory
from tests.regions.factories import BoardFactory, MunicipalityFactory

ON = date(2026, 11, 24)


@pytest.fixture
def make_school(db):
    institution = Institution.objects.create(brin="12AB")

    def make(municipality, *sectors, board=None, closed_on=None):
        return School.objects.create(
            code=f"12AB{School.objects.count():02d}",
            institution=institution,
            name="School",
            kind="bo",
            sectors=list(sectors),
            municipality=municipality,
            board=board,
            closed_on=closed_on,
            source="test",
            source_date=ON,
        )

    return make


@pytest.fixture
def places(db):
    return [MunicipalityFactory() for _ in range(4)]


def test_covered_white_and_overlapping_schools_add_up(places, make_school):
    covered, twice, white, other = places
    board = BoardFactory()
    programme = ProgrammeFactory(sectors=["po"])
    NetworkFactory(programme=programme, area=[covered, twice])
    NetworkFactory(programme=programme, area=[twice], boards=[board])
    for place in (covered, covered, twice, white, white):
        make_school(place, "po")
    make_school(white, "po", board=board)
    make_school(None, "po")
    make_school(other, "vmbo")
    make_school(covered, "po", closed_on=ON)

    found = coverage(ON)[programme.slug]

    assert (found.schools, found.covered) == (7, 4)
    assert found.share == pytest.approx(4 / 7)
    assert found.white_spots == {white.code: 2}
    assert found.overlaps == {twice.code: 2}


def test_a_school_of_two_sectors_counts_once(places, make_school):
    programme = ProgrammeFactory(sectors=["havo", "vwo"])
    make_school(places[0], "havo", "vwo")

    found = coverage(ON)[programme.slug]

    assert (found.schools, found.covered, found.share) == (1, 0, 0)


def test_a_national_network_leaves_no_white_spot(places, make_school):
    programme = ProgrammeFactory(availability="open")
    NetworkFactory(programme=programme, is_national=True)
    make_school(places[0], "po")
    make_school(None, "po")

    found = coverage(ON)[programme.slug]

    assert (found.share, found.white_spots) == (1, {})


def test_a_network_that_ended_covers_nothing(places, make_school):
    programme = ProgrammeFactory()
    NetworkFactory(programme=programme, area=places, ended_on=ON)
    make_school(places[0], "po")

    assert coverage(ON)[programme.slug].white_spots == {places[0].code: 1}


def test_programmes_without_networks_have_no_coverage_and_without_schools_no_share(db):
    regional = ProgrammeFactory()
    ProgrammeFactory(slug="leerlijn", availability="geen_deelname")

    found = coverage(ON)

    assert list(found) == [regional.slug]
    assert found[regional.slug].share is None


def test_coverage_takes_one_query_beside_the_directory(places, make_school, django_assert_num_queries):
    for place in places:
        NetworkFactory(area=[place])
        make_school(place, "po", board=BoardFactory())
    coverage(ON)

    with django_assert_num_queries(2):
        coverage(ON)
