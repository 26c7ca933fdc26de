"""What a school says of itself for each sector, with its history (R10), and why it does nothing yet (R24)."""

from dataclasses import dataclass
from itertools import pairwise

from django.db import transaction

from loket.vocabulary import MAIN_SECTORS, Barrier, IntakeReason, Need, Phase
from schools.models import Intake, Profile, School


class ChangedMeanwhileError(Exception):
    """Somebody else set the profile after the form was opened; `current` is what stands there now."""

    def __init__(self, current):
        super().__init__(current)
        self.current = current


def profile_sectors(school):
    """The sectors of a school that have a profile, in their usual order; none for special education alone."""
    return [sector for sector in MAIN_SECTORS if sector in school.sectors]


def current_profile(school):
    """What holds now: sector (str) -> Profile, for the sectors that were ever set. One query."""
    return {profile.sector: profile for profile in Profile.objects.filter(school=school).current()}


UNSEEN = object()


@transaction.atomic
def set_profile(*, school, sector, phase, needs, barriers, by, by_coordinator, now, seen=UNSEEN):
    """Write down the profile of `school` in `sector`; returns the Profile that holds.

    A row is added only when something differs from what holds. phase: a Phase, or "" for unknown. needs,
    barriers: in any order, each once or more. seen: key of the Profile that the writer had before them, None for
    none; left out, nothing is compared.
    Raises ChangedMeanwhileError when another holds than was seen and it says something else; ValueError for a
    word that is not of the vocabulary.
    """
    said = (phase or "", _in_order(needs, Need), _in_order(barriers, Barrier))
    if said[0] and said[0] not in Phase.values:
        raise ValueError(f"{phase} is no phase.")
    School.objects.select_for_update(no_key=True).get(pk=school.pk)  # two at once: one after the other
    current = Profile.objects.filter(school=school, sector=sector).current().first()
    if said == _said(current):
        return current or Profile(school=school, sector=sector)
    if seen is not UNSEEN and (current.pk if current else None) != seen:
        raise ChangedMeanwhileError(current)
    return Profile.objects.create(
        school=school,
        sector=sector,
        phase=said[0],
        needs=said[1],
        barriers=said[2],
        set_at=now,
        set_by=by,
        by_coordinator=by_coordinator,
    )


def _in_order(values, vocabulary):
    unknown = set(values) - set(vocabulary.values)
    if unknown:
        raise ValueError(f"{', '.join(sorted(unknown))} is not of {vocabulary.__name__}.")
    return [str(value) for value in vocabulary.values if value in values]


def _said(profile):
    return (profile.phase, profile.needs, profile.barriers) if profile else ("", [], [])


@dataclass(frozen=True, slots=True)
class Step:
    """One change in the history of a profile; `changes` are (what, before, after), each in words, "" for nothing."""

    profile: Profile
    changes: tuple[tuple[str, str, str], ...]


def history(school, sector, *, limit=50):
    """What changed in the profile of a school in one sector, the newest first; one query."""
    rows = list(
        Profile.objects.filter(school=school, sector=sector)
        .select_related("set_by")
        .order_by("-set_at", "-pk")[: limit + 1]
    )
    return [Step(row, _changes(earlier, row)) for row, earlier in pairwise([*rows, None])][:limit]


def _changes(earlier, later):
    pairs = zip(_words(earlier), _words(later), strict=True)
    labels = (Profile._meta.get_field(name).verbose_name for name in ("phase", "needs", "barriers"))
    return tuple(
        (str(label), before, after) for label, (before, after) in zip(labels, pairs, strict=True) if before != after
    )


def _words(profile):
    if profile is None:
        return "", "", ""
    return (
        str(profile.get_phase_display()) if profile.phase else "",
        ", ".join(str(Need(need).label) for need in profile.needs),
        ", ".join(str(Barrier(barrier).label) for barrier in profile.barriers),
    )


@transaction.atomic
def answer_intake(*, school, reasons, by, now):
    """Write down why a school does nothing yet; returns the Intake. The same answer twice is kept once.

    Raises ValueError for no reason, or one that is not of the vocabulary.
    """
    reasons = _in_order(reasons, IntakeReason)
    if not reasons:
        raise ValueError("An intake gives at least one reason.")
    School.objects.select_for_update(no_key=True).get(pk=school.pk)
    newest = Intake.objects.filter(school=school).first()
    if newest and newest.reasons == reasons:
        return newest
    return Intake.objects.create(school=school, reasons=reasons, answered_by=by, answered_at=now)
