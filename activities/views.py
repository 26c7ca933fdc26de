"""The loket page of a school, the rest of its list, and the same answer as JSON."""

import re
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import Http404, HttpResponsePermanentRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

from activities.advice import keep_advice
from activities.desk import desk_for, joinable_programmes
from activities.situation import PARAMETERS, read_situation
from activities.stored import stored_of, viewer_of
from loket.vocabulary import MAIN_SECTORS, Barrier, Need, Phase, Sector
from networks.directory import directory
from regions.kept_pages import kept_page
from schools.models import CODE_PATTERN, School

FURTHER_PER_PAGE = 20


def canonical_code(code):
    """The code as the register writes it. Raises Http404 when `code` cannot be one."""
    upper = code.strip().upper()
    if not re.fullmatch(CODE_PATTERN, upper):
        raise Http404(code)
    return upper


def programme_slugs(known):
    """{slug or alias: slug} of all programmes in a Directory."""
    slugs = {slug: slug for slug in known.programmes}
    for programme in known.programmes.values():
        slugs.update(dict.fromkeys(programme.aliases, programme.slug))
    return slugs


def reading_of(request, school, known):
    return read_situation(
        request.GET,
        school_code=school.code,
        school_sectors=school.sectors,
        programmes=programme_slugs(known),
    )


def ask_query(school, reading):
    """What the page for a question needs to know of the school and of "Dit zijn wij"."""
    return urlencode([("school", school.code), *reading.pairs])


@login_not_required
@require_safe
def loket(request, code):
    """The loket page: redirects to the code as written in the register, 404 for what is no code."""
    wanted = canonical_code(code)
    if wanted != code:
        query = f"?{request.GET.urlencode()}" if request.GET else ""
        return HttpResponsePermanentRedirect(reverse("activities:loket", args=[wanted]) + query)
    return loket_page(request, code)


@kept_page(*PARAMETERS, "waarom")
def loket_page(request, code, *, version):
    school = get_object_or_404(School.objects.for_desk(), code=code)
    known = directory(version)
    viewer, stored, reading, desk = _desk_of_visitor(request, school, known)
    if viewer and viewer.is_member and school.closed_on is None:
        keep_advice(school=school, user=viewer.user, desk=desk, now=timezone.now())
    wanted = request.GET.get("waarom", "")
    asked = known.programmes.get(programme_slugs(known).get(wanted, ""))
    response = render(
        request,
        "activities/loket.html",
        {
            "school": school,
            "viewer": viewer,
            "stored": stored,
            "desk": desk,
            "reading": reading,
            "ask_query": ask_query(school, reading),
            "situation": reading.situation,
            "form": situation_form(desk, reading),
            "programmes": known.programmes.values(),
            "asked": asked,
            "why_not": desk.why_not(asked) if asked else "",
            "is_unknown_programme": bool(wanted) and asked is None,
            "is_closed": school.closed_on is not None and school.closed_on <= desk.on,
        },
    )
    if reading.messages:
        # Nobody asks the same mistake twice: not worth a place in the cache.
        patch_cache_control(response, no_store=True)
    return response


@login_not_required
@require_safe
@kept_page(*PARAMETERS, "pagina")
def further(request, code, *, version):
    """All that fits a school after its first five."""
    school = get_object_or_404(School.objects.for_desk(), code=canonical_code(code))
    known = directory(version)
    _viewer, _stored, reading, desk = _desk_of_visitor(request, school, known)
    page = Paginator(desk.further, FURTHER_PER_PAGE).get_page(request.GET.get("pagina"))
    start = max(page.start_index() - 1, 0)
    return render(
        request,
        "activities/further.html",
        {
            "school": school,
            "desk": desk,
            "reading": reading,
            "ask_query": ask_query(school, reading),
            "page": page,
            "suggestions": desk.further_page(start, start + FURTHER_PER_PAGE),
        },
    )


def _desk_of_visitor(request, school, known):
    """(Viewer or None, Stored or None, Reading, Desk): with what is kept of the school for who may see it."""
    on = timezone.localdate()
    reading = reading_of(request, school, known)
    viewer = viewer_of(request, school, on)
    if viewer is None:
        return None, None, reading, desk_for(school, reading.situation, on=on, known=known)
    stored = stored_of(school, on)
    reading = reading.with_stored(stored)
    desk = desk_for(school, reading.situation, on=on, known=known, pins=stored.pins, waiting=stored.waiting)
    return viewer, stored, reading, desk


def situation_form(desk, reading):
    """What "Dit zijn wij" offers to choose from: plain tuples, because a form object costs 3 ms (measured)."""
    situation = reading.situation
    return {
        "sectors": [(s, Sector(s).label, s in situation.sectors) for s in MAIN_SECTORS],
        "phases": [
            {
                "sector": sector,
                "given": situation.phases.get(sector, ""),
                "assumed": Phase(situation.phase(sector)).label,
                "choices": [(phase.value, phase.label) for phase in Phase],
            }
            for sector in situation.sectors
            if sector in MAIN_SECTORS
        ],
        "needs": [(need.value, need.label, need.value in situation.needs) for need in Need],
        "barriers": [(b.value, b.label, b.value in situation.barriers) for b in Barrier],
        "programmes": [
            (programme.slug, programme.name, programme.slug in situation.does)
            for programme in joinable_programmes(desk.directory, situation.sectors)
        ],
    }
