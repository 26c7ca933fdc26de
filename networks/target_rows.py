"""The targets of a programme and what was measured: what a row of these JSON lists may hold, and what is wrong.

A target: {"indicator", "value", "unit"} and perhaps "deadline", "baseline", "at_least", "measured_by" (the indicator
that counts what was there anyway and the target together), "met" (what the report says of it), "revised". With
"interim": true it is a stage of the target with that indicator. A measurement: {"indicator", "value", "unit"} and
perhaps "date", "approximate", "source". Both: "entered_on" (the day when the programme office typed it), "note",
"line" (of the report). No database, no clock. Old rows may hold anything, so nothing here raises on any JSON.
"""

import json
import math
import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from hashlib import sha256

from django.utils import formats
from django.utils.translation import gettext as _

LARGEST = 1_000_000_000
LONGEST_NAME, LONGEST_WORDS, LONGEST_SOURCE = 100, 60, 200
FIRST_YEAR, LAST_YEAR = 1990, 2100
MOMENT = re.compile(r"(?:school(?:jaar| year) )?(\d{4})-(\d{4})|(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?", re.ASCII)
NUMBER_IN_WORDS = re.compile(r"\s*-?[\d.,]+\s*", re.ASCII)


@dataclass(frozen=True, slots=True)
class Problem:
    """row: its place in the list, from 1; 0 is the list itself. field: its key; "" is the row itself."""

    row: int
    field: str
    message: str

    def __str__(self):
        if not self.row:
            return self.message
        if not self.field:
            return _("Rij %(row)d: %(message)s") % {"row": self.row, "message": self.message}
        return _("Rij %(row)d, “%(field)s”: %(message)s") % {
            "row": self.row,
            "field": self.field,
            "message": self.message,
        }


# --- reading what may be anything ------------------------------------------------------------------
def as_rows(value):
    """The rows of a list of the database. What is no list at all is one row, that nobody can read."""
    if isinstance(value, list):
        return value
    return [] if value is None or value in ("", {}) else [value]


def is_number(value):
    """Whether `value` is a number that we can calculate with and show: finite, and not beyond LARGEST."""
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= LARGEST


def text_of(value, longest=LONGEST_SOURCE):
    """`value` when it is text that can be shown, no longer than `longest`; else ""."""
    return value.strip()[:longest] if isinstance(value, str) and value.isprintable() else ""


def value_of(row, key):
    """The number or the words under `key`; None when there is nothing that can be read."""
    value = row.get(key) if isinstance(row, dict) else None
    return value if is_number(value) else text_of(value, LONGEST_NAME) or None


def indicator_of(row):
    """What a row is about, as it is written there; "" when that cannot be read."""
    value = row.get("indicator") if isinstance(row, dict) else None
    return value if isinstance(value, str) and value.strip() and value.isprintable() else ""


def is_interim(row):
    """Whether a row of the targets is a stage of another. A flag that is no flag is none: the page then says so."""
    return isinstance(row, dict) and row.get("interim") is True


def moment_of(row, key):
    """The deadline or date of a row as text; a year may stand there as a number. "" when it cannot be read."""
    value = row.get(key) if isinstance(row, dict) else None
    if isinstance(value, int) and not isinstance(value, bool) and 0 < value <= 9999:
        return str(value)
    return text_of(value, LONGEST_WORDS)


def last_day(text):
    """The last day that a deadline or date stands for: of a year, a month, a day or a school year; None for none."""
    return _days(text)[1]


def first_day(text):
    """As `last_day`, the first one; of a school year 1 August."""
    return _days(text)[0]


def _days(text):
    text = str(text or "")
    try:
        if years := re.search(r"(\d{4})-(\d{4})", text, re.ASCII):
            return date(int(years[1]), 8, 1), date(int(years[2]), 7, 31)
        parts = re.search(r"(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?", text, re.ASCII)
        if parts is None:
            return None, None
        year, first, last = int(parts[1]), int(parts[2] or 1), int(parts[2] or 12)
        return date(year, first, int(parts[3] or 1)), date(year, last, int(parts[3] or monthrange(year, last)[1]))
    except ValueError:  # such as month 13
        return None, None


def in_words(text):
    """A deadline or date as people write it: "9 december 2013" for "2013-12-09"; other text as it is."""
    found = MOMENT.fullmatch(text)
    day = last_day(text) if found and found[4] else None
    if day is None:
        return text
    return formats.date_format(day, "DATE_FORMAT" if found[5] else "YEAR_MONTH_FORMAT")


def fingerprint(row):
    """Sixteen characters that say whether two rows are the same, and the address of a row on its page."""
    return sha256(json.dumps(row, sort_keys=True).encode()).hexdigest()[:16]


# --- what is wrong ---------------------------------------------------------------------------------
def target_problems(rows):
    """The Problems of a list of targets, in its order; an empty list when the pages can read all of it."""
    problems = _problems(rows, TARGET)
    if not isinstance(rows, list):
        return problems
    known = {indicator_of(row) for row in rows if not is_interim(row)}
    for number, row in enumerate(rows, 1):
        if is_interim(row) and indicator_of(row) and indicator_of(row) not in known:
            said = _("Dit tussendoel hoort bij geen doel. Voeg ook een doel met deze naam toe, of verbeter de naam.")
            problems.append(Problem(number, "indicator", said))
    return sorted(problems, key=lambda problem: problem.row)


def measurement_problems(rows):
    """As `target_problems`, of a list of measurements."""
    return _problems(rows, MEASUREMENT)


def _problems(rows, fields):
    if not isinstance(rows, list):
        return [Problem(0, "", _("Dit moet een lijst van {…} zijn."))]
    return [
        Problem(number, field, message)
        for number, row in enumerate(rows, 1)
        for field, message in row_problems(row, fields)
    ]


def row_problems(row, fields):
    """[(key or "" for the whole row, what is wrong and what to do)] of one row; fields: TARGET or MEASUREMENT."""
    if not isinstance(row, dict):
        return [("", _("Dit is geen {…} met sleutels en waarden. Schrijf het zo, of haal de rij weg."))]
    found = [(name, _("Dit ontbreekt. Vul het in.")) for name in REQUIRED if row.get(name) is None]
    for name, value in row.items():
        check = fields.get(name)
        if check is None:
            known = ", ".join(fields)
            said = _("Dit kennen wij niet. Kies uit: %(known)s; of haal het weg.") % {"known": known}
            found.append((text_of(name, LONGEST_WORDS) or "?", said))
        elif value is not None and (said := check(value)):
            found.append((name, said))
    number = is_number(row.get("value"))
    if "value" in fields and row.get("value") is not None and not number and not any(n == "value" for n, _m in found):
        if is_interim(row):
            found.append(("value", _("Een tussendoel is een getal. Vul een getal in.")))
        elif row.get("measured_by") is not None:
            said = _("Dit doel komt boven op het begin (“measured_by”), dus het is een getal. Vul een getal in.")
            found.append(("value", said))
    if is_interim(row) and row.get("deadline") is None:
        found.append(("deadline", _("Een tussendoel heeft een moment nodig. Vul in wanneer het gehaald moet zijn.")))
    return found


def _number(value):
    if isinstance(value, bool) or not isinstance(value, int | float):
        return _("Dit moet een getal zijn, zonder aanhalingstekens. Zoals 250 of 2.5.")
    if isinstance(value, float) and not math.isfinite(value):
        return _("Dit is geen getal. Vul een gewoon getal in.")
    if value < 0:
        return _("Een getal onder nul kan hier niet. Vul 0 of meer in.")
    if value > LARGEST:
        return _("Dit getal is te groot. Vul ten hoogste %(most)s in.") % {
            "most": formats.number_format(LARGEST, force_grouping=True)
        }
    return ""


def _words(longest):
    def check(value):
        if not isinstance(value, str):
            return _("Dit moeten woorden zijn, tussen aanhalingstekens.")
        if not value.strip():
            return _("Dit is leeg. Vul het in, of haal het weg.")
        if len(value) > longest:
            said = _("Dit is te lang: %(count)d tekens. Maak er ten hoogste %(most)d van.")
            return said % {"count": len(value), "most": longest}
        if not value.isprintable():
            return _("Hierin staat een teken dat niemand kan lezen, zoals een nieuwe regel. Haal dat weg.")
        return ""

    return check


def _number_or_words(value):
    if not isinstance(value, str):
        if isinstance(value, bool) or not isinstance(value, int | float):
            return _("Dit moet een getal zijn, of woorden tussen aanhalingstekens.")
        return _number(value)
    if NUMBER_IN_WORDS.fullmatch(value):
        return _("Dit is een getal tussen aanhalingstekens. Haal de aanhalingstekens weg.")
    return _words(LONGEST_NAME)(value)


def _moment(value):
    text = str(value) if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 9999 else value
    found = MOMENT.fullmatch(text) if isinstance(text, str) else None
    if found is None or last_day(text) is None:
        return _("Dit is geen datum. Schrijf een jaar (2030), een dag (2030-12-31) of een schooljaar (2029-2030).")
    if found[2] and int(found[2]) != int(found[1]) + 1:
        return _("Een schooljaar is twee jaren na elkaar, zoals 2029-2030. Verbeter dit.")
    if not FIRST_YEAR <= last_day(text).year <= LAST_YEAR:
        said = _("Dit jaar kan niet. Kies een jaar van %(first)d tot en met %(last)d.")
        return said % {"first": FIRST_YEAR, "last": LAST_YEAR}
    return ""


def _date(value):
    text = value if isinstance(value, str) else ""
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text, re.ASCII) or last_day(text) is None:
        return _("Dit is geen dag. Schrijf haar zo: 2030-12-31.")
    return ""


def _flag(value):
    return "" if isinstance(value, bool) else _("Schrijf true of false, zonder aanhalingstekens.")


REQUIRED = ("indicator", "value", "unit")
_BOTH = {
    "indicator": _words(LONGEST_NAME),
    "value": _number_or_words,
    "unit": _words(LONGEST_WORDS),
    "entered_on": _date,
    "note": _words(LONGEST_SOURCE),
    "line": _number,
}
TARGET = _BOTH | {
    "deadline": _moment,
    "baseline": _number,
    "measured_by": _words(LONGEST_NAME),
    **dict.fromkeys(("interim", "at_least", "revised", "met"), _flag),
}
MEASUREMENT = _BOTH | {"date": _moment, "approximate": _flag, "source": _words(LONGEST_SOURCE)}
