"""The working area: chosen on the map or in the list, and saved only after saying what changes for whom."""

from dataclasses import dataclass

from django.contrib import messages
from django.core import signing
from django.db import transaction
from django.db.models import Q
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from enquiries.models import Recipient, Registration
from networks.directory import directory
from networks.rights import networks_changed_by
from networks.working_area import area_of, change_area, fewest_words, plan
from regions.models import Landsdeel, Municipality
from workspace.access import coordinator_required
from workspace.network_part_views import READ_AND_WRITE
from workspace.network_rows import for_writing

SALT = "workspace.area"
ALL, NONE = "alle", "geen"


@dataclass(slots=True)
class MunicipalityChoice:
    """A municipality of today, its region (code, name) and landsdeel (slug)."""

    code: str
    name: str
    region: str
    region_name: str
    landsdeel: str
    is_chosen: bool = False


@dataclass
class RegionChoice:
    """One region in the list, with its municipalities."""

    code: str
    name: str
    municipalities: list

    @property
    def chosen_count(self):
        return sum(row.is_chosen for row in self.municipalities)


def _rows():
    rows = Municipality.objects.current().order_by("region__name", "name")
    values = rows.values_list("code", "name", "region__code", "region__name", "landsdeel_id")
    return [MunicipalityChoice(*row) for row in values]


def _chosen(data, rows):
    """(codes, whether the whole country) as the form says: boxes, then whole regions and landsdelen on or off."""
    if data.get("land") == "ja":
        return frozenset(), True
    codes = set(data.getlist("gemeente")) & {row.code for row in rows}
    for kind in ("landsdeel", "regio"):  # a region has the last word over its landsdeel
        for row in rows:
            asked = data.get(f"{kind}-{row.landsdeel if kind == 'landsdeel' else row.region}")
            if asked == ALL:
                codes.add(row.code)
            elif asked == NONE:
                codes.discard(row.code)
    return frozenset(codes), False


def _affected(network, change):
    """(open questions, live registrations) of schools that the network would cover no more."""
    if not change.lost:
        return 0, 0
    boards = network.partnerships.filter(role="board").values("organisation")
    questions = Recipient.objects.open().filter(network=network, enquiry__school__municipality__in=change.lost_codes)
    registrations = Registration.objects.live().filter(
        Q(network=network) | Q(occurrence__activity__network=network), school__municipality__in=change.lost_codes
    )
    return (
        questions.exclude(enquiry__school__board__in=boards).count(),
        registrations.exclude(school__board__in=boards).count(),
    )


def _stamp(network, change):
    """What was shown, signed: saving it is refused when the choice or the area is another by then."""
    seen = [network.pk, sorted(change.codes), change.is_national, sorted(change.before), change.was_national]
    return signing.dumps(seen, salt=SALT, compress=True)


def _is_seen(stamp, network, change):
    try:
        seen = signing.loads(stamp, salt=SALT)
    except signing.BadSignature:
        return False
    return seen == [network.pk, sorted(change.codes), change.is_national, sorted(change.before), change.was_national]


@coordinator_required
@require_http_methods(READ_AND_WRITE)
@transaction.atomic
def area(request, slug):
    """First what changes, then the button that saves just that. The same without JavaScript, by boxes in a list."""
    changed = networks_changed_by(request.user, request.today).select_related("programme")
    network = get_object_or_404(for_writing(request, changed), slug=slug)
    rows, known = _rows(), directory()
    codes, is_national = area_of(network, known), network.is_national
    change = stamp = None
    again = False
    questions = registrations = 0
    status = 200
    if request.method == "POST":
        codes, is_national = _chosen(request.POST, rows)
        change = plan(network=network, codes=codes, is_national=is_national, on=request.today, known=known)
        if "bewaar" in request.POST:
            if change.is_change and not change.covers_nothing and _is_seen(request.POST["bewaar"], network, change):
                change_area(network=network, codes=codes, is_national=is_national, now=timezone.now())
                messages.success(request, _("Het werkgebied is bewaard. Scholen zien het vanaf nu."))
                return redirect("workspace:network", slug)
            again, status = True, 409
        stamp = _stamp(network, change)
        questions, registrations = _affected(network, change)
    context = {
        "section": "networks",
        "network": network,
        "regions": _regions(rows, codes),
        "landsdelen": Landsdeel.objects.order_by("order"),
        "is_national": is_national,
        "count": len(codes),
        "total": len(rows),
        "words": fewest_words(codes) if codes else [],
        "change": change,
        "stamp": stamp,
        "again": again,
        "question_count": questions,
        "registration_count": registrations,
    }
    return render(request, "workspace/network_area.html", context, status=status)


def _regions(rows, codes):
    found = {}
    for row in rows:
        row.is_chosen = row.code in codes
        found.setdefault(row.region, RegionChoice(row.region, row.region_name, [])).municipalities.append(row)
    return list(found.values())
