"""Search a school: suggestions while typing, and a page of results that works without JavaScript.

Both are the same for everybody: no session, no user.
"""

import unicodedata
from dataclasses import dataclass

from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from schools.models import School
from schools.search import SHOWN, SUGGESTIONS, attempts, known_words, search
from schools.words import Question, understand

MOST_TYPED = 120  # characters; name and place of the longest school fit
LEAST_TYPED = 2  # before that a suggestion helps nobody
PER_PAGE = 25
KEPT_S = 60  # a suggestion may be a minute old: the pages behind it are not


@dataclass(frozen=True)
class Typed:
    """What stands in the address as `q`, made fit to show and to search by, with what was done to it."""

    text: str
    messages: tuple[str, ...] = ()

    @classmethod
    def from_request(cls, request):
        values = request.GET.getlist("q")
        text = " ".join(next((value for value in values if value.strip()), "").split())
        messages = []
        if len(values) > 1:
            messages.append(_("U gaf meer dan één zoekvraag. Wij gebruiken de eerste."))
        readable = "".join(sign for sign in text if unicodedata.category(sign)[0] != "C")
        if readable != text:
            messages.append(_("Tekens die wij niet kunnen lezen, hebben wij weggelaten."))
        if len(readable) > MOST_TYPED:
            readable = readable[:MOST_TYPED].rstrip()
            messages.append(
                _("Uw zoekvraag was te lang. Wij gebruiken de eerste %(count)s tekens.") % {"count": MOST_TYPED}
            )
        return cls(readable, tuple(messages))


@login_not_required
@require_safe
@cache_control(public=True, max_age=KEPT_S)
def suggestions(request):
    """At most eight options for the list under the search box (a fragment, see static/js/school-search.js).

    `voor=lid`: they lead to asking for membership instead of to the loket page.
    """
    text = Typed.from_request(request).text
    asked = len(text) >= LEAST_TYPED
    # One more than is shown tells whether there are more.
    found = search(text, limit=SUGGESTIONS + 1) if asked else []
    context = {"asked": asked, "schools": found[:SUGGESTIONS], "more": len(found) > SUGGESTIONS}
    context["for_member"] = request.GET.get("voor") == "lid"
    # Without the request: what every page knows is not needed in this piece, and it costs time.
    return HttpResponse(render_to_string("schools/_suggestions.html", context))


@login_not_required
@require_safe
@cache_control(public=True, max_age=KEPT_S)
def results(request):
    """All schools for `q`, 25 a page; straight to the school when exactly its code was typed."""
    typed = Typed.from_request(request)
    question = understand(typed.text, known_words()) if typed.text else Question((), ())
    if question.code and (school := School.objects.filter(code=question.code).first()):
        return redirect(school)
    page, in_parts = _page_of(question, request.GET.get("page"))
    return render(
        request,
        "schools/results.html",
        {"typed": typed, "question": question, "page": page, "in_parts": in_parts},
    )


def _page_of(question, number):
    """The page of the first attempt that finds something (None when none does), and whether it is in parts."""
    for attempt in attempts(question):
        schools = attempt.schools.select_related("municipality").only(*SHOWN, "postcode", "municipality__name")
        paginator = Paginator(schools, PER_PAGE)
        if paginator.count:
            return paginator.get_page(number), attempt.in_parts
    return None, False
