"""How long a confirmation holds: the rule, the same rule in the database, and what visitors see of it."""

from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from activities.facets import OfferIndex
from activities.freshness import Stage, freshness, freshness_of, months_later
from activities.matching import Offer, Situation, match
from activities.models import Activity, Occurrence
from activities.reasons import why
from networks.directory import directory
from tests.activities.factories import ActivityFactory, OccurrenceFactory, small_country
from tests.networks.factories import NetworkFactory, ProgrammeFactory

USUAL = SimpleNamespace(confirm_after_months=6, fade_after_months=9, hide_after_months=12)
TODAY = date(2026, 11, 25)
days = st.dates(date(2015, 1, 1), date(2030, 12, 31))


@pytest.mark.parametrize(
    ("confirmed_on", "stage"),
    [
        (date(2026, 11, 25), Stage.FRESH),
        (date(2026, 5, 26), Stage.FRESH),
        (date(2026, 5, 25), Stage.ASK),
        (date(2026, 2, 26), Stage.ASK),
        (date(2026, 2, 25), Stage.FADING),
        (date(2025, 11, 26), Stage.FADING),
        (date(2025, 11, 25), Stage.GONE),
    ],
)
def test_a_stage_begins_on_its_day(confirmed_on, stage):
    assert freshness(confirmed_on, None, USUAL, TODAY).stage is stage


def test_facts_of_the_report_never_age():
    assert freshness(date(2014, 1, 1), date(2013, 12, 1), USUAL, TODAY).stage is Stage.FRESH


def test_what_was_never_confirmed_counts_from_its_publication():
    found = freshness(None, None, USUAL, TODAY, published_on=date(2026, 2, 1))

    assert (found.stage, found.since) == (Stage.FADING, date(2026, 2, 1))


def test_each_programme_has_periods_of_its_own():
    quick = SimpleNamespace(confirm_after_months=1, fade_after_months=2, hide_after_months=3)

    assert freshness(date(2026, 8, 25), None, quick, TODAY).stage is Stage.GONE


def test_a_month_that_is_too_short_ends_earlier():
    assert months_later(date(2026, 5, 31), 9) == date(2027, 2, 28)
    assert months_later(date(2027, 8, 29), 6) == date(2028, 2, 29)


@pytest.fixture
def activity(db):
    return ActivityFactory(network=NetworkFactory(programme=ProgrammeFactory()))


@settings(max_examples=60)
@given(
    confirmed_on=st.none() | days,
    published_on=st.none() | days,
    facts_as_of=st.none() | days,
    ended_on=st.none() | days,
    on=days,
    periods=st.lists(st.integers(0, 30), min_size=3, max_size=3).map(sorted),
)
def test_the_database_keeps_the_same_rule(activity, confirmed_on, published_on, facts_as_of, ended_on, on, periods):
    programme = activity.network.programme
    programme.confirm_after_months, programme.fade_after_months, programme.hide_after_months = periods
    programme.save()
    values = {
        "confirmed_on": confirmed_on,
        "published_on": published_on,
        "facts_as_of": facts_as_of,
        "ended_on": ended_on,
    }
    Activity.objects.update(**values)
    activity.refresh_from_db()
    found = freshness_of(activity, programme, on)
    running = activity.is_running(on)

    assert Activity.objects.running(on).exists() == running
    assert Activity.objects.public(on).exists() == (running and found.stage is not Stage.GONE)
    assert Activity.objects.gone(on).exists() == (running and found.stage is Stage.GONE)
    assert Activity.objects.to_confirm(on).exists() == (running and found.stage is not Stage.FRESH)
    assert Activity.objects.with_fading(on).get().fading_since == (found.since if found.is_told else None)


def _offer(key, **values):
    programme = SimpleNamespace(
        slug="nabij",
        name="Nabij",
        sectors={"po"},
        availability="open",
        status="lopend",
        serves={"po": {"primary": ("curriculum",), "secondary": ()}},
        related=(),
    )
    return Offer(programme, None, key, sectors=("po",), **values)


@given(needs=st.sets(st.sampled_from(["curriculum", "teacher_training"])), key=st.integers(1, 1000))
def test_what_fades_comes_after_the_same_thing_that_is_fresh(needs, key):
    fresh, fading = _offer(key), _offer(key + 1, fading_since=date(2026, 1, 1))

    ranked = match(Situation(sectors=("po",), needs=tuple(needs), seed="03WU00"), [fading, fresh], TODAY)

    assert [m.offer.key for m in ranked] == [key, key + 1]


def test_what_serves_the_asked_need_stays_before_what_does_not_however_stale():
    asked = _offer("asked", needs=("curriculum",), fading_since=date(2026, 1, 1))

    ranked = match(Situation(sectors=("po",), needs=("curriculum",)), [_offer("other"), asked], TODAY)

    assert [m.offer.key for m in ranked] == ["asked", "other"]


def test_the_reason_says_since_when():
    situation = Situation(sectors=("po",))
    fading, fresh = (
        match(situation, [_offer("x", fading_since=since)], TODAY)[0] for since in (date(2026, 1, 1), None)
    )

    said = [[str(sentence) for _c, sentence in why(m, situation, place="Assen")] for m in (fading, fresh)]

    assert "Niet bevestigd sinds januari 2026." in said[0]
    assert not [sentence for sentence in said[1] if "bevestigd" in sentence]


PLACES = [
    "/aanbod/",
    "/aanbod/training/",
    "/aanbod.atom",
    "/agenda/",
    "/agenda.ics",
    "/loket/03WU00/",
    "/api/v1/loket/03WU00/",
    "/api/v1/activities/",
]


def _months_ago(months):
    return months_later(date.today(), -months)  # noqa: DTZ011


@pytest.mark.parametrize(("months", "is_seen"), [(11, True), (13, False)])
def test_it_leaves_every_list_at_once(client, db, months, is_seen):
    country = small_country()
    Activity.objects.update(confirmed_on=_months_ago(months))
    soon = timezone.now() + timedelta(days=3)
    OccurrenceFactory(activity=country.activity, starts_at=soon)

    seen = [("Training in de klas" in client.get(path, follow=True).content.decode()) for path in PLACES]

    assert seen == [is_seen] * len(PLACES)
    assert Occurrence.objects.public().exists() == is_seen


def test_a_fading_one_says_so_on_the_list_the_loket_page_and_its_own(client, db):
    small_country()
    Activity.objects.update(confirmed_on=_months_ago(10))

    for path in ("/aanbod/", "/loket/03WU00/", "/aanbod/training/"):
        assert "iet bevestigd sinds" in client.get(path).content.decode(), path


def test_a_fading_one_comes_last_in_the_fair_order(db):
    fading = [ActivityFactory(confirmed_on=TODAY - timedelta(days=300)) for _ in range(3)]
    fresh = [ActivityFactory(confirmed_on=TODAY) for _ in range(3)]

    pks = OfferIndex(directory(), TODAY).pks

    assert set(pks[:3]) == {activity.pk for activity in fresh}
    assert set(pks[3:]) == {activity.pk for activity in fading}
