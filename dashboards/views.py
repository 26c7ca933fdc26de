"""The figures on screens: overview, one figure, its schools, all definitions, targets; and the open ones for all."""

import hashlib
from dataclasses import replace
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import BooleanField, ExpressionWrapper, Q
from django.http import Http404, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from activities.map_layers import Row, as_values
from dashboards import own_networks, tables
from dashboards.access import NETWORK, PUBLIC, figures_required
from dashboards.asked import BESIDE, LABELS, SORT, SORTS, SPLIT, read, school_years
from dashboards.behind import BEHIND
from dashboards.charts import chart_response, has_chart, said, summary
from dashboards.figures import NONE
from dashboards.map_classes import class_of, map_classes
from dashboards.overview import KEPT_SECONDS, overview
from dashboards.registry import FIGURES, PARTICIPATIONS
from dashboards.risks import COLUMNS, RiskFilter, at_risk, file_rows
from dashboards.rollup_figures import part_of
from dashboards.rollup_models import RollupState
from dashboards.suppression import LEAST
from dashboards.then_and_now import beside_figure
from dashboards.white_spots import nearby
from loket.vocabulary import MAIN_SECTORS
from networks.directory import directory
from networks.rights import networks_seen_by, schools_coordinated_by
from regions.models import Landsdeel, Municipality, Region
from workspace.exports import PARAMETER, export_response
from workspace.lists import PAGE, rest_of_query

PER_PAGE = 50
MOST_LINES = 400  # of a figure on one page: all municipalities, but not a thousand networks
PART = "deel"  # ?per=fase&deel=invoering: the schools of one part
PARTS = ("fase", "aantal", "intensiteit")  # dimensions of which no filter says the same
IMAGE = "beeld"  # ?formaat=svg&beeld=smal: the chart as it stands in the page
MAP_SHAPES = {"gemeente": "municipalities", "regio": "regions", "landsdeel": "landsdelen"}
# What one sees under a part of a figure.
UNDER = {"landsdeel": "regio", "regio": "gemeente", "programma": "landsdeel", "sector": "landsdeel"}


@figures_required
@require_safe
def index(request):
    """The national overview."""
    context = {"section": "overview", "viewer": request.viewer, **overview(request.viewer, request.today)}
    return render(request, "dashboards/overview.html", context)


def _own_networks(viewer):
    if not viewer.networks:
        return []
    known = directory()
    return sorted((known.networks[pk] for pk in viewer.networks if pk in known.networks), key=lambda row: row.name)


@figures_required
@require_safe
def networks(request):
    """One's own networks beside the nation."""
    viewer = request.viewer
    if not viewer.networks:  # staff splits by network instead, and others have none
        raise PermissionDenied
    lines = own_networks.lines_of(viewer, request.today)
    if PARAMETER in request.GET:
        return export_response(request, own_networks.file_rows(lines), own_networks.columns(), "cijfers-netwerken")
    context = {"section": "networks", "viewer": viewer, "lines": lines, "state": RollupState.current()}
    context["figures"] = [FIGURES[key] for key in own_networks.KEYS]
    return render(request, "dashboards/networks.html", context)


def _figure(viewer, key):
    figure = FIGURES.get(key)
    if figure is None or not viewer.may_see(figure):
        raise Http404(key)
    return figure


@figures_required
@require_safe
def figure(request, key):
    """One figure, narrowed down and split, with a second beside it; `?formaat=` gives the same as a file."""
    found = FIGURES.get(key)
    if found and found.is_open and not request.viewer.may_see(found):  # of persons: the ministry reads it as all do
        return redirect("dashboards:open-figure", key)
    return _page(request, _figure(request.viewer, key), request.viewer, "dashboards/figure.html")


@login_not_required
@require_safe
def open_figure(request, key):
    """As `figure`, of what everybody may see."""
    request.today = timezone.localdate()
    return _page(request, _figure(PUBLIC, key), PUBLIC, "dashboards/open_figure.html")


def _page(request, figure, viewer, template):
    asked = read(request.GET, figure, viewer, request.today)
    wants_file = PARAMETER in request.GET
    if asked.errors:
        if wants_file:
            return JsonResponse({"detail": asked.errors}, status=400, json_dumps_params={"ensure_ascii": False})
        context = {**_choices(request, figure, viewer, asked), "errors": asked.errors}
        return render(request, template, context, status=400)
    answer, beside = _answers(request, figure, viewer, asked)
    comparison = beside_figure(figure, asked, answer)
    if request.GET.get(PARAMETER) == "json":
        values = tables.as_json(figure, answer, asked, comparison, beside=beside)
        return JsonResponse(values, json_dumps_params={"ensure_ascii": False})
    if request.GET.get(PARAMETER) == "svg" and has_chart(answer):
        return chart_response(figure, answer, asked, beside, form=request.GET.get(IMAGE, ""))
    if wants_file:
        rows = tables.rows_of(figure, answer, asked, beside, comparison)
        return export_response(request, rows, tables.columns_of(figure, asked, comparison), f"cijfers-{figure.key}")
    lines = tables.lines_of(answer, asked, beside, of_share=figure.has_share)
    page = Paginator(lines, MOST_LINES).get_page(request.GET.get(PAGE))
    context = {
        **_choices(request, figure, viewer, asked),
        "answer": answer,
        "page": page,
        "has_chart": has_chart(answer),
        "chart_says": summary(figure, answer, asked),
        "has_samples": asked.has_samples and figure.source == PARTICIPATIONS,
        "beside": beside,
        "comparison": comparison,
        "lines": _drilled(request, figure, viewer, asked, page.object_list),
        "total": tables.Line(answer.total, beside.total if beside else None),
        "finding": finding(figure, answer),
        "shape": MAP_SHAPES.get(asked.split, "") if figure.is_mapped else "",
        "legend": _classes(figure, answer),
        "network": asked.chosen.network,
        "per_network": _per_network(request, figure, viewer, asked),
        "may_see_schools": bool(figure.rows) and viewer.sees_rows,
        "may_see_rows": figure.key in BEHIND
        and viewer.sees_rows
        and bool(asked.chosen.programme or not figure.per_programme),
    }
    return render(request, template, context)


def _answers(request, figure, viewer, asked):
    """The Answer and the one beside it, or None. Of who is not logged in kept for half a minute, as the overview is:
    else a few visitors could keep a site counting.
    """
    asked_for = (figure.key, asked.split, sorted(asked.values.items()), request.GET.get(BESIDE, ""))
    of_what = (request.today, asked.chosen.known.version, asked.chosen.built_on)
    key = "dashboards:open:" + hashlib.sha256(repr((asked_for, of_what)).encode()).hexdigest()
    found = cache.get(key) if viewer.is_public else None
    if found is None:
        found = (figure(asked.chosen, asked.split), figure(asked.beside, asked.split) if asked.beside else None)
        if viewer.is_public:
            cache.set(key, found, KEPT_SECONDS)
    return found


def _drilled(request, figure, viewer, asked, lines):
    """`lines` with the way down: from landsdeel to regio to gemeente to schools, from programma to landsdeel, ...

    Where no schools are behind a figure, it ends at the rows that are. A part that no filter can say, such as a
    phase, goes down by `?per=fase&deel=invoering`.
    """
    split, chosen = asked.split, asked.chosen
    may = viewer.dimensions(figure, network=chosen.network.pk if chosen.network else None)
    to_schools = bool(figure.rows) and viewer.sees_rows
    to_rows = figure.key in BEHIND and viewer.sees_rows
    is_filter = split in figure.filters
    goes_on = is_filter and UNDER.get(split) in may
    if not goes_on and not ((to_schools or to_rows) and is_filter) and not (to_schools and split in PARTS):
        return lines
    slugs = dict(Region.objects.values_list("pk", "slug")) if split == "regio" else {}
    query = request.GET.copy()
    for name in (BESIDE, SORT, SPLIT, PAGE, split):
        query.pop(name, None)
    if goes_on or not is_filter:
        query[SPLIT] = UNDER[split] if goes_on else split
    page = "dashboards:schools" if to_schools else "dashboards:rows"
    path = "" if goes_on else reverse(page, args=[figure.key])
    asked_for, name = query.urlencode(), split if is_filter else PART
    found = []
    for line in lines:
        key = slugs.get(int(line.cell.key), "") if slugs and line.cell.key.isdigit() else line.cell.key
        if (is_filter and key in ("", NONE)) or (not goes_on and not line.cell.value):
            found.append(line)
        else:
            found.append(replace(line, drill=f"{path}?{asked_for}&{urlencode({name: key})}".replace("?&", "?")))
    return found


def _per_network(request, figure, viewer, asked):
    """The address of the same place per network, from a landsdeel or a region down; "" where that is not there."""
    chosen = asked.chosen
    may = viewer.dimensions(figure, network=chosen.network.pk if chosen.network else None)
    is_place = chosen.landsdeel or chosen.region or chosen.municipality
    if not is_place or chosen.network or asked.split == NETWORK or NETWORK not in may:
        return ""
    query = request.GET.copy()
    for name in (BESIDE, PAGE):
        query.pop(name, None)
    query[SPLIT] = NETWORK
    return f"?{query.urlencode()}"


def _choices(request, figure, viewer, asked):
    """What the filter offers: only what this person may choose, with what was typed still there."""
    known = asked.chosen.known
    networks = known.networks.values() if viewer.is_staff else _own_networks(viewer)
    may = viewer.dimensions(figure, network=asked.chosen.network.pk if asked.chosen.network else None)
    options = {
        "schooljaar": lambda: [(year, year) for year in school_years(request.today)],
        "sector": lambda: [(sector.value, sector.label) for sector in MAIN_SECTORS],
        "programma": lambda: sorted(((row.slug, row.name) for row in known.programmes.values()), key=_by_name),
        "landsdeel": lambda: Landsdeel.objects.values_list("pk", "name").order_by("order"),
        "regio": lambda: Region.objects.values_list("slug", "name").order_by("name") if "regio" in may else [],
        "netwerk": lambda: sorted(((row.slug, row.name) for row in networks), key=_by_name),
    }
    filters = []
    for name in figure.filters:
        found = list(options[name]()) if name in options else []
        if found or request.GET.get(name):
            filters.append(
                {"name": name, "label": LABELS[name], "options": found, "value": request.GET.get(name, "")}
            )
    return {
        "section": "figures",
        "figure": figure,
        "viewer": viewer,
        "asked": asked,
        "filters": filters,
        "splits": [(name, LABELS[name]) for name in may],
        "split_label": LABELS.get(asked.split, _("Wat")),
        "sorts": SORTS.items(),
        "sort": request.GET.get(SORT, "naam"),
        "beside_value": request.GET.get(BESIDE, ""),
        "besides": _besides(figure, viewer, asked, request.today),
        "query": rest_of_query(request),
        "split_name": SPLIT,
        "is_public": viewer.is_public,
    }


def _by_name(pair):
    return pair[1].lower()


def _besides(figure, viewer, asked, on):
    """What can stand beside: the whole country for one's own part, other school years and landsdelen."""
    found = []
    is_narrow = asked.chosen.network or asked.chosen.region or asked.chosen.landsdeel
    if is_narrow and (not asked.split or asked.split in viewer.dimensions(figure)):
        found.append(("land", _("heel Nederland")))
    if "schooljaar" in figure.filters and asked.split != "schooljaar":
        years = [year for year in school_years(on) if year != asked.chosen.school_year]
        found += [(f"schooljaar:{year}", _("schooljaar %(year)s") % {"year": year}) for year in years]
    if "landsdeel" in figure.filters and asked.split not in ("landsdeel", "regio", "gemeente"):
        found += [(f"landsdeel:{row.pk}", row.name) for row in Landsdeel.objects.order_by("order")]
    if "regio" in figure.filters and viewer.is_staff and asked.split not in ("regio", "landsdeel", "gemeente"):
        found += [(f"regio:{row.slug}", row.name) for row in Region.objects.order_by("name")]
    return found


def finding(figure, answer):
    """The figure in one sentence: what stands above the table and what a reader hears instead of the chart."""
    total = answer.total
    if total.is_hidden:
        return _("Het aantal is kleiner dan %(least)d en staat daarom niet hier.") % {"least": LEAST}
    if total.value is None:
        return _("Hier is nog niets om te tellen.")
    value = tables.number(total.value)
    if figure.has_share and total.of:
        said = _("%(value)s van %(of)s %(unit)s: %(percent)s procent.")
        percent = tables.number(tables.percent(total))
        return said % {"value": value, "of": tables.number(total.of), "unit": figure.unit, "percent": percent}
    return _("%(value)s %(unit)s.") % {"value": value, "unit": figure.unit}


@figures_required
@require_safe
def figure_map(request, key):
    """The shares per place as rows for the map, as in the table of the figure."""
    chosen_figure = _figure(request.viewer, key)
    asked = read(request.GET, chosen_figure, request.viewer, request.today)
    if asked.errors or asked.split not in MAP_SHAPES or not chosen_figure.is_mapped:
        return JsonResponse({"detail": asked.errors}, status=400)
    codes = dict(Region.objects.values_list("pk", "code")) if asked.split == "regio" else {}
    answer = chosen_figure(asked.chosen, asked.split)
    classes = _classes(chosen_figure, answer)
    rows = []
    for cell in answer.cells:
        shape = codes.get(int(cell.key), "") if codes and cell.key.isdigit() else cell.key
        group = class_of(_size(chosen_figure, cell), classes).name
        rows.append(Row(shape, cell.label, group, said(chosen_figure, cell), cell.url))
    return JsonResponse({"shape": MAP_SHAPES[asked.split], "rows": as_values(rows)})


def _size(figure, cell):
    """What the colour of a place says: its percentage, or the value; None where it is unknown."""
    return tables.percent(cell) if figure.has_share else cell.value


def _classes(figure, answer):
    sizes = [_size(figure, cell) for cell in answer.cells]
    return map_classes(sizes, unit="%" if figure.has_share else figure.unit)


@figures_required
@require_safe
def schools(request, key):
    """The schools behind a figure, for who may see them: the office all, coordinators their own."""
    viewer = request.viewer
    chosen_figure = _figure(viewer, key)
    if chosen_figure.rows is None or not viewer.sees_rows:
        raise Http404(key)
    asked = read(request.GET, chosen_figure, viewer, request.today)
    if asked.errors:
        context = {**_choices(request, chosen_figure, viewer, asked), "errors": asked.errors}
        return render(request, "dashboards/schools.html", context, status=400)
    rows = chosen_figure.rows(asked.chosen)
    if part := request.GET.get(PART, ""):
        rows = part_of(asked.chosen, rows, asked.split, part)
        if rows is None:
            asked.errors.append(_("Dit deel kennen wij niet. Ga terug naar het cijfer en kies een deel in de tabel."))
            context = {**_choices(request, chosen_figure, viewer, asked), "errors": asked.errors}
            return render(request, "dashboards/schools.html", context, status=400)
        cells = chosen_figure(asked.chosen, asked.split).cells
        label = next(cell.label for cell in cells if cell.key == part)
        asked.names[PART] = f"{str(LABELS[asked.split]).lower()}: {label}"
    if not viewer.is_staff:
        own = schools_coordinated_by(viewer.user, request.today, is_staff=False)
        rows = rows.annotate(is_own=ExpressionWrapper(Q(school__in=own.order_by().values("pk")), BooleanField()))
        rows = rows.filter(Q(is_own=True) | Q(networks__overlap=sorted(viewer.row_networks)))
    rows = rows.select_related("school", "municipality").order_by("school__name", "school__code")
    if PARAMETER in request.GET:
        columns = ("code", _("school"), _("plaats"), _("gemeente"), _("programma’s"))
        columns += (_("activiteiten in dit schooljaar"), _("activiteiten in twee jaar"))
        lines = (
            (row.school.code, row.school.name, row.school.place, _place(row), names, *_numbers(row))
            for row, names in _with_names(rows.iterator(chunk_size=1000), asked.chosen.known, viewer)
        )
        return export_response(request, lines, columns, f"scholen-{chosen_figure.key}")
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get(PAGE))
    context = {
        **_choices(request, chosen_figure, viewer, asked),
        "page": page,
        "rows": list(_with_names(page.object_list, asked.chosen.known, viewer)),
    }
    return render(request, "dashboards/schools.html", context)


@figures_required
@require_safe
def rows(request, key):
    """What a figure rests on where that is no list of schools; `?formaat=` gives the same as a file."""
    viewer = request.viewer
    chosen_figure = _figure(viewer, key)
    if key not in BEHIND or not viewer.sees_rows:
        raise Http404(key)
    asked = read(request.GET, chosen_figure, viewer, request.today)
    listing = None if asked.errors else BEHIND[key](asked.chosen, viewer)
    if not asked.errors and listing is None:
        asked.errors.append(_("Kies eerst een programma: elk programma heeft zijn eigen scholen."))
    context = _choices(request, chosen_figure, viewer, asked)
    if asked.errors:
        return render(request, "dashboards/rows.html", {**context, "errors": asked.errors}, status=400)
    if PARAMETER in request.GET:
        return export_response(request, listing.file_rows(), listing.columns, f"achter-{key}")
    page = Paginator(listing.rows, PER_PAGE).get_page(request.GET.get(PAGE))
    context |= {"page": page, "columns": listing.columns, "lines": list(listing.lines(page.object_list))}
    context["is_own"] = listing.is_own and not viewer.is_staff
    return render(request, "dashboards/rows.html", context)


def _numbers(row):
    return row.activities, row.activities_two_years


def _place(row):
    return row.municipality.name if row.municipality else ""


def _with_names(rows, known, viewer):
    """(row, names of its programmes) of each; of a school that only joined one's network, those of that alone."""
    names = {programme.pk: programme.name for programme in known.programmes.values()}
    mine = {known.networks[pk].programme for pk in viewer.row_networks if pk in known.networks}
    own = {known.programmes[slug].pk for slug in mine}
    for row in rows:
        told = row.programmes
        if not viewer.is_staff and not row.is_own:
            told = [pk for pk in told if pk in own]
            counts = dict(zip(row.programmes, row.counts, strict=True))
            row.activities, row.activities_two_years = None, sum(counts[pk] for pk in told)
        yield row, ", ".join(sorted(names[pk] for pk in told if pk in names))


@figures_required
@require_safe
def definitions(request):
    """What every figure means."""
    viewer = request.viewer
    found = [_defined(figure, viewer) for figure in FIGURES.values() if viewer.may_see(figure)]
    context = {"section": "definitions", "figures": found, "viewer": viewer}
    return render(request, "dashboards/definitions.html", context)


def _splits(figure, viewer):
    """What this person may split by, with one of the own networks chosen where that opens more."""
    return viewer.dimensions(figure, network=next(iter(viewer.row_networks), None))


def _defined(figure, viewer):
    """What the page of definitions says of a figure beside its own words."""
    is_of_years = "schooljaar" in figure.filters
    behind = _("de scholen") if figure.rows else _("een lijst van alles wat meetelt") if figure.key in BEHIND else ""
    return {
        "figure": figure,
        "dimensions": [str(LABELS[name]).lower() for name in _splits(figure, viewer)],
        "filters": [str(LABELS[name]).lower() for name in figure.filters],
        "reference": _("31 juli van het schooljaar, of vandaag zolang het duurt") if is_of_years else _("vandaag"),
        "behind": behind or _("niets: een regel zou over een mens gaan"),
    }


@figures_required
@require_safe
def white_spot(request, slug, code):
    """One white spot: whom to call, which network is nearest, and what schools there asked that is still open."""
    if request.viewer.is_observer:  # it names networks and people
        raise PermissionDenied
    known = directory()
    programme = known.programmes.get(slug)
    place = Municipality.objects.current().filter(pk=code).select_related("region", "landsdeel").first()
    if programme is None or place is None:
        raise Http404(slug)
    context = {"section": "figures", "programme": programme, "place": place, "viewer": request.viewer}
    context |= nearby(programme, place, known, request.user, request.today)
    return render(request, "dashboards/white_spot.html", context)


@figures_required
@require_safe
def risks(request):
    """Networks whose future is at risk: all for the office, one's own for coordinators."""
    viewer = request.viewer
    if not viewer.sees_rows:
        raise PermissionDenied
    form = RiskFilter(request.GET)
    context = {"section": "risks", "viewer": viewer, "form": form}
    if not form.is_valid():
        return render(request, "dashboards/risks.html", context, status=400)
    found, as_of = at_risk(viewer, request.today, form)
    if PARAMETER in request.GET:
        return export_response(request, file_rows(found), COLUMNS, "kwetsbare-netwerken")
    context |= {
        "page": Paginator(found, PER_PAGE).get_page(request.GET.get(PAGE)),
        "as_of": as_of,
        "chosen": [(field.label, form.cleaned_data[field.name]) for field in form if form.cleaned_data[field.name]],
        "query": rest_of_query(request),
        "has_networks": bool(found)
        or networks_seen_by(viewer.user, request.today, is_staff=viewer.is_staff).exists(),
    }
    return render(request, "dashboards/risks.html", context)


@login_not_required
@require_safe
def open_index(request):
    """The figures that everybody may see."""
    found = overview(PUBLIC, timezone.localdate())
    figures = [figure for figure in FIGURES.values() if figure.is_open]
    return render(request, "dashboards/open.html", {**found, "figures": figures})
