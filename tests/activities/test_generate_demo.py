"""The demonstration content: labelled, the same each time, spread over the country, and easy to remove."""

import statistics
from itertools import groupby

import pytest
from django.core.management import CommandError, call_command
from django.db.models import Count

from activities.management.commands import generate_demo
from activities.models import Activity, Occurrence
from networks.directory import directory
from networks.models import ContactRole, Network, Person, WorkingArea
from tests.networks.factories import NetworkFactory, ProgrammeFactory
from tests.regions.factories import MunicipalityFactory, RegionFactory

MUNICIPALITIES = 40


@pytest.fixture
def country(db):
    regions = [RegionFactory() for _ in range(4)]
    for number in range(MUNICIPALITIES):
        MunicipalityFactory(region=regions[number % 4])
    for sectors in (["po"], ["vmbo"], ["havo", "vwo"]):
        ProgrammeFactory(sectors=sectors, serves={sectors[0]: {"primary": ["companies"], "secondary": ["girls"]}})
    ProgrammeFactory(sectors=["po"], availability="verkenning")


def make(**options):
    call_command("generate_demo", scale="small", verbosity=0, **options)


def test_small_makes_2000_activities_of_100_networks_all_labelled(country):
    make()

    activities, networks = Activity.objects.all(), Network.objects.all()
    assert (activities.count(), networks.count()) == (2000, 100)
    assert all(activities.values_list("is_sample", flat=True))
    assert list(Occurrence.objects.order_by().values_list("is_sample").annotate(Count("pk"))) == [(True, 6000)]
    assert all(networks.values_list("is_sample", flat=True))
    assert all(Person.objects.values_list("is_sample", flat=True))
    assert all(title.endswith("(demo)") for title in activities.values_list("title", flat=True))
    assert all(slug.startswith("demo-") for slug in networks.values_list("slug", flat=True))


def test_every_row_passes_the_rules_that_staff_are_held_to(country):
    make()

    for activity in Activity.objects.filter(network__slug__in=["demo-0001", "demo-0002", "demo-0003"]):
        activity.full_clean()
        assert set(activity.sectors) <= set(activity.network.programme.sectors)


def test_only_programmes_that_work_per_region_get_networks_in_equal_parts(country):
    make()

    slugs = Network.objects.order_by("programme__slug").values_list("programme__slug", flat=True)
    sizes = [len(list(group)) for _slug, group in groupby(slugs)]
    assert sorted(sizes) == [33, 33, 34]


def test_networks_are_spread_so_that_every_municipality_has_about_as_many(country):
    make()

    known = directory()
    counts = [
        len(known.networks_for(code, None))
        for code in set(WorkingArea.objects.values_list("municipality_id", flat=True))
    ]
    assert len(counts) == MUNICIPALITIES
    assert max(counts) < 1.4 * statistics.median(counts)
    assert min(counts) > 0.6 * statistics.median(counts)


def test_each_network_can_be_called(country):
    make()

    assert set(ContactRole.objects.values_list("network_id", flat=True)) == set(
        Network.objects.values_list("pk", flat=True)
    )


def everything():
    return (
        list(Activity.objects.order_by("slug").values("slug", "title", "sectors", "needs", "phases")),
        list(Occurrence.objects.order_by("uid").values("uid", "activity__slug", "starts_at", "place", "places_left")),
        list(
            WorkingArea.objects.order_by("network__slug", "municipality").values_list("network__slug", "municipality")
        ),
    )


def test_again_gives_the_same_rows(country):
    make()
    before = everything()

    make()

    assert everything() == before


def test_removing_takes_away_all_of_it_and_nothing_else(country):
    mine = NetworkFactory()
    make()

    make(remove=True)

    assert not Occurrence.objects.exists()
    assert list(Network.objects.all()) == [mine]
    assert not Activity.objects.exists()
    assert not Person.objects.exists()


def test_without_a_map_it_says_what_to_load_and_keeps_what_was_there(db):
    Activity.objects.create(slug="demo-oud", network=NetworkFactory(), title="Oud", kind="training")

    with pytest.raises(CommandError, match="run load_reference and load_catalogue"):
        make()

    assert Activity.objects.exists()


def test_national_aims_at_20000_activities():
    made = {
        scale: networks * generate_demo.ACTIVITIES_PER_NETWORK for scale, networks in generate_demo.NETWORKS.items()
    }

    assert made == {"small": 2_000, "national": 20_000}
