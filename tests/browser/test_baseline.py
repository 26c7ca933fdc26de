"""The tables of 2013 in a real browser: wide, at 320 px, in grey, on paper and without scripts."""

import pytest

from dashboards import baseline

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# The widest table, one with four bars a row, one with sectors and n, one with contradictions, one with answers.
PATHS = (
    "/dashboard/2013/",
    "/dashboard/2013/?q=zeppelin",
    "/dashboard/2013/8/",
    "/dashboard/2013/10/",
    "/dashboard/2013/15/",
    "/dashboard/2013/22/",
    "/dashboard/2013/99/",
)


@pytest.fixture
def loaded(db):
    baseline.load()


@pytest.mark.parametrize("width", ["wide", "small"])
@pytest.mark.parametrize("path", PATHS)
def test_no_page_has_barriers_or_is_too_wide(visit, barriers, loaded, path, width):
    page = visit(path, width=width)

    assert barriers(page) == []
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    assert [line for line in page.complaints if "404" not in line] == []


def test_a_bar_is_as_long_as_its_figure_and_told_apart_without_colour(visit, loaded):
    page = visit("/dashboard/2013/5/", scripts=False)

    whole = page.locator(".bars__bar").first.bounding_box()["width"]
    po, vo = page.locator(".bars__group").nth(1).locator("rect").all()
    assert po.bounding_box()["width"] / whole == pytest.approx(0.54, abs=0.02)
    assert vo.bounding_box()["width"] / whole == pytest.approx(0.93, abs=0.02)
    assert [po.get_attribute("fill"), vo.get_attribute("fill")] == [None, "url(#hatched)"]
    assert page.locator(".bars__group").nth(1).locator(".bars__label").all_inner_texts() == ["po", "vo"]
    assert page.locator(".bars__group").nth(1).locator(".bars__value").all_inner_texts() == ["54", "93"]


def test_on_paper_stand_the_table_the_bars_and_the_source(visit, loaded):
    page = visit("/dashboard/2013/5/")
    page.emulate_media(media="print")

    assert page.get_by_role("table").is_visible()
    assert page.locator(".bars__bar").first.is_visible()
    assert page.get_by_text("Midterm review activiteitenplan").is_visible()
    assert not page.locator(".export-links").is_visible()
    assert not page.locator(".pager").is_visible()


def test_somebody_finds_a_table_and_takes_it_along(visit, loaded):
    page = visit("/dashboard/2013/", width="small", scripts=False)
    page.get_by_label("Zoek in de tabellen").fill("administratie")
    page.locator("main").get_by_role("button", name="Zoek").click()
    page.get_by_role("link", name="Oordeel over de landelijke").click()

    with page.expect_download() as taken:
        page.get_by_role("link", name="Excel").click()

    assert taken.value.suggested_filename.startswith("loket-tabel-14-van-2013-")
