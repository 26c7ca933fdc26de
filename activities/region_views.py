"""Pages of regions, landsdelen, municipalities, networks, programmes and organisations."""

from urllib.parse import urlencode

from django.contrib.auth.decorators import login_not_required
from django.db.models import Count, Prefetch, Q
from django.http import Http404, HttpResponsePermanentRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from activities.models import Activity, Occurrence, Subsidy
from activities.periods import closed_networks, midnight
from activities.reasons import listed
from activities.region_page import Area, AreaPage
from loket.vocabulary import JOINABLE, Availability, Need, ProgrammeStatus, TargetGroup
from networks.coverage import coverage
from networks.directory import contact_of, directory, fresh_contact, visible_name
from networks.models import ContactRole, Network, Partner, Programme
from regions.kept_pages import kept_page
from regions.markdown import render_markdown
from regions.models import Landsdeel, Municipality, Organisation, Region

UPCOMING = 10
MOST_ACTIVITIES = 25


def _area_page(request, area, version):
    page = AreaPage(area, directory(version), timezone.localdate())
    map_names = {"regio": "activities:region-map", "landsdeel": "activities:landsdeel-map"}
    map_url = reverse(map_names[area.kind], args=[area.slug]) if area.kind in map_names else ""
    context = {"area": area, "page": page, "map_url": map_url, "area_query": urlencode([area.parameter])}
    return render(request, "activities/area.html", context)


@login_not_required
@require_safe
@kept_page()
def regions(request, *, version):
    """All regions by landsdeel, with what each consists of."""
    current = Municipality.objects.current()
    rows = Region.objects.annotate(
        municipality_count=Count("municipalities", filter=Q(municipalities__in=current), distinct=True)
    ).order_by("name")
    landsdelen = {
        landsdeel.slug: (landsdeel, [])
        for landsdeel in Landsdeel.objects.order_by("order").prefetch_related("provinces")
    }
    parts = current.order_by().values_list("region_id", "landsdeel_id").annotate(Count("pk")).order_by("-pk__count")
    home = {}
    for region, landsdeel, _count in parts:
        home.setdefault(region, landsdeel)  # a region over two landsdelen stands with the one of most municipalities
    for row in rows:
        if home.get(row.pk) in landsdelen:
            landsdelen[home[row.pk]][1].append(row)
    return render(request, "activities/regions.html", {"landsdelen": list(landsdelen.values())})


@login_not_required
@require_safe
@kept_page()
def region(request, slug, *, version):
    row = get_object_or_404(Region, slug=slug)
    municipalities = tuple(Municipality.objects.filter(region=row).order_by("name"))
    homes = {municipality.landsdeel_id for municipality in municipalities}
    area = Area(
        kind="regio",
        name=row.name,
        slug=slug,
        municipalities=municipalities,
        region_pk=row.pk,
        landsdeel_slug=homes.pop() if len(homes) == 1 else None,
        agenda_text=row.agenda,
        parameter=("regio", slug),
    )
    return _area_page(request, area, version)


@login_not_required
@require_safe
@kept_page()
def landsdeel(request, slug, *, version):
    row = get_object_or_404(Landsdeel, slug=slug)
    area = Area(
        kind="landsdeel",
        name=row.name,
        slug=slug,
        municipalities=tuple(Municipality.objects.current().filter(landsdeel=row).order_by("name")),
        region_pk=None,
        landsdeel_slug=slug,
        agenda_text=row.agenda,
        parameter=("landsdeel", slug),
    )
    return _area_page(request, area, version)


@login_not_required
@require_safe
@kept_page()
def municipality(request, slug, *, version):
    """One municipality; a former one leads to the one it is part of now."""
    row = get_object_or_404(Municipality.objects.select_related("region", "successor"), slug=slug)
    if row.successor:
        return HttpResponsePermanentRedirect(row.successor.get_absolute_url())
    if row.region is None:
        raise Http404(slug)
    area = Area(
        kind="gemeente",
        name=row.name,
        slug=slug,
        municipalities=(row,),
        region_pk=row.region_id,
        landsdeel_slug=row.landsdeel_id,
        agenda_text="",
        parameter=("gemeente", row.code),
    )
    return _area_page(request, area, version)


@login_not_required
@require_safe
@kept_page()
def network(request, slug, *, version):
    """One network: what it is part of, where it works, whom to call and what it offers.

    One that ended, or whose programme did, reads as history: nobody to call and nothing to join.
    """
    known, on = directory(version), timezone.localdate()
    row = get_object_or_404(Network.objects.select_related("programme", "lead"), slug=slug)
    facts = known.networks[row.pk]
    programme = known.programmes[facts.programme]
    is_history = row.pk in closed_networks(known, on)
    activities = Activity.objects.public().filter(network=row)
    activities = activities if is_history else activities.open_on(on)
    dates = Occurrence.objects.public().upcoming(midnight(on)).filter(activity__network=row)
    dates = dates.none() if is_history else dates
    area = Municipality.objects.current().filter(pk__in=known.area_of(facts)).select_related("region")
    regions_of = {}
    for part in area.order_by("region__name", "name"):
        regions_of.setdefault(part.region, []).append(part)
    subsidies = Subsidy.objects.for_programmes([programme.pk]).for_sectors(programme.sectors)
    return render(
        request,
        "activities/network.html",
        {
            "network": row,
            "facts": facts,
            "programme": programme,
            "contact": None if is_history else known.network_contact(facts, on),
            "activities": activities.order_by("title", "pk")[:MOST_ACTIVITIES],
            "activity_count": activities.count(),
            "dates": dates.select_related("activity").order_by("starts_at", "pk")[:UPCOMING],
            "partnerships": row.partnerships.select_related("organisation").order_by("role", "organisation__name"),
            "support_points": [] if is_history else _support_points(row, on),
            "agenda_html": "" if is_history else render_markdown(row.agenda_text),
            "regions": regions_of.items(),
            "has_ended": facts.has_ended(on),
            "is_history": is_history,
            "subsidies": [] if is_history else subsidies.now_or_soon(on),
        },
    )


def _support_points(network, on):
    """[(support point, its first confirmed contact or None)], by name (R29). Two queries."""
    contacts = Prefetch("contacts", ContactRole.objects.select_related("person").order_by("order", "pk"))
    points = network.support_points.select_related("municipality").prefetch_related(contacts).order_by("name")
    return [(point, fresh_contact([contact_of(role) for role in point.contacts.all()], on)) for point in points]


@login_not_required
@require_safe
@kept_page()
def programmes(request, *, version):
    """All programmes: those a school can join first, then what stands apart, then history."""
    known = directory(version)
    groups = {"joinable": [], "apart": [], "ended": []}
    for programme in known.programmes.values():
        if programme.status == ProgrammeStatus.BEEINDIGD:
            groups["ended"].append(programme)
        elif programme.availability in JOINABLE:
            groups["joinable"].append(programme)
        else:
            groups["apart"].append(programme)
    return render(request, "activities/programmes.html", {"groups": groups})


@login_not_required
@require_safe
@kept_page()
def programme(request, slug, *, version):
    """One programme with the facts of the review; an ended one reads as history and is never offered."""
    known, on = directory(version), timezone.localdate()
    found = known.programmes.get(slug)
    if found is None:
        alias = next((p for p in known.programmes.values() if slug in p.aliases), None)
        if alias is None:
            raise Http404(slug)
        return HttpResponsePermanentRedirect(alias.get_absolute_url())
    is_ended = found.status == ProgrammeStatus.BEEINDIGD or found.availability == Availability.BEEINDIGD
    networks = [n for n in known.networks.values() if n.programme == slug and not n.has_ended(on)]
    row = Programme.objects.select_related("organiser").get(pk=found.pk)
    return render(
        request,
        "activities/programme.html",
        {
            "programme": row,
            "serves": [
                (sector, listed(Need(need).label for need in (*needs["primary"], *needs["secondary"])))
                for sector, needs in found.serves.items()
                if any(needs.values())
            ],
            "organiser": found.organiser,
            "is_ended": is_ended,
            "contact": None if is_ended else fresh_contact(found.contacts, on),
            "is_mapped": found.availability == Availability.PER_REGIO,
            "is_joinable": found.availability in JOINABLE,
            "networks": networks,
            "coverage": coverage(on, known).get(slug),
            "related": [known.programmes[other] for other in found.related if other in known.programmes],
            "subsidies": [(subsidy, subsidy.state_on(on)) for subsidy in Subsidy.objects.filter(programme=found.pk)],
            "activity_count": Activity.objects.public().open_on(on).filter(network__programme=found.pk).count(),
        },
    )


@login_not_required
@require_safe
@kept_page()
def organisation(request, slug, *, version):
    """One organisation: a company, university, teacher training, science centre, bureau or board."""
    known, on = directory(version), timezone.localdate()
    row = get_object_or_404(Organisation.objects.select_related("municipality"), slug=slug)
    partnerships = row.partnerships.order_by("network__name").values_list("network_id", "role")
    roles = [
        (known.networks[pk], Partner.Role(role).label)
        for pk, role in partnerships
        if not known.networks[pk].has_ended(on)
    ]
    led = [known.networks[pk] for pk in row.led_networks.values_list("pk", flat=True)]
    return render(
        request,
        "activities/organisation.html",
        {
            "organisation": row,
            "name": visible_name(row),
            "roles": roles,
            "led": [network for network in led if not network.has_ended(on)],
            "target_groups": [TargetGroup(group).label for group in row.target_groups],
            "programmes": row.programmes.order_by("name"),
            "school_count": row.schools.open().count() if row.kind == Organisation.Kind.BOARD else None,
        },
    )
