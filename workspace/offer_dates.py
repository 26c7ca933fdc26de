"""The dates of an activity: a series, one date, and calling one off; registered schools always hear of it.

Who changes a network changes its dates: unlike its texts these are not approved first, because a date that is called
off must be known at once. Times that are over stay as they were; only attendance is noted then.
"""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from activities import reasons
from activities.models import Activity, Occurrence
from activities.offer_page import places_sentence
from activities.series import MOST_DATES, Rhythm, closed_days, series
from enquiries import places, registrations
from enquiries.models import Registration
from enquiries.registration_words import when, where
from networks.models import WorkingArea
from workspace.access import coordinator_required
from workspace.offer_access import activity_or_404, rights_of
from workspace.offer_forms import DateForm, SeriesForm

PER_PAGE = 50
EDITED = ("starts_at", "ends_at", "place", "municipality", "is_online", "capacity", "taken_elsewhere")


# --- services --------------------------------------------------------------------------------------------


@transaction.atomic
def add_dates(*, activity, form, days, today):
    """Make a date on each of `days` with what a valid DateForm says; returns how many are new.

    A date that begins at the same moment is not made twice, so the same form sent twice adds nothing.
    """
    Activity.objects.select_for_update().get(pk=activity.pk)
    there = set(Occurrence.objects.filter(activity=activity, cancelled_at=None).values_list("starts_at", flat=True))
    count = 0
    for day in days:
        values = form.values_on(day)
        if values["starts_at"] not in there:
            Occurrence.objects.create(activity=activity, **values, **_public_figures(values, today))
            count += 1
    return count


def change_date(*, occurrence, values, by, now):
    """Change a date and tell every registered school; returns the Places of the date.

    Raises RefusedError for a date that began.
    """
    if occurrence.starts_at <= now:
        raise registrations.RefusedError(_("Deze datum is begonnen of voorbij: wijzigen kan niet meer."))
    moved = values.get("place") != occurrence.place or values.get("municipality") != occurrence.municipality
    more = {"latitude": None, "longitude": None} if moved else {}
    if not Registration.objects.filter(occurrence=occurrence).exists():
        more |= _public_figures(values, timezone.localdate(now))
    return registrations.change_occurrence(occurrence=occurrence, values=values | more, by=by, now=now)


def call_off(*, occurrence, by, now):
    """Call a date off; every registered school hears of it. Twice is once. Returns how many schools were told."""
    if occurrence.is_cancelled:
        return 0
    if occurrence.starts_at <= now:
        raise registrations.RefusedError(_("Deze datum is begonnen of voorbij: afgelasten kan niet meer."))
    told = live_count(occurrence)
    registrations.change_occurrence(occurrence=occurrence, values={"cancelled_at": now}, by=by, now=now)
    return told


def call_on(*, occurrence, by, now):
    """Let a date that was called off go on after all; schools that had a place may register again."""
    if occurrence.starts_at <= now:
        raise registrations.RefusedError(_("Deze datum is voorbij."))
    registrations.change_occurrence(occurrence=occurrence, values={"cancelled_at": None}, by=by, now=now)


def live_count(occurrence):
    """How many registrations of a date still count, waiting ones too."""
    return Registration.objects.live().filter(occurrence=occurrence).count()


def _public_figures(values, today):
    """What the public reads of the places of a date that nobody registered for in Loket yet."""
    capacity = values["capacity"]
    if capacity is None:
        return {"places_left": None, "waiting_list_count": None, "reported_on": None}
    left = max(0, capacity - values["taken_elsewhere"])
    return {"places_left": left, "waiting_list_count": None, "reported_on": today}


def stamp(occurrence):
    """What somebody saw who changes a date: two people never overwrite each other unseen."""
    return "|".join(
        str(getattr(occurrence, name if name != "municipality" else "municipality_id")) for name in EDITED
    )


# --- pages -----------------------------------------------------------------------------------------------


@coordinator_required
@require_http_methods(["GET", "HEAD", "POST"])
def dates(request, slug):
    """All dates of an activity; and, where somebody may, a form for one or a series."""
    rights, now = rights_of(request), timezone.now()
    activity = activity_or_404(rights.seen, slug)
    may_change = rights.changed.filter(pk=activity.network_id).exists()
    if request.method == "POST" and not may_change:
        raise Http404(slug)
    form = SeriesForm(request.POST or None, now=now)
    found, warnings, status = None, [], 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            status = 200
            found, warnings = _series_of(form, activity)
            if not found.days:
                warnings.append(_("Er blijft geen dag over. Kies andere dagen."))
            elif request.POST.get("stap") == "voeg-toe":
                count = add_dates(activity=activity, form=form, days=found.days, today=request.today)
                said = ngettext("%(count)d datum toegevoegd.", "%(count)d datums toegevoegd.", count)
                messages.success(request, said % {"count": count} + " " + _public_sentence(activity, request.today))
                return redirect("workspace:offer-dates", slug=slug)
    rows = Occurrence.objects.filter(activity=activity).select_related("municipality")
    is_past = request.GET.get("toon") == "voorbij"
    rows = (
        rows.filter(ends_at__lt=now).order_by("-starts_at") if is_past else rows.upcoming(now).order_by("starts_at")
    )
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("pagina"))
    return render(
        request,
        "workspace/offer_dates.html",
        {
            "section": "offers",
            "activity": activity,
            "may_change": may_change,
            "form": form,
            "series": found,
            "warnings": warnings,
            "most": MOST_DATES,
            "page": page,
            "rows": [_date_row(date, now) for date in page.object_list],
            "is_past": is_past,
        },
        status=status,
    )


def _date_row(date, now):
    return {
        "date": date,
        "where": where(date),
        "places": _("gaat niet door") if date.is_cancelled else places_sentence(date),
        "has_begun": date.starts_at <= now,
    }


def _series_of(form, activity):
    """(Series, warnings) of a valid SeriesForm."""
    data = form.cleaned_data
    first, rhythm = data["on"], data["rhythm"]
    until = data["until"] if rhythm != Rhythm.ONCE else first
    codes = [data["municipality"].pk] if data["municipality"] else _area(activity)
    closed = closed_days(codes)
    found = series(first, until, rhythm, closed)
    warnings = []
    if rhythm == Rhythm.ONCE and closed.get(first):
        warnings.append(
            _("Op %(day)s zijn scholen dicht: %(why)s.") % {"day": reasons.day(first), "why": closed.get(first)}
        )
    if not closed.is_known(first, until):
        warnings.append(
            _("Wij kennen niet alle schoolvakanties tot %(day)s. Kijk zelf of er datums in een vakantie vallen.")
            % {"day": reasons.day(until)}
        )
    if found.is_cut:
        warnings.append(_("Dit zijn er te veel in één keer. Dit zijn de eerste %(most)d.") % {"most": MOST_DATES})
    return found, warnings


def _area(activity):
    return list(WorkingArea.objects.filter(network=activity.network_id).values_list("municipality_id", flat=True))


def _public_sentence(activity, today):
    if activity.is_running(today):
        return _("Scholen zien ze nu.")
    return _("Scholen zien ze zodra de activiteit openbaar is.")


@coordinator_required
@require_http_methods(["GET", "HEAD", "POST"])
def date(request, slug, uid):
    """Change one date that is still to come; says first what schools hear, and afterwards what they heard."""
    activity, occurrence = _date_or_404(request, slug, uid)
    now = timezone.now()
    count = live_count(occurrence)
    said, status = "", 200
    has_begun = occurrence.starts_at <= now
    if request.method == "POST":
        form = DateForm(request.POST, now=now)
        if has_begun:
            said, status = _("Deze datum is begonnen of voorbij: wijzigen kan niet meer."), 409
        elif request.POST.get("gezien") != stamp(occurrence):
            said, status = (
                _("Intussen heeft iemand anders deze datum gewijzigd. Kijk hieronder wat er nu staat."),
                409,
            )
        elif form.is_valid():
            values = form.values_on(form.cleaned_data["on"])
            told = any(values[name] != getattr(occurrence, name) for name in EDITED[:5])
            try:
                found = change_date(occurrence=occurrence, values=values, by=request.user, now=now)
            except registrations.RefusedError as refused:
                said, status = refused.sentence, 409
            else:
                messages.success(request, _after_change(count if told else 0, found))
                return redirect("workspace:offer-dates", slug=slug)
        else:
            status = 422
    else:
        form = DateForm(initial=_initial(occurrence), now=now)
    return render(
        request,
        "workspace/offer_date.html",
        {
            "section": "offers",
            "activity": activity,
            "date": occurrence,
            "when": when(occurrence.starts_at),
            "where": where(occurrence),
            "form": form,
            "count": count,
            "places": places.count(occurrence),
            "has_begun": has_begun,
            "seen": stamp(occurrence),
            "said": said,
        },
        status=status,
    )


def _after_change(told, found):
    said = _("De datum is gewijzigd.")
    if told:
        sentence = ngettext(
            "%(count)d aangemelde groep krijgt nu bericht.", "%(count)d aangemelde groepen krijgen nu bericht.", told
        )
        said += " " + sentence % {"count": told}
    if found.over:
        sentence = ngettext(
            "Er is %(count)d plaats meer vergeven dan er nu zijn.",
            "Er zijn %(count)d plaatsen meer vergeven dan er nu zijn.",
            found.over,
        )
        said += " " + sentence % {"count": found.over} + " "
        said += _("Niemand verliest zijn plaats: bel wie u wilt verzetten.")
    return said


def _initial(occurrence):
    begins, ends = timezone.localtime(occurrence.starts_at), timezone.localtime(occurrence.ends_at)
    return {
        "on": begins.date(),
        "begins": begins.time(),
        "ends": ends.time(),
        "place": occurrence.place,
        "municipality": occurrence.municipality_id,
        "is_online": occurrence.is_online,
        "capacity": occurrence.capacity,
        "taken_elsewhere": occurrence.taken_elsewhere,
    }


def _date_or_404(request, slug, uid):
    activity = activity_or_404(rights_of(request).changed, slug)
    rows = Occurrence.objects.select_related("municipality")
    return activity, get_object_or_404(rows, uid=uid, activity=activity)


@coordinator_required
@require_http_methods(["GET", "HEAD", "POST"])
def date_call_off(request, slug, uid):
    """Ask once more, with what happens to the schools; then call it off, or let it go on after all."""
    activity, occurrence = _date_or_404(request, slug, uid)
    now = timezone.now()
    said, status = "", 200
    if request.method == "POST":
        try:
            if request.POST.get("toch"):
                call_on(occurrence=occurrence, by=request.user, now=now)
                messages.success(
                    request,
                    _("De datum gaat toch door. Wie was aangemeld, krijgt een mail en moet zich opnieuw aanmelden."),
                )
            else:
                told = call_off(occurrence=occurrence, by=request.user, now=now)
                sentence = ngettext(
                    "De datum gaat niet door. %(count)d aangemelde groep krijgt nu bericht.",
                    "De datum gaat niet door. %(count)d aangemelde groepen krijgen nu bericht.",
                    told,
                )
                messages.success(
                    request,
                    sentence % {"count": told} if told else _("De datum gaat niet door. Er was niemand aangemeld."),
                )
            return redirect("workspace:offer-dates", slug=slug)
        except registrations.RefusedError as refused:
            said, status = refused.sentence, 409
    return render(
        request,
        "workspace/offer_date_call_off.html",
        {
            "section": "offers",
            "activity": activity,
            "date": occurrence,
            "when": when(occurrence.starts_at),
            "where": where(occurrence),
            "count": live_count(occurrence),
            "has_begun": occurrence.starts_at <= now,
            "others": Occurrence.objects.filter(activity=activity, cancelled_at=None, starts_at__gt=now)
            .exclude(pk=occurrence.pk)
            .count(),
            "said": said,
            "attendance_url": reverse("enquiries:attendance", args=[occurrence.uid]),
        },
        status=status,
    )
