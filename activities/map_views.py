"""The map, its shapes and its rows."""

from functools import cache
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.views.decorators.http import condition, require_safe

from activities.map_layers import GROUPS, LAYERS, as_values, mapped_programmes, municipalities_of
from networks.directory import directory
from regions.kept_pages import kept_page, release
from regions.models import Municipality

FIRST_LAYER = "dekking"


def _chosen(request, known):
    """(layer, programme, messages) as the URL asks, or the first where it asks for what is not there."""
    messages = []
    slug = request.GET.get("laag", FIRST_LAYER)
    if slug not in LAYERS:
        messages.append("laag")
    layer = LAYERS.get(slug, LAYERS[FIRST_LAYER])
    programmes = mapped_programmes(known)
    wanted = request.GET.get("programma", "")
    programme = next((p for p in programmes if p.slug == wanted), None)
    if wanted and programme is None:
        messages.append("programma")
    if programme is None and layer.needs_programme and programmes:
        programme = programmes[0]
    return layer, programme, messages


def _rows(layer, programme, known):
    if layer.needs_programme and programme is None:
        return []
    return layer.rows(known, timezone.localdate(), programme)


@login_not_required
@require_safe
@kept_page("laag", "programma")
def map_page(request, *, version):
    """The table of a layer; the script draws the same rows beside it."""
    known = directory(version)
    layer, programme, messages = _chosen(request, known)
    rows = _rows(layer, programme, known)
    present = {row.group for row in rows}
    asked = {"laag": layer.slug} | ({"programma": programme.slug} if programme else {})
    return render(
        request,
        "activities/map.html",
        {
            "layers": LAYERS.values(),
            "layer": layer,
            "programmes": mapped_programmes(known),
            "programme": programme,
            "rows": rows,
            "legend": [(group, label) for group, label in GROUPS.items() if label and group in present],
            "messages": messages,
            "rows_url": f"{reverse('activities:map-rows')}?{urlencode(asked)}",
        },
    )


@login_not_required
@require_safe
@kept_page("laag", "programma")
def map_rows(request, *, version):
    """The rows of a layer as JSON, in the order of the table."""
    known = directory(version)
    layer, programme, _messages = _chosen(request, known)
    return JsonResponse({"shape": layer.shape, "rows": as_values(_rows(layer, programme, known))})


@login_not_required
@require_safe
@kept_page()
def area_rows(request, kind, slug, *, version):
    """The municipalities of one region, landsdeel or network, for the map on its page."""
    known, current = directory(version), Municipality.objects.current()
    if kind == "netwerk":
        network = next((network for network in known.networks.values() if network.slug == slug), None)
        found = current.filter(pk__in=known.area_of(network)) if network else current.none()
    else:
        found = current.filter(**{{"regio": "region__slug", "landsdeel": "landsdeel__slug"}[kind]: slug})
    rows = municipalities_of(found, known, timezone.localdate())
    if not rows:
        raise Http404(slug)
    return JsonResponse({"shape": "municipalities", "rows": as_values(rows)})


@login_not_required
@require_safe
@condition(etag_func=lambda request: f'"{release()}"')
def map_shapes(request):
    """All shapes as TopoJSON: the same bytes until the next release."""
    response = HttpResponse(_shapes(), content_type="application/json")
    patch_cache_control(response, public=True, max_age=3600)
    return response


@cache
def _shapes():
    return (settings.DATA_DIR / "map.topojson").read_bytes()
