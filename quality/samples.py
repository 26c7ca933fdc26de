"""Example meetings and obligations of example networks, so that a demonstration has something due.

Days count from the day of loading. What was made stays as people left it; a network that has any of its own, or
examples that are younger than a year, gets no others.
"""

import zlib
from datetime import timedelta

from django.db import transaction

from networks.models import Network
from quality.models import Meeting, Obligation

# (kind, days from loading); one network in three is late with its report.
OBLIGATIONS = ((Obligation.Kind.PROGRESS_REPORT, 18), (Obligation.Kind.IMPROVEMENT_PLAN, 75))
LATE_BY = timedelta(days=9)
# (subject, days from loading); those that lie behind were held.
MEETINGS = (
    ("Overleg over het aanbod (voorbeeld)", -120),
    ("Overleg over de scholen (voorbeeld)", -30),
    ("Plannen voor volgend jaar (voorbeeld)", 34),
)
RENEWED_AFTER = timedelta(days=365)
MOST_ATTENDEES = 3


@transaction.atomic
def load_samples(today):
    """Make them for the networks that have none; returns how many rows were made. Loading again makes none."""
    recent = today - RENEWED_AFTER
    busy = set(Obligation.objects.exclude(is_sample=True, due_on__lt=recent).values_list("network_id", flat=True))
    busy |= set(Meeting.objects.exclude(is_sample=True, held_on__lt=recent).values_list("network_id", flat=True))
    networks = Network.objects.filter(is_sample=True, ended_on=None).exclude(pk__in=busy).order_by("slug")
    obligations, meetings = [], []
    for network in networks.prefetch_related("partnerships"):
        draw = zlib.crc32(network.slug.encode())
        for kind, days in OBLIGATIONS:
            due_on = today + timedelta(days=days)
            if kind == Obligation.Kind.PROGRESS_REPORT and draw % 3 == 0:
                due_on = today - LATE_BY
            obligations.append(
                Obligation(
                    network=network,
                    kind=kind,
                    title=f"{Obligation.Kind(kind).label.capitalize()} (voorbeeld)",
                    due_on=due_on,
                    is_sample=True,
                )
            )
        for title, days in MEETINGS:
            held_on = today + timedelta(days=days + draw % 5)
            meetings.append(Meeting(network=network, title=title, held_on=held_on, is_sample=True))
    Obligation.objects.bulk_create(obligations)
    Meeting.objects.bulk_create(meetings)
    through = Meeting.attendees.through
    through.objects.bulk_create(
        through(meeting=meeting, organisation_id=organisation)
        for meeting in meetings
        if meeting.held_on <= today
        for organisation in _attendees(meeting.network)
    )
    return len(obligations) + len(meetings)


def _attendees(network):
    found = dict.fromkeys([network.lead_id, *(row.organisation_id for row in network.partnerships.all())])
    return [pk for pk in found if pk is not None][:MOST_ATTENDEES]
