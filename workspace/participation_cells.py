"""How a cell of the grid is written: the day, then pupils and teachers, as in `12-3-2027 24/2`. Pure.

`12-3` is enough within a school year; `12-3 24` has no teachers, `12-3 /2` no pupils. What a spreadsheet makes of
a day is read too: `2027-03-12`, `12-mrt-2027`, `12 maart 2027`, with or without midnight behind it.
"""

import re
from datetime import date

from django.utils.translation import gettext as _

from enquiries.cells import Said
from enquiries.registration_forms import MOST_PEOPLE

LONGEST = 60  # characters of a cell that can be meant
FIRST_MONTH = 8  # of a school year
MONTHS = ("jan", "feb", "mrt", "apr", "mei", "jun", "jul", "aug", "sep", "okt", "nov", "dec")
OTHER_NAMES = {"maa": 3, "mar": 3, "may": 5, "oct": 10}
CELL = re.compile(
    r"""
    (?:
        (?P<year_first>[0-9]{4})-(?P<month_second>[0-9]{1,2})-(?P<day_last>[0-9]{1,2})(?:[T\ ]00:00(?::00)?)?
      | (?P<day>[0-9]{1,2})(?P<sign>[-/.])(?P<month>[0-9]{1,2})(?:(?P=sign)(?P<year>[0-9]{4}|[0-9]{2})(?![0-9]))?
        (?:\ 00?:00(?::00)?)?
      | (?P<named_day>[0-9]{1,2})[-\ .](?P<name>[a-z]{3,9})\.?
        (?:[-\ ](?P<named_year>[0-9]{4}|(?<=-)[0-9]{2})(?![0-9]))?
    )
    (?:\s*[,;:]?\s+(?P<pupils>[0-9]{1,9})?\s*(?:/\s*(?P<teachers>[0-9]{1,9}))?)?
    """,
    re.VERBOSE | re.ASCII,
)


class CellError(ValueError):
    """A cell that cannot be read; its text is the sentence for who typed it."""


def show(said):
    """A Said as a cell shows it; "" for None. `read` gives it back."""
    if said is None:
        return ""
    day = said.happened_on
    text = f"{day.day}-{day.month}-{day.year}"
    if said.pupils_count is not None:
        text += f" {said.pupils_count}"
    if said.teachers_count is not None:
        text += f"{'' if said.pupils_count is not None else ' '}/{said.teachers_count}"
    return text


def read(text, school_year):
    """What a cell says: a Said, or None for an empty one. school_year: as "2026-2027", for a day without a year.

    Raises CellError.
    """
    text = " ".join(text.split()).lower()
    if not text:
        return None
    found = CELL.fullmatch(text) if len(text) <= LONGEST else None
    if found is None:
        raise CellError(
            _("“%(text)s” begrijpen wij niet. Schrijf de dag en de aantallen zo: 12-3-2027 24/2.")
            % {"text": text[:40]}
        )
    pupils, teachers = found["pupils"], found["teachers"]
    for number in (pupils, teachers):
        if number and int(number) > MOST_PEOPLE:
            raise CellError(
                _("%(number)s is te veel. Schrijf ten hoogste %(most)d.") % {"number": number, "most": MOST_PEOPLE}
            )
    return Said(
        _day(found, school_year, text),
        int(pupils) if pupils is not None else None,
        int(teachers) if teachers is not None else None,
    )


def _day(found, school_year, text):
    if found["year_first"]:
        year, month, day = found["year_first"], int(found["month_second"]), found["day_last"]
    elif found["name"]:
        year, month, day = found["named_year"], _month(found["name"], text), found["named_day"]
    else:
        year, month, day = found["year"], int(found["month"]), found["day"]
    if year is None:
        first, second = (int(part) for part in school_year.split("-"))
        year = first if month >= FIRST_MONTH else second
    year = int(year) + (2000 if len(str(year)) == 2 else 0)
    try:
        return date(year, month, int(day))
    except ValueError as error:
        raise CellError(_("“%(text)s” is geen dag die bestaat.") % {"text": text[:40]}) from error


def _month(name, text):
    short = name[:3]
    month = OTHER_NAMES.get(short) or (MONTHS.index(short) + 1 if short in MONTHS else None)
    if month is None:
        raise CellError(_("“%(text)s”: deze maand kennen wij niet.") % {"text": text[:40]})
    return month
