"""Figures about how the work goes: replies, freshness, unmet demand, contacts, what sleeps, advice."""

from dataclasses import replace
from datetime import timedelta
from functools import partial

from django.db import connection
from django.db.models import Count, IntegerField, Q, Value
from django.utils.translation import gettext as _

from activities.models import Activity, SearchMiss, aged
from activities.periods import midnight
from dashboards.figures import NONE, Answer, Cell
from enquiries.figures import ReplyTimes, reply_times_by, unmet_demand
from enquiries.models import EnquiryEvent, Recipient
from loket.vocabulary import RefusalReason
from networks.freshness import contacts_to_confirm
from networks.models import ContactRole
from quality.signs_of_life import silent_networks, silent_regions
from regions.models import Landsdeel, Municipality, Region

YEAR = timedelta(days=365)
NO_REPLIES = ReplyTimes(None, 0, 0, 0)


def year_before(on):
    """The moment twelve months before the day `on` (365 days)."""
    return midnight(on - YEAR)


# What replies are parted by, as a lookup from who was asked.
REPLIES_BY = {
    "landsdeel": "enquiry__school__municipality__landsdeel",
    "regio": "enquiry__school__municipality__region",
    "gemeente": "enquiry__school__municipality",
    "netwerk": "network",
}


def recipients_of(chosen):
    """Who was asked in the last year, as far as `chosen` reaches. A queryset of Recipient."""
    found = Recipient.objects.filter(created_at__gte=year_before(chosen.on))
    if chosen.landsdeel:
        found = found.filter(enquiry__school__municipality__landsdeel=chosen.landsdeel)
    if chosen.region:
        found = found.filter(enquiry__school__municipality__region=chosen.region)
    if chosen.municipality:
        found = found.filter(enquiry__school__municipality=chosen.municipality)
    return found.filter(network=chosen.network.pk) if chosen.network else found


def _replies(chosen, split, cell):
    """Three queries, and one for the names of places. `cell` makes a Cell of a key, a label and ReplyTimes."""
    path = REPLIES_BY.get(split)
    count = partial(reply_times_by, path, recipients_of(chosen), on=chosen.on)
    total, parts = chosen.once(f"replies by {path}", count)
    cells = [
        replace(cell(key, label, parts.get(pk, NO_REPLIES)), url=url)
        for pk, key, label, url in _asked(chosen, split, parts)
    ]
    return total, cells


def _asked(chosen, split, parts):
    """(primary key, key, label, address) of each place, or of each network that was asked and that may be named."""
    unplaced = _("plaats onbekend")
    if split == "netwerk":
        shown = chosen.shown_networks
        rows = [row for pk, row in chosen.known.networks.items() if pk in parts and (shown is None or pk in shown)]
        rows.sort(key=lambda row: row.name.lower())
        unplaced = _("loket van regio, landsdeel of programmabureau") if shown is None else ""
    elif split == "landsdeel":
        rows = Landsdeel.objects.order_by("order")
    elif split == "regio":
        rows = Region.objects.order_by("name")
    elif split == "gemeente":
        # A former one only where a school still lies in it.
        rows = Municipality.objects.filter(Q(successor=None) | Q(pk__in=[key for key in parts if key]))
        rows = rows.order_by("name", "pk")
    else:
        return
    is_narrow = chosen.landsdeel or chosen.region or chosen.municipality or chosen.network
    for row in rows:
        if not is_narrow or row.pk in parts:
            key = row.slug if split in ("landsdeel", "netwerk") else str(row.pk)
            yield row.pk, key, row.name, row.get_absolute_url()
    if None in parts and unplaced:
        yield None, NONE, unplaced, ""


def reply_median(chosen, split):
    """Working days until a reply, the middle one; out of how many replies."""

    def cell(key, label, found):
        return Cell(key, label, found.median_days, found.replied)

    total, cells = _replies(chosen, split, cell)
    # A middle is never the sum of middles.
    return Answer(cell("", _("alles bij elkaar"), total), tuple(cells), chosen.on, adds_up=False)


def promise_kept(chosen, split):
    """Questions that were answered or refused within the promise, out of those that can be judged."""

    def cell(key, label, found):
        return Cell(key, label, found.in_time, found.judged)

    total, cells = _replies(chosen, split, cell)
    adds_up = split != "netwerk" or chosen.shown_networks is None
    return Answer(cell("", _("alles bij elkaar"), total), tuple(cells), chosen.on, adds_up=adds_up)


def running_offer(chosen):
    """Activities that run, of the programme and the network of `chosen`. A queryset."""
    found = Activity.objects.running(chosen.on)
    if chosen.programme:
        found = found.filter(network__programme=chosen.programme.pk)
    return found.filter(network=chosen.network.pk) if chosen.network else found


def fresh_offer(chosen, split):
    """Activities that were confirmed lately enough, out of all that run."""
    running = running_offer(chosen)
    path = "network__slug" if split == "netwerk" else "network__programme__slug"
    rows = running.order_by().values_list(path)
    counts = rows.annotate(of=Count("pk"), fresh=Count("pk", filter=~aged(chosen.on, "confirm")))
    numbers = {slug: (fresh, number) for slug, number, fresh in counts}
    of = chosen.known.networks if split == "netwerk" else chosen.known.programmes
    shown = chosen.shown_networks if split == "netwerk" else None
    cells = tuple(
        Cell(row.slug, row.name, *numbers[row.slug], url=row.get_absolute_url())
        for row in sorted(of.values(), key=lambda row: row.name)
        if row.slug in numbers and (shown is None or row.pk in shown)
    )
    fresh, number = (sum(values) for values in zip(*numbers.values(), strict=True)) if numbers else (0, 0)
    total = Cell("", _("alles bij elkaar"), fresh, number)
    return Answer(total, cells if split else (), chosen.on, adds_up=shown is None)


def refused_questions(chosen, split):
    """Questions that were refused and that nobody answered, by reason (`enquiries.figures.unmet_demand`)."""
    cells = ()
    if split:
        names = dict(RefusalReason.choices)
        rows = unmet_demand(year_before(chosen.on))
        cells = tuple(
            Cell(row["reason"] or "geen", str(names.get(row["reason"], row["reason"])), row["enquiry_count"])
            for row in rows
        )
    of = EnquiryEvent.objects.unmet_demand(year_before(chosen.on)).values("enquiry").distinct().count()
    return Answer(Cell("", _("alles bij elkaar"), of), cells, chosen.on, adds_up=False)


def empty_searches(chosen, split):
    """Searches in the offer that found nothing, in a year; split by what was searched for five times or more."""
    since = chosen.on - YEAR
    of = SearchMiss.objects.filter(searched_on__gte=since).count()
    cells = ()
    if split:
        cells = tuple(
            Cell(str(row["example"]), row["text"] or _("alleen filters"), row["search_count"], of)
            for row in SearchMiss.objects.unmet_demand(since)[:100]
        )
    return Answer(Cell("", _("alles bij elkaar"), of), cells, chosen.on, adds_up=False)


def missing_contacts(chosen, split):
    """Owners without a contact that was confirmed lately enough (R54), out of all of them."""
    cells = [Cell(kind, label, len(without), of) for kind, label, without, of in _contacts(chosen)]
    total = Cell("", _("alles bij elkaar"), sum(c.value for c in cells), sum(c.of for c in cells))
    return Answer(total, tuple(cells) if split else (), chosen.on)


def without_contact(chosen):
    """[(kind, its name, keys of those without a contact that was confirmed lately enough)]."""
    return [(kind, label, without) for kind, label, without, _of in _contacts(chosen)]


def _contacts(chosen):
    """(kind, its name, keys of those without a good contact, how many there are) of each kind of owner."""
    late = contacts_to_confirm(ContactRole.objects.all(), chosen.on).order_by().values("pk")
    good = ContactRole.objects.exclude(pk__in=late).order_by()
    good = list(good.values_list("network", "programme", "region", "landsdeel").distinct())
    places = chosen.known.places.values()
    owners = (
        (
            "netwerk",
            _("netwerken"),
            {row.pk for row in chosen.known.networks.values() if not row.has_ended(chosen.on)},
        ),
        ("programma", _("programma’s"), {row.pk for row in chosen.known.programmes.values()}),
        ("regio", _("regio’s"), {region for region, _landsdeel in places if region}),
        ("landsdeel", _("landsdelen"), {landsdeel for _region, landsdeel in places if landsdeel}),
    )
    for place, (kind, label, pks) in enumerate(owners):
        yield kind, label, pks - {row[place] for row in good}, len(pks)


def sleeping(chosen, split):
    """Networks and regions that gave no sign of life for a year (R30); `quality.signs_of_life` says what one is."""
    running = sum(not row.has_ended(chosen.on) for row in chosen.known.networks.values())
    networks, silent, regions = _counts(silent_networks(chosen.on), silent_regions(chosen.on), Region.objects.all())
    cells = (
        Cell("netwerk", _("netwerken"), networks, running),
        Cell("regio", _("regio’s"), silent, regions),
    )
    total = Cell("", _("alles bij elkaar"), sum(c.value for c in cells), sum(c.of for c in cells))
    return Answer(total, cells if split else (), chosen.on)


def _counts(*querysets):
    """How many rows each queryset has, in one query."""
    first, *others = (
        rows.order_by().values_list(Value(place, output_field=IntegerField())).annotate(number=Count("pk"))
        for place, rows in enumerate(querysets)
    )
    found = dict(first.union(*others))
    return [found.get(place, 0) for place in range(len(querysets))]


def advice_followed(chosen, split):
    """Advices after which the school began with one of the advised programmes (R25), out of all of two years."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT count(*), count(*) FILTER (WHERE EXISTS (
                SELECT 1 FROM jsonb_array_elements(advice.suggestions) suggestion
                JOIN networks_programme programme ON programme.slug = suggestion ->> 'programme'
                JOIN activities_participation joined
                  ON joined.programme_id = programme.id AND joined.school_id = advice.school_id
                WHERE coalesce(
                    joined.started_on, CASE WHEN joined.waiting_from_on IS NULL THEN joined.signed_up_on END
                ) >= (advice.given_at AT TIME ZONE 'Europe/Amsterdam')::date
            ))
            FROM activities_advice advice WHERE advice.given_at >= %s
            """,
            [midnight(chosen.on - 2 * YEAR)],
        )
        of, value = cursor.fetchone()
    return Answer(Cell("", _("alles bij elkaar"), value, of), (), chosen.on)
