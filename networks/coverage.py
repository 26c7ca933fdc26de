"""Which schools a programme reaches through its networks, and where it has none (R27, R28)."""

from collections import Counter
from dataclasses import dataclass, field

from django.db.models import Count

from loket.vocabulary import Availability
from networks.directory import directory
from schools.models import School


@dataclass(slots=True)
class Coverage:
    """How far the networks of one programme reach. Covered is not yet taking part.

    schools: open schools with a sector of the programme, those without a municipality included.
    covered: those of them in the area of a network, or whose board is a partner of one.
    white_spots: municipality code -> such schools there that no network covers.
    overlaps: municipality code -> networks that work there, two or more; only where there are such schools.
    """

    schools: int = 0
    covered: int = 0
    white_spots: Counter = field(default_factory=Counter)
    overlaps: dict[str, int] = field(default_factory=dict)

    @property
    def share(self):
        """Covered schools as a part of all, 0..1; None where no school has a sector of the programme."""
        return self.covered / self.schools if self.schools else None


def coverage(on, known=None):
    """Programme slug -> Coverage on day `on`, for programmes that are there per region or have a network.

    known: a Directory that the caller has already. One query, whatever the number of schools, networks
    and programmes: the database counts schools by municipality, board and sectors, and who works where
    comes from the directory, so these figures and the loket page follow one rule.
    """
    known = known or directory()
    working = {network.programme for network in known.networks.values() if not network.has_ended(on)}
    programmes = [
        programme
        for programme in known.programmes.values()
        if programme.availability == Availability.PER_REGIO or programme.slug in working
    ]
    found = {programme.slug: Coverage() for programme in programmes}
    by_area, by_area_or_board = {}, {}
    for (municipality, board, sectors), schools in open_schools(known).items():
        if municipality not in by_area:
            by_area[municipality] = _networks_per_programme(known.networks_for(municipality, None, on))
        here = by_area[municipality]
        if board is None:
            covering = here
        else:
            if (municipality, board) not in by_area_or_board:
                networks = known.networks_for(municipality, board, on)
                by_area_or_board[municipality, board] = _networks_per_programme(networks)
            covering = by_area_or_board[municipality, board]
        for programme in programmes:
            if programme.sectors.isdisjoint(sectors):
                continue
            result = found[programme.slug]
            result.schools += schools
            if covering[programme.slug]:
                result.covered += schools
            elif municipality:
                result.white_spots[municipality] += schools
            if municipality and here[programme.slug] > 1:
                result.overlaps[municipality] = here[programme.slug]
    return found


def open_schools(known):
    """(municipality, board, sectors) -> open schools. One query.

    Board is None where the municipality alone decides, which is mostly.
    """
    found = Counter()
    rows = School.objects.open().order_by().values_list("municipality_id", "board_id", "sectors")
    for municipality, board, sectors, schools in rows.annotate(Count("pk")):
        found[municipality, board if known.networks_of_board(board) else None, tuple(sectors)] += schools
    return found


def _networks_per_programme(networks):
    return Counter(network.programme for network in networks)
