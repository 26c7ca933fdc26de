"""Who may do what, in one place (R44).

| role | sees | changes |
|---|---|---|
| coordinator, account manager, delegate | own network | own network; its offer: see `networks_published_by` |
| region coordinator | every network that works in the region, and its schools | contacts and schools of the region |
| review committee | the network it is assigned to | nothing |
| programme office | everything | everything |
| ministry | figures of the nation (`dashboards/access.py`) | nothing |

A school's stored profile and participation are for its members and its coordinators (settled decision 10).
The coordinators of a school are those of the regional networks that cover it and of its region. A national
network covers every school, so its coordinator sees only the schools that take part in it or asked it.
"""

from django.db import transaction
from django.db.models import Q

from accounts.models import User
from networks.models import Assignment, ContactRole, Network
from regions.models import Municipality, Region
from schools.models import School

CHANGING = (Assignment.Role.COORDINATOR, Assignment.Role.ACCOUNT_MANAGER, Assignment.Role.DELEGATE)

OBSERVER = Assignment.Role.OBSERVER


def is_programme_staff(user, on):
    """Whether `user` works for the programme office on the day `on`. No query for who is superuser."""
    if not user.is_authenticated or not user.is_active:
        return False
    return (
        user.is_superuser
        or Assignment.objects.on(on).filter(user=user, role=Assignment.Role.PROGRAMME_STAFF).exists()
    )


def is_coordinator(user, on):
    """Whether `user` works with networks or schools on the day `on`: any assignment but that of the ministry."""
    return (
        user.is_authenticated
        and user.is_active
        and (user.is_superuser or Assignment.objects.on(on).filter(user=user).exclude(role=OBSERVER).exists())
    )


def is_observer(user, on):
    """Whether `user` reads the figures for the ministry on the day `on`, and nothing else."""
    return (
        user.is_authenticated
        and user.is_active
        and Assignment.objects.on(on).filter(user=user, role=OBSERVER).exists()
        and not is_coordinator(user, on)
    )


def _is_staff(user, on, known):
    """`known` where the caller has asked already, so that one page asks once."""
    return is_programme_staff(user, on) if known is None else known


def networks_changed_by(user, on, *, is_staff=None):
    """Networks that `user` may change on the day `on`; none for a stranger. A queryset."""
    if _is_staff(user, on, is_staff):
        return Network.objects.all()
    if not user.is_authenticated or not user.is_active:
        return Network.objects.none()
    mine = Assignment.objects.on(on).filter(user=user, role__in=CHANGING)
    return Network.objects.filter(pk__in=mine.values("network"))


def networks_published_by(user, on, *, is_staff=None):
    """Networks whose offer `user` may publish and approve on the day `on`; who only changes one proposes.

    The coordinator; a delegate whose assignment has an end, because that one stands in for a coordinator who is
    away; and, where no coordinator is, whoever changes the network, else nothing could be approved there. A queryset.
    """
    if _is_staff(user, on, is_staff):
        return Network.objects.all()
    if not user.is_authenticated or not user.is_active:
        return Network.objects.none()
    return Network.objects.filter(pk__in=_publishing(on).filter(user=user).values("network"))


def publishers_of(network, on):
    """Active users who may publish the offer of `network` on the day `on` by an assignment. A queryset."""
    return _users(_publishing(on).filter(network=network))


def _publishing(on):
    holding = Assignment.objects.on(on).filter(role__in=CHANGING)
    coordinated = holding.filter(role=Assignment.Role.COORDINATOR, user__is_active=True).values("network")
    return holding.filter(
        Q(role=Assignment.Role.COORDINATOR)
        | Q(role=Assignment.Role.DELEGATE, until_on__isnull=False)
        | ~Q(network__in=coordinated)
    )


def networks_seen_by(user, on, *, is_staff=None):
    """Networks whose inside `user` may read on the day `on`. A queryset without doubles."""
    if _is_staff(user, on, is_staff):
        return Network.objects.all()
    if not user.is_authenticated or not user.is_active:
        return Network.objects.none()
    mine = Assignment.objects.on(on).filter(user=user)
    regions = mine.filter(role=Assignment.Role.REGION_COORDINATOR).values("region")
    return Network.objects.filter(
        Q(pk__in=mine.exclude(network=None).values("network"))
        | Q(pk__in=Network.objects.filter(area__region__in=regions).values("pk"))
    )


def schools_coordinated_by(user, on, *, is_staff=None):
    """Schools whose stored profile and members `user` may see and approve as coordinator. A queryset.

    Those in the area of the regional networks that the user may change, those of boards that are partner
    of one, and those of the regions the user coordinates.
    """
    if _is_staff(user, on, is_staff):
        return School.objects.all()
    if not user.is_authenticated or not user.is_active:
        return School.objects.none()
    networks = networks_changed_by(user, on, is_staff=False).filter(is_national=False)
    regions = Assignment.objects.on(on).filter(user=user, role=Assignment.Role.REGION_COORDINATOR).values("region")
    boards = networks.filter(partnerships__role="board").values("partnerships__organisation")
    return School.objects.filter(
        Q(municipality__in=networks.values("area"))
        | Q(municipality__in=Municipality.objects.filter(predecessors__in=networks.values("area")).values("pk"))
        | Q(board__in=boards)
        | Q(municipality__region__in=regions)
    )


def contacts_changed_by(user, on, *, is_staff=None):
    """Contacts (ContactRole) that `user` may change and confirm on the day `on`. A queryset.

    Those of networks that the user may change and of their support points, and those of the desk of a region
    that the user coordinates; all for the programme office.
    """
    if _is_staff(user, on, is_staff):
        return ContactRole.objects.all()
    if not user.is_authenticated or not user.is_active:
        return ContactRole.objects.none()
    networks = networks_changed_by(user, on, is_staff=False).values("pk")
    return ContactRole.objects.filter(
        Q(network__in=networks)
        | Q(support_point__network__in=networks)
        | Q(region__in=regions_coordinated_by(user, on, is_staff=False).values("pk"))
    )


def regions_coordinated_by(user, on, *, is_staff=None):
    """Regions of which `user` is the coordinator on the day `on`; all for the programme office. A queryset."""
    if _is_staff(user, on, is_staff):
        return Region.objects.all()
    if not user.is_authenticated or not user.is_active:
        return Region.objects.none()
    mine = Assignment.objects.on(on).filter(user=user, role=Assignment.Role.REGION_COORDINATOR)
    return Region.objects.filter(pk__in=mine.values("region"))


def coordinators_of(school, on):
    """Active users who have `school` in `schools_coordinated_by` on the day `on` by an assignment. A queryset.

    Programme staff may do the same for every school; they are asked only where this is empty: `programme_staff`.
    """
    networks = Network.objects.filter(is_national=False)
    covering = Q(partnerships__role="board", partnerships__organisation=school.board_id) if school.board_id else Q()
    region = None
    if school.municipality_id:
        # An area may still name the former municipality that went up in the school's.
        names = Municipality.objects.filter(Q(pk=school.municipality_id) | Q(successor=school.municipality_id))
        covering |= Q(area__in=names)
        region = school.municipality.region_id
    mine = Q(role__in=CHANGING, network__in=networks.filter(covering)) if covering else Q(pk=None)
    if region:
        mine |= Q(role=Assignment.Role.REGION_COORDINATOR, region=region)
    return _users(Assignment.objects.on(on).filter(mine))


def programme_staff(on):
    """Active users who may do everything on the day `on`. A queryset."""
    return _users(Assignment.objects.on(on).filter(role=Assignment.Role.PROGRAMME_STAFF), Q(is_superuser=True))


def _users(assignments, others=None):
    chosen = Q(pk__in=assignments.values("user"))
    return User.objects.filter(chosen | others if others else chosen, is_active=True).order_by("pk")


@transaction.atomic
def grant(*, user, role, by, network=None, region=None, from_on=None, until_on=None):
    """Give `user` a role and oblige a second factor; returns the Assignment. The same twice gives the first.

    Raises IntegrityError when the scope does not fit the role.
    """
    assignment, _created = Assignment.objects.get_or_create(
        user=user,
        role=role,
        network=network,
        region=region,
        until_on=until_on,
        defaults={"from_on": from_on, "granted_by": by},
    )
    user.require_second_step()
    return assignment
