"""Who sees which figures. The rows behind them come out of `networks/rights.py`, as everywhere.

| who | figures | split to | rows of schools |
|---|---|---|---|
| programme office | all | everything | all |
| coordinators | all of the nation and of own networks | places within an own network | own schools |
| committee | open ones, and those of the networks it reads | no places | none |
| ministry | all but those about persons, of the nation | landsdeel, sector, programme, year; classes | none |
| everybody | open ones | no places, no networks | none |

Taking part is between a school, its coordinators and the office (settled decision 10). A figure of one municipality,
or of somebody else's network, could tell of one school; so those are only for who may see its rows.
"""

from dataclasses import dataclass
from functools import wraps

from django.core.exceptions import PermissionDenied
from django.utils import timezone
from django.views.decorators.cache import never_cache

from networks.models import Assignment, Network
from networks.rights import CHANGING, networks_changed_by, networks_seen_by

PLACES = frozenset({"regio", "gemeente", "fase"})
NETWORK = "netwerk"
# What the ministry may split by: large places, and classes that name nobody and no place.
OBSERVED = frozenset({"landsdeel", "sector", "programma", "schooljaar", "aantal", "intensiteit", "reden", "soort"})


@dataclass(frozen=True, slots=True)
class Viewer:
    """is_staff: sees everything. networks: keys of those whose figures are one's own. sees_rows: of own schools.

    row_networks: those of `networks` that one may change; a committee reads figures of a network, not its schools.
    is_observer: reads for the ministry and has no other role, for that would show more.
    """

    user: object = None
    is_staff: bool = False
    networks: frozenset = frozenset()
    row_networks: frozenset = frozenset()
    sees_rows: bool = False
    is_public: bool = False
    is_observer: bool = False

    @property
    def scope(self):
        """The name of what an overview may be shared by: who has the same sees the same."""
        if self.is_staff:
            return "staff"
        if self.is_observer:
            return "observer"
        return "rows" if self.sees_rows else "open"

    def may_see(self, figure):
        if self.is_observer:
            return not figure.of_persons
        return figure.is_open or self.is_staff or self.sees_rows

    def sees_places(self, network=None):
        """Whether this person may ask for small places, when `network` (its key) is chosen."""
        return self.is_staff or (self.sees_rows and network in self.row_networks)

    def dimensions(self, figure, *, network=None):
        """Dimensions of `figure` that this person may choose on, when `network` (its key) is chosen."""
        if self.is_staff:
            return figure.dimensions
        if self.is_observer:
            return tuple(name for name in figure.dimensions if name in OBSERVED)
        barred = set() if self.sees_places(network) else set(PLACES)
        if not self.networks:
            barred.add(NETWORK)
        return tuple(name for name in figure.dimensions if name not in barred)


PUBLIC = Viewer(is_public=True)


def viewer_for(user, on):
    """The Viewer of somebody who is logged in, or None for who has no assignment. At most three queries."""
    if not user.is_active:
        return None
    roles = set(Assignment.objects.on(on).filter(user=user).values_list("role", flat=True))
    if user.is_superuser or Assignment.Role.PROGRAMME_STAFF in roles:
        return Viewer(user, is_staff=True, sees_rows=True)
    if not roles:
        return None
    if roles == {Assignment.Role.OBSERVER}:
        return Viewer(user, is_observer=True)
    networks = networks_seen_by(user, on, is_staff=False)
    if (
        Assignment.Role.REGION_COORDINATOR in roles
    ):  # who coordinates a region sees its networks, but no figures of them
        networks = Network.objects.filter(
            pk__in=Assignment.objects.on(on).filter(user=user).exclude(network=None).values("network")
        )
    sees_rows = bool(roles & {*CHANGING, Assignment.Role.REGION_COORDINATOR})
    keys = [frozenset(rows.values_list("pk", flat=True)) for rows in (networks, _changed_by(user, on, roles))]
    return Viewer(user, networks=keys[0], row_networks=keys[1], sees_rows=sees_rows)


def _changed_by(user, on, roles):
    return networks_changed_by(user, on, is_staff=False) if roles & {*CHANGING} else Network.objects.none()


def figures_required(view):
    """For who has any assignment today; `request.viewer` and `request.today` say who asks and for which day."""

    @never_cache
    @wraps(view)
    def checked(request, *args, **kwargs):
        request.today = timezone.localdate()
        request.viewer = viewer_for(request.user, request.today)
        if request.viewer is None:
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return checked


def office_required(view):
    """As `figures_required`, for the programme office only."""

    @figures_required
    @wraps(view)
    def checked(request, *args, **kwargs):
        if not request.viewer.is_staff:
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return checked
