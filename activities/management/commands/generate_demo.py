"""Made-up networks and activities in quantity, to measure the pages with (`make bench`) and to see them full."""

import random
import uuid
from datetime import datetime, time, timedelta

from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction
from django.db.models import Avg
from django.utils import timezone

from activities.models import Activity, Occurrence
from loket.vocabulary import Availability, Delivery, Kind, Need, Phase, TargetGroup, Years
from networks.models import ContactRole, Network, Person, Programme, WorkingArea
from regions.models import Municipality

# By this everything made here is told apart, and removed.
PREFIX = "demo-"
NETWORKS = {"small": 100, "national": 1_000}
ACTIVITIES_PER_NETWORK = 20
DATES_PER_ACTIVITY = 3
# Days from today between which the dates lie: some are over, because feeds look back.
DATES_BETWEEN = (-30, 330)
# Municipalities in one working area. With 1,000 networks shared out over six programmes, two for each
# sector, about 19 networks cover a municipality per sector: some 370 activities for a school.
AREA = (15, 23)
# All choices are drawn from this, so that two runs make the same rows.
SEED = 2013

FORM_NEEDS = (Need.READY_MADE, Need.TAILOR_MADE)
SUBJECTS = (
    "water en dijken",
    "energie van de toekomst",
    "robots programmeren",
    "gezond voedsel",
    "bouwen en constructie",
    "licht en geluid",
    "sterren en planeten",
    "slimme materialen",
    "data en patronen",
    "vervoer en logistiek",
)


class Command(BaseCommand):
    help = (
        "Make clearly labelled demonstration content: slugs begin with demo-, titles end with (demo). "
        "It replaces what an earlier run made and is the same each time, but for the dates, which count from today."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "--scale",
            choices=NETWORKS,
            default="national",
            help=(
                "small: 100 networks, 2,000 activities, 6,000 dates. "
                "national: 1,000 networks, 20,000 activities, 60,000 dates (default)."
            ),
        )
        parser.add_argument("--remove", action="store_true", help="Only remove the demonstration content.")

    @transaction.atomic
    def handle(self, *, scale, remove, verbosity, **options):
        removed = remove_demo()
        if verbosity:
            self.stdout.write(f"Removed {removed} activities of an earlier run.")
        if remove:
            return
        networks = make_networks(NETWORKS[scale], timezone.localdate())
        activities = make_activities(networks, timezone.localdate())
        dates = make_dates(networks, activities, timezone.localdate())
        with connection.cursor() as cursor:
            # So many new rows at once: without this the planner works with the numbers of before.
            cursor.execute(
                "ANALYZE activities_activity, activities_occurrence, networks_network, networks_workingarea"
            )
        if verbosity:
            self.stdout.write(f"Made {len(networks)} networks with {len(activities)} activities and {dates} dates.")


def remove_demo():
    """Remove everything that carries the prefix; returns how many activities that were."""
    _all, per_model = Activity.objects.filter(slug__startswith=PREFIX).delete()
    Network.objects.filter(slug__startswith=PREFIX).delete()
    Person.objects.filter(email__startswith=PREFIX).delete()
    return per_model.get(Activity._meta.label, 0)


def make_networks(count, today):
    """`count` networks with a working area and a contact each, shared out over the programmes per region.

    Areas are neighbouring municipalities (in order of region) and move round the country, so every
    municipality lies in about as many. Raises CommandError without programmes or municipalities.
    """
    programmes = list(
        Programme.objects.filter(availability=Availability.PER_REGIO).exclude(sectors=[]).order_by("slug")
    )
    places = list(Municipality.objects.current().order_by("region__code", "code").values_list("code", flat=True))
    if not programmes or not places:
        raise CommandError("No programmes or no municipalities: run load_reference and load_catalogue first.")
    rng = random.Random(SEED)  # noqa: S311
    networks, people, areas = [], [], []
    for number in range(1, count + 1):
        programme = programmes[number % len(programmes)]
        network = Network(
            slug=f"{PREFIX}{number:04d}",
            name=f"{programme.name} {number} (demo)",
            programme=programme,
            confirmed_on=today - timedelta(days=rng.randrange(200)),
            is_sample=True,
        )
        networks.append(network)
        people.append(
            Person(
                name=f"Contactpersoon {number} (demo)",
                email=f"{PREFIX}{number:04d}@voorbeeld.example",
                telephone="000 000 00 00",
                is_sample=True,
            )
        )
        start = number * len(places) // count
        size = min(rng.randint(*AREA), len(places))
        areas.append([places[(start + step) % len(places)] for step in range(size)])
    Network.objects.bulk_create(networks)
    Person.objects.bulk_create(people)
    WorkingArea.objects.bulk_create(
        (
            WorkingArea(network=network, municipality_id=code)
            for network, area in zip(networks, areas, strict=True)
            for code in area
        ),
        batch_size=5_000,
    )
    ContactRole.objects.bulk_create(
        ContactRole(person=person, network=network, title="netwerkcoördinator", confirmed_on=network.confirmed_on)
        for network, person in zip(networks, people, strict=True)
    )
    return networks


def make_activities(networks, today):
    """Twenty activities for each of `networks`, all published and open; returns the rows."""
    rng = random.Random(SEED)  # noqa: S311
    activities = [
        _activity(network, number, rng, today)
        for network in networks
        for number in range(1, ACTIVITIES_PER_NETWORK + 1)
    ]
    Activity.objects.bulk_create(activities, batch_size=2_000)
    return activities


def make_dates(networks, activities, today):
    """Three dates for each of `activities`, in the area of its network; returns how many."""
    rng = random.Random(SEED)  # noqa: S311
    area = {}
    rows = WorkingArea.objects.filter(network__in=networks).select_related("municipality")
    for row in rows.order_by("network", "municipality"):
        area.setdefault(row.network_id, []).append(row.municipality)
    points = {
        row.pk: (row.latitude, row.longitude)
        for row in Municipality.objects.annotate(
            latitude=Avg("postcode_areas__latitude"), longitude=Avg("postcode_areas__longitude")
        )
    }
    dates = [
        _date(activity, rng.choice(area[activity.network_id]), points, rng, today)
        for activity in activities
        for _number in range(DATES_PER_ACTIVITY)
    ]
    Occurrence.objects.bulk_create(dates, batch_size=5_000)
    return len(dates)


def _date(activity, municipality, points, rng, today):
    day = today + timedelta(days=rng.randrange(*DATES_BETWEEN))
    starts_at = timezone.make_aware(datetime.combine(day, time(rng.choice((9, 10, 13, 15)), rng.choice((0, 30)))))
    latitude, longitude = points[municipality.pk]
    capacity = rng.choice((None, 12, 20, 30))
    places_left = None if capacity is None else rng.randrange(capacity + 1)
    return Occurrence(
        uid=uuid.UUID(int=rng.getrandbits(128), version=4),
        activity=activity,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=rng.choice((60, 120, 180))),
        place=municipality.name,
        municipality=municipality,
        latitude=latitude,
        longitude=longitude,
        capacity=capacity,
        taken_elsewhere=0 if capacity is None else capacity - places_left,
        places_left=places_left,
        reported_on=None if capacity is None else today,
        cancelled_at=timezone.make_aware(datetime.combine(today, time(9))) if rng.random() < 0.03 else None,
        is_sample=True,
    )


def _activity(network, number, rng, today):
    programme = network.programme
    # Mostly for all sectors of its programme, now and then for one of them.
    sectors = programme.sectors if rng.random() < 0.8 else [rng.choice(programme.sectors)]
    served = {need for ranks in programme.serves.values() for needs in ranks.values() for need in needs}
    needs = sorted(served - set(FORM_NEEDS)) or [Need.CURRICULUM]
    kind, subject = rng.choice(Kind.values), rng.choice(SUBJECTS)
    delivery = rng.choice(Delivery.values)
    lower, upper = (Years.PO_LOWER, Years.PO_UPPER) if "po" in sectors else (Years.VO_LOWER, Years.VO_UPPER)
    return Activity(
        slug=f"{network.slug}-{number:02d}",
        network=network,
        title=f"{Kind(kind).label.capitalize()}: {subject} (demo)",
        summary=(
            f"Uw school werkt aan het onderwerp {subject}. "
            "Dit is een verzonnen activiteit om te laten zien hoe een vol loket eruitziet."
        ),
        intended_result="Leerlingen kennen het onderwerp en het team kan ermee verder.",
        kind=kind,
        sectors=sectors,
        phases=[] if rng.random() < 0.3 else sorted(rng.sample(Phase.values, rng.randint(1, 3))),
        needs=[
            *rng.sample(needs, min(len(needs), rng.randint(1, 3))),
            *([delivery] if delivery in FORM_NEEDS else []),
        ],
        target_groups=[rng.choice(TargetGroup.values)],
        years=rng.choice(([lower], [upper], [lower, upper])),
        delivery=delivery,
        effort_hours=rng.choice((None, 2, 4, 8, 16, 40)),
        cost_euro=rng.choice((None, 0, 0, 150, 500)),
        published_on=today - timedelta(days=rng.randrange(30, 400)),
        confirmed_on=today - timedelta(days=rng.randrange(300)),
        is_sample=True,
    )
