"""The main job in a real browser: from the front page to the answer, for everybody and on every screen."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from loket.vocabulary import Availability
from networks.models import Person
from tests.activities.factories import ActivityFactory, OccurrenceFactory, SubsidyFactory, small_country
from tests.networks.factories import NetworkFactory, ProgrammeFactory
from tests.schools.factories import SchoolFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PAGES = {
    "front": "/",
    "search": "/scholen/?q=regenboog",
    "search without result": "/scholen/?q=xyzzyx",
    "empty search": "/scholen/",
    "po": "/loket/03WU00/?behoefte=curriculum&belemmering=no_time&doet=elders&waarom=elders",
    "vmbo": "/loket/18BR01/",
    "havo and vwo": "/loket/18BR02/?fase=bestaat-niet",
    "combined": "/loket/18BR03/?behoefte=girls",
    "nothing": "/loket/18BR04/",
    "closed": "/loket/18BR05/",
    "rest of the list": "/loket/18BR03/alles/",
    "not found": "/loket/99ZZ99/",
    "region": "/regio/{region}/",
    "programmes": "/programma/",
    "programme": "/programma/nabij/",
    "map": "/kaart/?laag=dekking&programma=nabij",
    "subsidies": "/subsidies/",
    "regions": "/regio/",
    "offer": "/aanbod/",
    "offer filtered": "/aanbod/?sector=po&behoefte=curriculum&fase=x",
    "offer without result": "/aanbod/?q=xyzzyx&sector=po",
    "activity": "/aanbod/training/",
    "note": "/aanbod/training/klopt-niet/",
    "agenda": "/agenda/",
    "agenda of a month": "/agenda/?maand=2026-12",
    "landsdeel": "/landsdeel/noord/",
    "network": "/netwerk/{network}/",
    "about": "/over/",
    "accessibility": "/toegankelijkheid/",
    "privacy": "/privacy/",
    "open data": "/open-data/",
    "login": "/account/login/",
}


@pytest.fixture
def country():
    """A country in which each page of PAGES has something to show."""
    country = small_country()
    here = country.municipality
    for number, sectors in enumerate((["vmbo"], ["havo", "vwo"], ["po", "vmbo", "havo", "vwo"], []), start=1):
        SchoolFactory(code=f"18BR0{number}", kind="vo", sectors=sectors, municipality=here if sectors else None)
    SchoolFactory(code="18BR05", closed_on=date(2025, 8, 1), successor=country.school)
    for sector in ("vmbo", "havo", "vwo"):
        programme = ProgrammeFactory(
            slug=sector,
            sectors=[sector],
            availability=Availability.WACHTLIJST,
            waiting_list_count=85,
            waiting_list_on=date(2013, 12, 1),
        )
        network = NetworkFactory(programme=programme, area=[here], is_sample=True)
        for _number in range(3):
            ActivityFactory(network=network, sectors=[sector], is_sample=True)
    SubsidyFactory(closes_on=date(2099, 1, 1), maximum_euro=2500, is_sample=True)
    for person in Person.objects.all():  # addresses that do not fit a small screen in one line
        person.email = f"eenheellangadreszonderspatieofstreepje{person.pk}@voorbeeld.example"
        person.save()
    return country


@pytest.mark.parametrize("width", ["wide", "small"])
@pytest.mark.parametrize("name", PAGES)
def test_a_page_has_no_barriers_and_breaks_no_policy(visit, barriers, country, name, width):
    page = visit(
        PAGES[name].format(region=country.municipality.region.slug, network=country.network.slug), width=width
    )

    assert barriers(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]
    complaints = [text for text in page.complaints if "404 (Not Found)" not in text]
    assert complaints == []


def test_with_the_keyboard_alone_from_the_front_page_to_the_answer(visit, country):
    page = visit("/")
    for _press in range(15):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.name") == "q":
            break
    page.keyboard.type("regenb")
    page.get_by_role("option", name="De Regenboog").wait_for()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**/loket/03WU00/")

    assert page.get_by_role("heading", name="De Regenboog", level=1).is_visible()

    for _press in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.tagName") == "SUMMARY":
            break
    page.keyboard.press("Enter")
    page.get_by_label("leerlijn en lesmateriaal").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    page.wait_for_url("**behoefte=curriculum**")

    assert page.get_by_text("U zoekt leerlijn en lesmateriaal").is_visible()


def test_escape_closes_the_suggestions_and_leaves_what_was_typed(visit, country):
    page = visit("/")
    page.get_by_role("combobox").fill("regenboog")
    page.get_by_role("option").first.wait_for()
    page.keyboard.press("Escape")

    assert page.get_by_role("option").count() == 0
    assert page.get_by_role("combobox").input_value() == "regenboog"


@pytest.mark.parametrize("width", ["wide", "small"])
def test_without_scripts_the_main_job_works_the_same(visit, country, width):
    page = visit("/", width=width, scripts=False)
    page.locator("input[name=q]").fill("regenboog")
    page.locator("main button[type=submit]").click()
    page.locator("ol.results a").first.click()
    page.locator("details.situation__form summary").click()
    page.get_by_label("leerlijn en lesmateriaal").check()
    page.get_by_role("button", name="Laat zien wat past").click()

    assert "behoefte=curriculum" in page.url
    assert page.get_by_text("U zoekt leerlijn en lesmateriaal").is_visible()


def test_the_map_is_drawn_and_can_be_walked_with_the_keyboard(visit, country):
    page = visit("/kaart/?laag=landsdelen")
    area = page.locator("path.map-area").first
    area.wait_for()
    area.focus()
    page.keyboard.press("Enter")

    assert page.locator(".leaflet-popup-content a").is_visible()
    assert page.locator(".leaflet-popup-close-button").get_attribute("aria-label") == "Sluit"
    assert page.locator(".leaflet-control-zoom-in").get_attribute("title") == "Vergroot de kaart"
    assert page.complaints == []


def test_dates_are_points_on_the_map_and_the_map_can_be_skipped(visit, barriers, country):
    OccurrenceFactory(
        activity=country.activity,
        starts_at=timezone.now() + timedelta(days=700),
        latitude=53.0,
        longitude=6.5,
        place="Assen",
    )
    page = visit("/kaart/?laag=datums")
    point = page.locator("path.map-point")
    point.wait_for()
    point.focus()
    page.keyboard.press("Space")

    assert "Training in de klas" in page.locator(".leaflet-popup-content").text_content()
    assert barriers(page) == []
    page.locator(".map-skip a").focus()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "tabel"
    assert page.complaints == []
