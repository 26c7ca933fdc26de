"""Every figure against an independent count, and its parts against the whole."""

from datetime import UTC, date, datetime
from functools import cache
from itertools import product

import pytest
from django.db import connection
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from activities.models import Advice
from dashboards import facts
from dashboards.access import PUBLIC, Viewer
from dashboards.asked import read
from dashboards.figures import Chosen
from dashboards.registry import FIGURES
from dashboards.rollup_models import Rollup
from dashboards.suppression import LEAST, hidden, is_small
from loket.vocabulary import Phase, Sector
from networks.directory import directory
from networks.models import Network
from schools.models import Profile, School
from tests.activities.factories import ParticipationFactory
from tests.dashboards.world import TODAY, YEAR, country
from tests.networks.factories import NetworkFactory
from tests.regions.factories import BoardFactory
from tests.schools.factories import MembershipFactory
from tests.workspace.participation_world import happened


@pytest.fixture
def home(db):
    made = country()
    facts.rebuild(TODAY)
    return made


def chosen(**values):
    return Chosen(**{"on": TODAY, "school_year": YEAR, "known": directory()} | values)


def counted(figure, split="", **values):
    return FIGURES[figure](chosen(**values), split)


def by_key(answer):
    return {cell.key: (cell.value, cell.of) for cell in answer.cells}


def scalar(sql, *parameters):
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return cursor.fetchone()[0]


def test_participation_equals_a_count_of_different_schools(home):
    answer = counted("deelname")

    assert answer.total.value == scalar(
        "SELECT count(DISTINCT school_id) FROM activities_participation WHERE school_year = %s",
        YEAR,
    )
    assert answer.total.of == scalar("SELECT count(*) FROM schools_school WHERE closed_on IS NULL")
    assert (answer.total.value, answer.total.of, answer.as_of) == (4, 5, TODAY)


def test_zeros_are_visible(home):
    assert by_key(counted("deelname", "landsdeel", programme=directory().programmes["ander"])) == {
        "noord": (1, 4),
        "zuidoost": (0, 1),
    }


def test_a_school_with_two_sectors_counts_in_each(home):
    answer = counted("deelname", "sector")

    assert by_key(answer) == {"po": (3, 4), "vmbo": (1, 1), "havo": (0, 1), "vwo": (0, 0)}
    assert not answer.adds_up


def test_school_aan_zet_alone_stands_apart(home):
    assert counted("mbb-scholen").total.value == 3
    assert counted("alleen-school-aan-zet").total.value == 1


@pytest.mark.parametrize("key", ["aantal-programmas", "intensiteit", "deelname"])
def test_a_place_may_be_chosen_by_who_may_see_it_whatever_the_splits(home, key):
    figure, query = FIGURES[key], QueryDict(f"regio={home.assen.region.slug}")
    asked = read(query, figure, Viewer(is_staff=True), TODAY)

    assert (asked.errors, asked.chosen.region) == ([], home.assen.region_id)
    for other in (PUBLIC, Viewer(sees_rows=True), Viewer(is_observer=True)):
        assert len(read(query, figure, other, TODAY).errors) == 1


def test_a_school_as_a_whole_has_the_phase_that_it_last_said(home):
    said = [
        (Sector.VMBO, Phase.INVOERING),
        (Sector.HAVO, Phase.VERDIEPING),
        (Sector.VMBO, ""),
        (Sector.PO, Phase.ORIENTATIE),
    ]
    for day, (sector, phase) in enumerate(said, 1):
        set_at = datetime(2026, 9, day, tzinfo=UTC)
        Profile.objects.create(school=home.wide, sector=sector, phase=phase, set_at=set_at)
    facts.rebuild(TODAY)
    found = by_key(counted("deelname", "fase"))

    assert (found["verdieping"], found["geen"]) == ((1, 1), (3, 4))
    assert by_key(counted("deelname", "fase", sector="vmbo"))["geen"] == (1, 1)


def test_schools_by_number_of_programmes(home):
    assert by_key(counted("aantal-programmas", "aantal")) == {
        "0": (1, 5), "1": (3, 5), "2": (1, 5), "3": (0, 5), "4": (0, 5),
    }  # fmt: skip


@pytest.mark.parametrize("programme", [None, "lob-meisjes"])
def test_who_takes_part_intensively_is_the_highest_class(home, programme):
    asked = {"programme": directory().programmes[programme]} if programme else {}
    highest = counted("intensiteit", "intensiteit", **asked).cells[-1]
    found = counted("intensief", **asked).total

    assert (found.value, found.of) == (highest.value, highest.of)
    for split in ("landsdeel", "regio", "gemeente"):
        parts = counted("intensief", split, **asked).cells
        assert (sum(cell.value for cell in parts), sum(cell.of for cell in parts)) == (found.value, found.of)


def test_a_school_has_a_contact_when_somebody_there_or_at_its_board_has_an_account(home):
    board = BoardFactory()
    home.south_school.board = board
    home.south_school.save()
    MembershipFactory(school=home.closed)  # which went up in `one`
    MembershipFactory(school=home.saz, approved_at=None)  # waits for approval
    MembershipFactory(school=None, board=board, role="board")
    answer = counted("scholen-zonder-contact", "landsdeel")

    assert by_key(answer) == {"noord": (2, 3), "zuidoost": (0, 1)}
    assert (answer.total.value, answer.total.of) == (2, 4)


def test_intensity_of_a_network_is_that_of_its_schools(home):
    apart = counted("intensief", network=directory().networks[home.network.pk]).total
    (part,) = counted("intensief", "netwerk").cells

    assert (part.value, part.of) == (apart.value, apart.of)
    assert part.of == 1


def test_levels_of_the_one_programme_that_has_them(home):
    answer = counted("intensiteit", "intensiteit", programme=directory().programmes["lob-meisjes"])

    assert [(str(cell.label), cell.value) for cell in answer.cells] == [
        ("nog geen niveau", 2),
        ("minder intensief traject", 1),
        ("intensief traject", 0),
    ]


def test_other_intensity_is_a_number_of_activities(home):
    assert by_key(counted("intensiteit", "intensiteit")) == {"0": (3, 4), "1": (0, 4), "2": (1, 4), "4": (0, 4)}


def test_per_programme_the_denominator_is_of_its_sectors(home):
    answer = counted("deelname", "programma")

    assert by_key(answer) == {"ander": (1, 5), "lob-meisjes": (3, 5), "school-aan-zet": (1, 5)}


def test_per_programme_a_school_without_its_sectors_any_more_is_left_out_of_both_numbers(home):
    School.objects.filter(pk=home.one.pk).update(sectors=[Sector.VWO])
    facts.rebuild(TODAY)

    assert by_key(counted("deelname", "programma")) == {
        "ander": (0, 4),
        "lob-meisjes": (2, 4),
        "school-aan-zet": (1, 4),
    }


def test_per_network_the_denominator_is_whom_it_covers(home):
    assert by_key(counted("deelname", "netwerk")) == {home.network.slug: (1, 4)}


def test_one_network_counts_within_its_area(home):
    answer = counted("deelname", network=directory().networks[home.network.pk])

    assert (answer.total.value, answer.total.of) == (1, 4)


@pytest.mark.parametrize(("year", "of"), [(YEAR, 1), ("2025-2026", 4)])
def test_a_network_is_for_the_sectors_of_its_programme_until_it_ends(home, year, of):
    # `none` has no sector of the programme any more; who takes part counts after the end of the network as well.
    School.objects.filter(pk=home.none.pk).update(sectors=[Sector.VWO])
    Network.objects.filter(pk=home.network.pk).update(ended_on=TODAY)
    home.old.network = home.network
    home.old.save()
    facts.rebuild(TODAY)
    network = directory().networks[home.network.pk]
    among_all = by_key(counted("deelname", "netwerk", school_year=year, built_on=TODAY))
    alone = counted("deelname", "schooljaar", school_year=year, network=network, built_on=TODAY)

    assert among_all == {network.slug: (1, of)}
    assert (alone.total.value, alone.total.of) == among_all[network.slug]


def test_last_year_has_its_own_register(home):
    answer = counted("deelname", school_year="2025-2026")

    assert (answer.total.value, answer.total.of, answer.as_of) == (1, 6, date(2026, 7, 31))


PARTITIONS = [
    (figure.key, split)
    for figure in FIGURES.values()
    for split in figure.dimensions
    if split in ("landsdeel", "regio", "gemeente", "fase", "aantal", "intensiteit")
    and figure.key not in ("antwoordtijd", "belofte", "dekking", "witte-vlekken")
]


@pytest.mark.parametrize(("key", "split"), PARTITIONS)
def test_parts_sum_to_the_whole(home, key, split):
    happened(home.row, home.activity, date(2026, 11, 2), pupils=40, teachers=9)
    facts.refresh(TODAY)
    answer = FIGURES[key].count(chosen(), split)

    assert answer.adds_up
    assert sum(cell.value for cell in answer.cells) == answer.total.value
    if split not in ("aantal", "intensiteit"):
        assert sum(cell.of for cell in answer.cells) == answer.total.of


@pytest.mark.parametrize("split", ["landsdeel", "regio", "gemeente"])
def test_coverage_and_white_spots_sum_to_the_schools(home, split):
    programme = directory().programmes["lob-meisjes"]
    covered, spots = (
        counted("dekking", split, programme=programme),
        counted("witte-vlekken", split, programme=programme),
    )

    assert (covered.total.value, spots.total.value, covered.total.of) == (4, 1, 5)
    assert sum(cell.value for cell in covered.cells) == 4
    assert sum(cell.value for cell in spots.cells) == 1


def test_a_municipality_with_overlap_in_two_programmes_is_one(home):
    for programme in (home.science, home.other, home.other):
        NetworkFactory(programme=programme, area=[home.assen])
    answer = counted("overlap", "programma")

    assert by_key(answer) == {"ander": (1, 2), "lob-meisjes": (1, 2), "school-aan-zet": (0, 2)}
    assert (answer.total.value, answer.total.of, answer.adds_up) == (1, 2, False)


def test_one_programme_has_its_own_key_when_split_by_programme(home):
    assert by_key(counted("dekking", "programma", programme=directory().programmes["lob-meisjes"])) == {
        "lob-meisjes": (4, 5)
    }


@pytest.mark.parametrize(
    ("days", "value"),
    [
        ({"started_on": TODAY}, 1),
        ({"signed_up_on": TODAY, "started_on": None}, 1),
        ({"signed_up_on": TODAY, "waiting_from_on": TODAY, "started_on": None}, 0),
        ({"signed_up_on": TODAY, "waiting_from_on": TODAY, "started_on": TODAY}, 1),
    ],
)
def test_an_advice_led_to_something_when_the_school_joined_and_does_not_wait(home, days, value):
    advice = Advice.objects.create(school=home.none, suggestions=[{"programme": "ander"}])
    Advice.objects.filter(pk=advice.pk).update(given_at=datetime(2026, 11, 25, 8, tzinfo=UTC))
    ParticipationFactory(school=home.none, programme=home.other, **days)
    answer = counted("advies")

    assert (answer.total.value, answer.total.of) == (value, 1)


@pytest.mark.parametrize("key", list(FIGURES))
def test_every_figure_has_its_words_and_is_defined_in_an_empty_country(db, key):
    figure = FIGURES[key]
    facts.rebuild(TODAY)
    for split in ("", *figure.dimensions):
        answer = figure(chosen(), split)
        assert answer.total.value in (0, None)
        assert answer.total.share is None or answer.total.share == 0
    assert all(map(str, (figure.name, figure.definition, figure.unit, figure.source)))


@pytest.mark.parametrize("key", list(FIGURES))
def test_no_figure_asks_more_when_there_are_more_schools(home, django_assert_max_num_queries, key):
    figure = FIGURES[key]
    for split in ("", *figure.dimensions):
        with django_assert_max_num_queries(14):
            figure(chosen(), split)


def test_persons_are_hidden_with_what_would_tell_of_them(home):
    Rollup.objects.filter(school=home.south_school).update(pupils=3)
    answer = counted("leerlingen", "landsdeel")

    assert [(cell.key, cell.value, cell.is_hidden) for cell in answer.cells] == [
        ("noord", None, True),
        ("zuidoost", None, True),
    ]


def shown(values):
    """What a reader gets: the total, and each part; None for what is hidden."""
    total = sum(values)
    parts = [None if hide else value for value, hide in zip(values, hidden(values), strict=True)]
    return None if is_small(total) else total, parts


@cache
def told_by_everything(length, most):
    """{what is shown: all parts that would show so}, of every list of `length` numbers that sum to at most `most`."""
    found = {}
    for values in product(range(most + 1), repeat=length):
        if sum(values) <= most:
            total, parts = shown(values)
            found.setdefault((total, tuple(parts)), []).append(values)
    return found


@pytest.mark.parametrize("length", [1, 2, 3, 4])
def test_who_knows_the_rule_and_the_total_cannot_work_a_hidden_number_out(length):
    for (_total, parts), possible in told_by_everything(length, 12).items():
        for place, part in enumerate(parts):
            if part is None:
                assert len({values[place] for values in possible}) > 1, (parts, possible)


@given(values=st.lists(st.integers(0, 40), max_size=9))
def test_a_small_number_is_never_shown_and_the_total_is_the_same_in_each_split(values):
    total, parts = shown(values)

    assert not any(is_small(part) for part in parts if part is not None)
    assert total == shown([sum(values)])[0]


@given(values=st.lists(st.integers(LEAST, 40), max_size=9))
def test_large_numbers_are_all_shown(values):
    assert hidden(values) == [False] * len(values)
