"""Every figure, split every way and asked with filters, against a second count of the raw rows (`reference.py`)."""

from itertools import combinations
from random import Random

import pytest
from django.db import connection, transaction
from django.http import QueryDict

from dashboards import facts
from dashboards.access import Viewer
from dashboards.asked import read
from dashboards.registry import FIGURES
from dashboards.suppression import LEAST
from loket.vocabulary import MAIN_SECTORS
from networks import directory
from tests.dashboards.random_world import TODAY, YEARS, RandomWorld
from tests.dashboards.reference import CLASSES, COUNTS, MEMBERS, Asked, Rows, parts

# In one worker, so that each country is made once.
pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("independent_counts")]
STAFF = Viewer(is_staff=True, sees_rows=True)
SEEDS = (1, 2)
QUESTIONS = 8  # of each figure with two or three filters


@pytest.fixture(scope="module", params=SEEDS)
def rows(request, django_db_setup, django_db_blocker):
    """The raw rows of a country by lot, of which the sums are made. No test here writes."""
    with django_db_blocker.unblock(), transaction.atomic():
        directory.forget()
        RandomWorld(request.param)
        with connection.cursor() as cursor:
            # Else a vacuum after the former country may let the planner think that all is empty, and join by trying
            # every pair: for minutes. It also keeps such a vacuum away until the end.
            cursor.execute("ANALYZE")
        facts.rebuild(TODAY)
        made = Rows(TODAY)
        made.seed, made.answers = request.param, {}
        yield made
        transaction.set_rollback(True)


FILTERS = {
    "schooljaar": lambda rows: YEARS,
    "sector": lambda rows: [*MAIN_SECTORS, "so"],
    "programma": lambda rows: list(rows.programmes),
    "landsdeel": lambda rows: [row.slug for row in rows.landsdelen],
    "regio": lambda rows: [row.slug for row in rows.regions],
    "gemeente": lambda rows: [code for code, row in rows.municipalities.items() if row.region_id],
    "netwerk": lambda rows: list(rows.networks),
}


def questions(figure, rows):
    """Filters as in the address: none, each one that the figure knows, and some of two or three."""
    draw = Random(f"{figure.key} {rows.seed}")
    names = figure.filters
    several = [*combinations(names, 2), *combinations(names, 3)]
    wanted = [(), *((name,) for name in names), *draw.sample(several, min(len(several), QUESTIONS))]
    for combination in wanted:
        if figure.per_programme and combination and "programma" not in combination:
            combination = ("programma", *combination)  # its places mean something for one programme only
        filters = {name: draw.choice(FILTERS[name](rows)) for name in combination}
        if "programma" in filters and "netwerk" in filters:  # of another programme it would be about nobody
            filters["programma"] = rows.networks[filters["netwerk"]].programme.slug
        yield filters


def answers(rows, key):
    """[(filters, split, what is shown, what was counted before small numbers of persons were hidden)], made once."""
    if key not in rows.answers:
        figure = FIGURES[key]
        found = rows.answers[key] = []
        for filters in questions(figure, rows):
            for split in splits(figure, filters):
                chosen = chosen_by(figure, filters, split)
                found.append((filters, split, figure(chosen, split), figure.count(chosen, split)))
    return rows.answers[key]


def chosen_by(figure, filters, split):
    """The Chosen of an address, as pages, files and the API read it."""
    query = QueryDict(mutable=True)
    query.update(filters | ({"per": split} if split else {}))
    asked = read(query, figure, STAFF, TODAY)

    assert asked.errors == []
    assert not split or asked.split == split
    return asked.chosen


def splits(figure, filters):
    """What a figure can be split by; some by place for one programme only."""
    for split in ("", *figure.dimensions):
        if not figure.per_programme or split in ("", "programma") or "programma" in filters:
            yield split


def pair(cell):
    return cell.value, cell.of


def may_be_left_out(key, split, numbers):
    """Whether a member of a split need not be shown: of what nobody is known, there is no line."""
    value, of = numbers
    # A year without a sign of anybody, a programme without networks, and a network that ended.
    is_listed = split == "schooljaar" or key == "overlap" or (key, split) == ("dekking", "netwerk")
    return value in (0, None) and (of in (0, None) or is_listed)


def differences(key, rows, filters, split, answer):
    """What a figure says and should not: lines to read, none when all is well."""
    asked = Asked(**{"schooljaar": YEARS[-1]} | filters)
    wanted = COUNTS[key](rows, asked)
    if pair(answer.total) != wanted:
        yield f"total {pair(answer.total)}, and should be {wanted}"
    if not split:
        return
    expected = parts(key, rows, asked, split)
    cells = {cell.key: pair(cell) for cell in answer.cells}
    for member in expected.keys() | cells.keys():
        right = expected.get(member)
        if cells.get(member) != right and (member in cells or not may_be_left_out(key, split, right)):
            yield f"{split} {member}: {cells.get(member)}, and should be {right}"
    if len(cells) != len(answer.cells):
        yield f"{split}: a key stands there twice"


@pytest.mark.parametrize("key", FIGURES)
def test_a_figure_equals_a_count_of_the_rows(rows, key):
    wrong = [
        (filters, difference)
        for filters, split, _shown, counted in answers(rows, key)
        for difference in differences(key, rows, filters, split, counted)
    ]

    assert wrong == []


@pytest.mark.parametrize("key", FIGURES)
def test_parts_fit_in_the_whole(rows, key):
    figure = FIGURES[key]
    for filters, split, _shown, counted in answers(rows, key):
        for cell in (counted.total, *counted.cells):
            assert cell.value == cell.value, (filters, split)  # NaN is never itself
            if figure.has_share and cell.of is not None:
                assert 0 <= cell.value <= cell.of, (filters, split, cell)
        if split and counted.adds_up and counted.total.value is not None:
            assert sum(cell.value for cell in counted.cells) == counted.total.value, (filters, split)


@pytest.mark.parametrize("key", FIGURES)
def test_what_is_shown_is_what_was_counted_but_for_few_persons(rows, key):
    for _filters, _split, shown, counted in answers(rows, key):
        is_of_few = [FIGURES[key].of_persons and 0 < cell.value < LEAST for cell in counted.cells]

        assert shown.total.is_hidden is (FIGURES[key].of_persons and 0 < counted.total.value < LEAST)
        for cell, real, is_few in zip(shown.cells, counted.cells, is_of_few, strict=True):
            assert cell.value == (None if cell.is_hidden else real.value)
            assert cell.is_hidden or not is_few
            assert any(is_of_few) or not cell.is_hidden


def test_no_figure_dimension_or_filter_is_without_a_second_count():
    assert COUNTS.keys() == FIGURES.keys()
    for figure in FIGURES.values():
        assert {split for split in figure.dimensions if (figure.key, split) not in CLASSES} <= MEMBERS.keys()
        assert set(figure.filters) <= FILTERS.keys()
    assert {split for key, split in CLASSES if split not in FIGURES[key].dimensions} == set()
