"""The rules from DUO's structure to the sectors of a school."""

import pytest

from schools.sectors import sectors_by_code, sectors_of, unknown_parts


@pytest.mark.parametrize(
    ("structure", "sectors"),
    [
        ("VBO/MAVO", ["vmbo"]),
        ("VBO", ["vmbo"]),
        ("MAVO", ["vmbo"]),
        ("HAVO/VWO", ["havo", "vwo"]),
        ("VBO/MAVO/HAVO/VWO/PRO", ["vmbo", "havo", "vwo"]),
        ("vwo / havo", ["havo", "vwo"]),
        ("PRO", []),
        ("BRUGJAAR", []),
        ("", []),
        ("IETS NIEUWS", []),
    ],
)
def test_a_structure_names_its_sectors_in_one_order(structure, sectors):
    assert sectors_of(structure) == sectors


def test_a_word_without_a_rule_is_named():
    assert unknown_parts("HAVO/KUNST/PRO") == ["KUNST"]


def test_a_school_with_only_first_years_takes_the_sectors_of_its_brin():
    found = sectors_by_code({"01AA00": "HAVO/VWO", "01AA01": "BRUGJAAR", "01AA02": "MAVO", "02BB00": "BRUGJAAR"})

    assert found == {"01AA00": ["havo", "vwo"], "01AA01": ["vmbo", "havo", "vwo"], "01AA02": ["vmbo"], "02BB00": []}


def test_practical_education_does_not_take_the_sectors_of_its_brin():
    assert sectors_by_code({"01AA00": "HAVO", "01AA01": "PRO"}) == {"01AA00": ["havo"], "01AA01": []}
