"""The dates of the offer: which of them a filter leaves, and how they lie in a month.

Parameters, each once or more or as one comma-separated list; several values of one mean "one of these":

    sector=po  programma=jet-net  netwerk=<slug>  behoefte=companies
    regio=<slug>  landsdeel=<slug>  gemeente=<CBS code>
    plaatsen=vrij        only dates with places that are reported as free

All other filters of the list of the offer count too, and mean the same: `activities.filters` reads them.
"""

import calendar
from dataclasses import dataclass, field
from datetime import date, timedelta
from urllib.parse import urlencode

from django.db.models import Count, F, Q, Window
from django.db.models.functions import RowNumber, TruncDate
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from activities.filters import PARAMETERS as OFFER_LIST
from activities.filters import IsOneOf, OfferFilter
from activities.models import Occurrence
from activities.periods import closed_networks, midnight
from loket.vocabulary import JOINABLE, MAIN_SECTORS, Need
from regions.models import Landsdeel, Municipality, Region

OWN_PARAMETERS = ("sector", "programma", "netwerk", "behoefte", "regio", "landsdeel", "gemeente", "plaatsen")
# When an activity takes place is what the agenda itself is about, and its order is that of the days.
OFFER_PARAMETERS = tuple(name for name in OFFER_LIST if name not in (*OWN_PARAMETERS, "periode", "sorteer"))
PARAMETERS = (*OWN_PARAMETERS, *OFFER_PARAMETERS)
WITH_PLACES = "vrij"
MOST_VALUES = 40  # of one parameter; the rest of a longer list is told, not read
SHOWN_LENGTH = 40
MOST_MESSAGES = 10
SHOWN_PER_DAY = 3
MONTHS_BACK, MONTHS_AHEAD = 12, 24


@dataclass(frozen=True, slots=True)
class AgendaFilter:
    """What a URL asks of the agenda, with one sentence for each thing that could not be read.

    values: parameter -> {value: its name on screen}, chosen ones only. network_pks: None is all.
    codes: of municipalities, None is the whole country.
    """

    values: dict[str, dict[str, str]] = field(default_factory=dict)
    messages: tuple[str, ...] = ()
    network_pks: frozenset[int] | None = None
    local_pks: frozenset[int] = frozenset()
    national_pks: frozenset[int] = frozenset()
    closed_pks: frozenset[int] = frozenset()
    codes: frozenset[str] | None = None
    offer: OfferFilter | None = None  # where the address holds filters that only the list of the offer knows

    @property
    def _own_pairs(self):
        return [(name, value) for name in OWN_PARAMETERS for value in self.values.get(name, ())]

    @property
    def _offer_pairs(self):
        return [pair for pair in self.offer.pairs if pair[0] != "sorteer"] if self.offer else []

    @property
    def pairs(self):
        return [*self._own_pairs, *self._offer_pairs]

    @property
    def query(self):
        return urlencode(self.pairs)

    @property
    def chips(self):
        """(label, query without it) of each value chosen."""
        own = [
            (self.values[name][value], urlencode([pair for pair in self.pairs if pair != (name, value)]))
            for name, value in self._own_pairs
        ]
        others = self.offer.chips if self.offer else []
        kept = urlencode(self._own_pairs)
        return own + [(chip.label, "&".join(part for part in (kept, chip.query) if part)) for chip in others]

    def dates(self, rows):
        """`rows` (of Occurrence) narrowed down.

        In an area are: dates held there, dates of networks that work there, and online dates of
        national networks. A national date held elsewhere is not.
        """
        rows = rows.filter(self._of_activity("activity__"))
        if self.codes is not None:
            here = Q(municipality__in=self.codes) | Q(activity__network__in=self.local_pks)
            rows = rows.filter(here | Q(activity__network__in=self.national_pks, is_online=True))
        if "plaatsen" in self.values:
            rows = rows.filter(places_left__gt=0, cancelled_at=None)
        return rows

    def activities(self, rows, on):
        """`rows` (of Activity) narrowed down: in an area is what a network offers that works there."""
        rows = rows.filter(self._of_activity(""))
        if self.codes is not None:
            rows = rows.filter(network__in=self.local_pks | self.national_pks)
        if "plaatsen" in self.values:
            free = Occurrence.objects.upcoming(midnight(on)).filter(places_left__gt=0, cancelled_at=None)
            rows = rows.filter(pk__in=free.order_by().values("activity"))
        return rows

    def _of_activity(self, prefix):
        condition = Q(IsOneOf(f"{prefix}pk", self.offer.ids)) if self.offer else Q()
        if "sector" in self.values:
            condition &= Q((f"{prefix}sectors__overlap", list(self.values["sector"])))
        if "behoefte" in self.values:
            condition &= Q((f"{prefix}needs__overlap", list(self.values["behoefte"])))
        if self.network_pks is not None:
            condition &= Q((f"{prefix}network__in", self.network_pks))
        if self.closed_pks:
            condition &= ~Q((f"{prefix}network__in", self.closed_pks))
        return condition


def read_filter(params, known, programmes, on):
    """Read an `AgendaFilter` from query parameters.

    params: a QueryDict. known: a Directory. programmes: {slug or alias: slug}. Never raises; what is
    not known becomes a message. One query for each of regio, landsdeel and gemeente that is given.
    """
    messages, values = [], {}

    def read(name, find):
        """Keep the values of parameter `name` that `find` (values -> {value: label}) knows."""
        given = [part.strip() for value in params.getlist(name)[:MOST_VALUES] for part in value.split(",")]
        given = list(dict.fromkeys(part for part in given if part))
        if len(given) > MOST_VALUES or len(params.getlist(name)) > MOST_VALUES:
            messages.append(_("Bij “%(name)s” staan te veel waarden: wij lezen de eerste.") % {"name": name})
        given = given[:MOST_VALUES]
        if not given:
            return
        # PostgreSQL takes no NUL, whatever the column.
        found = find([value for value in given if "\x00" not in value])
        messages.extend(_unknown(name, value) for value in given if value not in found)
        if found:
            values[name] = found

    def of(labels):
        return lambda given: {value: str(labels[value]) for value in given if value in labels}

    names = {slug: known.programmes[programmes[slug]].name for slug in programmes}
    networks = {network.slug: network for network in known.networks.values()}
    read("sector", of({sector.value: sector.value for sector in MAIN_SECTORS}))
    read("programma", of(names))
    read("netwerk", of({slug: network.name for slug, network in networks.items()}))
    read("behoefte", of({need.value: need.label for need in Need}))
    read("regio", lambda given: dict(Region.objects.filter(slug__in=given).values_list("slug", "name")))
    read("landsdeel", lambda given: dict(Landsdeel.objects.filter(slug__in=given).values_list("slug", "name")))
    read(
        "gemeente",
        lambda given: dict(Municipality.objects.current().filter(code__in=given).values_list("code", "name")),
    )
    read("plaatsen", of({WITH_PLACES: _("nog plaats")}))

    pks = None
    if "netwerk" in values:
        pks = frozenset(networks[slug].pk for slug in values["netwerk"])
    if "programma" in values:
        wanted = {programmes[slug] for slug in values["programma"]}
        carried = frozenset(network.pk for network in known.networks.values() if network.programme in wanted)
        pks = carried if pks is None else pks & carried
    offer = None
    if any(name in params for name in OFFER_PARAMETERS):
        others = QueryDict(mutable=True)
        for name in OFFER_PARAMETERS:
            if name in params:
                others.setlist(name, params.getlist(name))
        offer = OfferFilter(others, known=known, on=on)
        messages.extend(offer.messages)
    codes = _codes(values)
    working = known.networks_in(codes, on) if codes is not None else ()
    return AgendaFilter(
        values=values,
        messages=tuple(messages[:MOST_MESSAGES]),
        network_pks=pks,
        local_pks=frozenset(network.pk for network in working if not network.is_national),
        national_pks=frozenset(network.pk for network in working if network.is_national),
        closed_pks=closed_networks(known, on),
        codes=codes,
        offer=offer,
    )


def _codes(values):
    """The municipalities that lie in every kind of area that is asked for, or None without any."""
    areas = {"regio": "region__slug", "landsdeel": "landsdeel", "gemeente": "code"}
    asked = {f"{areas[name]}__in": list(found) for name, found in values.items() if name in areas}
    return frozenset(Municipality.objects.filter(**asked).values_list("code", flat=True)) if asked else None


def _unknown(name, value):
    shown = "".join(character for character in value if character.isprintable())
    if len(shown) > SHOWN_LENGTH:
        shown = shown[:SHOWN_LENGTH] + "…"
    return _("“%(value)s” kennen wij niet bij “%(name)s”. Wij hebben het overgeslagen.") % {
        "value": shown,
        "name": name,
    }


# --- months and days -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """One cell of a month: the first dates of that day, and how many there are in all."""

    day: date
    in_month: bool
    is_today: bool
    dates: list[Occurrence]
    count: int

    @property
    def more(self):
        return self.count - len(self.dates)


@dataclass(frozen=True, slots=True)
class Month:
    """A calendar month: `weeks` of seven CalendarDays from Monday; `previous` and `next` are first days or None."""

    first: date
    weeks: list[list[CalendarDay]]
    previous: date | None
    next: date | None

    @property
    def count(self):
        return sum(cell.count for week in self.weeks for cell in week)


def read_month(text, on):
    """The first day of the month "2026-12", or None when it is no month or too far from day `on`."""
    try:
        year, month = text.split("-")
        first = date(int(year), int(month), 1) if (len(year), len(month)) == (4, 2) and text.isascii() else None
    except ValueError:
        return None
    return first if first and _is_shown(first, on) else None


def read_day(text, on):
    """The day "2026-12-07", or None when it is none or too far from day `on`."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if _is_shown(day, on) else None


def _is_shown(day, on):
    # So that the links to the next month come to an end somewhere, also for a search engine.
    return -MONTHS_BACK <= (day.year - on.year) * 12 + day.month - on.month <= MONTHS_AHEAD


def month_of(first, rows, on):
    """The Month that begins on `first`, with the dates of `rows` (of Occurrence). Two queries."""
    after = (first + timedelta(days=31)).replace(day=1)
    before = (first - timedelta(days=1)).replace(day=1)
    rows = rows.filter(starts_at__gte=midnight(first), starts_at__lt=midnight(after)).annotate(
        day=TruncDate("starts_at")
    )
    counts = dict(rows.order_by().values_list("day").annotate(Count("pk")))
    rank = Window(RowNumber(), partition_by=F("day"), order_by=["starts_at", "pk"])
    shown = {}
    for row in rows.annotate(rank=rank).filter(rank__lte=SHOWN_PER_DAY).order_by("starts_at", "pk"):
        shown.setdefault(row.day, []).append(row)
    weeks = [
        [
            CalendarDay(day, day.month == first.month, day == on, shown.get(day, []), counts.get(day, 0))
            for day in week
        ]
        for week in calendar.Calendar().monthdatescalendar(first.year, first.month)
    ]
    return Month(
        first,
        weeks,
        previous=before if _is_shown(before, on) else None,
        next=after if _is_shown(after, on) else None,
    )


def _can_join(row, known, on):
    """Whether a school can register for a date on day `on`; a full one has a waiting list."""
    activity = row.activity
    programme = known.programmes[known.networks[activity.network_id].programme]
    return (
        not row.is_cancelled
        and (activity.own_availability or programme.availability) in JOINABLE
        and (activity.opens_on is None or activity.opens_on <= on)
        and (activity.closes_on is None or activity.closes_on >= on)
    )


def by_day(rows, known, on):
    """[(day, [Occurrence, ...])] of rows that are in order of time, each with `can_join`. known: a Directory."""
    days = {}
    for row in rows:
        row.can_join = _can_join(row, known, on)
        days.setdefault(timezone.localtime(row.starts_at).date(), []).append(row)
    return list(days.items())
