"""Find schools by whatever somebody types: name, place, street, postcode or BRIN.

`schools.words` understands what was typed, PostgreSQL looks up the beginnings of words in
`School.search`. `typo_recall` measures what is forgiven.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from string import ascii_lowercase

from django.contrib.postgres.search import SearchVectorField
from django.db import connection, models
from django.db.models.expressions import RawSQL

from regions.models import ContentVersion
from schools.models import School
from schools.words import KnownWords, Question, understand

SUGGESTIONS = 8
NAME_AND_PLACE = "AB"  # weights in School.search
SHOWN = ("code", "name", "place", "kind", "sectors", "closed_on")  # of each school in a list

_kept = (None, None)  # version, KnownWords


@SearchVectorField.register_lookup
class HasWords(models.Lookup):
    """`search__words="a:* & b"`: a tsquery as PostgreSQL writes it, of words with a-z and 0-9 only."""

    lookup_name = "words"
    prepare_rhs = False

    def as_sql(self, compiler, connection):
        column, params = self.process_lhs(compiler, connection)
        return f"{column} @@ %s::tsquery", [*params, self.rhs]


def known_words():
    """The KnownWords of the register; one query, and after a change one of 50 ms."""
    global _kept
    version = ContentVersion.current()
    if _kept[0] != version:
        with connection.cursor() as cursor:
            cursor.execute("SELECT word, ndoc FROM ts_stat('SELECT search FROM schools_school')")
            _kept = (version, KnownWords(dict(cursor.fetchall())))
    return _kept[1]


def forget():
    """Forget the known words. Needed after a rollback that took the version back, so between tests."""
    global _kept
    _kept = (None, None)


@dataclass(frozen=True)
class Attempt:
    """A way to answer a question: schools in order, and whether they hold only a part of the words."""

    schools: models.QuerySet
    in_parts: bool = False


def attempts(question: Question) -> Iterator[Attempt]:
    """Ways to answer, strict and then generous. The first that finds something is the answer.

    Order: the school whose code was typed, open schools before closed ones, a name that begins with
    what was typed, whole words before begun ones, name and place before street; then by name.
    """
    if question.groups:
        yield Attempt(_with_all(question))
    if len(question.telling) > 1:
        yield Attempt(_with_most(question.telling), in_parts=True)


def search(text, limit=SUGGESTIONS):
    """The first `limit` schools for `text`: a list of School, the likeliest first. Two to four queries."""
    for attempt in attempts(understand(text, known_words())):
        if found := list(attempt.schools.only(*SHOWN)[:limit]):
            return found
    return []


# Written as SQL: building the same from expressions costs more than the query itself. Values are parameters.
CLOSED_LAST = "CASE WHEN schools_school.closed_on IS NULL THEN 0 ELSE 10 END"
NEARNESS = f"""
CASE WHEN schools_school.code = %s THEN -1 ELSE {CLOSED_LAST} + CASE
    WHEN schools_school.sort_name LIKE %s THEN 0
    WHEN schools_school.search @@ %s::tsquery THEN 1
    WHEN schools_school.search @@ %s::tsquery THEN 2
    WHEN schools_school.search @@ %s::tsquery THEN 3
    WHEN schools_school.search @@ %s::tsquery THEN 4
    ELSE 5 END
END"""


def _with_all(question):
    """Schools with every telling word; the common ones ("openbare basisschool") only put them in order."""
    params = [
        question.code or "",
        " ".join(question.likely) + "%",  # words of a-z and 0-9: nothing that LIKE reads otherwise
        tsquery(question.groups, whole=True, weights=NAME_AND_PLACE),
        tsquery(question.telling, whole=True, weights=NAME_AND_PLACE),
        tsquery(question.groups, weights=NAME_AND_PLACE),
        tsquery(question.telling, whole=True),
    ]
    schools = School.objects.filter(search__words=tsquery(question.telling))
    nearness = RawSQL(NEARNESS, params)  # noqa: S611
    return schools.order_by(nearness, "sort_name", "place", "code")


def _with_most(groups):
    """Schools with at least half of the `groups`, those with most of them first."""
    each = [tsquery([group]) for group in groups]
    lacks = ["(NOT schools_school.search @@ %s::tsquery)::int"] * len(each)
    lacking = RawSQL(" + ".join(lacks), each)  # noqa: S611
    schools = School.objects.filter(search__words=" | ".join(each)).alias(lacking=lacking)
    closed_last = RawSQL(CLOSED_LAST, [])  # noqa: S611
    return schools.filter(lacking__lte=len(each) // 2).order_by("lacking", closed_last, "sort_name", "place", "code")


def tsquery(groups, *, whole=False, weights=""):
    """The tsquery for schools that have every group: one of its forms, begun or (`whole`) complete.

    weights: of which parts of a school, "ABCD" for name, place, street and codes; "" is all.
    """

    def word(text, form):
        signs = ("" if whole or form.whole else "*") + weights
        return f"{text}:{signs}" if signs else text

    return " & ".join(
        f"({' | '.join(' & '.join(word(text, form) for text in form.words) for form in group)})" for group in groups
    )


def typo_recall(sample=400, seed=1, limit=SUGGESTIONS):
    """Of `sample` open schools, the share (0..1) that is among the first `limit` when a typist errs once.

    Typed is the name with one letter left out, added, changed or swapped with its neighbour, and then
    the place. The same `seed` gives the same schools and errors. Schools without a place are left out.
    """
    chance = random.Random(seed)  # noqa: S311
    schools = list(School.objects.open().exclude(place="").order_by("code").values_list("code", "sort_name", "place"))
    asked = chance.sample(schools, min(sample, len(schools)))
    found = sum(
        any(school.code == code for school in search(f"{_mistyped(name, chance)} {place}", limit))
        for code, name, place in asked
    )
    return found / len(asked) if asked else 0.0


def _mistyped(text, chance):
    """`text` with one error at a letter."""
    at = chance.choice([place for place, sign in enumerate(text) if sign.isalpha()])
    before, letter, after = text[:at], text[at], text[at + 1 :]
    other = chance.choice(ascii_lowercase)
    swapped = after[:1] + letter + after[1:]
    return before + chance.choice([after, other + letter + after, other + after, swapped])
