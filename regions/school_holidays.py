"""School holidays from an iCalendar file, as the ministry publishes one for each region and year.

`read` understands the file and touches no database; `update` writes what it says.
"""

import re
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.utils import timezone
from icalendar import Calendar

from loket.vocabulary import HolidayRegionName, school_year
from regions.models import SchoolHoliday

LONGEST_NAME = SchoolHoliday._meta.get_field("name").max_length
LONGEST = timedelta(days=70)  # a summer holiday takes six or seven weeks
MOST_EVENTS = 500
# Words that say where or when, and are not the name: "Herfstvakantie 2026-2027 regio Noord".
PLACE = re.compile(
    r"\(?\bregio(?:'s)?\s*:?\s*((?:noord|midden|zuid)(?:\s*(?:,|en|/)\s*(?:noord|midden|zuid))*)\b\)?", re.I
)
YEARS = re.compile(r"\(?\b20\d\d\s*(?:[-/–]\s*(?:20)?\d\d)?\b\)?")


class UnusableFile(Exception):
    """A file that is not taken, with what is wrong and where."""


@dataclass(frozen=True, slots=True, order=True)
class Holiday:
    """One holiday; both days belong to it."""

    first_on: date
    last_on: date
    name: str
    school_year: str


@dataclass
class Report:
    """What an update did. changed: (holiday, first and last day before). absent: known, but not in the file."""

    new: list = field(default_factory=list)
    changed: list = field(default_factory=list)
    unchanged: list = field(default_factory=list)
    absent: list = field(default_factory=list)


def read(content, region):
    """The holidays of one holiday region (slug) in an iCalendar file: a list of Holiday, in order of date.

    content: the bytes of the file. An event that names other regions only is left out; the school year is the one
    that the first day lies in. Raises UnusableFile for what is no calendar, holds no holiday of the region, or
    holds an event that cannot be one.
    """
    try:
        calendar = Calendar.from_ical(content)
    except (ValueError, IndexError, KeyError) as error:  # whatever the library trips over
        raise UnusableFile(f"this is no iCalendar file ({error})") from error
    events = calendar.walk("VEVENT") if calendar.name == "VCALENDAR" else []
    if not events:
        raise UnusableFile("there is no event in it")
    if len(events) > MOST_EVENTS:
        raise UnusableFile(f"it has {len(events)} events, and no list of school holidays has more than {MOST_EVENTS}")
    found = {}
    for number, event in enumerate(events, 1):
        holiday = _holiday(event, region, f"event {number}")
        if holiday is None:
            continue
        key = (holiday.school_year, holiday.name)
        if found.setdefault(key, holiday) != holiday:
            raise UnusableFile(f"event {number}: “{holiday.name}” of {holiday.school_year} stands in it twice")
    if not found:
        raise UnusableFile(f"there is no holiday of region {region} in it")
    return sorted(found.values())


def _holiday(event, region, where):
    """The Holiday of an event; None when it is one of other regions."""
    summary = " ".join(str(event.get("SUMMARY", "")).split())
    named = {
        word for match in PLACE.finditer(summary) for word in HolidayRegionName.values if word in match[1].lower()
    }
    if named and region not in named:
        return None
    name = " ".join(YEARS.sub(" ", PLACE.sub(" ", summary)).split()).strip(" -–:,")
    if not name or len(name) > LONGEST_NAME:
        raise UnusableFile(f"{where}: “{summary[:80]}” is no name of a holiday, of at most {LONGEST_NAME} characters")
    if event.get("RRULE") or event.get("RDATE"):
        raise UnusableFile(f"{where}: “{name}” repeats itself, and a school holiday does not")
    first, last = _days(event, name, where)
    return Holiday(first, last, name[:1].upper() + name[1:], school_year(first))


def _days(event, name, where):
    """First and last day, both included. The end of an event of whole days is the day after it (RFC 5545, 3.6.1)."""
    try:
        start = event.decoded("DTSTART")
        end = event.decoded("DTEND", None)
        if end is None:
            end = start + event.decoded("DURATION", timedelta(days=0 if isinstance(start, datetime) else 1))
    except (KeyError, ValueError, TypeError) as error:
        raise UnusableFile(f"{where}: “{name}” has no readable first and last day") from error
    if not isinstance(start, date) or type(start) is not type(end):
        raise UnusableFile(f"{where}: “{name}” has no readable first and last day")
    if isinstance(end, datetime):
        # A moment: the day it lies in. Midnight is the end of the day before.
        first, last = _local(start).date(), (_local(end) - timedelta(microseconds=1)).date()
    else:
        first, last = start, end - timedelta(days=1)
    if not timedelta(0) <= last - first <= LONGEST:
        raise UnusableFile(f"{where}: “{name}” lasts from {first} to {last}, and no holiday does")
    return first, last


def _local(moment):
    return timezone.localtime(moment) if timezone.is_aware(moment) else moment


def update(holidays, *, region, source):
    """Write holidays of one HolidayRegion; returns a Report. Call it in a transaction.

    What is known for the same school years and not among them stays, and is reported.
    """
    report = Report()
    years = {holiday.school_year for holiday in holidays}
    known = {
        (row.school_year, row.name): row for row in SchoolHoliday.objects.filter(region=region, school_year__in=years)
    }
    for holiday in holidays:
        row = known.pop((holiday.school_year, holiday.name), None)
        if row is None:
            SchoolHoliday.objects.create(
                region=region,
                name=holiday.name,
                school_year=holiday.school_year,
                first_on=holiday.first_on,
                last_on=holiday.last_on,
                source=source,
            )
            report.new.append(holiday)
        elif (row.first_on, row.last_on) == (holiday.first_on, holiday.last_on):
            report.unchanged.append(holiday)
        else:
            report.changed.append((holiday, row.first_on, row.last_on))
            row.first_on, row.last_on, row.source = holiday.first_on, holiday.last_on, source
            row.save()
    report.absent = sorted(known.values(), key=lambda row: row.first_on)
    return report
