"""What is kept per process: which networks cover a school, and when it is read again."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier

import pytest

import networks.directory
from networks.directory import Directory, directory
from tests.networks.factories import ContactRoleFactory, NetworkFactory, ProgrammeFactory
from tests.regions.factories import BoardFactory, MunicipalityFactory, OfficeFactory

ON = date(2026, 11, 24)


def names(networks):
    return [network.name for network in networks]


def test_a_school_is_covered_by_area_by_board_and_by_the_whole_country(db):
    here, board = MunicipalityFactory(), BoardFactory()
    NetworkFactory(name="Gebied", area=[here, MunicipalityFactory()])
    NetworkFactory(name="Elders", area=[MunicipalityFactory()])
    NetworkFactory(name="Bestuur", boards=[board])
    NetworkFactory(name="Landelijk", is_national=True)
    known = directory()

    assert names(known.networks_for(here.code, board.pk)) == ["Gebied", "Bestuur", "Landelijk"]
    assert names(known.networks_for(here.code, None)) == ["Gebied", "Landelijk"]
    assert names(known.networks_for(None, None)) == ["Landelijk"]


def test_a_network_that_covers_a_school_twice_is_named_once(db):
    here, board = MunicipalityFactory(), BoardFactory()
    network = NetworkFactory(area=[here], boards=[board])

    assert [found.pk for found in directory().networks_for(here.code, board.pk)] == [network.pk]


def test_a_company_as_partner_does_not_cover_anything(db):
    board = BoardFactory()
    NetworkFactory().partnerships.create(organisation=board, role="company")

    assert directory().networks_for(None, board.pk) == []


def test_an_area_that_names_a_merged_municipality_covers_its_successor(db):
    today = MunicipalityFactory()
    former = MunicipalityFactory(region=None, landsdeel=None, successor=MunicipalityFactory(successor=today))
    NetworkFactory(name="Gebied", area=[former])

    assert names(directory().networks_for(today.code, None)) == ["Gebied"]


def test_a_network_covers_until_the_day_it_ends(db):
    NetworkFactory(is_national=True, ended_on=ON)
    known = directory()

    assert len(known.networks_for(None, None, date(2026, 11, 23))) == 1
    assert known.networks_for(None, None, ON) == []
    assert known.networks_for(None, None) == []


def test_facts_of_a_programme_are_complete(db, settings):
    settings.OFFICE_NAME = "Het bureau"
    other = ProgrammeFactory()
    programme = ProgrammeFactory(
        slug="jet-net",
        organiser=OfficeFactory(),
        sectors=["havo", "vwo"],
        serves={"havo": {"primary": ["companies"]}},
    )
    programme.related.add(other)
    ContactRoleFactory(programme=programme, person__name="Landelijk")

    facts = directory().programmes["jet-net"]

    assert facts.sectors == {"havo", "vwo"}
    assert facts.serves == {"havo": {"primary": ("companies",), "secondary": ()}}
    assert (facts.organiser, facts.related) == ("Het bureau", (other.slug,))
    assert names(facts.contacts) == ["Landelijk"]


def test_one_query_when_known_and_none_when_the_version_is_given(db, django_assert_num_queries):
    NetworkFactory(is_national=True)
    known = directory()

    with django_assert_num_queries(1):
        assert directory() is known
    with django_assert_num_queries(0):
        assert directory(known.version) is known


def test_any_change_of_public_content_is_seen_at_once(db):
    network = NetworkFactory(name="Oud", is_national=True)
    before = directory()

    type(network).objects.update(name="Nieuw")

    assert names(directory().networks_for(None, None)) == ["Nieuw"]
    assert names(before.networks_for(None, None)) == ["Oud"]


@pytest.mark.parametrize("rows", [1, 12])
def test_building_takes_eight_queries_however_much_there_is(db, rows, django_assert_num_queries):
    for _ in range(rows):
        network = NetworkFactory(area=[MunicipalityFactory()], boards=[BoardFactory()])
        network.programme.related.add(ProgrammeFactory())
        ContactRoleFactory(network=network)
        ContactRoleFactory(region=MunicipalityFactory().region)

    with django_assert_num_queries(8):
        directory()


def test_threads_that_ask_together_build_once(monkeypatch):
    asking, built = Barrier(4), []

    def slow_build(version):
        built.append(version)
        time.sleep(0.05)  # long enough for the others to reach the lock
        return Directory(version, {}, {}, {}, {}, {}, {})

    def ask(_number):
        asking.wait(timeout=5)
        return directory(version=7)

    monkeypatch.setattr(networks.directory, "_build", slow_build)
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(ask, range(4)))

    assert built == [7]
    assert found == [found[0]] * 4
