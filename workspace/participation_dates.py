"""The dates of a network in one school year, with who waits for a place and why in that order (R49)."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date

from django.db.models import OuterRef, Subquery

from activities.models import Occurrence
from activities.periods import midnight
from enquiries.models import Registration, RegistrationEvent, State
from enquiries.models.signing_up import HOLDING
from enquiries.participations import YEAR_BEGINS


@dataclass(frozen=True, slots=True)
class Waiting:
    """queued_at: the moment that gave it its place in the row."""

    registration: Registration
    queued_at: object


@dataclass(frozen=True, slots=True)
class DateRow:
    occurrence: Occurrence
    placed: int  # groups with a place, of those that registered here; open offers included
    told: int  # of those: for how many it is written down whether they were there
    waiting: list[Waiting]
    is_over: bool

    @property
    def is_to_record(self):
        return self.is_over and not self.occurrence.is_cancelled and self.told < self.placed


def dates_of(network, school_year, now):
    """DateRows, the first date on top. Two queries, however many dates and schools."""
    year = int(school_year[:4])
    first, last = (midnight(date(start, *YEAR_BEGINS)) for start in (year, year + 1))
    dates = Occurrence.objects.filter(activity__network=network, starts_at__gte=first, starts_at__lt=last)
    registrations = _with_queue(Registration.objects.filter(occurrence__in=dates.order_by().values("pk")))
    placed, told, waiting = Counter(), Counter(), defaultdict(list)
    for row in registrations:
        if row.state in HOLDING:
            placed[row.occurrence_id] += 1
            told[row.occurrence_id] += row.state in (State.ATTENDED, State.ABSENT)
        elif row.state == State.WAITING:
            waiting[row.occurrence_id].append(Waiting(row, row.queued_at))
    return [
        DateRow(row, placed[row.pk], told[row.pk], waiting[row.pk], row.starts_at <= now)
        for row in dates.select_related("activity").order_by("starts_at", "pk")
    ]


def waiting_for_programme(network):
    """Who waits for a place in the programme itself, in order: [Waiting]. One query."""
    rows = _with_queue(Registration.objects.filter(programme=network.programme_id, network=network))
    return [Waiting(row, row.queued_at) for row in rows if row.state == State.WAITING]


def _with_queue(registrations):
    """With the state, and the event that put each on its waiting list; in the order of those events."""
    events = RegistrationEvent.objects.filter(
        registration=OuterRef("pk"), kind=RegistrationEvent.Kind.WAITLISTED
    ).order_by("-pk")[:1]
    queued = registrations.with_state().annotate(
        queued_as=Subquery(events.values("pk")), queued_at=Subquery(events.values("happened_at"))
    )
    return queued.select_related("school").order_by("queued_as", "pk")
