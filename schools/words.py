"""The words of a school and of what somebody typed, made comparable.

Pure: no database, no settings. The database makes the same words of a school's name, place and
street (function `plain_words`, migration `schools.0003`); a test holds the two together.
"""

import re
import unicodedata
from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass, field
from itertools import pairwise

from rapidfuzz import process
from rapidfuzz.distance import OSA, JaroWinkler

MARKS = re.compile("[\u0300-\u036f]")
ABBREVIATION_POINT = re.compile(r"(?<![a-z0-9])([a-z])[./](?=[a-z](?![a-z0-9]))")
NO_WORD = re.compile(r"[^a-z0-9]+")
ASCII_LOWER = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz")
SPACED_POSTCODE = re.compile(r"(?<!\S)([1-9][0-9]{3}) ([a-z]{2})(?!\S)")
CODE = re.compile(r"[0-9]{2}[a-z]{2}[0-9]{2}")

# Written in one way, meant in all: DUO's register mixes them. Each line stands for one thing.
SPELLINGS = (
    ("den haag", "s gravenhage"),
    ("den bosch", "s hertogenbosch"),
    ("st", "sint"),
    ("t", "het"),
    ("aan den", "aan de", "a d", "ad"),
    ("van den", "van der", "van de", "v d", "vd"),
    ("bs", "basisschool", "basischool", "basissch"),
    ("obs", "openbare basisschool"),
    ("cbs", "christelijke basisschool", "chr basisschool"),
    ("pcbs", "pcb", "pc basisschool", "protestants christelijke basisschool"),
    ("kbs", "katholieke basisschool"),
    ("rkbs", "rk basisschool", "rooms katholieke basisschool"),
    ("rk", "rooms katholieke"),
    ("pc", "protestants christelijke"),
    ("chr", "christelijke", "christelijk"),
    ("kc", "kindcentrum"),
    ("ikc", "integraal kindcentrum"),
    ("sbo", "speciaal basisonderwijs"),
    ("vso", "voortgezet speciaal onderwijs"),
    ("sg", "sgm", "scholengemeenschap"),
    ("osg", "openbare scholengemeenschap"),
    ("csg", "christelijke scholengemeenschap"),
    ("rsg", "regionale scholengemeenschap"),
    ("lyc", "lyceum"),
    ("gym", "gymnasium"),
    ("ath", "atheneum"),
    ("dr", "doctor", "dokter"),
    ("prof", "professor"),
    ("ds", "dominee"),
    ("burg", "burgemeester"),
    ("past", "pastoor"),
    ("kon", "koningin"),
)

# Words that tell few schools apart, or that the register often leaves out: they are not required.
COMMON = """
    aan basischool basisonderwijs basissch basisschool bs cbs chr christelijk christelijke de den en het ikc in
    kbs kc kindcentrum obs openbaar openbare pcb pcbs rk rkbs sbo school scholengemeenschap sg t te van voor
"""
COMMON_WORDS = frozenset(COMMON.split())

SHORT_WORD = 3
LONG_WORD = 6  # letters; from here two mistakes are forgiven, below it one
SHORTEST_CORRECTED = 3
LEAST_LIKENESS = 0.9  # Jaro-Winkler, 0..1
MOST_FORMS = 4  # of one word, so that a query stays small


def plain(text):
    """`text` as words of a-z and 0-9 with single spaces: accents, capitals and punctuation gone.

    Points and slashes inside an abbreviation go without a trace: "O.B.S." is "obs", "v/d" is "vd".
    """
    letters = MARKS.sub("", unicodedata.normalize("NFKD", text)).translate(ASCII_LOWER)
    return NO_WORD.sub(" ", ABBREVIATION_POINT.sub(r"\1", letters)).strip()


def split(text):
    """The different words of what somebody typed, in order; "1234 ab" is one word, "1234ab"."""
    return list(dict.fromkeys(SPACED_POSTCODE.sub(r"\1\2", plain(text)).split()))


def _same_meanings():
    meanings = {}
    for spellings in SPELLINGS:
        phrases = [tuple(spelling.split()) for spelling in spellings]
        for phrase in phrases:
            meanings[phrase] = tuple(other for other in phrases if other != phrase)
    return meanings


SAME_MEANING = _same_meanings()
LONGEST_PHRASE = max(map(len, SAME_MEANING))


@dataclass(frozen=True)
class Form:
    """One way to write a thing: words that must all be there, each begun or (`whole`) complete."""

    words: tuple[str, ...]
    whole: bool = False


@dataclass(frozen=True)
class Question:
    """What somebody asked for, as the search understands it."""

    words: tuple[str, ...]  # as typed, made plain
    groups: tuple[tuple[Form, ...], ...]  # one for each thing asked for: any of its forms will do
    corrections: dict[str, str] = field(default_factory=dict)  # typed -> the nearest word we know

    @property
    def code(self):
        """The code of a school when exactly that was typed, else None."""
        typed = "".join(self.words)
        return typed.upper() if CODE.fullmatch(typed) else None

    @property
    def likely(self):
        """The words that were probably meant."""
        return tuple(word for group in self.groups for word in group[0].words)

    @property
    def telling(self):
        """The groups that tell schools apart; all of them when none does."""
        telling = tuple(group for group in self.groups if not COMMON_WORDS.issuperset(group[0].words))
        return telling or self.groups


class KnownWords:
    """The words of the register, to complete and correct what is typed.

    counts: {word: number of schools that have it}. About 0.6 ms for a word that needs correcting.
    """

    def __init__(self, counts):
        self.counts = Counter(counts)
        self.counts.update({word: 0 for phrase in SAME_MEANING for word in phrase})
        self._sorted = sorted(self.counts)
        # Somebody who mistypes a code or postcode must not land at another school.
        self._letters_only = [word for word in self._sorted if word.isalpha() and len(word) >= SHORTEST_CORRECTED]

    def begins(self, text):
        """Whether a known word begins with `text`."""
        place = bisect_left(self._sorted, text)
        return place < len(self._sorted) and self._sorted[place].startswith(text)

    def nearest(self, word):
        """The known words nearest to `word`, common words and then the most used ones first; () when none is near.

        Distance is optimal string alignment: one letter more, less, other or two swapped counts one.
        """
        if not word.isalpha() or len(word) < SHORTEST_CORRECTED:
            return ()
        allowed = 2 if len(word) >= LONG_WORD else 1
        near = {
            other: distance
            for other, distance, _ in process.extract(
                word, self._letters_only, scorer=OSA.distance, score_cutoff=allowed, limit=None
            )
            if distance == 1 or JaroWinkler.similarity(word, other) >= LEAST_LIKENESS
        }
        least = min(near.values(), default=0)
        # The register holds errors too: "bascischool" is nearer to its "Basischool" than to "basisschool".
        likely = [other for other in near if near[other] == least or other in COMMON_WORDS]
        likely.sort(key=lambda other: (other not in COMMON_WORDS, -self.counts[other], other))
        return tuple(likely[:MOST_FORMS])

    def halves(self, word):
        """The ways to split `word` into two known words of at least three letters, most used first."""
        cuts = ((word[:cut], word[cut:]) for cut in range(3, len(word) - 2))
        known = [(a, b) for a, b in cuts if self.counts[a] and self.counts[b]]
        return sorted(known, key=lambda pair: -min(self.counts[pair[0]], self.counts[pair[1]]))[:1]


def understand(text, known):
    """The Question in `text`, given the KnownWords of the register."""
    typed = split(text)
    forms, corrections = {}, {}
    for word in typed:
        forms[word] = _forms(word, known, is_last=word == typed[-1])
        if forms[word][0].words != (word,):
            corrections[word] = " ".join(forms[word][0].words)
    # Phrases are recognised after correction, so that "den hagg" is Den Haag too.
    likely = [forms[word][0].words[0] if len(forms[word][0].words) == 1 else word for word in typed]
    groups, at = [], 0
    while at < len(typed):
        length, phrase = _phrase_at(likely, at)
        if length > 1:
            groups.append((Form(tuple(likely[at : at + length])), *phrase))
        else:
            groups.append((*forms[typed[at]], *phrase))
        at += length
    groups = _with_joined_neighbours(groups, known)
    return Question(words=tuple(typed), groups=tuple(groups), corrections=corrections)


def _forms(word, known, *, is_last):
    if known.begins(word):
        # Only the last word can still be growing; "st" before it is not the beginning of "straat".
        complete = not is_last and len(word) <= SHORT_WORD and known.counts[word] > 0
        return (Form((word,), whole=complete),)
    near = tuple(Form((other,), whole=True) for other in known.nearest(word))
    halves = tuple(Form(pair, whole=True) for pair in known.halves(word))
    return near + halves or (Form((word,)),)


def _phrase_at(words, at):
    """How many words from `at` on are a phrase with other spellings (at least 1), and those as Forms."""
    for length in range(min(LONGEST_PHRASE, len(words) - at), 0, -1):
        others = SAME_MEANING.get(tuple(words[at : at + length]))
        if others:
            return length, tuple(Form(other, whole=True) for other in others)
    return 1, ()


def _with_joined_neighbours(groups, known):
    """`groups`, where two single words that are known as one ("oude tonge") may also be that one."""
    joined = list(groups)
    for place, (left, right) in enumerate(pairwise(groups)):
        if len(left[0].words) == len(right[0].words) == 1:
            word = left[0].words[0] + right[0].words[0]
            if len(word) > SHORTEST_CORRECTED and known.begins(word):
                joined[place] = (*joined[place], Form((word,)))
                joined[place + 1] = (*joined[place + 1], Form((word,)))
    return joined
