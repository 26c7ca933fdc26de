"""What a cell means: read as people write it, never guessed, and said where it is not literal."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loket.vocabulary import Initiative, Kind, Need, Sector
from workspace.imports.cells import (
    Choice,
    Choices,
    Clock,
    Count,
    Day,
    Email,
    SchoolYear,
    Telephone,
    Text,
    Website,
    YesNo,
)

FIRST = dt.date(2026, 9, 1)


def notes_of(cell, value):
    notes = []
    return cell.clean(value, note=notes.append), notes


@pytest.mark.parametrize(
    "written",
    [
        "2026-09-01",
        "2026-9-1",
        "2026-09-01 00:00:00",
        "2026-09-01T00:00",
        "1-9-2026",
        "01-09-2026",
        "1/9/2026",
        "1.9.2026",
        "1 september 2026",
        "1 sep. 2026",
        "1 sept 2026",
        "1-sep-2026",
        "di 1 september 2026",
        "dinsdag 1 SEPTEMBER 2026",
        FIRST,
        dt.datetime(2026, 9, 1),  # noqa: DTZ001 - spreadsheets know no zone
    ],
)
def test_a_day_as_people_and_spreadsheets_write_it(written):
    assert notes_of(Day(), written) == (FIRST, [])


@pytest.mark.parametrize("written", [46266, 46266.0, "46266", "46266,0", 46266.75])
def test_the_number_of_a_day_is_read_and_said(written):
    assert notes_of(Day(), written) == (FIRST, ["Het getal 46266 is gelezen als 01-09-2026."])


def test_a_year_of_two_digits_is_read_and_said():
    day, (note,) = notes_of(Day(), "1-9-26")

    assert day == FIRST
    assert "2026" in note


@pytest.mark.parametrize(
    "written",
    ["september", "31-2-2026", "9/13/2026", "1-9", 12, 1e9, True, "1-9-0026", "1-1-1899", dt.time(1), "morgen"],
)
def test_what_is_no_day_is_refused(written):
    with pytest.raises(ValueError, match="is geen dag"):
        Day().clean(written)


@pytest.mark.parametrize(
    ("written", "hour", "minute"),
    [
        ("14:30", 14, 30),
        ("14.30", 14, 30),
        ("14:30:00", 14, 30),
        ("9", 9, 0),
        ("9 uur", 9, 0),
        ("9:30u", 9, 30),
        (dt.time(14, 30), 14, 30),
        (0.604166666666667, 14, 30),
    ],
)
def test_a_time_as_people_and_spreadsheets_write_it(written, hour, minute):
    assert Clock().clean(written) == dt.time(hour, minute)


@pytest.mark.parametrize("written", ["25:00", "9:75", "ochtend", 12.5])
def test_what_is_no_time_is_refused(written):
    with pytest.raises(ValueError, match="is geen tijd"):
        Clock().clean(written)


@pytest.mark.parametrize(
    ("written", "number"), [("12", 12), (12, 12), (12.0, 12), ("12,0", 12), ("12.00", 12), (0, 0)]
)
def test_a_whole_number(written, number):
    assert Count().clean(written) == number


@pytest.mark.parametrize(
    "written", ["-1", -1, 1.5, "1,5", "1.000", "1,000", "1e3", "12 leerlingen", True, "9999999999"]
)
def test_a_number_that_may_mean_something_else_is_refused(written):
    with pytest.raises(ValueError, match="geen heel getal"):
        Count().clean(written)


@pytest.mark.parametrize("written", ["2026-2027", "2026/2027", "26-27", "2026/27", "2026 – 2027"])
def test_a_school_year(written):
    assert SchoolYear().clean(written) == "2026-2027"


@pytest.mark.parametrize("written", ["2026", "2026-2028", "2027-2026", 2026, FIRST])
def test_what_is_no_school_year_is_refused(written):
    with pytest.raises(ValueError, match="geen schooljaar"):
        SchoolYear().clean(written)


def test_a_choice_is_known_by_its_label_and_its_slug():
    cell = Choice(Kind.choices)

    assert cell.clean("Gastles") == cell.clean("guest_lesson") == "guest_lesson"
    with pytest.raises(ValueError, match="Kies uit: gastles"):
        cell.clean("Gastlessen")


def test_choices_may_hold_a_comma_in_their_label():
    cell = Choices(Initiative.choices)

    assert cell.clean("onze eigen school; iemand anders, of dat weten wij niet") == ["school", "other"]
    assert cell.clean("een bedrijf, onze eigen school") == ["school", "companies"]


@given(st.lists(st.sampled_from(Need.values), unique=True))
def test_choices_read_what_they_write(values):
    cell = Choices(Need.choices)

    assert set(cell.clean(cell.render(values))) == set(values)
    assert cell.shown(cell.clean(cell.render(values))) == cell.shown(values)


@given(st.dates(dt.date(1990, 1, 1), dt.date(2079, 12, 31)))
def test_a_day_reads_what_it_writes_in_both_forms(day):
    assert Day().clean(day) == Day().clean(f"{day:%Y-%m-%d}") == Day().clean(f"{day:%d-%m-%Y}") == day


@pytest.mark.parametrize("written", ["0612345678", "+31 6 12 34 56 78", "(020) 123 45/67"])
def test_a_telephone_number(written):
    assert Telephone(20).clean(written) == written


@pytest.mark.parametrize("written", [612345678, 612345678.0, "bel maar", "12"])
def test_a_telephone_number_that_lost_its_zero_is_not_guessed(written):
    with pytest.raises(ValueError, match=r"tekst, en typ|geen telefoonnummer"):
        Telephone(20).clean(written)


def test_an_address_of_mail():
    assert Email().clean("mailto:Iemand@Voorbeeld.example") == "iemand@voorbeeld.example"
    with pytest.raises(ValueError, match="geen e-mailadres"):
        Email().clean("iemand")


@pytest.mark.parametrize("written", ["javascript:alert(1)//a.b", "geen adres", "voorbeeld"])
def test_what_is_no_website_is_refused(written):
    with pytest.raises(ValueError, match="geen adres van een website"):
        Website(200).clean(written)


def test_a_text_has_a_length_and_one_line_unless_told():
    assert Text(20).clean("een\n twee") == "een twee"
    assert Text(20, lines=True).clean("een\ntwee") == "een\ntwee"
    assert Text(20).clean(12.0) == "12"
    with pytest.raises(ValueError, match="te lang: 21 tekens"):
        Text(20).clean("x" * 21)


def test_yes_and_no():
    assert [YesNo().clean(text) for text in ("ja", "X", "nee", "", True, 0)] == [
        True,
        True,
        False,
        False,
        True,
        False,
    ]
    with pytest.raises(ValueError, match="geen ja of nee"):
        YesNo().clean("misschien")


def test_an_empty_cell_empties():
    assert Day().clean("") is None
    assert Text(9).clean(None) == ""
    assert Choices(Sector.choices).clean("") == []
