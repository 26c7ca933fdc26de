"""What somebody typed becomes words, spellings and corrections; Python and PostgreSQL make the same words."""

import re

import pytest
from django.db import connection
from hypothesis import example, given, settings
from hypothesis import strategies as st

from schools.models import School
from schools.words import COMMON_WORDS, SPELLINGS, KnownWords, plain, split, understand
from tests.schools.factories import SchoolFactory

KNOWN = KnownWords(
    {"regenboog": 80, "basisschool": 2000, "basischool": 1, "assen": 20, "oudetonge": 1, "haag": 9, "den": 30}
    | {"gravenhage": 200, "oude": 5, "tonge": 3, "1234ab": 1, "12ab00": 1, "straat": 4, "sint": 90, "de": 3000}
)
# What PostgreSQL can hold: no NUL and no half characters.
STORABLE = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=60)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("École Française", "ecole francaise"),
        ("’s-Gravenhage", "s gravenhage"),
        ("O.B.S. ’t Anker", "obs t anker"),
        ("o.b.s.Theo Thijssen", "obs theo thijssen"),
        ("Capelle a/d IJssel", "capelle ad ijssel"),
        ("Dr. J.P. Thijsse", "dr jp thijsse"),
        ("IKC 0-12", "ikc 0 12"),
        ("\x00%';--😀()&|!:*", ""),
    ],
)
def test_text_becomes_plain_words(text, words):
    assert plain(text) == words


def test_a_postcode_with_a_space_is_one_word_and_a_word_typed_twice_counts_once():
    assert split("1234 AB Assen assen") == ["1234ab", "assen"]


@settings(max_examples=200)
@given(STORABLE)
@example("Å.B. ÅŁ İI ı ſ ﬁ ² ½ Ĳ K")
@example("a.b/c.d.e1.f a./b")
def test_the_database_makes_the_same_words(db, text):
    with connection.cursor() as cursor:
        cursor.execute("SELECT plain_words(%s)", [text])

        assert cursor.fetchone() == (plain(text),)


@settings(max_examples=100)
@given(st.from_regex(r"[a-z0-9 ]{0,60}", fullmatch=True).filter(lambda name: not re.search("[0-9]e[0-9]", name)))
@example("1e montessorischool 2e 12ea00 1234ed 0x1f 007")
def test_every_word_of_a_name_can_be_found_as_it_is(db, name):
    # Not so for a word that goes on after a number such as 3e4: PostgreSQL cuts it there. No code has that form.
    School.objects.filter(code="01AA00").delete()
    SchoolFactory(code="01AA00", name=name, place="", street="", house_number="", postcode="")
    with connection.cursor() as cursor:
        cursor.execute("SELECT tsvector_to_array(search) FROM schools_school WHERE code = '01AA00'")

        assert set(cursor.fetchone()[0]) == {"01aa00", *plain(name).split()}


@pytest.mark.parametrize(
    ("typed", "corrections"),
    [
        ("regenbog", {"regenbog": "regenboog"}),
        ("regne", {}),  # too far from anything
        ("rege", {}),  # begins a known word
        ("bascischool", {"bascischool": "basisschool"}),  # nearer to an error in the register
        ("oudeton", {}),
        ("oudtonge", {"oudtonge": "oudetonge"}),
        ("1235ab 12ab01", {}),  # a mistyped code must not become another school's
    ],
)
def test_only_words_that_are_not_known_are_corrected(typed, corrections):
    assert understand(typed, KNOWN).corrections == corrections


def test_one_thing_with_several_spellings_is_asked_for_once():
    question = understand("den haag", KNOWN)

    assert [[form.words for form in group] for group in question.groups] == [[("den", "haag"), ("s", "gravenhage")]]


def test_a_spelling_is_recognised_after_correction():
    assert understand("den hagg", KNOWN).groups == understand("den haag", KNOWN).groups


def test_common_words_are_not_required_unless_nothing_else_is_asked():
    assert len(understand("de basisschool assen", KNOWN).telling) == 1
    assert len(understand("de basisschool", KNOWN).telling) == 2


def test_words_are_looked_for_joined_and_split():
    joined = understand("oude tonge", KNOWN).groups
    halves = understand("regenboogassen", KNOWN).groups

    assert all(("oudetonge",) in [form.words for form in group] for group in joined)
    assert halves[0][0].words == ("regenboog", "assen")


@pytest.mark.parametrize(
    ("typed", "code"), [("12ab00", "12AB00"), ("12 AB 00", "12AB00"), ("12ab", None), ("12ab00 assen", None)]
)
def test_a_whole_code_is_recognised(typed, code):
    assert understand(typed, KNOWN).code == code


def test_the_tables_hold_only_plain_words():
    spellings = [spelling for line in SPELLINGS for spelling in line]

    assert [text for text in [*spellings, *COMMON_WORDS] if plain(text) != text] == []
    assert len(spellings) == len(set(spellings))
