"""Dates in a row."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from activities.series import MOST_DATES, Rhythm, closed_days, same_weekday, series
from loket.vocabulary import HolidayRegionName
from regions.models import HolidayRegion, SchoolHoliday
from tests.regions.factories import MunicipalityFactory
from tests.schools.factories import SchoolFactory


def test_every_week_without_the_days_on_which_schools_are_closed():
    found = series(date(2026, 12, 15), date(2027, 1, 12), Rhythm.WEEK, {date(2026, 12, 22): "Kerstvakantie"})

    assert found.days == (date(2026, 12, 15), date(2026, 12, 29), date(2027, 1, 5), date(2027, 1, 12))
    assert found.skipped == ((date(2026, 12, 22), "Kerstvakantie"),)


def test_every_month_on_the_same_weekday():
    found = series(date(2026, 12, 8), date(2027, 3, 31), Rhythm.MONTH, {})

    assert found.days == (date(2026, 12, 8), date(2027, 1, 12), date(2027, 2, 9), date(2027, 3, 9))


def test_a_fifth_weekday_is_the_last_of_each_month():
    assert same_weekday(date(2026, 12, 29), 1) == date(2027, 1, 26)
    assert same_weekday(date(2026, 12, 29), 3) == date(2027, 3, 30)


def test_one_day_is_that_day_also_when_schools_are_closed():
    found = series(date(2026, 12, 25), date(2026, 12, 25), Rhythm.ONCE, {date(2026, 12, 25): "Kerst"})

    assert found.days == (date(2026, 12, 25),)


@given(
    first=st.dates(date(2026, 1, 1), date(2030, 1, 1)),
    length=st.integers(0, 1200),
    rhythm=st.sampled_from([Rhythm.WEEK, Rhythm.TWO_WEEKS, Rhythm.MONTH]),
    closed=st.sets(st.integers(0, 1200)),
)
def test_a_series_keeps_its_weekday_its_end_and_its_limit(first, length, rhythm, closed):
    until = first + timedelta(days=length)
    shut = {first + timedelta(days=number): "dicht" for number in closed}

    found = series(first, until, rhythm, shut)

    assert list(found.days) == sorted(set(found.days))
    assert len(found.days) <= MOST_DATES
    assert not shut.keys() & set(found.days)
    assert {day for day, _why in found.skipped} <= shut.keys()
    everything = [*found.days, *(day for day, _why in found.skipped)]
    assert first in everything
    assert all(first <= day <= until and day.weekday() == first.weekday() for day in everything)
    if rhythm == Rhythm.MONTH:
        assert len({(day.year, day.month) for day in everything}) == len(everything)


@pytest.fixture
def assen(db):
    municipality = MunicipalityFactory()
    region, _new = HolidayRegion.objects.get_or_create(slug=HolidayRegionName.NOORD, defaults={"name": "Noord"})
    SchoolFactory(municipality=municipality, holiday_region=region)
    SchoolHoliday.objects.create(
        region=region,
        name="Kerstvakantie",
        school_year="2026-2027",
        first_on=date(2026, 12, 19),
        last_on=date(2027, 1, 3),
    )
    return municipality


def test_closed_are_the_holidays_of_the_schools_there_and_public_ones(assen):
    closed = closed_days([assen.pk])

    assert closed.get(date(2026, 12, 22)) == "Kerstvakantie"
    assert closed.get(date(2027, 4, 27)) == "Koningsdag"
    assert closed.get(date(2027, 1, 4)) == ""
    assert closed.is_known(date(2026, 12, 1), date(2027, 1, 1))
    assert not closed.is_known(date(2026, 12, 1), date(2027, 7, 1))


def test_without_schools_only_public_holidays_are_known(db):
    closed = closed_days([MunicipalityFactory().pk])

    assert closed.get(date(2026, 12, 25))
    assert not closed.is_known(date(2026, 12, 1), date(2026, 12, 31))
