"""The rules of the matching, at the function: each named after the sentence of the review it holds."""

import itertools
from dataclasses import dataclass, field
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from activities.matching import (
    CRITERIA,
    FIRST_VIEW,
    WEIGHTS,
    Obstacle,
    Offer,
    Situation,
    Tier,
    cost_score,
    effort_score,
    first_view,
    match,
    missing,
    obstacle,
    why_not,
)
from loket.vocabulary import (
    JOINABLE,
    MAIN_SECTORS,
    Availability,
    Barrier,
    Delivery,
    Evidence,
    Kind,
    Need,
    Phase,
    ProgrammeStatus,
)

TODAY = date(2026, 11, 23)


@dataclass(frozen=True)
class Programme:
    slug: str
    sectors: tuple = ("po",)
    availability: str = Availability.PER_REGIO
    status: str = ProgrammeStatus.LOPEND
    serves: dict = field(default_factory=dict)
    related: tuple = ()

    @property
    def name(self):
        return self.slug


@dataclass(frozen=True)
class Network:
    is_national: bool = False


def serving(sector, *primary, secondary=()):
    return {sector: {"primary": primary, "secondary": tuple(secondary)}}


def offer(programme, key="a", *, national=False, **fields):
    fields.setdefault("sectors", programme.sectors)
    return Offer(programme=programme, network=Network(national), key=key, **fields)


def order(situation, *offers, on=TODAY):
    return [m.offer.key for m in match(situation, offers, on)]


# --- hard conditions -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, None),
        ({"sectors": ("vmbo",)}, Obstacle.SECTOR),
        ({"own_availability": Availability.VERKENNING}, Obstacle.NOT_NOW),
        ({"own_availability": Availability.GEEN_DEELNAME}, Obstacle.REFERENCE),
        ({"own_availability": Availability.BEEINDIGD}, Obstacle.ENDED),
        ({"opens_on": TODAY + timedelta(days=1)}, Obstacle.NOT_YET_OPEN),
        ({"opens_on": TODAY, "closes_on": TODAY}, None),
        ({"closes_on": TODAY - timedelta(days=1)}, Obstacle.CLOSED),
    ],
)
def test_each_hard_condition_has_its_own_obstacle(changes, expected):
    assert obstacle(Situation(sectors=("po",)), offer(Programme("p"), **changes), TODAY) is expected


def test_an_activity_wider_than_its_programme_does_not_bring_the_programme_to_other_sectors():
    found = offer(Programme("p", sectors=("vmbo",)), sectors=("po", "vmbo"))

    assert obstacle(Situation(sectors=("po",)), found, TODAY) is Obstacle.SECTOR


# --- tiers -----------------------------------------------------------------------------------------


def test_an_offer_for_the_asked_need_comes_before_a_general_one_that_scores_higher():
    asked = Programme("asked", serves=serving("po", secondary=[Need.CURRICULUM]))
    situation = Situation(sectors=("po",), needs=(Need.CURRICULUM, Need.GIRLS, Need.COMPANIES, Need.SUBSIDY))
    plain = offer(
        Programme("general"),
        "general",
        delivery=Delivery.READY_MADE,
        phases=(Phase.BEWUSTWORDING,),
        kind=Kind.TRAINING,
    )

    found = match(situation, [plain, offer(asked, "asked", national=True, needs=(Need.CURRICULUM,))], TODAY)

    assert [m.offer.key for m in found] == ["asked", "general"]
    assert found[0].total < found[1].total


@pytest.mark.parametrize(
    ("needs", "expected"),
    [
        ((Need.GENERAL_QUALITY,), ["saz", "general"]),
        ((), ["general", "saz"]),
        ((Need.CURRICULUM, Need.GENERAL_QUALITY), ["asked", "saz", "general"]),
    ],
)
def test_school_aan_zet_leads_only_for_general_quality(needs, expected):
    saz = Programme("school-aan-zet", serves=serving("po", Need.GENERAL_QUALITY), availability=Availability.OPEN)
    other = Programme("other", serves=serving("po", Need.CURRICULUM))
    offers = [offer(saz, "saz", needs=(Need.GENERAL_QUALITY,)), offer(Programme("general"), "general")]
    if Need.CURRICULUM in needs:
        offers.append(offer(other, "asked", needs=(Need.CURRICULUM,)))

    assert order(Situation(sectors=("po",), needs=needs), *offers) == expected


def test_what_the_school_already_does_comes_last_and_only_as_a_next_step():
    does = Programme("does", serves=serving("po", Need.COMPANIES))
    situation = Situation(sectors=("po",), needs=(Need.COMPANIES,), does=frozenset({"does"}))

    found = match(situation, [offer(does, needs=(Need.COMPANIES,)), offer(Programme("new"), "new")], TODAY)

    assert [m.tier for m in found] == [Tier.GENERAL, Tier.NEXT_STEP]
    assert [m.offer.key for m in first_view(found)] == ["new"]


def test_what_relates_to_what_the_school_does_ranks_higher():
    related = offer(Programme("related", related=("does",)), "related")
    situation = Situation(sectors=("po",), does=frozenset({"does"}), seed="any")

    assert order(situation, offer(Programme("other"), "other"), related)[0] == "related"


# --- scores ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("phase", "first"),
    [
        (Phase.BEWUSTWORDING, "ready"),
        (Phase.ORIENTATIE, "ready"),
        (Phase.VERDIEPING, "tailor"),
        (Phase.VERDUURZAMING, "tailor"),
    ],
)
def test_beginners_get_ready_made_and_schools_with_a_vision_tailor_made(phase, first):
    situation = Situation(sectors=("vmbo",), phases={"vmbo": phase})
    ready = offer(Programme("r", sectors=("vmbo",)), "ready", delivery=Delivery.READY_MADE, kind=Kind.TRAINING)
    tailor = offer(Programme("t", sectors=("vmbo",)), "tailor", delivery=Delivery.TAILOR_MADE, kind=Kind.TRAINING)

    assert order(situation, ready, tailor)[0] == first


def test_a_lasting_school_gets_continuation_before_a_one_off_project():
    situation = Situation(sectors=("po",), phases={"po": Phase.VERDUURZAMING})
    once = offer(Programme("once"), "once", kind=Kind.GUEST_LESSON, delivery=Delivery.TAILOR_MADE)
    plan = offer(Programme("plan"), "plan", kind=Kind.COACHING)

    assert order(situation, once, plan) == ["plan", "once"]


def test_vwo_gets_depth_before_general_orientation():
    career = offer(Programme("c", sectors=("vwo",)), "career", kind=Kind.CAREER, needs=(Need.CAREER_ORIENTATION,))
    deep = offer(Programme("d", sectors=("vwo",)), "deep", kind=Kind.MASTERCLASS, needs=(Need.EXCELLENCE,))

    assert order(Situation(sectors=("vwo",)), career, deep) == ["deep", "career"]


def test_po_that_begins_gets_what_is_near_first():
    far = offer(Programme("f", availability=Availability.OPEN), "far", national=True)

    assert order(Situation(sectors=("po",)), far, offer(Programme("n"), "near")) == ["near", "far"]


@pytest.mark.parametrize(
    ("barrier", "light", "heavy"),
    [
        (Barrier.NO_TIME, {"effort_hours": 4}, {"effort_hours": 40}),
        (Barrier.NO_MONEY, {"cost_euro": 0}, {"cost_euro": 900}),
    ],
)
def test_a_barrier_ranks_the_light_offer_higher_and_the_unknown_between(barrier, light, heavy):
    situation = Situation(sectors=("po",), barriers=frozenset({barrier}))
    offers = [
        offer(Programme("1"), "heavy", **heavy),
        offer(Programme("2"), "unknown"),
        offer(Programme("3"), "light", **light),
    ]

    assert order(situation, *offers) == ["light", "unknown", "heavy"]


@pytest.mark.parametrize(("hours", "score"), [(None, 0.5), (0, 1), (4, 1), (22, 0.5), (40, 0), (500, 0)])
def test_effort_falls_from_four_to_forty_hours(hours, score):
    assert effort_score(hours) == score


@pytest.mark.parametrize(("euro", "score"), [(None, 0.5), (0, 1), (500, 0.5), (1000, 0), (9000, 0)])
def test_cost_falls_from_free_to_a_thousand_euro(euro, score):
    assert cost_score(euro) == score


def test_a_primary_need_weighs_more_than_a_secondary_and_two_more_than_one():
    need, other = Need.COMPANIES, Need.GIRLS
    primary = Programme("primary", serves=serving("po", need))
    secondary = Programme("secondary", serves=serving("po", secondary=[need]))
    both = Programme("both", serves=serving("po", need, secondary=[other]))
    situation = Situation(sectors=("po",), needs=(need, other))

    found = order(
        situation,
        offer(secondary, "secondary", needs=(need,)),
        offer(primary, "primary", needs=(need,)),
        offer(both, "both", needs=(need, other)),
    )

    assert found == ["both", "primary", "secondary"]


# --- the list --------------------------------------------------------------------------------------


def test_the_best_of_each_programme_comes_before_the_second_of_any():
    rich, poor = Programme("rich", serves=serving("po", Need.CURRICULUM)), Programme("poor")
    offers = [offer(rich, f"rich {n}", needs=(Need.CURRICULUM,)) for n in range(9)]

    found = match(Situation(sectors=("po",), needs=(Need.CURRICULUM,)), [*offers, offer(poor, "poor")], TODAY)

    assert [m.offer.programme.slug for m in found[:2]] == ["rich", "poor"]
    assert len(found) == 10


def test_school_aan_zet_stands_below_every_offer_for_science_that_nobody_asked_it_for():
    saz = Programme("school-aan-zet", availability=Availability.OPEN)
    offers = [offer(Programme("rich"), f"rich {n}") for n in range(3)]

    assert order(Situation(sectors=("po",)), offer(saz, "saz"), *offers)[-1] == "saz"


def test_the_first_view_holds_something_for_each_sector_of_the_school():
    vwo = [Programme(f"v{n}", sectors=("vwo",)) for n in range(6)]
    offers = [offer(p, p.slug, kind=Kind.MASTERCLASS, phases=(Phase.VERDIEPING,)) for p in vwo]
    only = offer(Programme("only", sectors=("vmbo",)), "only")

    shown = first_view(match(Situation(sectors=("vmbo", "vwo")), [*offers, only], TODAY))

    assert len(shown) == FIRST_VIEW
    assert shown[-1].offer.key == "only"


def test_the_first_view_of_vmbo_holds_two_kinds_when_two_exist():
    programmes = [Programme(f"p{n}", sectors=("vmbo",)) for n in range(6)]
    offers = [offer(p, p.slug, kind=Kind.GUEST_LESSON, phases=(Phase.ORIENTATIE,)) for p in programmes]
    odd = offer(programmes[0], "odd", kind=Kind.ROUTE)

    shown = first_view(match(Situation(sectors=("vmbo",)), [*offers, odd], TODAY))

    assert len(shown) == FIRST_VIEW
    assert {m.offer.kind for m in shown} == {Kind.GUEST_LESSON, Kind.ROUTE}


def test_ties_are_drawn_anew_each_school_year_and_for_each_school():
    offers = [offer(Programme(f"p{n}"), f"p{n}") for n in range(8)]
    here = Situation(sectors=("po",), seed="03WU00")

    first = order(here, *offers)

    assert first == order(here, *reversed(offers))
    assert first == order(here, *offers, on=date(2027, 7, 31))
    assert first != order(here, *offers, on=date(2027, 8, 1))
    assert first != order(Situation(sectors=("po",), seed="03WU01"), *offers)


def test_each_suggestion_serves_one_sector_of_the_school():
    mixed = offer(Programme("p", sectors=("po", "vmbo", "havo")), sectors=("po", "havo"))

    assert match(Situation(sectors=("havo", "vwo")), [mixed], TODAY)[0].sector == "havo"


def test_programmes_that_stand_apart():
    programmes = [
        Programme("later", availability=Availability.VERKENNING),
        Programme("product", availability=Availability.GEEN_DEELNAME),
        Programme("spot"),
        Programme("here"),
        Programme("gone", availability=Availability.BEEINDIGD, status=ProgrammeStatus.BEEINDIGD),
        Programme("other", sectors=("vwo",)),
    ]

    found = missing(Situation(sectors=("po",)), programmes, {"here"})

    assert [[p.slug for p in group] for group in found] == [["later"], ["product"], ["spot"]]


@pytest.mark.parametrize(
    ("programme", "covered", "offers", "expected"),
    [
        (Programme("p", sectors=("vwo",)), True, [], Obstacle.SECTOR),
        (Programme("p", status=ProgrammeStatus.BEEINDIGD), True, [], Obstacle.ENDED),
        (Programme("p", availability=Availability.NIET_GESTART), True, [], Obstacle.NOT_NOW),
        (Programme("p", availability=Availability.ONBEKEND), True, [], Obstacle.REFERENCE),
        (Programme("p"), False, [], Obstacle.WHITE_SPOT),
        (Programme("p"), True, [], Obstacle.NO_ACTIVITY),
        (Programme("p"), True, [{"closes_on": date(2020, 1, 1)}], Obstacle.CLOSED),
        (Programme("p"), True, [{"closes_on": date(2020, 1, 1)}, {}], None),
    ],
)
def test_why_not_tells_the_first_thing_that_stands_in_the_way(programme, covered, offers, expected):
    found = why_not(
        Situation(sectors=("po",)),
        programme,
        is_covered=covered,
        offers=[offer(programme, **fields) for fields in offers],
        on=TODAY,
    )

    assert found is expected


# --- properties ------------------------------------------------------------------------------------

sectors = st.lists(st.sampled_from(MAIN_SECTORS), unique=True).map(tuple)
needs = st.lists(st.sampled_from(Need.values), unique=True, max_size=4).map(tuple)
days = st.none() | st.dates(TODAY - timedelta(days=5), TODAY + timedelta(days=5))


@st.composite
def programmes(draw):
    made = []
    for slug in draw(st.lists(st.sampled_from(["a", "b", "c", "d", "school-aan-zet"]), unique=True, min_size=1)):
        chosen = draw(sectors)
        made.append(
            Programme(
                slug,
                sectors=chosen,
                availability=draw(st.sampled_from(Availability.values)),
                status=draw(st.sampled_from([ProgrammeStatus.LOPEND, ProgrammeStatus.BEEINDIGD])),
                serves={s: {"primary": draw(needs), "secondary": draw(needs)} for s in chosen},
                related=draw(st.sampled_from([(), ("a",), ("b", "c")])),
            )
        )
    return made


@st.composite
def offers(draw):
    choices = draw(programmes())
    return [
        Offer(
            programme=draw(st.sampled_from(choices)),
            network=Network(draw(st.booleans())),
            key=key,
            sectors=draw(sectors),
            phases=draw(st.lists(st.sampled_from(Phase.values), unique=True).map(tuple)),
            needs=draw(needs),
            kind=draw(st.sampled_from(Kind.values)),
            delivery=draw(st.sampled_from(Delivery.values)),
            effort_hours=draw(st.none() | st.integers(0, 60)),
            cost_euro=draw(st.none() | st.integers(0, 2000)),
            evidence=draw(st.sampled_from(Evidence.values)),
            own_availability=draw(st.sampled_from(["", *Availability.values])),
            opens_on=draw(days),
            closes_on=draw(days),
        )
        for key in range(draw(st.integers(0, 12)))
    ]


situations = st.builds(
    Situation,
    sectors=sectors,
    phases=st.dictionaries(st.sampled_from(MAIN_SECTORS), st.sampled_from(Phase.values)),
    needs=needs,
    barriers=st.frozensets(st.sampled_from(Barrier.values)),
    does=st.frozensets(st.sampled_from(["a", "b"])),
    seed=st.sampled_from(["03WU00", "18BR01"]),
)


@given(situations, offers())
def test_no_suggestion_ever_violates_a_hard_condition(situation, given_offers):
    for found in match(situation, given_offers, TODAY):
        programme = found.offer.programme
        assert found.sector in situation.sectors
        assert found.sector in found.offer.sectors
        assert found.sector in programme.sectors
        assert found.offer.availability in JOINABLE
        assert programme.status != ProgrammeStatus.BEEINDIGD
        assert found.offer.opens_on is None or found.offer.opens_on <= TODAY
        assert found.offer.closes_on is None or found.offer.closes_on >= TODAY
        assert (programme.slug in situation.does) == found.is_next_step


@given(situations, offers(), st.randoms(use_true_random=False))
def test_the_order_does_not_depend_on_the_order_of_the_offers(situation, given_offers, random):
    shuffled = random.sample(given_offers, len(given_offers))

    assert order(situation, *given_offers) == order(situation, *shuffled)


@given(situations, offers())
def test_a_new_activity_keeps_the_order_of_the_best_of_other_programmes(situation, given_offers):
    if not given_offers:
        return
    *before, new = given_offers

    def bests(found):
        return list(
            dict.fromkeys(m.offer.programme.slug for m in found if m.offer.programme.slug != new.programme.slug)
        )

    assert bests(match(situation, before, TODAY)) == bests(match(situation, given_offers, TODAY))


@given(situations, offers())
def test_within_a_tier_the_reasons_add_up_to_the_order(situation, given_offers):
    found = match(situation, given_offers, TODAY)
    seen, best = set(), []
    for m in found:
        assert sum(r.score * r.weight for r in m.reasons) == pytest.approx(m.total)
        assert all(0 <= score <= 1 for score in m.scores)
        if m.offer.programme.slug not in seen:
            seen.add(m.offer.programme.slug)
            best.append(m)
    for higher, lower in itertools.pairwise(best):
        assert higher.tier < lower.tier or (higher.tier == lower.tier and higher.total >= lower.total)


@given(situations, offers())
def test_the_first_view_holds_at_most_five_new_offers(situation, given_offers):
    shown = first_view(match(situation, given_offers, TODAY))

    assert len(shown) <= FIRST_VIEW
    assert not any(m.is_next_step for m in shown)


def test_every_criterion_has_a_weight():
    assert set(CRITERIA) == set(WEIGHTS)
    assert all(weight > 0 for weight in WEIGHTS.values())
