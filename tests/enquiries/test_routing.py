"""Whom a question goes to, and who comes next: never an address twice."""

from datetime import date

import pytest

from enquiries.routing import FIRST_CONTACT, Router
from networks.directory import directory
from networks.models import ContactRole
from tests.enquiries.factories import CONFIRMED, contact
from tests.networks.factories import ContactRoleFactory, NetworkFactory
from tests.regions.factories import BoardFactory, MunicipalityFactory

ON = date(2026, 11, 23)
pytestmark = pytest.mark.usefixtures("country")


def router(country):
    return Router(country.school, known=directory(), on=ON)


def names(addresses):
    return [(address.owner, address.contact.name) for address in addresses]


def facts(router, *networks):
    return [router.known.networks[network.pk] for network in networks]


def steps(router, network, **values):
    """Owners and names of a whole chain that begins at the first contact of `network`."""
    given = {"sectors": ["po"], "needs": [], **values}
    address = router.addresses_for(facts(router, network) if network else [])[0]
    used, asked, chain, networks = {address.key}, set(), [address], set()
    while address:
        if address.network:
            asked.add(address.network.pk)
            networks.add(address.network.pk)
        address = router.next_address(
            network=address.network.pk if address.network else None,
            is_neighbour=len(networks) > 1,
            asked=asked,
            used=used,
            **given,
        )
        if address:
            used.add(address.key)
            chain.append(address)
    return names(chain)


def test_each_chosen_network_is_asked_at_its_first_confirmed_contact(country):
    made = router(country)

    found = made.addresses_for(facts(made, country.network, country.neighbour))

    assert names(found) == [("Netwerk Nabij", "Netwerkcontact"), ("Netwerk Buren", "Buurcontact")]


def test_without_a_network_the_first_contact_is_asked(country):
    found = router(country).addresses_for([])

    assert names(found) == [(country.municipality.region.name, "Regioloket")]
    assert found[0].level == "region"


def test_networks_without_a_confirmed_contact_fall_to_the_first_contact_once(country):
    ContactRole.objects.filter(network__isnull=False).update(confirmed_on=date(2025, 1, 1))
    made = router(country)

    found = made.addresses_for(facts(made, country.network, country.neighbour), to_first_contact=True)

    assert names(found) == [(country.municipality.region.name, "Regioloket")]


def test_a_stale_first_contact_falls_through_to_the_second(country):
    ContactRole.objects.filter(person__name="Netwerkcontact").update(confirmed_on=None)
    made = router(country)

    assert names(made.addresses_for(facts(made, country.network))) == [("Netwerk Nabij", "Tweede contact")]


def test_two_networks_with_one_contact_are_asked_at_different_people_where_that_can_be(country):
    person = ContactRole.objects.get(person__name="Netwerkcontact").person
    ContactRole.objects.filter(network=country.neighbour).delete()
    ContactRoleFactory(person=person, network=country.neighbour, confirmed_on=CONFIRMED)
    made = router(country)

    apart = made.addresses_for(facts(made, country.neighbour, country.network))
    together = made.addresses_for(facts(made, country.network, country.neighbour))

    assert names(apart) == [("Netwerk Buren", "Netwerkcontact"), ("Netwerk Nabij", "Tweede contact")]
    assert names(together) == [("Netwerk Nabij", "Netwerkcontact"), ("Netwerk Buren", "Netwerkcontact")]


def test_the_whole_chain_of_a_network(country):
    region = country.municipality.region.name

    assert steps(router(country), country.network) == [
        ("Netwerk Nabij", "Netwerkcontact"),
        ("Netwerk Nabij", "Tweede contact"),
        ("Netwerk Buren", "Buurcontact"),
        (region, "Regioloket"),
        ("Platform Bèta Techniek", "Bureau"),
    ]


def test_without_one_of_the_same_programme_the_neighbour_serves_what_is_asked(country):
    country.neighbour.delete()
    made = router(country)

    asked = steps(made, country.network, needs=["companies"])
    nothing_asked = steps(made, country.network, needs=[])

    assert ("Netwerk Bedrijven", "Bedrijvencontact") in asked
    assert ("Netwerk Bedrijven", "Bedrijvencontact") not in nothing_asked


def test_a_neighbour_serves_the_need_in_a_sector_of_the_school(country):
    country.neighbour.delete()

    found = steps(router(country), country.network, needs=["companies"], sectors=["vwo"])

    assert ("Netwerk Bedrijven", "Bedrijvencontact") not in found


def test_a_neighbour_that_does_not_cover_the_school_is_not_asked(country):
    country.neighbour.area.set([MunicipalityFactory()])

    assert "Netwerk Buren" not in [owner for owner, _name in steps(router(country), country.network)]


def test_at_most_two_people_of_a_network_are_asked(country):
    contact("Derde contact", network=country.network, order=3)

    assert "Derde contact" not in [name for _owner, name in steps(router(country), country.network)]


def test_only_one_neighbour_is_asked(country):
    other = NetworkFactory(name="Nog een", programme=country.programmes["near"], area=[country.municipality])
    contact("Nog een contact", network=other)

    owners = [owner for owner, _name in steps(router(country), country.network)]

    assert len({"Netwerk Buren", "Nog een"} & set(owners)) == 1


def test_the_chain_of_a_desk_ends_at_the_office(country):
    assert [name for _owner, name in steps(router(country), None)] == ["Regioloket", "Bureau"]


def test_where_the_office_is_the_first_contact_nobody_stands_behind_it(country):
    ContactRole.objects.filter(region__isnull=False).delete()
    ContactRole.objects.filter(landsdeel__isnull=False).delete()

    assert steps(router(country), None) == [("Platform Bèta Techniek", "Bureau")]


@pytest.mark.parametrize("needs", [[], ["companies"], ["curriculum", "companies"]])
def test_no_chain_goes_to_an_address_twice(country, needs):
    person = ContactRole.objects.get(person__name="Netwerkcontact").person
    for owner in (
        {"network": country.neighbour},
        {"network": country.serving},
        {"region": country.municipality.region},
    ):
        ContactRoleFactory(person=person, confirmed_on=CONFIRMED, order=0, **owner)

    for network in (country.network, country.neighbour, country.serving, None):
        found = [name for _owner, name in steps(router(country), network, needs=needs)]
        assert len(found) == len(set(found))


def test_the_choices_say_why_each_stands_there(country):
    board = BoardFactory()
    country.school.board = board
    NetworkFactory(slug="bestuur", name="Van het bestuur", boards=[board], programme=country.programmes["near"])
    NetworkFactory(slug="land", name="Heel het land", is_national=True, programme=country.programmes["near"])

    found = {choice.value: choice for choice in router(country).choices(["po"])}

    assert next(iter(found)) == FIRST_CONTACT
    assert list(found)[-1] == "land"
    assert found[country.network.slug].why == "werkt in uw gemeente"
    assert found["bestuur"].why == "uw bestuur is partner"
    assert found["land"].why == "werkt in het hele land"
    assert found["land"].falls_through
    assert not found[country.network.slug].falls_through


def test_networks_for_other_sectors_and_of_ended_programmes_are_no_choice(country):
    assert country.network.slug not in {choice.value for choice in router(country).choices(["vwo"])}

    country.programmes["near"].status = "beeindigd"
    country.programmes["near"].save()

    assert country.network.slug not in {choice.value for choice in router(country).choices(["po"])}


def test_routing_asks_the_database_nothing(country, django_assert_num_queries):
    made = router(country)

    with django_assert_num_queries(0):
        made.choices(["po"])
        made.addresses_for(list(made.networks), to_first_contact=True)
        steps(made, country.network, needs=["companies"])
