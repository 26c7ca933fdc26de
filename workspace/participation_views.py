"""Participation: who did what, filled in cell by cell, row by row or by pasting; and dates with who waits."""

import re
from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count, Exists, OuterRef, Q
from django.http import Http404, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.audit import deleted_keys, trail_of_keys
from accounts.drafts import keeps_typed_text, take_draft
from activities.models import Entry, Participation
from enquiries.cells import ChangedMeanwhileError, NotWrittenError, Said, Write, write_all
from loket.vocabulary import Sector, school_year
from networks.models import Network
from networks.rights import is_programme_staff, networks_changed_by, networks_seen_by
from schools.models import School
from workspace.access import coordinator_required
from workspace.exports import PARAMETER, export_response
from workspace.lists import PAGE, rest_of_query
from workspace.participation_cells import CellError, read, show
from workspace.participation_dates import dates_of, waiting_for_programme
from workspace.participation_forms import PasteForm, RowForm
from workspace.participation_grid import (
    AT_A_TIME,
    NOT_TAKING_PART,
    Grid,
    GridFilter,
    UnknownRowError,
    activities_of,
    cell_of,
    columns_of,
    keys_of,
    years_of,
)
from workspace.participation_paste import plan

SECTION = "participation"
NETWORKS_PER_PAGE = 50
YEAR = re.compile(r"([0-9]{4})-([0-9]{4})")
CONFLICT = 409
BAD = 400


@dataclass(frozen=True)
class Here:
    """The network and school year of a page, and whether its visitor may fill it in."""

    network: Network
    school_year: str
    may_change: bool

    @property
    def args(self):
        return [self.network.slug, self.school_year]


def _here(request, slug, year, *, to_change=False):
    """Raises Http404 for a network that is not the visitor's to read, PermissionDenied for one they only read."""
    found = YEAR.fullmatch(year)
    if not found or int(found[2]) != int(found[1]) + 1:
        raise Http404(year)
    is_staff = is_programme_staff(request.user, request.today)
    mine = networks_seen_by(request.user, request.today, is_staff=is_staff).select_related("programme")
    changed = networks_changed_by(request.user, request.today, is_staff=is_staff)
    network = get_object_or_404(mine.annotate(may_change=Exists(changed.filter(pk=OuterRef("pk")))), slug=slug)
    if to_change and not network.may_change:
        raise PermissionDenied
    return Here(network, year, network.may_change)


@coordinator_required
@require_safe
def participation(request):
    """The networks somebody may read, with how many schools take part; for who has one, its grid at once."""
    year = school_year(request.today)
    mine = networks_seen_by(request.user, request.today).order_by("name", "pk")
    if mine.count() == 1:
        return _grid(request, _here(request, mine.get().slug, year))
    live = Q(participations__school_year=year, participations__stopped_on=None)
    rows = mine.select_related("programme").annotate(
        school_count=Count("participations__school", filter=live, distinct=True)
    )
    if PARAMETER in request.GET:
        columns = (_("netwerk"), _("programma"), _("scholen die meedoen"))
        lines = ((row.name, row.programme.name, row.school_count) for row in rows.iterator(chunk_size=500))
        return export_response(request, lines, columns, _("deelname per netwerk"))
    page = Paginator(rows, NETWORKS_PER_PAGE).get_page(request.GET.get(PAGE))
    context = {"section": SECTION, "tab": "grid", "page": page, "year": year, "query": rest_of_query(request)}
    return render(request, "workspace/participation.html", context)


@coordinator_required
@require_safe
def grid(request, slug, year):
    return _grid(request, _here(request, slug, year))


def _grid(request, here):
    form = GridFilter(request.GET, is_national=here.network.is_national)
    made = Grid(here.network, here.school_year, on=request.today, shown=form.shown, words=form.words)
    if PARAMETER in request.GET:
        return export_response(request, _export_rows(made), _export_columns(made), _file_name(here))
    paginator = Paginator(made.places, AT_A_TIME)
    page = paginator.get_page(request.GET.get(PAGE))
    start = page.start_index() - 1 if page.paginator.count else 0
    context = {
        "section": SECTION,
        "tab": "grid",
        "here": here,
        "years": years_of(here.network, request.today),
        "filter": form,
        "page": page,
        "query": rest_of_query(request),
        "columns": made.columns,
        "rows": list(made.rows(start, start + AT_A_TIME)),
        "counts": made.counts,
    }
    return render(request, "workspace/participation_grid.html", context)


def _file_name(here):
    return f"{_('deelname')} {here.network.slug} {here.school_year}"


def _export_columns(made):
    fixed = ("code", _("school"), _("plaats"), _("sector"), _("stand"))
    return [*fixed, *(column.heading for column in made.columns)]


def _export_rows(made):
    for row in made.all_rows():
        yield (row.code, row.name, row.place, row.sector, row.state, *(cell.text for cell in row.cells))


# --- one cell --------------------------------------------------------------------------------------------


@coordinator_required
@require_POST
def grid_cell(request, slug, year):
    """Save one cell for the script of the grid; the answer says what stands there now, as JSON."""
    here = _here(request, slug, year, to_change=True)
    code, _dash, sector = request.POST.get("row", "").partition("-")
    typed = request.POST.get("text", "")
    pk = request.POST.get("activity", "")
    mine = activities_of(here.network, year, request.today)
    activity = mine.filter(pk=pk).first() if pk.isdecimal() else None
    if activity is None:
        return _refused(_("Deze activiteit staat er niet meer. Laad de pagina opnieuw."), CONFLICT)
    key = keys_of(here.network, year, {(code, sector)})[code, sector]
    if isinstance(key, UnknownRowError):
        return _refused(str(key), BAD)
    try:
        write = Write(key, activity, read(typed, year), read(request.POST.get("seen", ""), year))
        write_all([write], by=request.user, today=request.today)
    except ChangedMeanwhileError as error:
        return _refused(
            _("Een ander veranderde dit intussen. Er staat nu: %(now)s.")
            % {"now": show(error.current) or _("niets")},
            CONFLICT,
            seen=show(error.current),
        )
    except NotWrittenError as error:
        return _refused(error.sentence, BAD)
    except CellError as error:
        return _refused(str(error), BAD)
    said = _("Bewaard: %(text)s.") % {"text": show(write.said)} if write.said else _("Leeggemaakt.")
    row = Participation.objects.filter(**key.fields).first()
    state = {"state": str(row.state.label if row else NOT_TAKING_PART), "is_in": bool(row and row.stopped_on is None)}
    return JsonResponse({"text": show(write.said), "said": said, **state})


def _refused(sentence, status, **more):
    return JsonResponse({"said": sentence, **more}, status=status)


# --- one school ------------------------------------------------------------------------------------------


@keeps_typed_text
@coordinator_required
@require_http_methods(["GET", "HEAD", "POST"])
def grid_row(request, slug, year, code, sector):
    """One school as a plain form, with what happened and who changed what."""
    here = _here(request, slug, year, to_change=request.method == "POST")
    if sector not in Sector.values:
        raise Http404(sector)
    school = get_object_or_404(School.objects.select_related("municipality"), code=code)
    row = Participation.objects.filter(network=here.network, school_year=year, school=school, sector=sector).first()
    key = keys_of(here.network, year, {(code, sector)})[code, sector]
    if isinstance(key, UnknownRowError):
        raise Http404(str(key))
    entries = _entries_by_activity(row)
    columns = columns_of(here.network, year, request.today)
    single = [
        (column, Said.of(entries[column.pk][0]) if entries.get(column.pk) else None)
        for column in columns
        if len(entries.get(column.pk, ())) < 2
    ]
    data = request.POST if request.method == "POST" else take_draft(request)
    form = RowForm(data, cells=single, school_year=year)
    status = 200
    if request.method == "POST" and form.is_valid():
        writes = [Write(key, column.activity, said, seen) for column, said, seen in form.said]
        try:
            changed = write_all(writes, by=request.user, today=request.today)
        except NotWrittenError as error:
            form.add_error(f"vakje-{error.write.activity.pk}", _sentence(error))
            status = CONFLICT
        else:
            _say_saved(request, changed)
            return redirect("workspace:grid-row", *here.args, code, sector)
    context = {
        "section": SECTION,
        "tab": "grid",
        "here": here,
        "school": school,
        "sector": sector,
        "row": row,
        "form": form,
        "several": [
            (column, cell_of(entries[column.pk]).text) for column in columns if len(entries.get(column.pk, ())) > 1
        ],
        "shown": [(column, cell_of(entries.get(column.pk, [])).text) for column in columns],
        "trail": _trail(key, row),
    }
    return render(request, "workspace/participation_row.html", context, status=status)


def _sentence(error):
    if isinstance(error, ChangedMeanwhileError):
        return _(
            "Een ander veranderde dit intussen. Er staat nu: %(now)s. Laad de pagina opnieuw om dat te zien."
        ) % {"now": show(error.current) or _("niets")}
    return error.sentence


def _entries_by_activity(row):
    found = {}
    for entry in row.entries.exclude(activity=None).order_by("happened_on") if row else ():
        found.setdefault(entry.activity_id, []).append(entry)
    return found


def _trail(key, row):
    """Who changed what of the participation and of what happened in it, also of what was emptied."""
    named = str(row or Participation(**key.fields))
    rows = deleted_keys(Participation, name=named) + ([row.pk] if row else [])
    if not rows:
        return []
    entries = list(Entry.objects.filter(participation=row).values_list("pk", flat=True)) if row else []
    entries += deleted_keys(Entry, participation=rows)
    found = trail_of_keys(Participation, rows) + trail_of_keys(Entry, entries)
    return sorted(found, key=lambda entry: entry.at, reverse=True)


def _say_saved(request, changed):
    if changed:
        said = ngettext("%(count)d vakje is bewaard.", "%(count)d vakjes zijn bewaard.", changed) % {"count": changed}
        messages.success(request, said)
    else:
        messages.info(request, _("Er was niets veranderd."))


# --- a block from a spreadsheet ------------------------------------------------------------------------------


@keeps_typed_text
@coordinator_required
@require_http_methods(["GET", "HEAD", "POST"])
def grid_paste(request, slug, year):
    """First what a block would change; the second button saves all of it, or nothing."""
    here = _here(request, slug, year, to_change=True)
    data = request.POST if request.method == "POST" else take_draft(request)
    form = PasteForm(data)
    context = {"section": SECTION, "tab": "paste", "here": here, "form": form}
    status = 200
    columns = columns_of(here.network, year, request.today)
    if form.is_bound and form.is_valid():
        typed = form.cleaned_data
        pks = [column.pk for column in columns]
        made = plan(
            typed["tekst"],
            network=here.network,
            school_year=year,
            columns=columns,
            first_column=pks.index(typed["kolom"]) if typed["kolom"] in pks else 0,
            rows=typed["rijen"],
        )
        is_shown = bool(typed["gezien"])
        if is_shown and made.can_be_saved and typed["gezien"] == made.digest:
            try:
                changed = write_all(made.writes, by=request.user, today=request.today)
            except NotWrittenError as error:
                context["refusal"] = f"{error.write.key.school}, {error.write.activity}: {_sentence(error)}"
                status = CONFLICT
            else:
                _say_saved(request, changed)
                return redirect("workspace:grid", *here.args)
        elif is_shown and made.can_be_saved:
            context["refusal"] = _("Er is intussen iets veranderd. Kijk nog eens na wat er nu gebeurt.")
            status = CONFLICT
        form.data = form.data.copy()
        form.data["gezien"] = made.digest
        context["plan"] = made
    return render(request, "workspace/participation_paste.html", context | {"columns": columns}, status=status)


# --- dates -----------------------------------------------------------------------------------------------


@coordinator_required
@require_safe
def grid_dates(request, slug, year):
    """The dates of the school year: who was there is written down for each, and who waits is shown in order."""
    here = _here(request, slug, year)
    dates = dates_of(here.network, year, timezone.now())
    for_programme = waiting_for_programme(here.network)
    if PARAMETER in request.GET:
        columns = (_("activiteit"), _("datum"), _("plaats in de rij"), _("school"), _("code"), _("in de rij sinds"))
        return export_response(request, _waiting_rows(here, dates, for_programme), columns, _("wachtlijsten"))
    context = {
        "section": SECTION,
        "tab": "dates",
        "here": here,
        "years": years_of(here.network, request.today),
        "dates": dates,
        "for_programme": for_programme,
        "waiting_count": sum(len(row.waiting) for row in dates) + len(for_programme),
    }
    return render(request, "workspace/participation_dates.html", context)


def _waiting_rows(here, dates, for_programme):
    lists = [
        (row.occurrence.activity.title, timezone.localtime(row.occurrence.starts_at), row.waiting) for row in dates
    ]
    lists.append((here.network.programme.name, "", for_programme))
    for title, moment, waiting in lists:
        for number, one in enumerate(waiting, start=1):
            school = one.registration.school
            yield (title, moment, number, school.name, school.code, timezone.localtime(one.queued_at))
