"""One activity in the workspace, and the ways to begin a new one or a change."""

from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.audit import trail
from activities import revisions
from activities.models import Activity, Occurrence, Revision
from workspace.access import coordinator_required
from workspace.offer_access import activity_or_404, rights_of
from workspace.offer_forms import NewOfferForm
from workspace.offer_lists import rows_of, with_next

EXAMPLES_PER_PAGE = 20


@coordinator_required
@require_safe
def offer(request, slug):
    """Where an activity stands: what is public, what is being changed, its dates and its history."""
    rights, on, now = rights_of(request), request.today, timezone.now()
    activity = activity_or_404(rights.seen, slug)
    changed = set(rights.changed.filter(pk=activity.network_id).values_list("pk", flat=True))
    row = rows_of(list(with_next(Activity.objects.filter(pk=activity.pk), now)), on, now, changed)[0]
    mine = Revision.objects.filter(activity=activity).select_related("made_by", "decided_by", "network", "activity")
    waiting = (mine.undecided() | mine.scheduled()).order_by("-changed_at")
    dates = Occurrence.objects.filter(activity=activity)
    return render(
        request,
        "workspace/offer.html",
        {
            "section": "offers",
            "activity": activity,
            "row": row,
            "is_public": Activity.objects.public(on).filter(pk=activity.pk).exists(),
            "waiting": waiting,
            "decided": mine.filter(rejected_at__isnull=False).order_by("-rejected_at")[:5],
            "may_change": bool(changed),
            "may_publish": rights.published.filter(pk=activity.network_id).exists(),
            "dates_to_come": dates.upcoming(now).filter(cancelled_at=None).count(),
            "entries": trail(activity, limit=20),
            "today": on,
        },
    )


@coordinator_required
@require_POST
def edit(request, slug):
    """Begin to change an activity, or go on with one's own draft."""
    rights = rights_of(request)
    activity = activity_or_404(rights.changed, slug)
    revision = revisions.start(network=activity.network, by=request.user, activity=activity)
    return redirect("workspace:revision-step", uid=revision.uid, step="wat")


@coordinator_required
@require_http_methods(["GET", "HEAD", "POST"])
def new(request):
    """Begin a new activity: from a blank, from last year's, or from what the programme does elsewhere."""
    rights, on = rights_of(request), request.today
    networks = rights.changed.select_related("programme").order_by("name", "pk")
    if not networks.exists():
        raise Http404("This person changes no network.")
    data = request.POST if request.method == "POST" else request.GET or None
    form = NewOfferForm(data, networks=networks, initial={"network": networks[0].slug})
    chosen = form.cleaned_data["network"] if data and form.is_valid() else networks[0]
    own = Activity.objects.filter(network=chosen).order_by("title", "pk")
    elsewhere = _examples(chosen, on)
    if request.method == "POST" and form.is_valid():
        source = request.POST.get("van", "")
        values = None
        if source:
            found = own.filter(slug=source).first() or elsewhere.filter(slug=source).first()
            if found is None:
                raise Http404(source)
            values = revisions.copy_of(found)
        revision = revisions.start(network=chosen, by=request.user, values=values)
        return redirect("workspace:revision-step", uid=revision.uid, step="wat")
    page = Paginator(elsewhere.order_by("title", "pk"), EXAMPLES_PER_PAGE).get_page(request.GET.get("pagina"))
    return render(
        request,
        "workspace/offer_new.html",
        {
            "section": "offers",
            "form": form,
            "networks": networks,
            "chosen": chosen,
            "own": own.only("slug", "title", "published_on", "ended_on")[:200],
            "page": page,
        },
        status=422 if request.method == "POST" else 200,
    )


def _examples(network, on):
    """What other networks of the programme do, each title once: the standard activities and more."""
    others = Activity.objects.public(on).filter(network__programme=network.programme).exclude(network=network)
    once = others.order_by("title", "pk").distinct("title").values("pk")
    own_titles = Activity.objects.filter(network=network).values("title")
    return Activity.objects.filter(pk__in=once).exclude(title__in=own_titles).select_related("network")


@coordinator_required
@require_POST
def copy(request, slug):
    """A new activity with the values of this one."""
    rights = rights_of(request)
    activity = activity_or_404(rights.changed, slug)
    revision = revisions.start(network=activity.network, by=request.user, values=revisions.copy_of(activity))
    return redirect("workspace:revision-step", uid=revision.uid, step="wat")
