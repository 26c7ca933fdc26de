"""The reply clock: which days count, and what it says when holidays are not known."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enquiries.clock import LONGEST_DAYS, ReplyClock, is_working_day, reply_due
from regions.models import HolidayRegion, SchoolHoliday
from tests.schools.factories import SchoolFactory

MONDAY = date(2026, 11, 23)
AUTUMN = ("2026-2027", date(2026, 10, 10), date(2026, 10, 18))
DAYS = st.dates(date(2024, 1, 1), date(2030, 12, 31))


def due(sent_on, *, working_days=5, school_holidays=()):
    return ReplyClock(list(school_holidays), working_days=working_days).due(sent_on).on


@pytest.mark.parametrize(
    ("sent_on", "expected"),
    [
        (MONDAY, date(2026, 11, 30)),
        (date(2026, 11, 27), date(2026, 12, 4)),  # a Friday
        (date(2026, 11, 28), date(2026, 12, 4)),  # Saturday and Sunday count from Monday
        (date(2026, 11, 29), date(2026, 12, 4)),
    ],
)
def test_five_working_days_and_the_day_of_sending_does_not_count(sent_on, expected):
    assert due(sent_on) == expected


@pytest.mark.parametrize(
    ("day", "is_off"),
    [
        (date(2026, 4, 3), True),  # Good Friday: public in the library
        (date(2026, 4, 6), True),  # Easter Monday
        (date(2026, 4, 27), True),  # King's Day
        (date(2026, 5, 5), False),  # Liberation Day: only once in five years
        (date(2025, 5, 5), True),
        (date(2026, 5, 14), True),  # Ascension
        (date(2026, 12, 25), True),
        (date(2026, 12, 24), False),
    ],
)
def test_public_holidays_are_those_of_the_library(day, is_off):
    assert (day in ReplyClock([], working_days=5)) is is_off


def test_christmas_is_jumped_over():
    assert due(date(2026, 12, 24)) == date(2027, 1, 4)  # 28, 29, 30 and 31 December, and not 1 January


def test_school_holidays_do_not_count():
    assert due(date(2026, 10, 8), school_holidays=[AUTUMN]) == date(2026, 10, 22)
    assert due(date(2026, 10, 8)) == date(2026, 10, 15)


def test_data_without_a_working_day_stop_the_clock_with_a_clear_error():
    class Always:
        def __contains__(self, day):
            return True

    with pytest.raises(ValueError, match="no 5 working days"):
        reply_due(MONDAY, working_days=5, holidays=Always())


@given(DAYS, st.integers(1, 20), st.sets(st.integers(0, 60), max_size=20))
def test_between_sending_and_due_lie_exactly_so_many_working_days(sent_on, working_days, off):
    holidays = {sent_on + timedelta(days=number) for number in off}

    found = reply_due(sent_on, working_days=working_days, holidays=holidays)

    days = [sent_on + timedelta(days=number) for number in range(1, (found - sent_on).days + 1)]
    assert sum(is_working_day(day, holidays) for day in days) == working_days
    assert is_working_day(found, holidays)
    assert (found - sent_on).days < LONGEST_DAYS


@given(DAYS, st.integers(1, 10), DAYS)
def test_a_holiday_more_never_brings_the_day_forward(sent_on, working_days, holiday):
    without = reply_due(sent_on, working_days=working_days, holidays=set())

    assert reply_due(sent_on, working_days=working_days, holidays={holiday}) >= without


@pytest.fixture
def school(db):
    region = HolidayRegion.objects.create(slug="noord", name="Noord")
    return SchoolFactory(holiday_region=region)


def holiday(school, year="2026-2027", first=date(2026, 10, 10), last=date(2026, 10, 18)):
    SchoolHoliday.objects.create(
        region=school.holiday_region, name="Herfst", school_year=year, first_on=first, last_on=last
    )


def test_the_clock_of_a_school_takes_the_holidays_of_its_region(school, django_assert_num_queries):
    holiday(school)

    with django_assert_num_queries(1):
        found = ReplyClock.for_school(school).due(date(2026, 10, 8))

    assert (found.on, found.holidays_known) == (date(2026, 10, 22), True)


def test_holidays_of_another_region_say_nothing(school):
    other = HolidayRegion.objects.create(slug="zuid", name="Zuid")
    SchoolHoliday.objects.create(
        region=other, name="Herfst", school_year="2026-2027", first_on=AUTUMN[1], last_on=AUTUMN[2]
    )

    found = ReplyClock.for_school(school).due(date(2026, 10, 8))

    assert (found.on, found.holidays_known) == (date(2026, 10, 15), False)


def test_without_a_holiday_region_nothing_is_known(db):
    assert ReplyClock.for_school(SchoolFactory()).due(MONDAY).holidays_known is False


def test_every_school_year_that_the_period_touches_must_be_known(school):
    holiday(school)  # of 2026-2027 only
    sent_on = date(2027, 7, 29)

    assert ReplyClock.for_school(school).due(date(2027, 6, 1)).holidays_known is True
    assert ReplyClock.for_school(school).due(sent_on).holidays_known is False


def test_how_many_days_is_a_setting(school, settings):
    settings.REPLY_WORKING_DAYS = 2

    assert ReplyClock.for_school(school).due(MONDAY).on == date(2026, 11, 25)
