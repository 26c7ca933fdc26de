"""Whose registrations and participations somebody may see and change (R44). `networks.rights` knows the roles.

Members, also of its board: all of their school and of the schools that went up in it; they change registrations,
and the numbers of what happened. The coordinator of a network: what is registered there, and all of the schools
it coordinates; they change the same, and take attendance. A region coordinator: all of the schools in the region,
and registrations on their behalf. The review committee reads what is registered with its network. The programme
office: all.
"""

from dataclasses import dataclass
from functools import cached_property

from django.db.models import Q

from activities.models import Participation
from enquiries.models.signing_up import Registration
from networks.rights import is_programme_staff, networks_changed_by, networks_seen_by, schools_coordinated_by
from schools.models import School


@dataclass(frozen=True, slots=True)
class Rights:
    """What somebody may do with one registration or participation, as one of the school or as its coordinator."""

    is_member: bool
    is_coordinator: bool  # of the network that carries it; may confirm, and take attendance
    on_behalf: bool  # coordinates the school

    @property
    def may_change(self):
        return self.is_member or self.is_coordinator or self.on_behalf


class Access:
    """What one person may see and do on one day. Each question to the database is asked once."""

    def __init__(self, user, on):
        self.user, self.on = user, on

    @cached_property
    def is_staff(self):
        return is_programme_staff(self.user, self.on)

    @cached_property
    def schools(self):
        """Keys of the schools for which the person speaks now, and of those that went up in them.

        A query, and one for each generation of predecessors.
        """
        found = set(School.objects.for_member(self.user).order_by().values_list("pk", flat=True))
        newest = found
        while newest:
            newest = set(School.objects.filter(successor__in=newest).order_by().values_list("pk", flat=True)) - found
            found = found | newest
        return found

    @property
    def networks_changed(self):
        return networks_changed_by(self.user, self.on, is_staff=self.is_staff)

    @property
    def networks_seen(self):
        return networks_seen_by(self.user, self.on, is_staff=self.is_staff)

    @property
    def schools_coordinated(self):
        return schools_coordinated_by(self.user, self.on, is_staff=self.is_staff)

    def registrations(self):
        """Registrations that the person may read. A queryset without doubles."""
        if self.is_staff:
            return Registration.objects.all()
        networks = self.networks_seen.values("pk")
        return Registration.objects.filter(
            Q(school__in=self.schools)
            | Q(network__in=networks)
            | Q(occurrence__activity__network__in=networks)
            | Q(school__in=self.schools_coordinated.values("pk"))
        )

    def participations(self):
        """Participations that the person may read. A queryset without doubles."""
        if self.is_staff:
            return Participation.objects.all()
        return Participation.objects.filter(
            Q(school__in=self.schools)
            | Q(network__in=self.networks_seen.values("pk"))
            | Q(school__in=self.schools_coordinated.values("pk"))
        )

    def rights_over(self, row, network):
        """The Rights over a row with a school, carried by `network` (None: by the office)."""
        is_member = row.school_id in self.schools
        is_coordinator = self.carries(network)
        on_behalf = (
            not is_member and not is_coordinator and self.schools_coordinated.filter(pk=row.school_id).exists()
        )
        return Rights(is_member, is_coordinator, on_behalf)

    def carries(self, network):
        """Whether the person answers for `network`; without a network the office does."""
        if network is None or self.is_staff:
            return self.is_staff
        return self.networks_changed.filter(pk=network.pk).exists()

    def may_register(self, school, network):
        """Whether the person may sign `school` up with `network`: a member, its coordinator, or the network's."""
        return (
            School.objects.for_member(self.user).filter(pk=school.pk).exists()
            or self.carries(network)
            or self.schools_coordinated.filter(pk=school.pk).exists()
        )


def registrations_seen_by(user, on):
    """`Access.registrations`, for who asks nothing else."""
    return Access(user, on).registrations()


def participations_seen_by(user, on):
    """`Access.participations`, for who asks nothing else."""
    return Access(user, on).participations()
