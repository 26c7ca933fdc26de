"""Whom one calls: one person in several roles, the order, and what the catalogue leaves alone."""

from datetime import date

from networks.contacts import add_contact, change_contact, move_contact, remove_contact
from networks.models import ContactRole, Person
from tests.networks.factories import ContactRoleFactory, NetworkFactory, PersonFactory
from tests.regions.factories import RegionFactory

TODAY = date(2026, 11, 25)
VALUES = {"name": "Nieuw", "email": "contact@voorbeeld.example", "telephone": "000 000 00 02", "reachable": ""}


def test_a_new_contact_stands_last_and_is_confirmed(db):
    first = ContactRoleFactory(network=NetworkFactory(), order=4)
    contact = ContactRole(network=first.network, title="contact")

    assert add_contact(contact=contact, person_values=VALUES, today=TODAY) is False

    assert (contact.order, contact.confirmed_on, contact.person.name) == (5, TODAY, "Nieuw")
    first.network.refresh_from_db()
    assert first.network.edited_at


def test_a_known_person_keeps_name_and_telephone(db):
    person = PersonFactory(email="Contact@voorbeeld.example", name="Bekend")
    contact = ContactRole(network=NetworkFactory(), title="contact")

    assert add_contact(contact=contact, person_values=VALUES, today=TODAY) is True

    person.refresh_from_db()
    assert contact.person == person
    assert person.name == "Bekend"


def test_one_edit_counts_for_all_roles_and_makes_the_person_real(db):
    person = PersonFactory(is_sample=True)
    here = ContactRoleFactory(person=person, network=NetworkFactory(), confirmed_on=None)
    there = ContactRoleFactory(person=person, region=RegionFactory(), confirmed_on=None)

    change_contact(contact=here, person_values=VALUES, today=TODAY)

    there.refresh_from_db()
    person.refresh_from_db()
    assert there.person.name == "Nieuw"
    assert not person.is_sample
    assert (here.confirmed_on, there.confirmed_on) == (TODAY, None)


def test_the_order_can_be_changed_to_its_ends(db):
    network = NetworkFactory()
    a, b, c = (ContactRoleFactory(network=network, order=1) for _each in range(3))
    other = ContactRoleFactory(network=NetworkFactory(), order=1)

    move_contact(contact=c, up=True)
    move_contact(contact=a, up=True)
    move_contact(contact=b, up=False)

    assert list(network.contacts.all()) == [a, c, b]
    assert [row.order for row in network.contacts.all()] == [1, 2, 3]
    other.refresh_from_db()
    assert other.order == 1


def test_a_person_goes_with_the_last_role(db):
    person = PersonFactory()
    first = ContactRoleFactory(person=person, network=NetworkFactory())
    last = ContactRoleFactory(person=person, region=RegionFactory())

    remove_contact(contact=first)
    assert Person.objects.filter(pk=person.pk).exists()
    remove_contact(contact=last)

    assert not Person.objects.filter(pk=person.pk).exists()
