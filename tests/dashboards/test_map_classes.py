"""Classes of a map: round bounds between which every place falls in exactly one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboards.map_classes import NAMES, class_of, map_classes

SIZES = st.lists(st.none() | st.floats(0, 100).map(lambda size: round(size, 1)), min_size=1, max_size=60)


@given(SIZES)
def test_every_size_is_in_one_class_and_classes_are_in_order(sizes):
    classes = map_classes(sizes, unit="%")
    names = [row.name for row in classes]
    leasts = [row.least for row in classes if row.name in NAMES[1:]]
    known = sorted(size for size in sizes if size is not None)
    places = [NAMES.index(class_of(size, classes).name) for size in known]

    assert names == sorted(set(names))
    assert leasts == sorted(set(leasts))
    assert places == sorted(places)
    assert {class_of(size, classes).name for size in sizes} == set(names)


@given(SIZES)
def test_nought_is_never_in_the_class_of_what_lies_above(sizes):
    classes = map_classes(sizes, unit="%")
    for size in sizes:
        assert (class_of(size, classes).name == NAMES[0]) is (size == 0)


@pytest.mark.parametrize(
    ("sizes", "labels"),
    [
        ([0, 1.1, 2.8, 3.2, 4.3, 5.3, 8.1, 15.6], ["0 %", "minder dan 3 %", "3 tot 5 %", "5 % of meer"]),
        ([10, 30, 80], ["minder dan 30 %", "30 tot 80 %", "80 % of meer"]),
        ([0, 0], ["0 %"]),
        ([0, 7], ["0 %", "7 %"]),
        ([0, 100, 100], ["0 %", "100 %"]),
        ([0, 46, 100], ["0 %", "minder dan 100 %", "100 % of meer"]),
        ([], []),
        ([None, 10, 30, 80], ["minder dan 30 %", "30 tot 80 %", "80 % of meer", "onbekend"]),
        ([None], ["onbekend"]),
    ],
)
def test_bounds_are_round_and_say_what_they_are_of(sizes, labels):
    assert [row.label.replace("\N{NO-BREAK SPACE}", " ") for row in map_classes(sizes, unit="%")] == labels
