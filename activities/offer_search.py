"""Full text search of the offer in Dutch, by PostgreSQL: what is found, how well, and which words it was.

Every word must be there, as itself or as one of its synonyms (rows that staff edit). Words of four
letters and more also find longer words that begin with them: "robot" finds "robotica".
"""

import re

from django.contrib.postgres.aggregates import ArrayAgg
from django.contrib.postgres.search import SearchHeadline, SearchQuery, SearchRank
from django.db.models import F, FloatField
from django.db.models.functions import Cast
from django.utils.html import escape
from django.utils.safestring import mark_safe

from activities.models import Activity

LANGUAGE = "dutch"
MOST_WORDS = 12
LONGEST_WORD = 40
PREFIX_FROM = 4  # letters
WORD = re.compile(r"[^\W_]+")
# Private characters stand in for the tags until everything else is made harmless.
START, STOP = "\ue000", "\ue001"
HIT = re.compile(f"{START}([^{START}{STOP}]*){STOP}")
MARKS = str.maketrans("", "", START + STOP)


def words_of(text):
    """The words that are searched for, in small letters; at most MOST_WORDS."""
    return [word[:LONGEST_WORD] for word in WORD.findall(text.lower())][:MOST_WORDS]


def search_query(text, synonyms=()):
    """`text` as a query for `Activity.search`, or None when it holds no word.

    synonyms: tuples of words or short phrases that mean the same.
    """
    words = words_of(text)
    terms = []
    while words:
        length, phrases = _meaning(words, synonyms)
        terms.append(" | ".join(dict.fromkeys(_term(phrase) for phrase in phrases)))
        words = words[length:]
    if not terms:
        return None
    return SearchQuery(" & ".join(f"({term})" for term in terms), config=LANGUAGE, search_type="raw")


def ranks(query):
    """How well activities match: pk -> rank (float > 0). One query; also of activities that are not public."""
    rank = Cast(SearchRank(F("search"), query), FloatField())
    # Two arrays in one row: a tenth of the time of as many rows.
    found = (
        Activity.objects.filter(search=query)
        .order_by()
        .aggregate(pks=ArrayAgg("pk", default=[]), ranks=ArrayAgg(rank, default=[]))
    )
    return dict(zip(found["pks"], found["ranks"], strict=True))


def with_hits(activities, query):
    """Annotate `title_hits` and `summary_hits`: the title, and the fragments of the summary, with hits marked.

    Show them through `highlighted`.
    """
    marks = {"config": LANGUAGE, "start_sel": START, "stop_sel": STOP}
    return activities.annotate(
        title_hits=SearchHeadline("title", query, highlight_all=True, **marks),
        summary_hits=SearchHeadline(
            "summary", query, max_fragments=2, min_words=12, max_words=32, fragment_delimiter=" … ", **marks
        ),
    )


def highlighted(text):
    """`text` of `with_hits` as safe HTML: hits in <mark>, all else escaped."""
    return mark_safe(without_marks(HIT.sub(r"<mark>\1</mark>", str(escape(text)))))  # noqa: S308


def without_marks(text):
    """`text` of `with_hits` as it was."""
    return text.translate(MARKS)


def _meaning(words, synonyms):
    """How many of the first `words` belong together, and the phrases (tuples of words) that mean the same."""
    for length in range(min(len(words), 4), 0, -1):
        asked = [_stem(word) for word in words[:length]]
        same = [
            tuple(phrase)
            for group in synonyms
            if any([_stem(word) for word in words_of(other)] == asked for other in group)
            for phrase in map(words_of, group)
            if phrase
        ]
        if same:
            return length, [tuple(words[:length]), *same]
    return 1, [(words[0],)]


def _stem(word):
    """Near enough to find a synonym also by its plural."""
    for ending in ("en", "s"):
        if len(word) > len(ending) + PREFIX_FROM - 1 and word.endswith(ending):
            return word.removesuffix(ending)
    return word


def _term(phrase):
    # Words hold letters and digits only, so nothing in them can break the quotes.
    parts = [f"'{word}':*" if len(word) >= PREFIX_FROM else f"'{word}'" for word in phrase]
    return f"({' <-> '.join(parts)})"
