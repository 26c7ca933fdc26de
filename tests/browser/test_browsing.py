"""Looking around in a real browser: each page and state, wide, at 320 px, dark, on paper and without scripts."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone

from networks.models import Partner, SupportPoint, WorkingArea
from regions.models import News, Organisation
from tests.activities.factories import ActivityFactory, OccurrenceFactory, SubsidyFactory, small_country
from tests.browser.test_look import too_pale
from tests.networks.factories import NetworkFactory
from tests.regions.factories import MunicipalityFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WIDTHS = (1280, 320)
PAGES = {
    "agenda": "/agenda/",
    "agenda filtered": "/agenda/?sector=po&plaatsen=vrij&regio=x",
    "agenda without dates": "/agenda/?sector=vwo",
    "month": "/agenda/?maand={month}",
    "month without dates": "/agenda/?maand={month}&sector=vwo",
    "day": "/agenda/?dag={day}",
    "region": "/regio/{region}/",
    "landsdeel": "/landsdeel/noord/",
    "municipality": "/gemeente/{municipality}/",
    "network": "/netwerk/{network}/",
    "network that ended": "/netwerk/vroeger/",
    "programme": "/programma/nabij/",
    "organisation": "/organisatie/bedrijf/",
    "map of working areas": "/kaart/?laag=werkgebieden&programma=nabij",
    "map of dates": "/kaart/?laag=datums",
    "map of organisations": "/kaart/?laag=organisaties",
    "subsidies": "/subsidies/",
    "open data": "/open-data/",
    "note": "/aanbod/training/klopt-niet/",
}
DRAWN = ("region", "landsdeel", "network", "map of working areas", "map of dates", "map of organisations")


@pytest.fixture
def address(db):
    """address(name) -> the path of one of PAGES, in a country where each has something to show."""
    country = small_country()
    here, soon = country.municipality, timezone.now() + timedelta(days=10)
    # One whose shape the map knows.
    drawn = MunicipalityFactory(code="0106", name="Tynaarlo", region=here.region, landsdeel=here.landsdeel)
    WorkingArea.objects.create(network=country.network, municipality=drawn)
    soon = datetime(soon.year, soon.month, soon.day, 9, 30, tzinfo=UTC)
    for number in range(5):
        activity = ActivityFactory(network=country.network, title=f"Een lange titel van een activiteit {number}")
        OccurrenceFactory(activity=activity, starts_at=soon, place="Assen", places_left=number, capacity=9)
    OccurrenceFactory(activity=country.activity, starts_at=soon, cancelled_at=soon, latitude=53.0, longitude=6.5)
    OccurrenceFactory(activity=country.activity, starts_at=soon, latitude=52.9, longitude=6.4, is_sample=True)
    company = Organisation.objects.create(
        kind="company",
        slug="bedrijf",
        name="Bedrijf",
        municipality=here,
        latitude=53.0,
        longitude=6.5,
        labels=["Jet-Net"],
        target_groups=["girls"],
        website="bedrijf.voorbeeld.example",
    )
    Partner.objects.create(network=country.network, organisation=company, role=Partner.Role.COMPANY)
    SupportPoint.objects.create(network=country.network, name="Steunpunt", municipality=here)
    SubsidyFactory(name="Open", closes_on=date(2099, 1, 1), maximum_euro=2500, is_sample=True)
    SubsidyFactory(name="Gesloten", closes_on=date(2020, 1, 1), summary="Een regeling van vroeger.")
    News.objects.create(region=here.region, title="Nieuws", text="Er is *iets*.", published_on=date(2026, 1, 1))
    ActivityFactory(network=NetworkFactory(slug="vroeger", ended_on=date(2020, 1, 1)))
    names = {
        "month": f"{soon:%Y-%m}",
        "day": f"{soon:%Y-%m-%d}",
        "region": here.region.slug,
        "municipality": here.slug,
        "network": country.network.slug,
    }
    return lambda name: PAGES[name].format(**names)


def draw(page, name):
    """Wait for the map of a page that has one."""
    if name in DRAWN:
        page.locator(".leaflet-container path").first.wait_for()


@pytest.mark.parametrize("name", PAGES)
def test_every_page_and_state_is_free_of_barriers_and_reads_well(visit, barriers, address, name):
    page = visit(address(name))
    draw(page, name)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        assert barriers(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        assert too_pale(page) == []
    assert page.complaints == []


@pytest.mark.parametrize("name", ["agenda", "month", "region", "network", "subsidies"])
def test_on_paper_the_content_is_there_without_menus_and_forms(visit, address, name):
    page = visit(address(name))
    page.emulate_media(media="print", color_scheme="dark")

    assert page.locator("h1").is_visible()
    assert not page.locator(".site-nav").is_visible()
    assert page.locator("main form:visible, main .btn:visible").count() == 0
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"


@pytest.mark.parametrize("name", ["agenda", "month", "region", "network", "map of dates"])
@pytest.mark.parametrize("width", ["wide", "small"])
def test_nothing_moves_while_a_page_is_built(visit, address, name, width):
    page = visit(address(name), width=width)
    draw(page, name)

    moved = page.evaluate(
        """() => new Promise(resolve => {
            const found = [];
            new PerformanceObserver(list => found.push(...list.getEntries().map(entry => entry.value)))
                .observe({type: "layout-shift", buffered: true});
            setTimeout(() => resolve(found.reduce((sum, value) => sum + value, 0)), 200);
        })"""
    )

    assert moved < 0.01


def test_without_scripts_the_table_stands_in_for_the_map(visit, address):
    page = visit(address("map of dates"), scripts=False)

    assert not page.locator("[data-map]").is_visible()
    assert not page.locator(".map-skip").is_visible()
    assert page.locator("table tbody tr").count() == 1

    page.locator("#laag").select_option("werkgebieden")
    page.locator("#programma").select_option("nabij")
    page.get_by_role("button", name="Laat zien").click()
    assert "Netwerk Nabij" in page.locator("table").text_content()


def test_without_scripts_the_agenda_filters_and_walks_through_months(visit, address):
    page = visit(address("agenda"), scripts=False)
    assert page.locator(".date").count() == 7

    page.get_by_label("alleen waar nog plaats is").check()
    page.get_by_role("button", name="Laat zien").click()
    assert page.locator(".date").count() == 4

    page.get_by_role("link", name="Per maand").click()
    page.locator("a[rel~=next]").click()
    assert "maand=" in page.url
    assert "plaatsen=vrij" in page.url


def test_the_page_with_every_component_is_free_of_barriers(visit, barriers, settings, db):
    settings.DEBUG = True
    page = visit("/stijl/")
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        assert barriers(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        assert too_pale(page) == []
