"""The whole open offer as bitmaps, kept per process: counting and narrowing without a query.

One Python integer for each option of each facet; bit n stands for the n-th activity. Counting is
`(option & base).bit_count()`: a thousand options in a millisecond, where SQL takes 200 (measured).
An `OfferIndex` belongs to one `Directory` (so to one content version) and one day.
"""

import zlib
from calendar import monthrange
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from threading import Lock

from django.db.models import Max, Min, TextField
from django.db.models.functions import Cast, TruncDate
from django.utils.translation import gettext_lazy as _

from activities.distance import Gazetteer, distance_km
from activities.models import Activity, Occurrence, Synonym
from activities.periods import closed_networks, midnight
from loket.vocabulary import (
    Availability,
    Delivery,
    Evidence,
    Kind,
    Need,
    Phase,
    Sector,
    TargetGroup,
    Years,
    school_year,
)
from regions.models import Landsdeel, Municipality

UNKNOWN = "onbekend"
WITH_PLACES = "vrij"
THREE_MONTHS = timedelta(days=92)
COSTS = {
    "gratis": _("gratis"),
    "tot-100": _("tot en met 100 euro"),
    "meer": _("meer dan 100 euro"),
    UNKNOWN: _("onbekend"),
}
HOURS = {
    "tot-4": _("tot en met 4 uur"),
    "tot-16": _("5 tot en met 16 uur"),
    "meer": _("meer dan 16 uur"),
    UNKNOWN: _("onbekend"),
}
FORMS = {
    Delivery.READY_MADE.value: Delivery.READY_MADE.label,
    Delivery.TAILOR_MADE.value: Delivery.TAILOR_MADE.label,
    UNKNOWN: _("onbekend"),
}
EVIDENCE = {
    Evidence.PROVEN.value: Evidence.PROVEN.label,
    Evidence.PROMISING.value: Evidence.PROMISING.label,
    Evidence.DESCRIBED.value: Evidence.DESCRIBED.label,
    UNKNOWN: _("onbekend"),
}
PERIODS = {
    "deze-maand": _("deze maand"),
    "drie-maanden": _("in de komende drie maanden"),
    "dit-schooljaar": _("dit schooljaar"),
    "geen-datum": _("zonder datum"),
}


@dataclass(frozen=True, slots=True)
class Facet:
    """One way to narrow down. Several options of it mean "one of these".

    name: of the query parameter. options: value -> what a visitor reads, in order. bits: value -> bitmap, absent
    for an option without activities. aliases: other values that mean one of the options.
    is_long: show the ten with the highest count first.
    """

    name: str
    label: str
    options: dict[str, str]
    bits: dict[str, int]
    aliases: dict[str, str] = field(default_factory=dict)
    is_long: bool = False


class OfferIndex:
    """All activities that are published, open on one day, and of a programme and network that did not end.

    The n-th activity is n-th in the fair order: a draw seeded with the school year, the same at every
    look; what nobody confirmed for long comes after all others. pks, networks, published_on, next_on (of
    the next date, or None) are lists in that order.
    """

    def __init__(self, known, on):
        """Five queries: activities, dates, landsdelen with municipalities, synonyms."""
        self.known = known
        self.on = on
        rows = _activity_rows(known, on)
        self.pks = [row[0] for row in rows]
        self.networks = [row[1] for row in rows]
        self.published_on = [row[2] for row in rows]
        self.everything = (1 << len(rows)) - 1
        self.position = {pk: position for position, pk in enumerate(self.pks)}
        self.synonyms = tuple(
            tuple(words) for words in Synonym.objects.order_by("pk").values_list("words", flat=True)
        )
        self.next_on, with_places = self._dates()
        self._network_codes = defaultdict(list)
        self.region_of = {}  # CBS code -> slug of the region
        self.facets = {facet.name: facet for facet in self._facets(rows, with_places)}
        self.national = 0
        for network in known.networks.values():
            if network.is_national:
                self.national |= self.facets["netwerk"].bits.get(network.slug, 0)

    def bitmap(self, pks):
        """The bitmap of those of `pks` that are in the index."""
        known = self.position
        return self.bitmap_at([known[pk] for pk in pks if pk in known])

    def bitmap_at(self, positions):
        return bitmap_of(positions, len(self.pks))

    @cached_property
    def soonest(self):
        """Positions, the one with the nearest date first; without a date last, in the fair order."""
        return sorted(range(len(self.pks)), key=lambda position: self.next_on[position] or date.max)

    @cached_property
    def newest(self):
        """Positions, the one published last first."""
        return sorted(range(len(self.pks)), key=lambda position: self.published_on[position], reverse=True)

    @cached_property
    def gazetteer(self):
        return Gazetteer.load()

    @cached_property
    def _held_at(self):
        """The different points where coming dates are held, and for each position the numbers of its points."""
        rows = Occurrence.objects.public().upcoming(midnight(self.on))
        rows = rows.filter(cancelled_at=None, is_online=False).order_by()
        numbers, held_at = {}, [()] * len(self.pks)
        for pk, latitude, longitude, code in rows.values_list(
            "activity_id", "latitude", "longitude", "municipality_id"
        ):
            point = (latitude, longitude) if None not in (latitude, longitude) else self.gazetteer.centre(code)
            position = self.position.get(pk)
            if position is not None and point:
                held_at[position] += (numbers.setdefault(point, len(numbers)),)
        return list(numbers), held_at

    def distances_km(self, place):
        """How far each activity is from `place`, a list of kilometres by position.

        To the nearest place where it has a date; without one, to the middle of the nearest municipality in which
        its network works, 0 when that is the municipality of `place`. None: it has no place, such as a
        national offer without dates. Costs one calculation per different point.
        """
        points, held_at = self._held_at
        centres = self._network_codes
        from_point = [distance_km(place.point, point) for point in points]
        codes = {code for codes in centres.values() for code in codes}
        from_code = {
            code: 0.0 if code == place.municipality else distance_km(place.point, centre)
            for code in codes
            if (centre := self.gazetteer.centre(code)) or code == place.municipality
        }
        from_network = {
            network: min((from_code[code] for code in codes if code in from_code), default=None)
            for network, codes in centres.items()
        }
        nearest = from_point.__getitem__
        return [
            min(map(nearest, numbers)) if numbers else from_network.get(network)
            for numbers, network in zip(held_at, self.networks, strict=True)
        ]

    def _dates(self):
        """The next date of each position, and the bitmap of those with places reported as free.

        What began before today and goes on counts as today.
        """
        coming = Occurrence.objects.upcoming(midnight(self.on)).filter(cancelled_at=None).order_by()
        # As text: a day comes back some hundred times, so each is read once and not for every row.
        first = Cast(TruncDate(Min("starts_at")), TextField())
        rows = coming.values("activity").annotate(first=first, most=Max("places_left"))
        next_on, free, days = [None] * len(self.pks), [], {}
        for pk, first, most in rows.values_list("activity", "first", "most"):
            position = self.position.get(pk)
            if position is not None:
                if first not in days:
                    days[first] = max(date.fromisoformat(first), self.on)
                next_on[position] = days[first]
                if most:
                    free.append(position)
        return next_on, bitmap_of(free, len(self.pks))

    def _facets(self, rows, with_places):
        known, size = self.known, len(rows)
        networks = self._grouped(self.networks)
        # The same few values come back in many rows: so group the rows by value, and make bitmaps of the groups.
        columns = list(zip(*rows, strict=True)) if rows else [()] * len(COLUMNS)
        by_column = {
            name: self._grouped(column) for name, column in zip(COLUMNS, columns, strict=True) if name in GROUPED
        }

        def spread(column, values_of):
            """Bitmaps by option; `values_of(value of the column)` are the options it counts for."""
            bits = defaultdict(int)
            for value, bitmap in by_column[column].items():
                for option in values_of(_list(value) if column in LISTS else value):
                    bits[option] |= bitmap
            return dict(bits)

        def choice(name, label, choices, column, values_of, **more):
            return Facet(name, label, choices, spread(column, values_of), **more)

        def same(values):
            return values

        yield choice("sector", _("Sector"), _labels(Sector), "sectors", same)
        # An activity without phases fits every phase.
        yield choice("fase", _("Fase"), _labels(Phase), "phases", lambda phases: phases or Phase.values)
        yield choice("behoefte", _("Helpt bij"), _labels(Need), "needs", same)
        yield choice("soort", _("Soort"), _labels(Kind), "kind", lambda kind: (kind,))
        yield choice("doelgroep", _("Doelgroep"), _labels(TargetGroup), "target_groups", same)
        yield choice("leerjaar", _("Leerjaren"), _labels(Years), "years", same)
        of_programme, of_availability = defaultdict(int), defaultdict(int)
        for network, bitmap in networks.items():
            of_programme[known.networks[network].programme] |= bitmap
        own = by_column["own_availability"]
        for programme, bitmap in of_programme.items():
            of_availability[known.programmes[programme].availability] |= bitmap & own.get("", 0)
        for availability, bitmap in own.items():
            if availability:
                of_availability[availability] |= bitmap
        yield Facet(
            "programma",
            _("Programma"),
            {slug: programme.name for slug, programme in known.programmes.items() if slug in of_programme},
            dict(of_programme),
            aliases={
                alias: slug
                for slug, programme in known.programmes.items()
                if slug in of_programme
                for alias in programme.aliases
            },
            is_long=True,
        )
        yield Facet(
            "netwerk",
            _("Netwerk"),
            {network.slug: network.name for pk, network in known.networks.items() if pk in networks},
            {known.networks[pk].slug: bitmap for pk, bitmap in networks.items()},
            is_long=True,
        )
        yield from self._areas(networks)
        yield choice("vorm", _("Vorm"), FORMS, "delivery", _forms)
        yield choice("kosten", _("Kosten"), COSTS, "cost_euro", lambda euro: (cost_band(euro),))
        yield choice("uren", _("Uren voor de school"), HOURS, "effort_hours", lambda hours: (effort_band(hours),))
        yield choice("bewijs", _("Wat is er bewezen"), EVIDENCE, "evidence", lambda known: (known or UNKNOWN,))
        yield Facet("aanmelden", _("Aanmelden"), _labels(Availability), dict(of_availability))
        yield Facet("periode", _("Wanneer"), PERIODS, self._periods(size))
        yield Facet("plaatsen", _("Plaatsen"), {WITH_PLACES: _("nog plaats")}, {WITH_PLACES: with_places})

    def _grouped(self, column):
        """Value -> bitmap of the positions that have it."""
        positions = defaultdict(list)
        for position, value in enumerate(column):
            positions[value].append(position)
        return {value: bitmap_of(found, len(self.pks)) for value, found in positions.items()}

    def _areas(self, networks):
        """Facets of where networks work; a national one works everywhere."""
        names = {"regio": {}, "landsdeel": {}, "gemeente": {}}
        bits = {"regio": defaultdict(int), "landsdeel": defaultdict(int), "gemeente": defaultdict(int)}
        columns = ("code", "name", "region__slug", "region__name", "landsdeel_id", "landsdeel__name")
        order = list(Landsdeel.objects.order_by("order", "pk").values_list("pk", "name"))
        for code, name, region, region_name, landsdeel, _name in (
            Municipality.objects.current().order_by("region__name", "name", "code").values_list(*columns)
        ):
            here = 0
            for network in self.known.networks_in([code], self.on):
                here |= networks.get(network.pk, 0)
                if not network.is_national:
                    self._network_codes[network.pk].append(code)
            names["gemeente"][code] = name
            bits["gemeente"][code] = here
            self.region_of[code] = region
            names["regio"][region] = region_name
            bits["regio"][region] |= here
            if landsdeel:
                bits["landsdeel"][landsdeel] |= here
        names["landsdeel"] = dict(order)
        yield Facet("regio", _("Regio"), names["regio"], dict(bits["regio"]), is_long=True)
        yield Facet("landsdeel", _("Landsdeel"), names["landsdeel"], dict(bits["landsdeel"]))
        yield Facet("gemeente", _("Gemeente"), names["gemeente"], dict(bits["gemeente"]), is_long=True)

    def _periods(self, size):
        """Every period begins today, so the next date tells which it lies in."""
        last = {
            "deze-maand": self.on.replace(day=monthrange(self.on.year, self.on.month)[1]),
            "drie-maanden": self.on + THREE_MONTHS,
            "dit-schooljaar": date(int(school_year(self.on)[-4:]), 7, 31),
        }
        dated = [(position, day) for position, day in enumerate(self.next_on) if day]
        bits = {
            period: bitmap_of([position for position, day in dated if day <= end], size)
            for period, end in last.items()
        }
        bits["geen-datum"] = self.everything & ~bitmap_of([position for position, _day in dated], size)
        return bits


COLUMNS = (
    "pk",
    "network_id",
    "published_on",
    "sectors",
    "phases",
    "needs",
    "kind",
    "target_groups",
    "years",
    "delivery",
    "cost_euro",
    "effort_hours",
    "evidence",
    "own_availability",
    "fading_since",
)
LISTS = frozenset({"sectors", "phases", "needs", "target_groups", "years"})
GROUPED = frozenset(COLUMNS[3:-1])


def _activity_rows(known, on):
    """Narrow rows of COLUMNS in the fair order."""
    closed = closed_networks(known, on)
    rows = Activity.objects.public().open_on(on).exclude(own_availability=Availability.BEEINDIGD).with_fading(on)
    # Lists as PostgreSQL writes them, "{po,vwo}": few differ, so each is taken apart once and not for every row.
    written = {f"{name}_written": Cast(name, TextField()) for name in LISTS}
    columns = [f"{name}_written" if name in LISTS else name for name in COLUMNS]
    rows = rows.order_by().annotate(**written).values_list(*columns)
    rows = [row for row in rows if row[1] not in closed]
    seed = zlib.crc32(f"aanbod {school_year(on)}".encode())
    return sorted(rows, key=lambda row: (row[-1] is not None, zlib.crc32(str(row[0]).encode(), seed), row[0]))


def _list(written):
    """The values of a PostgreSQL array of slugs, which need no quotes."""
    return [value for value in written.strip("{}").split(",") if value]


def _labels(choices):
    return {choice.value: choice.label for choice in choices if choice != Availability.BEEINDIGD}


def _forms(delivery):
    """What is partly ready-made and partly tailor-made counts for both."""
    if delivery == Delivery.MIXED:
        return (Delivery.READY_MADE.value, Delivery.TAILOR_MADE.value)
    return (delivery or UNKNOWN,)


def cost_band(euro):
    """The option of COSTS for a price in euro; None is unknown."""
    if euro is None:
        return UNKNOWN
    return "gratis" if euro == 0 else "tot-100" if euro <= 100 else "meer"


def effort_band(hours):
    """The option of HOURS for a number of hours; None is unknown."""
    if hours is None:
        return UNKNOWN
    return "tot-4" if hours <= 4 else "tot-16" if hours <= 16 else "meer"


def bitmap_of(positions, size):
    """An int with the bits at `positions` (each below `size`) set."""
    octets = bytearray(size // 8 + 1)
    for position in positions:
        octets[position >> 3] |= 1 << (position & 7)
    return int.from_bytes(octets, "little")


def positions_of(bitmap):
    """The set bits of `bitmap`, lowest first."""
    return [position for position, bit in enumerate(reversed(f"{bitmap:b}")) if bit == "1"]


def offer_index(known, on):
    """The OfferIndex of a Directory on a day: no query when it is known already.

    Kept with the Directory it was made of, so it is forgotten together with it.
    """
    global _kept
    kept = _kept
    if kept is not None and kept.known is known and kept.on == on:
        return kept
    with _building:
        if _kept is None or _kept.known is not known or _kept.on != on:
            _kept = OfferIndex(known, on)
        return _kept


_kept = None
_building = Lock()
