"""Which offers fit a school, in which order, and for which reasons.

Pure: no database, no clock, no settings. `match` takes offers that the database already narrowed
down (sector, municipality, period) and checks every hard condition once more; `why_not` explains
one programme that is missing.

An order in three steps:

1. hard conditions exclude (`Obstacle`), each with a sentence of its own;
2. tiers come before scores: a new offer for a need the school asked for, then School aan Zet when
   the school asked for general quality, then other new offers, then School aan Zet, and last what
   the school already does, which only comes back as a next step;
3. within a tier the sum of `WEIGHTS[criterion] * score`, each score 0..1, decides. Ties are broken
   by a draw that is seeded with the school and the school year.

The best offer of each programme comes first, so that no programme floods the list. The last two tiers
stay last even so.

Sources: the review's chapters 2.2 to 2.7 and 5.1.2, its tables 6, 11 and 12; requirements R9 to R21.
"""

import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import IntEnum, StrEnum
from operator import attrgetter, mul
from types import MappingProxyType
from typing import Any, NamedTuple

from loket.vocabulary import (
    JOINABLE,
    NOT_NOW,
    REFERENCE_ONLY,
    Availability,
    Barrier,
    Delivery,
    Evidence,
    Kind,
    Need,
    Phase,
    ProgrammeStatus,
    Sector,
    TargetGroup,
    default_phase,
    school_year,
)

FIRST_VIEW = 5  # R16
GENERAL_QUALITY_PROGRAMME = "school-aan-zet"  # R21: leads for general quality and nowhere else


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """What a school says of itself, with the sectors it has; see "Dit zijn wij" on its page.

    phases: only the phases the school gave, by sector; `phase()` fills in the default.
    does: slugs of the programmes the school already takes part in.
    seed: what the draw is seeded with; the 6-character code of the school.
    """

    sectors: tuple[str, ...]
    phases: Mapping[str, str] = field(default_factory=dict)
    needs: tuple[str, ...] = ()
    barriers: frozenset[str] = frozenset()
    does: frozenset[str] = frozenset()
    seed: str = ""

    def phase(self, sector):
        """The phase of the school in `sector`: its own word, else the default of that sector."""
        return self.phases.get(sector) or default_phase(sector)


class Offer(NamedTuple):
    """One activity as the matching sees it, a row of the database beside what is kept per process.

    programme: has slug, sectors, availability, status, serves, related and name.
    network: has is_national; None where a catalogue is matched without networks.
    availability: that of the activity itself, or "" to follow its programme.
    fading_since: the day from which it is not confirmed, once that is so long ago that it fades; else None.
    """

    programme: Any
    network: Any
    key: Any
    sectors: tuple[str, ...]
    phases: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    kind: str = ""
    target_groups: tuple[str, ...] = ()
    delivery: str = Delivery.UNKNOWN
    effort_hours: int | None = None
    cost_euro: int | None = None
    evidence: str = Evidence.UNKNOWN
    own_availability: str = ""
    opens_on: date | None = None
    closes_on: date | None = None
    fading_since: date | None = None

    @property
    def availability(self):
        return self.own_availability or self.programme.availability

    @property
    def is_national(self):
        if self.network is not None:
            return self.network.is_national
        return self.programme.availability != Availability.PER_REGIO


class Criterion(StrEnum):
    NEED = "need"
    ALSO = "also"
    STRATEGY = "strategy"
    PHASE = "phase"
    DELIVERY = "delivery"
    EFFORT = "effort"
    COST = "cost"
    NEAR = "near"
    AVAILABILITY = "availability"
    RELATED = "related"
    EVIDENCE = "evidence"
    FRESH = "fresh"


# How much each criterion counts. Needs weigh most: the school owns its question. Then come the report's
# strategy for the sector, and what the school says it has little of. What nobody confirmed for long loses as much as
# the strategy gives, so that it fades below what is as good and fresh, and never below what was not asked.
WEIGHTS = MappingProxyType(
    {
        Criterion.NEED: 10.0,
        Criterion.ALSO: 0.5,
        Criterion.STRATEGY: 3.0,
        Criterion.PHASE: 2.0,
        Criterion.DELIVERY: 1.5,
        Criterion.EFFORT: 2.0,
        Criterion.COST: 2.0,
        Criterion.NEAR: 1.0,
        Criterion.AVAILABILITY: 1.0,
        Criterion.RELATED: 1.0,
        Criterion.EVIDENCE: 0.5,
        Criterion.FRESH: 3.0,
    }
)
CRITERIA = tuple(WEIGHTS)
_WEIGHT = tuple(WEIGHTS.values())

NEUTRAL = 0.5  # what is unknown neither helps nor harms (R14)

# How squarely a programme serves a need. Within its core and beside it, what a programme names first counts most.
PRIMARY, SECONDARY, FORM_ONLY, ORDER_STEP = 1.0, 0.6, 0.3, 0.05

_NEXT_TO = {
    phase: frozenset({*Phase.values[max(step - 1, 0) : step], *Phase.values[step + 1 : step + 2]})
    for step, phase in enumerate(Phase.values)
}
_BEGINNING = (Phase.BEWUSTWORDING, Phase.ORIENTATIE)
_ADVANCED = (Phase.VERDIEPING, Phase.VERDUURZAMING)

# Tabel 12 and Bijlage 1: ready-made suits who begins, tailor-made who has a vision (R13).
_READY_FIRST = {Delivery.READY_MADE: 1.0, Delivery.MIXED: 0.6, Delivery.UNKNOWN: NEUTRAL, Delivery.TAILOR_MADE: 0.2}
_TAILOR_FIRST = {Delivery.TAILOR_MADE: 1.0, Delivery.MIXED: 0.7, Delivery.UNKNOWN: NEUTRAL, Delivery.READY_MADE: 0.2}
_EVEN = dict.fromkeys(_READY_FIRST, NEUTRAL)

_AVAILABILITY = {
    Availability.OPEN: 1.0,
    Availability.PER_REGIO: 1.0,
    Availability.BEPERKT: 0.5,
    Availability.WACHTLIJST: 0.4,
}
_EVIDENCE = {Evidence.PROVEN: 1.0, Evidence.PROMISING: 0.6, Evidence.DESCRIBED: 0.3, Evidence.UNKNOWN: 0.0}

# Something that ends the day it happens; the other kinds change how a school works (R12).
ONE_OFF = frozenset({Kind.GUEST_LESSON, Kind.COMPANY_VISIT, Kind.EVENT, Kind.CONFERENCE})
_DEPTH_KINDS = frozenset({Kind.MASTERCLASS, Kind.RESEARCH})
_DEPTH_NEEDS = frozenset({Need.CURRICULUM, Need.TEACHER_TRAINING, Need.UNIVERSITY_CONTACT})
_TEACHER_SUPPORT = frozenset({Kind.TRAINING, Kind.COACHING, Kind.LESSON_MATERIAL})
_FORM_NEEDS = frozenset({Need.READY_MADE, Need.TAILOR_MADE})


class Tier(IntEnum):
    """What comes before any score; a lower tier ranks higher."""

    ASKED = 0
    GENERAL_QUALITY = 1
    GENERAL = 2
    SCHOOL_AAN_ZET = 3
    NEXT_STEP = 4


@dataclass(frozen=True, slots=True)
class Reason:
    """Why an offer ranks where it does: `weight * score` is what it adds. Worded by `activities.reasons`."""

    criterion: Criterion
    score: float
    weight: float


class Match(NamedTuple):
    """An offer in the place it ranks, for the one sector of the school that it serves best."""

    offer: Offer
    sector: str
    sectors: tuple[str, ...]  # all sectors of the school that it serves
    tier: Tier
    scores: tuple[float, ...]  # one for each of CRITERIA, 0..1
    total: float
    draw: int

    @property
    def sort_key(self):
        return (self.tier, -self.total, self.draw, str(self.offer.key))

    @property
    def reasons(self):
        """The reasons that add something, the weightiest first; their sum is `total`."""
        reasons = [
            Reason(criterion, score, weight)
            for criterion, score, weight in zip(CRITERIA, self.scores, _WEIGHT, strict=True)
            if score
        ]
        return sorted(reasons, key=lambda reason: -reason.score * reason.weight)

    @property
    def is_next_step(self):
        return self.tier is Tier.NEXT_STEP


class Obstacle(StrEnum):
    """Why an offer or programme cannot be suggested; the first that holds is told."""

    ENDED = "ended"
    NOT_NOW = "not_now"
    SECTOR = "sector"
    REFERENCE = "reference"
    WHITE_SPOT = "white_spot"
    NOT_YET_OPEN = "not_yet_open"
    CLOSED = "closed"
    NO_ACTIVITY = "no_activity"


def obstacle(situation, offer, on):
    """The hard condition that keeps `offer` from a school on the day `on`, or None."""
    programme = offer.programme
    availability = offer.availability
    if programme.status == ProgrammeStatus.BEEINDIGD or availability == Availability.BEEINDIGD:
        return Obstacle.ENDED
    if availability in NOT_NOW:
        return Obstacle.NOT_NOW
    for sector in situation.sectors:
        if sector in offer.sectors and sector in programme.sectors:
            break
    else:
        return Obstacle.SECTOR
    if availability not in JOINABLE:
        return Obstacle.REFERENCE
    if offer.opens_on and offer.opens_on > on:
        return Obstacle.NOT_YET_OPEN
    if offer.closes_on and offer.closes_on < on:
        return Obstacle.CLOSED
    return None


def match(situation, offers, on):
    """Rank `offers` for a school on the day `on`; returns a list of Match, best first.

    offers: those that cover the school. An offer with an obstacle is left out.
    The same situation, offers and school year give the same order, whatever the order of `offers`.
    """
    scorer = _Scorer(situation, school_year(on))
    matches = [scorer.match(offer) for offer in offers if obstacle(situation, offer, on) is None]
    matches.sort(key=attrgetter("sort_key"))
    best, rest, last, seen = [], [], [], set()
    for candidate in matches:
        slug = candidate.offer.programme.slug
        if candidate.tier >= Tier.SCHOOL_AAN_ZET:
            last.append(candidate)  # below every offer for W&T, also the second of a programme (R21)
        elif slug in seen:
            rest.append(candidate)
        else:
            seen.add(slug)
            best.append(candidate)
    return best + rest + last


def first_view(matches, *, size=FIRST_VIEW):
    """The at most `size` suggestions that a school sees first: the best ones, next steps left out.

    Two things the order itself cannot give are mended here, and the order never changes for it: the last
    places go to the best offer for a sector of the school that would have none, and, because vmbo asks for
    breadth (5.1.2), to a second kind of offer for vmbo when all are of one kind.
    """
    new = [m for m in matches if not m.is_next_step]
    shown, rest, mended = new[:size], new[size:], 0

    def give_place(candidate):
        nonlocal mended
        if candidate and mended < len(shown) - 1:
            mended += 1
            del shown[-mended]
            shown.append(candidate)

    for sector in dict.fromkeys(sector for m in rest for sector in m.sectors):
        if not any(sector in m.sectors for m in shown):
            give_place(next(m for m in rest if sector in m.sectors))
    kinds = {m.offer.kind for m in shown if m.sector == Sector.VMBO}
    if len(kinds) == 1:
        give_place(next((m for m in rest if m.sector == Sector.VMBO and m.offer.kind not in kinds), None))
    return shown


class _Scorer:
    """What is the same for all offers of one call, worked out once."""

    def __init__(self, situation, year):
        self.situation = situation
        self.needs = situation.needs
        self.no_time = Barrier.NO_TIME in situation.barriers
        self.no_money = Barrier.NO_MONEY in situation.barriers
        self.sectors = [sector for sector in Sector.values if sector in situation.sectors]
        self.phases = {sector: situation.phase(sector) for sector in self.sectors}
        self.delivery = {sector: self._delivery_table(phase) for sector, phase in self.phases.items()}
        self.seed = zlib.crc32(f"{situation.seed} {year}".encode())
        self.wants_quality = Need.GENERAL_QUALITY in self.needs
        self._strengths = {}

    def _delivery_table(self, phase):
        if Need.TAILOR_MADE in self.needs or (phase in _ADVANCED and Need.READY_MADE not in self.needs):
            return _TAILOR_FIRST
        if Need.READY_MADE in self.needs or phase in _BEGINNING:
            return _READY_FIRST
        return _EVEN

    def strengths(self, programme, sector):
        """How squarely `programme` serves each asked need in `sector`: {need: 0..1}."""
        key = (programme.slug, sector)
        if key not in self._strengths:
            serves = programme.serves.get(sector) or {}
            primary, secondary = serves.get("primary", ()), serves.get("secondary", ())
            self._strengths[key] = {
                need: PRIMARY - ORDER_STEP * primary.index(need)
                if need in primary
                else SECONDARY - ORDER_STEP * secondary.index(need)
                if need in secondary
                else 0.0
                for need in self.needs
            }
        return self._strengths[key]

    def match(self, offer):
        served = self.served(offer)
        total = -1.0
        for candidate in served:
            found = self.scores(offer, candidate)
            found_total = sum(map(mul, _WEIGHT, found))
            if found_total > total:
                total, sector, scores = found_total, candidate, found
        draw = zlib.crc32(str(offer.key).encode(), self.seed)
        return Match(offer, sector, served, self.tier(offer, scores[0]), scores, total, draw)

    def served(self, offer):
        """The sectors of the school that `offer` is for, in one fixed order."""
        return tuple(s for s in self.sectors if s in offer.sectors and s in offer.programme.sectors)

    def tier(self, offer, need_score):
        slug = offer.programme.slug
        if slug in self.situation.does:
            return Tier.NEXT_STEP
        if slug == GENERAL_QUALITY_PROGRAMME:
            return Tier.GENERAL_QUALITY if self.wants_quality else Tier.SCHOOL_AAN_ZET
        return Tier.ASKED if need_score else Tier.GENERAL

    def scores(self, offer, sector):
        """One score 0..1 for each of CRITERIA, in that order."""
        need, also = self.need_scores(offer, sector)
        phase = self.phases[sector]
        return (
            need,
            also,
            strategy_score(offer, sector, phase),
            phase_score(offer.phases, phase),
            self.delivery[sector][offer.delivery],
            effort_score(offer.effort_hours) if self.no_time else 0.0,
            cost_score(offer.cost_euro) if self.no_money else 0.0,
            0.4 if offer.is_national else 1.0,
            _AVAILABILITY[offer.availability],
            1.0 if self.situation.does.intersection(offer.programme.related) else 0.0,
            _EVIDENCE[offer.evidence],
            0.0 if offer.fading_since else 1.0,
        )

    def need_scores(self, offer, sector):
        """(how far the activity itself serves the needs, share of them that its programme also serves)."""
        if not self.needs:
            return 0.0, 0.0
        served = also = 0.0
        strengths = self.strengths(offer.programme, sector)
        for need, strength in strengths.items():
            if need in offer.needs:
                served += strength or (FORM_ONLY if need in _FORM_NEEDS else 0.0)
            elif strength:
                also += 1.0
        # Between "the share of the needs" and "any need": the second need counts, but a school that asks for
        # much still gets what serves one of them squarely before what serves one of them a little.
        return min(1.0, served / (0.5 + 0.5 * len(self.needs))), also / len(self.needs)


def strategy_score(offer, sector, phase):
    """How well `offer` follows the report's strategy for `sector` (5.1.2), 0..1.

    Lasting schools want plan and continuation; po that begins wants it near, ready-made and with support
    for the teacher; vwo wants excellence, then depth of the subject. The step from havo to hbo is our own
    accent: the report names none for havo. vmbo's breadth is a property of the list (`first_view`); where
    the report has no preference the score is neutral, so that no sector of a school gets ahead by it.
    """
    if phase == Phase.VERDUURZAMING:
        return 0.0 if offer.kind in ONE_OFF else 1.0
    if sector == Sector.PO and phase == Phase.BEWUSTWORDING:
        near = not offer.is_national
        ready = offer.delivery == Delivery.READY_MADE
        support = offer.kind in _TEACHER_SUPPORT or TargetGroup.TEACHERS in offer.target_groups
        return (near + ready + support) / 3
    if sector == Sector.VWO:
        if Need.EXCELLENCE in offer.needs:
            return 1.0
        deep = offer.kind in _DEPTH_KINDS or not _DEPTH_NEEDS.isdisjoint(offer.needs)
        return 0.9 if deep else 0.2
    if sector == Sector.HAVO and Need.TRANSITION_VO_HO in offer.needs:
        return 0.8
    return NEUTRAL


def phase_score(phases, phase):
    """1 when an activity is made for `phase`, half when for the one before or after; no phases is any phase."""
    if phase in phases:
        return 1.0
    return NEUTRAL if not phases or not _NEXT_TO[phase].isdisjoint(phases) else 0.0


def effort_score(hours):
    """1 for four hours of work for the school or less, falling to 0 at forty; unknown is neutral."""
    if hours is None:
        return NEUTRAL
    return 1.0 if hours <= 4 else 0.0 if hours >= 40 else (40 - hours) / 36


def cost_score(euro):
    """1 for free, falling to 0 at a thousand euro; unknown is neutral."""
    if euro is None:
        return NEUTRAL
    return 1 - euro / 1000 if euro < 1000 else 0.0


# --- what is not in the list -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Missing:
    """A programme for the sectors of the school that has no place in the list, and why."""

    programme: Any
    obstacle: Obstacle


def missing(situation, programmes, covered):
    """The programmes for this school that stand apart from the list.

    programmes: all of them. covered: slugs of the programmes with a network that covers the school.
    Returns (not_now, references, white_spots), each a list of programmes; those that serve an asked need
    come first, then by name. Ended programmes and those of other sectors are in none.
    """

    def order(programme):
        serves = {
            need
            for sector in situation.sectors
            for needs in (programme.serves.get(sector) or {}).values()
            for need in needs
        }
        return (serves.isdisjoint(situation.needs), programme.name)

    not_now, references, white_spots = [], [], []
    for programme in sorted(programmes, key=order):
        if programme.status == ProgrammeStatus.BEEINDIGD or programme.slug in situation.does:
            continue
        if not any(sector in programme.sectors for sector in situation.sectors):
            continue
        if programme.availability in NOT_NOW:
            not_now.append(programme)
        elif programme.availability in REFERENCE_ONLY:
            references.append(programme)
        elif programme.availability == Availability.PER_REGIO and programme.slug not in covered:
            white_spots.append(programme)
    return not_now, references, white_spots


def why_not(situation, programme, *, is_covered, offers, on):
    """Why `programme` has no place in the list of a school on the day `on`, or None when it has one.

    is_covered: whether a network of the programme works for the school.
    offers: all offers of the programme for the school, whatever their sector or period.
    """
    if programme.status == ProgrammeStatus.BEEINDIGD or programme.availability == Availability.BEEINDIGD:
        return Obstacle.ENDED
    if not any(sector in programme.sectors for sector in situation.sectors):
        return Obstacle.SECTOR
    if programme.availability in NOT_NOW:
        return Obstacle.NOT_NOW
    if programme.availability in REFERENCE_ONLY:
        return Obstacle.REFERENCE
    if not is_covered:
        return Obstacle.WHITE_SPOT
    obstacles = [obstacle(situation, offer, on) for offer in offers]
    if None in obstacles:
        return None
    return obstacles[0] if obstacles else Obstacle.NO_ACTIVITY
