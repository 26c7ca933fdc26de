"""The dashboards in a real browser: no barrier on any page or state, wide and small, with the map drawn."""

import re

import pytest
from django.utils import timezone

from dashboards import baseline, charts, facts, snapshots
from loket.vocabulary import school_year
from networks.models import Assignment, Network
from networks.rights import grant
from tests.accounts.factories import UserFactory
from tests.dashboards.world import country, join

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WIDTHS = ["wide", "small"]
PAGES = [
    "/dashboard/",
    "/dashboard/definities/",
    "/dashboard/cijfers/deelname/?per=landsdeel&volgorde=hoog",
    "/dashboard/cijfers/deelname/?per=sector&naast=schooljaar:2025-2026",
    "/dashboard/cijfers/deelname/?schooljaar=morgen&per=kleur",
    "/dashboard/cijfers/intensiteit/?programma=lob-meisjes",
    "/dashboard/cijfers/leerlingen/",
    "/dashboard/cijfers/witte-vlekken/?programma=lob-meisjes&per=gemeente",
    "/dashboard/cijfers/advies/",
    "/dashboard/cijfers/deelname/scholen/",
    "/dashboard/cijfers/aantal-programmas/?sector=po",
    "/dashboard/2013/3/",
    "/dashboard/2013/4/",
    "/dashboard/risicos/",
    "/dashboard/risicos/?landsdeel=zuidoost",
    "/dashboard/risicos/?regio=x",
    "/dashboard/cijfers/contacten/rijen/",
    "/dashboard/cijfers/dekking/rijen/",
    "/dashboard/open/",
    "/dashboard/open/deelname/",
]


@pytest.fixture
def staff():
    home = country()
    join(home.one, home.science, network=home.network, school_year=school_year(timezone.localdate()), sector="vwo")
    home.science.targets = [
        {"indicator": "scholen", "value": 250, "unit": "scholen", "deadline": "2016", "baseline": 175},
        {"indicator": "dekking", "value": "landelijk dekkend", "unit": "dekking"},
    ]
    home.science.scores = {"vo": {"goals_clear": 4.4, "fits_school": 4.0, "results": 3.5, "n": 130}}
    home.science.save()
    facts.rebuild(timezone.localdate())
    baseline.load()
    user = UserFactory()
    grant(user=user, role=Assignment.Role.PROGRAMME_STAFF, by=None)
    return user


@pytest.mark.parametrize("width", WIDTHS)
def test_no_page_has_a_barrier(visit_as, staff, barriers, width):
    page = visit_as(staff, PAGES[0], width=width)
    for address in PAGES:
        page.goto(address)
        page.evaluate("document.querySelectorAll('main details').forEach(part => { part.open = true; })")

        assert barriers(page) == [], address
        # A page that says what was wrong answers with 400, and the browser notes that.
        assert [text for text in page.complaints if "400" not in text] == [], address
        assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"], address
        assert page.locator("h1").count() == 1, address
        page.complaints.clear()


@pytest.mark.parametrize("width", WIDTHS)
def test_filling_in_targets_has_no_barrier_and_needs_no_scripts(visit_as, staff, barriers, width):
    page = visit_as(staff, "/dashboard/doelen/", width=width)

    def check():
        assert barriers(page) == [], page.url
        assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"], page.url
        assert page.locator("h1").count() == 1, page.url

    check()
    page.get_by_role("link", name="Meisjes").click()
    check()
    page.get_by_role("link", name="Voeg een doel toe").click()
    page.get_by_label("Wat telt u?").fill("Bedrijven")
    page.get_by_label("Doel: hoeveel moeten het worden?").fill("2.5")
    page.get_by_role("button", name="Voeg een doel toe").click()
    assert "Schrijf een komma in 2,5" in page.locator("main").inner_text()
    assert page.get_by_label("Wat telt u?").input_value() == "Bedrijven"
    check()
    plain = visit_as(staff, page.url, scripts=False, width=width)
    for label, text in (
        ("Wat telt u?", "Bedrijven"),
        ("Eenheid", "bedrijven"),
        ("Doel: hoeveel moeten het worden?", "1.500"),
    ):
        plain.get_by_label(label).fill(text)
    plain.get_by_role("button", name="Voeg een doel toe").click()
    plain.get_by_role("link", name=re.compile("Voeg een meting toe.*Bedrijven")).click()
    plain.get_by_label("Hoeveel waren het?").fill("900")
    plain.get_by_label("Wanneer was dat?").fill("2020")
    plain.get_by_role("button", name="Voeg een meting toe").click()
    page.goto("/dashboard/doelen/lob-meisjes/")
    assert "1.500 bedrijven" in page.locator("main").inner_text()
    check()
    page.get_by_role("link", name="Haal weg meting Bedrijven").click()
    check()


@pytest.mark.parametrize("width", WIDTHS)
def test_kept_figures_have_no_barrier_empty_kept_or_beside_each_other(visit_as, staff, barriers, width):
    page = visit_as(staff, "/dashboard/momenten/", width=width)

    def check():
        assert barriers(page) == [], page.url
        assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"], page.url
        assert page.locator("h1").count() == 1, page.url

    assert page.locator(".empty__title").is_visible()
    check()
    snapshots.take(timezone.localdate(), title="eerder vandaag")
    page.get_by_label("Titel").fill("Voor de evaluatie")
    page.get_by_role("button", name="Leg de cijfers van vandaag vast").click()
    assert page.locator("h1").inner_text().endswith("Voor de evaluatie")
    check()
    page.get_by_label("Zet ernaast").select_option(index=1)
    page.get_by_role("button", name="Toon").click()
    assert page.get_by_role("columnheader", name="Verschil").first.is_visible()
    check()
    page.get_by_role("link", name="Vastgelegde cijfers").first.click()
    page.get_by_label("Titel").fill("Voor de evaluatie")
    page.get_by_role("button", name="Leg de cijfers van vandaag vast").click()
    assert "Onder deze titel" in page.locator("main").inner_text()
    check()


@pytest.mark.parametrize("width", WIDTHS)
def test_own_networks_have_no_barrier(visit_as, staff, barriers, width):
    coordinator = UserFactory()
    grant(user=coordinator, role=Assignment.Role.COORDINATOR, network=Network.objects.first(), by=None)
    page = visit_as(coordinator, "/dashboard/netwerken/", width=width)

    assert "Heel Nederland" in page.locator("tfoot").inner_text()
    assert barriers(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]


@pytest.mark.parametrize(("width", "form"), [("wide", "breed"), ("small", "smal")])
def test_the_chart_is_drawn_without_scripts_in_a_size_that_fits(visit_as, staff, width, form):
    page = visit_as(staff, "/dashboard/cijfers/deelname/?per=landsdeel", width=width, scripts=False)
    image = page.locator(".chart img")

    assert image.is_visible()
    assert f"beeld={form}" in image.evaluate("image => image.currentSrc")
    assert image.evaluate("image => image.naturalWidth") == charts.WIDTHS[charts.FORMS[form]]
    # Only where there is no room at all is it drawn smaller, and then hardly.
    assert image.evaluate("image => image.clientWidth / image.naturalWidth") > 0.8


def test_the_filter_works_without_scripts(visit_as, staff):
    page = visit_as(staff, "/dashboard/cijfers/deelname/", scripts=False)
    page.get_by_label("Verdeel per").select_option("sector")
    page.get_by_role("button", name="Toon").click()

    assert "per=sector" in page.url
    assert "vmbo" in page.locator("#tabel").inner_text()


def test_the_map_shows_the_rows_of_the_table(visit_as, staff):
    page = visit_as(staff, "/dashboard/cijfers/deelname/?per=landsdeel", new=True)
    page.wait_for_selector(".map path, .map .leaflet-interactive")

    assert page.locator("[data-map-status]").inner_text() == ""
