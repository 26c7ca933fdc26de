"""The profile of a school: what holds, what changed, and two people at once."""

from datetime import UTC, datetime, timedelta

import pytest

from schools.models import Intake, Profile
from schools.profiles import (
    ChangedMeanwhileError,
    answer_intake,
    current_profile,
    history,
    profile_sectors,
    set_profile,
)
from tests.accounts.factories import UserFactory
from tests.schools.factories import SchoolFactory

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def school(db):
    return SchoolFactory(sectors=["havo", "vmbo", "vso"])


@pytest.fixture
def teacher(db):
    return UserFactory()


def put(school, by, at=NOW, **values):
    said = {"sector": "havo", "phase": "", "needs": [], "barriers": [], "by_coordinator": False, **values}
    return set_profile(school=school, by=by, now=at, **said)


def test_nothing_holds_before_anything_was_said(school, teacher):
    assert current_profile(school) == {}
    assert put(school, teacher).pk is None
    assert not Profile.objects.exists()


def test_each_sector_has_a_profile_of_its_own(school, teacher):
    put(school, teacher, phase="orientatie")
    put(school, teacher, sector="vmbo", needs=["girls"])
    put(SchoolFactory(), teacher, sector="po", phase="verdieping")

    found = current_profile(school)

    assert {sector: (row.phase, row.needs) for sector, row in found.items()} == {
        "havo": ("orientatie", []),
        "vmbo": ("", ["girls"]),
    }
    assert profile_sectors(school) == ["vmbo", "havo"]


def test_the_newest_holds_and_the_same_again_adds_nothing(school, teacher):
    put(school, teacher, phase="orientatie", needs=["subsidy", "girls", "girls"])
    put(school, teacher, at=NOW + MINUTE, phase="orientatie", needs=["girls", "subsidy"])
    newest = put(school, teacher, at=NOW + 2 * MINUTE, phase="", needs=[], by_coordinator=True)

    assert Profile.objects.count() == 2
    assert current_profile(school) == {"havo": newest}
    assert (newest.set_at, newest.set_by, newest.by_coordinator) == (NOW + 2 * MINUTE, teacher, True)


def test_history_says_in_words_what_changed(school, teacher):
    put(school, teacher, phase="orientatie", needs=["girls"])
    put(school, teacher, at=NOW + MINUTE, phase="invoering", needs=["girls"], barriers=["no_time"])

    steps = history(school, "havo")

    assert [step.changes for step in steps] == [
        (("fase", "we kijken rond", "we voeren in"), ("waar u op let", "", "weinig tijd")),
        (("fase", "", "we kijken rond"), ("nodig", "", "meisjes en techniek")),
    ]
    assert len(history(school, "havo", limit=1)) == 1
    assert history(school, "havo", limit=1)[0] == steps[0]


def test_a_profile_that_changed_meanwhile_is_not_overwritten_unseen(school, teacher):
    seen = put(school, teacher, phase="orientatie")
    other = put(school, UserFactory(), at=NOW + MINUTE, phase="invoering", seen=seen.pk)

    with pytest.raises(ChangedMeanwhileError) as changed:
        put(school, teacher, at=NOW + 2 * MINUTE, phase="verdieping", seen=seen.pk)

    assert changed.value.current == other
    assert current_profile(school)["havo"] == other
    assert put(school, teacher, at=NOW + 2 * MINUTE, phase="invoering", seen=seen.pk) == other
    assert put(school, teacher, at=NOW + 3 * MINUTE, phase="verdieping", seen=other.pk).phase == "verdieping"


def test_nothing_seen_is_something_seen(school, teacher):
    put(school, UserFactory(), phase="orientatie", seen=None)

    with pytest.raises(ChangedMeanwhileError):
        put(school, teacher, phase="verdieping", seen=None)


@pytest.mark.parametrize("values", [{"phase": "klaar"}, {"needs": ["geld"]}, {"barriers": ["regen"]}])
def test_words_we_do_not_know_are_refused(school, teacher, values):
    with pytest.raises(ValueError, match="is n"):
        put(school, teacher, **values)
    assert not Profile.objects.exists()


def test_an_intake_is_kept_once_and_again_when_the_answer_changes(school, teacher):
    first = answer_intake(school=school, reasons=["pupils", "no_means"], by=teacher, now=NOW)

    assert answer_intake(school=school, reasons=["no_means", "pupils"], by=teacher, now=NOW + MINUTE) == first

    answer_intake(school=school, reasons=["teachers"], by=teacher, now=NOW + 2 * MINUTE)

    assert [intake.reasons for intake in Intake.objects.all()] == [["teachers"], ["no_means", "pupils"]]
    with pytest.raises(ValueError, match="at least one"):
        answer_intake(school=school, reasons=[], by=teacher, now=NOW)
