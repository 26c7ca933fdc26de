"""Figures about where networks work (R28); `networks/coverage.py` decides what is covered."""

from collections import Counter
from dataclasses import replace

from django.db.models import Count
from django.utils.translation import gettext as _

from dashboards.figures import Answer, Cell
from networks.coverage import coverage, open_schools
from regions.models import Landsdeel, Municipality, Region
from schools.models import School


def covered_schools(chosen, split):
    """Schools that a network of a programme is there for; split by programme, or for one programme by place."""
    return _answer(chosen, split, lambda spots, here: here - spots)


def white_spots(chosen, split):
    """Schools of the right sector that no network of the programme covers."""
    return _answer(chosen, split, lambda spots, here: spots)


def _coverage(chosen):
    return chosen.once("coverage", lambda: coverage(chosen.on, chosen.known))


def _answer(chosen, split, value):
    found = _coverage(chosen)
    if chosen.programme is None:
        cells = tuple(
            Cell(
                slug,
                chosen.known.programmes[slug].name,
                value(result.schools - result.covered, result.schools),
                result.schools,
                url=chosen.known.programmes[slug].get_absolute_url(),
            )
            for slug, result in sorted(found.items(), key=lambda pair: chosen.known.programmes[pair[0]].name)
        )
        # A school counts for each programme that is for its sector: these are chances, not schools.
        total = Cell("", _("alle programma’s samen"), sum(c.value for c in cells), sum(c.of for c in cells))
        return Answer(total, cells if split else (), chosen.on)
    result = found.get(chosen.programme.slug)
    if result is None:  # not a programme of networks: nobody is in or out
        return Answer(Cell("", chosen.programme.name, None, None), (), chosen.on)
    is_narrow = bool(chosen.landsdeel or chosen.region or chosen.municipality)
    total = Cell("", chosen.programme.name, value(result.schools - result.covered, result.schools), result.schools)
    if split == "netwerk":
        return _per_network(chosen, is_narrow)
    if split in ("", "programma") and not is_narrow:
        return Answer(total, (replace(total, key=chosen.programme.slug),) if split else (), chosen.on)
    here = _schools_per_municipality(chosen.programme)
    spots = result.white_spots
    unplaced = result.schools - result.covered - sum(spots.values())
    if unplaced:
        spots = Counter(spots) + Counter({None: unplaced})
    places = {row.code: row for row in Municipality.objects.current()}
    codes = {code for code in {*here, *spots} if not is_narrow or _lies_in(places.get(code), chosen)}
    if is_narrow:
        number, without = (sum(counts[code] for code in codes) for counts in (here, spots))
        total = replace(total, value=value(without, number), of=number)
        if split in ("", "programma"):
            return Answer(total, (replace(total, key=chosen.programme.slug),) if split else (), chosen.on)
    schools, uncovered = Counter(), Counter()
    for code in codes:
        place = _member(places.get(code), split)
        schools[place] += here[code]
        uncovered[place] += spots[code]
    cells = []
    for key, label, url in [*_members(split), (None, _("plaats onbekend"), "")]:
        if schools[key]:
            cells.append(Cell(str(key or "geen"), label, value(uncovered[key], schools[key]), schools[key], url=url))
    return Answer(total, tuple(cells), chosen.on)


def _schools_per_municipality(programme):
    """Municipality code (None: unknown) -> open schools with a sector of the programme. One query."""
    rows = School.objects.open().filter(sectors__overlap=sorted(programme.sectors)).order_by()
    return Counter(dict(rows.values_list("municipality_id").annotate(Count("pk"))))


def _per_network(chosen, is_narrow):
    """Schools that each network of the programme is there for, out of all with a sector of it. They may overlap."""
    covered, of, total = Counter(), 0, 0
    places = {row.code: row for row in Municipality.objects.current()} if is_narrow else {}
    for (municipality, board, sectors), schools in open_schools(chosen.known).items():
        if chosen.programme.sectors.isdisjoint(sectors):
            continue
        if is_narrow and not _lies_in(places.get(municipality), chosen):
            continue
        of += schools
        networks = [
            network.pk
            for network in chosen.known.networks_for(municipality, board, chosen.on)
            if network.programme == chosen.programme.slug
        ]
        covered.update(dict.fromkeys(networks, schools))
        total += schools if networks else 0
    cells = tuple(
        Cell(row.slug, row.name, covered[row.pk], of, url=row.get_absolute_url())
        for row in sorted(chosen.known.networks.values(), key=lambda row: row.name)
        if row.programme == chosen.programme.slug
        and not row.has_ended(chosen.on)
        and (chosen.shown_networks is None or row.pk in chosen.shown_networks)
    )
    return Answer(Cell("", chosen.programme.name, total, of), cells, chosen.on, adds_up=False)


def _lies_in(place, chosen):
    """Whether a municipality (None: unknown) lies in the places that were chosen."""
    return place is not None and (
        chosen.landsdeel in ("", place.landsdeel_id)
        and chosen.region in (None, place.region_id)
        and chosen.municipality in ("", place.code)
    )


def _member(place, split):
    if place is None:
        return None
    return {"gemeente": place.code, "regio": place.region_id, "landsdeel": place.landsdeel_id}[split]


def _members(split):
    model = {"gemeente": Municipality.objects.current(), "regio": Region.objects, "landsdeel": Landsdeel.objects}[
        split
    ]
    return [(row.pk, row.name, row.get_absolute_url()) for row in model.all()]


def overlaps(chosen, split):
    """Municipalities with schools where two or more networks of a programme work."""
    found = _coverage(chosen)
    number = Municipality.objects.current().count()
    slugs = [chosen.programme.slug] if chosen.programme else sorted(found)
    cells = tuple(
        Cell(slug, chosen.known.programmes[slug].name, len(found[slug].overlaps), number)
        for slug in slugs
        if slug in found
    )
    # A municipality where two programmes overlap is still one.
    places = set().union(*(found[slug].overlaps for slug in slugs if slug in found))
    total = Cell("", _("alle programma’s samen"), len(places), number)
    return Answer(total, cells if split else (), chosen.on, adds_up=len(cells) < 2)
