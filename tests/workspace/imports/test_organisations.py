"""Lists of partners: found by name, new ones made, and what others share is not changed."""

import pytest

from networks.models import Partner
from regions.models import Organisation
from tests.networks.factories import NetworkFactory
from tests.regions.factories import BoardFactory, MunicipalityFactory
from tests.workspace.imports.files import csv_file, network_with_coordinator, read, statuses

HEADING = ["Naam", "Soort", "Rol in het netwerk", "Website", "Gemeente", "Labels"]
ROW = ["Voorbeeld Techniek", "bedrijf", "bedrijf", "https://techniek.voorbeeld.example", "Assen", "Jet-Net; TechNet"]


@pytest.fixture
def here(db):
    it = network_with_coordinator()
    MunicipalityFactory(name="Assen")
    it.read = lambda *rows, apply=True: read("organisations", csv_file(*rows), it.user, it.network, apply=apply)
    return it


def test_a_new_partner(here):
    assert statuses(here.read(HEADING, ROW)) == ["new"]

    partner = Partner.objects.get()
    assert (partner.network, partner.role) == (here.network, "company")
    assert partner.network.edited_at
    organisation = partner.organisation
    assert (organisation.slug, organisation.labels) == ("voorbeeld-techniek", ["Jet-Net", "TechNet"])
    assert (organisation.municipality.name, organisation.is_sample) == ("Assen", False)


def test_a_partner_is_found_by_its_name_and_changed(here):
    here.read(HEADING, ROW)

    (outcome,) = here.read(HEADING, ["VOORBEELD techniek", *ROW[1:5], "Jet-Net"])

    assert outcome.changes == [
        ["Naam", "Voorbeeld Techniek", "VOORBEELD techniek"],
        ["Labels", "Jet-Net; TechNet", "Jet-Net"],
    ]
    assert Organisation.objects.filter(kind="company").count() == 1


def test_an_organisation_that_others_have_too_is_not_changed_but_may_become_a_partner(here):
    shared = Organisation.objects.create(kind="company", slug="gedeeld", name="Voorbeeld Techniek")
    Partner.objects.create(network=NetworkFactory(), organisation=shared)

    changing, joining = here.read(HEADING[:4], ROW[:4], ["Voorbeeld Techniek", "bedrijf", "bedrijf", ""])

    assert (changing.status, joining.status) == ("rejected", "new")
    assert "hoort ook bij andere netwerken" in changing.notes[0]
    shared.refresh_from_db()
    assert shared.website == ""
    assert here.network.partnerships.get().organisation == shared


def test_a_board_is_known_by_its_number_and_never_changed(here):
    board = BoardFactory(number="90001", name="Bestuur Noord")

    outcomes = here.read(
        [*HEADING[:3], "Bestuursnummer"],
        ["Bestuur Noord", "schoolbestuur", "deelnemend bestuur", "90001"],
        ["Bestuur Zuid", "schoolbestuur", "deelnemend bestuur", "90001"],
        ["Bestuur West", "schoolbestuur", "deelnemend bestuur", "90002"],
        ["Bestuur Oost", "schoolbestuur", "deelnemend bestuur", ""],
    )

    assert statuses(outcomes) == ["new", "rejected", "rejected", "rejected"]
    assert Partner.objects.get().organisation == board
    board.refresh_from_db()
    assert board.name == "Bestuur Noord"


def test_a_name_like_one_we_know_is_said(here):
    Organisation.objects.create(kind="company", slug="a", name="Voorbeeld Technieken")

    (outcome,) = here.read(HEADING, ROW, apply=False)

    assert "Bedoelt u: “Voorbeeld Technieken”?" in outcome.notes[0]


def test_two_with_one_name_are_asked_about(here):
    for slug in ("a", "b"):
        Organisation.objects.create(kind="company", slug=slug, name="Voorbeeld Techniek")

    (outcome,) = here.read(HEADING, ROW)

    assert (outcome.status, outcome.candidates) == ("rejected", ["a", "b"])
