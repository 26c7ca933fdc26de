""" "Mijn school": all schools of one person, and one school."""

import csv

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.db.models import F
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from activities.exports import cell
from activities.feeds import calendar_of
from activities.models import Occurrence
from enquiries.calendar_feeds import renew_feed, revoke_feed
from enquiries.members import is_member
from enquiries.models import CalendarFeed, Registration
from enquiries.my_school import MySchool
from enquiries.school_pages import school_page
from networks.directory import directory
from networks.rights import is_coordinator, is_observer
from schools.membership import verified_addresses
from schools.models import Invitation, Membership, School

HEADER = (
    "schooljaar",
    "programma",
    "netwerk",
    "sector",
    "stand",
    "doet mee vanaf",
    "gestopt op",
    "datum",
    "wat er gebeurde",
    "activiteit",
    "leerlingen",
    "leraren",
)
MOST_SCHOOLS = 50  # on one page; a board with more finds the rest by its search


@require_safe
@never_cache
def begin(request):
    """Where one comes after login: without a school of one's own at the workspace or the figures, others here."""
    on = timezone.localdate()
    if Membership.objects.current().filter(user=request.user).exists():
        return redirect("enquiries:my")
    if is_coordinator(request.user, on):
        return redirect("workspace:start")
    return redirect("dashboards:overview" if is_observer(request.user, on) else "enquiries:my")


@require_safe
@never_cache
def my(request):
    """All schools of who is logged in, what was asked and who invites (R55)."""
    now = timezone.now()
    current = Membership.objects.current().filter(user=request.user).select_related("school", "board")
    schools = School.objects.for_member(request.user).order_by(
        F("closed_on").asc(nulls_first=True), "sort_name", "code"
    )
    shown = list(schools[: MOST_SCHOOLS + 1])
    decides = is_coordinator(request.user, timezone.localdate())
    invitations = Invitation.objects.valid(now).to_addresses(verified_addresses(request.user))
    context = {
        "schools": shown[:MOST_SCHOOLS],
        "more": schools.count() - MOST_SCHOOLS if len(shown) > MOST_SCHOOLS else 0,
        "boards": [membership.board for membership in current if membership.board_id and membership.is_active],
        "pending": [membership for membership in current if membership.is_pending],
        "invitations": invitations.filter(school__closed_on=None).select_related("school", "invited_by"),
        "decides": decides,
        "observes": not decides and is_observer(request.user, timezone.localdate()),
    }
    return render(request, "enquiries/my.html", context)


@require_safe
@school_page
def my_school(request, school):
    """One school: what waits, what runs, what was done, and the way to its other pages."""
    now = timezone.now()
    member = is_member(request.user, school)
    page = MySchool(school, request.user, is_member=member, known=directory(), now=now)
    feed = CalendarFeed.objects.filter(user=request.user, school=school, revoked_at=None).first() if member else None
    context = {
        "school": school,
        "page": page,
        "is_member": member,
        "feed_url": settings.SITE_URL + feed.get_absolute_url() if feed else "",
    }
    return render(request, "enquiries/my_school.html", context)


@require_POST
@school_page
def renew_calendar(request, school):
    """Make a secret address for the calendar of this school; an earlier one stops working."""
    if not is_member(request.user, school):
        raise PermissionDenied
    renew_feed(user=request.user, school=school, now=timezone.now())
    messages.success(request, _("Uw agenda-adres is klaar. Een ouder adres werkt niet meer."))
    return redirect(reverse("enquiries:my-school", args=[school.code]) + "#agenda")


@require_POST
@school_page
def revoke_calendar(request, school):
    """Stop the secret address. Twice is no error."""
    revoke_feed(user=request.user, school=school, now=timezone.now())
    messages.success(request, _("Uw agenda-adres werkt niet meer."))
    return redirect(reverse("enquiries:my-school", args=[school.code]) + "#agenda")


@login_not_required
@never_cache
@require_safe
def calendar(request, secret):
    """The dates for which a school is registered, for whoever has the secret address; 404 once it was revoked."""
    feed = get_object_or_404(
        CalendarFeed.objects.select_related("school", "user"), secret=secret, revoked_at=None, user__is_active=True
    )
    if not is_member(feed.user, feed.school):
        raise Http404
    held = Registration.objects.filter(school=feed.school, occurrence__isnull=False).holding_place()
    rows = Occurrence.objects.filter(pk__in=held.values("occurrence"))
    name = _("Loket: %(school)s") % {"school": feed.school.name}
    response = calendar_of(request, rows, name, timezone.localdate())
    response["Cache-Control"] = "private, no-store"
    return response


@require_safe
@school_page
def participation_csv(request, school):
    """What the school did, one line for each thing that happened, for a spreadsheet."""
    page = MySchool(school, request.user, is_member=False, known=directory(), now=timezone.now())
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="deelname-{school.code}.csv"'
    response.write("\ufeff")  # so that a spreadsheet reads it as UTF-8
    writer = csv.writer(response, delimiter=";")  # what a Dutch spreadsheet expects
    writer.writerow(HEADER)
    for row in page.participations:
        about = [
            row.school_year,
            row.programme.name,
            row.network.name if row.network else "",
            row.sector,
            row.state.label,
            row.started_on or "",
            row.stopped_on or "",
        ]
        for entry in row.entries.all() or [None]:
            happened = ["", "", "", "", ""]
            if entry:
                title = entry.activity.title if entry.activity else ""
                happened = [
                    entry.happened_on,
                    entry.get_kind_display(),
                    title,
                    entry.pupils_count,
                    entry.teachers_count,
                ]
            writer.writerow([cell(value) for value in (*about, *happened)])
    return response
