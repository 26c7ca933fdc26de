"""What belongs to one network: partners, support points, meetings and obligations."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Count, Q
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from networks.contacts import touch
from networks.models import Partner, SupportPoint
from networks.rights import is_programme_staff, networks_changed_by, networks_seen_by
from quality.models import Meeting, Obligation
from quality.obligations import finish, reopen
from regions.models import Organisation
from workspace.access import coordinator_required
from workspace.network_forms import (
    DoneForm,
    MeetingForm,
    ObligationForm,
    PartnerForm,
    SupportPointForm,
    role_refusal,
)
from workspace.network_rows import changed_network, changed_row, for_writing
from workspace.network_views import say_what_was_kept

MOST_FOUND = 20
LEAST_TYPED = 2
READ_AND_WRITE = ["GET", "HEAD", "POST"]


def form_page(request, network, form, *, title, label, remove_url="", note="", status=200):
    """A page with one form; `label` is what its button says, `remove_url` where the row can be taken away."""
    context = {
        "section": "networks",
        "network": network,
        "form": form,
        "title": title,
        "label": label,
        "remove_url": remove_url,
        "note": note,
    }
    return render(request, "workspace/network_form.html", context, status=status)


def status_of(request, form):
    """409 when somebody else changed the same, 400 for another mistake."""
    if request.method != "POST":
        return 200
    return 409 if getattr(form, "clashing", ()) else 400


def removal(request, row, *, network, question, remove, done):
    """Ask before something is taken away; POST does it."""
    if request.method != "POST":
        context = {"section": "networks", "network": network, "question": question}
        return render(request, "workspace/network_remove.html", context)
    touch(row)
    remove()
    messages.success(request, done)
    return redirect("workspace:network", network.slug)


# --- partners ----------------------------------------------------------------------------------------
@coordinator_required
@require_http_methods(READ_AND_WRITE)
@transaction.atomic
def partners(request, slug):
    """Search an organisation and add it with its role. A board says how many schools it has."""
    network = changed_network(request, slug)
    text = request.GET.get("q", "").strip()
    error, status = "", 200
    if request.method == "POST":
        chosen = request.POST.get("organisatie", "")
        organisation = get_object_or_404(Organisation, pk=chosen if chosen.isdigit() else None)
        role = request.POST.get("rol", "")
        error = role_refusal(organisation, role) if role in Partner.Role.values else _("Kies een rol.")
        if not error:
            partner, created = Partner.objects.get_or_create(network=network, organisation=organisation, role=role)
            touch(partner)
            text = _("%(name)s is nu partner.") if created else _("%(name)s was al partner in deze rol.")
            messages.success(request, text % {"name": organisation.name})
            return redirect("workspace:network", slug)
        text, status = request.POST.get("q", organisation.name), 400
    found = []
    if len(text) >= LEAST_TYPED:
        wanted = Q(name__icontains=text) | Q(number=text)
        schools = Count("schools", filter=Q(schools__closed_on=None))
        rows = Organisation.objects.filter(wanted).select_related("municipality").annotate(school_count=schools)
        found = list(rows.order_by("name", "pk")[: MOST_FOUND + 1])
    context = {
        "section": "networks",
        "network": network,
        "text": text,
        "found": found[:MOST_FOUND],
        "more": len(found) > MOST_FOUND,
        "too_short": bool(text) and len(text) < LEAST_TYPED,
        "roles": [role for role in Partner.Role.choices if role[0] != Partner.Role.BOARD],
        "error": error,
    }
    return render(request, "workspace/network_partners.html", context, status=status)


@coordinator_required
@require_http_methods(READ_AND_WRITE)
@transaction.atomic
def partner(request, pk):
    """Another role for a partner."""
    row = changed_row(request, Partner.objects.select_related("network", "organisation"), pk)
    form = PartnerForm(request.POST or None, instance=row)
    if row.organisation.kind == Organisation.Kind.BOARD:
        form.fields["role"].choices = [(Partner.Role.BOARD.value, Partner.Role.BOARD.label)]
    else:
        form.fields["role"].choices = [c for c in Partner.Role.choices if c[0] != Partner.Role.BOARD]
    if request.method == "POST" and form.is_valid():
        form.save()
        touch(row)
        messages.success(request, _("De rol is bewaard."))
        say_what_was_kept(request, form)
        return redirect("workspace:network", row.network.slug)
    return form_page(
        request,
        row.network,
        form,
        title=_("Partner: %(name)s") % {"name": row.organisation.name},
        label=_("Bewaar de rol"),
        remove_url=reverse("workspace:partner-remove", args=[pk]),
        status=status_of(request, form),
    )


@coordinator_required
@require_http_methods(READ_AND_WRITE)
@transaction.atomic
def remove_partner(request, pk):
    row = changed_row(request, Partner.objects.select_related("network", "organisation"), pk)
    question = _("%(name)s is dan geen partner meer van %(network)s.")
    if row.role == Partner.Role.BOARD:
        question = _(
            "%(name)s is dan geen partner meer van %(network)s. Zijn scholen buiten het werkgebied vallen weg."
        )
    return removal(
        request,
        row,
        network=row.network,
        question=question % {"name": row.organisation.name, "network": row.network.name},
        remove=row.delete,
        done=_("%(name)s is geen partner meer.") % {"name": row.organisation.name},
    )


# --- support points ----------------------------------------------------------------------------------
@coordinator_required
@require_http_methods(READ_AND_WRITE)
@transaction.atomic
def add_support_point(request, slug):
    network = changed_network(request, slug)
    form = SupportPointForm(request.POST or None, instance=SupportPoint(network=network))
    if request.method == "POST" and form.is_valid():
        point = form.save()
        touch(point)
        messages.success(request, _("Het steunpunt staat erbij. Voeg nu toe wie men daar belt."))
        return redirect("workspace:contact-add", "steunpunt", point.pk)
    return form_page(
        request,
        network,
        form,
        title=_("Steunpunt toevoegen"),
        label=_("Voeg het steunpunt toe"),
        status=status_of(request, form),
    )


@coordinator_required
@require_http_methods(READ_AND_WRITE)
@transaction.atomic
def support_point(request, pk):
    row = changed_row(request, SupportPoint.objects.select_related("network"), pk)
    form = SupportPointForm(request.POST or None, instance=row)
    if request.method == "POST" and form.is_valid():
        point = form.save(commit=False)
        point.is_sample = False
        point.save()
        touch(point)
        messages.success(request, _("Het steunpunt is bewaard."))
        say_what_was_kept(request, form)
        return redirect("workspace:network", row.network.slug)
    return form_page(
        request,
        row.network,
        form,
        title=_("Steunpunt: %(name)s") % {"name": row.name},
        label=_("Bewaar het steunpunt"),
        remove_url=reverse("workspace:support-point-remove", args=[pk]),
        status=status_of(request, form),
    )


@coordinator_required
@require_http_methods(READ_AND_WRITE)
@transaction.atomic
def remove_support_point(request, pk):
    row = changed_row(request, SupportPoint.objects.select_related("network"), pk)
    return removal(
        request,
        row,
        network=row.network,
        question=_("Het steunpunt %(name)s en zijn contacten verdwijnen van de pagina van het netwerk.")
        % {"name": row.name},
        remove=row.delete,
        done=_("Het steunpunt %(name)s is weg.") % {"name": row.name},
    )


# --- meetings ----------------------------------------------------------------------------------------
MEETING_NOTE = gettext_lazy(
    "Partners en de penvoerder van het netwerk kunt u hier aankruisen. "
    "Mist er een? Voeg die dan eerst toe als partner."
)


@coordinator_required
@require_http_methods(READ_AND_WRITE)
@transaction.atomic
def add_meeting(request, slug):
    network = changed_network(request, slug)
    form = MeetingForm(request.POST or None, instance=Meeting(network=network))
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("De bijeenkomst staat erbij."))
        return redirect("workspace:network", slug)
    return form_page(
        request,
        network,
        form,
        title=_("Bijeenkomst toevoegen"),
        label=_("Voeg de bijeenkomst toe"),
        note=MEETING_NOTE,
        status=status_of(request, form),
    )


@coordinator_required
@require_http_methods(READ_AND_WRITE)
@transaction.atomic
def meeting(request, pk):
    row = changed_row(request, Meeting.objects.select_related("network"), pk)
    form = MeetingForm(request.POST or None, instance=row)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("De bijeenkomst is bewaard."))
        say_what_was_kept(request, form)
        return redirect("workspace:network", row.network.slug)
    return form_page(
        request,
        row.network,
        form,
        title=_("Bijeenkomst van %(day)s") % {"day": f"{row.held_on:%d-%m-%Y}"},
        label=_("Bewaar de bijeenkomst"),
        remove_url=reverse("workspace:meeting-remove", args=[pk]),
        note=MEETING_NOTE,
        status=status_of(request, form),
    )


@coordinator_required
@require_http_methods(READ_AND_WRITE)
@transaction.atomic
def remove_meeting(request, pk):
    """Only one that did not take place: what was held, with who came, is history."""
    row = changed_row(request, Meeting.objects.select_related("network"), pk)
    if row.attendees.exists():
        messages.error(
            request, _("Deze bijeenkomst is geweest en telt mee. Haal eerst weg wie er waren, als dat niet klopt.")
        )
        return redirect("workspace:meeting", pk)
    return removal(
        request,
        row,
        network=row.network,
        question=_("De bijeenkomst “%(title)s” verdwijnt.") % {"title": row.title},
        remove=row.delete,
        done=_("De bijeenkomst “%(title)s” is weg.") % {"title": row.title},
    )


# --- obligations -------------------------------------------------------------------------------------
@coordinator_required
@require_http_methods(READ_AND_WRITE)
@transaction.atomic
def add_obligation(request, slug):
    """Only the programme office says what a network owes."""
    if not is_programme_staff(request.user, request.today):
        raise PermissionDenied
    network = changed_network(request, slug)
    form = ObligationForm(request.POST or None, instance=Obligation(network=network))
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(
            request, _("De verplichting staat erbij. Het netwerk ziet haar 30 dagen van tevoren bij “Nu doen”.")
        )
        return redirect("workspace:network", slug)
    return form_page(
        request,
        network,
        form,
        title=_("Verplichting toevoegen"),
        label=_("Voeg de verplichting toe"),
        status=status_of(request, form),
    )


@coordinator_required
@require_http_methods(READ_AND_WRITE)
@transaction.atomic
def obligation(request, pk):
    """One obligation, for who may look into the network; who may change it says that it was delivered."""
    networks = networks_changed_by if request.method == "POST" else networks_seen_by
    rows = Obligation.objects.select_related("network").filter(
        network__in=networks(request.user, request.today).values("pk")
    )
    row = get_object_or_404(for_writing(request, rows), pk=pk)
    form = DoneForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if "terug" in request.POST:
            reopen(obligation=row)
            messages.success(request, _("De verplichting staat weer open."))
        else:
            finish(obligation=row, by=request.user, now=timezone.now(), note=form.cleaned_data["note"])
            messages.success(request, _("Gedaan: %(what)s.") % {"what": row.title or row.get_kind_display()})
        return redirect("workspace:network", row.network.slug)
    context = {
        "section": "networks",
        "network": row.network,
        "obligation": row,
        "is_late": row.is_late(request.today),
        "form": form,
        "may_change": networks_changed_by(request.user, request.today).filter(pk=row.network_id).exists(),
    }
    return render(request, "workspace/obligation.html", context, status=status_of(request, form))
