"""Levels follow from what happened, and only where somebody agreed on levels (R47)."""

from datetime import date
from types import SimpleNamespace

import pytest

from activities.intensity import intensity

ON = date(2026, 11, 23)


def entries(*days):
    return [SimpleNamespace(happened_on=day) for day in days]


@pytest.mark.parametrize(
    ("count", "level"),
    [
        (0, ""),
        (1, ""),
        (2, "minder intensief traject"),
        (3, "minder intensief traject"),
        (4, "intensief traject"),
        (9, "intensief traject"),
    ],
)
def test_the_levels_of_vhto(count, level):
    found = intensity("lob-meisjes", entries(*[ON] * count), ON)

    assert (found.activities, str(found.level)) == (count, level)


def test_two_years_end_today_and_begin_the_day_after_the_same_day():
    days = [date(2024, 11, 23), date(2024, 11, 24), ON, date(2026, 11, 24)]

    assert intensity("lob-meisjes", entries(*days), ON).activities == 2


def test_a_leap_day_goes_back_two_years():
    assert intensity("lob-meisjes", entries(date(2022, 3, 1)), date(2024, 2, 29)).activities == 1
    assert intensity("lob-meisjes", entries(date(2022, 2, 28)), date(2024, 2, 29)).activities == 0


def test_other_programmes_have_a_number_and_no_level():
    found = intensity("jet-net", entries(*[ON] * 7), ON)

    assert (found.activities, found.level, found.has_levels) == (7, "", False)
