"""Participation, as far as registrations and attendance make it: nobody types again what Loket knows (R46–R48).

A participation is the sum of what is registered for one school, programme, network, sector and school year
(`Key`). `follow` reads those registrations and writes what follows; so events may come in any order, and twice.
"""

from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from activities.models import Entry, Participation
from activities.periods import midnight
from enquiries.models.signing_up import JOINED, Kind, Registration, RegistrationEvent, State
from loket.vocabulary import Initiative, school_year
from networks.models import Network, Programme
from schools.models import Membership, School

SCHOOL_AAN_ZET = "school-aan-zet"
YEAR_BEGINS = (8, 1)  # month, day


@dataclass(frozen=True, slots=True)
class Key:
    """What one participation is about."""

    school: School
    programme: Programme
    network: Network | None
    sector: str
    school_year: str

    @classmethod
    def of(cls, registration):
        moment = registration.occurrence.starts_at if registration.occurrence_id else registration.registered_at
        return cls(
            registration.school,
            registration.carried_programme,
            registration.carrier,
            registration.sector,
            school_year(timezone.localtime(moment).date()),
        )

    @property
    def fields(self):
        return {
            "school": self.school,
            "programme": self.programme,
            "network": self.network,
            "sector": self.sector,
            "school_year": self.school_year,
        }

    def registrations(self):
        """The registrations that this participation sums up, with their state."""
        year = int(self.school_year[:4])
        first, last = (midnight(date(start, *YEAR_BEGINS)) for start in (year, year + 1))
        for_date = Q(
            occurrence__activity__network=self.network,
            occurrence__starts_at__gte=first,
            occurrence__starts_at__lt=last,
        )
        for_programme = Q(programme=self.programme, registered_at__gte=first, registered_at__lt=last)
        for_programme &= Q(network=self.network) if self.network else Q(network=None)
        rows = Registration.objects.filter(school=self.school, sector=self.sector)
        return rows.filter((for_date | for_programme) if self.network else for_programme).with_state()


@transaction.atomic
def follow(registration, *, now, joins=False, stops=False, reason=""):
    """Write the participation that follows from the registrations beside `registration`; returns it or None.

    joins: the school has just registered or got a place, so a participation that had stopped goes on. stops:
    it takes back what the network had confirmed, so it stops, whatever it did before. reason: a StopReason,
    for then and for when nothing is left. Call it under the lock of the date, after the event.
    """
    return follow_key(Key.of(registration), now=now, joins=joins, stops=stops, reason=reason, last=registration)


def follow_key(key, *, now, joins=False, stops=False, reason="", last=None):
    """The same for a Key: also for one that a registration has left."""
    today = timezone.localtime(now).date()
    registrations = list(key.registrations().select_related("occurrence").order_by())
    joined = [row for row in registrations if row.state in JOINED]
    waiting = any(row.state == State.WAITING and row.programme_id for row in registrations)
    row = _locked(key)
    if row is None and not joined and not waiting:
        return None
    row = row or Participation(**key.fields, source=Participation.Source.REGISTRATION)
    before = _values(row)
    _start(row, registrations, today)
    if joined and row.signed_up_on is None:
        row.signed_up_on = today
    if waiting and row.waiting_from_on is None:
        row.waiting_from_on = today
    elif not waiting and joined and row.started_on is None:
        row.waiting_from_on = None
    if joins and (joined or waiting):
        row.stopped_on, row.stop_reason = None, ""
    if row.stopped_on is None and (stops or (not joined and not waiting and _is_only_registered(row))):
        row.stopped_on, row.stop_reason = today, reason
    if last is not None:
        chosen = {*row.initiatives, *last.initiatives}
        row.initiatives = [value for value in Initiative.values if value in chosen]
        if joins and row.contact_id is None and _speaks_for_the_school(last):
            row.contact_id = last.registered_by_id
    is_new = row.pk is None
    if not is_new and _values(row) == before:
        return row
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        if not is_new or _locked(key) is None:
            raise
        # Another date of the same network made it this very moment: fill in that one.
        return follow_key(key, now=now, joins=joins, stops=stops, reason=reason, last=last)
    return row


def _speaks_for_the_school(registration):
    """Whether who registered is of the school, and not a coordinator who did it on its behalf."""
    mine = Membership.objects.active().of_school(registration.school)
    return mine.filter(user=registration.registered_by_id).exists()


def _locked(key):
    rows = Participation.objects.select_for_update(of=("self",)).filter(**key.fields)
    return rows.select_related("school", "programme").first()


def _values(row):
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


def _is_only_registered(row):
    """Whether nothing but registrations made it, and it never began."""
    return row.source == Participation.Source.REGISTRATION and row.started_on is None


def _start(row, registrations, today):
    """Begin with the first date at which the school was, or the day of the confirmation."""
    days = [
        timezone.localtime(registration.occurrence.starts_at).date() if registration.occurrence_id else today
        for registration in registrations
        if registration.state in (State.ATTENDED, State.CONFIRMED)
    ]
    if days:
        row.started_on = row.started_on or min(days)
    elif row.started_on and row.source == Participation.Source.REGISTRATION and not row.entries.exists():
        confirmed = RegistrationEvent.objects.filter(registration__in=registrations, kind=Kind.CONFIRMED)
        if not confirmed.exists():  # so "was there" was a mistake
            row.started_on = None


def record_attendance(occurrence, registration, *, by, now):
    """Write the Entry that follows from who was there of one school, for `registration` and the groups beside it.

    Under the lock of the date, after the events. Several groups of one school are one entry with their sum;
    nobody there is no entry.
    """
    key = Key.of(registration)
    groups = list(key.registrations().filter(occurrence=occurrence))
    present = [row.pk for row in groups if row.state == State.ATTENDED]
    events = RegistrationEvent.objects.filter(registration__in=present, kind=Kind.ATTENDED)
    last = list(events.order_by("registration_id", "-pk").distinct("registration_id"))
    row = Participation.objects.filter(**key.fields).first()
    entry = Entry.objects.filter(participation=row, occurrence=occurrence).first() if row else None
    if not present:
        if entry:
            entry.delete()
        return follow(registration, now=now)
    row = row or follow(registration, now=now)
    numbers = {name: _sum(getattr(event, name) for event in last) for name in ("pupils_count", "teachers_count")}
    if entry is None:
        Entry.objects.create(
            participation=row,
            occurrence=occurrence,
            activity=occurrence.activity,
            kind=occurrence.activity.kind,
            happened_on=timezone.localtime(occurrence.starts_at).date(),
            source=Entry.Source.ATTENDANCE,
            recorded_by=by,
            **numbers,
        )
    elif any(getattr(entry, name) != value for name, value in numbers.items()):
        for name, value in numbers.items():
            setattr(entry, name, value)
        entry.recorded_by = by
        entry.save()
    return follow(registration, now=now)


def _sum(numbers):
    """The sum of what is known; None when nothing is."""
    known = [number for number in numbers if number is not None]
    return sum(known) if known else None


# --- by hand -----------------------------------------------------------------------------------------


@transaction.atomic
def add_entry(*, participation, values, by, today):
    """Write down what happened, by hand; returns the Entry. values: the fields of a form about it.

    Raises ValidationError for a day to come or one outside the school year.
    """
    check_day(participation.school_year, values["happened_on"], today)
    entry = Entry.objects.create(participation=participation, source=Entry.Source.HAND, recorded_by=by, **values)
    row = Participation.objects.select_for_update().get(pk=participation.pk)
    if row.started_on is None or entry.happened_on < row.started_on:
        row.started_on = entry.happened_on
        row.save(update_fields=["started_on"])
    return entry


@transaction.atomic
def correct_entry(*, entry, values, by, today):
    """Change what was written down; what stood there stays in the log. Returns the Entry.

    Of an entry that attendance made only the numbers change: day and kind are those of the date.
    """
    entry = Entry.objects.select_for_update().select_related("participation").get(pk=entry.pk)
    if entry.source == Entry.Source.ATTENDANCE:
        values = {name: value for name, value in values.items() if name in ("pupils_count", "teachers_count")}
    else:
        check_day(entry.participation.school_year, values["happened_on"], today)
    changed = {name: value for name, value in values.items() if getattr(entry, name) != value}
    if changed:
        for name, value in changed.items():
            setattr(entry, name, value)
        entry.recorded_by = by
        entry.save()
    return entry


def check_day(year, day, today):
    """Raises ValidationError for a day to come, or one outside the school year `year`."""
    if day > today:
        raise ValidationError({"happened_on": _("Deze dag is nog niet geweest.")})
    if school_year(day) != year:
        raise ValidationError({"happened_on": _("Deze dag valt niet in schooljaar %(year)s.") % {"year": year}})


@transaction.atomic
def stop(*, participation, reason, today):
    """The school stops, with a StopReason (R50); returns the Participation. Twice changes nothing."""
    row = Participation.objects.select_for_update().get(pk=participation.pk)
    if row.stopped_on is None:
        row.stopped_on, row.stop_reason = today, reason
        row.save(update_fields=["stopped_on", "stop_reason"])
    return row


# --- what others ask ---------------------------------------------------------------------------------


def recent_years(on):
    """The school year of the day `on` and the one before, newest first."""
    return [school_year(on), school_year(date(on.year - 1, on.month, min(on.day, 28)))]


def programmes_done(school, on):
    """Slugs of programmes that a school takes part in: this or last school year, and not stopped (R20).

    Waiting is not taking part; having registered is. History goes along with a merger. Two queries.
    """
    rows = Participation.objects.of_school(school).taking_part().filter(school_year__in=recent_years(on))
    return set(rows.order_by().values_list("programme__slug", flat=True))


def is_mbb_school(participations):
    """Whether these make a school an "MBB-school": one programme of MBB other than School aan Zet (R52, 3.1).

    participations: with their programme at hand, of one school and the period that is asked about.
    """
    return any(
        row.programme.in_mbb and row.programme.slug != SCHOOL_AAN_ZET and _took_part(row) for row in participations
    )


def is_saz_only(participations):
    """Whether School aan Zet is the only programme of MBB that a school takes part in; shown apart (R52)."""
    slugs = {row.programme.slug for row in participations if row.programme.in_mbb and _took_part(row)}
    return slugs == {SCHOOL_AAN_ZET}


def _took_part(row):
    return row.started_on is not None
