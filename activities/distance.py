"""How far places are from each other, and where a place or postcode lies."""

import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from math import asin, cos, radians, sin, sqrt

from regions.models import PostcodeArea
from schools.words import plain

EARTH_RADIUS_KM = 6371.0088  # mean radius, IUGG
POSTCODE = re.compile(r"\s*([1-9][0-9]{3})\s*(?:[A-Za-z]{2})?\s*")
# Typed by everybody, and written otherwise in the table.
OTHER_NAMES = {"den haag": "s gravenhage", "den bosch": "s hertogenbosch"}


def distance_km(a, b):
    """Great-circle distance between two places.

    a, b: (latitude, longitude) in decimal degrees, WGS 84.
    Returns kilometres (float). A sphere stands in for the ellipsoid: up to 0.6 % off.
    Raises ValueError for a latitude outside -90..90.
    Source: haversine formula, R. W. Sinnott, Sky & Telescope 68(2), 1984, p. 159.
    """
    if not (-90 <= a[0] <= 90 and -90 <= b[0] <= 90):
        raise ValueError(f"A latitude lies between -90 and 90 degrees: {a[0]}, {b[0]}")
    latitude_a, latitude_b = radians(a[0]), radians(b[0])
    half = sin((latitude_b - latitude_a) / 2) ** 2
    half += cos(latitude_a) * cos(latitude_b) * sin(radians(b[1] - a[1]) / 2) ** 2
    return 2 * EARTH_RADIUS_KM * asin(min(1.0, sqrt(half)))


@dataclass(frozen=True, slots=True)
class Place:
    """A place or postcode area. point: (latitude, longitude), WGS 84. municipality: CBS code, None if unknown."""

    name: str
    point: tuple[float, float]
    municipality: str | None


class Gazetteer:
    """Every postcode area and place of the country with a point: the middle of its postcode areas."""

    def __init__(self, rows):
        """rows: (pc4, place, municipality code or None, its name or None, latitude, longitude)."""
        self._areas = {}
        places, municipalities, self._named = defaultdict(list), defaultdict(list), {}
        for pc4, name, code, municipality, latitude, longitude in rows:
            area = Place(f"{pc4} {name}", (latitude, longitude), code)
            self._areas[pc4] = area
            places[name].append(area)
            if code:
                municipalities[code].append(area)
                self._named[plain(municipality)] = municipality, code
        self._centres = {code: _middle(areas) for code, areas in municipalities.items()}
        self._places = defaultdict(list)
        # The place with most postcode areas first: of two Bergens the larger one.
        for name, areas in sorted(places.items(), key=lambda item: (-len(item[1]), item[0])):
            code = Counter(area.municipality for area in areas).most_common(1)[0][0]
            place = Place(name, _middle([area for area in areas if area.municipality == code]), code)
            for known_as in {plain(name), plain(name.partition("(")[0])}:
                self._places[known_as].append(place)

    @classmethod
    def load(cls):
        """One query of some 4,000 rows."""
        columns = ("pc4", "place", "municipality", "municipality__name", "latitude", "longitude")
        return cls(PostcodeArea.objects.order_by("pc4").values_list(*columns))

    def find(self, typed):
        """The places that `typed` (a postcode, place or municipality) can mean, the likeliest first; () for none."""
        if postcode := POSTCODE.fullmatch(typed):
            area = self._areas.get(postcode[1])
            return (area,) if area else ()
        words = plain(typed)
        words = OTHER_NAMES.get(words, words)
        if found := self._places.get(words):
            return tuple(found)
        if words in self._named:
            name, code = self._named[words]
            return (Place(name, self._centres[code], code),)
        return ()

    def centre(self, code):
        """The middle of a municipality as (latitude, longitude), or None when no postcode area lies in it."""
        return self._centres.get(code)


def _middle(areas):
    return (
        sum(area.point[0] for area in areas) / len(areas),
        sum(area.point[1] for area in areas) / len(areas),
    )
