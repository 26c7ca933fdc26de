"""Dates and places: what comes next week and tomorrow, a place that is held, and what must be confirmed or recorded.

The rooms mail at once when a place is given, offered or moved. What was told so since the moment of a rule came, the
rule does not say again: who signs up today for tomorrow knows it.
"""

from datetime import timedelta

from django.db.models import Count, Exists, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from activities.models import Occurrence
from activities.periods import midnight
from activities.reasons import day as in_words
from enquiries import registrations
from enquiries.calendar_file import calendar_file
from enquiries.models import Registration, RegistrationEvent, State, WaitingOffer
from enquiries.registration_words import when, where
from enquiries.registrations import RefusedError
from reminders.audience import Audience, Members, must_be_told
from reminders.due import RULES, GoneError
from reminders.rules.freshness import CARRIERS
from reminders.rules.moments import WEEK, latest, reach
from reminders.rules.subjects import asked_for, row_of, streamed, tell
from reminders.rules.waiting import waiting

ONE_DAY = timedelta(days=1)
ONE_MICROSECOND = timedelta(microseconds=1)
# Of a registration, to say who comes to a date and to tell them.
NEEDED = (
    "uid",
    "occurrence_id",
    *(f"school__{name}" for name in ("name", "board_id", "holiday_region_id")),
    *(f"registered_by__{name}" for name in ("email", "is_active")),
)
COMING = (State.PLACED, State.CONFIRMED)
Kind = RegistrationEvent.Kind
TELLING = (Kind.PLACED, Kind.ACCEPTED, Kind.MOVED)  # with day, place and calendar file
SCHOOL_SIDE = "wie de school aanmeldde; spreekt die niet meer voor de school, dan haar leden"
ABOUT_DATE = {
    "wat": "titel van de activiteit",
    "wanneer": "dag en tijd",
    "dag": "de dag",
    "waar": "de plaats, in een zin",
}


# --- the school: a date that comes -------------------------------------------------------------------------
@RULES.register(
    key="date-next-week",
    name="Volgende week",
    audience=SCHOOL_SIDE,
    days=(7,),
    variables={**ABOUT_DATE, "school": "naam van de school"},
    subject_line="Op {dag}: {wat}",
    sentence="{school} doet mee aan “{wat}” op {wanneer}. {waar} Kunt u niet komen? Meld u dan nu af: een andere "
    "school kan de plaats gebruiken.",
    button="Bekijk uw aanmelding",
)
def date_next_week(asked):
    """A week before, with a calendar file; from the day before on, `date-tomorrow` says it."""
    yield from _dates_of_schools(
        asked,
        after=midnight(asked.on + 2 * ONE_DAY) - ONE_MICROSECOND,
        until=lambda starts_at: midnight(timezone.localdate(starts_at) - ONE_DAY),
    )


@RULES.register(
    key="date-tomorrow",
    name="Morgen",
    audience=SCHOOL_SIDE,
    days=(1,),
    is_urgent=True,
    why_urgent="U hebt een plaats, en het netwerk rekent op u. Wie niet komt, houdt een plaats bezet.",
    variables={**ABOUT_DATE, "school": "naam van de school"},
    subject_line="Op {dag}: {wat}",
    sentence="{school} doet mee aan “{wat}” op {wanneer}. {waar}",
    button="Bekijk uw aanmelding",
)
def date_tomorrow(asked):
    """The day before, with a calendar file, until it begins."""
    yield from _dates_of_schools(asked, after=asked.now, until=lambda starts_at: starts_at)


def _dates_of_schools(asked, *, after, until):
    """after: only dates that begin later than this moment. until(starts_at): until when it is of use."""
    last_on = reach(asked)
    if last_on is None:
        return
    coming = Occurrence.objects.filter(
        cancelled_at=None, starts_at__gt=after, starts_at__lt=midnight(last_on + ONE_DAY)
    )
    told = RegistrationEvent.objects.filter(registration=OuterRef("pk"), kind__in=TELLING).order_by("-pk")
    rows = Registration.objects.in_state(*COMING).filter(occurrence__in=coming.order_by().values("pk"))
    rows = asked_for(rows, asked).annotate(told_at=Subquery(told.values("happened_at")[:1]))
    rows = rows.select_related("school", "registered_by").only(*NEEDED).order_by("pk")
    if asked.subjects is None:
        members = Members(rows.order_by().values_list("school", flat=True).distinct())
        rows = streamed(rows)
    else:  # for one mail: its own dates and schools
        rows = list(rows)
        members = Members({row.school_id for row in rows})
        coming = coming.filter(pk__in={row.occurrence_id for row in rows})
    # The dates of a week are few, and many groups come to each: read once, and described once.
    dates = {
        date.pk: (date, latest(timezone.localdate(date.starts_at), asked), _about(date), calendar_file(date))
        for date in coming.select_related("activity", "municipality").defer("activity__search")
    }
    for row in rows:
        if row.occurrence_id not in dates:
            continue  # moved just now
        date, moment, about, calendar = dates[row.occurrence_id]
        if _was_told(moment, timezone.localdate(date.starts_at), (row.told_at, date.changed_at), asked):
            continue
        readers, values = members.of_registration(row), {**about, "school": row.school.name}
        path = row.get_absolute_url()
        yield from tell(readers, row, moment, values, path, until=until(date.starts_at), calendar=calendar)


def _was_told(moment, day, told, asked):
    """Whether the mail of the rooms said it at one of the moments `told`, on the day of `moment` or later."""
    begins = midnight(day - timedelta(days=int(moment.rpartition("/")[2])))
    return any(at and begins <= at <= asked.now for at in told)


# --- the network: a date that comes ------------------------------------------------------------------------
@RULES.register(
    key="date-tomorrow-network",
    name="Morgen, voor het netwerk",
    audience=CARRIERS,
    days=(1,),
    is_urgent=True,
    why_urgent="Scholen komen naar uw activiteit. U moet weten wie er komt.",
    variables={**ABOUT_DATE, "groepen": "hoeveel groepen er komen"},
    subject_line="Op {dag}: {wat}, {groepen}",
    sentence="“{wat}” is op {wanneer}. {waar} Er komen {groepen}.",
    button="Bekijk wie er komen",
)
def date_tomorrow_network(asked):
    """The day before, when at least one group has a place."""
    last_on = reach(asked)
    if last_on is None:
        return
    audience = Audience(asked.on)
    coming = Registration.objects.in_state(*COMING).filter(occurrence=OuterRef("pk")).order_by()
    count = coming.values("occurrence").annotate(count=Count("pk")).values("count")
    rows = Occurrence.objects.filter(
        cancelled_at=None, starts_at__gt=asked.now, starts_at__lt=midnight(last_on + ONE_DAY)
    ).annotate(group_count=Coalesce(Subquery(count), 0))
    rows = asked_for(rows, asked).filter(group_count__gt=0).select_related("activity__network", "municipality")
    for row in streamed(rows.order_by("pk")):
        groups = ngettext("%(count)d groep", "%(count)d groepen", row.group_count) % {"count": row.group_count}
        values = {**_about(row), "groepen": groups}
        moment = latest(timezone.localdate(row.starts_at), asked)
        path = reverse("enquiries:attendance", args=[row.uid])
        readers = audience.of_network(row.activity.network_id)
        yield from tell(readers, row, moment, values, path, until=row.starts_at, calendar=calendar_file(row))


# --- the school: a place that is held ----------------------------------------------------------------------
def take_place(subject, user, now):
    registration = _offered_to(subject, user, now)
    _try(registrations.accept, registration=registration, by=user, now=now)
    return _("U hebt de plaats op %(when)s. U krijgt een mail met de afspraak voor uw agenda.") % {
        "when": when(registration.occurrence.starts_at)
    }


def refuse_place(subject, user, now):
    registration = _offered_to(subject, user, now)
    _try(registrations.decline, registration=registration, by=user, now=now)
    return _("U hebt de plaats niet aangenomen. Zij gaat naar de volgende school.")


def _offered_to(subject, user, now):
    held = WaitingOffer.objects.filter(registration=OuterRef("pk"), closed_at=None, expires_at__gt=now)
    registration = row_of(Registration.objects.for_page().in_state(State.OFFERED).filter(Exists(held)), subject)
    must_be_told(Members([registration.school_id]).of_registration(registration), user)
    return registration


@RULES.register(
    key="place-offered",
    name="Plaats wacht op een antwoord",
    audience=SCHOOL_SIDE,
    days=(0,),
    is_urgent=True,
    why_urgent="Er is een plaats voor u, en zij gaat naar de volgende school als u niet kiest.",
    variables={**ABOUT_DATE, "school": "naam van de school", "tot": "tot wanneer de school kan kiezen"},
    subject_line="Kies vandaag: plaats op {dag} voor {wat}",
    sentence="Er is een plaats voor {school} bij “{wat}” op {wanneer}. Kies uiterlijk {tot}. Daarna gaat de "
    "plaats naar de volgende school.",
    button="Neem de plaats aan",
    act=take_place,
    other_button="Sla de plaats af",
    other_act=refuse_place,
)
def place_offered(asked):
    """On the last day to choose, when it was offered before that day."""
    last_on = reach(asked)
    if last_on is None:
        return
    rows = WaitingOffer.objects.filter(
        closed_at=None, expires_at__gt=asked.now, expires_at__lt=midnight(last_on + ONE_DAY)
    )
    rows = asked_for(rows, asked, model=Registration, field="registration")
    members = Members(rows.order_by().values_list("registration__school", flat=True).distinct())
    with_all = ("school", "registered_by", "occurrence__activity__network", "occurrence__municipality")
    for offer in streamed(rows.select_related(*(f"registration__{name}" for name in with_all)).order_by("pk")):
        row, ends_on = offer.registration, timezone.localdate(offer.expires_at)
        moment = latest(ends_on, asked)
        if _was_told(moment, ends_on, (offer.offered_at,), asked):
            continue
        values = {**_about(row.occurrence), "school": row.school.name, "tot": when(offer.expires_at)}
        readers, path = members.of_registration(row), row.get_absolute_url()
        yield from tell(readers, row, moment, values, path, until=offer.expires_at)


# --- the network: what it must do --------------------------------------------------------------------------
def confirm_registration(subject, user, now):
    row = row_of(waiting("aanmeldingen", now), subject)
    must_be_told(Audience.at(now).of_network(row.network_id), user)
    _try(registrations.confirm, registration=row, by=user, now=now)
    return _("De deelname van %(school)s is bevestigd. De school krijgt een mail.") % {"school": row.school.name}


@RULES.register(
    key="registration-unconfirmed",
    name="Aanmelding nog niet bevestigd",
    audience=CARRIERS,
    days=(-5,),
    variables={
        "school": "naam van de school",
        "programma": "naam van het programma",
        "dag": "de dag van de aanmelding",
    },
    subject_line="{school} wacht op bevestiging: {programma}",
    sentence="{school} meldde zich op {dag} aan voor {programma}. Neem contact op met de school, en bevestig de "
    "deelname.",
    button="Bevestig de deelname",
    act=confirm_registration,
)
def registration_unconfirmed(asked):
    """Five days after a school signed up for a programme, and each week after that."""
    until = reach(asked)
    if until is None:
        return
    audience = Audience(asked.on)
    rows = asked_for(waiting("aanmeldingen", asked.now), asked).filter(registered_at__lt=midnight(until + ONE_DAY))
    for row in streamed(rows):
        signed_up_on = timezone.localdate(row.registered_at)
        values = {"school": row.school.name, "programma": row.programme.name, "dag": in_words(signed_up_on)}
        moment = latest(signed_up_on, asked, every=WEEK)
        yield from tell(audience.of_network(row.network_id), row, moment, values, row.get_absolute_url())


@RULES.register(
    key="attendance-missing",
    name="Aanwezigheid nog niet ingevuld",
    audience=CARRIERS,
    days=(-1, -7, -21),
    variables=ABOUT_DATE,
    subject_line="Wie was er op {dag}? {wat}",
    sentence="“{wat}” was op {wanneer}. Vul in welke scholen er waren: dan telt het mee bij hun deelname.",
    button="Vul in wie er was",
)
def attendance_missing(asked):
    """A day, a week and three weeks after a date of which nobody wrote down who was there."""
    until = reach(asked)
    if until is None:
        return
    audience = Audience(asked.on)
    rows = asked_for(waiting("aanwezigheid", asked.now), asked).filter(starts_at__lt=midnight(until + ONE_DAY))
    for row in streamed(rows.select_related("activity__network", "municipality")):
        moment = latest(timezone.localdate(row.starts_at), asked)
        path = reverse("enquiries:attendance", args=[row.uid])
        yield from tell(audience.of_network(row.activity.network_id), row, moment, _about(row), path)


# --- pieces ------------------------------------------------------------------------------------------------
def _about(date):
    place = where(date)
    return {
        "wat": date.activity.title,
        "wanneer": when(date.starts_at),
        "dag": in_words(timezone.localdate(date.starts_at)),
        "waar": _("Plaats: %(where)s.") % {"where": place} if place else _("De plaats hoort u van het netwerk."),
    }


def _try(service, **arguments):
    try:
        service(**arguments)
    except RefusedError as error:
        raise GoneError(error.sentence) from error
