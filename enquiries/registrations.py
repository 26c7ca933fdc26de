"""Signing up: every step of a registration, each in one transaction with its event, its mail and its consequences.

The order of locks is the same everywhere: dates (by key), then the registration, then the participation. See
`places` for the rule that no place is given twice or lost. Whoever calls these has checked who may.
"""

from copy import copy
from datetime import datetime, time

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from activities import reasons
from activities.models import Occurrence
from enquiries import participations, places
from enquiries import registration_mail as mail
from enquiries.clock import ReplyClock, reply_due
from enquiries.deadlocks import again_after_deadlock
from enquiries.models.signing_up import (
    HOLDING,
    LIVE,
    STATELESS,
    Kind,
    Registration,
    RegistrationEvent,
    State,
    WaitingOffer,
)
from enquiries.registration_words import Queue, when, where
from loket.vocabulary import JOINABLE, NOT_NOW, Availability, ProgrammeStatus, Sector
from schools.models import School

OFFER_ENDS = time(17, 0)  # of the last working day
TIME_AND_PLACE = ("starts_at", "ends_at", "place", "municipality_id", "is_online")
NUMBERS = ("pupils_count", "teachers_count", "initiatives", "remark")


class RefusedError(Exception):
    """Something cannot be done now, with the sentence that says why and what can be done instead.

    registration: the one that is in the way, when there is one.
    """

    def __init__(self, sentence, *, registration=None):
        super().__init__(sentence)
        self.sentence = str(sentence)
        self.registration = registration


# --- may one sign up? ----------------------------------------------------------------------------------


class _Joining:
    """What the sentences about joining read."""

    def __init__(self, availability):
        self.availability = availability


def programme_closed(programme):
    """Why nobody can register for a programme now, in its own words; "" when one can (R3)."""
    own = programme.availability_note.strip()
    if programme.status == ProgrammeStatus.BEEINDIGD or programme.availability == Availability.BEEINDIGD:
        return _("%(name)s is gestopt. U kunt zich er niet meer voor aanmelden.") % {"name": programme.name}
    said = _unavailable(programme.availability)
    return " ".join(part for part in (said, own) if part) if said else ""


def _unavailable(availability):
    if availability in JOINABLE:
        return ""
    if availability in NOT_NOW:
        return _("Aanmelden kan nu niet.") + " " + reasons.not_now_sentence(_Joining(availability))
    return reasons.reference_sentence(_Joining(availability))


def date_closed(occurrence, now):
    """Why nobody can register for a date at the moment `now`; "" when one can. A full date is not closed.

    occurrence: with its activity, network and programme at hand.
    """
    activity, today = occurrence.activity, timezone.localtime(now).date()
    network, programme = activity.network, activity.network.programme
    if occurrence.is_cancelled:
        return _("Deze datum gaat niet door.")
    if occurrence.starts_at <= now:
        return _("De inschrijving is gesloten: de activiteit begon op %(when)s.") % {
            "when": when(occurrence.starts_at)
        }
    availability = activity.own_availability or programme.availability
    ended = programme.status == ProgrammeStatus.BEEINDIGD or availability == Availability.BEEINDIGD
    if ended or (network.ended_on and network.ended_on <= today):
        return _("Dit is gestopt. U kunt zich niet meer aanmelden.")
    if availability not in JOINABLE:
        return _unavailable(availability)
    if activity.opens_on and activity.opens_on > today:
        return _("Dit is nog niet open. Het kan vanaf %(day)s.") % {"day": reasons.day(activity.opens_on)}
    if activity.closes_on and activity.closes_on < today:
        return _("Dit is gesloten. Het kon tot en met %(day)s.") % {"day": reasons.day(activity.closes_on)}
    return ""


def sectors_for(school, what):
    """Sectors that a school and an Activity or Programme share, in the order in which people name them."""
    return [sector for sector in Sector.values if sector in school.sectors and sector in what.sectors]


def sector_refusal(school, what):
    """Why a school has no sector in common with an Activity or Programme."""
    return _("Dit is voor %(sectors)s. Uw school heeft %(own)s.") % {
        "sectors": reasons.sector_names(sector for sector in Sector.values if sector in what.sectors),
        "own": reasons.sector_names(school.sectors) or _("geen sector waarvoor hier aanbod is"),
    }


# --- signing up ----------------------------------------------------------------------------------------


@again_after_deadlock
@transaction.atomic
def register(
    *,
    form_key,
    school,
    sector,
    occurrence,
    by,
    now,
    pupils_count=None,
    teachers_count=None,
    initiatives=(),
    remark="",
):
    """Register a group of `school` for a date; returns the Registration, with a place or on the waiting list.

    The same form sent twice gives back the first, without a second mail; another form is another group.
    Raises RefusedError when the date is closed, or not for this sector.
    """
    date = places.lock(occurrence.pk)
    earlier = _of_form(form_key, school, by)
    if earlier:
        return earlier
    closed = date_closed(date, now)
    if closed:
        raise RefusedError(closed)
    if sector not in sectors_for(school, date.activity):
        raise RefusedError(sector_refusal(school, date.activity))
    found = _move_up(date, places.count(date), now)
    registration = Registration.objects.create(
        form_key=form_key,
        school=school,
        sector=sector,
        occurrence=date,
        registered_by=by,
        registered_at=now,
        pupils_count=pupils_count,
        teachers_count=teachers_count,
        initiatives=list(initiatives),
        remark=remark,
    )
    if found.left is None or found.left > 0:
        event = _write(registration, Kind.PLACED, by=by, now=now)
        found, queue = found.given(), None
        participations.follow(registration, now=now, joins=True)
    else:
        event = _write(registration, Kind.WAITLISTED, by=by, now=now)
        found = found.queued()
        queue = Queue(found.waiting, found.waiting)
    mail.tell_school(registration, event, now=now, queue=queue)
    mail.tell_network(registration, event, now=now)
    _publish(date, found, now)
    return registration


@again_after_deadlock
@transaction.atomic
def register_for_programme(
    *,
    form_key,
    school,
    sector,
    programme,
    network,
    by,
    now,
    pupils_count=None,
    teachers_count=None,
    initiatives=(),
    remark="",
):
    """Register `school` for a programme with the network that will carry it; returns the Registration.

    network: None where no network here carries it, so that the office answers. Where the programme has a
    waiting list the school comes on it. The same form sent twice gives back the first.
    Raises RefusedError when one cannot register for the programme (R3), when the sector does not fit, and
    when the school is registered already: that registration comes along.
    """
    School.objects.select_for_update(no_key=True).get(pk=school.pk)  # one registration of a school at a time
    earlier = _of_form(form_key, school, by)
    if earlier:
        return earlier
    closed = programme_closed(programme)
    if closed:
        raise RefusedError(closed)
    if sector not in sectors_for(school, programme):
        raise RefusedError(sector_refusal(school, programme))
    running = Registration.objects.filter(school=school, programme=programme, sector=sector).live().first()
    if running:
        raise RefusedError(
            _("Uw school is al aangemeld voor %(name)s.") % {"name": programme.name}, registration=running
        )
    registration = Registration.objects.create(
        form_key=form_key,
        school=school,
        sector=sector,
        programme=programme,
        network=network,
        registered_by=by,
        registered_at=now,
        pupils_count=pupils_count,
        teachers_count=teachers_count,
        initiatives=list(initiatives),
        remark=remark,
    )
    waits = programme.availability == Availability.WACHTLIJST
    event = _write(registration, Kind.WAITLISTED if waits else Kind.SIGNED_UP, by=by, now=now)
    participations.follow(registration, now=now, joins=True)
    mail.tell_school(registration, event, now=now, queue=queue_of(registration) if waits else None)
    mail.tell_network(registration, event, now=now)
    return registration


def _of_form(form_key, school, by):
    """The registration that a form made already, or None. Raises RefusedError when it was somebody else's form."""
    earlier = Registration.objects.filter(form_key=form_key).order_by().first()
    if earlier is None or (earlier.school_id == school.pk and earlier.registered_by_id == by.pk):
        return earlier
    raise RefusedError(
        _("Dit formulier is al een keer gebruikt. Open de pagina opnieuw om nog een groep aan te melden.")
    )


# --- what a school does after that -----------------------------------------------------------------------


@again_after_deadlock
@transaction.atomic
def cancel(*, registration, reason, by, now, text=""):
    """Withdraw a registration with a StopReason (R50); returns it. Its place goes to who waits.

    Twice changes nothing. Raises RefusedError after the start of the date, and when nothing can happen to
    the registration any more.
    """
    registration, dates = _locked(registration)
    if registration.state == State.CANCELLED:
        return registration
    if registration.state not in LIVE:
        raise RefusedError(_("Afmelden kan niet meer: kijk hieronder hoe het staat."))
    date = registration.occurrence
    if date and date.starts_at <= now:
        raise RefusedError(_("Afmelden kan niet meer: de activiteit is begonnen. Bel of mail het netwerk."))
    was_confirmed = registration.state == State.CONFIRMED
    _close_offer(registration, now)
    event = _write(registration, Kind.CANCELLED, by=by, now=now, reason=reason, text=text)
    participations.follow(registration, now=now, stops=was_confirmed, reason=reason)
    mail.tell_school(registration, event, now=now)
    mail.tell_network(registration, event, now=now)
    _settle(dates, now)
    return registration


@again_after_deadlock
def accept(*, registration, by, now):
    """Take the place that was offered; returns the registration. Twice changes nothing.

    Raises RefusedError when the offer is over. When only its time was over, the place goes on to the next
    school at once, and that stays done.
    """
    with transaction.atomic():
        registration, dates = _locked(registration)
        if registration.state == State.PLACED:
            return registration
        offer = _open_offer(registration)
        if offer is None:
            raise RefusedError(_("Er is nu geen plaats aan te nemen: kijk hieronder hoe het staat."))
        if offer.expires_at > now:
            _close_offer(registration, now)
            event = _write(registration, Kind.ACCEPTED, by=by, now=now)
            participations.follow(registration, now=now, joins=True)
            mail.tell_school(registration, event, now=now)
            _settle(dates, now)
            return registration
        _lapse(registration, now)
        _settle(dates, now)
    raise RefusedError(
        _("De tijd om te kiezen was voorbij op %(when)s.") % {"when": when(offer.expires_at)},
        registration=registration,
    )


@again_after_deadlock
@transaction.atomic
def decline(*, registration, by, now):
    """Refuse the place that was offered; returns the registration. It goes to the next. Twice changes nothing."""
    registration, dates = _locked(registration)
    if registration.state == State.DECLINED:
        return registration
    if _open_offer(registration) is None:
        raise RefusedError(_("Er is nu geen plaats af te slaan: kijk hieronder hoe het staat."))
    _close_offer(registration, now)
    _write(registration, Kind.DECLINED, by=by, now=now)
    _settle(dates, now)
    return registration


@again_after_deadlock
@transaction.atomic
def transfer(*, registration, to, by, now):
    """Move a registration to another date of the same activity that has a place; returns it. Twice changes nothing.

    Raises RefusedError when that date is full or closed: the school then keeps what it had.
    """
    if to.pk == registration.occurrence_id:
        return registration
    registration, dates = _locked(registration, to.pk)
    target = dates[to.pk]
    before = dates.get(registration.occurrence_id)
    if before is None or registration.state not in LIVE or before.starts_at <= now:
        raise RefusedError(_("Een andere datum kiezen kan niet meer: kijk hieronder hoe het staat."))
    if target.activity_id != before.activity_id:
        raise RefusedError(_("Die datum is van een andere activiteit. Meld u daar apart voor aan."))
    closed = date_closed(target, now)
    if closed:
        raise RefusedError(closed + " " + _("U houdt wat u had."))
    room = _move_up(target, places.count(target), now)
    if room.left == 0:
        raise RefusedError(_("Die datum is vol. U houdt wat u had."))
    left_behind = participations.Key.of(registration)
    _close_offer(registration, now)
    registration.occurrence = target
    registration.save(update_fields=["occurrence"])
    event = _write(registration, Kind.MOVED, by=by, now=now, from_occurrence=before)
    participations.follow(registration, now=now, joins=True)
    if participations.Key.of(registration) != left_behind:
        participations.follow_key(left_behind, now=now)
    mail.tell_school(registration, event, now=now, before=before)
    _settle({before.pk: before}, now)
    _publish(target, room.given(), now)
    return registration


@again_after_deadlock
@transaction.atomic
def change(*, registration, values, seen, by, now):
    """Change numbers, initiative or remark (NUMBERS) of a live registration; returns it.

    seen: the key of the newest event that the person saw. Raises RefusedError when something happened since:
    what somebody else changed is not overwritten unseen.
    """
    registration, _dates = _locked(registration)
    date = registration.occurrence
    if registration.state not in LIVE or (date and date.starts_at <= now):
        raise RefusedError(_("Wijzigen kan niet meer: kijk hieronder hoe het staat."))
    changed = {
        name: value for name, value in values.items() if name in NUMBERS and getattr(registration, name) != value
    }
    if not changed:
        return registration
    if newest_event(registration) != seen:
        raise RefusedError(
            _("Intussen is er iets veranderd aan deze aanmelding. Kijk of uw wijziging nog klopt, en bewaar opnieuw.")
        )
    told = ", ".join(str(Registration._meta.get_field(name).verbose_name) for name in changed)
    for name, value in changed.items():
        setattr(registration, name, value)
    registration.save(update_fields=list(changed))
    _write(registration, Kind.CHANGED, by=by, now=now, text=told)
    return registration


def newest_event(registration):
    """The key of the newest event, whatever its kind."""
    return registration.events.order_by("-pk").values_list("pk", flat=True).first()


# --- what the network does -------------------------------------------------------------------------------


@again_after_deadlock
@transaction.atomic
def confirm(*, registration, by, now):
    """The network says that the school takes part in the programme; returns the registration.

    Twice changes nothing. Raises RefusedError for a date, and when nothing can happen to it any more.
    """
    registration, _dates = _locked(registration)
    if registration.state == State.CONFIRMED:
        return registration
    if registration.occurrence_id or registration.state not in (State.SIGNED_UP, State.WAITING):
        raise RefusedError(_("Bevestigen kan niet: kijk hieronder hoe het staat."))
    event = _write(registration, Kind.CONFIRMED, by=by, now=now)
    participations.follow(registration, now=now, joins=True)
    mail.tell_school(registration, event, now=now)
    return registration


@again_after_deadlock
@transaction.atomic
def record_attendance(*, occurrence, rows, by, now):
    """Write down who was there, all rows or none; returns how many changed.

    rows: {key of a registration: (was there, pupils or None, teachers or None)}. A second time corrects the
    first; what was said before stays in the events.
    Raises RefusedError before the day itself, and when a row has no place at this date any more.
    """
    date = places.lock(occurrence.pk)
    if timezone.localtime(date.starts_at).date() > timezone.localtime(now).date():
        raise RefusedError(_("De lijst invullen kan vanaf de dag zelf."))
    if date.is_cancelled:
        raise RefusedError(_("Deze datum gaat niet door: er valt niets in te vullen."))
    groups = {row.pk: row for row in attending(date)}
    if not rows.keys() <= groups.keys():
        raise RefusedError(_("Intussen is de lijst veranderd. Kijk haar na, en bewaar opnieuw."))
    told = last_attendance(rows)
    changed = []
    for pk, (was_there, pupils, teachers) in rows.items():
        kind = Kind.ATTENDED if was_there else Kind.ABSENT
        numbers = (pupils, teachers) if was_there else (None, None)
        if told.get(pk) == (kind, *numbers):
            continue
        _write(groups[pk], kind, by=by, now=now, pupils_count=numbers[0], teachers_count=numbers[1])
        changed.append(groups[pk])
    for registration in changed:
        participations.record_attendance(date, registration, by=by, now=now)
    return len(changed)


def attending(occurrence):
    """The registrations that stand on the list of a date: with a place, no open offers; by name of school."""
    rows = Registration.objects.filter(occurrence=occurrence).in_state(*(HOLDING - {State.OFFERED}))
    return rows.select_related("school", "registered_by", "occurrence__activity__network__programme").order_by(
        "school__sort_name", "pk"
    )


def last_attendance(pks):
    """{key of a registration: (kind, pupils, teachers) of the newest event that gave it a state}. One query."""
    events = RegistrationEvent.objects.filter(registration__in=pks).exclude(kind__in=STATELESS)
    last = events.order_by("registration_id", "-pk").distinct("registration_id")
    return {event.registration_id: (event.kind, event.pupils_count, event.teachers_count) for event in last}


@again_after_deadlock
@transaction.atomic
def change_occurrence(*, occurrence, values, by, now):
    """Change a date and tell every registered school what that means for it; returns the Places of the date.

    values: {field: value}. Called off: registrations end. On again: those schools may register again. Moved:
    places stay. Fewer places than are taken: nobody loses one, nobody moves up, and `Places.over` tells the
    coordinator. More places: who waits moves up.
    """
    before = places.lock(occurrence.pk)
    date = copy(before)
    for name, value in values.items():
        setattr(date, name, value)
    if Registration.objects.filter(occurrence=date).exists():
        date.places_left = None  # Loket counts them anew; the old number may be more than the places there are now
    elif values.keys() & {"capacity", "taken_elsewhere"} and "places_left" not in values:
        date.places_left = None if date.capacity is None else max(0, date.capacity - date.taken_elsewhere)
    date.save()
    return after_occurrence_changed(before=before, occurrence=date, by=by, now=now)


@transaction.atomic
def after_occurrence_changed(*, before, occurrence, by, now):
    """Tell every registered school what a change of a date means for it; returns the Places of the date.

    The second half of `change_occurrence`, for who saves a date in another way: in this same transaction, with
    the date locked (`places.lock`) before it was changed. before: the Occurrence as it was. occurrence: as saved.
    """
    date = places.lock(occurrence.pk)
    if date.is_cancelled and not before.is_cancelled:
        _call_off(date, by, now)
    elif before.is_cancelled and not date.is_cancelled:
        _call_on(date, now)
    elif any(getattr(before, name) != getattr(date, name) for name in TIME_AND_PLACE):
        _tell_of_move(before, date, by, now)
    found = _move_up(date, places.count(date), now)
    if Registration.objects.filter(occurrence=date).exists():
        _publish(date, found, now)
    return found


def _call_off(date, by, now):
    for registration in _of_date(date).live():
        _close_offer(registration, now)
        registration.occurrence = date
        event = _write(registration, Kind.CALLED_OFF, by=by, now=now)
        participations.follow(registration, now=now)
        mail.tell_school(registration, event, now=now)


def _call_on(date, now):
    for registration in _of_date(date).in_state(State.CALLED_OFF):
        registration.occurrence = date
        event = registration.events.filter(kind=Kind.CALLED_OFF).last()
        mail.tell_on_again(registration, event)


def _tell_of_move(before, date, by, now):
    moved = _("Was: %(before)s. Wordt: %(after)s.") % {"before": _spot(before), "after": _spot(date)}
    WaitingOffer.objects.filter(registration__occurrence=date, closed_at=None, expires_at__gt=date.starts_at).update(
        expires_at=date.starts_at
    )
    for registration in _of_date(date).live():
        old = Registration(
            school=registration.school,
            sector=registration.sector,
            occurrence=before,
            registered_at=registration.registered_at,
        )
        registration.occurrence = date
        event = _write(registration, Kind.CHANGED, by=by, now=now, text=moved)
        if participations.Key.of(old) != participations.Key.of(registration):
            participations.follow(registration, now=now, joins=registration.state == State.PLACED)
            participations.follow_key(participations.Key.of(old), now=now)
        offer = _open_offer(registration) if registration.state == State.OFFERED else None
        mail.tell_school(
            registration, event, now=now, expires_at=offer.expires_at if offer else None, before=before, extra=[moved]
        )


def _spot(date):
    return ", ".join(part for part in (when(date.starts_at), where(date)) if part)


def _of_date(date):
    return Registration.objects.for_page().filter(occurrence=date).order_by("pk")


@again_after_deadlock
def lapse_offers(*, now):
    """End the offers whose time is over, and offer their places to who waits; returns how many ended.

    Each date in a transaction of its own. A date that somebody else is busy with is left for the next minute.
    """
    due = WaitingOffer.objects.filter(closed_at=None, expires_at__lte=now)
    pks = due.order_by("registration__occurrence").values_list("registration__occurrence", flat=True).distinct()
    ended = 0
    for pk in list(pks):
        with transaction.atomic():
            date = places.lock(pk, skip_locked=True)
            if date is None:
                continue
            open_ones = due.filter(registration__occurrence=date).order_by("pk")
            for registration in _of_date(date).in_state(State.OFFERED).filter(waiting_offers__in=open_ones):
                registration.occurrence = date
                _lapse(registration, now)
                ended += 1
            _settle({pk: date}, now)
    return ended


# --- pieces ----------------------------------------------------------------------------------------------


def queue_of(registration):
    """The Queue of a registration that waits: for its date, or for its programme at the same network. One query."""
    if registration.occurrence_id:
        rows = Registration.objects.filter(occurrence=registration.occurrence_id)
    else:
        rows = Registration.objects.filter(programme=registration.programme_id, network=registration.network_id)
    pks = list(rows.waiting().values_list("pk", flat=True))
    return Queue(pks.index(registration.pk) + 1, len(pks)) if registration.pk in pks else None


def offer_ends(school, starts_at, now):
    """Until when a place is held that is offered now: 17:00 of the last working day, or the start of the date."""
    day = reply_due(
        timezone.localtime(now).date(),
        working_days=settings.OFFER_WORKING_DAYS,
        holidays=ReplyClock.for_school(school),
    )
    return min(timezone.make_aware(datetime.combine(day, OFFER_ENDS)), starts_at)


def _locked(registration, *more):
    """(registration, {key: Occurrence}): its date and the dates `more` locked in order, then the row itself.

    Raises RefusedError when somebody moved it to another date just before.
    """
    pks = sorted({registration.occurrence_id, *more} - {None})
    dates = {pk: places.lock(pk) for pk in pks}
    Registration.objects.select_for_update(no_key=True).get(pk=registration.pk)
    # Read after the lock was got, so that its state is that of now.
    fresh = Registration.objects.for_page().with_state().get(pk=registration.pk)
    if fresh.occurrence_id is not None and fresh.occurrence_id not in dates:
        raise RefusedError(_("Intussen is er iets veranderd aan deze aanmelding. Kijk hieronder hoe het nu staat."))
    if fresh.occurrence_id is not None:
        fresh.occurrence = dates[fresh.occurrence_id]
    return fresh, dates


def _write(registration, kind, *, by, now, **more):
    """Add an event; the registration knows its new state at once."""
    event = RegistrationEvent.objects.create(registration=registration, kind=kind, happened_at=now, by=by, **more)
    if kind not in STATELESS:
        registration.last_kind = kind
    return event


def _open_offer(registration):
    return WaitingOffer.objects.filter(registration=registration, closed_at=None).first()


def _close_offer(registration, now):
    WaitingOffer.objects.filter(registration=registration, closed_at=None).update(closed_at=now)


def _lapse(registration, now):
    _close_offer(registration, now)
    event = _write(registration, Kind.LAPSED, by=None, now=now)
    mail.tell_school(registration, event, now=now)


def _move_up(date, found, now):
    """Offer the free places of a locked date to who waits, in order; returns the Places after it.

    Nobody moves up where the date is off or has begun.
    """
    if date.is_cancelled or date.starts_at <= now or not found.waiting:
        return found
    most = found.waiting if found.left is None else min(found.left, found.waiting)
    if not most:
        return found
    waiting = Registration.objects.for_page().filter(occurrence=date).waiting()
    for registration in waiting[:most]:
        registration.occurrence = date
        expires_at = offer_ends(registration.school, date.starts_at, now)
        WaitingOffer.objects.create(registration=registration, offered_at=now, expires_at=expires_at)
        event = _write(registration, Kind.OFFERED, by=None, now=now)
        mail.tell_school(registration, event, now=now, expires_at=expires_at)
        found = found.moved_up()
    return found


def _settle(dates, now):
    """After something changed at locked dates: who waits moves up, and the public figures follow."""
    for date in dates.values():
        _publish(date, _move_up(date, places.count(date), now), now)


def _publish(date, found, now):
    places.publish(date, found, timezone.localtime(now).date())


def occurrences_to_move_to(registration, now):
    """Dates of the same activity to which a registration could move: open and not full. One query."""
    date = registration.occurrence
    rows = Occurrence.objects.filter(activity=date.activity_id, starts_at__gt=now, cancelled_at=None).exclude(
        pk=date.pk
    )
    return rows.exclude(places_left=0).select_related("municipality").order_by("starts_at", "pk")
