"""How long a confirmation of an activity holds (settled decision 7). Pure: no database, no clock, no settings.

The periods are those of the programme, in months. What the public may see follows from the same rule in the
database (`ActivityQuerySet.public`, by `networks.freshness.AddMonths`); a property holds the two against each other.
"""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Stage(StrEnum):
    """FRESH is trusted, ASK: its network is asked, FADING: lower in the list and says so, GONE: not public."""

    FRESH = "fresh"
    ASK = "ask"
    FADING = "fading"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Freshness:
    """since: the day that counts, of the last confirmation or else of publication; None for what does not age."""

    stage: Stage
    since: date | None

    @property
    def is_told(self):
        """Whether visitors are told that it was not confirmed lately."""
        return self.stage in (Stage.FADING, Stage.GONE)


def freshness(confirmed_on, facts_as_of, programme, on, *, published_on=None):
    """The Freshness of an activity on the day `on`.

    confirmed_on: None when it never was; then `published_on` counts. facts_as_of: set for facts of the report,
    which are shown with that day and never age. programme: has confirm_, fade_ and hide_after_months. A stage
    begins on the day itself: after six months is the same day of the sixth month, or its last day.
    """
    since = confirmed_on or published_on
    if facts_as_of or since is None:
        return Freshness(Stage.FRESH, None)
    if on >= months_later(since, programme.hide_after_months):
        return Freshness(Stage.GONE, since)
    if on >= months_later(since, programme.fade_after_months):
        return Freshness(Stage.FADING, since)
    if on >= months_later(since, programme.confirm_after_months):
        return Freshness(Stage.ASK, since)
    return Freshness(Stage.FRESH, since)


def freshness_of(activity, programme, on):
    """The Freshness of an Activity; `programme` may be the row or its ProgrammeFacts."""
    return freshness(activity.confirmed_on, activity.facts_as_of, programme, on, published_on=activity.published_on)


def months_later(day, months):
    """`day` so many months later; the last day of a month that is too short."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
