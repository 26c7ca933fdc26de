"""The front page, the pages about Loket itself, and the pages for when something goes wrong.

Each page is the same for everybody: no session, no user, no token, so it may be kept and shared.
"""

import re
import unicodedata

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db.models import Count, Max, Q
from django.http import Http404, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from activities.map_layers import GROUPS
from loket.vocabulary import Availability, Sector
from networks.directory import Contact
from networks.models import Network, Programme
from regions.kept_pages import kept_page
from schools.models import School

LONGEST_GUESS = 80


def _public_page(template):
    """A view that shows `template` to anybody."""

    @login_not_required
    @require_safe
    def page(request):
        return render(request, template)

    return page


about = _public_page("pages/about.html")
accessibility = _public_page("pages/accessibility.html")
privacy = _public_page("pages/privacy.html")
data = _public_page("pages/open_data.html")


@login_not_required
@require_safe
@kept_page()
def front(request, *, version):
    return render(request, "front.html", {"figures": figures(on=timezone.localdate())})


def figures(*, on):
    """What is in the register on the day `on`, for the front page; three queries.

    schools: open schools; schools_on: the newest date of their sources, None without schools.
    programmes: all that are described, ended ones too; programmes_as_of: the newest date of their facts.
    networks: those that have not ended; sample_networks: how many of these are made-up examples.
    """
    schools = School.objects.open().aggregate(schools=Count("pk"), schools_on=Max("source_date"))
    programmes = Programme.objects.aggregate(programmes=Count("pk"), programmes_as_of=Max("facts_as_of"))
    networks = Network.objects.filter(Q(ended_on=None) | Q(ended_on__gt=on)).aggregate(
        networks=Count("pk"), sample_networks=Count("pk", filter=Q(is_sample=True))
    )
    return schools | programmes | networks


@login_not_required
@require_safe
def robots(request):
    return render(request, "robots.txt", content_type="text/plain; charset=utf-8")


def page_not_found(request, exception):
    """A way on: the search, filled with what was typed; a program that asks the API gets JSON as always."""
    if request.path.startswith("/api/"):
        return JsonResponse({"detail": _("Dit adres bestaat niet. /api/v1/schema/ zegt welke er zijn.")}, status=404)
    match = request.resolver_match
    context = {
        "typed": words_of(request.path),
        "is_school": match is not None and match.view_name == "activities:loket",
    }
    return render(request, "404.html", context, status=404)


def words_of(path):
    """The words that somebody may have meant with the last part of `path`; "" when it is no words.

    Control characters are left out, at most LONGEST_GUESS characters are kept. The name of a file,
    such as "wp-login.php", is not something one searches a school by.
    """
    segments = [segment for segment in path.split("/") if segment]
    if not segments or re.search(r"\.[A-Za-z0-9]{2,5}$", segments[-1]):
        return ""
    printable = "".join(" " if unicodedata.category(char)[0] in "CZ" else char for char in segments[-1])
    words = " ".join(re.sub(r"[-_+]", " ", printable).split())[:LONGEST_GUESS].strip()
    return words if any(char.isalnum() for char in words) else ""


@login_not_required
@require_safe
def style(request):
    """Every component in every state, for whoever builds; only where DEBUG is on."""
    if not settings.DEBUG:
        raise Http404
    return render(
        request,
        "pages/style.html",
        {
            "sectors": Sector.values,
            "availability": Availability.choices,
            "notices": ["info", "warning", "error", "white-spot"],
            "map_groups": GROUPS.items(),
            "contact": Contact(
                name="Contactpersoon (voorbeeld)",
                title="regionaal coördinator",
                telephone="000 000 00 00",
                email="regio@voorbeeld.example",
                reachable="ma t/m do",
                confirmed_on=None,
                is_sample=True,
            ),
        },
    )
