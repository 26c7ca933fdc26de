""" "Wie ziet dit?": the schools that see an activity and why, and why one school does not."""

from django.core.paginator import Paginator
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from activities.audience import Audience
from activities.fit import asked_school
from activities.offer_page import OfferPage
from networks.directory import directory
from schools.views import Typed
from workspace.access import coordinator_required
from workspace.exports import PARAMETER, export_response
from workspace.offer_access import activity_or_404, revision_or_404, rights_of
from workspace.offer_revisions import page_of

PER_PAGE = 25


@coordinator_required
@require_safe
def of_offer(request, slug):
    """Who sees an activity as it is now."""
    activity = activity_or_404(rights_of(request).seen, slug)
    page = OfferPage(activity, directory(), request.today)
    return _audience(request, page, reverse("workspace:offer", args=[slug]), is_draft=False)


@coordinator_required
@require_safe
def of_revision(request, uid):
    """Who will see an activity as it is typed now."""
    found = revision_or_404(rights_of(request).seen, uid)
    return _audience(request, page_of(found, request.today), found.get_absolute_url(), is_draft=True)


def _audience(request, page, back_url, *, is_draft):
    audience = Audience(page)
    schools = audience.schools
    if PARAMETER in request.GET:
        rows = schools.values_list("code", "name", "place", "municipality__name").iterator()
        return export_response(request, rows, ["code", "school", "plaats", "gemeente"], "wie ziet dit")
    typed = Typed.from_request(request)
    asked = asked_school(request.GET.get("school", ""), typed.text)
    seer, why_not = audience.of_school(asked.school) if asked.school else (None, "")
    shown = Paginator(schools.for_desk(), PER_PAGE).get_page(request.GET.get("pagina"))
    return render(
        request,
        "workspace/offer_audience.html",
        {
            "section": "offers",
            "activity": page.activity,
            "network": page.network,
            "is_draft": is_draft,
            "back_url": back_url,
            "hindrance": audience.hindrance,
            "page": shown,
            "seers": audience.seers(shown.object_list),
            "typed": typed,
            "asked": asked,
            "seer": seer,
            "why_not": why_not,
            "on": page.on,
        },
    )
