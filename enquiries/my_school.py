"""What "Mijn school" shows of one school to one person on one day.

Everything is read once and joined here; the number of queries does not grow with the years.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property
from itertools import groupby
from operator import attrgetter

from django.db.models import OuterRef, Prefetch, Subquery
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from activities.desk import desk_for
from activities.intensity import intensity
from activities.models import Advice, Entry, Participation
from activities.reasons import day
from activities.situation import read_situation
from activities.stored import Stored, states_on
from enquiries.models import Enquiry, EnquiryEvent, Recipient, Registration, WaitingOffer
from enquiries.models.signing_up import State
from enquiries.registration_access import participations_seen_by, registrations_seen_by
from enquiries.registration_words import when
from enquiries.status import EnquiryStatus, EventKind
from schools.models import Profile

PROFILE_AGES = timedelta(days=365)  # after a year we ask whether it still holds
SHOWN_ADVICES = 5
RUNNING = (
    EnquiryStatus.ANSWERED,
    EnquiryStatus.SEEN,
    EnquiryStatus.SENT,
    EnquiryStatus.LATE,
    EnquiryStatus.REFUSED,
    EnquiryStatus.POSTPONED,
)
EARLIER_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Todo:
    """Something that waits for the school. until: the day or moment after which it is too late, or None."""

    text: str
    url: str
    label: str
    until: date | datetime | None = None

    @property
    def until_text(self):
        if self.until is None:
            return ""
        return when(self.until) if isinstance(self.until, datetime) else day(self.until)


class MySchool:
    """One school on one day, for who may see it. Attributes are worked out when first asked for.

    is_member: sees all that the school did; a coordinator sees what its networks may see, and nothing waits
    for it here.
    """

    def __init__(self, school, user, *, is_member, known, now):
        self.school, self.user, self.is_member, self.directory, self.now = school, user, is_member, known, now
        self.on = timezone.localtime(now).date()

    @cached_property
    def family(self):
        """Keys of the school and of the schools that went up in it."""
        pks, newest = {self.school.pk}, {self.school.pk}
        while newest:
            newest = set(type(self.school).objects.filter(successor__in=newest).values_list("pk", flat=True)) - pks
            pks |= newest
        return pks

    # --- enquiries ---------------------------------------------------------------------------------

    @cached_property
    def _enquiries(self):
        open_ones = Recipient.objects.open().filter(enquiry=OuterRef("pk")).order_by("reply_due_on")
        later = EnquiryEvent.objects.filter(enquiry=OuterRef("pk"), kind=EventKind.POSTPONED).order_by("-pk")
        rows = Enquiry.objects.all()
        rows = rows.of_school_side(self.user) if self.is_member else rows.visible_to(self.user, self.on)
        rows = rows.filter(school__in=self.family).with_status()
        rows = rows.annotate(
            due_on=Subquery(open_ones.values("reply_due_on")[:1]),
            ask_again_on=Subquery(later.values("ask_again_on")[:1]),
        )
        enquiries = list(rows.select_related("activity", "programme").order_by("-asked_at", "-pk"))
        for enquiry in enquiries:
            enquiry.status = EnquiryStatus(enquiry.status)
        return enquiries

    @property
    def running_enquiries(self):
        return [enquiry for enquiry in self._enquiries if enquiry.status in RUNNING]

    @property
    def earlier_enquiries(self):
        return [enquiry for enquiry in self._enquiries if enquiry.status not in RUNNING][:EARLIER_SHOWN]

    # --- registrations -----------------------------------------------------------------------------

    @cached_property
    def _registrations(self):
        offers = Prefetch("waiting_offers", WaitingOffer.objects.filter(closed_at=None), to_attr="open_offers")
        rows = Registration.objects.all() if self.is_member else registrations_seen_by(self.user, self.on)
        rows = rows.filter(school__in=self.family)
        return list(rows.with_state().for_page().prefetch_related(offers).order_by("-registered_at", "-pk"))

    def _is_ahead(self, registration):
        return registration.occurrence is None or registration.occurrence.ends_at >= self.now

    def _first_to_come(self, registration):
        date = registration.occurrence
        return (date is None, date.starts_at if date else registration.registered_at)

    @property
    def running_registrations(self):
        """Live ones that are not over, the first to come first; those for a programme last."""
        running = [row for row in self._registrations if row.is_live and self._is_ahead(row)]
        return sorted(running, key=self._first_to_come)

    @property
    def earlier_registrations(self):
        running = {row.pk for row in self.running_registrations}
        return [row for row in self._registrations if row.pk not in running][:EARLIER_SHOWN]

    # --- participation -----------------------------------------------------------------------------

    @cached_property
    def participations(self):
        entries = Prefetch("entries", Entry.objects.select_related("activity"))
        rows = Participation.objects.all() if self.is_member else participations_seen_by(self.user, self.on)
        rows = rows.filter(school__in=self.family)
        rows = rows.select_related("programme", "network").prefetch_related(entries)
        return list(rows.order_by("-school_year", "programme__name", "sector", "pk"))

    @property
    def years(self):
        """(school year, its participations), the newest first."""
        return [(year, list(rows)) for year, rows in groupby(self.participations, key=attrgetter("school_year"))]

    @cached_property
    def intensities(self):
        """(programme, its Intensity over the last two years), for programmes in which something happened."""
        by_programme = {}
        for row in self.participations:
            by_programme.setdefault(row.programme, []).extend(row.entries.all())
        found = [(p, intensity(p.slug, entries, self.on)) for p, entries in by_programme.items() if entries]
        return sorted(found, key=lambda pair: pair[0].name)

    # --- what comes next ---------------------------------------------------------------------------

    @cached_property
    def stored(self):
        profiles = Profile.objects.filter(school=self.school).current()
        states = states_on(self.participations, self.on)
        return Stored({profile.sector: profile for profile in profiles}, states, pins=())

    @cached_property
    def _desk(self):
        programmes = {slug: slug for slug in self.directory.programmes}
        reading = read_situation(
            QueryDict(),
            school_code=self.school.code,
            school_sectors=self.school.sectors,
            programmes=programmes,
        ).with_stored(self.stored)
        return desk_for(self.school, reading.situation, on=self.on, known=self.directory, waiting=self.stored.waiting)

    @property
    def next_steps(self):
        return self._desk.next_steps

    @cached_property
    def todos(self):
        """What waits for the school now, the most urgent first. Empty for a coordinator."""
        if not self.is_member or self.school.closed_on:
            return []
        found = [*self._offered_places(), *self._answers(), *self._asked_again(), *self._profile()]
        return sorted(found, key=lambda todo: (todo.until is None, _moment(todo.until) or self.now))

    def _offered_places(self):
        for row in self._registrations:
            if row.state == State.OFFERED and row.open_offers:
                yield Todo(
                    _("Er is een plaats vrij: %(what)s.") % {"what": row.what},
                    row.get_absolute_url(),
                    _("Neem de plaats aan of sla haar af"),
                    row.open_offers[0].expires_at,
                )

    def _answers(self):
        for enquiry in self._enquiries:
            if enquiry.status == EnquiryStatus.ANSWERED:
                text = _("Er is antwoord op uw vraag: “%(goal)s”")
                yield Todo(text % {"goal": _short(enquiry.goal)}, enquiry.get_absolute_url(), _("Lees het antwoord"))
            elif enquiry.status == EnquiryStatus.REFUSED:
                text = _("Niemand kon helpen met uw vraag: “%(goal)s”")
                yield Todo(text % {"goal": _short(enquiry.goal)}, enquiry.get_absolute_url(), _("Lees waarom"))

    def _asked_again(self):
        for enquiry in self._enquiries:
            if enquiry.status == EnquiryStatus.POSTPONED and enquiry.ask_again_on and enquiry.ask_again_on <= self.on:
                text = _("U wilde deze vraag nu opnieuw bekijken: “%(goal)s”")
                yield Todo(text % {"goal": _short(enquiry.goal)}, enquiry.get_absolute_url(), _("Bekijk de vraag"))

    def _profile(self):
        newest = self.stored.newest_profile
        url = reverse("enquiries:profile", args=[self.school.code])
        if newest is None:
            text = _("Zeg hoe ver uw school is. Dan past het aanbod beter.")
            yield Todo(text, url, _("Vul het profiel in"))
        elif self.now - newest.set_at > PROFILE_AGES:
            text = _("Het profiel is van %(day)s. Klopt het nog?") % {"day": day(timezone.localtime(newest.set_at))}
            yield Todo(text, url, _("Bekijk het profiel"))
        if not self.participations:
            url = reverse("enquiries:intake", args=[self.school.code])
            yield Todo(
                _("Uw school doet nog nergens aan mee. Wat houdt u tegen?"), url, _("Vertel het in één minuut")
            )

    # --- advice (R25) ------------------------------------------------------------------------------

    @cached_property
    def advices(self):
        """(Advice, what it led to in words), the newest first."""
        rows = Advice.objects.filter(school__in=self.family).select_related("asked_by")[:SHOWN_ADVICES]
        return [(row, self.led_to(row)) for row in rows]

    def led_to(self, advice):
        """What the school did later with something that `advice` named, in one sentence; "" for nothing."""
        programmes = {item["programme"] for item in advice.suggestions}
        activities = {item["activity"] for item in advice.suggestions}
        known = self.directory

        def named(programme, activity=None):
            return activity in activities or programme in programmes

        enquiries = sum(
            row.asked_at >= advice.given_at and named(row.programme.slug if row.programme else None, row.activity_id)
            for row in self._enquiries
        )
        registrations = sum(
            row.registered_at >= advice.given_at
            and named(row.carried_programme.slug, row.occurrence.activity_id if row.occurrence else None)
            for row in self._registrations
        )
        started = sum(
            row.started_on is not None
            and row.started_on >= timezone.localtime(advice.given_at).date()
            and row.programme.slug in programmes
            and row.programme.slug in known.programmes
            for row in self.participations
        )
        parts = [
            ngettext("%d vraag", "%d vragen", enquiries) % enquiries if enquiries else "",
            ngettext("%d aanmelding", "%d aanmeldingen", registrations) % registrations if registrations else "",
            ngettext("%d deelname", "%d deelnames", started) % started if started else "",
        ]
        return ", ".join(part for part in parts if part)

    @property
    def takes_part(self):
        return any(row.state != Participation.State.STOPPED for row in self.participations)


def _short(text):
    flat = " ".join(text.split())
    return flat if len(flat) <= 80 else f"{flat[:79]}…"


def _moment(until):
    """A day counts to its end."""
    if until is None or isinstance(until, datetime):
        return until
    return timezone.make_aware(datetime.combine(until, time.max))
