"""How intensively a school takes part in a programme: a function of what happened, never a column (R47).

The report gives levels for one programme: VHTO's for girls, 4 activities in two years or 2 (2.4). For every
other one the number is all there is; levels that nobody agreed on would be invented.
"""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext_lazy as _

YEARS = 2  # what the report counts over
# programme -> (from so many activities, name of the level), the highest first
LEVELS = {"lob-meisjes": ((4, _("intensief traject")), (2, _("minder intensief traject")))}


@dataclass(frozen=True, slots=True)
class Intensity:
    """activities: how many lie in the period from `since`, first day included. level: its name, or ""."""

    activities: int
    since: date
    level: str
    has_levels: bool


def intensity(programme, entries, on):
    """The Intensity of one school in `programme` (a slug) on the day `on`.

    entries: rows with `happened_on`, of all participations of the school in the programme. What lies after
    `on` does not count. Pure.
    """
    since = counted_since(on)
    count = sum(since <= entry.happened_on <= on for entry in entries)
    return Intensity(count, since, level_of(programme, count), programme in LEVELS)


def level_of(programme, count):
    """The name of the level of so many activities in the period, or ""."""
    return next((name for least, name in LEVELS.get(programme, ()) if count >= least), "")


def counted_since(on):
    """The first day of the two years that end on `on`; 29 February goes back to 1 March."""
    try:
        start = on.replace(year=on.year - YEARS)
    except ValueError:
        return date(on.year - YEARS, 3, 1)
    return date.fromordinal(start.toordinal() + 1)
