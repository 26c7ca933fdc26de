"""The list of the offer in a real browser: with and without scripts, by keyboard, small, dark."""

from datetime import UTC, datetime

import pytest

from tests.activities.factories import ActivityFactory
from tests.browser.test_look import too_pale
from tests.networks.factories import NetworkFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def offer():
    for number in range(25):
        network = NetworkFactory()
        ActivityFactory(title=f"Robot {number}", network=network, sectors=["po"], cost_euro=0)
    activity = ActivityFactory(title="Sterren", sectors=["vwo"], cost_euro=500)
    activity.occurrences.create(
        starts_at=datetime(2040, 1, 1, 9, tzinfo=UTC), ends_at=datetime(2040, 1, 1, 11, tzinfo=UTC), places_left=3
    )


def found(page):
    return page.locator("#gevonden").text_content().strip()


def settled(page, count):
    page.locator("#gevonden", has_text=f"{count} activiteit").wait_for()


@pytest.mark.parametrize("width", ["wide", "small"])
@pytest.mark.parametrize("query", ["", "?sector=po&kosten=gratis&q=robot", "?sector=po&kosten=meer", "?straal=x"])
def test_every_state_is_free_of_barriers_and_reads_well(offer, visit, barriers, width, query):
    page = visit(f"/aanbod/{query}", width=width)
    if width == "small":
        page.locator("#filters > summary").click()

    assert barriers(page) == []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        assert too_pale(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.complaints == []


def test_filters_swap_the_list_the_address_follows_and_back_works(offer, visit):
    page = visit("/aanbod/")

    page.locator("#f-sector-po").focus()
    page.keyboard.press("Space")
    settled(page, 25)
    assert page.url.endswith("/aanbod/?sector=po")
    assert page.evaluate("document.activeElement.id") == "f-sector-po"
    assert page.locator("[data-offer-status]").text_content() == "25 activiteiten gevonden."

    page.locator("#zoek-q").fill("robot 7")
    page.keyboard.press("Enter")
    settled(page, 1)
    assert page.url.endswith("/aanbod/?q=robot%207&sector=po")

    page.locator(".chip").first.click()
    settled(page, 25)
    assert page.url.endswith("/aanbod/?sector=po")
    page.wait_for_function("document.activeElement.id === 'gevonden'")

    page.go_back()
    settled(page, 1)
    page.go_back()
    settled(page, 25)
    page.go_back()
    settled(page, 26)
    assert page.complaints == []


def test_what_was_opened_stays_open(offer, visit):
    page = visit("/aanbod/")
    page.locator("#facet-kosten > summary").click()
    page.locator("#facet-sector > summary").click()

    page.locator("#f-kosten-meer").check()
    settled(page, 1)

    assert page.locator("#facet-kosten").get_attribute("open") is not None
    assert page.locator("#facet-sector").get_attribute("open") is None


def test_the_focus_stays_on_a_small_screen_and_when_the_last_of_a_facet_goes(offer, visit):
    page = visit("/aanbod/", width="small")
    page.locator("#filters > summary").click()
    page.locator("#facet-kosten > summary").click()
    for count in (1, 26):
        page.locator("#f-kosten-meer").focus()
        page.keyboard.press("Space")
        settled(page, count)
        assert page.evaluate("document.activeElement.id") == "f-kosten-meer"


def test_without_scripts_the_form_and_the_links_do_the_same(offer, visit):
    page = visit("/aanbod/", scripts=False)

    page.locator("#f-sector-po").check()
    page.get_by_role("button", name="Toon resultaten").click()
    assert found(page) == "25 activiteiten"
    page.get_by_role("link", name="Volgende").click()
    assert page.locator(".offer-card").count() == 5
    page.locator("#facet-netwerk > summary").click()
    page.locator("#meer-netwerk").click()
    assert page.locator("#facet-netwerk input").count() == 25
    page.locator(".chip").click()
    assert found(page) == "26 activiteiten"
