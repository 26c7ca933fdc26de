"""The kept figures on screens: which moments there are, one of them, and one beside another."""

import re

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import InvalidPage, Paginator
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from dashboards.access import figures_required
from dashboards.asked import BESIDE, LONGEST
from dashboards.models import Snapshot
from dashboards.snapshot_changes import changes, side_by_side
from dashboards.snapshot_content import figures_for
from dashboards.snapshot_forms import SnapshotForm
from dashboards.snapshots import (
    TARGET_COLUMNS,
    AlreadyTaken,
    as_json,
    columns_of,
    notes_of,
    rows_of,
    take,
    target_rows,
)
from workspace.exports import CONTENT_TYPES, PARAMETER, file_response
from workspace.lists import PAGE

PER_PAGE = 25
MOST_BESIDE = 240  # moments that the list to choose from offers: twenty years of months
PART, TARGETS = "deel", "doelen"  # `?formaat=csv&deel=doelen` is the targets of that day as a file
KEY = re.compile(r"[0-9]{1,18}")


@figures_required
@require_http_methods(["GET", "HEAD", "POST"])
def snapshots(request):
    """The moments of which figures were kept, the newest first; the programme office keeps those of today."""
    form = _form(request)
    if form and form.is_bound and form.is_valid():
        try:
            taken = take(request.today, by=request.user, title=form.cleaned_data["title"])
        except AlreadyTaken:
            form.refuse_second()
        else:
            messages.success(request, _("De cijfers van vandaag zijn vastgelegd."))
            return redirect(taken)
    paginator = Paginator(Snapshot.objects.without_content(), PER_PAGE)
    typed = request.GET.get(PAGE, "1")
    try:
        page, wrong_page = paginator.page(typed), ""
    except InvalidPage:
        page, wrong_page = paginator.get_page(typed), _cleaned(typed)
    context = {"section": "snapshots", "viewer": request.viewer, "page": page, "form": form, "wrong_page": wrong_page}
    status = 422 if form and form.errors else 404 if wrong_page else 200
    return render(request, "dashboards/snapshots.html", context, status=status)


def _form(request):
    """The form of the programme office, filled in when it was sent; None for others, who may send nothing."""
    if request.viewer.is_staff:
        return SnapshotForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        raise PermissionDenied
    return None


@figures_required
@require_safe
def snapshot(request, pk):
    """The figures of one moment, what changed since the one before, and with `?naast=` another beside it."""
    viewer = request.viewer
    shown = get_object_or_404(Snapshot.objects.select_related("taken_by"), pk=pk)
    beside, error = _beside(request, shown)
    if PARAMETER in request.GET:
        return _file(request, shown, beside, error)
    figures = figures_for(shown, viewer)
    before = Snapshot.objects.before(shown).first()
    context = {
        "section": "snapshots",
        "viewer": viewer,
        "snapshot": shown,
        "figures": side_by_side(figures, figures_for(beside, viewer) if beside else ()),
        "beside": beside,
        "error": error,
        "before": before,
        "changes": changes(figures, figures_for(before, viewer)) if before else [],
        "choices": Snapshot.objects.without_content().exclude(pk=pk)[:MOST_BESIDE],
    }
    return render(request, "dashboards/snapshot.html", context, status=400 if error else 200)


def _beside(request, shown):
    """(the Snapshot that is asked for beside `shown`, or None; what is wrong with what was asked, or "")"""
    typed = request.GET.get(BESIDE, "").strip()
    if not typed:
        return None, ""
    found = Snapshot.objects.filter(pk=int(typed)).first() if KEY.fullmatch(typed) else None
    if found is None:
        said = _("Naast: “%(value)s” is geen moment dat is vastgelegd. Kies er een uit de lijst.")
        return None, said % {"value": _cleaned(typed)}
    if found == shown:
        return None, _("Dit moment kunt u niet naast zichzelf zetten. Kies een ander moment.")
    return found, ""


def _cleaned(typed):
    """What somebody typed in the address, short and fit to show."""
    return typed.replace("\0", "\N{REPLACEMENT CHARACTER}")[:LONGEST]


def _file(request, shown, beside, error):
    form = request.GET[PARAMETER]
    if error:
        return JsonResponse({"detail": [error]}, status=400, json_dumps_params={"ensure_ascii": False})
    if form == "json":
        return JsonResponse(as_json(shown, request.viewer), json_dumps_params={"ensure_ascii": False})
    if form not in CONTENT_TYPES:
        known = ", ".join((*CONTENT_TYPES, "json"))
        message = _("Dit formaat kennen wij niet. Kies uit: %(known)s.") % {"known": known}
        return HttpResponse(f"{message}\n", status=400, content_type="text/plain; charset=utf-8")
    name = f"cijfers-van-{shown.taken_on}"
    if shown.has_samples:
        name += "-met-voorbeelden"
    if request.GET.get(PART) == TARGETS:
        return file_response(target_rows(shown), TARGET_COLUMNS.values(), f"doelen-bij-{name}", form)
    rows, notes = rows_of(shown, request.viewer, beside), notes_of(shown, request.viewer)
    return file_response(rows, columns_of(beside), name, form, notes=list(notes))
