"""Example dates for example activities, so that the agenda shows what it can do before real dates arrive.

Days count from the day of loading. What was made stays as staff left it until the last of it is over;
then it is made anew.
"""

import zlib
from contextlib import suppress
from datetime import datetime, time, timedelta

from django.db import transaction
from django.db.models import Avg, F, Min, ProtectedError
from django.utils import timezone

from activities.models import Activity, LoadedEntry, Occurrence
from loket.vocabulary import Kind
from networks.models import WorkingArea
from regions.models import Municipality

TABLE = "dates"
# What takes place on a day that one can write down; the others are arranged with each school.
DATED = (Kind.TRAINING, Kind.MASTERCLASS, Kind.CONFERENCE, Kind.EVENT, Kind.CAREER, Kind.NETWORK_MEETING)
# (days from loading, hour, minute, length in minutes)
MOMENTS = ((16, 9, 30, 150), (44, 13, 30, 180), (79, 15, 30, 120))
CAPACITIES = (12, 20, 30, 60)


def load_sample_dates(today):
    """One to three dates for one example activity of each example network; returns how many were made.

    Call it inside the transaction of the catalogue. Loading again before the last date is over writes nothing.
    """
    memory = {entry.slug: entry for entry in LoadedEntry.objects.filter(table=TABLE)}
    chosen = _dated_activities()
    due = [a for a in chosen if a.slug not in memory or memory[a.slug].values["until"] < today.isoformat()]
    gone = memory.keys() - {activity.slug for activity in chosen}
    if gone:
        LoadedEntry.objects.filter(table=TABLE, slug__in=gone).delete()
    if not due:
        return 0
    places = _places([activity.network_id for activity in due])
    made, entries = [], []
    for activity in due:
        dates = _dates(activity, places.get(activity.network_id), today)
        made += dates
        until = {"until": max(timezone.localtime(row.ends_at) for row in dates).date().isoformat()}
        entries.append(LoadedEntry(table=TABLE, slug=activity.slug, values=until))
    # The first that can be: so that one date in the agenda does not take place.
    made[0].cancelled_at = timezone.make_aware(datetime.combine(today, time(9)))
    over = Occurrence.objects.filter(activity__in=due, is_sample=True, ends_at__lt=made[0].cancelled_at)
    for row in over:
        with suppress(ProtectedError), transaction.atomic():  # a date that schools registered for stays
            row.delete()
    Occurrence.objects.bulk_create(made, batch_size=500)
    LoadedEntry.objects.filter(table=TABLE, slug__in=[activity.slug for activity in due]).delete()
    LoadedEntry.objects.bulk_create(entries, batch_size=500)
    return len(made)


def _dated_activities():
    """The first example activity with dates of each example network of the catalogue."""
    loaded = LoadedEntry.objects.filter(table="activities").values("slug")
    rows = Activity.objects.public().filter(is_sample=True, kind__in=DATED, slug__in=loaded)
    first = {}
    for activity in rows.order_by("network__slug", "slug"):
        first.setdefault(activity.network_id, activity)
    return list(first.values())


def _places(network_pks):
    """A municipality in the area of each network, with the middle of its postcode areas: {pk: Municipality}."""
    codes = dict(
        WorkingArea.objects.filter(network__in=network_pks)
        .order_by()
        .values_list("network")
        .annotate(Min("municipality"))
    )
    rows = Municipality.objects.filter(code__in=codes.values()).annotate(
        latitude=Avg(F("postcode_areas__latitude")), longitude=Avg(F("postcode_areas__longitude"))
    )
    found = {row.code: row for row in rows}
    return {pk: found[code] for pk, code in codes.items()}


def _dates(activity, municipality, today):
    draw = zlib.crc32(activity.slug.encode())
    rows = []
    for number, (days, hour, minute, length) in enumerate(MOMENTS[: 1 + draw % 3]):
        day = today + timedelta(days=days + (draw >> 3) % 12)
        day += timedelta(days=max(0, 7 - day.weekday()) if day.weekday() > 4 else 0)  # no weekends
        starts_at = timezone.make_aware(datetime.combine(day, time(hour, minute)))
        capacity = CAPACITIES[(draw + number) % len(CAPACITIES)]
        places_left = (draw >> 5) % 7 if number else min(capacity, 4 + (draw >> 5) % 20)
        rows.append(
            Occurrence(
                activity=activity,
                starts_at=starts_at,
                ends_at=starts_at + timedelta(minutes=length),
                place=municipality.name if municipality else "",
                municipality=municipality,
                latitude=municipality.latitude if municipality else None,
                longitude=municipality.longitude if municipality else None,
                is_online=municipality is None,
                capacity=capacity,
                taken_elsewhere=capacity - places_left,
                places_left=places_left,
                waiting_list_count=0 if places_left else 3,
                reported_on=today,
                is_sample=True,
            )
        )
    return rows
