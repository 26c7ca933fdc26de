"""Charts: the numbers of the table, as a still image that stands by itself."""

import base64
import hashlib
import re
from datetime import date
from types import SimpleNamespace

import pytest
from defusedxml import ElementTree

from dashboards import charts
from dashboards.figures import Answer, Cell
from dashboards.registry import FIGURES

DAY = date(2026, 11, 25)
SVG = "{http://www.w3.org/2000/svg}"


def asked(split="landsdeel", **values):
    usual = {"sort": "naam", "names": {}, "beside_name": "", "has_samples": False}
    usual["chosen"] = SimpleNamespace(school_year="2026-2027")
    return SimpleNamespace(split=split, **{**usual, **values})


def answer(*values, of=200):
    cells = tuple(
        Cell(name, name, value, of, is_hidden=value is None) for name, value in zip("ABCDEF", values, strict=False)
    )
    return Answer(Cell("", "alles", sum(value or 0 for value in values), of), cells, DAY)


def words(image):
    return [text.text for text in ElementTree.fromstring(image).iter(f"{SVG}text")]


def bars(image):
    """The lengths of the bars of a lying chart, in the order of reading; those without length left out."""
    found = [
        (float(bar.get("y")), float(bar.get("width")))
        for bar in ElementTree.fromstring(image).iter(f"{SVG}rect")
        if "rect" in bar.get("class", "").split() and float(bar.get("width") or 0)
    ]
    return [width for _top, width in sorted(found)]


def test_a_bar_is_as_long_as_its_share_from_zero():
    drawn = charts.chart(FIGURES["deelname"], answer(20, 40, 0), asked())
    first, second = bars(drawn)
    assert second == pytest.approx(first * 2)


def test_every_bar_has_its_number_in_the_order_of_the_table():
    drawn = charts.chart(FIGURES["deelname"], answer(20, 1500, of=3000), asked(sort="hoog"))
    labels = [word for word in words(drawn) if word in ("A", "B")]
    assert sorted(labels) == ["A", "B"]
    assert bars(drawn) == sorted(bars(drawn), reverse=True)
    assert {"50 % (1.500 van 3.000)", "0,7 % (20 van 3.000)"} <= set(words(drawn))


def test_a_hidden_number_has_no_length_and_says_so():
    drawn = charts.chart(FIGURES["leerlingen"], answer(None, 20, 30), asked("sector"))
    assert "niet getoond" in words(drawn)
    assert len(bars(drawn)) == 2
    assert "niet getoond" not in charts.summary(FIGURES["leerlingen"], answer(None, 20, 30), asked("sector"))


def test_two_things_beside_each_other_are_apart_in_grey():
    drawn = charts.chart(FIGURES["deelname"], answer(20), asked(beside_name="2025-2026"), answer(10))
    assert {"2026-2027", "2025-2026"} <= set(words(drawn))
    assert b'id="hatch"' in drawn
    assert len(bars(drawn)) == 2


def test_it_is_a_still_image_that_its_policy_lets_be_drawn():
    drawn = charts.chart(FIGURES["deelname"], answer(20, 40), asked(), with_title=True)
    root = ElementTree.fromstring(drawn)
    assert not list(root.iter(f"{SVG}script"))
    assert not [part for part in root.iter() if any(name.startswith("on") for name in part.attrib)]
    (style,) = root.iter(f"{SVG}style")
    digest = base64.b64encode(hashlib.sha256(style.text.encode()).digest()).decode()
    assert f"'sha256-{digest}'" in charts.POLICY
    assert "unsafe" not in charts.POLICY
    assert not [part for part in root.iter() if part.get("style")]
    assert charts.chart(FIGURES["deelname"], answer(20, 40), asked(), with_title=True) == drawn


def test_a_chart_that_goes_its_own_way_says_what_and_of_when():
    drawn = charts.chart(
        FIGURES["deelname"], answer(20), asked(names={"sector": "po"}, has_samples=True), with_title=True
    )
    assert "Scholen die meedoen, po" in words(drawn)
    assert "Peildatum 25 november 2026. Met voorbeelden." in words(drawn)


def test_a_name_stays_text():
    cells = (Cell("x", "<script>alert(1)</script> & Zn", 1, 2),)
    drawn = charts.chart(FIGURES["deelname"], Answer(cells[0], cells, DAY), asked())
    assert not list(ElementTree.fromstring(drawn).iter(f"{SVG}script"))
    assert any("<script>" in word for word in words(drawn))


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ((20, 40, 0), "Het meest: B, 20 % (40 van 200). Het minst: C, 0 % (0 van 200)."),
        ((20, 20), "Overal even veel: 10 % (20 van 200)."),
        ((None,), ""),
    ],
)
def test_the_summary_says_the_most_and_the_least(values, said):
    assert charts.summary(FIGURES["deelname"], answer(*values), asked()) == said


@pytest.mark.parametrize("is_narrow", [True, False])
@pytest.mark.parametrize("letters", [3, 30, 80])
def test_a_number_fits_behind_the_longest_bar(is_narrow, letters):
    name = "n" * letters
    cells = (Cell("x", name, 722, 882), Cell("y", "kort", 1, 882))
    drawn = charts.chart(FIGURES["deelname"], Answer(cells[0], cells, DAY), asked(), is_narrow=is_narrow)
    root = ElementTree.fromstring(drawn)
    (plot, *_others) = [part for part in root.iter(f"{SVG}g") if "plot" in part.get("class", "").split()]
    left = float(re.search(r"translate\(([\d.]+)", plot.get("transform"))[1])
    ends = [
        left + float(text.get("x")) + len(text.text) * 7.5
        for text in root.iter(f"{SVG}text")
        if text.text and "%" in text.text
    ]

    assert len(ends) == 2
    assert max(ends) <= charts.WIDTHS[is_narrow]


def test_names_that_begin_alike_are_told_apart():
    names = [
        "Regionaal netwerk Noord-Holland",
        "Regionaal netwerk Noord",
        "Regionaal netwerk Zuid-Holland (voorbeeld)",
    ]
    cells = tuple(Cell(name, name, 1, 2) for name in names)
    drawn = charts.chart(FIGURES["deelname"], Answer(cells[0], cells, DAY), asked(), is_narrow=True)

    assert {"Noord-Holland", "Noord", "Zuid-Holland (voo…"} <= set(words(drawn))


def test_the_summary_of_years_says_from_and_to():
    years = tuple(Cell(year, year, value, 100) for year, value in (("2024-2025", 5), ("2025-2026", 10)))
    said = charts.summary(FIGURES["deelname"], Answer(years[1], years, DAY, False), asked("schooljaar"))
    assert said == "Van 5 % (5 van 100) in 2024-2025 naar 10 % (10 van 100) in 2025-2026."


def test_more_bars_than_one_can_look_over_are_not_drawn():
    cells = tuple(Cell(str(n), str(n), n, 100) for n in range(charts.MOST_BARS + 1))
    assert not charts.has_chart(Answer(cells[0], cells, DAY))
    assert charts.has_chart(Answer(cells[0], cells[1:], DAY))
    assert not charts.has_chart(answer(None, None))


@pytest.fixture
def client_of_staff(home, people, sign_in):
    return sign_in(people["staff"])


@pytest.mark.parametrize("key", list(FIGURES))
def test_every_figure_that_shows_a_chart_gives_it_as_a_file(client_of_staff, key):
    address = f"/dashboard/cijfers/{key}/"
    page = client_of_staff.get(address)
    kept = client_of_staff.get(address, {"formaat": "svg"})
    if not page.context["has_chart"]:
        assert b"Bewaar de grafiek" not in page.content
        assert kept.status_code == 400
        return
    assert b"formaat=svg" in page.content
    assert kept.headers["Content-Disposition"].endswith('.svg"')
    assert kept.headers["Content-Security-Policy"] == charts.POLICY
    for form in charts.FORMS:
        shown = client_of_staff.get(address, {"formaat": "svg", "beeld": form})
        assert "Content-Disposition" not in shown.headers
        assert ElementTree.fromstring(shown.content).get("width") == str(charts.WIDTHS[charts.FORMS[form]])


def test_everybody_sees_the_chart_of_an_open_figure(client_of_staff, client):
    client.logout()
    assert client.get("/dashboard/open/deelname/", {"formaat": "svg"}).status_code == 200
    assert client.get("/dashboard/cijfers/deelname/", {"formaat": "svg"}).status_code == 302
