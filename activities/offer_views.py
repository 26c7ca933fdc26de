"""The list of the whole offer, with facets."""

import re
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from activities import reasons
from activities.filters import FACETS, PARAMETERS, RADII, SORTS, OfferFilter, shown
from activities.freshness import freshness_of
from activities.models import Activity, SearchMiss
from activities.offer_search import highlighted, with_hits, without_marks
from loket.vocabulary import Availability
from networks.directory import NetworkFacts, ProgrammeFacts, directory
from regions.kept_pages import kept_page

PER_PAGE = 20
OPEN_FACETS = frozenset({"sector", "fase", "soort"})


@dataclass(frozen=True, slots=True)
class Card:
    """One activity in the list. title and fragment may hold <mark>; distance_km is None without a place."""

    activity: Activity
    network: NetworkFacts
    programme: ProgrammeFacts
    title: str
    fragment: str
    next_on: date | None
    distance_km: float | None
    on: date

    @property
    def availability(self):
        return self.activity.own_availability or self.programme.availability

    @property
    def availability_label(self):
        if self.availability == Availability.PER_REGIO:
            return _("voor scholen in het werkgebied")
        return Availability(self.availability).label

    @property
    def unconfirmed(self):
        """That it was not confirmed lately, in words; "" while it is fresh."""
        found = freshness_of(self.activity, self.programme, self.on)
        return reasons.unconfirmed_since(found.since) if found.is_told else ""

    @property
    def delivery(self):
        return reasons.delivery(self.activity.delivery)

    @property
    def effort(self):
        return reasons.effort(self.activity.effort_hours)

    @property
    def cost(self):
        return reasons.cost(self.activity.cost_euro)


@login_not_required
@require_safe
@kept_page(*PARAMETERS, "alle", "pagina")
def offer_list(request, *, version):
    """What is offered, narrowed down by the query string. At most five queries, whatever is asked.

    htmx takes the part it swaps out of the same page (hx-select), so every address has one answer. A search
    that finds nothing is written down, so its page is not kept.
    """
    found = OfferFilter(request.GET, known=directory(version), on=timezone.localdate())
    messages = list(found.messages)
    paginator = Paginator(found.ordered, PER_PAGE)
    number = _page_number(request.GET.get("pagina", ""), paginator.num_pages, messages)
    page = paginator.page(number)
    whole = request.GET.get("alle", "")
    response = render(
        request,
        "activities/offer_list.html",
        {
            "filter": found,
            "messages": messages,
            "facets": found.facet_choices(whole=whole),
            "whole": whole if whole in FACETS else "",
            "open_facets": OPEN_FACETS,
            "page": page,
            "cards": _cards(found, page.object_list),
            "sorts": [(value, label, value == found.sort) for value, label in SORTS.items()],
            "radii": sorted({*RADII, found.radius_km} - {None}),
            "typed_place": request.GET.get("plaats", "")[:80].replace("\x00", ""),
            "previous_url": _page_url(found, number - 1) if page.has_previous() else "",
            "next_url": _page_url(found, number + 1) if page.has_next() else "",
        },
    )
    if not found.count:
        patch_cache_control(response, no_store=True)
        if _was_asked(request):
            log_miss(found, on=timezone.localdate())
    return response


def log_miss(found, *, on):
    """Write down a search that found nothing: words without addresses and digits, and the filters.

    Nothing of who asked; of a place only its name as the table of places writes it. A search of which nothing
    is left is not written.
    """
    words = [word for word in found.text.lower().split() if "@" not in word]
    text = " ".join(re.sub(r"\d", "", " ".join(words)).split())[:100]
    filters = {name: list(values) for name, values in found.chosen.items() if values}
    if found.radius_km:
        filters |= {"plaats": re.sub(r"\d", "", found.place.name).strip(), "straal": found.radius_km}
    if found.region:
        filters["mijnregio"] = found.region
    if text or filters:
        SearchMiss.objects.create(text=text, filters=filters, searched_on=on)


def _was_asked(request):
    """Whether a visitor asked this now: not a look back, a look ahead of the browser, or a page further on."""
    return (
        request.method == "GET"
        and not request.htmx.history_restore_request
        and "prefetch" not in request.headers.get("Sec-Purpose", "")
        and "pagina" not in request.GET
    )


def _cards(found, positions):
    """One query for all of them."""
    index, km = found.index, found.distances_km
    rows = Activity.objects.defer("search")
    if found.search_query is not None:
        rows = with_hits(rows, found.search_query)
    rows = rows.in_bulk([index.pks[position] for position in positions])
    cards = []
    for position in positions:
        activity = rows.get(index.pks[position])
        if activity is None:  # deleted since the index was made; the next page knows
            continue
        network = index.known.networks[activity.network_id]
        cards.append(
            Card(
                activity=activity,
                network=network,
                programme=index.known.programmes[network.programme],
                title=highlighted(activity.title_hits) if found.search_query is not None else activity.title,
                fragment=_fragment(activity) if found.search_query is not None else activity.summary,
                next_on=index.next_on[position],
                distance_km=km[position] if km else None,
                on=index.on,
            )
        )
    return cards


def _fragment(activity):
    """The fragments of the summary with the hits marked, and dots where something was left out."""
    words = without_marks(activity.summary_hits)
    before = "" if activity.summary.startswith(words[:20]) else "… "
    after = "" if activity.summary.endswith(words[-20:]) else " …"
    return format_html("{}{}{}", before, highlighted(activity.summary_hits), after)


def _page_number(typed, last, messages):
    """The page to show; a number outside 1..last becomes the nearest, with a message."""
    if not typed.strip():
        return 1
    try:
        wanted = int(typed[:20])
    except ValueError:
        wanted = 0
    number = min(max(wanted, 1), last)
    if number != wanted:
        messages.append(
            _("Bladzijde “%(typed)s” is er niet. Dit is bladzijde %(number)d van %(last)d.")
            % {"typed": shown("".join(filter(str.isprintable, typed))), "number": number, "last": last}
        )
    return number


def _page_url(found, number):
    return f"{reverse('activities:list')}?{urlencode([*found.pairs, ('pagina', number)])}"
