"""The pages that belong to no room: the front page, the pages about Loket, errors, robots and sitemap."""

from datetime import date
from xml.etree import ElementTree

import pytest
from django.template.loader import get_template
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from loket.views import LONGEST_GUESS, figures, words_of
from tests.networks.factories import NetworkFactory, ProgrammeFactory
from tests.schools.factories import SchoolFactory

PAGES = ["/", "/over/", "/toegankelijkheid/", "/privacy/", "/open-data/"]


@pytest.mark.parametrize("path", PAGES)
def test_a_page_of_loket_is_the_same_for_everybody(client, db, path):
    response = client.get(path)

    assert response.status_code == 200
    assert not response.cookies
    assert "Cookie" not in response.headers.get("Vary", "")
    assert b"csrf" not in response.content


@pytest.mark.parametrize("path", PAGES[1:])
def test_a_page_about_loket_asks_nothing_of_the_database(client, path):
    response = client.get(path)

    assert f'<link rel="canonical" href="{path}">' in response.text


def test_each_page_has_a_title_of_its_own(client, db):
    titles = {client.get(path).text.split("<title>")[1].split("</title>")[0] for path in PAGES}

    assert len(titles) == len(PAGES)
    assert all(title.endswith(" – Loket") for title in titles)


def test_the_front_page_of_an_empty_register_says_what_to_do(client, db):
    page = client.get("/")

    assert "Er staan nog geen scholen in Loket" in page.text
    assert "README" in page.text


def test_the_front_page_gives_figures_with_their_date(client, db):
    SchoolFactory(source_date=date(2026, 8, 1))
    NetworkFactory(is_sample=True)

    page = client.get("/")

    assert "1 augustus 2026" in page.text
    assert "Daarvan is er 1 een voorbeeld" in page.text


def test_figures_leave_out_closed_schools_and_ended_networks(db):
    programme = ProgrammeFactory(facts_as_of=date(2013, 12, 1))
    SchoolFactory(source_date=date(2026, 8, 1))
    SchoolFactory(source_date=date(2026, 9, 1), closed_on=date(2026, 9, 1))
    NetworkFactory(programme=programme, is_sample=True)
    NetworkFactory(programme=programme, ended_on=date(2026, 1, 2))
    NetworkFactory(programme=programme, ended_on=date(2026, 1, 1))

    assert figures(on=date(2026, 1, 1)) == {
        "schools": 1,
        "schools_on": date(2026, 8, 1),
        "programmes": 1,
        "programmes_as_of": date(2013, 12, 1),
        "networks": 2,
        "sample_networks": 1,
    }


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/de-regenboog", "de regenboog"),
        ("/scholen/De+Regenboog_Assen/", "De Regenboog Assen"),
        ("/loket/12ZZ99/", "12ZZ99"),
        ("/a\x00b\u202ec", "a b c"),
        ("/wp-login.php", ""),
        ("/🙂/", ""),
        ("/", ""),
        ("/" + "x" * 500, "x" * LONGEST_GUESS),
    ],
)
def test_what_was_typed_is_guessed_from_the_address(path, words):
    assert words_of(path) == words


@given(st.text())
def test_a_guess_is_short_and_can_be_shown(path):
    words = words_of(path)

    assert len(words) <= LONGEST_GUESS
    assert words.isprintable()


@pytest.mark.parametrize(
    "path",
    [
        "/de-regenboog",
        "/%00",
        "/%f0%9f%99%82",
        "/" + "x" * 8000,
        "/'; DROP TABLE x;--",
        "/nergens/%0d%0aSet-Cookie:x",
    ],
)
def test_an_unknown_address_gets_a_page_with_a_way_on(client, db, path):
    response = client.get(path)

    assert response.status_code == 404
    assert 'name="q"' in response.text
    assert 'content="noindex"' in response.text


def test_a_program_that_asks_the_api_for_what_is_not_there_gets_json(client, db):
    response = client.get("/api/v1/networks/geen.slug/")

    assert response.status_code == 404
    assert "/api/v1/schema/" in response.json()["detail"]


def test_an_unknown_address_is_escaped_in_the_search_box(client, db):
    response = client.get('/"><script>alert(1)<')

    assert "<script>alert" not in response.text
    assert 'value="&quot;&gt;&lt;script&gt;alert(1)&lt;"' in response.text


def test_an_unknown_code_of_a_school_is_called_that(client, db):
    response = client.get("/loket/99ZZ99/")

    assert response.status_code == 404
    assert "Er is geen school met deze code" in response.text
    assert 'value="99ZZ99"' in response.text


def test_the_page_for_an_error_asks_nothing_of_the_database_and_offers_a_way_on(monkeypatch):
    def broken(*_):
        raise RuntimeError

    monkeypatch.setattr("loket.views.render", broken)

    response = Client(raise_request_exception=False).get("/over/")

    assert response.status_code == 500
    assert "Er ging bij ons iets mis" in response.text
    assert 'href="/"' in response.text


@pytest.mark.parametrize("template", ["400.html", "500.html"])
def test_an_error_page_needs_no_request(template):
    assert 'href="/"' in get_template(template).render()


def test_a_form_without_its_token_is_explained(db):
    response = Client(enforce_csrf_checks=True).post("/account/login/", {"login": "a"})

    assert response.status_code == 403
    assert "Uw formulier is niet aangekomen" in response.text


def test_robots_are_told_where_the_sitemap_is_and_what_to_leave(client):
    response = client.get("/robots.txt")

    assert response.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert "Sitemap: http://testserver/sitemap.xml" in response.text
    assert "Disallow: /loket/*?" in response.text


def places(response):
    return [place.text for place in ElementTree.fromstring(response.content).iter() if place.tag.endswith("loc")]  # noqa: S314


def test_the_sitemap_holds_every_open_school_and_no_closed_one(client, db):
    SchoolFactory(code="03WU00")
    SchoolFactory(code="03WU01", closed_on=date(2026, 1, 1))

    sections = places(client.get("/sitemap.xml"))
    found = {place for section in sections for place in places(client.get(section))}

    assert "http://testserver/" in found
    assert "http://testserver/loket/03WU00/" in found
    assert "http://testserver/loket/03WU01/" not in found


def test_a_page_of_the_sitemap_costs_one_query(client, db, monkeypatch, django_assert_num_queries):
    monkeypatch.setattr("loket.sitemaps.SchoolSitemap.limit", 2)
    SchoolFactory.create_batch(5)

    with django_assert_num_queries(1):
        third = places(client.get("/sitemap-scholen.xml?p=3"))

    assert len(third) == 1
    assert client.get("/sitemap-scholen.xml?p=9").status_code == 404


def test_the_page_of_all_components_is_for_builders_only(client, settings):
    assert client.get("/stijl/").status_code == 404
    settings.DEBUG = True
    assert client.get("/stijl/").status_code == 200
