"""Where a network works, and what another area would change for whom (R27, R28).

`plan` reads and changes nothing, so a page can say everything before it saves; `change_area` saves.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import Count

from networks.directory import directory
from networks.models import Network
from regions.models import Municipality
from schools.models import School


@dataclass(frozen=True, slots=True)
class Place:
    """A municipality, and how many schools of the programme's sectors there the change is about."""

    code: str
    name: str
    school_count: int


@dataclass(frozen=True, slots=True)
class Overlap:
    """Another network of the programme that works in municipalities which this network gets as well."""

    network: object  # NetworkFacts
    places: tuple[Place, ...]

    @property
    def school_count(self):
        return sum(place.school_count for place in self.places)


@dataclass(kw_only=True)
class AreaPlan:
    """What changes when `network` works in `codes`, or in the whole country.

    gained, lost: municipalities with schools that the network comes to cover, or covers no more; schools whose
    board is a partner stay covered and are left out. white_spots: those of `lost` in which no network of the
    programme is left. overlaps: of `added`, with the network that works there already.
    """

    network: Network
    is_national: bool
    codes: frozenset
    before: frozenset
    was_national: bool
    added: list = field(default_factory=list)  # names
    removed: list = field(default_factory=list)
    gained: list = field(default_factory=list)
    lost: list = field(default_factory=list)
    white_spots: list = field(default_factory=list)
    overlaps: list = field(default_factory=list)

    @property
    def is_change(self):
        return self.is_national != self.was_national or (not self.is_national and self.codes != self.before)

    @property
    def gained_count(self):
        return sum(place.school_count for place in self.gained)

    @property
    def lost_count(self):
        return sum(place.school_count for place in self.lost)

    @property
    def white_spot_count(self):
        return sum(place.school_count for place in self.white_spots)

    @property
    def covers_nothing(self):
        return not self.is_national and not self.codes

    @property
    def lost_codes(self):
        return [place.code for place in self.lost]


def area_of(network, known=None):
    """CBS codes of the municipalities of today in which `network` itself works; a frozenset, empty when national."""
    known = known or directory()
    return frozenset(known.area_of(known.networks[network.pk]))


def plan(*, network, codes, is_national, on, known=None):
    """The AreaPlan for `network` (with its programme). codes: of municipalities of today. Two queries."""
    known = known or directory()
    names = dict(Municipality.objects.current().values_list("code", "name"))
    before, was_national = area_of(network, known), network.is_national
    after = frozenset(codes) & names.keys() if not is_national else frozenset()
    worked = frozenset(names) if was_national else before
    works = frozenset(names) if is_national else after
    added, removed = works - worked, worked - works
    result = AreaPlan(
        network=network,
        is_national=is_national,
        codes=after,
        before=before,
        was_national=was_national,
        added=sorted(names[code] for code in added),
        removed=sorted(names[code] for code in removed if code in names),
    )
    gained, lost, white = Counter(), Counter(), Counter()
    shared = defaultdict(Counter)
    for code, board, schools in _schools(network.programme, added | removed):
        if network.pk in known.networks_of_board(board):
            continue  # covered by its board, before and after
        others = [
            other
            for other in known.networks_for(code, board, on)
            if other.programme == network.programme.slug and other.pk != network.pk
        ]
        if code in added:
            gained[code] += schools
            for other in others:
                if known.works_in(other, code):
                    shared[other.pk][code] += schools
        else:
            lost[code] += schools
            if not others:
                white[code] += schools

    def places(counter):
        return tuple(sorted((Place(code, names[code], counter[code]) for code in counter), key=lambda p: p.name))

    result.gained, result.lost, result.white_spots = places(gained), places(lost), places(white)
    found = [Overlap(known.networks[pk], places(counter)) for pk, counter in shared.items()]
    result.overlaps = sorted(found, key=lambda overlap: (-overlap.school_count, overlap.network.name))
    return result


def _schools(programme, codes):
    """(municipality code, board pk, how many) of open schools with a sector of `programme` in `codes`."""
    rows = School.objects.open().filter(sectors__overlap=list(programme.sectors), municipality__in=codes)
    return rows.order_by().values_list("municipality_id", "board_id").annotate(Count("pk"))


@transaction.atomic
def change_area(*, network, codes, is_national, now):
    """Let `network` work in `codes`, or in the whole country; returns it. Nothing else of it changes.

    A former municipality in the area becomes that of today.
    """
    network = Network.objects.select_for_update(of=("self",)).get(pk=network.pk)
    network.area.set([] if is_national else Municipality.objects.current().filter(pk__in=codes))
    network.is_national, network.edited_at = is_national, now
    network.save(update_fields=["is_national", "edited_at"])
    return network


def fewest_words(codes):
    """The area `codes` in few words: whole landsdelen and regions, then the municipalities that are left. A query."""
    rows = Municipality.objects.current().values_list("code", "name", "region__name", "landsdeel__name")
    wanted, words = set(codes), []
    rows = list(rows.order_by("name"))
    for kind in (3, 2):  # a landsdeel before the regions in it
        members = defaultdict(set)
        for row in rows:
            members[row[kind]].add(row[0])
        for name in sorted(members.keys() - {None}):
            if members[name] <= wanted:
                words.append(name)
                wanted -= members[name]
    return [*words, *(name for code, name, _region, _landsdeel in rows if code in wanted)]
