"""The pages on which the programme office fills in the targets of a programme and what was measured."""

from dataclasses import dataclass

from django.contrib import messages
from django.db import transaction
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from dashboards import target_changes
from dashboards.access import office_required
from dashboards.target_changes import INTERIM, MEASUREMENT, TARGET, find, rows_of, stages_that_go, successor
from dashboards.target_forms import FORMS
from dashboards.targets import Target, main_rows, measured_as, source_of, targets_of, words
from networks.models import Programme
from networks.target_rows import (
    as_rows,
    fingerprint,
    in_words,
    indicator_of,
    is_number,
    measurement_problems,
    moment_of,
    target_problems,
    text_of,
    value_of,
)

READ_AND_WRITE = ["GET", "HEAD", "POST"]
WORDS = {
    TARGET: {
        "name": gettext_lazy("het doel"),
        "add": gettext_lazy("Voeg een doel toe"),
        "change": gettext_lazy("Verander het doel"),
        "added": gettext_lazy("Het doel staat erbij."),
        "changed": gettext_lazy("Het doel is veranderd."),
        "removed": gettext_lazy("Het doel is weggehaald."),
    },
    INTERIM: {
        "name": gettext_lazy("het tussendoel"),
        "add": gettext_lazy("Voeg een tussendoel toe"),
        "change": gettext_lazy("Verander het tussendoel"),
        "added": gettext_lazy("Het tussendoel staat erbij."),
        "changed": gettext_lazy("Het tussendoel is veranderd."),
        "removed": gettext_lazy("Het tussendoel is weggehaald."),
    },
    MEASUREMENT: {
        "name": gettext_lazy("de meting"),
        "add": gettext_lazy("Voeg een meting toe"),
        "change": gettext_lazy("Verander de meting"),
        "added": gettext_lazy("De meting staat erbij."),
        "changed": gettext_lazy("De meting is veranderd."),
        "removed": gettext_lazy("De meting is weggehaald."),
    },
}


@dataclass(frozen=True, slots=True)
class Line:
    """An interim target or a measurement as the page shows it. value None: unknown."""

    kind: str
    key: str
    indicator: str
    value: object
    unit: str
    when: str
    is_approximate: bool
    source: str

    @property
    def is_measurement(self):
        return self.kind == MEASUREMENT


@dataclass(frozen=True, slots=True)
class Shown:
    """A target with what belongs to it.

    name, stage_name: the indicators, as they are kept, under which a measurement or an interim target can be added;
    "" for none.
    """

    key: str
    target: Target
    name: str
    stage_name: str
    lines: tuple[Line, ...]


@office_required
@require_safe
def programmes(request):
    """Every programme, also those without a target, with how many it has."""
    rows = [(programme, len(main_rows(programme))) for programme in Programme.objects.order_by("name")]
    context = {"section": "targets", "viewer": request.viewer, "programmes": rows}
    return render(request, "dashboards/target_programmes.html", context)


@office_required
@require_safe
def targets(request, slug):
    """The targets of one programme, what was measured, and what of it nobody can read."""
    programme = get_object_or_404(Programme, slug=slug)
    shown, loose = _shown(programme, request.today)
    context = {
        "section": "targets",
        "viewer": request.viewer,
        "programme": programme,
        "shown": shown,
        "loose": loose,
        "problems": [
            (title, problems)
            for title, problems in (
                (_("Doelen"), target_problems(as_rows(programme.targets))),
                (_("Metingen"), measurement_problems(as_rows(programme.measurements))),
            )
            if problems
        ],
    }
    return render(request, "dashboards/targets.html", context)


def _shown(programme, on):
    """(tuple of Shown, Lines that belong to no target)"""
    lines = {
        kind: [(row, _line(programme, kind, row)) for row in rows_of(programme, kind)]
        for kind in (INTERIM, MEASUREMENT)
    }
    used, found = set(), []
    for row, target in zip(main_rows(programme), targets_of(programme, on), strict=True):
        name = indicator_of(row)
        measured = measured_as(row)
        own = [line for other, line in lines[INTERIM] if name and indicator_of(other) == name]
        own += [line for other, line in lines[MEASUREMENT] if measured and indicator_of(other) == measured]
        used |= {id(line) for line in own}
        stage_name = name if measured and is_number(row.get("value")) else ""
        found.append(Shown(fingerprint(row), target, measured, stage_name, tuple(own)))
    return found, [line for pairs in lines.values() for _row, line in pairs if id(line) not in used]


def _line(programme, kind, row):
    key, row = fingerprint(row), row if isinstance(row, dict) else {}
    return Line(
        kind=kind,
        key=key,
        indicator=words(indicator_of(row)) if indicator_of(row) else _("onbekend"),
        value=value_of(row, "value"),
        unit="" if isinstance(row.get("value"), str) else text_of(row.get("unit")),
        when=in_words(moment_of(row, "date" if kind == MEASUREMENT else "deadline")),
        is_approximate=row.get("approximate") is True,
        source=source_of(programme, row),
    )


# --- one row ---------------------------------------------------------------------------------------
@office_required
@require_http_methods(READ_AND_WRITE)
@transaction.atomic
def add_row(request, slug, kind):
    """A form for a new target, interim target or measurement; `?doel=` is the one that it is about."""
    programme = _programme(request, slug, kind)
    form = FORMS[kind](
        request.POST if request.method == "POST" else None,
        programme=programme,
        row=[],
        today=request.today,
        initial={"indicator": text_of(request.GET.get("doel"))} if "doel" in request.GET else None,
    )
    if kind != TARGET and not form.names():
        messages.warning(request, _("Voeg eerst een doel toe. Een tussendoel kan alleen bij een getal."))
        return redirect("dashboards:targets", slug)
    if form.is_bound and form.is_valid():
        target_changes.add(programme, kind, form.new_row, *_stages(form))
        return _done(request, slug, WORDS[kind]["added"])
    return _form_page(request, programme, kind, form)


def _stages(form):
    stage = getattr(form, "interim_row", None)
    return [stage] if stage else []


@office_required
@require_http_methods(READ_AND_WRITE)
@transaction.atomic
def change_row(request, slug, kind, key):
    """A form over one row. What somebody else did with it meanwhile is said, and never written over unseen."""
    programme = _programme(request, slug, kind)
    row = find(programme, kind, key)
    if request.method != "POST":
        if not row:
            return _gone(request, slug)
        form = FORMS[kind](programme=programme, row=row, today=request.today)
        return _form_page(request, programme, kind, form, key)
    if not row:
        seen, shown = FORMS[kind].seen(request.POST)
        row = successor(programme, kind, seen[0], shown) if seen else []
    form = FORMS[kind](request.POST, programme=programme, row=row, today=request.today)
    if form.is_valid() and row:
        target_changes.replace(programme, kind, row[0], form.new_row)
        if form.kept:
            kept = ", ".join(str(label) for label in form.kept)
            said = _("Iemand anders veranderde intussen dit; dat is zo gebleven: %(kept)s.")
            messages.info(request, said % {"kept": kept})
        return _done(request, slug, WORDS[kind]["changed"])
    if not row:
        form.add_error(
            None,
            _(
                "Iemand anders heeft dit intussen weggehaald of veranderd. Er is niets bewaard. Wat u typte, staat "
                "er nog: kijk eerst op de pagina met doelen, of voeg het hier als nieuw toe."
            ),
        )
    return _form_page(request, programme, kind, form, fingerprint(row[0]) if row else "")


@office_required
@require_http_methods(READ_AND_WRITE)
@transaction.atomic
def remove_row(request, slug, kind, key):
    """Ask before a row is taken away; POST does it, unless the row is no longer as it was shown."""
    programme = _programme(request, slug, kind)
    row = find(programme, kind, key)
    if not row:
        return _gone(request, slug)
    if request.method == "POST":
        target_changes.remove(programme, kind, row[0])
        return _done(request, slug, WORDS[kind]["removed"])
    stages = stages_that_go(programme, row[0]) if kind == TARGET else []
    context = {
        "section": "targets",
        "viewer": request.viewer,
        "programme": programme,
        "name": WORDS[kind]["name"],
        "line": _line(programme, kind, row[0]),
        "stages": [_line(programme, INTERIM, stage) for stage in stages],
        "has_measurements": kind == TARGET and indicator_of(row[0]) in _measured(programme),
    }
    return render(request, "dashboards/target_remove.html", context)


def _measured(programme):
    return {indicator_of(row) for row in rows_of(programme, MEASUREMENT)} - {""}


def _programme(request, slug, kind):
    """The Programme; when something was sent, locked until it is written."""
    if kind not in FORMS:
        raise Http404(kind)
    rows = Programme.objects.select_for_update(of=("self",)) if request.method == "POST" else Programme.objects
    return get_object_or_404(rows, slug=slug)


def _done(request, slug, said):
    messages.success(request, said)
    return redirect("dashboards:targets", slug)


def _gone(request, slug):
    said = _("Iemand anders heeft dit intussen veranderd of weggehaald. Er is niets gewijzigd. Zo staat het er nu.")
    messages.warning(request, said)
    return redirect("dashboards:targets", slug)


def _form_page(request, programme, kind, form, key=""):
    """The page of one form. key: of the row that is changed, as it stands now; "" for a new one."""
    said = WORDS[kind]
    if key:
        action = reverse("dashboards:target-change", args=[programme.slug, kind, key])
    else:
        action = reverse("dashboards:target-add", args=[programme.slug, kind])
    context = {
        "section": "targets",
        "viewer": request.viewer,
        "programme": programme,
        "form": form,
        "kind": kind,
        "key": key,
        "action": action,
        "title": said["change"] if key else said["add"],
        "label": _("Bewaar") if key else said["add"],
    }
    return render(request, "dashboards/target_form.html", context, status=422 if form.errors else 200)
