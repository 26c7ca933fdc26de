"""Example dates: relative to the day of loading, labelled, kept while they last and then renewed."""

from datetime import date, timedelta

import pytest

from activities.models import LoadedEntry, Occurrence
from activities.sample_dates import load_sample_dates
from regions.models import ContentVersion, PostcodeArea
from tests.activities.factories import ActivityFactory
from tests.networks.factories import NetworkFactory
from tests.regions.factories import MunicipalityFactory

DAY = date(2026, 11, 23)


@pytest.fixture
def activities(db):
    place = MunicipalityFactory(name="Assen")
    for number, latitude in enumerate((52.0, 53.0)):
        PostcodeArea.objects.create(
            pc4=f"940{number}", place="Assen", municipality=place, latitude=latitude, longitude=6.0
        )
    rows = [ActivityFactory(network=NetworkFactory(area=[place]), is_sample=True) for _ in range(6)]
    LoadedEntry.objects.bulk_create(LoadedEntry(table="activities", slug=row.slug, values={}) for row in rows)
    return rows


def everything():
    return list(Occurrence.objects.order_by("pk").values())


def test_every_date_is_labelled_ahead_on_a_weekday_and_has_a_place(activities):
    made = load_sample_dates(DAY)

    dates = list(Occurrence.objects.all())
    assert made == len(dates) >= len(activities)
    for row in dates:
        row.full_clean()
        assert row.is_sample
        assert row.starts_at.date() > DAY
        assert row.starts_at.weekday() < 5
        assert (row.place, row.latitude, row.longitude, row.reported_on) == ("Assen", 52.5, 6.0, DAY)
    assert sum(row.is_cancelled for row in dates) == 1


def test_again_writes_nothing_while_dates_are_still_to_come(activities):
    load_sample_dates(DAY)
    before, version = everything(), ContentVersion.current()

    assert load_sample_dates(DAY + timedelta(days=1)) == 0

    assert (everything(), ContentVersion.current()) == (before, version)


def test_a_date_that_staff_removed_does_not_come_back_while_the_others_last(activities):
    load_sample_dates(DAY)
    Occurrence.objects.all().delete()

    assert load_sample_dates(DAY) == 0


def test_all_are_made_anew_once_they_are_over(activities):
    load_sample_dates(DAY)
    later = DAY + timedelta(days=200)

    made = load_sample_dates(later)

    assert Occurrence.objects.count() == made
    assert all(row.starts_at.date() > later for row in Occurrence.objects.all())


def test_real_activities_and_those_of_staff_get_no_made_up_dates(db):
    real, own = ActivityFactory(), ActivityFactory(is_sample=True)
    LoadedEntry.objects.create(table="activities", slug=real.slug, values={})

    assert load_sample_dates(DAY) == 0
    assert not own.occurrences.exists()
