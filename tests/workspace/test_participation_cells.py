"""The notation of a cell: what is shown can be read back, and what a spreadsheet makes of a day is understood."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enquiries.cells import Said
from enquiries.registration_forms import MOST_PEOPLE
from workspace.participation_cells import CellError, read, show

YEAR = "2026-2027"
NUMBERS = st.none() | st.integers(0, MOST_PEOPLE)
SAID = st.builds(Said, st.dates(date(2000, 1, 1), date(2099, 12, 31)), NUMBERS, NUMBERS)
MARCH = date(2027, 3, 12)


@given(st.none() | SAID)
def test_what_is_shown_is_read_back(said):
    assert read(show(said), YEAR) == said


@given(st.text(max_size=80))
def test_any_text_is_read_or_refused_with_a_sentence(text):
    try:
        said, sentence = read(text, YEAR), ""
    except CellError as error:
        said, sentence = None, str(error)

    assert sentence or not text.strip() or read(show(said), YEAR) == said is not None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("12-3", Said(MARCH)),
        ("12-10", Said(date(2026, 10, 12))),
        ("31-7", Said(date(2027, 7, 31))),
        ("1-8", Said(date(2026, 8, 1))),
        ("12-3 24", Said(MARCH, 24)),
        ("12-3 24/2", Said(MARCH, 24, 2)),
        ("12/3 24/2", Said(MARCH, 24, 2)),
        ("12/3/2027 24 / 2", Said(MARCH, 24, 2)),
        ("12.3.27", Said(MARCH)),
        ("12-3 /2", Said(MARCH, None, 2)),
        ("  12-3-2027\u00a024/2 ", Said(MARCH, 24, 2)),
        ("2027-03-12", Said(MARCH)),
        ("2027-03-12 00:00:00", Said(MARCH)),
        ("2027-03-12 00:00:00 24", Said(MARCH, 24)),
        ("12-03-2027 0:00", Said(MARCH)),
        ("12-mrt-27", Said(MARCH)),
        ("12-mrt", Said(MARCH)),
        ("12 maart 2027", Said(MARCH)),
        ("12 maart 24", Said(MARCH, 24)),
        ("12 Maart 2027, 24/2", Said(MARCH, 24, 2)),
        ("", None),
        ("   ", None),
    ],
)
def test_days_are_read_as_people_and_spreadsheets_write_them(text, said):
    assert read(text, YEAR) == said


@pytest.mark.parametrize(
    "text",
    [
        "ja",
        "24",
        "30-2-2027",
        "12-13",
        "12-3 -4",
        "12-3 24/2/1",
        "12-xyz",
        "=1+1",
        "45363",
        f"12-3 {MOST_PEOPLE + 1}",
    ],
)
def test_what_cannot_be_meant_is_refused(text):
    with pytest.raises(CellError, match=r"\w"):
        read(text, YEAR)
