"""A series of dates: every so many weeks or each month on the same weekday, without days on which schools are closed.

Pure: the closed days come from outside; `closed_days` reads them.
"""

from calendar import monthrange
from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta

import holidays as public_holidays
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from regions.models import SchoolHoliday
from schools.models import School

MOST_DATES = 60


class Rhythm(TextChoices):
    ONCE = "once", _("één keer")
    WEEK = "week", _("elke week")
    TWO_WEEKS = "two_weeks", _("elke twee weken")
    MONTH = "month", _("elke maand op dezelfde weekdag")


@dataclass(frozen=True, slots=True)
class Series:
    """days: on which it takes place. skipped: (day, why). is_cut: more were asked than are made at once."""

    days: tuple[date, ...]
    skipped: tuple[tuple[date, str], ...]
    is_cut: bool


def series(first, until, rhythm, closed):
    """The Series from `first` up to and including `until`, at most MOST_DATES.

    closed: {day: why} or anything with `get`. A single day is kept, closed or not: who asks for one day means it.
    """
    if rhythm == Rhythm.ONCE:
        return Series((first,), (), is_cut=False)
    days, skipped = [], []
    for day in _days(first, rhythm):
        if day > until:
            return Series(tuple(days), tuple(skipped), is_cut=False)
        if len(days) == MOST_DATES:
            return Series(tuple(days), tuple(skipped), is_cut=True)
        why = closed.get(day)
        if why:
            skipped.append((day, why))
        else:
            days.append(day)
    raise AssertionError("days never end")


def _days(first, rhythm):
    if rhythm == Rhythm.MONTH:
        number = 0
        while True:
            yield same_weekday(first, number)
            number += 1
    step = timedelta(weeks=1 if rhythm == Rhythm.WEEK else 2)
    day = first
    while True:
        yield day
        day += step


def same_weekday(first, months):
    """So many months after `first`, the same weekday of the month: the second Tuesday; a fifth one is the last."""
    year, month = divmod(first.year * 12 + first.month - 1 + months, 12)
    month += 1
    length = monthrange(year, month)[1]
    offset = (first.weekday() - date(year, month, 1).weekday()) % 7
    day = 1 + offset + (first.day - 1) // 7 * 7
    return date(year, month, day if day <= length and first.day <= 28 else _last(offset, length))


def _last(offset, length):
    day = 1 + offset
    while day + 7 <= length:
        day += 7
    return day


class ClosedDays:
    """Public holidays, and the school holidays of one holiday region; `is_known` tells whether we have those."""

    def __init__(self, region, rows):
        """rows: (name, first day, last day), both days included."""
        self.region = region
        self._rows = rows
        self._public = public_holidays.country_holidays("NL", categories="public", language="nl")

    def get(self, day):
        """Why schools are closed on `day`; "" when they are not, as far as we know."""
        if day in self._public:
            return self._public[day]
        return next((name for name, first, last in self._rows if first <= day <= last), "")

    def is_known(self, first, until):
        """Whether the school holidays of the whole time are known."""
        return bool(self._rows) and max(last for _n, _f, last in self._rows) >= until and first <= until


def closed_days(municipality_codes):
    """The ClosedDays of where most schools of these municipalities are; without schools only public holidays.

    municipality_codes: CBS codes. Two queries.
    """
    rows = School.objects.open().filter(municipality__in=municipality_codes).exclude(holiday_region=None)
    counted = Counter(rows.order_by().values_list("holiday_region_id", flat=True))
    region = min(counted, key=lambda slug: (-counted[slug], slug)) if counted else None
    found = SchoolHoliday.objects.filter(region=region).order_by("first_on") if region else ()
    return ClosedDays(region, [(row.name, row.first_on, row.last_on) for row in found])
