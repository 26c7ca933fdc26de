"""The start page and the pages of networks in a real browser: no barriers, at both widths and in each state."""

from datetime import timedelta

import pytest
from django.urls import reverse

from networks.models import Network
from regions.models import Landsdeel, Municipality, Region
from tests.networks.factories import ContactRoleFactory, NetworkFactory
from tests.quality.factories import ObligationFactory
from tests.regions.factories import BoardFactory
from tests.workspace.world import DAY, fill, today, world

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WIDTHS = ["wide", "small"]


@pytest.fixture
def home(transactional_db):
    made = world(agenda_text="Wij werken aan **scholing**.\n\n- een\n- twee")
    made.network.programme.facts_as_of = today()
    return made


def assert_fine(page, barriers):
    assert barriers(page) == []
    assert page.complaints == []
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]
    assert page.locator("h1").count() == 1
    assert page.locator("main .btn-primary").count() <= 1


def network(home, name="network"):
    return reverse(f"workspace:{name}", args=[home.network.slug])


PAGES = {
    "start": lambda home: reverse("workspace:start"),
    "list": lambda home: reverse("workspace:todos", args=["contacten"]),
    "networks": lambda home: reverse("workspace:networks"),
    "network": network,
    "edit": lambda home: network(home, "network-edit"),
    "trail": lambda home: network(home, "network-trail"),
    "area": lambda home: network(home, "network-area"),
    "partners": lambda home: network(home, "network-partners") + "?q=bestuur",
    "hand over": lambda home: network(home, "network-hand-over"),
    "appoint": lambda home: network(home, "network-appoint"),
    "meeting": lambda home: reverse("workspace:meeting", args=[home.meeting.pk]),
    "remove": lambda home: reverse("workspace:meeting-remove", args=[home.meeting.pk]),
    "support point": lambda home: reverse("workspace:support-point", args=[home.point.pk]),
    "obligation": lambda home: reverse("workspace:obligation", args=[home.obligation.pk]),
    "ask": lambda home: network(home, "obligation-add"),
    "contacts": lambda home: reverse("workspace:contacts") + "?bevestigen=ja",
    "contact": lambda home: reverse("workspace:contact", args=[home.contact.pk]),
}


@pytest.mark.parametrize("width", WIDTHS)
def test_pages_with_much_on_them_have_no_barriers(home, visit_as, barriers, width):
    long = "Een heel lange naam van een netwerk met veel partners in het hele land " * 2
    Network.objects.filter(pk=home.network.pk).update(name=long, confirmed_on=None, website="www.voorbeeld.nl")
    for number in range(7):
        fill(home, home.network)
        ObligationFactory(network=home.network, title=f"Verslag {number}", due_on=today() - timedelta(days=number))
    ContactRoleFactory(person=home.person, network=home.elsewhere)
    page = visit_as(home.people["staff"], PAGES["start"](home), width=width)

    for name, url in PAGES.items():
        page.goto(url(home))
        assert page.locator("h1").count() == 1, name
        assert_fine(page, barriers)


@pytest.mark.parametrize("width", WIDTHS)
def test_pages_with_nothing_on_them_have_no_barriers(home, visit_as, barriers, width):
    page = visit_as(home.people["coordinator"], PAGES["start"](home), width=width)
    assert page.get_by_text("U bent bij.").is_visible()

    for url in (PAGES["start"], PAGES["list"], PAGES["contacts"], lambda home: network(home, "network-partners")):
        page.goto(url(home))
        assert_fine(page, barriers)


@pytest.mark.parametrize("width", WIDTHS)
def test_mistakes_have_no_barriers(home, visit_as, barriers, width):
    page = visit_as(home.people["coordinator"], network(home, "network-edit"), width=width)
    page.get_by_label("Naam").fill("")
    page.get_by_role("button", name="Bewaar de gegevens").click()
    page.get_by_role("alert").wait_for()
    page.complaints.clear()  # the status 400 itself
    assert_fine(page, barriers)

    page.goto(network(home, "network-hand-over"))
    page.get_by_role("button", name="Draag over").click()
    page.get_by_text("Vul een e-mailadres in.").wait_for()
    page.complaints.clear()
    assert_fine(page, barriers)


def test_one_button_does_it_in_place(home, visit_as, barriers):
    for number in range(2):
        ContactRoleFactory(network=home.network, person__name=f"Oud {number}", confirmed_on=today() - 300 * DAY)
    page = visit_as(home.people["coordinator"], reverse("workspace:start"))
    group = page.locator("#nu-doen-contacten")
    assert group.locator(".todo-group__count").inner_text() == "2"

    group.get_by_role("button", name="Klopt nog Oud 0").click()
    group.get_by_role("status").wait_for()

    assert group.locator(".todo-group__count").inner_text() == "1"
    assert "Bevestigd" in group.get_by_role("status").inner_text()
    assert page.evaluate("document.activeElement.id") == "kop-contacten"
    assert_fine(page, barriers)
    group.get_by_role("button").click()
    page.get_by_text("Hier wacht niets meer.").wait_for()
    assert_fine(page, barriers)


def test_the_agenda_is_previewed_without_leaving_the_form(home, visit_as):
    page = visit_as(home.people["coordinator"], network(home, "network-edit"))

    page.get_by_label("Agenda").fill("# Plannen")
    page.get_by_role("button", name="Bekijk hoe de agenda eruitziet").click()

    page.locator("#voorbeeld h3", has_text="Plannen").wait_for()
    assert page.get_by_label("Agenda").input_value() == "# Plannen"
    assert page.complaints == []


# --- the working area: real shapes ----------------------------------------------------------------------------
@pytest.fixture
def drenthe(home):
    """Assen and Emmen with the codes of the map, beside those of the small world."""
    region = Region.objects.create(code="AMX", slug="drenthe", name="Drenthe")
    landsdeel = Landsdeel.objects.get_or_create(slug="noord", defaults={"name": "Noord"})[0]
    home.network.area.clear()
    return [
        Municipality.objects.create(code=code, name=name, slug=name.lower(), region=region, landsdeel=landsdeel)
        for code, name in (("0106", "Stad A"), ("0114", "Stad B"))
    ]


@pytest.mark.parametrize("width", WIDTHS)
def test_choosing_on_the_map_by_keyboard_and_mouse(home, drenthe, visit_as, barriers, width):
    first, second = drenthe
    page = visit_as(home.people["coordinator"], network(home, "network-area"), width=width)
    shape = page.locator(f'path[role=checkbox][aria-label="{first.name}"]')
    shape.wait_for()
    assert shape.get_attribute("aria-checked") == "false"

    shape.focus()
    page.keyboard.press("Space")
    assert shape.get_attribute("aria-checked") == "true"
    page.locator(f'path[aria-label="{second.name}"]').click()
    assert page.locator("[data-area-count]").inner_text() == "2"
    assert page.locator(f'input[value="{second.code}"]').is_checked()
    page.keyboard.press("Escape")
    assert_fine(page, barriers)

    page.get_by_role("button", name="Bekijk wat er verandert").click()
    page.get_by_role("heading", name="Wat er verandert").wait_for()
    assert_fine(page, barriers)
    page.get_by_role("button", name="Bewaar dit werkgebied").click()
    page.get_by_text("Het werkgebied is bewaard").wait_for()
    assert set(home.network.area.all()) == set(drenthe)


def test_a_whole_region_in_the_list(home, drenthe, visit_as):
    page = visit_as(home.people["coordinator"], network(home, "network-area"))
    page.get_by_text("Drenthe", exact=False).first.click()

    page.get_by_label("Heel Drenthe").select_option("alle")

    assert page.locator("[data-area-count]").inner_text() == "2"
    assert page.get_by_label("Stad A", exact=True).first.is_checked()
    assert page.get_by_label("Heel Drenthe").input_value() == ""


def test_taking_over_a_network_from_the_mail_to_the_area(home, visit_as, drenthe):
    """A new coordinator: handed over today by the office, sees the work, confirms and draws the area."""
    alone = NetworkFactory(slug="verweesd", name="Verweesd", programme=home.programme, boards=[BoardFactory()])
    page = visit_as(home.people["staff"], reverse("workspace:networks") + "?zonder=coordinator")
    page.get_by_role("link", name="Verweesd").click()
    page.get_by_role("link", name="Geef het netwerk een coördinator").click()
    page.get_by_label("E-mailadres van wie").fill(home.people["member"].email)
    page.get_by_label("Vanaf").fill(f"{today():%Y-%m-%d}")
    page.get_by_role("button", name="Geef het netwerk").click()
    page.get_by_text("heeft het netwerk vanaf").wait_for()

    mine = visit_as(home.people["member"], reverse("workspace:start"))
    mine.get_by_role("button", name="Klopt nog Verweesd").click()
    mine.get_by_text("Hier wacht niets meer.").wait_for()
    mine.goto(reverse("workspace:network-area", args=[alone.slug]))
    mine.get_by_label("Noord", exact=True).select_option("alle")
    mine.get_by_role("button", name="Bekijk wat er verandert").click()
    mine.get_by_role("button", name="Bewaar dit werkgebied").click()
    mine.get_by_text("Het werkgebied is bewaard").wait_for()

    assert alone.area.count() == 2
