"""Which networks and regions fell silent (R30).

A meeting, something delivered, a school that joined or something that happened is a sign of life. What a network does
is one for the regions where it works; a national network is no sign of one region.
"""

from collections import defaultdict
from datetime import timedelta
from functools import cached_property

from django.db.models import BooleanField, Case, Exists, Max, OuterRef, Q, Value, When
from django.utils import timezone

from activities.models import Entry, Participation
from activities.periods import midnight
from loket.vocabulary import school_year
from networks.models import Network, WorkingArea
from quality.models import Meeting, Obligation
from regions.models import Region

SILENT_AFTER = timedelta(days=365)


class ExistsForEach(Exists):
    """An Exists that is looked for row by row, until the first: for a few rows among very many.

    Else the planner joins, and reads every participation of the country to tell 35 regions apart: ten times as slow.
    """

    template = "EXISTS(%(subquery)s OFFSET 0)"


def silent_networks(on):
    """Networks that run and gave no sign in the year up to the day `on`. A queryset."""
    here = {"network": OuterRef("pk")}
    joined = _joined(on).filter(**here)
    # Most are told by the index of these two years. A CASE, for the planner would turn the two round.
    years = [school_year(day) for day in year_up_to(on)]
    found = When(ExistsForEach(joined.filter(school_year__in=years)), then=Value(True))
    return Network.objects.filter(
        Q(ended_on=None) | Q(ended_on__gt=on),
        ~Q(Case(found, default=ExistsForEach(joined), output_field=BooleanField())),
        ~ExistsForEach(_met(on).filter(**here)),
        ~ExistsForEach(_delivered(on).filter(**here)),
        ~ExistsForEach(_happened(on).filter(participation__network=OuterRef("pk"))),
    )


def silent_regions(on):
    """Regions of which no network or school gave a sign in the year up to the day `on`. A queryset."""
    here = {"municipality__region": OuterRef("pk")}
    worked = WorkingArea.objects.filter(
        Q(network__in=_met(on).order_by().values("network"))
        | Q(network__in=_delivered(on).order_by().values("network"))
    )
    return Region.objects.filter(
        ~ExistsForEach(_joined(on).filter(school__municipality__region=OuterRef("pk"))),
        ~ExistsForEach(_happened(on).filter(participation__school__municipality__region=OuterRef("pk"))),
        ~ExistsForEach(worked.filter(**here)),
    )


def year_up_to(on):
    """Lookup of days after the one a year before `on`, up to and including `on`."""
    return on - SILENT_AFTER + timedelta(days=1), on


def _met(on):
    return Meeting.objects.filter(held_on__range=year_up_to(on))


def _delivered(on):
    return Obligation.objects.filter(done_at__gte=midnight(year_up_to(on)[0]))


def _joined(on):
    days = year_up_to(on)
    return Participation.objects.filter(Q(started_on__range=days) | Q(signed_up_on__range=days))


def _happened(on):
    return Entry.objects.filter(happened_on__range=year_up_to(on))


class SignsOfLife:
    """The last day up to `on` on which something is known of each network and region, for who must know since when.

    The same number of queries for any number of them. Source of the rule: R30.
    """

    def __init__(self, on):
        self.on = on

    def of_network(self, pk):
        return self._of_networks.get(pk)

    def of_region(self, pk):
        return self._of_regions.get(pk)

    @cached_property
    def _of_networks(self):
        """{network: day}. Four queries."""
        found = defaultdict(lambda: None)
        self._later(found, self._own)
        self._later(found, self._joined("network"))
        self._later(found, self._happened("participation__network"))
        return dict(found)

    @cached_property
    def _of_regions(self):
        """{region: day}. Three queries more; a national network is no sign of one region."""
        found = defaultdict(lambda: None)
        own = dict(self._own)
        areas = WorkingArea.objects.exclude(municipality__region=None).order_by()
        pairs = areas.values_list("municipality__region", "network").distinct()
        self._later(found, [(region, own.get(network)) for region, network in pairs])
        self._later(found, self._joined("school__municipality__region"))
        self._later(found, self._happened("participation__school__municipality__region"))
        return dict(found)

    @cached_property
    def _own(self):
        met = Meeting.objects.filter(held_on__lte=self.on).order_by().values_list("network").annotate(Max("held_on"))
        done = Obligation.objects.exclude(done_at=None).order_by().values_list("network").annotate(Max("done_at"))
        return [*met, *((pk, timezone.localdate(moment)) for pk, moment in done)]

    def _joined(self, path):
        rows = Participation.objects.exclude(**{path: None}).order_by().values_list(path)
        rows = rows.annotate(
            began=Max("started_on", filter=Q(started_on__lte=self.on)),
            joined=Max("signed_up_on", filter=Q(signed_up_on__lte=self.on)),
        )
        return [(pk, day) for pk, *days in rows for day in days]

    def _happened(self, path):
        rows = Entry.objects.filter(happened_on__lte=self.on).exclude(**{path: None}).order_by()
        return rows.values_list(path).annotate(Max("happened_on"))

    @staticmethod
    def _later(found, pairs):
        for pk, day in pairs:
            if day and (found[pk] is None or found[pk] < day):
                found[pk] = day
