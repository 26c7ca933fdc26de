"""Lists of contacts: one person in several roles is edited once, and nobody edits a stranger."""

from datetime import date

import pytest

from networks.models import ContactRole, Person, SupportPoint
from tests.networks.factories import ContactRoleFactory, NetworkFactory, PersonFactory
from tests.regions.factories import MunicipalityFactory
from tests.workspace.imports.files import csv_file, network_with_coordinator, read, statuses, xlsx_file

TODAY = date(2026, 11, 25)
HEADING = ["E-mailadres", "Naam", "Telefoon", "Functie", "Volgorde"]
ROW = ["een@voorbeeld.example", "Persoon Een", "000 000 00 01", "coördinator", "1"]


@pytest.fixture
def here(db):
    it = network_with_coordinator()
    it.read = lambda content, apply=True: read("contacts", content, it.user, it.network, apply=apply, today=TODAY)
    return it


def test_a_new_contact(here):
    assert statuses(here.read(csv_file(HEADING, ROW))) == ["new"]

    role = ContactRole.objects.get()
    assert (role.network, role.title, role.order, role.confirmed_on) == (here.network, "coördinator", 1, TODAY)
    assert (role.person.name, role.person.telephone, role.person.is_sample) == ("Persoon Een", "000 000 00 01", False)
    here.network.refresh_from_db()
    assert here.network.edited_at


def test_one_person_with_two_roles_is_one_person(here):
    outcomes = here.read(csv_file(HEADING, ROW, [*ROW[:3], "secretaris", "2"]))

    assert statuses(outcomes) == ["new", "new"]
    assert Person.objects.get().roles.count() == 2


def test_one_person_cannot_have_two_telephones(here):
    outcomes = here.read(csv_file(HEADING, ROW, [*ROW[:2], "000 000 00 02", "secretaris", "2"]))

    assert statuses(outcomes) == ["new", "rejected"]
    assert outcomes[1].notes == ["Rij 2 zegt over hetzelfde iets anders: Telefoon."]


def test_a_person_is_known_by_the_address_however_it_is_written(here):
    role = ContactRoleFactory(network=here.network, person=PersonFactory(email="Een@Voorbeeld.example"))

    (outcome,) = here.read(csv_file(HEADING, ["EEN@voorbeeld.example", *ROW[1:]]))

    assert outcome.status == "changed"
    role.person.refresh_from_db()
    assert (Person.objects.count(), role.person.name) == (1, "Persoon Een")


def test_another_name_for_the_only_thing_somebody_does_is_a_change(here):
    ContactRoleFactory(network=here.network, person=PersonFactory(email=ROW[0], name=ROW[1]), title="coördinator")

    (outcome,) = here.read(csv_file(HEADING, [*ROW[:3], "directeur", "1"]))

    assert outcome.changes == [["Functie", "coördinator", "directeur"]]
    assert ContactRole.objects.get().title == "directeur"


def test_who_also_works_elsewhere_is_not_edited_by_a_stranger(here):
    elsewhere = ContactRoleFactory(network=NetworkFactory(name="Netwerk Elders"), person=PersonFactory(email=ROW[0]))

    (outcome,) = here.read(csv_file(HEADING, ROW))

    assert outcome.status == "rejected"
    assert "ook contact van Netwerk Elders" in outcome.notes[0]
    elsewhere.person.refresh_from_db()
    assert elsewhere.person.name != "Persoon Een"
    assert ContactRole.objects.count() == 1


def test_who_works_elsewhere_may_become_a_contact_here_as_they_are(here):
    person = PersonFactory(email=ROW[0], name=ROW[1], telephone=ROW[2])
    ContactRoleFactory(network=NetworkFactory(), person=person)

    assert statuses(here.read(csv_file(HEADING, ROW))) == ["new"]
    assert person.roles.count() == 2


def test_a_telephone_that_lost_its_zero_is_refused(here):
    (outcome,) = here.read(xlsx_file(HEADING, [*ROW[:2], 612345678, *ROW[3:]]))

    assert outcome.status == "rejected"
    assert not Person.objects.exists()


def test_a_support_point_of_another_network_is_refused(here):
    point = SupportPoint.objects.create(network=here.network, name="Noord", municipality=MunicipalityFactory())
    SupportPoint.objects.create(network=NetworkFactory(), name="Zuid", municipality=MunicipalityFactory())

    outcomes = here.read(csv_file([*HEADING, "Steunpunt"], [*ROW, "Noord"], [*ROW, "Zuid"]))

    assert statuses(outcomes) == ["new", "rejected"]
    assert (ContactRole.objects.get().support_point, ContactRole.objects.get().network) == (point, None)


def test_an_order_that_is_left_empty_stays(here):
    ContactRoleFactory(network=here.network, person=PersonFactory(email=ROW[0], name=ROW[1]), title=ROW[3], order=4)

    here.read(csv_file(HEADING, [*ROW[:4], ""]))

    assert ContactRole.objects.get().order == 4
