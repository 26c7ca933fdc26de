"""What Loket keeps of a school, for its members and coordinators only (settled decision 10).

An anonymous visitor gets what stands in the URL and nothing of this, also not through the cache or the API.
"""

from dataclasses import dataclass

from django.conf import settings

from accounts.second_step import needs_second_step
from activities.models import Participation, Pin
from loket.vocabulary import school_year
from networks.rights import schools_coordinated_by
from schools.models import Profile, School


@dataclass(frozen=True, slots=True)
class Viewer:
    """Somebody who may read what is kept of the school on this page; a coordinator may be no member."""

    user: object
    is_member: bool
    is_coordinator: bool


def viewer_of(request, school, on):
    """The Viewer of `school`'s page, or None for everybody else. No session, no query: asks nothing.

    Four queries at most for who is logged in: session, user, membership, assignments.
    """
    if settings.SESSION_COOKIE_NAME not in request.COOKIES or not request.user.is_authenticated:
        return None
    if needs_second_step(request):  # the page is public, so no middleware asked
        return None
    user = request.user
    is_member = School.objects.for_member(user).filter(pk=school.pk).exists()
    is_coordinator = schools_coordinated_by(user, on).filter(pk=school.pk).exists()
    return Viewer(user, is_member, is_coordinator) if is_member or is_coordinator else None


@dataclass(frozen=True, slots=True)
class Stored:
    """What is kept of a school on one day.

    profiles: sector -> the newest Profile. states: programme slug -> Participation.State of what it does now.
    """

    profiles: dict[str, Profile]
    states: dict[str, str]
    pins: tuple[Pin, ...]

    @property
    def waiting(self):
        """Slugs of programmes for which the school waits."""
        return frozenset(slug for slug, state in self.states.items() if state == Participation.State.WAITING)

    @property
    def newest_profile(self):
        return max(self.profiles.values(), key=lambda profile: profile.set_at, default=None)


def stored_of(school, on):
    """The Stored of `school` on the day `on`: profiles, participation and pins; four queries without mergers."""
    profiles = Profile.objects.filter(school=school).current().select_related("set_by")
    return Stored(
        profiles={profile.sector: profile for profile in profiles},
        states=programmes_done(school, on),
        pins=tuple(school.pins.select_related("activity", "made_by")),
    )


def programmes_done(school, on):
    """Programme slug -> state of what `school` takes part in on the day `on` (R20); see `states_on`."""
    rows = Participation.objects.of_school(school).filter(school_year__in=_years(on))
    return states_on(rows.select_related("programme").order_by("-school_year", "pk"), on)


def states_on(participations, on):
    """Programme slug -> Participation.State on the day `on`, of what one school takes part in. Pure.

    participations: rows with their programme. Counts the school year of `on` and the one before, because a
    new year is recorded only once it runs. The newest of the two decides: a programme that was stopped in it
    is not done any more.
    """
    years = _years(on)
    newest = {}
    for row in sorted(participations, key=lambda row: row.school_year, reverse=True):
        if row.school_year not in years:
            continue
        year, states = newest.setdefault(row.programme.slug, (row.school_year, []))
        if row.school_year == year and row.state != Participation.State.STOPPED:
            states.append(row.state)
    first = [Participation.State.ACTIVE, Participation.State.SIGNED_UP, Participation.State.WAITING]
    return {slug: min(states, key=first.index) for slug, (_year, states) in newest.items() if states}


def _years(on):
    return school_year(on), school_year(on.replace(year=on.year - 1, day=min(on.day, 28)))
