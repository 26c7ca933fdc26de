"""The kept sums against the rows they are made from."""

import logging
from datetime import date

import pytest
from django.db import connection
from django.db.models import F
from hypothesis import given, settings
from hypothesis import strategies as st

from activities.models import Entry, Participation
from dashboards import facts
from dashboards.rollup_models import Rollup, RollupChange, RollupState
from loket.vocabulary import Sector
from schools.models import School
from tests.activities.factories import ParticipationFactory
from tests.dashboards.world import LAST_YEAR, TODAY, YEAR, country, join
from tests.regions.factories import MunicipalityFactory
from tests.schools.factories import SchoolFactory
from tests.workspace.participation_world import happened


@pytest.fixture
def home(db):
    made = country()
    facts.rebuild(TODAY)
    return made


def row(school, sector="", year=YEAR):
    return Rollup.objects.get(school=school, sector=sector, school_year=year)


def test_a_school_counts_once_for_all_sectors_and_once_in_each(home):
    sectors = set(Rollup.objects.filter(school=home.wide, school_year=YEAR).values_list("sector", "programmes_count"))

    assert sectors == {("", 1), ("vmbo", 1), ("havo", 0)}


def test_activities_are_those_of_two_years_until_today(home):
    found = row(home.one)

    assert (found.activities_two_years, found.activities, found.pupils, found.teachers) == (3, 2, 23, 2)
    assert dict(zip(found.programmes, found.counts, strict=True)) == {home.science.pk: 3, home.other.pk: 0}


def test_school_aan_zet_is_told_apart(home):
    assert (row(home.saz).mbb_count, row(home.saz).in_saz, row(home.saz).programmes_count) == (0, True, 1)
    assert (row(home.one).mbb_count, row(home.one).in_saz) == (2, False)


def test_a_school_that_closed_stays_where_it_was_before(home):
    join(home.closed, home.school_aan_zet)  # written under the old code, for this year
    facts.refresh(TODAY)

    assert row(home.closed, year=LAST_YEAR).programmes == [home.other.pk]
    assert not Rollup.objects.filter(school=home.closed, school_year=YEAR).exists()
    assert home.school_aan_zet.pk in row(home.one).programmes


def test_a_municipality_that_went_up_in_another_counts_as_that_one(home):
    former = MunicipalityFactory(name="Rolde", region=None, landsdeel=None, province=None, successor=home.assen)
    School.objects.filter(pk=home.none.pk).update(municipality=former)
    facts.refresh(TODAY)

    assert (row(home.none).municipality_id, row(home.none).landsdeel_id) == (home.assen.code, "noord")


def test_a_sector_that_a_school_no_longer_has_is_in_no_denominator(home):
    School.objects.filter(pk=home.wide.pk).update(sectors=[Sector.HAVO])
    facts.refresh(TODAY)

    assert not row(home.wide, "vmbo").in_register
    assert row(home.wide).in_register
    assert row(home.wide).programmes == [home.science.pk]


@pytest.mark.parametrize("values", [{"stopped_on": TODAY}, {"started_on": None}, {"school_year": "1999-2000"}])
def test_what_does_not_count(home, values):
    join(home.none, home.other, **values)
    facts.refresh(TODAY)

    assert row(home.none).programmes_count == 0


def test_nothing_is_made_while_nothing_changed(home, django_assert_num_queries):
    with django_assert_num_queries(2):
        assert not facts.refresh(TODAY)


def test_a_new_day_makes_all_anew(home):
    assert facts.refresh(date(2026, 11, 26))
    assert row(home.one).pupils == 123
    assert RollupState.current().built_on == date(2026, 11, 26)


def test_a_change_marks_its_school_alone(home):
    join(home.none, home.other)
    home.row.entries.update(pupils_count=1)

    assert set(RollupChange.objects.values_list("school_id", flat=True)) == {home.none.pk, home.one.pk}


def test_a_change_of_the_register_marks_everybody(home):
    SchoolFactory()

    assert None in RollupChange.objects.values_list("school_id", flat=True)


def test_what_changes_during_the_nightly_check_is_no_mistake(home, caplog, monkeypatch):
    refresh = facts.refresh

    def refresh_and_then(today):
        refresh(today)
        join(home.none, home.science)

    monkeypatch.setattr(facts, "refresh", refresh_and_then)

    assert facts.check(TODAY) == 0
    assert "differed" not in caplog.text
    assert Rollup.objects.get(school=home.none, sector="", school_year=YEAR).programmes_count == 1


def test_the_nightly_check_finds_repairs_and_logs(home, caplog):
    Rollup.objects.filter(school=home.one, sector="", school_year=YEAR).update(pupils=F("pupils") + 1)

    with caplog.at_level(logging.ERROR):
        assert facts.check(TODAY) == 2

    assert "kept sums differed" in caplog.text
    assert row(home.one).pupils == 23
    assert RollupState.current().wrong_count == 2
    assert facts.check(TODAY) == 0


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["join", "stop", "close", "merge", "sectors", "entry", "remove", "move", "refresh"]),
        st.integers(0, 5),
        st.integers(0, 5),
    ),
    min_size=3,
    max_size=14,
)


@settings(max_examples=15)
@given(steps=STEPS)
def test_refreshed_sums_equal_those_made_anew_after_any_history(db, steps):
    with connection.cursor() as cursor:
        cursor.execute("SAVEPOINT example")
    home = country()
    schools = list(School.objects.order_by("pk"))
    programmes = [home.science, home.other, home.school_aan_zet]
    facts.refresh(TODAY)
    for verb, first, second in steps:
        _do(verb, schools[first % len(schools)], schools[second % len(schools)], programmes[second % 3], home)
    facts.refresh(TODAY)
    refreshed = _all_rows()
    facts.rebuild(TODAY)

    assert refreshed == _all_rows()
    assert facts.check(TODAY) == 0
    with connection.cursor() as cursor:
        cursor.execute("ROLLBACK TO SAVEPOINT example")


def _do(verb, school, other, programme, home):
    mine = Participation.objects.filter(school=school).order_by("pk")
    if verb == "join" and not mine.filter(programme=programme, sector="po", school_year=YEAR).exists():
        ParticipationFactory(school=school, programme=programme)
    elif verb == "stop":
        mine.update(stopped_on=TODAY)
    elif verb == "close":
        School.objects.filter(pk=school.pk).update(closed_on=date(2026, 8, 1))
    elif verb == "merge" and school != other:
        School.objects.filter(pk=school.pk).update(closed_on=date(2025, 8, 1), successor=other)
    elif verb == "sectors":
        School.objects.filter(pk=school.pk).update(sectors=[Sector.VWO] if school.sectors == ["po"] else ["po"])
    elif verb == "entry" and mine:
        happened(mine.first(), home.activity, date(2026, 10, 2), pupils=4)
    elif verb == "remove" and mine:
        Entry.objects.filter(participation=mine.first()).delete()
        mine.first().delete()
    elif verb == "move" and mine.filter(school_year=YEAR):
        mine.filter(school_year=YEAR).update(school=SchoolFactory(municipality=home.vaals))
    elif verb == "refresh":
        facts.refresh(TODAY)


def _all_rows():
    return sorted(Rollup.objects.values_list(*(field.strip() for field in facts.COLUMNS.split(","))))
