"""The pages of lists in and out, in a real browser: each state of a list, at both widths, also without scripts."""

import pytest
from django.utils import timezone

from activities.models import Participation
from tests.browser.test_workspace_networks import assert_fine
from tests.networks.factories import AssignmentFactory
from tests.schools.factories import SchoolFactory
from tests.workspace.imports.files import csv_file, network_with_coordinator
from workspace.imports import steps
from workspace.models import Import

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WIDTHS = ["wide", "small"]
PAGE = "/beheer/lijsten/"
HEADING = ["Vestigingscode", "School", "Sector", "Schooljaar", "Doet mee vanaf"]
ROWS = [
    ["01AA00", "De Regenboog", "po", "2026-2027", "2026-09-01"],
    ["01AA00", "De Regenboog", "po", "2026-2027", "2026-09-01"],
    ["99ZZ00", "De Regenbooog", "po", "2026-2027", "2026-09-01"],
    ["01AA00", "De Regenboog", "po", "2026-2027", "morgen"],
    ["", "", "", "", ""],
]


@pytest.fixture
def here(transactional_db, monkeypatch):
    monkeypatch.setattr(steps, "hand_over", lambda pk: None)
    made = network_with_coordinator(name="Netwerk met een heel lange naam in het noorden van het hele land")
    SchoolFactory(code="01AA00", name="De Regenboog", place="Assen")
    return made


def file_of(*rows, heading=HEADING, name="Deelnemende scholen van vorig jaar, aangevuld door de secretaris.csv"):
    return {"name": name, "mimeType": "text/csv", "buffer": csv_file(heading, *rows)}


def work():
    for this in Import.objects.waiting():
        steps.work_on(this.pk, now=timezone.now())


def worked(page, sign):
    """A worker does its work; the page asks each second and loads itself anew, so a reload of ours would cross it."""
    work()
    sign.wait_for()
    page.wait_for_load_state()


def bring(page, file):
    page.goto(PAGE)
    page.set_input_files("input[type=file]", file)
    page.get_by_role("button", name="Lees in").click()


@pytest.mark.parametrize("width", WIDTHS)
def test_every_state_of_a_list_is_free_of_barriers(here, visit_as, barriers, width):
    page = visit_as(here.user, PAGE, width=width)
    assert page.get_by_role("rowheader", name="Deelnemende scholen").is_visible()
    assert_fine(page, barriers)

    bring(page, file_of(*ROWS))
    assert page.get_by_text("Het bestand wordt gelezen").is_visible()
    assert_fine(page, barriers)

    worked(page, page.get_by_role("heading", name="Wat er zou gebeuren"))
    for fold in page.locator("main summary").all():
        fold.click()
    assert_fine(page, barriers)

    page.get_by_role("button", name="Pas 1 rij toe").click()
    assert page.get_by_role("status").or_(page.get_by_role("alert")).first.is_visible()  # not with rows that cannot
    assert_fine(page, barriers)
    page.get_by_label("Laat de 2 rijen weg").check()
    page.get_by_role("button", name="Pas 1 rij toe").click()
    assert page.get_by_text("De lijst wordt toegepast").is_visible()
    worked(page, page.get_by_text("Toegepast op"))
    assert_fine(page, barriers)
    assert Participation.objects.count() == 1

    page.goto(PAGE)
    assert page.get_by_text("toegepast").first.is_visible()
    assert_fine(page, barriers)


@pytest.mark.parametrize("width", WIDTHS)
def test_what_is_refused_is_free_of_barriers(here, visit_as, barriers, width):
    page = visit_as(here.user, PAGE, width=width)
    page.get_by_role("button", name="Lees in").click()
    assert page.get_by_text("Kies een bestand.").is_visible()
    assert_fine(page, barriers)

    bring(page, file_of(["x"], heading=["Iets"]))
    assert page.get_by_text("geen rij met kopjes").is_visible()
    assert_fine(page, barriers)

    bring(page, file_of(ROWS[3]))
    worked(page, page.get_by_text("kan geen enkele rij worden ingelezen"))
    assert_fine(page, barriers)

    committee = AssignmentFactory(network=here.network, role="committee").user
    page = visit_as(committee, PAGE, width=width)
    assert page.get_by_text("U mag hier geen lijsten inlezen").is_visible()
    assert_fine(page, barriers)


def test_without_scripts_a_list_comes_in_as_well(here, visit_as):
    page = visit_as(here.user, PAGE, scripts=False)
    bring(page, file_of(ROWS[0]))
    work()
    page.reload()
    page.get_by_role("button", name="Pas 1 rij toe").click()
    work()
    page.reload()

    assert page.get_by_text("Toegepast op").is_visible()
    assert Participation.objects.get().school.code == "01AA00"
