"""Who has a network: handing it over, standing in during leave, and ending that."""

from datetime import timedelta

from django.contrib import messages
from django.db import transaction
from django.db.models import Q
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from networks.assignments import LEADING, AssignmentError, appoint, end_assignment, hand_over, networks_led_by
from networks.models import Assignment, Network
from networks.rights import is_coordinator, is_programme_staff
from workspace.access import coordinator_required
from workspace.network_forms import AppointForm, HandOverForm
from workspace.network_part_views import READ_AND_WRITE, status_of


def _led_network(request, slug):
    """(network, whether the visitor is of the office), for who answers for it; else 404."""
    is_staff = is_programme_staff(request.user, request.today)
    rows = Network.objects.all() if is_staff else networks_led_by(request.user, request.today)
    return get_object_or_404(rows, slug=slug), is_staff


@coordinator_required
@require_http_methods(READ_AND_WRITE)
@transaction.atomic
def hand_over_network(request, slug):
    """In one step: to whom, and from which day. The office gives a network without coordinator to somebody."""
    network, is_staff = _led_network(request, slug)
    ending = Assignment.objects.filter(Q(until_on=None) | Q(until_on__gte=request.today)).filter(
        network=network, role__in=LEADING, user__is_active=True
    )
    if not is_staff:
        ending = ending.on(request.today).filter(user=request.user)
    # The office may need somebody at once; whoever hands over finishes the day.
    earliest = request.today if is_staff else request.today + timedelta(days=1)
    form = HandOverForm(
        request.POST or None, assignments=ending.select_related("user").order_by("pk"), earliest=earliest
    )
    if request.method == "POST" and form.is_valid():
        try:
            new = hand_over(
                network=network,
                assignment=form.chosen,
                email=form.cleaned_data["email"],
                from_on=form.cleaned_data["from_on"],
                by=request.user,
                today=request.today,
            )
        except AssignmentError as error:
            form.add_error(None, str(error))
        else:
            text = _("%(who)s heeft het netwerk vanaf %(day)s. U krijgt allebei een mail.")
            messages.success(request, text % {"who": new.user, "day": f"{new.from_on:%d-%m-%Y}"})
            return redirect("workspace:network", slug)
    context = {
        "section": "networks",
        "network": network,
        "form": form,
        "is_first": form.only is None and "assignment" not in form.fields,
        "only": form.only,
    }
    return render(request, "workspace/network_hand_over.html", context, status=status_of(request, form))


@coordinator_required
@require_http_methods(READ_AND_WRITE)
@transaction.atomic
def appoint_for_network(request, slug):
    """Who stands in, with first and last day; the office also says who reads along for a review."""
    network, is_staff = _led_network(request, slug)
    form = AppointForm(request.POST or None, with_committee=is_staff)
    if request.method == "POST" and form.is_valid():
        try:
            new = appoint(network=network, by=request.user, today=request.today, **form.cleaned_data)
        except AssignmentError as error:
            form.add_error(None, str(error))
        else:
            text = _("%(who)s krijgt een mail en heeft toegang van %(first)s tot en met %(last)s.")
            days = {"first": f"{new.from_on:%d-%m-%Y}", "last": f"{new.until_on:%d-%m-%Y}"}
            messages.success(request, text % {"who": new.user, **days})
            return redirect("workspace:network", slug)
    context = {"section": "networks", "network": network, "form": form, "is_staff": is_staff}
    return render(request, "workspace/network_appoint.html", context, status=status_of(request, form))


@coordinator_required
@require_http_methods(READ_AND_WRITE)
@transaction.atomic
def end(request, pk):
    """End an assignment from now on; whoever had it keeps no access."""
    rows = Assignment.objects.exclude(network=None).select_related("network", "user")
    is_staff = is_programme_staff(request.user, request.today)
    if not is_staff:
        led = networks_led_by(request.user, request.today).values("pk")
        rows = rows.filter(role=Assignment.Role.DELEGATE, network__in=led)
    row = get_object_or_404(rows, pk=pk)
    if request.method == "POST":
        try:
            end_assignment(assignment=row, today=request.today)
        except AssignmentError as error:
            messages.warning(request, str(error))
        else:
            messages.success(request, _("%(who)s heeft geen toegang meer.") % {"who": row.user})
        if not is_coordinator(request.user, request.today):
            return redirect("accounts:home")
        return redirect("workspace:network", row.network.slug)
    question = _("%(who)s (%(role)s) heeft dan meteen geen toegang meer tot %(network)s.") % {
        "who": row.user,
        "role": row.get_role_display(),
        "network": row.network.name,
    }
    context = {"section": "networks", "network": row.network, "question": question}
    return render(request, "workspace/network_remove.html", context)
