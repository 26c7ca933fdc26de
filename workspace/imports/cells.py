"""What a cell of a list means, both ways: `clean` reads what people type, `render` writes what `clean` reads.

`shown` is a value as one text. Two values are the same when their texts are; that is why reading back an export
changes nothing. A reading that is not literally what stands there is said, by `note`.
"""

import datetime as dt
import re
import unicodedata
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from import_export.widgets import Widget
from openpyxl.utils.datetime import from_excel
from rapidfuzz import process, utils

from schools.words import plain

MONTHS = (
    [
        "januari",
        "februari",
        "maart",
        "april",
        "mei",
        "juni",
        "juli",
        "augustus",
        "september",
        "oktober",
        "november",
        "december",
    ],
    ["jan", "feb", "mrt", "apr", "mei", "jun", "jul", "aug", "sep", "okt", "nov", "dec"],
    ["januari", "februari", "mar", "april", "mei", "juni", "juli", "aug", "sept", "oct", "november", "december"],
)
MONTH = {name: number for names in MONTHS for number, name in enumerate(names, start=1)}
ISO_DAY = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[t ]00:00(?::00(?:\.0+)?)?)?")
DUTCH_DAY = re.compile(r"(?:[a-z]+,? )?(\d{1,2})(?: ?[-/.] ?| )(\d{1,2}|[a-z]+)\.?(?: ?[-/.] ?| )(\d{4}|\d{2})")
SERIAL = re.compile(r"\d{5}(?:[.,]0+)?")
# Days that a serial number may stand for: 1990 to 2079. A number beyond is something else.
SERIALS = range(32_874, 65_746)
CLOCK = re.compile(r"(\d{1,2})(?:[:.](\d{2})(?::00)?)?(?: ?(?:uur|u|h))?")
WHOLE = re.compile(r"(\d+)(?:[.,]0+)?")
YEARS = range(1990, 2080)


INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad"))


def tidy(text):
    """`text` without what nobody sees in it: spaces around, signs without a shape, other ends of lines."""
    if text.isprintable():  # nearly every cell, and then there is nothing else to look for
        return text.strip()
    text = text.translate(INVISIBLE).replace("\r\n", "\n").replace("\r", "\n").replace("\xa0", " ")
    return "".join(sign for sign in text if sign in "\n\t" or unicodedata.category(sign) not in ("Cc", "Cs")).strip()


def said(value):
    """A value in a message, not longer than a line."""
    text = str(value)
    return text if len(text) <= 40 else f"{text[:39]}…"


class Cell(Widget):
    """One sort of cell. `sort` says in a template file what belongs in it."""

    sort = ""

    def clean(self, value, row=None, *, note=None, **kwargs):
        if value is None or value == "":
            return self.empty()
        return self.read(value, note or (lambda text: None))

    def empty(self):
        return None

    def read(self, value, note):
        raise NotImplementedError

    def render(self, value, obj=None, **kwargs):
        return "" if value is None else value

    def shown(self, value):
        """`value` as one text, with which values are compared."""
        return str(self.render(value))


class Text(Cell):
    def __init__(self, most, *, lines=False):
        super().__init__()
        self.most, self.lines = most, lines

    @property
    def sort(self):
        return _("tekst, ten hoogste %(most)d tekens") % {"most": self.most}

    def empty(self):
        return ""

    def read(self, value, note):
        if isinstance(value, bool | dt.date | dt.time):
            raise ValueError(_("“%(value)s” is geen tekst. Maak van deze cel in Excel een tekst.") % {"value": value})
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        text = str(value)
        if not self.lines:
            text = " ".join(text.split())
        if len(text) > self.most:
            raise ValueError(
                _("Dit is te lang: %(count)d tekens, en er passen er %(most)d.")
                % {"count": len(text), "most": self.most}
            )
        return text

    def render(self, value, obj=None, **kwargs):
        return value or ""

    def shown(self, value):
        text = tidy(value or "")
        return text if self.lines else " ".join(text.split())


class Telephone(Text):
    def read(self, value, note):
        """A number that lost its zero or plus is not guessed."""
        if isinstance(value, int | float):
            raise ValueError(
                _(
                    "“%(value)s” is een getal; een nul of plus vooraan is dan weg. Maak van deze kolom in "
                    "Excel tekst, "
                    "en typ het nummer opnieuw."
                )
                % {"value": value}
            )
        text = super().read(value, note)
        if not re.fullmatch(r"[0-9+()/ .-]{6,}", text):
            raise ValueError(_("“%(value)s” is geen telefoonnummer.") % {"value": said(text)})
        return text


class Email(Cell):
    sort = "e-mailadres"

    def empty(self):
        return ""

    def read(self, value, note):
        text = str(value).removeprefix("mailto:").lower()
        try:
            validate_email(text)
        except ValidationError as error:
            raise ValueError(_("“%(value)s” is geen e-mailadres.") % {"value": said(text)}) from error
        if len(text) > 254:
            raise ValueError(_("Dit e-mailadres is te lang."))
        return text

    def shown(self, value):
        return (value or "").lower()


class Website(Text):
    sort = "adres van een website"

    def read(self, value, note):
        text = super().read(value, note)
        if " " in text or "." not in text or re.match(r"(?!https?:)[a-z]+:(?!\d)", text, re.IGNORECASE):
            raise ValueError(_("“%(value)s” is geen adres van een website.") % {"value": said(text)})
        return text


class Day(Cell):
    sort = "dag, zoals 1-9-2026 of 2026-09-01"

    def read(self, value, note):
        if isinstance(value, dt.datetime):
            return self._between(value.date(), value)
        if isinstance(value, dt.date):
            return self._between(value, value)
        if isinstance(value, bool | dt.time | dt.timedelta):
            raise ValueError(self._not_a_day(value))
        if isinstance(value, int | float | Decimal):
            return self._serial(value, note)
        text = str(value).strip().lower()
        if SERIAL.fullmatch(text):
            return self._serial(float(text.replace(",", ".")), note)
        if found := ISO_DAY.fullmatch(text):
            year, month, day = map(int, found.groups())
        elif (found := DUTCH_DAY.fullmatch(text)) and (month := self._month(found[2])):
            day, year = int(found[1]), int(found[3])
            if len(found[3]) == 2:
                year += 2000
                note(_("“%(text)s” is gelezen als het jaar %(year)d.") % {"text": text, "year": year})
        else:
            raise ValueError(self._not_a_day(value))
        try:
            return self._between(dt.date(year, month, day), value)
        except ValueError as error:
            raise ValueError(self._not_a_day(value)) from error

    @staticmethod
    def _month(text):
        return int(text) if text.isdigit() else MONTH.get(text)

    def _serial(self, number, note):
        if int(number) not in SERIALS:
            raise ValueError(self._not_a_day(number))
        day = from_excel(int(number)).date()
        note(_("Het getal %(number)d is gelezen als %(day)s.") % {"number": int(number), "day": f"{day:%d-%m-%Y}"})
        return day

    def _between(self, day, value):
        if day.year not in YEARS:
            raise ValueError(self._not_a_day(value))
        return day

    @staticmethod
    def _not_a_day(value):
        return _("“%(value)s” is geen dag. Schrijf een dag als 1-9-2026 of 2026-09-01.") % {"value": said(value)}


class Clock(Cell):
    """A time of day, to the minute."""

    sort = "tijd, zoals 14:30"

    def read(self, value, note):
        if isinstance(value, dt.datetime):
            return value.time().replace(second=0, microsecond=0)
        if isinstance(value, dt.time):
            return value.replace(second=0, microsecond=0)
        if isinstance(value, float) and 0 <= value < 1:  # a part of a day
            minutes = round(value * 24 * 60)
            return dt.time(minutes // 60 % 24, minutes % 60)
        if found := CLOCK.fullmatch(str(value).lower()):
            hours, minutes = int(found[1]), int(found[2] or 0)
            if hours < 24 and minutes < 60:
                return dt.time(hours, minutes)
        raise ValueError(_("“%(value)s” is geen tijd. Schrijf een tijd als 14:30.") % {"value": said(value)})

    def render(self, value, obj=None, **kwargs):
        return "" if value is None else f"{value:%H:%M}"


class Count(Cell):
    """A whole number from 0."""

    def __init__(self, most=1_000_000, least=0):
        super().__init__()
        self.most, self.least = most, least

    @property
    def sort(self):
        return _("heel getal")

    def read(self, value, note):
        number = None
        if isinstance(value, bool):
            pass
        elif isinstance(value, int):
            number = value
        elif isinstance(value, float):
            number = int(value) if value.is_integer() else None
        elif found := WHOLE.fullmatch(str(value)):
            # "1.000" is a thousand here and one elsewhere: asked about, not guessed.
            number = None if re.search(r"[.,]000", str(value)) else int(found[1])
        if number is None or not self.least <= number <= self.most:
            raise ValueError(
                _(
                    "“%(value)s” is geen heel getal van %(least)d tot en met %(most)d. Schrijf het zonder "
                    "punt of komma."
                )
                % {"value": said(value), "least": self.least, "most": self.most}
            )
        return number


class YesNo(Cell):
    sort = "ja of nee"
    WORDS = {"ja": True, "j": True, "x": True, "true": True, "waar": True, "1": True}
    WORDS |= {"nee": False, "n": False, "false": False, "onwaar": False, "0": False}

    def empty(self):
        return False

    def read(self, value, note):
        try:
            return self.WORDS[str(value).lower()]
        except KeyError:
            raise ValueError(_("“%(value)s” is geen ja of nee.") % {"value": said(value)}) from None

    def render(self, value, obj=None, **kwargs):
        return "ja" if value else "nee"


class Choice(Cell):
    """One of the words of the vocabulary, by its label or its slug."""

    def __init__(self, choices, empty=None):
        super().__init__()
        self.pairs = [(value, label) for value, label in choices if value]
        self.labels = dict(self.pairs)
        self._empty = empty
        self._words = {}  # by language, because a list has thousands of cells

    @property
    def sort(self):
        return _("één van: %(labels)s") % {"labels": "; ".join(str(label) for _value, label in self.pairs)}

    def empty(self):
        return self._empty

    def _known(self):
        language = get_language()
        if language not in self._words:
            self._words[language] = {
                plain(str(word)): value for value, label in self.pairs for word in (value, label)
            }
        return self._words[language]

    def read(self, value, note):
        known = self._known()
        try:
            return known[plain(str(value))]
        except KeyError:
            raise ValueError(self._unknown(value)) from None

    def _unknown(self, value):
        return _("“%(value)s” kennen wij hier niet. Kies uit: %(labels)s.") % {
            "value": said(value),
            "labels": "; ".join(str(label) for _value, label in self.pairs),
        }

    def render(self, value, obj=None, **kwargs):
        return str(self.labels.get(value, value or ""))


class Choices(Choice):
    """Several of them, with `;` between."""

    @property
    def sort(self):
        return _("één of meer van, met “;” ertussen: %(labels)s") % {
            "labels": "; ".join(str(label) for _value, label in self.pairs)
        }

    def empty(self):
        return []

    def read(self, value, note):
        known = self._known()
        found = []
        for part in re.split(r"[;|\n]", str(value)):
            if not plain(part):
                continue
            pieces = [part] if plain(part) in known else part.split(",")
            for piece in pieces:
                if plain(piece) not in known:
                    raise ValueError(self._unknown(piece.strip()))
                found.append(known[plain(piece)])
        order = [value for value, _label in self.pairs]
        return sorted(set(found), key=order.index)

    def render(self, value, obj=None, **kwargs):
        order = [choice for choice, _label in self.pairs]
        known = sorted(value or (), key=lambda each: order.index(each) if each in order else len(order))
        return "; ".join(Choice.render(self, each) for each in known)


class SchoolYear(Cell):
    sort = "schooljaar, zoals 2026-2027"
    FORM = re.compile(r"(\d{4}|\d{2}) ?[-/–] ?(\d{4}|\d{2})")

    def read(self, value, note):
        if found := self.FORM.fullmatch(str(value)):
            first, last = (int(part) + (2000 if len(part) == 2 else 0) for part in found.groups())
            if last == first + 1 and first in YEARS:
                return f"{first}-{last}"
        raise ValueError(_("“%(value)s” is geen schooljaar. Schrijf het als 2026-2027.") % {"value": said(value)})


class Named(Cell):
    """A row of ours by its name or its slug. `known` is filled for each list: {plain name or slug: row}."""

    def __init__(self, sort):
        super().__init__()
        self._sort = sort
        self.known, self.ambiguous, self.words = {}, set(), {}

    @property
    def sort(self):
        return self._sort

    def fill(self, rows, *names):
        """Know `rows` by each of the attributes `names`; a name of two rows is no longer one."""
        self.known, self.ambiguous, self.words = {}, set(), {}
        for row in rows:
            for name in names:
                word = plain(str(getattr(row, name)))
                if word in self.known and self.known[word].pk != row.pk:
                    self.ambiguous.add(word)
                self.known.setdefault(word, row)
        for row in rows:
            words = [str(getattr(row, name)) for name in names]
            self.words[row.pk] = next((word for word in words if plain(word) not in self.ambiguous), words[-1])

    def read(self, value, note):
        word = plain(str(value))
        if word in self.ambiguous:
            raise ValueError(
                _(
                    "Er is meer dan één %(sort)s met de naam “%(value)s”. Schrijf het kenmerk uit het adres "
                    "van de pagina."
                )
                % {"sort": self._sort, "value": said(value)}
            )
        if word not in self.known:
            raise ValueError(self.unknown(value))
        return self.known[word]

    def unknown(self, value):
        return _("%(sort)s “%(value)s” kennen wij niet.%(near)s") % {
            "sort": self._sort.capitalize(),
            "value": said(value),
            "near": near(value, self.words.values()),
        }

    def render(self, value, obj=None, **kwargs):
        return "" if value is None else self.words.get(value.pk, str(value))

    def shown(self, value):
        return "" if value is None else f"{value.pk}:{self.render(value)}"


def near(value, words, limit=3):
    """A sentence with the words most like `value`, or nothing."""
    found = process.extract(str(value), list(words), limit=limit, score_cutoff=60, processor=utils.default_process)
    if not found:
        return ""
    return " " + _("Bedoelt u: %(words)s?") % {"words": ", ".join(f"“{word}”" for word, _score, _key in found)}


def local(moment):
    """A moment as people here read it, to the minute, or None."""
    return timezone.localtime(moment).replace(tzinfo=None, second=0, microsecond=0) if moment else None
