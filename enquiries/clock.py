"""The reply clock: by which day a question must be answered (R6, settled decision 8).

It counts working days. Not counted are weekends, Dutch public holidays and the school holidays of the school's
holiday region. Which days are public holidays is the word of the library `holidays` (category "public" of NL:
Good Friday counts as one there, and 5 May once in five years); school holidays are rows of `SchoolHoliday`.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta

import holidays as public_holidays
from django.conf import settings

from loket.vocabulary import school_year
from regions.models import SchoolHoliday

ONE_DAY = timedelta(days=1)
SATURDAY = 5
LONGEST_DAYS = 400  # longer than any holiday: data that leave no working day must not count for ever


@dataclass(frozen=True, slots=True)
class Due:
    """The last day for an answer, and whether the school holidays up to that day are known."""

    on: date
    holidays_known: bool


def is_working_day(day, holidays):
    return day.weekday() < SATURDAY and day not in holidays


def reply_due(sent_on, *, working_days, holidays):
    """The day on which the last of `working_days` working days lies; the day of sending does not count.

    holidays: whatever knows with `in` whether a day is one. Raises ValueError when there are not enough
    working days within LONGEST_DAYS.
    """
    left = working_days
    for number in range(1, LONGEST_DAYS):
        day = sent_on + number * ONE_DAY
        left -= is_working_day(day, holidays)
        if left == 0:
            return day
    raise ValueError(f"Within {LONGEST_DAYS} days of {sent_on} there are no {working_days} working days.")


class ReplyClock:
    """The clock of one school. One query when it is made, none when it is asked."""

    def __init__(self, school_holidays, *, working_days=None):
        """school_holidays: (school year, first day, last day) of the region, both days included."""
        self.working_days = working_days or settings.REPLY_WORKING_DAYS
        self._years = {year for year, _first, _last in school_holidays}
        self._days = {
            first + number * ONE_DAY
            for _year, first, last in school_holidays
            for number in range((last - first).days + 1)
        }
        self._public = public_holidays.country_holidays("NL", categories="public")
        self._working = {}

    @classmethod
    def for_school(cls, school):
        """The clock by the holiday region of `school`; without a region it knows no school holidays."""
        if school.holiday_region_id is None:
            return cls([])
        rows = SchoolHoliday.objects.filter(region=school.holiday_region_id)
        return cls(list(rows.order_by().values_list("school_year", "first_on", "last_on")))

    @classmethod
    def of_all_regions(cls):
        """{key of a holiday region, or None: its clock}, for many schools at once. One query."""
        rows = {None: []}
        found = SchoolHoliday.objects.order_by().values_list("region_id", "school_year", "first_on", "last_on")
        for region, *row in found:
            rows.setdefault(region, []).append(tuple(row))
        clocks = defaultdict(lambda: cls([]))
        clocks.update({region: cls(days) for region, days in rows.items()})
        return clocks

    def days_between(self, after, until):
        """How many working days there are after the day `after`, up to and including `until`; negative backwards.

        So a question that is answered on the day it came took 0 working days, and one that is due tomorrow
        has 1 left, when tomorrow is no holiday.
        """
        if until < after:
            return -self.days_between(until, after)
        return sum(self._works(after + number * ONE_DAY) for number in range(1, (until - after).days + 1))

    def _works(self, day):
        """`is_working_day`, remembered: a page of figures asks the same days thousands of times."""
        known = self._working.get(day)
        if known is None:
            known = self._working[day] = is_working_day(day, self)
        return known

    def __contains__(self, day):
        """Whether `day` is a holiday of either kind."""
        return day in self._days or day in self._public

    def due(self, sent_on):
        """The Due of a question that is sent on the day `sent_on`."""
        on = reply_due(sent_on, working_days=self.working_days, holidays=self)
        touched = {school_year(sent_on + ONE_DAY), school_year(on)}
        return Due(on, touched <= self._years)
