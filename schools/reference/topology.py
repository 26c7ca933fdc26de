"""The map: reading areas from a TopoJSON file, and writing one with only our own codes in it."""

import json
from itertools import pairwise

from django.utils.text import slugify

from schools.reference.sources import SourceError

LAYERS = {  # layer in the source -> our layer, its key, and how the key follows from the source's properties
    "gemeenten": ("municipalities", "code", lambda properties: properties["gm_code"].removeprefix("GM")),
    "arbeidsmarktregios": ("regions", "code", lambda properties: properties["am_code"]),
    "provincies": ("provinces", "code", lambda properties: properties["pv_code"]),
    "landsdelen": ("landsdelen", "slug", lambda properties: slugify(properties["landsdeel"])),
}


def compact(topology, *, name):
    """The TopoJSON as bytes with our layers, each area with one property (`code` or `slug`), areas sorted.

    Arcs and quantisation stay those of the source. Raises SourceError when a layer or key is missing.
    """
    try:
        objects = {}
        for layer, (ours, key, value) in LAYERS.items():
            areas = [
                {"type": area["type"], "properties": {key: value(area["properties"])}, "arcs": area["arcs"]}
                for area in topology["objects"][layer]["geometries"]
            ]
            areas.sort(key=lambda area, key=key: area["properties"][key])
            objects[ours] = {"type": "GeometryCollection", "geometries": areas}
        slim = {
            "type": "Topology", "transform": topology["transform"], "objects": objects, "arcs": topology["arcs"]
        }  # fmt: skip
    except (KeyError, TypeError, AttributeError) as error:
        raise SourceError(f"{name}: the map lacks {error}.") from error
    return (json.dumps(slim, separators=(",", ":"), ensure_ascii=False) + "\n").encode()


class Outlines:
    """The outlines of the municipalities, to ask in which one a point lies."""

    def __init__(self, topology):
        arcs = _decoded(topology)
        self._areas = []
        for area in topology["objects"]["gemeenten"]["geometries"]:
            polygons = [area["arcs"]] if area["type"] == "Polygon" else area["arcs"]
            rings = [_ring(ring, arcs) for polygon in polygons for ring in polygon]
            xs, ys = zip(*(point for ring in rings for point in ring), strict=True)
            code = area["properties"]["gm_code"].removeprefix("GM")
            self._areas.append((code, (min(xs), min(ys), max(xs), max(ys)), rings))

    def municipality_at(self, latitude, longitude):
        """The code of the municipality that the point (WGS 84, degrees) lies in; "" outside all of them."""
        for code, (west, south, east, north), rings in self._areas:
            if west <= longitude <= east and south <= latitude <= north and _inside(longitude, latitude, rings):
                return code
        return ""


def _decoded(topology):
    (scale_x, scale_y), (west, south) = topology["transform"]["scale"], topology["transform"]["translate"]
    arcs = []
    for arc in topology["arcs"]:
        x = y = 0
        points = []
        for step_x, step_y in arc:
            x, y = x + step_x, y + step_y
            points.append((x * scale_x + west, y * scale_y + south))
        arcs.append(points)
    return arcs


def _ring(indexes, arcs):
    points = []
    for index in indexes:
        arc = arcs[index] if index >= 0 else arcs[~index][::-1]
        points += arc[1:] if points else arc
    return points


def _inside(x, y, rings):
    """Even-odd rule over all rings together, so holes count as outside."""
    inside = False
    for ring in rings:
        for (x1, y1), (x2, y2) in pairwise(ring):
            if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
                inside = not inside
    return inside
