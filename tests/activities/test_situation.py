"""Reading "Dit zijn wij" from a URL: what is understood, what is told, and that nothing ever breaks."""

import pytest
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from activities.situation import PARAMETERS, read_situation
from loket.vocabulary import Phase

PROGRAMMES = {"jet-net": "jet-net", "vindplaatsscholen": "talentenkracht", "talentenkracht": "talentenkracht"}


def read(query, sectors=("po",)):
    return read_situation(QueryDict(query), school_code="03WU00", school_sectors=list(sectors), programmes=PROGRAMMES)


def test_nothing_said_takes_the_register_and_the_defaults():
    reading = read("", ("po", "vwo", "havo"))

    assert reading.situation.sectors == ("po", "vwo", "havo")
    assert [reading.situation.phase(s) for s in ("po", "vwo", "havo")] == [
        Phase.BEWUSTWORDING,
        Phase.VERDIEPING,
        Phase.ORIENTATIE,
    ]
    assert reading.messages == ()
    assert reading.query == ""


def test_one_phase_for_all_sectors_and_another_for_one():
    situation = read("fase=orientatie&fase_vwo=verduurzaming", ("havo", "vwo")).situation

    assert situation.phases == {"havo": "orientatie", "vwo": "verduurzaming"}


def test_sectors_of_the_school_itself_go_before_the_register():
    assert read("sector=havo,vwo").situation.sectors == ("havo", "vwo")


def test_values_may_be_repeated_or_in_one_list_and_come_in_one_order():
    assert read("behoefte=girls&behoefte=companies").situation.needs == ("companies", "girls")
    assert read("behoefte=girls,companies,girls").situation.needs == ("companies", "girls")


def test_an_alias_is_the_programme_itself():
    assert read("doet=vindplaatsscholen").situation.does == {"talentenkracht"}


@pytest.mark.parametrize(
    "query", ["sector=mbo", "fase=begin", "fase_po=x", "behoefte=geld", "belemmering=moe", "doet=onzin"]
)
def test_an_unknown_value_is_left_out_and_told(query):
    reading = read(query)

    assert len(reading.messages) == 1
    assert query.split("=")[1] in reading.messages[0]
    assert reading.query == ""


def test_too_many_values_are_told_not_read():
    reading = read("&".join(["behoefte=girls"] * 5000))

    assert reading.situation.needs == ("girls",)
    assert "4960" in reading.messages[-1]


def test_the_query_reads_back_as_the_same_situation():
    reading = read("sector=po&fase=invoering&behoefte=girls&belemmering=no_time&doet=jet-net")

    assert read(reading.query).situation == reading.situation


@given(
    st.lists(st.tuples(st.sampled_from([*PARAMETERS, "iets"]), st.text(max_size=60)), max_size=30),
)
def test_no_query_string_ever_breaks_it(pairs):
    params = QueryDict(mutable=True)
    for name, value in pairs:
        params.appendlist(name, value)

    reading = read_situation(params, school_code="03WU00", school_sectors=["po"], programmes=PROGRAMMES)

    assert reading.situation.sectors
    assert all(len(message) < 500 for message in reading.messages)
