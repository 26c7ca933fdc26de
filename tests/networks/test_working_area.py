"""What another working area changes for whom, and saving it."""

from datetime import date

import pytest
from auditlog.models import LogEntry
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from loket.vocabulary import Sector
from networks.coverage import coverage
from networks.directory import directory
from networks.working_area import area_of, change_area, fewest_words, plan
from tests.networks.factories import NetworkFactory, ProgrammeFactory
from tests.regions.factories import BoardFactory, LandsdeelFactory, MunicipalityFactory, RegionFactory
from tests.schools.factories import SchoolFactory

ON = date(2026, 11, 25)


@pytest.fixture
def country(db):
    """Four municipalities with 1, 2, 3 and 4 po schools; a network in the first two, another in the second."""
    places = [MunicipalityFactory(name=name) for name in "ABCD"]
    for number, place in enumerate(places, start=1):
        for _each in range(number):
            SchoolFactory(municipality=place, sectors=[Sector.PO])
        SchoolFactory(municipality=place, sectors=[Sector.VMBO])
        SchoolFactory(municipality=place, sectors=[Sector.PO], closed_on=ON)
    programme = ProgrammeFactory(sectors=[Sector.PO])
    network = NetworkFactory(name="Wij", programme=programme, area=places[:2])
    other = NetworkFactory(name="Zij", programme=programme, area=[places[1], places[3]])
    return places, network, other


def told(places):
    return [(place.name, place.school_count) for place in places]


def test_it_says_what_changes_for_whom(country):
    (_a, b, c, d), network, other = country

    change = plan(network=network, codes={b.code, c.code, d.code}, is_national=False, on=ON)

    assert (change.added, change.removed) == (["C", "D"], ["A"])
    assert told(change.gained) == [("C", 3), ("D", 4)]
    assert told(change.lost) == told(change.white_spots) == [("A", 1)]
    assert [(overlap.network.pk, told(overlap.places)) for overlap in change.overlaps] == [(other.pk, [("D", 4)])]
    assert (change.gained_count, change.lost_count, change.white_spot_count) == (7, 1, 1)
    assert change.is_change


def test_what_another_network_covers_is_lost_but_no_white_spot(country):
    (a, _b, _c, _d), network, _other = country

    change = plan(network=network, codes={a.code}, is_national=False, on=ON)

    assert told(change.lost) == [("B", 2)]
    assert change.white_spots == ()


def test_schools_of_a_partner_board_neither_come_nor_go(country):
    (a, b, _c, _d), network, _other = country
    board = BoardFactory()
    network.partnerships.create(organisation=board, role="board")
    SchoolFactory(municipality=a, sectors=[Sector.PO], board=board)

    change = plan(network=network, codes={b.code}, is_national=False, on=ON)

    assert told(change.lost) == [("A", 1)]


def test_the_whole_country_and_back(country):
    (a, _b, _c, _d), network, _other = country
    change = plan(network=network, codes=(), is_national=True, on=ON)
    assert told(change.gained) == [("C", 3), ("D", 4)]

    change_area(network=network, codes=(), is_national=True, now=timezone.now())

    network.refresh_from_db()
    assert (network.is_national, network.area.count()) == (True, 0)
    back = plan(network=network, codes={a.code}, is_national=False, on=ON)
    assert told(back.lost) == [("B", 2), ("C", 3), ("D", 4)]


def test_saving_keeps_the_rest_and_says_who_what(country):
    (_a, _b, c, _d), network, _other = country

    change_area(network=network, codes={c.code, "9999"}, is_national=False, now=timezone.now())

    network.refresh_from_db()
    assert [place.code for place in network.area.all()] == [c.code]
    assert network.edited_at
    entries = LogEntry.objects.get_for_object(network)
    operations = {entry.changes["area"]["operation"] for entry in entries if "area" in entry.changes}
    assert operations == {"add", "delete"}


def test_a_former_municipality_counts_as_that_of_today(country):
    (a, _b, c, _d), network, _other = country
    former = MunicipalityFactory(region=None, successor=c)
    network.area.set([a, former])

    assert area_of(network) == {a.code, c.code}
    assert not plan(network=network, codes={a.code, c.code}, is_national=False, on=ON).is_change


def test_two_queries_whatever_there_is(country, django_assert_num_queries):
    (a, *_rest), network, _other = country
    for _each in range(5):
        NetworkFactory(programme=network.programme, area=[a])
    known = directory()

    with django_assert_num_queries(2):
        plan(network=network, codes={a.code}, is_national=False, on=ON, known=known)


@settings(max_examples=12)
@given(st.sets(st.integers(0, 3)))
def test_what_was_said_is_what_coverage_counts_afterwards(country, chosen):
    places, network, _other = country
    network = type(network).objects.get(pk=network.pk)
    before = coverage(ON)[network.programme.slug]
    codes = {places[number].code for number in chosen}
    change = plan(network=network, codes=codes, is_national=False, on=ON)

    change_area(network=network, codes=codes, is_national=False, now=timezone.now())

    after = coverage(ON)[network.programme.slug]
    new_spots = {code: n for code, n in after.white_spots.items() if code not in before.white_spots}
    assert {place.code: place.school_count for place in change.white_spots} == new_spots
    assert area_of(network) == codes


def test_an_area_in_the_fewest_words(db):
    north = LandsdeelFactory(slug="noord")
    regions = RegionFactory(name="Drenthe"), RegionFactory(name="Twente")
    a, b = (MunicipalityFactory(name=name, landsdeel=north, region=regions[0]) for name in "AB")
    c, d = (MunicipalityFactory(name=name, landsdeel__slug="oost", region=regions[1]) for name in "CD")

    assert fewest_words({a.code, b.code, c.code}) == ["Noord", "C"]
    assert fewest_words({a.code, c.code, d.code}) == ["Oost", "A"]
    assert fewest_words(set()) == []
