"""The networks of a coordinator: the list, the record of one, and who changed what."""

from urllib.parse import urlencode

from auditlog.models import LogEntry
from django.contrib import messages
from django.contrib.contenttypes.models import ContentType
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Count, OuterRef, Prefetch, Q, Subquery
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.audit import entries_of
from networks.assignments import LEADING, assignments_of, networks_led_by, without_coordinator
from networks.directory import directory
from networks.freshness import confirm, networks_to_confirm
from networks.models import Assignment, ContactRole, Network, Partner, Person, Programme, SupportPoint
from networks.rights import is_programme_staff, networks_changed_by, networks_seen_by, regions_coordinated_by
from networks.working_area import area_of, fewest_words
from quality.meetings import rhythm
from quality.models import Meeting, Obligation
from regions.markdown import render_markdown
from schools.models import School
from workspace.access import coordinator_required
from workspace.exports import PARAMETER, export_response
from workspace.network_forms import NetworkForm
from workspace.network_rows import for_writing, seen_network

PER_PAGE = 50
TRAIL_LENGTH = 200
WITHOUT, TO_CONFIRM = "zonder", "bevestigen"


# --- the list ----------------------------------------------------------------------------------------
def _filtered(request, rows, is_staff):
    """(rows, filters as sentences) as the address asks."""
    said = []
    if text := request.GET.get("q", "").strip():
        rows = rows.filter(Q(name__icontains=text) | Q(lead__name__icontains=text))
        said.append(_("met “%(text)s” in de naam of penvoerder") % {"text": text})
    programme = Programme.objects.filter(slug=request.GET.get("programma", "")).first()
    if programme:
        rows = rows.filter(programme=programme)
        said.append(_("van %(name)s") % {"name": programme.name})
    if request.GET.get(WITHOUT) == "coordinator" and is_staff:
        rows = without_coordinator(rows, request.today)
        said.append(_("zonder coördinator"))
    if request.GET.get(TO_CONFIRM) == "ja":
        rows = networks_to_confirm(rows, request.today)
        said.append(_("te bevestigen"))
    return rows, said


def _with_facts(rows, on):
    late = Obligation.objects.due_by(on).exclude(due_on=on).filter(network=OuterRef("pk")).order_by()
    leading = Assignment.objects.on(on).filter(role__in=LEADING, user__is_active=True).select_related("user")
    places = Network.area.through.objects.filter(network=OuterRef("pk")).order_by()
    return (
        rows.select_related("programme", "lead")
        .annotate(
            late_count=Subquery(late.values("network").annotate(n=Count("pk")).values("n")),
            place_count=Subquery(places.values("network").annotate(n=Count("pk")).values("n")),
        )
        .prefetch_related(Prefetch("assignments", leading.order_by("pk"), to_attr="leading"))
    )


@coordinator_required
@require_safe
def networks(request):
    """The networks that the visitor may look into, with what is not in order."""
    is_staff = is_programme_staff(request.user, request.today)
    seen = networks_seen_by(request.user, request.today)
    rows, said = _filtered(request, seen, is_staff)
    if not rows.query.order_by:
        rows = rows.order_by("name", "pk")
    rows = _with_facts(rows, request.today)
    if PARAMETER in request.GET:
        return export_response(request, _export_rows(rows), COLUMNS, _("netwerken"))
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("pagina"))
    changed = set(
        networks_changed_by(request.user, request.today)
        .filter(pk__in=[row.pk for row in page])
        .values_list("pk", flat=True)
    )
    for row in page:
        row.may_change = row.pk in changed
    asked = {name: value for name, value in request.GET.items() if name not in ("pagina", "formaat")}
    return render(
        request,
        "workspace/networks.html",
        {
            "section": "networks",
            "page": page,
            "said": said,
            "query": urlencode(asked),
            "asked": asked,
            "programmes": Programme.objects.filter(networks__in=seen).order_by("name").distinct(),
            "is_staff": is_staff,
            "may_confirm": bool(changed),
            "regions": [] if is_staff else regions_coordinated_by(request.user, request.today),
        },
    )


COLUMNS = [
    gettext_lazy("netwerk"),
    gettext_lazy("programma"),
    gettext_lazy("penvoerder"),
    gettext_lazy("coördinator"),
    gettext_lazy("gemeenten"),
    gettext_lazy("bevestigd op"),
    gettext_lazy("te late verplichtingen"),
    gettext_lazy("voorbeeld"),
]


def _export_rows(rows):
    for row in rows:
        yield (
            row.name,
            row.programme.name,
            row.lead.name if row.lead else "",
            [str(assignment.user) for assignment in row.leading],
            _("hele land") if row.is_national else row.place_count or 0,
            row.confirmed_on,
            row.late_count or 0,
            row.is_sample,
        )


@coordinator_required
@require_POST
def confirm_networks(request):
    """One click says of one network or of many that all of it is still true."""
    chosen = [pk for pk in request.POST.getlist("netwerk") if pk.isdigit()]
    rows = networks_changed_by(request.user, request.today).filter(pk__in=chosen)
    count = confirm(rows, today=request.today)
    if count:
        text = ngettext("%d netwerk is bevestigd.", "%d netwerken zijn bevestigd.", count) % count
        messages.success(request, text)
    else:
        messages.warning(request, _("Er is niets bevestigd: kies eerst een netwerk dat u mag wijzigen."))
    one = rows.first() if len(chosen) == 1 else None
    return redirect("workspace:network", one.slug) if one else redirect("workspace:networks")


# --- one network -------------------------------------------------------------------------------------
@coordinator_required
@require_safe
def network(request, slug):
    """All of one network: the record, partners, contacts, area, meetings, obligations, who has it."""
    row, on = seen_network(request, slug), request.today
    may_change = networks_changed_by(request.user, on).filter(pk=row.pk).exists()
    is_staff = is_programme_staff(request.user, on)
    known = directory()
    area = area_of(row, known)
    contacts = ContactRole.objects.select_related("person")
    points = row.support_points.select_related("municipality").prefetch_related(Prefetch("contacts", contacts))
    meetings = row.meetings.prefetch_related("attendees")
    school_count = School.objects.filter(board=OuterRef("organisation"), closed_on=None).order_by()
    partnerships = row.partnerships.select_related("organisation").annotate(
        school_count=Subquery(school_count.values("board").annotate(n=Count("pk")).values("n"))
    )
    assignments = list(assignments_of(row))
    for assignment in assignments:
        assignment.holds = (assignment.from_on is None or assignment.from_on <= on) and (
            assignment.until_on is None or assignment.until_on >= on
        )
        assignment.is_over = assignment.until_on is not None and assignment.until_on < on
        assignment.may_end = not assignment.is_over and _may_end(assignment, request, is_staff)
    return render(
        request,
        "workspace/network.html",
        {
            "section": "networks",
            "network": row,
            "may_change": may_change,
            "is_staff": is_staff,
            "may_hand_over": is_staff or networks_led_by(request.user, on).filter(pk=row.pk).exists(),
            "is_due": networks_to_confirm(Network.objects.filter(pk=row.pk), on).exists(),
            "agenda_html": render_markdown(row.agenda_text),
            "area_words": fewest_words(area) if area else [],
            "area_count": len(area),
            "contacts": contacts.filter(network=row).order_by("order", "pk"),
            "partnerships": partnerships.order_by("role", "organisation__name"),
            "points": points.order_by("name"),
            "rhythm": rhythm(row, on),
            "meetings": meetings.order_by("-held_on", "pk")[:20],
            "obligations": row.obligations.select_related("done_by").order_by("done_at", "due_on", "pk")[:50],
            "assignments": assignments,
            "has_leading": any(a.holds and a.role in LEADING and a.user.is_active for a in assignments),
            "today": on,
        },
    )


def _may_end(assignment, request, is_staff):
    """The office ends any; who leads the network ends that of a delegate. Nobody is put out by a colleague."""
    if is_staff:
        return True
    if assignment.role != Assignment.Role.DELEGATE:
        return False
    return networks_led_by(request.user, request.today).filter(pk=assignment.network_id).exists()


@coordinator_required
@require_http_methods(["GET", "HEAD", "POST"])
@transaction.atomic
def edit_network(request, slug):
    """The record. What somebody else changed meanwhile is told, and stays unless both changed the same."""
    changed = networks_changed_by(request.user, request.today).select_related("programme")
    row = get_object_or_404(for_writing(request, changed), slug=slug)
    form = NetworkForm(request.POST or None, instance=row)
    is_preview = "voorbeeld" in request.POST
    status = 200
    if request.method == "POST" and form.is_valid() and not is_preview:
        saved = form.save(commit=False)
        saved.edited_at = timezone.now()
        saved.save()
        messages.success(request, _("Bewaard. Scholen zien dit vanaf nu."))
        say_what_was_kept(request, form)
        return redirect("workspace:network", slug)
    if request.method == "POST" and not is_preview:
        status = 409 if form.clashing else 400
    name = Network.objects.values_list("name", flat=True).get(pk=row.pk)
    text = form["agenda_text"].value() or ""
    context = {"section": "networks", "network": row, "name": name, "form": form, "preview": render_markdown(text)}
    return render(request, "workspace/network_edit.html", context, status=status)


def say_what_was_kept(request, form):
    """Tell what somebody else changed in the same row and what therefore stayed."""
    if form.kept:
        labels = ", ".join(str(label) for label in form.kept)
        messages.info(
            request, _("Iemand anders veranderde intussen: %(labels)s. Dat bleef staan.") % {"labels": labels}
        )


@coordinator_required
@require_safe
def network_trail(request, slug):
    """Who changed what of a network and of all that belongs to it, also of what is gone; one query a page."""
    row = seen_network(request, slug)
    contacts = ContactRole.objects.filter(Q(network=row) | Q(support_point__network=row))
    parts = [model.objects.filter(network=row) for model in (Partner, SupportPoint, Meeting, Obligation, Assignment)]
    found = entries_of(Network, LogEntry.objects.get_for_object(row), TRAIL_LENGTH)
    for rows in (*parts, contacts, Person.objects.filter(roles__in=contacts.values("pk"))):
        found += entries_of(rows.model, _entries_about(rows, row), TRAIL_LENGTH)
    entries = sorted(found, key=lambda entry: entry.at, reverse=True)[:TRAIL_LENGTH]
    context = {"section": "networks", "network": row, "entries": entries}
    return render(request, "workspace/network_trail.html", context)


def _entries_about(rows, network):
    """Log entries about the queryset `rows`, and about rows of its model that once belonged to `network`."""
    kind = ContentType.objects.get_for_model(rows.model)
    keys = [str(pk) for pk in rows.order_by().values_list("pk", flat=True)]
    was_its = Q(changes__network__contains=[network.pk])
    return LogEntry.objects.filter(was_its | Q(object_pk__in=keys), content_type=kind)
