"""How often a network meets, against what its programme asks (R42)."""

from dataclasses import dataclass

from django.db.models import Exists, OuterRef

from quality.models import Meeting


@dataclass(frozen=True, kw_only=True, slots=True)
class Rhythm:
    """Meetings of one network in one calendar year. `least` and `most` are None where the programme asks nothing."""

    year: int
    held_count: int  # with attendance
    unrecorded_count: int  # past, and nobody wrote down who came
    planned_count: int  # from tomorrow on
    least: int | None
    most: int | None

    @property
    def asks_something(self):
        return bool(self.least or self.most)

    @property
    def missing_count(self):
        """How many must still be planned to come to `least`; those that are not recorded count as held."""
        known = self.held_count + self.unrecorded_count + self.planned_count
        return max((self.least or 0) - known, 0)


def rhythm(network, on):
    """The Rhythm of `network` (with its programme) in the year of the day `on`. One query."""
    came = Meeting.attendees.through.objects.filter(meeting=OuterRef("pk"))
    rows = network.meetings.filter(held_on__year=on.year).annotate(has_attendance=Exists(came)).order_by()
    days = list(rows.values_list("held_on", "has_attendance"))
    past = [recorded for day, recorded in days if day <= on]
    return Rhythm(
        year=on.year,
        held_count=sum(past),
        unrecorded_count=len(past) - sum(past),
        planned_count=len(days) - len(past),
        least=network.programme.meetings_least,
        most=network.programme.meetings_most,
    )
