"""The one first contact of a school: region, else landsdeel, else programme office; never a network."""

from datetime import date

import pytest

from networks.directory import directory
from tests.networks.factories import ContactRoleFactory, NetworkFactory
from tests.regions.factories import LandsdeelFactory, OfficeFactory, RegionFactory

ON = date(2026, 11, 24)
A_YEAR_AGO = date(2025, 11, 24)
TOO_LONG_AGO = date(2025, 11, 23)


@pytest.fixture
def desks(db):
    """Region Twente, landsdeel Oost and the office, each with one confirmed contact of that name."""
    region, landsdeel = RegionFactory(name="Twente"), LandsdeelFactory(slug="oost")
    return {
        "region": ContactRoleFactory(region=region, person__name="Regio"),
        "landsdeel": ContactRoleFactory(landsdeel=landsdeel, person__name="Landsdeel"),
        "office": ContactRoleFactory(organisation=OfficeFactory(), person__name="Bureau"),
    }


def first(desks, region=True, landsdeel=True):
    region_pk = desks["region"].region_id if region else None
    return directory().first_contact(region_pk, "oost" if landsdeel else None, ON)


def confirm(role, day):
    role.confirmed_on = day
    role.save()


def test_the_desk_of_the_region_comes_first(desks):
    found = first(desks)

    assert (found.level, found.owner, found.contact.name, found.stale) == ("region", "Twente", "Regio", False)


@pytest.mark.parametrize("day", [TOO_LONG_AGO, None])
def test_a_desk_that_is_not_confirmed_falls_through_to_the_landsdeel(desks, day):
    confirm(desks["region"], day)

    found = first(desks)

    assert (found.level, found.owner, found.contact.name) == ("landsdeel", "Oost", "Landsdeel")


def test_a_contact_confirmed_a_year_ago_to_the_day_still_counts(desks):
    confirm(desks["region"], A_YEAR_AGO)

    assert first(desks).level == "region"


def test_the_second_person_of_a_desk_stands_in_for_a_stale_first_one(desks):
    confirm(desks["region"], TOO_LONG_AGO)
    ContactRoleFactory(region=desks["region"].region, order=2, person__name="Tweede")

    assert first(desks).contact.name == "Tweede"


def test_a_region_without_desk_falls_through_to_the_landsdeel(desks):
    desks["region"].delete()

    assert first(desks).level == "landsdeel"


def test_the_office_answers_under_its_configured_name_where_nobody_nearer_does(desks, settings):
    settings.OFFICE_NAME = "Het bureau"
    confirm(desks["region"], None)
    confirm(desks["landsdeel"], None)

    found = first(desks)

    assert (found.level, found.owner, found.contact.name, found.stale) == ("office", "Het bureau", "Bureau", False)


def test_a_school_without_municipality_gets_the_office(desks):
    assert first(desks, region=False, landsdeel=False).level == "office"


def test_a_stale_office_is_still_given_and_says_so(desks):
    for role in desks.values():
        confirm(role, TOO_LONG_AGO)

    found = first(desks)

    assert (found.level, found.contact.name, found.stale) == ("office", "Bureau", True)


def test_without_any_contact_the_office_is_named_and_nobody_is_given(db, settings):
    found = directory().first_contact(None, None, ON)

    assert (found.contact, found.owner, found.level, found.stale) == (None, settings.OFFICE_NAME, "office", False)


def test_a_network_is_never_the_first_contact(db):
    region = RegionFactory()
    ContactRoleFactory(network=NetworkFactory(is_national=True))

    assert directory().first_contact(region.pk, "oost", ON).contact is None


def test_a_white_spot_gets_the_landsdeel_and_else_the_office(desks):
    known = directory()

    assert known.white_spot_contact("oost", ON).level == "landsdeel"
    assert known.white_spot_contact("noord", ON).level == "office"


def test_a_network_gives_its_first_confirmed_contact(db):
    network = NetworkFactory()
    ContactRoleFactory(network=network, order=1, confirmed_on=TOO_LONG_AGO)
    ContactRoleFactory(network=network, order=3, person__name="Derde")
    ContactRoleFactory(network=network, order=2, person__name="Tweede")
    known = directory()

    assert known.network_contact(known.networks[network.pk], ON).name == "Tweede"


def test_a_network_with_only_stale_contacts_gives_none(db):
    network = NetworkFactory()
    ContactRoleFactory(network=network, confirmed_on=TOO_LONG_AGO)
    known = directory()

    assert known.network_contact(known.networks[network.pk], ON) is None
