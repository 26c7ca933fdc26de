"""Signing up, the page of a registration with all that can be done there, and the attendance list.

Every action ends at the page of what it changed, and that page says what happens now. What cannot be done any
more comes back as that same page with the reason, and with everything that was typed.
"""

import uuid
from dataclasses import dataclass, field
from functools import partial, wraps

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.audit import trail
from accounts.drafts import keeps_typed_text, take_draft
from activities.fit import asked_school
from activities.models import Occurrence, Participation
from activities.reasons import listed
from enquiries import participations, registrations
from enquiries.calendar_file import calendar_file
from enquiries.models.signing_up import JOINED, LIVE, Kind, Registration, State, WaitingOffer
from enquiries.places import count
from enquiries.registration_access import Access
from enquiries.registration_forms import AttendanceForm, CancelForm, ChangeForm, SignUpForm, TransferForm
from enquiries.registration_mail import contact_of, facts
from enquiries.registration_words import day, what_now, when, where
from enquiries.registrations import RefusedError
from loket.vocabulary import Availability, Initiative
from networks.directory import directory
from networks.models import Programme
from networks.rights import is_coordinator, networks_changed_by
from schools.models import School
from schools.views import Typed

CONFLICT, FORBIDDEN = 409, 403
form_page = require_http_methods(["GET", "HEAD", "POST"])


def action(view):
    """Decorator for what a button does. Who comes here otherwise, such as from the login, gets the page."""

    @wraps(view)
    def answer(request, uid):
        if request.method != "POST":
            return redirect("enquiries:registration", uid=uid)
        return view(request, uid)

    return never_cache(keeps_typed_text(answer))


# --- signing up ----------------------------------------------------------------------------------------


@dataclass
class SignUp:
    """What one can sign up for, and what the page says of it."""

    what: object  # an Activity or a Programme, with sectors
    network: object  # that of the date; None for a programme, where the school decides
    closed: str
    button: str
    facts: list
    back: str
    occurrence: Occurrence | None = None
    others: list = field(default_factory=list)


@never_cache
@form_page
@keeps_typed_text
def register(request, uid):
    """Sign up a group for a date."""
    rows = Occurrence.objects.public().select_related("activity__network__programme", "municipality")
    date, now = get_object_or_404(rows, uid=uid), timezone.now()
    closed = registrations.date_closed(date, now)
    others = []
    if closed:
        others = rows.filter(activity=date.activity_id, starts_at__gt=now, cancelled_at=None).exclude(pk=date.pk)
        others = [(other, when(other.starts_at)) for other in others.order_by("starts_at", "pk")[:5]]
    page = SignUp(
        what=date.activity,
        network=date.activity.network,
        closed=closed,
        button=_("Schrijf in voor %(day)s") % {"day": day(date.starts_at)},
        facts=_facts_of_date(date),
        back=date.activity.get_absolute_url(),
        occurrence=date,
        others=others,
    )
    return _sign_up(request, page, now)


@never_cache
@form_page
@keeps_typed_text
def register_for_programme(request, slug):
    """Sign up a school for a programme."""
    programme = get_object_or_404(Programme, slug=slug)
    page = SignUp(
        what=programme,
        network=None,
        closed=registrations.programme_closed(programme),
        button=_("Meld uw school aan"),
        facts=[(_("Programma"), programme.name)],
        back=programme.get_absolute_url(),
    )
    return _sign_up(request, page, timezone.now())


def _facts_of_date(date):
    left = date.places_left
    rows = [
        (_("Activiteit"), date.activity.title),
        (_("Wanneer"), when(date.starts_at)),
        (_("Waar"), where(date)),
        (_("Netwerk"), date.activity.network.name),
        (_("Plaatsen vrij"), "" if left is None else str(left) if left else _("geen: u komt op de wachtlijst")),
    ]
    return [(name, value) for name, value in rows if value]


def _sign_up(request, page, now):
    """The one flow of both pages: which school, then the form, then the registration."""
    on = timezone.localtime(now).date()
    draft = take_draft(request) if request.method == "GET" else None
    code = (
        (request.POST.get("school") or (draft or {}).get("school") or request.GET.get("school", "")).strip().upper()
    )
    mine = list(School.objects.for_member(request.user).open().order_by("sort_name", "code"))
    if not code and len(mine) == 1 and not is_coordinator(request.user, on):
        school, message = mine[0], ""
    else:
        school, message = _school(request, code, page, on)
    if school is None and request.method != "POST":
        return _choose_school(request, page, mine, message, on)
    networks, refusal = ([], "") if page.occurrence or school is None else _networks(school, page.what, on)
    sectors = registrations.sectors_for(school, page.what) if school else list(page.what.sectors)
    if school is not None and not sectors:
        refusal = registrations.sector_refusal(school, page.what)
    refusal = page.closed or refusal
    data = request.POST if request.method == "POST" else draft
    form = SignUpForm(
        data,
        sectors=sectors,
        networks=networks,
        button=page.button,
        about_programme=page.occurrence is None,
        initial={"form_key": uuid.uuid4(), "school": school.code if school else code},
    )
    status = 200
    if request.method == "POST":
        if school is None:
            form.is_valid()
            form.add_error(None, message)
            status = FORBIDDEN
        elif form.is_valid():
            try:
                return redirect(_register(request, page, school, form, now))
            except RefusedError as error:
                if error.registration:
                    messages.info(request, error.sentence)
                    return redirect(error.registration)
                form.add_error(None, error.sentence)
                status = CONFLICT
    context = {
        "page": page,
        "form": form,
        "school": school,
        "refusal": "" if request.method == "POST" else refusal,
        "several": len(mine) > 1 or is_coordinator(request.user, on),
        "running": _running(school, page) if school else [],
        "queue_reason": page.occurrence and page.occurrence.places_left == 0,
        "was_draft": draft is not None,
    }
    return render(request, "enquiries/sign_up.html", context, status=status)


def _school(request, code, page, on):
    """(the school with this code that the visitor may sign up, or None; why not)."""
    if not code:
        return None, ""
    school = School.objects.filter(code=code).first() if code.isalnum() else None
    if school is None:
        return None, _("Er is geen school met deze code.")
    if school.closed_on:
        return None, _("Deze school is gesloten.")
    if not Access(request.user, on).may_register(school, page.network):
        return None, _(
            "U spreekt niet (meer) voor %(school)s, dus aanmelden kan niet. Wat u typte, staat er nog. "
            "Vraag een collega om u uit te nodigen."
        ) % {"school": school.name}
    return school, ""


def _networks(school, programme, on):
    """([(key, name)] of the networks of a programme that cover a school, why there is none)."""
    found = [
        (str(network.pk), network.name)
        for network in directory().networks_for(school.municipality_id, school.board_id, on)
        if network.programme == programme.slug
    ]
    if found or programme.availability == Availability.OPEN:
        return found, ""
    return [], _(
        "Er is geen netwerk van %(name)s dat voor uw school werkt. Uw eerste aanspreekpunt helpt u verder."
    ) % {"name": programme.name}


def _register(request, page, school, form, now):
    """Call the service; returns the Registration. Raises RefusedError."""
    common = {
        "form_key": form.cleaned_data["form_key"],
        "school": school,
        "sector": form.cleaned_data["sector"],
        "by": request.user,
        "now": now,
        **form.values,
    }
    if page.occurrence:
        return registrations.register(occurrence=page.occurrence, **common)
    networks, refusal = _networks(school, page.what, timezone.localtime(now).date())
    if refusal:
        raise RefusedError(refusal)
    chosen = form.cleaned_data["network"] or (networks[0][0] if networks else "")
    network = page.what.networks.filter(pk=chosen).first() if chosen else None
    return registrations.register_for_programme(programme=page.what, network=network, **common)


def _running(school, page):
    """What runs already for this school here, so that nobody signs up twice by mistake."""
    if page.occurrence is None:
        return []  # a second time is refused, and leads to the first
    return list(Registration.objects.filter(school=school, occurrence=page.occurrence).live())


def _choose_school(request, page, mine, message, on):
    typed = Typed.from_request(request)
    can_search = is_coordinator(request.user, on)
    found = asked_school("", typed.text) if can_search and typed.text else None
    context = {
        "page": page,
        "mine": mine,
        "message": message,
        "typed": typed,
        "can_search": can_search,
        "found": [found.school] if found and found.school else list(found.choices) if found else [],
        "found_message": found.message if found else "",
    }
    nobody = not mine and not can_search
    return render(request, "enquiries/register_school.html", context, status=FORBIDDEN if nobody or message else 200)


# --- the page of a registration ---------------------------------------------------------------------------


def _mine(request, uid, now):
    """(registration, rights) when the visitor may see it; else 404."""
    access = Access(request.user, timezone.localtime(now).date())
    found = get_object_or_404(access.registrations().for_page().with_state(), uid=uid)
    return found, access.rights_over(found, found.carrier)


@never_cache
@require_safe
def registration(request, uid):
    """Where a registration stands, what happens now, and what one can do."""
    now = timezone.now()
    return _page(request, *_mine(request, uid, now), now)


def _page(request, row, rights, now, *, forms=None, refusal="", status=200):
    """The page; `forms` are those with mistakes, by name; `refusal` is why something was not done."""
    events = list(row.events.select_related("by", "from_occurrence").order_by("-pk"))
    said = next((event for event in events if event.kind != Kind.CHANGED), None)
    offer = (
        WaitingOffer.objects.filter(registration=row, closed_at=None).first() if row.state == State.OFFERED else None
    )
    if offer and offer.expires_at <= now:
        offer = None  # the sweep is on its way; the page does not promise what is over
    queue = registrations.queue_of(row) if row.state == State.WAITING else None
    begun = row.occurrence_id is not None and row.occurrence.starts_at <= now
    forms = forms or {}
    can_act = rights.may_change and row.state in LIVE and not begun
    if can_act:
        forms = _forms(request, row, now, newest=events[0].pk) | forms
    context = {
        "row": row,
        "rights": rights,
        "told": what_now(row, now=now, queue=queue, expires_at=offer.expires_at if offer else None, said=said),
        "offer": offer if rights.may_change else None,
        "facts": facts(row),
        "initiatives": listed(Initiative(value).label for value in row.initiatives),
        "forms": forms,
        "open_form": next((name for name, form in forms.items() if form.is_bound), ""),
        "refusal": refusal,
        "events": events,
        "has_calendar": row.occurrence_id is not None and row.state in JOINED and not begun,
        "can_register_again": rights.may_change
        and not begun
        and row.state in (State.DECLINED, State.LAPSED, State.CANCELLED),
        "can_confirm": rights.is_coordinator
        and not row.occurrence_id
        and row.state in (State.SIGNED_UP, State.WAITING),
        "attendance_url": reverse("enquiries:attendance", args=[row.occurrence.uid])
        if rights.is_coordinator and row.occurrence_id
        else "",
        "contact": contact_of(row.carrier, timezone.localtime(now).date()),
        "participation": _participation_of(row),
        "trail": trail(row) if rights.may_change else [],
    }
    return render(request, "enquiries/registration.html", context, status=status)


def _participation_of(row):
    return Participation.objects.filter(**participations.Key.of(row).fields).first()


def _forms(request, row, now, *, newest):
    """Forms for what one can do with a live registration; filled where somebody typed before logging in."""
    initial = {name: getattr(row, name) for name in registrations.NUMBERS} | {"seen": newest}
    dates = _dates(row, now) if row.occurrence_id else []
    makers = {
        "change": partial(ChangeForm, initial=initial, about_programme=row.occurrence_id is None),
        "cancel": partial(CancelForm, button=_cancel_label(row)),
        "transfer": partial(TransferForm, dates=dates),
    }
    if not dates:
        del makers["transfer"]
    forms = {}
    for name, make in makers.items():
        url = reverse(f"enquiries:registration-{name}", args=[row.uid])
        forms[name] = make(take_draft(request, url), action=url)
    return forms


def _cancel_label(row):
    if row.occurrence_id:
        return _("Meld af voor %(day)s") % {"day": day(row.occurrence.starts_at)}
    return _("Meld uw school af")


def _dates(row, now):
    found = []
    for date in registrations.occurrences_to_move_to(row, now)[:20]:
        left = "" if date.places_left is None else _("%(left)d vrij") % {"left": date.places_left}
        found.append((str(date.uid), " · ".join(part for part in (when(date.starts_at), where(date), left) if part)))
    return found


def _act(request, uid, do, *, may=lambda rights: rights.may_change, done=""):
    """`do(registration, now)`, and go to the page; what is refused is told there, with nothing lost."""
    now = timezone.now()
    row, rights = _mine(request, uid, now)
    if not may(rights):
        return _page(request, row, rights, now, refusal=_("Dit mag u niet veranderen."), status=FORBIDDEN)
    try:
        do(row, now)
    except RefusedError as error:
        row, rights = _mine(request, uid, now)
        return _page(request, row, rights, now, refusal=error.sentence, status=CONFLICT)
    if done:
        messages.success(request, done)
    return redirect(row)


@action
def accept(request, uid):
    return _act(request, uid, lambda row, now: registrations.accept(registration=row, by=request.user, now=now))


@action
def decline(request, uid):
    return _act(request, uid, lambda row, now: registrations.decline(registration=row, by=request.user, now=now))


@action
def confirm(request, uid):
    return _act(
        request,
        uid,
        lambda row, now: registrations.confirm(registration=row, by=request.user, now=now),
        may=lambda rights: rights.is_coordinator,
    )


def _act_with_form(request, uid, name, make_form, do, *, done=""):
    """The same, with a form: a mistake in it comes back on the page, with what was typed."""
    now = timezone.now()
    row, rights = _mine(request, uid, now)
    form = make_form(row, now)
    valid = form.is_valid()
    refusal, status = "", 200
    if not rights.may_change:
        refusal, status = _("Dit mag u niet veranderen."), FORBIDDEN
    elif valid:
        try:
            do(row, form, now)
        except RefusedError as error:
            row, rights = _mine(request, uid, now)
            refusal, status = error.sentence, CONFLICT
        else:
            if done:
                messages.success(request, done)
            return redirect(row)
    return _page(request, row, rights, now, forms={name: form}, refusal=refusal, status=status)


@action
def change(request, uid):
    def make(row, now):
        return ChangeForm(request.POST, action=request.path, about_programme=row.occurrence_id is None)

    def act(row, form, now):
        try:
            registrations.change(
                registration=row, values=form.values, seen=form.cleaned_data["seen"], by=request.user, now=now
            )
        except RefusedError:
            # They have seen the page as it is now when they press again.
            form.data = form.data.copy()
            form.data["seen"] = registrations.newest_event(row)
            raise

    return _act_with_form(request, uid, "change", make, act, done=_("Uw wijziging is bewaard."))


@action
def cancel(request, uid):
    def make(row, now):
        return CancelForm(request.POST, action=request.path, button=_cancel_label(row))

    def act(row, form, now):
        reason, text = form.cleaned_data["reason"], form.cleaned_data["text"]
        registrations.cancel(registration=row, reason=reason, text=text, by=request.user, now=now)

    return _act_with_form(request, uid, "cancel", make, act)


@action
def transfer(request, uid):
    def make(row, now):
        return TransferForm(request.POST, action=request.path, dates=_dates(row, now) if row.occurrence_id else [])

    def act(row, form, now):
        to = Occurrence.objects.get(uid=form.cleaned_data["to"])
        registrations.transfer(registration=row, to=to, by=request.user, now=now)

    return _act_with_form(request, uid, "transfer", make, act)


@never_cache
@require_safe
def registration_ics(request, uid):
    """The date as a file for one's own calendar; what is over comes as withdrawn."""
    row, _rights = _mine(request, uid, timezone.now())
    if not row.occurrence_id:
        return HttpResponse(
            _("Deze aanmelding is niet voor een datum."), status=404, content_type="text/plain; charset=utf-8"
        )
    text = calendar_file(row.occurrence, withdrawn=row.state not in JOINED)
    response = HttpResponse(text, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="afspraak.ics"'
    return response


# --- attendance ------------------------------------------------------------------------------------------


@never_cache
@form_page
@keeps_typed_text
def attendance(request, uid):
    """Who was there: one row for each group, saved all or none; to print before the day."""
    now = timezone.now()
    on = timezone.localtime(now).date()
    rows = Occurrence.objects.filter(activity__network__in=networks_changed_by(request.user, on).values("pk"))
    date = get_object_or_404(rows.select_related("activity__network__programme", "municipality"), uid=uid)
    groups = list(registrations.attending(date))
    draft = take_draft(request) if request.method == "GET" else None
    told = registrations.last_attendance([row.pk for row in groups])
    forms = [_attendance_form(row, told.get(row.pk), request.POST or draft) for row in groups]
    refusal, status = "", 200
    if request.method == "POST":
        valid = [form.is_valid() for form in forms]  # each of them, so that every mistake is shown at once
        if all(valid):
            said = {form.registration.pk: form.row for form in forms if form.row is not None}
            try:
                changed = registrations.record_attendance(
                    occurrence=date, rows=said | _gone(request, groups), by=request.user, now=now
                )
            except RefusedError as error:
                refusal, status = error.sentence, CONFLICT
            else:
                if changed:
                    messages.success(request, _("De lijst is bewaard. De deelname van de scholen is bijgewerkt."))
                else:
                    messages.info(request, _("Er was niets veranderd."))
                return redirect("enquiries:attendance", uid=date.uid)
        else:
            refusal = _("De lijst is nog niet bewaard. Verbeter wat rood is; wat u typte, staat er nog.")
    context = {
        "date": date,
        "when": when(date.starts_at),
        "where": where(date),
        "forms": forms,
        "places": count(date),
        "waiting": Registration.objects.filter(occurrence=date).waiting().select_related("school"),
        "is_early": timezone.localtime(date.starts_at).date() > on,
        "refusal": refusal,
    }
    return render(request, "enquiries/attendance.html", context, status=status)


def _attendance_form(row, told, data):
    """told: (kind, pupils, teachers) of the newest event. Until attendance is known the announced numbers stand."""
    kind, pupils, teachers = told or ("", None, None)
    said = {Kind.ATTENDED: "ja", Kind.ABSENT: "nee"}.get(kind, "")
    if said != "ja":
        pupils, teachers = row.pupils_count, row.teachers_count
    initial = {"was_there": said, "pupils_count": pupils, "teachers_count": teachers}
    return AttendanceForm(data, registration=row, initial=initial)


def _gone(request, groups):
    """Groups that stood on the page when it was made and do not any more: so that saving says it."""
    shown = {int(pk) for pk in request.POST.getlist("shown") if pk.isdecimal()}
    return dict.fromkeys(shown - {row.pk for row in groups}, (False, None, None))
