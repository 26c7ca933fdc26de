"""The code of a school as people hand it over: what Excel made of it, and which school it must have been.

A code is repaired only when one school can be meant and no other, and then that is said. A code that became a
number (`12E01` read as 120) lost what it was: the message tells which codes it may have been.
"""

import re
from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _
from rapidfuzz import process
from rapidfuzz.distance import OSA

from schools.models import BRIN_LENGTH, School

CODE = re.compile(r"[0-9]{2}[A-Z]{2}[0-9]{2}")
LOST_ZERO = re.compile(r"[0-9][A-Z]{2}[0-9]{2}")
LOST_ZERO_OF_LOCATION = re.compile(r"[0-9]{2}[A-Z]{2}[0-9]")
BRIN = re.compile(r"[0-9]{2}[A-Z]{2}")
SCIENTIFIC = re.compile(r"[0-9]+(?:[.,][0-9]+)?E\+?-?[0-9]+")
NUMBER = re.compile(r"[0-9]+(?:[.,][0-9]+)?")
DIGITS_FOR = str.maketrans("OQIL", "0011")
LETTERS_FOR = str.maketrans("01", "OI")
MOST_CANDIDATES = 5


@dataclass(frozen=True, slots=True)
class Known:
    """What a list needs to know of a school."""

    pk: int
    code: str
    name: str
    place: str
    sectors: tuple
    closed_on: object
    successor_code: str | None

    def __str__(self):
        return f"{self.code} {self.name}, {self.place}".rstrip(", ")


class UnknownCode(ValueError):
    """No school was found. candidates: schools (Known) that may have been meant, the likeliest first."""

    def __init__(self, message, candidates=()):
        super().__init__(message)
        self.candidates = tuple(candidates)


class Register:
    """All schools by their code; one query. Closed ones too: history is about them."""

    def __init__(self):
        rows = School.objects.order_by("code").values_list(
            "pk", "code", "name", "place", "sectors", "closed_on", "successor__code"
        )
        self.by_code = {row[1]: Known(row[0], row[1], row[2], row[3], tuple(row[4]), row[5], row[6]) for row in rows}
        self.by_pk = {school.pk: school for school in self.by_code.values()}
        self.by_brin = defaultdict(list)
        for school in self.by_code.values():
            self.by_brin[school.code[:BRIN_LENGTH]].append(school)

    def find(self, value):
        """(Known, what was repaired or "") for what stands in a cell. Raises UnknownCode."""
        if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
            raise self._became_a_number(value)
        typed = str(value).strip()
        code = re.sub(r"[\s./_-]+", "", typed).upper()
        if school := self.by_code.get(code):
            return school, ""
        if NUMBER.fullmatch(typed) or SCIENTIFIC.fullmatch(typed.upper()):
            raise self._became_a_number(typed)
        for meant, why in self._repairs(code):
            if school := self.by_code.get(meant):
                return school, why % {"typed": typed, "code": meant}
        if BRIN.fullmatch(code) and code in self.by_brin:
            return self._of_institution(code, typed)
        raise UnknownCode(
            _("De code “%(code)s” staat niet in het register.") % {"code": typed[:40]}, self._like(code)
        )

    @staticmethod
    def _repairs(code):
        """Codes that `code` can only have been, with a sentence about it."""
        if LOST_ZERO.fullmatch(code):
            yield f"0{code}", _("De code “%(typed)s” miste de nul vooraan; gelezen als %(code)s.")
        if len(code) == len("12AB00"):
            meant = code[:2].translate(DIGITS_FOR) + code[2:4].translate(LETTERS_FOR) + code[4:].translate(DIGITS_FOR)
            if meant != code and CODE.fullmatch(meant):
                yield (
                    meant,
                    _("In de code “%(typed)s” stond een letter voor een cijfer of andersom; gelezen als %(code)s."),
                )

    def _of_institution(self, brin, typed):
        schools = [school for school in self.by_brin[brin] if school.closed_on is None]
        if len(self.by_brin[brin]) == 1:
            school = self.by_brin[brin][0]
            return school, _("“%(typed)s” is een BRIN van vier tekens, met één vestiging; gelezen als %(code)s.") % {
                "typed": typed,
                "code": school.code,
            }
        raise UnknownCode(
            _("“%(typed)s” is een BRIN van vier tekens, met %(count)d vestigingen. Schrijf de code van de vestiging.")
            % {"typed": typed, "count": len(self.by_brin[brin])},
            (schools or self.by_brin[brin])[:MOST_CANDIDATES],
        )

    def _became_a_number(self, value):
        candidates = []
        for text in _before_it_was_a_number(value):
            candidates.extend(self._like(text, distance=1))
        return UnknownCode(
            _(
                "“%(value)s” is een getal en geen code: Excel maakt van een code als 12E01 het getal 120. "
                "Maak van deze "
                "kolom in Excel tekst, en typ de code opnieuw."
            )
            % {"value": value},
            list(dict.fromkeys(candidates))[:MOST_CANDIDATES],
        )

    def _like(self, code, distance=1):
        """Schools whose code differs from `code` in one sign: more, fewer or another."""
        if not 4 <= len(code) <= 8:
            return []
        found = process.extract(
            code, self.by_code.keys(), scorer=OSA.distance, score_cutoff=distance, limit=MOST_CANDIDATES
        )
        return [self.by_code[match] for match, _score, _key in found]


def _before_it_was_a_number(value):
    """What stood there before Excel took it for a number: 120 was 12E01, 1.2E+02 too."""
    try:
        number = Decimal(str(value).replace(",", "."))
    except ArithmeticError:
        return
    if not number.is_finite() or number != number.to_integral_value() or number <= 0 or number.adjusted() > 40:
        return
    digits = str(int(number))
    bare = digits.rstrip("0")
    zeros = len(digits) - len(bare)
    for kept in range(zeros + 1):
        mantissa, power = bare + "0" * kept, zeros - kept
        if 1 <= len(mantissa) <= 3 and power < 100:
            yield f"{mantissa.zfill(2)}E{power:02}"
