"""Classes for a map: nought by itself, and the rest in three of about as many places, with round bounds. Pure.

The same for page and map, because both make them of the same cells.
"""

from dataclasses import dataclass
from math import floor, log10

from django.utils.translation import gettext as _

from dashboards.tables import number

UNKNOWN = "part-none"
NAMES = ("part-0", "part-1", "part-2", "part-3")  # from light to dark, as the style sheet has them


@dataclass(frozen=True, slots=True)
class MapClass:
    """name: of its colour. least: the smallest size in it. label: for the legend."""

    name: str
    least: float
    label: str


def map_classes(sizes, *, unit):
    """[MapClass] of `sizes` (numbers >= 0, None for unknown), the lowest first and the unknown last.

    unit: what a size is of, "%" or such as "werkdagen".
    """
    known = [size for size in sizes if size is not None]
    above = sorted(size for size in known if size > 0)
    bounds = _bounds(above)
    found = [MapClass(NAMES[0], 0, _with_unit(0, unit))] if len(above) < len(known) else []
    if len(set(above)) == 1:  # of one size: then that is what the legend says
        found.append(MapClass(NAMES[-1], above[0], _with_unit(above[0], unit)))
        above = []
    for place, least in enumerate([0, *bounds] if above else []):
        most = bounds[place] if place < len(bounds) else None
        found.append(MapClass(NAMES[place + 1], least, _label(least, most, unit)))
    return found + ([MapClass(UNKNOWN, 0, _("onbekend"))] if len(known) < len(sizes) else [])


def class_of(size, classes):
    """The MapClass of one size: nought is never in the class of what lies just above it."""
    if size is None:
        return classes[-1]
    if size == 0:
        return classes[0]
    return next(row for row in reversed(classes) if row.name not in (NAMES[0], UNKNOWN) and size >= row.least)


def _bounds(above):
    """Up to two round numbers that part `above` (sorted, all > 0) in three."""
    if len(set(above)) < 2:
        return []
    thirds = [above[len(above) * third // 3] for third in (1, 2)]
    for digits in (1, 2, 3):
        low, high = (_round(size, digits) for size in thirds)
        if above[0] < low and high <= above[-1] and any(low <= size < high for size in above):
            return [low, high]
    # Too many are alike for three: those below the middle, and the rest.
    return [bound] if above[0] < (bound := _round(thirds[1], 2)) <= above[-1] else [above[-1]]


def _round(size, digits):
    return round(size, digits - 1 - floor(log10(size)))


def _label(least, most, unit):
    if most is None:
        return _("%(least)s of meer") % {"least": _with_unit(least, unit)} if least else _with_unit_above(unit)
    if not least:
        return _("minder dan %(most)s") % {"most": _with_unit(most, unit)}
    return _("%(least)s tot %(most)s") % {"least": number(least), "most": _with_unit(most, unit)}


def _with_unit_above(unit):
    return _("meer dan %(nought)s") % {"nought": _with_unit(0, unit)}


def _with_unit(size, unit):
    return f"{number(size)}\N{NO-BREAK SPACE}{unit}"
