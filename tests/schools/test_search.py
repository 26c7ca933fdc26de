"""The school search: what people type finds the school they mean."""

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st

from schools.models import School
from schools.search import search, typo_recall
from tests.schools.factories import SchoolFactory

SCHOOLS = [
    ("03WU00", "De Regenboog", "Assen", "Dorpsstraat", "9404 KK"),
    ("03WV00", "Basisschool De Regenboog", "Assendelft", "Kerkweg", "1566 XD"),
    ("11AA00", "OBS Sint Jozef", "'s-Gravenhage", "Spui", "2511 BL"),
    ("11AB00", "St. Bavo", "'s-Hertogenbosch", "Markt", "5211 JX"),
    ("12AA01", "École Française", "Hilversum", "Laan", "1213 AA"),
    ("12AC00", "Kindcentrum De Vlinder", "Oude-Tonge", "Dam", "3255 AA"),
]


@pytest.fixture
def register(db):
    for code, name, place, street, postcode in SCHOOLS:
        SchoolFactory(code=code, name=name, place=place, street=street, postcode=postcode)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("03WU00", "03WU00"),
        ("03wu", "03WU00"),
        ("regenboog assen", "03WU00"),
        ("assen regenboog", "03WU00"),
        ("regenboog assendelft", "03WV00"),
        ("sint jozef den haag", "11AA00"),
        ("st jozef s gravenhage", "11AA00"),
        ("openbare basisschool jozef", "11AA00"),
        ("bavo den bosch", "11AB00"),
        ("ecole francaise", "12AA01"),
        ("ÉCOLE hilversum", "12AA01"),
        ("1213", "12AA01"),
        ("1213AA", "12AA01"),
        ("1213 aa", "12AA01"),
        ("spui", "11AA00"),
        ("vlinder oude tonge", "12AC00"),
        ("vlinder oudetonge", "12AC00"),
        ("kc vlinder", "12AC00"),
        # one mistake
        ("regenboug assen", "03WU00"),
        ("regnboog assen", "03WU00"),
        ("jozfe den haag", "11AA00"),
        ("vlindre", "12AC00"),
    ],
)
def test_what_people_type_finds_the_school_first(register, typed, code):
    assert [school.code for school in search(typed)][:1] == [code]


@pytest.mark.parametrize("typed", ["", "   ", "xyzzyx qwwq", "\x00", "%", "';--", "😀", "()&|!:*<->"])
def test_what_means_nothing_finds_nothing_and_breaks_nothing(register, typed):
    assert search(typed) == []


def test_a_closed_school_comes_after_the_open_ones(register):
    School.objects.filter(code="03WU00").update(closed_on="2026-01-01")

    assert [school.code for school in search("regenboog")] == ["03WV00", "03WU00"]


def test_any_way_of_writing_keeps_the_search_true(register):
    School.objects.filter(code="03WU00").update(name="De Zonnebloem")

    assert [school.code for school in search("zonnebloem")] == ["03WU00"]


def test_a_search_costs_the_same_in_a_long_register(register):
    search("regenboog")
    with CaptureQueriesContext(connection) as few:
        search("regenboog")
    for number in range(30):
        SchoolFactory(code=f"20AA{number:02}", name=f"Regenboog {number}")
    search("regenboog")
    with CaptureQueriesContext(connection) as many:
        search("regenboog")

    assert len(many) == len(few) <= 4


@settings(max_examples=60)
@given(st.text(max_size=80))
def test_no_text_breaks_it(register, text):
    assert len(search(text)) <= 8


def test_of_the_real_register_nearly_every_typing_error_is_forgiven(db):
    call_command("load_reference", verbosity=0)

    assert typo_recall(sample=150, seed=2) >= 0.95


# --- the pages -------------------------------------------------------------------------------------


def test_suggestions_are_options_with_a_count_that_is_read_out(client, register):
    text = client.get("/scholen/suggesties/?q=regenboog").content.decode()

    assert text.count('role="option"') == 2
    assert "2 scholen gevonden." in text
    assert 'href="/loket/03WU00/"' in text


def test_at_most_eight_suggestions(client, db):
    for number in range(12):
        SchoolFactory(code=f"20AA{number:02}", name=f"Regenboog {number}")

    text = client.get("/scholen/suggesties/?q=regenboog").content.decode()

    assert text.count('role="option"') == 8
    assert "er zijn er meer" in text


def test_a_code_leads_straight_to_the_school(client, register):
    assert client.get("/scholen/?q=03wu00")["Location"] == "/loket/03WU00/"


def test_results_page_by_page(client, db):
    for number in range(30):
        SchoolFactory(code=f"20AA{number:02}", name=f"Regenboog {number}")

    first = client.get("/scholen/?q=regenboog").content.decode()
    second = client.get("/scholen/?q=regenboog&page=2").content.decode()

    assert (first.count('class="result"'), second.count('class="result"')) == (25, 5)


def test_no_result_says_what_was_typed_and_what_helps(client, register):
    text = client.get("/scholen/?q=xyzzyx").content.decode()

    assert "Geen school voor ‘xyzzyx’" in text
    assert 'value="xyzzyx"' in text


@pytest.mark.parametrize(
    "query",
    [
        "q=" + "x" * 10_000,
        "q=%00",
        "q=%F0%9F%98%80",
        "q=<script>alert(1)</script>",
        "q=a&q=b",
        "page=x",
        "q=a&page=99999",
    ],
)
@pytest.mark.parametrize("path", ["/scholen/", "/scholen/suggesties/"])
def test_strange_questions_get_an_answer(client, register, path, query):
    response = client.get(f"{path}?{query}")

    assert response.status_code == 200
    assert "<script>alert" not in response.content.decode()
    assert not response.cookies
