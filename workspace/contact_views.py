"""Whom schools call: the contacts of networks, support points and regions."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from networks.contacts import add_contact, change_contact, move_contact, remove_contact
from networks.freshness import confirm, contacts_to_confirm
from networks.models import ContactRole, SupportPoint
from networks.rights import contacts_changed_by, networks_changed_by, regions_coordinated_by
from workspace.access import coordinator_required
from workspace.exports import PARAMETER, export_response
from workspace.network_forms import ContactForm
from workspace.network_part_views import READ_AND_WRITE, status_of
from workspace.network_views import say_what_was_kept

PER_PAGE = 50
OWNERS = ("network", "support_point__network", "region", "landsdeel", "programme", "organisation")


def back_of(contact):
    """Where the contact stands: the page of its network, else the list."""
    network = contact.network or (contact.support_point.network if contact.support_point_id else None)
    return redirect("workspace:network", network.slug) if network else redirect("workspace:contacts")


def _contact(request, pk):
    rows = contacts_changed_by(request.user, request.today).select_related("person", *OWNERS)
    if request.method == "POST":  # the person too: somebody else may edit it by another role
        rows = rows.select_for_update(of=("self", "person"))
    return get_object_or_404(rows, pk=pk)


@coordinator_required
@require_safe
def contacts(request):
    """All contacts that the visitor may change; those to confirm come first when asked for."""
    rows = contacts_changed_by(request.user, request.today)
    to_confirm = request.GET.get("bevestigen") == "ja"
    due = contacts_to_confirm(rows, request.today)
    shown = due if to_confirm else rows.order_by("person__name", "pk")
    shown = shown.select_related("person", *OWNERS)
    if PARAMETER in request.GET:
        return export_response(request, _export_rows(shown), COLUMNS, _("contacten"))
    page = Paginator(shown, PER_PAGE).get_page(request.GET.get("pagina"))
    overdue = set(due.filter(pk__in=[row.pk for row in page]).order_by().values_list("pk", flat=True))
    for row in page:
        row.is_due = row.pk in overdue
    return render(
        request,
        "workspace/contacts.html",
        {
            "section": "networks",
            "page": page,
            "to_confirm": to_confirm,
            "due_count": due.order_by().count(),
            "query": "bevestigen=ja" if to_confirm else "",
            "regions": regions_coordinated_by(request.user, request.today)[:10],
        },
    )


COLUMNS = [
    gettext_lazy("naam"),
    gettext_lazy("e-mailadres"),
    gettext_lazy("telefoon"),
    gettext_lazy("bereikbaar"),
    gettext_lazy("voor"),
    gettext_lazy("functie"),
    gettext_lazy("volgorde"),
    gettext_lazy("bevestigd op"),
]


def _export_rows(contacts):
    for row in contacts:
        person = row.person
        known = (person.name, person.email, person.telephone, person.reachable)
        yield (*known, str(row.owner), row.title, row.order, row.confirmed_on)


@coordinator_required
@require_POST
def confirm_contacts(request):
    """One click says of one contact or of many that one can still call them."""
    chosen = [pk for pk in request.POST.getlist("contact") if pk.isdigit()]
    rows = contacts_changed_by(request.user, request.today).filter(pk__in=chosen)
    count = confirm(rows, today=request.today)
    if count:
        text = ngettext("%d contact is bevestigd.", "%d contacten zijn bevestigd.", count) % count
        messages.success(request, text)
    else:
        messages.warning(request, _("Er is niets bevestigd: kies eerst een contact."))
    slug = request.POST.get("netwerk", "")
    if slug and networks_changed_by(request.user, request.today).filter(slug=slug).exists():
        return redirect("workspace:network", slug)
    return redirect("workspace:contacts")


def _owner(request, kind, pk):
    """The network, support point or region for which the visitor may add a contact, or 404."""
    networks = networks_changed_by(request.user, request.today)
    if kind == "netwerk":
        return {"network": get_object_or_404(networks, pk=pk)}
    if kind == "steunpunt":
        points = SupportPoint.objects.select_related("network").filter(network__in=networks.values("pk"))
        return {"support_point": get_object_or_404(points, pk=pk)}
    if kind == "regio":
        return {"region": get_object_or_404(regions_coordinated_by(request.user, request.today), pk=pk)}
    raise Http404(kind)


@coordinator_required
@require_http_methods(READ_AND_WRITE)
@transaction.atomic
def add(request, kind, pk):
    """A contact. A person whom Loket knows by this address gets one more role, and keeps name and telephone."""
    owner = _owner(request, kind, pk)
    form = ContactForm(request.POST or None, instance=ContactRole(**owner))
    if request.method == "POST" and form.is_valid():
        contact = form.save(commit=False)
        known = add_contact(contact=contact, person_values=form.person_values, today=request.today)
        if known:
            messages.info(
                request,
                _("%(name)s stond al in Loket. Naam en telefoon bleven zoals ze waren; hier kunt u ze wijzigen.")
                % {"name": contact.person.name},
            )
            return redirect("workspace:contact", contact.pk)
        messages.success(request, _("%(name)s is nu contact.") % {"name": contact.person.name})
        return back_of(contact)
    (name,) = owner.values()
    context = {
        "section": "networks",
        "form": form,
        "owner": name,
        "network": owner.get("network") or getattr(owner.get("support_point"), "network", None),
    }
    return render(request, "workspace/contact_form.html", context, status=status_of(request, form))


@coordinator_required
@require_http_methods(READ_AND_WRITE)
@transaction.atomic
def contact(request, pk):
    """One person, edited once for all that one calls this person for (R55)."""
    row = _contact(request, pk)
    others = row.person.roles.exclude(pk=row.pk).select_related(*OWNERS).order_by("pk")
    form = ContactForm(request.POST or None, instance=row)
    if request.method == "POST" and form.is_valid():
        saved = form.save(commit=False)
        change_contact(contact=saved, person_values=form.person_values, today=request.today)
        messages.success(request, _("Bewaard en bevestigd."))
        say_what_was_kept(request, form)
        return back_of(row)
    context = {
        "section": "networks",
        "form": form,
        "contact": row,
        "owner": row.owner,
        "others": others,
        "network": row.network or (row.support_point.network if row.support_point_id else None),
    }
    return render(request, "workspace/contact_form.html", context, status=status_of(request, form))


@coordinator_required
@require_POST
@transaction.atomic
def move(request, pk):
    """One place earlier or later."""
    row = _contact(request, pk)
    move_contact(contact=row, up=request.POST.get("plaats") == "omhoog")
    return back_of(row)


@coordinator_required
@require_http_methods(READ_AND_WRITE)
@transaction.atomic
def remove(request, pk):
    row = _contact(request, pk)
    if request.method == "POST":
        name, answer = row.person.name, back_of(row)
        remove_contact(contact=row)
        messages.success(request, _("%(name)s is hier geen contact meer.") % {"name": name})
        return answer
    question = _("Scholen bellen %(name)s dan niet meer voor %(owner)s.") % {
        "name": row.person.name,
        "owner": row.owner,
    }
    network = row.network or (row.support_point.network if row.support_point_id else None)
    context = {"section": "networks", "network": network, "question": question}
    return render(request, "workspace/network_remove.html", context)
