"""All subsidies, with where each stands today (R2)."""

from django.contrib.auth.decorators import login_not_required
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from activities.models import Subsidy
from loket.vocabulary import MAIN_SECTORS, Sector
from networks.directory import directory
from regions.kept_pages import kept_page

# What a school can act on comes first, history last.
ORDER = [
    Subsidy.State.OPEN,
    Subsidy.State.EXPECTED,
    Subsidy.State.UNKNOWN,
    Subsidy.State.WITHHELD,
    Subsidy.State.CLOSED,
    Subsidy.State.ENDED,
]


@login_not_required
@require_safe
@kept_page("sector")
def subsidies(request, *, version):
    """The schemes by state; `?sector=po` leaves those for that sector and for all."""
    on, known = timezone.localdate(), directory(version)
    by_pk = {programme.pk: programme for programme in known.programmes.values()}
    chosen = request.GET.get("sector", "")
    rows = Subsidy.objects.order_by("closes_on", "name")
    if chosen in MAIN_SECTORS:
        rows = rows.for_sectors([chosen])
    groups = {state: [] for state in ORDER}
    for row in rows:
        groups[row.state_on(on)].append((row, by_pk.get(row.programme_id)))
    return render(
        request,
        "activities/subsidies.html",
        {
            "groups": [(state, found) for state, found in groups.items() if found],
            "sectors": [(sector, Sector(sector).label, sector == chosen) for sector in MAIN_SECTORS],
            "is_unknown": bool(chosen) and chosen not in MAIN_SECTORS,
        },
    )
