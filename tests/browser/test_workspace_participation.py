"""Questions, participation and the region in a real browser: no barrier in any state, and the grid by keyboard."""

from datetime import date
from uuid import uuid4

import pytest

from accounts import messages
from activities.models import Entry
from enquiries import answering, handling
from loket.vocabulary import Availability
from tests.activities.factories import ActivityFactory, OccurrenceFactory
from tests.enquiries.factories import TEXTS, ask, asking_country, only_recipient
from tests.enquiries.signing_up import NOW, START, sign_up
from tests.networks.factories import ProgrammeFactory
from tests.regions.factories import MunicipalityFactory
from tests.schools.factories import SchoolFactory
from tests.workspace.participation_world import YEAR, grid_world, happened, take_part
from workspace.models import AnswerTemplate

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WIDTHS = ["wide", "small"]
LONG = "Wetenschapsentechniekonderwijsondersteuningsnetwerk " * 2


@pytest.fixture(autouse=True)
def _clock(monkeypatch):
    monkeypatch.setattr(messages.current_app, "send_task", lambda *args, **options: None, raising=False)
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)


@pytest.fixture
def home():
    made = grid_world()
    made.many = ActivityFactory(title=LONG[:100], network=made.network)
    happened(made.row, made.activity, pupils=24, teachers=2, source="attendance")
    for day in (1, 2):
        happened(made.row, made.many, day=date(2026, 9, day))
    return made


def assert_fine(page, barriers):
    assert barriers(page) == []
    assert page.complaints == []
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]
    assert page.locator("h1").count() == 1


def grid_of(home):
    return f"/beheer/deelname/{home.network.slug}/{YEAR}/"


# --- no barriers -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("width", WIDTHS)
def test_the_inbox_and_a_question_have_no_barriers(visit_as, barriers, width):
    country = asking_country()
    page = visit_as(country.coordinator, "/beheer/vragen/", width=width)
    assert_fine(page, barriers)
    made = [only_recipient(ask(country, texts=TEXTS | {"goal": f"{LONG} {number}"})) for number in range(3)]
    answering.answer(recipient=made[1], form_key=uuid4(), text="Ja.", now=NOW)
    handling.hand_to(recipient=made[0], user=country.coordinator, by=country.coordinator, now=NOW)
    handling.write_note(recipient=made[0], text=LONG, form_key=uuid4(), by=country.coordinator, now=NOW)
    AnswerTemplate.objects.create(network=country.network, title=LONG[:80], text="Wij komen langs.")

    for path in ("", "?toon=alle", "?netwerk=onzin", "antwoordteksten/", "antwoordteksten/nieuw/"):
        page.goto(f"/beheer/vragen/{path}")
        assert_fine(page, barriers)
    page.goto(f"/beheer/vragen/{made[0].uid}/")
    assert_fine(page, barriers)
    page.get_by_role("button", name="Lees de vraag").click()
    assert_fine(page, barriers)
    page.get_by_label("Uw antwoord of toelichting").fill("Dag school,")
    page.get_by_role("button", name="Zet in mijn antwoord").click()
    assert page.get_by_label("Uw antwoord of toelichting").input_value() == "Dag school,\n\nWij komen langs."
    assert_fine(page, barriers)
    page.get_by_role("button", name="Bewaar de notitie").click()
    assert page.get_by_text("De notitie is nog niet bewaard").is_visible()
    assert_fine(page, barriers)
    page.goto(f"/beheer/vragen/antwoordteksten/{AnswerTemplate.objects.get().pk}/")
    assert_fine(page, barriers)


@pytest.mark.parametrize("width", WIDTHS)
def test_the_pages_of_participation_have_no_barriers(visit_as, barriers, home, width):
    for _number in range(2):
        sign_up(home, now=NOW)
    sign_up(home, now=NOW)
    OccurrenceFactory(activity=home.activity, starts_at=START.replace(month=10), capacity=3)
    page = visit_as(home.coordinator, "/beheer/deelname/", width=width)
    for path in ("", "?toon=gebied", "?q=xyzzyx", "datums/", "plakken/", "03WU00/po/", "04BB00/po/"):
        page.goto(grid_of(home) + path)
        for fold in page.locator("main summary").all():
            fold.click()
        assert_fine(page, barriers)
    page.get_by_label("Training in de klas").fill("morgen")
    page.get_by_role("button", name="Bewaar deze school").click()
    assert page.get_by_text("begrijpen wij niet").is_visible()
    assert_fine(page, barriers)
    page.goto(grid_of(home) + "plakken/")
    page.get_by_label("Wat u kopieerde").fill("99XX99\t12-11\n03WU00\tmorgen\n")
    page.get_by_role("button", name="Kijk wat er verandert").click()
    assert page.get_by_text("2 dingen kloppen niet").is_visible()
    assert_fine(page, barriers)
    page.get_by_label("Wat u kopieerde").fill("code\tBezoek een bedrijf\n03WU00\t12-11\n04BB00\t13-11 3")
    page.get_by_role("button", name="Kijk wat er verandert").click()
    assert_fine(page, barriers)
    page.get_by_role("button", name="Bewaar alles").click()
    assert page.get_by_text("2 vakjes zijn bewaard.").is_visible()
    assert_fine(page, barriers)


@pytest.mark.parametrize("width", WIDTHS)
def test_the_region_has_no_barriers(visit_as, barriers, home, width):
    ProgrammeFactory(name="Vlek", availability=Availability.PER_REGIO)
    take_part(home, home.in_area, school_year="2024-2025", started_on=date(2024, 10, 1))
    SchoolFactory(municipality=MunicipalityFactory(code="0106"), board=home.board)  # a code that the map knows
    page = visit_as(home.coordinator, "/beheer/regio/", width=width)
    page.locator("path.map-area--part-0").wait_for(state="attached")
    assert_fine(page, barriers)
    for path in ("?deelname=slapend", "?sector=vwo", "?fase=onzin"):
        page.goto(f"/beheer/regio/{path}")
        assert_fine(page, barriers)


@pytest.mark.parametrize("width", WIDTHS)
def test_an_open_cell_and_one_that_is_wrong_have_no_barriers(visit_as, barriers, home, width):
    page = visit_as(home.coordinator, grid_of(home), width=width)
    cell = page.locator("tr[data-row='03WU00-po'] td").nth(1)
    cell.dblclick()
    assert_fine(page, barriers)
    page.keyboard.type("morgen")
    page.keyboard.press("Enter")
    page.get_by_text("begrijpen wij niet").wait_for()
    # The answer that refuses is an error to the console of the browser.
    assert [text for text in page.complaints if "400" not in text] == []
    assert barriers(page) == []


# --- the grid by keyboard --------------------------------------------------------------------------------------


def focused(page):
    return page.evaluate(
        """() => {
            const cell = document.activeElement.closest("tbody th, tbody td");
            return cell ? [cell.parentElement.dataset.row, cell.cellIndex] : null;
        }"""
    )


def test_the_grid_is_one_tab_stop_and_arrows_walk_through_it(visit_as, home):
    page = visit_as(home.coordinator, grid_of(home))
    grid = page.get_by_role("grid", name=f"Deelname aan Netwerk Nabij, {YEAR}")

    assert grid.get_by_role("columnheader", name="Bezoek een bedrijf").count() == 1
    assert grid.get_by_role("rowheader", name="De Regenboog").count() == 1
    assert grid.get_by_role("gridcell").count() == 2 * 4
    assert page.locator("[data-grid] [tabindex='0']").count() == 1
    page.locator("[data-grid] [tabindex='0']").focus()
    walk = []
    for key in (
        "ArrowRight",
        "ArrowDown",
        "ArrowDown",
        "Home",
        "ArrowUp",
        "End",
        "Control+Home",
        "Control+End",
        "PageUp",
    ):
        page.keyboard.press(key)
        walk.append(focused(page))
    assert walk == [
        ["03WU00-po", 3],
        ["04BB00-po", 3],
        ["04BB00-po", 3],
        ["04BB00-po", 0],
        ["03WU00-po", 0],
        ["03WU00-po", 4],
        ["03WU00-po", 0],
        ["04BB00-po", 4],
        ["03WU00-po", 4],
    ]
    page.keyboard.press("Tab")
    assert focused(page) is None
    page.keyboard.press("Shift+Tab")
    assert focused(page) == ["03WU00-po", 4]


def test_typing_fills_a_cell_enter_saves_it_and_escape_throws_it_away(visit_as, home):
    page = visit_as(home.coordinator, grid_of(home))
    page.locator("[data-grid] [tabindex='0']").focus()
    status = page.locator("[data-grid-status]")

    page.keyboard.type("12-11 20/1")
    page.keyboard.press("Escape")
    assert page.locator("[data-grid] input").count() == 0
    assert not Entry.objects.filter(activity=home.second).exists()
    page.keyboard.press("Enter")
    page.keyboard.type("12-11 20/1")
    page.keyboard.press("Enter")
    status.get_by_text("Bewaard: 12-11-2026 20/1.").wait_for()
    assert focused(page) == ["04BB00-po", 2]
    page.keyboard.type("13-11")
    page.keyboard.press("Tab")
    status.get_by_text("Bewaard: 13-11-2026.").wait_for()
    assert focused(page) == ["04BB00-po", 3]
    row = page.locator("tr[data-row='04BB00-po']")
    assert row.locator("td").all_inner_texts() == ["doet mee", "13-11-2026", "", ""]
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Delete")
    page.keyboard.press("Enter")
    status.get_by_text("Leeggemaakt.").wait_for()
    assert row.locator("td").all_inner_texts() == ["doet niet mee", "", "", ""]
    assert page.complaints == []
    assert [str(entry.happened_on) for entry in Entry.objects.filter(activity=home.second)] == ["2026-11-12"]


def test_what_is_wrong_stays_open_and_what_another_changed_is_told(visit_as, home):
    page = visit_as(home.coordinator, grid_of(home))
    page.locator("[data-grid] [tabindex='0']").focus()
    status = page.locator("[data-grid-status]")

    page.keyboard.type("morgen")
    page.keyboard.press("Enter")
    status.get_by_text("“morgen” begrijpen wij niet").wait_for()
    cell = page.get_by_role("textbox", name="Bezoek een bedrijf")
    assert (cell.input_value(), cell.get_attribute("aria-invalid")) == ("morgen", "true")
    happened(home.row, home.second, day=date(2026, 11, 2))
    cell.fill("12-11")
    page.keyboard.press("Enter")
    status.get_by_text("Er staat nu: 2-11-2026.").wait_for()
    page.keyboard.press("Enter")
    status.get_by_text("Bewaard: 12-11-2026.").wait_for()
    assert Entry.objects.get(activity=home.second).happened_on == date(2026, 11, 12)


def test_without_a_connection_or_a_session_what_was_typed_stays(visit_as, home):
    page = visit_as(home.coordinator, grid_of(home), new=True)  # it goes offline
    page.locator("[data-grid] [tabindex='0']").focus()
    status = page.locator("[data-grid-status]")

    page.keyboard.type("12-11")
    page.context.set_offline(True)
    page.keyboard.press("Enter")
    status.get_by_text("er is geen verbinding").wait_for()
    page.context.set_offline(False)
    page.context.clear_cookies(name="sessionid")
    page.keyboard.press("Enter")
    status.get_by_text("niet meer ingelogd").wait_for()
    assert page.get_by_role("textbox", name="Bezoek een bedrijf").input_value() == "12-11"
    assert not Entry.objects.filter(activity=home.second).exists()


def test_a_block_that_is_pasted_is_shown_before_it_is_saved(visit_as, home):
    page = visit_as(home.coordinator, grid_of(home))
    page.locator("[data-grid] [tabindex='0']").focus()

    page.evaluate(
        """() => {
            const data = new DataTransfer();
            data.setData("text/plain", "12-11 20\\t\\n13-11 21\\t\\n");
            document.activeElement.dispatchEvent(
                new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
        }"""
    )
    page.get_by_role("heading", name="2 vakjes veranderen").wait_for()
    assert not Entry.objects.filter(activity=home.second).exists()
    page.get_by_role("button", name="Bewaar alles").click()
    page.get_by_text("2 vakjes zijn bewaard.").wait_for()
    assert Entry.objects.filter(activity=home.second).count() == 2


def test_a_cell_with_several_entries_and_a_click_beside_an_open_cell(visit_as, home):
    page = visit_as(home.coordinator, grid_of(home))
    many = page.locator("tr[data-row='03WU00-po'] td[data-kind=many]")

    many.click()
    page.keyboard.press("Enter")
    assert page.get_by_text("Hier staat meer dan één keer").is_visible()
    page.locator("tr[data-row='04BB00-po'] td").nth(1).click()
    page.keyboard.type("13-11")
    page.locator("tr[data-row='03WU00-po'] td").nth(1).click()
    page.locator("[data-grid-status]").get_by_text("Bewaard: 13-11-2026.").wait_for()
    assert focused(page) == ["03WU00-po", 2]


def test_all_of_it_works_without_scripts(visit, sign_in, live_server, home):
    SchoolFactory(municipality=home.place)
    page = visit(None, scripts=False)
    session = sign_in(home.coordinator).cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    page.goto(grid_of(home))
    page.get_by_role("link", name="De Bestuursschool").click()
    page.get_by_label("Bezoek een bedrijf").fill("12-11 20")
    page.get_by_role("button", name="Bewaar deze school").click()

    assert page.get_by_text("1 vakje is bewaard.").is_visible()
    assert Entry.objects.get(activity=home.second).pupils_count == 20
