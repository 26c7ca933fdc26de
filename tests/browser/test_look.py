"""How Loket looks: contrast in light and dark, the ring of the focus, paper, and every small piece in one place."""

from datetime import date

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.template.loader import render_to_string

from loket.vocabulary import Availability, Sector
from networks.directory import Contact
from tests.activities.factories import small_country

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PAGES = [
    "/",
    "/scholen/?q=regenboog",
    "/loket/03WU00/?behoefte=curriculum",
    "/bestaat-niet/",
    "/over/",
    "/open-data/",
]
SCHEMES = ["light", "dark"]
CONTACT = Contact(
    name="Een heel lange naam die niet op één regel past " * 3,
    title="Coördinator",
    telephone="000 000 00 00",
    email="een-heel-lang-adres-zonder-een-enkele-spatie-erin@voorbeeld.example",
    reachable="ma t/m do",
    confirmed_on=date(2026, 11, 1),
    is_sample=True,
)


def too_pale(page):
    """What has a contrast under 7:1 (large text 4.5:1), in words."""
    found = Axe().run(page, options={"runOnly": ["color-contrast-enhanced"]}).response["violations"]
    return [node["any"][0]["message"] + " " + node["html"] for violation in found for node in violation["nodes"]]


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("path", PAGES)
def test_text_stands_out_from_its_ground(visit, path, scheme):
    small_country()
    page = visit(path)
    page.emulate_media(color_scheme=scheme)

    assert too_pale(page) == []


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("path", ["/", "/loket/03WU00/"])
def test_the_focus_is_always_seen(visit, path, scheme):
    small_country()
    page = visit(path)
    page.emulate_media(color_scheme=scheme)

    unseen, seen = [], 0
    for _press in range(60):
        page.keyboard.press("Tab")
        here, style, width, shadow = page.evaluate(
            """() => {
                const here = document.activeElement, style = getComputedStyle(here);
                return [here.outerHTML.slice(0, 80), style.outlineStyle, style.outlineWidth, style.boxShadow];
            }"""
        )
        if here.startswith("<body"):
            break
        seen += 1
        if (style, width) != ("solid", "2px") or "rgb(255, 200, 61)" not in shadow:
            unseen.append(here)

    assert seen > 8
    assert unseen == []


def test_the_skip_link_comes_first_and_leads_to_the_content(visit):
    page = visit("/over/")
    page.keyboard.press("Tab")
    skip_link = page.locator(".skip-link")

    assert skip_link.bounding_box()["width"] > 100

    page.keyboard.press("Enter")

    assert page.evaluate("document.activeElement.id") == "inhoud"


def test_paper_shows_what_is_folded_away_and_no_menu(visit):
    small_country()
    page = visit("/loket/03WU00/")
    page.emulate_media(media="print", color_scheme="dark")

    assert not page.locator(".site-nav").is_visible()
    assert not page.locator("main form").first.is_visible()
    assert page.locator(".explanation p").first.is_visible()
    assert page.locator(".contact-card a").first.is_visible()
    assert page.evaluate("getComputedStyle(document.body).color") == "rgb(0, 0, 0)"
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"


def all_pieces():
    """Every piece of templates/components, with long and short inputs, as one piece of HTML."""
    pieces = [
        *(("sector_tag", {"sector": sector}) for sector in Sector.values),
        *(("availability_badge", {"availability": value, "label": label}) for value, label in Availability.choices),
        ("sample_badge", {}),
        *(
            ("notice", {"kind": kind, "title": kind, "text": "Een zin."})
            for kind in ("info", "warning", "error", "white-spot")
        ),
        ("empty_state", {"title": "Nog niets", "text": "Voeg iets toe.", "url": "/", "label": "Voeg toe"}),
        ("contact_card", {"title": "Bel", "contact": CONTACT, "owner": "Noord"}),
    ]
    return "<h1>Alles</h1>" + "".join(render_to_string(f"components/{name}.html", inputs) for name, inputs in pieces)


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("width", ["wide", "small"])
def test_every_small_piece_is_readable_and_fits(visit, barriers, width, scheme):
    page = visit("/over/", width=width)
    page.emulate_media(color_scheme=scheme)
    page.evaluate("html => { document.querySelector('main').innerHTML = html }", all_pieces())

    assert too_pale(page) == []
    assert barriers(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]


def test_sectors_differ_in_more_than_colour(visit):
    page = visit("/over/")
    page.evaluate("html => { document.querySelector('main').innerHTML = html }", all_pieces())
    outlines = page.locator(".sector").evaluate_all(
        """tags => tags.map(tag => {
            const style = getComputedStyle(tag);
            return [style.borderRadius, style.borderStyle, style.borderLeftWidth].join();
        })"""
    )

    assert len(set(outlines)) == len(Sector.values)
