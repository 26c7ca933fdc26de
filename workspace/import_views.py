"""Lists in and out: what somebody brought, what would happen, and what happened. One sees one's own lists only."""

from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django_htmx.http import HttpResponseClientRefresh

from enquiries.uploads import largest_upload
from networks.rights import is_programme_staff, networks_changed_by
from workspace.access import coordinator_required
from workspace.exports import PARAMETER, export_response, file_response
from workspace.import_forms import ImportForm
from workspace.imports import steps
from workspace.imports.kinds import KINDS
from workspace.imports.lists import LEFT_OUT, STATUSES
from workspace.imports.reading import LARGEST
from workspace.models import Import

ROWS_ON_A_PAGE = 50
LISTS_SHOWN = 20
WORDS = {
    "new": gettext_lazy("nieuw"),
    "changed": gettext_lazy("gewijzigd"),
    "unchanged": gettext_lazy("ongewijzigd"),
    "duplicate": gettext_lazy("dubbel"),
    "unmatched": gettext_lazy("school niet gevonden"),
    "rejected": gettext_lazy("afgewezen"),
}


@largest_upload(LARGEST)
@coordinator_required
@require_http_methods(["GET", "HEAD", "POST"])
def imports(request):
    """The way in for a list, template files, the lists as they stand here, and what this person brought before."""
    networks = networks_changed_by(request.user, request.today).select_related("programme").order_by("name")
    form = ImportForm(request.POST or None, request.FILES or None, networks=networks)
    if request.method == "POST" and networks and form.is_valid():
        cleaned = form.cleaned_data
        made = steps.bring(
            kind=cleaned["kind"],
            network=cleaned["network"],
            name=cleaned["file"].name,
            content=cleaned["content"],
            by=request.user,
        )
        return redirect(made)
    mine = Import.objects.filter(uploaded_by=request.user).select_related("network").defer("content", "report")
    context = {
        "section": "imports",
        "form": form,
        "networks": networks,
        "kinds": KINDS.values(),
        "lists": mine.order_by("-uploaded_at")[:LISTS_SHOWN],
    }
    return render(request, "workspace/imports.html", context)


def own(request, uid, *later):
    """The list `uid` of whoever asks, without the large fields `later`; anybody else's is not there."""
    mine = Import.objects.filter(uploaded_by=request.user).select_related("network")
    return get_object_or_404(mine.defer("content", *later), uid=uid)


@coordinator_required
@require_GET
def brought(request, uid):
    """One list: being read, what would happen, being applied, what happened, or why it was refused."""
    this = own(request, uid)
    context = {"section": "imports", "this": this, "kind": KINDS[this.kind]}
    if this.is_busy:
        context |= {"progress": steps.progress_of(this.pk)}
    elif not this.refused_at:
        context |= shown_rows(request, this)
    return render(request, "workspace/import.html", context)


def shown_rows(request, this):
    """The rows of a list that the address asks for (`?soort=`), the ones that need attention first."""
    lines = this.report.get("lines", [])
    asked = request.GET.get("soort", "")
    if asked in STATUSES:
        lines = [line for line in lines if line["status"] == asked]
    else:
        asked = ""
        lines = sorted(lines, key=lambda line: (line["status"] not in LEFT_OUT, line["number"]))
    page = Paginator(lines, ROWS_ON_A_PAGE).get_page(request.GET.get("pagina"))
    for line in page:
        line["word"] = WORDS[line["status"]]
    counts = [(status, WORDS[status], this.counts.get(status, 0)) for status in STATUSES]
    return {"page": page, "asked": asked, "query": urlencode({"soort": asked}) if asked else "", "counts": counts}


@coordinator_required
@require_GET
def progress(request, uid):
    """How far a worker is, for htmx; the whole page once it is done."""
    this = own(request, uid, "report")
    if not this.is_busy:
        return HttpResponseClientRefresh() if request.htmx else redirect(this)
    return render(request, "workspace/_import_progress.html", {"this": this, "progress": steps.progress_of(this.pk)})


@coordinator_required
@require_POST
def apply(request, uid):
    this = own(request, uid)
    try:
        steps.ask_to_apply(
            this,
            fingerprint=request.POST.get("fingerprint", ""),
            leave_out=request.POST.get("leave_out") == "ja",
            now=timezone.now(),
        )
    except steps.NotNow as error:
        messages.error(request, str(error))
    return redirect(this)


@coordinator_required
@require_POST
def throw_away(request, uid):
    """A list that was not applied goes, with the file."""
    this = own(request, uid)
    if this.applied_at or this.asked_to_apply_at:
        messages.error(request, _("Deze lijst is al toegepast, of daar wordt aan gewerkt. Zij blijft bewaard."))
        return redirect(this)
    this.delete()
    messages.success(
        request, _("De lijst “%(name)s” is weggegooid. Er is niets gewijzigd.") % {"name": this.file_name}
    )
    return redirect("workspace:imports")


@coordinator_required
@require_GET
def left_out(request, uid):
    """The rows that cannot be read, as they stood in the file, with why; to mend and to bring again."""
    this = own(request, uid)
    raw = this.report.get("raw")
    if not raw:
        raise Http404
    why = {str(line["number"]): line for line in this.report["lines"]}
    heading = [*this.report["heading"], _("Rij"), _("Waarom niet"), _("Bedoelt u")]

    def rows():
        width = len(this.report["heading"])
        for number, cells in raw.items():
            line = why[number]
            padded = (*cells[:width], *[""] * (width - len(cells)))
            yield (*padded, int(number), " ".join(line["notes"]), "; ".join(line["candidates"]))

    return export_response(request, rows(), heading, _("niet ingelezen rijen"))


def kind_or_404(kind):
    if kind not in KINDS:
        raise Http404
    return KINDS[kind]


@coordinator_required
@require_GET
def template_file(request, kind):
    """An empty list with its heading, an explanation and one row as an example."""
    wanted = kind_or_404(kind)
    form = request.GET.get(PARAMETER, "xlsx")
    name = _("voorbeeld %(title)s") % {"title": wanted.title.lower()}
    if form != "xlsx":
        return export_response(request, wanted.template_rows(), wanted.template_headings(), name)
    return file_response(
        wanted.template_rows(), wanted.template_headings(), name, form, notes=wanted.template_notes()
    )


@coordinator_required
@require_GET
def take_along(request, kind):
    """A list as it stands here, of one network (`?netwerk=slug`) or of all that this person may change."""
    wanted = kind_or_404(kind)
    networks = networks_changed_by(request.user, request.today).select_related("programme").order_by("name")
    if slug := request.GET.get("netwerk"):
        networks = networks.filter(slug=slug)
    networks = tuple(networks)
    if not networks:
        raise Http404
    scope = steps.Scope(
        user=request.user,
        networks=networks,
        changed=frozenset(network.pk for network in networks),
        is_staff=is_programme_staff(request.user, request.today),
        today=request.today,
    )
    here = wanted(scope)
    columns = [column.column_name for column in here.fields.values()]
    name = f"{wanted.title} {networks[0].slug if len(networks) == 1 else ''}"
    return export_response(request, here.export_rows(), columns, name)
