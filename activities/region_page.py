"""What there is in a region, a landsdeel or a municipality: networks, offer, agenda, and what is missing.

Twelve queries at most, whatever the number of municipalities, networks and schools.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cached_property

from django.contrib.postgres.aggregates import BoolOr
from django.db.models import Count, Q
from django.utils import timezone

from activities.models import Activity, Occurrence, Participation, Subsidy
from loket.vocabulary import MAIN_SECTORS, Availability, Sector, school_year
from networks.directory import Contact, Directory, NetworkFacts, ProgrammeFacts
from networks.models import Partner, SupportPoint
from regions.markdown import render_markdown
from regions.models import News, Organisation
from schools.models import School

AGENDA_LENGTH = 5
NEWS_LENGTH = 3
MOST_ORGANISATIONS = 60


@dataclass(frozen=True, slots=True)
class Area:
    """The part of the country a page is about.

    kind: the word in its address. municipalities: those it consists of, today's. parameter: the filter of
    the offer list that narrows down to it, as (name, value).
    """

    kind: str  # "regio", "landsdeel" or "gemeente"
    name: str
    slug: str
    municipalities: tuple
    region_pk: int | None
    landsdeel_slug: str | None
    agenda_text: str
    parameter: tuple[str, str]

    @property
    def codes(self):
        return [municipality.code for municipality in self.municipalities]


@dataclass(frozen=True, slots=True)
class NetworkRow:
    network: NetworkFacts
    programme: ProgrammeFacts
    contact: Contact | None
    activity_count: int
    partners: tuple[str, ...]
    where: tuple[str, ...]  # names of the municipalities of the area in which it works; () for all of them


@dataclass(frozen=True, slots=True)
class WhiteSpot:
    """A programme without a network in some municipalities that do have schools for it."""

    programme: ProgrammeFacts
    municipalities: tuple[str, ...]  # names
    school_count: int
    is_everywhere: bool


class AreaPage:
    """Everything the page of an Area shows on one day."""

    def __init__(self, area: Area, known: Directory, on: date):
        self.area, self.directory, self.on = area, known, on
        self.networks = known.networks_in(area.codes, on)

    @cached_property
    def first_contact(self):
        return self.directory.first_contact(self.area.region_pk, self.area.landsdeel_slug, self.on)

    @cached_property
    def rows(self) -> list[NetworkRow]:
        """All networks here, those of the area before the national ones, by programme."""
        pks = [network.pk for network in self.networks]
        open_now = Activity.objects.public().open_on(self.on).filter(network__in=pks).order_by()
        counts = dict(open_now.values_list("network").annotate(Count("pk")))
        partners = {}
        rows = Partner.objects.filter(network__in=pks).exclude(role=Partner.Role.BOARD)
        for pk, name in rows.order_by("organisation__name").values_list("network_id", "organisation__name"):
            partners.setdefault(pk, []).append(name)
        where = self._where()
        made = [
            NetworkRow(
                network=network,
                programme=self.directory.programmes[network.programme],
                contact=self.directory.network_contact(network, self.on),
                activity_count=counts.get(network.pk, 0),
                partners=tuple(partners.get(network.pk, ())),
                where=where[network.pk],
            )
            for network in self.networks
        ]
        return sorted(made, key=lambda row: (row.network.is_national, row.programme.name, row.network.name))

    def _where(self):
        """Network pk -> names of the municipalities here in which it works, () for all of them."""
        found = {network.pk: [] for network in self.networks}
        for municipality in self.area.municipalities:
            for network in self.directory.networks_for(municipality.code, None, self.on):
                found[network.pk].append(municipality.name)
        everywhere = len(self.area.municipalities)
        return {pk: () if len(names) == everywhere else tuple(names) for pk, names in found.items()}

    @property
    def activity_count(self):
        return sum(row.activity_count for row in self.rows)

    @cached_property
    def _schools(self):
        """(municipality code, sectors) -> number of open schools."""
        groups = School.objects.open().filter(municipality__in=self.area.codes).order_by()
        return [
            (code, sectors, count)
            for code, sectors, count in groups.values_list("municipality_id", "sectors").annotate(Count("pk"))
        ]

    @cached_property
    def school_counts(self) -> list[tuple[str, int]]:
        """(sector, number of schools that have it); a school with two sectors counts in both."""
        counts = Counter()
        for _code, sectors, count in self._schools:
            for sector in sectors:
                counts[sector] += count
        return [(Sector(sector), counts[sector]) for sector in MAIN_SECTORS]

    @property
    def school_count(self):
        return sum(count for _code, _sectors, count in self._schools)

    @cached_property
    def taking_part(self) -> list[tuple]:
        """(programme, number of schools here that take part this school year, whether examples count along).

        A school counts once for a programme, whatever its sectors; who waits or signed up does not count yet.
        """
        rows = Participation.objects.live().filter(
            school__municipality__in=self.area.codes, school_year=school_year(self.on), started_on__lte=self.on
        )
        counts = rows.order_by().values_list("programme__slug").annotate(Count("school", distinct=True))
        counts = counts.annotate(has_sample=BoolOr("is_sample"))
        programmes = self.directory.programmes
        found = [(programmes[slug], count, sample) for slug, count, sample in counts if slug in programmes]
        return sorted(found, key=lambda row: (-row[1], row[0].name))

    @cached_property
    def white_spots(self) -> list[WhiteSpot]:
        """By programme: municipalities with schools of the right sector and no network that works there."""
        names = {municipality.code: municipality.name for municipality in self.area.municipalities}
        working = {
            code: {network.programme for network in self.directory.networks_for(code, None, self.on)}
            for code in names
        }
        spots = []
        for programme in self.directory.programmes.values():
            if programme.availability != Availability.PER_REGIO:
                continue
            missing, schools, with_schools = set(), 0, set()
            for code, sectors, count in self._schools:
                if programme.sectors.isdisjoint(sectors):
                    continue
                with_schools.add(code)
                if programme.slug not in working[code]:
                    missing.add(code)
                    schools += count
            if missing:
                spots.append(
                    WhiteSpot(
                        programme,
                        tuple(sorted(names[code] for code in missing)),
                        schools,
                        is_everywhere=missing == with_schools,
                    )
                )
        return spots

    @cached_property
    def agenda(self) -> list[Occurrence]:
        """The first dates to come of the networks of the area itself, or that take place in it."""
        local = [network.pk for network in self.networks if not network.is_national]
        now = timezone.make_aware(datetime.combine(self.on, time.min))
        here = Q(activity__network__in=local) | Q(municipality__in=self.area.codes)
        found = Occurrence.objects.public().upcoming(now).filter(here)
        return list(found.select_related("activity").order_by("starts_at", "pk")[:AGENDA_LENGTH])

    @cached_property
    def subsidies(self):
        """(subsidy, state) of the schemes for what works here that are open or will be."""
        programmes = {self.directory.programmes[network.programme].pk for network in self.networks}
        return Subsidy.objects.for_programmes(programmes).now_or_soon(self.on)

    @cached_property
    def organisations(self) -> list[Organisation]:
        """Companies, universities, science centres and others with an address here; no school boards."""
        found = Organisation.objects.filter(municipality__in=self.area.codes).exclude(kind=Organisation.Kind.BOARD)
        return list(found.order_by("name", "pk")[: MOST_ORGANISATIONS + 1])

    @cached_property
    def support_points(self) -> list[tuple[SupportPoint, NetworkFacts]]:
        """Local addresses of the networks that work here (R29)."""
        found = SupportPoint.objects.filter(municipality__in=self.area.codes).select_related("municipality")
        networks = {network.pk: network for network in self.networks}
        return [(row, networks[row.network_id]) for row in found.order_by("name", "pk") if row.network_id in networks]

    @cached_property
    def news(self) -> list[News]:
        own = Q(landsdeel=self.area.landsdeel_slug)
        if self.area.region_pk:
            own |= Q(region=self.area.region_pk)
        return list(News.objects.published(self.on).filter(own)[:NEWS_LENGTH])

    @property
    def agenda_text(self):
        return render_markdown(self.area.agenda_text)
