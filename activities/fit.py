""" "Past dit bij ons?": one activity and one school, with the reasons of its loket page, or what is in the way."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from activities import reasons
from activities.desk import Suggestion
from activities.matching import Obstacle, obstacle
from loket.vocabulary import Sector
from schools.models import School
from schools.search import SUGGESTIONS, search

_OF_THE_CALENDAR = (None, Obstacle.NOT_YET_OPEN, Obstacle.CLOSED)


@dataclass(frozen=True, slots=True)
class Fit:
    """school: the one that was asked about. suggestion: its place on the loket page, with the reasons in words;
    None when it has none, and then `why_not` says why."""

    school: School
    suggestion: Suggestion | None
    why_not: str


def fit(desk, activity, offer):
    """The Fit of an activity for the school of `desk`. offer: the activity as the matching sees it. Two queries."""
    suggestion = desk.suggestion_for(activity.pk)
    return Fit(desk.school, suggestion, "" if suggestion else why_not_this(desk, activity, offer))


def why_not_this(desk, activity, offer):
    """Why this one activity has no place in the list of the school of `desk`, in words."""
    found = obstacle(desk.situation, offer, desk.on)
    programme, place = offer.programme, desk.place or _("uw gemeente")
    covering = {network.pk for network in desk.networks}
    if offer.network.pk not in covering and found in _OF_THE_CALENDAR:
        other = next((network for network in desk.networks if network.programme == programme.slug), None)
        if other:
            return _("Dit netwerk werkt niet in %(place)s. Bij u is dat %(other)s, van hetzelfde programma.") % {
                "place": place,
                "other": other.name,
            }
        found = Obstacle.WHITE_SPOT
    if found is Obstacle.SECTOR and desk.situation.sectors:
        return _("Dit is voor %(sectors)s. Uw school heeft %(own)s.") % {
            "sectors": reasons.sector_names(sector for sector in Sector.values if sector in activity.sectors),
            "own": reasons.sector_names(desk.situation.sectors),
        }
    # The offer itself knows whether one can join: it may differ from its programme.
    if found is Obstacle.NOT_NOW:
        return reasons.not_now_sentence(offer)
    if found is Obstacle.REFERENCE:
        return reasons.reference_sentence(offer)
    if found is Obstacle.NOT_YET_OPEN:
        return _("Dit is nog niet open. Het kan vanaf %(day)s.") % {"day": reasons.day(activity.opens_on)}
    if found is Obstacle.CLOSED:
        return _("Dit is gesloten. Het kon tot en met %(day)s.") % {"day": reasons.day(activity.closes_on)}
    return reasons.why_not_sentence(found or Obstacle.NO_ACTIVITY, programme, desk.situation, place=desk.place)


@dataclass(frozen=True, slots=True)
class Asked:
    """Which school was meant: one, or several to choose from, or a message why none."""

    school: School | None = None
    choices: tuple[School, ...] = ()
    message: str = ""


def asked_school(code, text):
    """The school of a code, or what a search for `text` finds. Both are what stands in an address, so anything.

    Returns Asked. No query when both are empty, at most six.
    """
    wanted = code.strip().upper()
    if wanted:
        school = School.objects.for_desk().filter(code=wanted).first() if wanted.isalnum() else None
        if school:
            return Asked(school=school)
        return Asked(message=_("Er is geen school met deze code. Zoek op naam en plaats."))
    if not text:
        return Asked()
    found = search(text, limit=SUGGESTIONS)
    if not found:
        return Asked(message=_("Wij vinden geen school voor ‘%(text)s’. Probeer naam en plaats.") % {"text": text})
    exact = [school for school in found if school.code == text.upper()]
    if len(found) == 1 or exact:
        return Asked(school=School.objects.for_desk().get(pk=(exact or found)[0].pk))
    return Asked(choices=tuple(found))
