"""The agenda: dates to come as a list by day, or one month as a calendar."""

from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from activities.agenda import (
    OFFER_PARAMETERS,
    PARAMETERS,
    WITH_PLACES,
    by_day,
    month_of,
    read_day,
    read_filter,
    read_month,
)
from activities.models import Occurrence
from activities.periods import midnight
from activities.views import programme_slugs
from loket.vocabulary import MAIN_SECTORS, Need, Sector
from networks.directory import directory
from regions.kept_pages import kept_page
from regions.models import Landsdeel, Region

DATES_PER_PAGE = 50
# What only a narrower address asks for: the form keeps it, and shows it as a chip.
KEPT_BY_FORM = ("netwerk", "gemeente", *OFFER_PARAMETERS)


@login_not_required
@require_safe
@kept_page(*PARAMETERS, "maand", "dag", "pagina")
def agenda(request, *, version):
    """`?maand=2026-12` is that month, `?dag=2026-12-07` that day; without either all dates to come."""
    on, known = timezone.localdate(), directory(version)
    chosen = read_filter(request.GET, known, programme_slugs(known), on)
    messages = list(chosen.messages)
    rows = chosen.dates(Occurrence.objects.public().select_related("activity").order_by("starts_at", "pk"))
    month = page = day = None
    if "maand" in request.GET:
        first = read_month(request.GET["maand"], on)
        if first is None:
            messages.append(_("Die maand kunnen wij niet laten zien. U ziet nu deze maand."))
        month = month_of(first or on.replace(day=1), rows, on)
    else:
        day = read_day(request.GET.get("dag", ""), on)
        if request.GET.get("dag") and day is None:
            messages.append(_("Die dag kunnen wij niet laten zien. U ziet nu alle datums vanaf vandaag."))
        rows = rows.filter(starts_at__date=day) if day else rows.upcoming(midnight(on))
        page = Paginator(rows, DATES_PER_PAGE).get_page(request.GET.get("pagina"))
    return render(
        request,
        "activities/agenda.html",
        {
            "chosen": chosen,
            "query": chosen.query,
            "messages": messages,
            "month": month,
            "page": page,
            "days": by_day(page, known, on) if page else [],
            "day": day,
            "this_month": on,
            "form": agenda_form(chosen, known),
        },
    )


def agenda_form(chosen, known):
    """What there is to choose from: [(parameter, label, [(value, label, is chosen)])], and what is kept."""
    choices = {
        "sector": (_("Sector"), [(sector.value, Sector(sector).label) for sector in MAIN_SECTORS]),
        "behoefte": (_("Helpt bij"), Need.choices),
        "programma": (_("Programma"), [(p.slug, p.name) for p in known.programmes.values()]),
        "regio": (_("Regio"), Region.objects.order_by("name").values_list("slug", "name")),
        "landsdeel": (_("Landsdeel"), Landsdeel.objects.order_by("order").values_list("slug", "name")),
    }
    return {
        "selects": [
            (name, label, [(value, text, value in chosen.values.get(name, ())) for value, text in options])
            for name, (label, options) in choices.items()
        ],
        "with_places": WITH_PLACES if "plaatsen" in chosen.values else "",
        "kept": [pair for pair in chosen.pairs if pair[0] in KEPT_BY_FORM],
    }
