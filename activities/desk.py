"""The answer of the loket for one school: whom to call, what fits and why, and what is not there.

The page, the API and the benchmark all take it from `desk_for`. Four queries: the content version,
the narrow rows of the offers, the texts of what is shown, and the subsidies. None grows with rows.
"""

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from activities import reasons
from activities.freshness import Stage, freshness_of
from activities.matching import (
    FIRST_VIEW,
    GENERAL_QUALITY_PROGRAMME,
    Match,
    Obstacle,
    Offer,
    Tier,
    first_view,
    match,
    missing,
    why_not,
)
from activities.models import Activity, Pin, Subsidy
from loket.vocabulary import JOINABLE, Availability, Need
from networks.directory import Contact, FirstContact, NetworkFacts, ProgrammeFacts, directory

OFFER_COLUMNS = (
    "network_id",
    "pk",
    "sectors",
    "phases",
    "needs",
    "kind",
    "target_groups",
    "delivery",
    "effort_hours",
    "cost_euro",
    "evidence",
    "own_availability",
    "opens_on",
    "closes_on",
    "fading_since",
)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One offer as it is shown: rank from 1, the activity, the reasons in words and whom to call."""

    rank: int
    match: Match
    activity: Activity
    network: NetworkFacts
    contact: Contact | None  # None: the network has no confirmed contact, so the first contact stands in
    why: list[tuple[str, str]]  # (criterion, sentence)
    caution: str
    has_needs: bool  # whether the school asked for something

    @property
    def programme(self):
        return self.match.offer.programme

    @property
    def can_register(self):
        """Whether a school can register for the programme itself, and not only ask about this activity."""
        return self.match.offer.programme.availability in JOINABLE

    @property
    def is_asked(self):
        """Whether it is what the school looks for; without a question everything that fits is."""
        return self.match.tier in (Tier.ASKED, Tier.GENERAL_QUALITY) or not self.has_needs

    @property
    def availability_label(self):
        return reasons.availability(self.match.offer.availability)

    @property
    def unconfirmed(self):
        """That it was not confirmed lately, in words; "" while it is fresh."""
        since = self.match.offer.fading_since
        return reasons.unconfirmed_since(since) if since else ""

    @property
    def delivery(self):
        return reasons.delivery(self.activity.delivery)

    @property
    def effort(self):
        return reasons.effort(self.activity.effort_hours)

    @property
    def cost(self):
        return reasons.cost(self.activity.cost_euro)


@dataclass(frozen=True, slots=True)
class Recommendation:
    """What a coordinator put on top for this school, with the note; `suggestion` is None where it is not matched."""

    note: str
    activity: Activity
    network: NetworkFacts
    contact: Contact | None
    suggestion: Suggestion | None


@dataclass(frozen=True, slots=True)
class NextStep:
    """A programme the school already takes part in, with what it can do next."""

    programme: ProgrammeFacts
    sentence: str
    contact: Contact | None


class Desk:
    """Everything the loket says to one school on one day. Attributes are worked out when first asked for."""

    def __init__(self, school, situation, on, known, pins=(), waiting=frozenset()):
        """school: with municipality (and its region and landsdeel) and board at hand. known: a Directory.

        pins: what a coordinator changes in the list, each with its activity at hand. waiting: slugs of
        programmes in `situation.does` for which the school waits. Both are only for who may see them.
        """
        self.school = school
        self.situation = situation
        self.on = on
        self.directory = known
        self.waiting = waiting
        self._pins = pins
        self._hidden = {pin.activity_id for pin in pins if pin.kind == Pin.Kind.HIDE}
        self._on_top = {pin.activity_id for pin in pins if pin.kind != Pin.Kind.HIDE}
        municipality = school.municipality
        self.place = municipality.name if municipality else ""
        self.networks = known.networks_for(school.municipality_id, school.board_id, on)
        self.covered = {network.programme for network in self.networks}

    @cached_property
    def first_contact(self) -> FirstContact:
        municipality = self.school.municipality
        return self.directory.first_contact(
            municipality.region_id if municipality else None,
            municipality.landsdeel_id if municipality else None,
            self.on,
        )

    @cached_property
    def white_spot_contact(self) -> FirstContact:
        municipality = self.school.municipality
        return self.directory.white_spot_contact(municipality.landsdeel_id if municipality else None, self.on)

    @cached_property
    def matches(self) -> list[Match]:
        return match(self.situation, self.offers(self.candidates), self.on)

    @property
    def candidates(self):
        """The public activities that may fit: a queryset, narrowed down by network, sector and period."""
        rows = self.public_rows([n.pk for n in self.networks], self.situation.sectors)
        return rows.exclude(pk__in=self._hidden) if self._hidden else rows

    def public_rows(self, networks, sectors):
        """Public activities of some networks (keys) that are open and for one of `sectors`: a queryset."""
        rows = Activity.objects.public(self.on).open_on(self.on).filter(network__in=list(networks))
        return rows.filter(sectors__overlap=list(sectors))

    @cached_property
    def _ranked(self) -> list[Match]:
        """The matches without what the coordinator put on top."""
        if not self._on_top:
            return self.matches
        return [m for m in self.matches if m.offer.key not in self._on_top]

    @cached_property
    def recommendations(self) -> list[Recommendation]:
        """What the coordinator put on top, in the order in which that was done; public activities only."""
        chosen = [pin for pin in self._pins if pin.activity_id in self._on_top and self._is_public(pin.activity)]
        found = {m.offer.key: m for m in self.matches}
        ranked = [(0, found[pin.activity_id]) for pin in chosen if pin.activity_id in found]
        worded = {item.activity.pk: item for item in self._suggestions(ranked)} if ranked else {}
        recommendations = []
        for pin in chosen:
            network = self.directory.networks[pin.activity.network_id]
            contact = self.directory.network_contact(network, self.on)
            suggestion = worded.get(pin.activity_id)
            recommendations.append(Recommendation(pin.note, pin.activity, network, contact, suggestion))
        return recommendations

    def _is_public(self, activity):
        """As `ActivityQuerySet.public`, for a row at hand."""
        programme = self.directory.programmes[self.directory.networks[activity.network_id].programme]
        return activity.is_running(self.on) and freshness_of(activity, programme, self.on).stage is not Stage.GONE

    @property
    def hidden(self) -> list:
        """The pins that leave something out."""
        return [pin for pin in self._pins if pin.kind == Pin.Kind.HIDE]

    def offers(self, activities):
        """Offers of a queryset of activities: narrow tuples, beside what is kept per process."""
        networks, programmes = self.directory.networks, self.directory.programmes
        offers = []
        for network_pk, *columns in activities.with_fading(self.on).order_by().values_list(*OFFER_COLUMNS):
            network = networks[network_pk]
            offers.append(Offer(programmes[network.programme], network, *columns))
        return offers

    @cached_property
    def suggestions(self) -> list[Suggestion]:
        """At most five (R16)."""
        return self._suggestions(list(enumerate(first_view(self._ranked), start=1)))

    @cached_property
    def further(self) -> list[Match]:
        """What fits as well, in order, without the first five and without next steps."""
        shown = {m.offer.key for m in first_view(self._ranked)}
        return [m for m in self._ranked if not m.is_next_step and m.offer.key not in shown]

    def further_page(self, start, stop) -> list[Suggestion]:
        """`further[start:stop]` ready to show; one query."""
        first_rank = min(FIRST_VIEW, len(self.suggestions)) + 1 + start
        return self._suggestions(list(enumerate(self.further[start:stop], start=first_rank)))

    def suggestion_for(self, activity_pk) -> Suggestion | None:
        """One activity with its place in the list, or None when it has none there. One query."""
        ranked = [(rank, m) for rank, m in enumerate(self._shown, 1) if m.offer.key == activity_pk]
        return next(iter(self._suggestions(ranked)), None)

    def _suggestions(self, ranked):
        activities = Activity.objects.in_bulk([m.offer.key for _rank, m in ranked])
        return [
            Suggestion(
                rank=rank,
                match=m,
                activity=activities[m.offer.key],
                network=m.offer.network,
                contact=self.directory.network_contact(m.offer.network, self.on),
                why=reasons.why(
                    m,
                    self.situation,
                    place=self.place,
                    by_board=not self.directory.works_in(m.offer.network, self.school.municipality_id),
                    programmes=self.directory.programmes,
                ),
                caution=reasons.caution(m),
                has_needs=bool(self.situation.needs),
            )
            for rank, m in ranked
            if m.offer.key in activities
        ]

    @property
    def new_count(self) -> int:
        """How many activities fit, next steps left out."""
        return len(self.suggestions) + len(self.further)

    @cached_property
    def next_steps(self) -> list[NextStep]:
        steps = []
        for slug in sorted(self.situation.does):
            programme = self.directory.programmes[slug]
            network = next((n for n in self.networks if n.programme == slug), None)
            contact = self.directory.network_contact(network, self.on) if network else None
            waits = slug in self.waiting
            sentence = reasons.while_waiting() if waits else reasons.next_step(programme, self.situation)
            steps.append(NextStep(programme, sentence, contact))
        return steps

    @cached_property
    def _missing(self):
        return missing(self.situation, self.directory.programmes.values(), self.covered)

    @property
    def not_now(self) -> list[ProgrammeFacts]:
        """Programmes one cannot join yet (R17)."""
        return self._missing[0]

    @property
    def references(self) -> list[ProgrammeFacts]:
        """Products without enrolment, and programmes of which it is unknown whether one can join."""
        return self._missing[1]

    @property
    def white_spots(self) -> list[ProgrammeFacts]:
        """Programmes for this school that have no network here (R19)."""
        return self._missing[2]

    @property
    def not_now_sentences(self):
        return [(programme, reasons.not_now_sentence(programme)) for programme in self.not_now]

    @property
    def reference_sentences(self):
        return [(programme, reasons.reference_sentence(programme)) for programme in self.references]

    @property
    def unserved_needs_text(self):
        return reasons.listed(need.label for need in self.unserved_needs)

    def white_spot_sentence(self, programme):
        return reasons.why_not_sentence(Obstacle.WHITE_SPOT, programme, self.situation, place=self.place)

    @cached_property
    def unserved_needs(self) -> list[Need]:
        """Needs the school asked for that nothing in its list serves (R22)."""
        served = {need for m in self.matches for need in m.offer.needs if m.tier in (Tier.ASKED, Tier.NEXT_STEP)}
        if any(m.offer.programme.slug == GENERAL_QUALITY_PROGRAMME for m in self.matches):
            served.add(Need.GENERAL_QUALITY)
        if self.open_subsidies:
            served.add(Need.SUBSIDY)
        return [Need(need) for need in self.situation.needs if need not in served]

    @cached_property
    def open_subsidies(self) -> list[Subsidy]:
        """Schemes for these sectors that are open today; nothing else is ever promised (R14)."""
        found = Subsidy.objects.for_sectors(self.situation.sectors).select_related("programme")
        return [subsidy for subsidy in found if subsidy.state_on(self.on) == Subsidy.State.OPEN]

    def why_not(self, programme: ProgrammeFacts) -> str:
        """In words why `programme` has no place in the list, or where in the list it is. One query."""
        if programme.slug in self.situation.does:
            return reasons.already_does(programme)
        place = next((rank for rank, m in enumerate(self._shown, 1) if m.offer.programme.slug == programme.slug), 0)
        if place:
            return reasons.has_place(programme, place)
        mine = [network.pk for network in self.networks if network.programme == programme.slug]
        offers = self.offers(Activity.objects.public().filter(network__in=mine))
        obstacle = why_not(self.situation, programme, is_covered=bool(mine), offers=offers, on=self.on)
        return reasons.why_not_sentence(obstacle or Obstacle.NO_ACTIVITY, programme, self.situation, place=self.place)

    @property
    def _shown(self):
        return [*first_view(self._ranked), *self.further]


def desk_for(school, situation, *, on: date, known: Any = None, pins=(), waiting=frozenset()) -> Desk:
    """The Desk for `school` (fetched by `School.objects.for_desk()`) on the day `on`; see `Desk`."""
    return Desk(school, situation, on, known or directory(), pins, waiting)


def joinable_programmes(known, sectors):
    """Programmes that a school with `sectors` may already take part in, by name; for "Dit zijn wij"."""
    return [
        programme
        for programme in known.programmes.values()
        if not programme.sectors.isdisjoint(sectors)
        and (programme.availability in JOINABLE or programme.availability == Availability.ONBEKEND)
    ]
