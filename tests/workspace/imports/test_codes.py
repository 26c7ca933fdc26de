"""Codes of schools: repaired when only one school can be meant, and then said; else who may have been meant."""

from datetime import date

import pytest

from tests.schools.factories import SchoolFactory
from workspace.imports.codes import Register, UnknownCode


@pytest.fixture
def register(db):
    for code in ("01AA00", "12EA01", "12BE01", "20OI00"):
        SchoolFactory(code=code)
    SchoolFactory(code="30BB00")
    SchoolFactory(code="30BB01", closed_on=date(2020, 1, 1))
    SchoolFactory(code="30BB02")
    return Register()


@pytest.mark.parametrize("typed", ["01AA00", "01aa00", " 01AA 00", "01AA-00", "01.AA.00"])
def test_the_way_a_code_is_written_does_not_matter(register, typed):
    school, repaired = register.find(typed)

    assert (school.code, repaired) == ("01AA00", "")


@pytest.mark.parametrize(
    ("typed", "code", "why"),
    [
        ("1AA00", "01AA00", "miste de nul vooraan"),
        ("O1AA00", "01AA00", "letter voor een cijfer"),
        ("200100", None, "getal"),
        ("20OIO0", "20OI00", "letter voor een cijfer"),
        ("01AA", "01AA00", "BRIN van vier tekens"),
    ],
)
def test_a_code_is_repaired_when_one_school_can_be_meant_and_that_is_said(register, typed, code, why):
    if code is None:
        with pytest.raises(UnknownCode, match=why):
            register.find(typed)
        return
    school, repaired = register.find(typed)

    assert school.code == code
    assert why in repaired
    assert typed in repaired


@pytest.mark.parametrize("value", [120, 120.0, "120", "1.2E+02", "1,2E+02", "12E01", "12E+01"])
def test_a_code_that_became_a_number_is_never_guessed(register, value):
    with pytest.raises(UnknownCode, match="is een getal en geen code") as caught:
        register.find(value)

    assert {school.code for school in caught.value.candidates} == {"12EA01", "12BE01"}


@pytest.mark.parametrize("value", [0, 1.5, 1e300, -5, float("inf"), float("nan"), "9" * 400])
def test_strange_numbers_do_no_harm(register, value):
    with pytest.raises(UnknownCode):
        register.find(value)


def test_an_institution_with_more_schools_is_asked_about(register):
    with pytest.raises(UnknownCode, match="met 3 vestigingen") as caught:
        register.find("30BB")

    assert [school.code for school in caught.value.candidates] == ["30BB00", "30BB02"]


def test_an_unknown_code_tells_the_ones_like_it(register):
    with pytest.raises(UnknownCode, match="staat niet in het register") as caught:
        register.find("01AB00")

    assert [school.code for school in caught.value.candidates] == ["01AA00"]


def test_a_lost_zero_is_not_repaired_into_a_school_that_does_not_exist(register):
    with pytest.raises(UnknownCode):
        register.find("2AA00")


def test_a_location_that_lost_its_zero_is_asked_about_too(register):
    with pytest.raises(UnknownCode) as caught:
        register.find("01AA0")

    assert [school.code for school in caught.value.candidates] == ["01AA00"]
