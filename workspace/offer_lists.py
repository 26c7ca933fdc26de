"""The list of the offer: what stands where, how fresh it is, and confirming one or many with one click."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Min, OuterRef, Subquery
from django.http import QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST, require_safe

from activities import reasons, revisions
from activities.freshness import Stage, freshness_of
from activities.models import Activity, Occurrence, Revision
from enquiries.models import Registration
from workspace.access import coordinator_required
from workspace.exports import PARAMETER, export_response
from workspace.offer_access import rights_of

PER_PAGE = 50
STATES = {
    "openbaar": gettext_lazy("openbaar"),
    "te-bevestigen": gettext_lazy("te bevestigen"),
    "uit-de-lijst": gettext_lazy("uit de lijst"),
    "gepland": gettext_lazy("gepland"),
    "niet-openbaar": gettext_lazy("niet openbaar"),
    "geeindigd": gettext_lazy("geëindigd"),
    "concept": gettext_lazy("concept"),
    "voorstel": gettext_lazy("voorstel"),
}
OF_REVISIONS = ("concept", "voorstel")
COLUMNS = [
    gettext_lazy("netwerk"),
    gettext_lazy("activiteit"),
    gettext_lazy("stand"),
    gettext_lazy("bevestigd op"),
    gettext_lazy("volgende datum"),
    gettext_lazy("aanmeldingen"),
]


@dataclass(frozen=True, slots=True)
class Row:
    """One activity as the list shows it. registration_count: of the dates that are still to come."""

    activity: Activity
    state: str  # a key of STATES
    stage: Stage
    since: object
    next_at: datetime | None
    registration_count: int
    may_confirm: bool

    @property
    def state_label(self):
        return STATES[self.state]

    @property
    def fading(self):
        """What visitors read of it, or why they do not see it; "" while it is fresh."""
        if self.state not in ("openbaar", "te-bevestigen", "uit-de-lijst") or self.since is None:
            return ""
        return {
            Stage.FADING: _("Staat lager, met “%(said)s”."),
            Stage.GONE: _("Scholen zien dit niet meer: %(said)s."),
        }.get(self.stage, "") % {"said": reasons.unconfirmed_since(self.since)}


def state_of(activity, stage, on):
    """A key of STATES for an activity."""
    if activity.ended_on and activity.ended_on <= on:
        return "geeindigd"
    if activity.published_on is None:
        return "niet-openbaar"
    if activity.published_on > on:
        return "gepland"
    return {Stage.FRESH: "openbaar", Stage.GONE: "uit-de-lijst"}.get(stage, "te-bevestigen")


def in_state(activities, state, on):
    """The activities of a queryset that `state_of` calls `state`; "openbaar" holds all that visitors see."""
    match state:
        case "openbaar":
            return activities.public(on)
        case "te-bevestigen":
            return activities.to_confirm(on).public(on)
        case "uit-de-lijst":
            return activities.gone(on)
        case "gepland":
            return activities.filter(published_on__gt=on).exclude(ended_on__lte=on)
        case "niet-openbaar":
            return activities.filter(published_on=None).exclude(ended_on__lte=on)
        case "geeindigd":
            return activities.filter(ended_on__lte=on)
    return activities


def rows_of(activities, on, now, changed_pks):
    """Rows of a list of activities that came with `with_next`: one query for the registrations."""
    counts = registration_counts([activity.pk for activity in activities], now)
    rows = []
    for activity in activities:
        found = freshness_of(activity, activity.network.programme, on)
        state = state_of(activity, found.stage, on)
        may = activity.network_id in changed_pks and activity.is_running(on)
        rows.append(Row(activity, state, found.stage, found.since, activity.next_at, counts.get(activity.pk, 0), may))
    return rows


def with_next(activities, now):
    """With the moment of the next date that goes on, as `next_at`, and the network and programme."""
    coming = Occurrence.objects.upcoming(now).filter(activity=OuterRef("pk"), cancelled_at=None).order_by()
    first = coming.values("activity").annotate(first=Min("starts_at")).values("first")
    rows = activities.select_related("network__programme").defer("search")
    return rows.annotate(next_at=Subquery(first)).order_by("network__name", "title", "pk")


def registration_counts(pks, now):
    """{activity pk: registrations that still count, for dates to come}; one query."""
    live = Registration.objects.live().filter(
        occurrence__activity__in=pks, occurrence__ends_at__gte=now, occurrence__cancelled_at=None
    )
    counted = live.order_by().values("occurrence__activity").annotate(number=Count("pk"))
    return dict(counted.values_list("occurrence__activity", "number"))


@coordinator_required
@require_safe
def offers(request):
    """All activities and changes of one's networks, narrowed down by network and state."""
    rights, on, now = rights_of(request), request.today, timezone.now()
    networks = list(rights.seen.order_by("name", "pk"))
    changed = set(rights.changed.values_list("pk", flat=True))
    chosen = next((network for network in networks if network.slug == request.GET.get("netwerk")), None)
    state = request.GET.get("stand", "")
    state = state if state in STATES else ""
    scope = [chosen.pk] if chosen else [network.pk for network in networks]
    activities = in_state(with_next(Activity.objects.filter(network__in=scope), now), state, on)
    if state in OF_REVISIONS:
        activities = activities.none()
    if PARAMETER in request.GET:
        return export_response(request, _export_rows(activities, on, now, changed), COLUMNS, _("aanbod"))
    page = Paginator(activities, PER_PAGE).get_page(request.GET.get("pagina"))
    waiting = Revision.objects.undecided() | Revision.objects.scheduled()
    waiting = (
        waiting.filter(network__in=scope).select_related("network", "activity", "made_by").order_by("-changed_at")
    )
    if state == "voorstel":
        waiting = waiting.filter(proposed_at__isnull=False, approved_at=None)
    elif state == "concept":
        waiting = waiting.filter(proposed_at=None, approved_at=None)
    elif state:
        waiting = waiting.none()
    return render(
        request,
        "workspace/offers.html",
        {
            "section": "offers",
            "networks": networks,
            "chosen": chosen,
            "state": state,
            "states": STATES.items(),
            "page": page,
            "rows": rows_of(page.object_list, on, now, changed),
            "waiting": waiting,
            "may_add": bool(changed),
            "query": request.GET.urlencode(),
            "today": on,
        },
    )


def _export_rows(activities, on, now, changed):
    for row in rows_of(list(activities), on, now, changed):
        activity = row.activity
        yield (
            activity.network.name,
            activity.title,
            row.state_label,
            activity.confirmed_on,
            row.next_at,
            row.registration_count,
        )


@coordinator_required
@require_POST
def confirm(request):
    """One activity ("een") or those that are ticked ("activiteit") are right today."""
    rights, on = rights_of(request), request.today
    one = request.POST.get("een")
    slugs = [one] if one else request.POST.getlist("activiteit")
    chosen = Activity.objects.running(on).filter(slug__in=slugs, network__in=rights.changed.values("pk"))
    pks = list(chosen.values_list("pk", flat=True))
    revisions.confirm(activities=Activity.objects.filter(pk__in=pks), by=request.user, on=on)
    if request.htmx and one and pks:
        now = timezone.now()
        row = rows_of(list(with_next(Activity.objects.filter(pk__in=pks), now)), on, now, {*_networks(pks)})[0]
        return render(request, "workspace/_offer_row.html", {"row": row, "just_confirmed": True, "today": on})
    if pks:
        said = ngettext("%(count)d activiteit is bevestigd.", "%(count)d activiteiten zijn bevestigd.", len(pks))
        messages.success(request, said % {"count": len(pks)})
    else:
        messages.warning(request, _("Er is niets bevestigd. Kies eerst een of meer activiteiten."))
    query = QueryDict(request.POST.get("terug", "")[:1000]).urlencode()
    return redirect(reverse("workspace:offers") + (f"?{query}" if query else ""))


def _networks(pks):
    return Activity.objects.filter(pk__in=pks).values_list("network_id", flat=True)
