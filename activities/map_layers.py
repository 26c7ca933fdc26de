"""What the map shows, as rows: the same for the drawing, for the table beside it and for whoever asks the data.

A row is a place (municipality, region or landsdeel, drawn as an area) or a point (a date, an organisation).
"""

from collections import Counter, defaultdict
from dataclasses import asdict, dataclass
from datetime import datetime, time

from django.db.models import Count
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from activities.models import Occurrence
from loket.vocabulary import Availability
from regions.models import Landsdeel, Municipality, Organisation, Region
from schools.models import School

MOST_POINTS = 1000  # more cannot be told apart on a map; the agenda and the lists have them all


@dataclass(frozen=True, slots=True)
class Row:
    """key: code or slug of a shape, "" for a point. group: how it is drawn, see GROUPS. value: as the table says."""

    key: str
    name: str
    group: str
    value: str
    url: str
    latitude: float | None = None
    longitude: float | None = None


@dataclass(frozen=True, slots=True)
class Layer:
    slug: str
    label: str
    shape: str  # the object of data/map.topojson, or "" for points
    needs_programme: bool
    rows: object  # (known, on, programme) -> list of Row
    heading: str  # of the column `value`


# How a row is drawn (static/css/loket.css), and what the legend says of it; "" is told by the rows themselves.
GROUPS = {
    "area": gettext_lazy("gebied"),
    "covered": gettext_lazy("er is een netwerk"),
    "several": gettext_lazy("er zijn twee of meer netwerken"),
    "white-spot": gettext_lazy("geen netwerk, wel scholen"),
    "no-school": gettext_lazy("geen scholen voor dit programma"),
    **dict.fromkeys(("network-1", "network-2", "network-3", "network-4"), ""),
    "point": gettext_lazy("punt"),
}


def municipalities(known, on, programme):
    """How many networks work in each municipality, national ones left out."""
    return municipalities_of(Municipality.objects.current(), known, on)


def municipalities_of(rows, known, on):
    """The same for a queryset of municipalities, such as those of one region."""
    return [
        Row(m.code, m.name, "area", _networks(_local(known, m.code, on)), m.get_absolute_url())
        for m in rows.order_by("name")
    ]


def regions(known, on, programme):
    rows = Region.objects.annotate(count=Count("municipalities")).order_by("name")
    return [Row(r.code, r.name, "area", _municipalities(r.count), r.get_absolute_url()) for r in rows]


def landsdelen(known, on, programme):
    rows = Landsdeel.objects.annotate(count=Count("municipalities")).order_by("order")
    return [Row(row.slug, row.name, "area", _municipalities(row.count), row.get_absolute_url()) for row in rows]


def coverage(known, on, programme):
    """Per municipality: which networks of `programme` work there, or that it is a white spot."""
    schools = Counter()
    groups = School.objects.open().filter(sectors__overlap=list(programme.sectors)).order_by()
    schools.update(dict(groups.values_list("municipality_id").annotate(Count("pk"))))
    rows = []
    for m in Municipality.objects.current().order_by("name"):
        here = [n for n in known.networks_for(m.code, None, on) if n.programme == programme.slug]
        count = schools[m.code]
        if here:
            group, value = ("several" if len(here) > 1 else "covered"), ", ".join(network.name for network in here)
        elif count and programme.availability == Availability.PER_REGIO:
            group = "white-spot"
            value = ngettext("geen netwerk, %(count)d school", "geen netwerk, %(count)d scholen", count) % {
                "count": count
            }
        elif count:
            group, value = "white-spot", _("geen netwerk")
        else:
            group, value = "no-school", _("geen scholen hiervoor")
        rows.append(Row(m.code, m.name, group, value, m.get_absolute_url()))
    return rows


def areas(known, on, programme):
    """Where each network of `programme` works, one network after the other; white spots are left out.

    Four colours take turns, so that the areas of neighbours in the list can be told apart.
    """
    names = {m.code: (m.name, m.get_absolute_url()) for m in Municipality.objects.current()}
    carried = [n for n in known.networks.values() if n.programme == programme.slug and not n.has_ended(on)]
    here = defaultdict(list)
    for network in carried:
        for code in known.area_of(network):
            here[code].append(network)
    colour = {network.pk: f"network-{number % 4 + 1}" for number, network in enumerate(carried)}
    rows = [
        Row(
            code,
            names[code][0],
            "several" if len(found) > 1 else colour[found[0].pk],
            ", ".join(network.name for network in found),
            names[code][1],
        )
        for code, found in here.items()
        if code in names
    ]
    return sorted(rows, key=lambda row: (row.value, row.name))


def dates(known, on, programme):
    """Dates to come that have a point."""
    start = timezone.make_aware(datetime.combine(on, time.min))
    found = Occurrence.objects.public().upcoming(start).filter(cancelled_at=None)
    found = found.exclude(latitude=None).exclude(longitude=None)
    if programme:
        found = found.filter(activity__network__programme=programme.pk)
    rows = found.select_related("activity").order_by("starts_at", "pk")[:MOST_POINTS]
    return [
        Row(
            "",
            row.activity.title,
            "point",
            f"{timezone.localtime(row.starts_at):%d-%m-%Y %H:%M}, {row.place}",
            row.activity.get_absolute_url(),
            row.latitude,
            row.longitude,
        )
        for row in rows
    ]


def organisations(known, on, programme):
    """Companies, universities, science centres and others that have a point."""
    found = Organisation.objects.exclude(latitude=None).exclude(longitude=None).exclude(kind=Organisation.Kind.BOARD)
    return [
        Row("", row.name, "point", row.get_kind_display(), row.get_absolute_url(), row.latitude, row.longitude)
        for row in found.order_by("name", "pk")[:MOST_POINTS]
    ]


LAYERS = {
    layer.slug: layer
    for layer in (
        Layer(
            "dekking",
            gettext_lazy("Dekking en witte vlekken"),
            "municipalities",
            True,
            coverage,
            gettext_lazy("Netwerk"),
        ),
        Layer("werkgebieden", gettext_lazy("Werkgebieden"), "municipalities", True, areas, gettext_lazy("Netwerk")),
        Layer(
            "gemeenten", gettext_lazy("Gemeenten"), "municipalities", False, municipalities, gettext_lazy("Netwerken")
        ),
        Layer("regios", gettext_lazy("Regio’s"), "regions", False, regions, gettext_lazy("Gemeenten")),
        Layer("landsdelen", gettext_lazy("Landsdelen"), "landsdelen", False, landsdelen, gettext_lazy("Gemeenten")),
        Layer("datums", gettext_lazy("Datums"), "", False, dates, gettext_lazy("Wanneer en waar")),
        Layer("organisaties", gettext_lazy("Organisaties"), "", False, organisations, gettext_lazy("Soort")),
    )
}


def mapped_programmes(known):
    """Programmes whose coverage can be drawn: those that work per region, by name."""
    return [p for p in known.programmes.values() if p.availability == Availability.PER_REGIO]


def as_values(rows):
    """Rows for JSON."""
    return [asdict(row) for row in rows]


def _local(known, code, on):
    return [network for network in known.networks_for(code, None, on) if not network.is_national]


def _networks(found):
    return ngettext("%(count)d netwerk", "%(count)d netwerken", len(found)) % {"count": len(found)}


def _municipalities(count):
    return ngettext("%(count)d gemeente", "%(count)d gemeenten", count) % {"count": count}
