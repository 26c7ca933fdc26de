"""One point, place and municipality for each four-digit postcode (PC4)."""

import math
from collections import Counter, defaultdict
from statistics import median

from schools.reference.sources import SourceError
from schools.reference.texts import place_key

FAR_FROM_SCHOOLS_KM = 4.0  # a PC4 with a school is seldom larger; its median error is 0.5 km
FAR_FROM_OTHER_TABLE_KM = 5.0
KM_PER_DEGREE = 111.2
PO_BOXES = "Postbus"  # `soort` of a postcode that has no area


def distance_km(a, b):
    """Distance of two (latitude, longitude) in degrees on a flat map: good to 1% within the Netherlands."""
    north = (a[0] - b[0]) * KM_PER_DEGREE
    east = (a[1] - b[1]) * KM_PER_DEGREE * math.cos(math.radians((a[0] + b[0]) / 2))
    return math.hypot(north, east)


def compile_postcodes(geonames, older, schools, outlines, current, *, name):
    """PC4 -> row for `postcodes.csv`, and a Counter of where the points come from.

    geonames, older: rows of the two postcode tables; schools: School rows, with a point where it is their own.
    A PC4 has several GeoNames rows when it holds several places: the row of the place where most of its
    schools stand wins, else that of the place in the older table, else the first. The schools' municipality
    wins over that of the row, because theirs comes with a code from the register.
    """
    rows_of = defaultdict(list)
    for row in geonames:
        rows_of[row["pc4"]].append(row)
    older_rows = {row["postcode"]: row for row in older if row["soort"] != PO_BOXES}
    schools_of = defaultdict(list)
    for school in schools:
        schools_of[school.postcode[:4]].append(school)

    postcodes, ways = {}, Counter()
    for pc4, rows in sorted(rows_of.items()):
        here = schools_of[pc4]
        place = _most_common(school.place for school in here)
        row = _row_of_place(rows, place) or _row_of_place(rows, older_rows.get(pc4, {}).get("woonplaats")) or rows[0]
        municipality = _most_common(school.municipality for school in here) or row["municipality_code"]
        point, way = _point(row, older_rows.get(pc4), here, municipality or None, outlines)
        municipality = municipality or outlines.municipality_at(*point)
        if municipality not in current:
            raise SourceError(
                f"{name}, line {row['line']}: gemeente {municipality!r} of {pc4} is not in the CBS table."
            )
        ways[way] += 1
        postcodes[pc4] = {
            "pc4": pc4,
            "place": place if place and place_key(place) != place_key(row["place"]) else row["place"],
            "municipality": municipality,
            "latitude": f"{point[0]:.5f}",
            "longitude": f"{point[1]:.5f}",
        }
    return postcodes, ways


def _most_common(values):
    """The most frequent value, of equals the first by name; None when there are none."""
    counts = Counter(values)
    return min(counts, key=lambda value: (-counts[value], value)) if counts else None


def _row_of_place(rows, place):
    return place and next((row for row in rows if place_key(row["place"]) == place_key(place)), None)


def _point(row, older_row, schools, municipality, outlines):
    """The point of the GeoNames row unless something better says that it is wrong, and what it rests on.

    Schools with a point of their own come first (their addresses are exact), then the older table; where only
    the two tables differ, the one inside the municipality is taken.
    """
    point = float(row["latitude"]), float(row["longitude"])
    other = older_row and (float(older_row["latitude"]), float(older_row["longitude"]))
    own = [(school.latitude, school.longitude) for school in schools if school.latitude is not None]
    if own:
        middle = median(lat for lat, _ in own), median(lon for _, lon in own)
        if distance_km(point, middle) <= FAR_FROM_SCHOOLS_KM:
            return point, "geonames"
        if other and distance_km(other, middle) <= FAR_FROM_SCHOOLS_KM:
            return other, "older table, nearer to the schools"
        return middle, "middle of the schools"
    differ = other and distance_km(point, other) > FAR_FROM_OTHER_TABLE_KM
    if differ and outlines.municipality_at(*point) != municipality == outlines.municipality_at(*other):
        return other, "older table, inside the municipality"
    return point, "geonames"
