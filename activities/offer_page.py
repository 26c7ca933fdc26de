"""What the page of one activity shows on one day: where it stands, when it is, what it asks, and what is near it.

Four queries (dates, area, neighbours, subsidies) beside the activity and its material, whatever the
number of rows. All of it is a function of the rows and the day, so the page can be kept.
"""

from dataclasses import dataclass
from datetime import datetime, time
from enum import StrEnum
from functools import cached_property

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from activities import reasons
from activities.freshness import freshness_of
from activities.matching import Offer
from activities.models import Activity, Occurrence, Subsidy
from loket.vocabulary import (
    JOINABLE,
    NOT_NOW,
    Availability,
    Evidence,
    Need,
    Phase,
    ProgrammeStatus,
    TargetGroup,
    Years,
)
from networks.directory import Contact, FirstContact
from networks.models import WorkingArea

MOST_DATES = 20
MOST_RELATED = 4
# Enough to choose four from; the newest, because an area with more has been busy lately.
NEIGHBOURS_READ = 300


class Standing(StrEnum):
    """Where an activity stands for a school that would like it today; it decides every word about joining."""

    JOIN = "join"
    WAIT = "wait"
    FEW_PLACES = "few_places"
    ASK = "ask"
    USE = "use"
    NOT_NOW = "not_now"
    NOT_YET = "not_yet"
    CLOSED = "closed"
    ENDED = "ended"


_OPEN_STANDING = {
    Availability.WACHTLIJST: Standing.WAIT,
    Availability.BEPERKT: Standing.FEW_PLACES,
    Availability.GEEN_DEELNAME: Standing.USE,
    Availability.ONBEKEND: Standing.ASK,
}


@dataclass(frozen=True, slots=True)
class Related:
    title: str
    summary: str
    url: str
    network: str


class OfferPage:
    def __init__(self, activity, known, on):
        """activity: a public one. known: a Directory. on: the day."""
        self.activity, self.directory, self.on = activity, known, on
        self.network = known.networks[activity.network_id]
        self.programme = known.programmes[self.network.programme]
        self.availability = activity.own_availability or self.programme.availability

    @cached_property
    def offer(self) -> Offer:
        """The activity as the matching sees it."""
        activity = self.activity
        return Offer(
            programme=self.programme,
            network=self.network,
            key=activity.pk,
            sectors=tuple(activity.sectors),
            phases=tuple(activity.phases),
            needs=tuple(activity.needs),
            own_availability=activity.own_availability,
            opens_on=activity.opens_on,
            closes_on=activity.closes_on,
        )

    @property
    def full_offer(self) -> Offer:
        """The same with all that decides its place in a list; "new" stands for the key of one not made yet."""
        activity = self.activity
        told = freshness_of(activity, self.programme, self.on)
        return self.offer._replace(
            key=activity.pk or "new",
            kind=activity.kind,
            target_groups=tuple(activity.target_groups),
            delivery=activity.delivery,
            effort_hours=activity.effort_hours,
            cost_euro=activity.cost_euro,
            evidence=activity.evidence,
            fading_since=told.since if told.is_told else None,
        )

    # --- where it stands ---------------------------------------------------------------------------

    @cached_property
    def standing(self) -> Standing:
        activity, availability = self.activity, self.availability
        ended = self.programme.status == ProgrammeStatus.BEEINDIGD or availability == Availability.BEEINDIGD
        if ended or self.network.has_ended(self.on):
            return Standing.ENDED
        if availability in NOT_NOW:
            return Standing.NOT_NOW
        if activity.closes_on and activity.closes_on < self.on:
            return Standing.CLOSED
        if activity.opens_on and activity.opens_on > self.on:
            return Standing.NOT_YET
        return _OPEN_STANDING.get(availability, Standing.JOIN)

    @property
    def is_joinable(self):
        return self.standing in (Standing.JOIN, Standing.WAIT, Standing.FEW_PLACES)

    @property
    def is_ended(self):
        return self.standing is Standing.ENDED

    @property
    def availability_label(self):
        return Availability(Availability.BEEINDIGD if self.is_ended else self.availability).label

    @property
    def standing_sentence(self):
        """What a visitor must know before anything else, or "" when one can simply join."""
        days = {"opens": self.activity.opens_on, "closes": self.activity.closes_on}
        days = {name: reasons.day(day) for name, day in days.items() if day}
        match self.standing:
            case Standing.ENDED:
                return _("Dit is gestopt. U leest hier wat het was.")
            case Standing.NOT_NOW:
                return reasons.not_now_sentence(self.offer)
            case Standing.USE:
                return _("U gebruikt wat er gemaakt is, wanneer u wilt.")
            case Standing.ASK:
                return _("Of er plaats is voor uw school, is niet bekend.")
            case Standing.NOT_YET:
                return _("Dit gaat open op %(opens)s.") % days
            case Standing.CLOSED:
                return _("Dit is gesloten. Het was open tot en met %(closes)s.") % days
        return reasons.caution(self)  # reads only our offer

    @property
    def contact_title(self):
        """The heading over the contact; only what can be joined is called joining."""
        return {
            Standing.JOIN: _("Meedoen? Bel of mail"),
            Standing.WAIT: _("Op de wachtlijst? Bel of mail"),
            Standing.FEW_PLACES: _("Is er een plaats vrij? Bel of mail"),
            Standing.ASK: _("Vraag of het kan"),
            Standing.USE: _("Vragen over het gebruik?"),
            Standing.NOT_NOW: _("Weten hoe het verdergaat?"),
            Standing.NOT_YET: _("Vragen vooraf?"),
            Standing.CLOSED: _("Komt er een volgende keer?"),
            Standing.ENDED: _("Wat er nu wel is"),
        }[self.standing]

    @property
    def freshness(self):
        """(since when this is known, whether that is too long ago to trust). Facts of the report do not age (R54)."""
        activity = self.activity
        if activity.facts_as_of:
            return _("stand %(month)s") % {"month": reasons.month(activity.facts_as_of)}, False
        found = freshness_of(activity, self.programme, self.on)
        if found.is_told:
            return reasons.unconfirmed_since(found.since), True
        if not activity.confirmed_on:
            return _("niet bevestigd"), True
        return _("bevestigd in %(month)s") % {"month": reasons.month(activity.confirmed_on)}, False

    # --- whom to call --------------------------------------------------------------------------------

    @cached_property
    def contact(self) -> Contact | None:
        return self.directory.network_contact(self.network, self.on)

    @cached_property
    def office(self) -> FirstContact:
        """Stands in when the network has no confirmed contact."""
        return self.directory.first_contact(None, None, self.on)

    # --- what it is ----------------------------------------------------------------------------------

    @property
    def facts(self):
        """(name, value) of everything that is one line; unknown values say so."""
        activity = self.activity
        return [
            (_("Doelgroep"), labels(TargetGroup, activity.target_groups) or _("onbekend")),
            (_("Leerjaren"), labels(Years, activity.years) or _("alle")),
            (_("Past bij"), labels(Phase, activity.phases) or _("elke fase")),
            (_("Helpt bij"), labels(Need, activity.needs) or _("onbekend")),
            (_("Vorm"), reasons.delivery(activity.delivery)),
            (_("Tijd"), reasons.effort(activity.effort_hours)),
            (_("Kosten"), reasons.cost(activity.cost_euro)),
        ]

    @property
    def evidence(self):
        """(what may be said of the effect, [(name, value)] of how it is known); "proven" only with all four (R60)."""
        activity = self.activity
        known = [
            (_("Uitgangssituatie"), activity.evidence_baseline),
            (_("Gemeten met"), activity.evidence_instrument),
            (_("Datum"), activity.evidence_on and reasons.day(activity.evidence_on)),
            (_("Resultaat"), activity.evidence_result),
        ]
        level = Evidence(activity.evidence)
        if level == Evidence.PROVEN and not all(value for _name, value in known):
            level = Evidence.DESCRIBED
        said = {
            Evidence.PROVEN: _("De werking is gemeten en bewezen."),
            Evidence.PROMISING: _("Scholen hebben er goede ervaringen mee. De werking is niet bewezen."),
            Evidence.DESCRIBED: _("De aanpak is beschreven. De werking is niet bewezen."),
            Evidence.UNKNOWN: _("Over de werking is niets bekend."),
        }
        return said[level], [(name, value) for name, value in known if value]

    @cached_property
    def materials(self):
        return list(self.activity.materials.all()) if self.activity.pk else []

    # --- when it is ----------------------------------------------------------------------------------

    @cached_property
    def _dates(self):
        start = timezone.make_aware(datetime.combine(self.on, time.min))  # of the day: the page is kept as long
        dates = Occurrence.objects.upcoming(start).filter(activity=self.activity.pk).select_related("municipality")
        return list(dates.order_by("starts_at", "pk")[: MOST_DATES + 1])

    @property
    def dates(self) -> list[Occurrence]:
        """The first dates from today, cancelled ones too; none of what has ended."""
        return [] if self.is_ended else self._dates[:MOST_DATES]

    @property
    def has_more_dates(self):
        return not self.is_ended and len(self._dates) > MOST_DATES

    @property
    def dates_with_places(self):
        return [(date, "" if date.is_cancelled else places_sentence(date)) for date in self.dates]

    # --- what is near it -----------------------------------------------------------------------------

    @cached_property
    def related(self) -> list[Related]:
        """At most four others that a school here can join: same needs first, and each programme once first."""
        activity, known = self.activity, self.directory
        codes = WorkingArea.objects.filter(network=self.network.pk).values_list("municipality_id", flat=True)
        near = {network.pk for network in known.networks_in(list(codes), self.on)}
        rows = Activity.objects.public().open_on(self.on).filter(sectors__overlap=activity.sectors, network__in=near)
        if activity.needs:
            rows = rows.filter(needs__overlap=activity.needs)
        rows = rows.exclude(pk=activity.pk).order_by("-pk")
        found = []
        for pk, slug, title, summary, needs, network_pk, own in rows.values_list(
            "pk", "slug", "title", "summary", "needs", "network_id", "own_availability"
        )[:NEIGHBOURS_READ]:
            network = known.networks[network_pk]
            programme = known.programmes[network.programme]
            if (own or programme.availability) in JOINABLE and programme.status != ProgrammeStatus.BEEINDIGD:
                shared = len(set(needs).intersection(activity.needs))
                found.append(((-shared, title, pk), slug, title, summary, network))
        found.sort(key=lambda row: row[0])
        seen = set()
        first, rest = [], []
        for row in found:
            (rest if row[4].programme in seen else first).append(row)
            seen.add(row[4].programme)
        return [
            Related(title, summary, reverse("activities:detail", args=[slug]), network.name)
            for _rank, slug, title, summary, network in (first + rest)[:MOST_RELATED]
        ]

    @cached_property
    def subsidies(self):
        """(subsidy, state) of the schemes for this programme or these sectors that are open or will be."""
        found = Subsidy.objects.for_programmes([self.programme.pk]).for_sectors(self.activity.sectors)
        return found.now_or_soon(self.on)


def labels(choices, values):
    """The words for stored values, listed as a sentence does."""
    return reasons.listed(choices(value).label for value in values)


def places_sentence(date):
    """What the organiser reported of the places of an Occurrence, with the day of the report; never a guess."""
    parts = []
    if date.places_left is None:
        parts.append(_("aantal vrije plaatsen onbekend"))
    elif date.places_left == 0:
        parts.append(_("vol"))
    elif date.capacity:
        names = {"left": date.places_left, "all": date.capacity}
        parts.append(_("%(left)d van %(all)d plaatsen vrij") % names)
    else:
        left = ngettext("%(left)d plaats vrij", "%(left)d plaatsen vrij", date.places_left)
        parts.append(left % {"left": date.places_left})
    if date.waiting_list_count:
        parts.append(_("%(count)d op de wachtlijst") % {"count": date.waiting_list_count})
    told = ", ".join(parts)
    if date.reported_on and (date.places_left is not None or date.waiting_list_count):
        told += _(" (gemeld op %(day)s)") % {"day": reasons.day(date.reported_on)}
    return told
