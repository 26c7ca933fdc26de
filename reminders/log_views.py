"""What one was reminded of, what was told about a subject, and what it brings about."""

from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from accounts.own_data import addresses_of
from networks.rights import is_programme_staff
from reminders.about import told_about
from reminders.figures import MEASURED, totals
from reminders.letters import item_of
from reminders.models import Reminder
from reminders.who_may_see import may_see

PER_PAGE = 30


@never_cache
@require_safe
def mine(request):
    """All that who is logged in was told, or is about to be."""
    rows = Reminder.objects.to_person(request.user, addresses_of(request.user)).exclude(
        reason=Reminder.Reason.NO_ADDRESS
    )
    rows = rows.select_related("rule", "message").order_by("-planned_at", "-pk")
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("pagina"))
    lines = [(row, item_of(row).sentence) for row in page.object_list]
    is_staff = is_programme_staff(request.user, timezone.localdate())
    return render(request, "reminders/mine.html", {"page": page, "lines": lines, "is_staff": is_staff})


@never_cache
@require_safe
def rules(request):
    """What each rule did over the last 90 days, for the programme office."""
    now = timezone.now()
    if not is_programme_staff(request.user, timezone.localdate(now)):
        raise Http404
    known = [rule for rule in totals(now) if rule.definition is not None]
    context = {"rules": known, "since": timezone.localdate(now - MEASURED), "on": timezone.localdate(now)}
    return render(request, "reminders/rules.html", context)


@never_cache
@require_safe
@vary_on_headers("HX-Request")
def about(request, label, pk):
    """What was told about one subject and when it is told again: a piece of the page of that subject."""
    now = timezone.now()
    if not may_see(request.user, label, pk, timezone.localdate(now)):
        raise Http404
    template = "reminders/about.html"
    if request.htmx and not request.htmx.boosted and not request.htmx.history_restore_request:
        template = "reminders/_about.html"
    return render(request, template, {"told": told_about(f"{label}:{pk}", now)})
