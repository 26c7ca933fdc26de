"""The search box as a combobox: suggestions by keyboard, mouse and ear."""

import pytest

from tests.schools.factories import SchoolFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def open_list(visit):
    """open_list(typed, **how to visit) -> the search page with the list of suggestions for `typed` open."""
    for number in range(3):
        SchoolFactory(code=f"20AA0{number}", name=f"Regenboog {number}")

    def open_it(typed="regen", **how):
        page = visit("/scholen/", **how)
        page.get_by_role("combobox").fill(typed)
        page.get_by_role("option").first.wait_for()
        return page

    return open_it


def active(page):
    """The text of the option that a screen reader is told of, None without one."""
    return page.evaluate(
        "document.getElementById(document.activeElement.getAttribute('aria-activedescendant'))?.textContent"
    )


@pytest.mark.parametrize("width", ["wide", "small"])
def test_the_open_list_has_no_barriers_and_fits(open_list, barriers, width):
    page = open_list(width=width)
    page.keyboard.press("ArrowDown")

    assert barriers(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]
    assert page.complaints == []


def test_how_many_there_are_is_read_out_and_the_box_says_it_is_open(open_list):
    page = open_list()

    assert page.get_by_role("status").text_content() == "3 scholen gevonden."
    assert page.get_by_role("combobox", expanded=True).get_attribute("aria-controls") == page.get_by_role(
        "listbox"
    ).get_attribute("id")


def test_arrows_walk_through_the_list_and_back_to_the_box(open_list):
    page = open_list()
    seen = []
    for key in ("ArrowDown", "ArrowUp", "ArrowUp", "ArrowDown"):
        page.keyboard.press(key)
        seen.append(active(page))

    assert ["Regenboog 0" in (text or "") for text in seen] == [True, False, False, False]
    assert "Regenboog 2" in seen[2]
    assert (seen[1], seen[3]) == (None, None)


def test_a_list_that_comes_late_leaves_the_choice_alone(open_list):
    page = open_list()
    with page.expect_response("**q=regenb**") as late:
        page.keyboard.type("b")
        page.keyboard.press("ArrowDown")
    late.value.finished()
    page.wait_for_timeout(100)

    assert "Regenboog 0" in active(page)
    page.keyboard.press("Enter")
    page.wait_for_url("**/loket/20AA00/")


def test_enter_without_a_choice_shows_all_results(open_list):
    page = open_list()
    page.keyboard.press("Enter")
    page.wait_for_url("**/scholen/?q=regen")

    assert page.locator("ol.results > li").count() == 3


def test_a_click_on_a_suggestion_opens_the_school(open_list):
    page = open_list()
    page.get_by_role("option", name="Regenboog 1").click()

    page.wait_for_url("**/loket/20AA01/")


def test_leaving_the_box_closes_the_list(open_list):
    page = open_list()
    page.keyboard.press("Tab")

    page.get_by_role("listbox").wait_for(state="hidden")
    assert page.get_by_role("combobox", expanded=False).is_visible()


def test_nothing_found_is_seen_and_heard(visit, db):
    page = visit("/scholen/")
    page.get_by_role("combobox").fill("xyzzyx")
    page.locator(".suggest__none").wait_for()

    assert page.get_by_role("status").text_content() == "Geen school gevonden."
    assert page.get_by_role("combobox", expanded=False).is_visible()
