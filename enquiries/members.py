"""Who decides about the members of a school, and who is told.

The verbs stand in `schools.membership`; coordinators are known in `networks.rights`. Here both meet.

| what | who |
|---|---|
| see the pages of a school | its members, its coordinators, the programme office |
| approve or refuse who asks for a school | its coordinators, the programme office; nobody for oneself |
| approve or refuse who asks for a board | the programme office |
| take a member off, change a role | leaders and board of the school, its coordinators, the programme office |
| leave, choose another role than leader | each member |
| invite | each member, its coordinators; as leader only who may change a role, or each while there is no leader |
"""

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from loket.vocabulary import SchoolRole
from networks.rights import coordinators_of, is_programme_staff, programme_staff, schools_coordinated_by
from schools.letters import of_what, send_letter
from schools.membership import SCHOOL_ROLES, claim, claim_board, has_leader
from schools.models import Membership, School
from schools.my_pages import approvals_url


# --- who may -------------------------------------------------------------------------------------
def is_member(user, school):
    """Whether `user` speaks for `school` now, directly, through a board or through a school that went up in it."""
    return School.objects.for_member(user).filter(pk=school.pk).exists()


def is_coordinator_of(user, school, on):
    """Whether `user` may see and approve for `school` without being a member; the programme office too."""
    return schools_coordinated_by(user, on).filter(pk=school.pk).exists()


def manages(user, school, on):
    """Whether `user` may take members of `school` off the list and change their roles on the day `on`."""
    leading = Membership.objects.active().of_school(school).filter(user=user)
    return leading.filter(role__in=[SchoolRole.LEADER, SchoolRole.BOARD]).exists() or is_coordinator_of(
        user, school, on
    )


def roles_to_give(user, school, on):
    """The roles to which `user` may invite for `school`."""
    if not has_leader(school) or manages(user, school, on):
        return SCHOOL_ROLES
    return [role for role in SCHOOL_ROLES if role != SchoolRole.LEADER]


def claims_for(user, on, *, pending=True):
    """Memberships that wait for `user` to approve or refuse them on the day `on`; never one's own. A queryset.

    pending: False gives those that were decided, of the same schools.
    """
    waiting = Membership.objects.pending()
    claims = waiting if pending else Membership.objects.exclude(pk__in=waiting.values("pk"))
    claims = claims.exclude(user=user.pk).filter(user__is_active=True)
    if is_programme_staff(user, on):
        return claims
    return claims.filter(school__in=schools_coordinated_by(user, on).order_by().values("pk"))


def way_of(user, on):
    """What an approval by `user` rests on."""
    return Membership.Way.STAFF if is_programme_staff(user, on) else Membership.Way.COORDINATOR


def approvers_of(school, on, *, but=None):
    """Who is asked to approve for `school`: its coordinators, else the programme office. A list of User.

    but: somebody who may not, because it is about them.
    """
    others = Q() if but is None else ~Q(pk=but.pk)
    return list(coordinators_of(school, on).filter(others)) or list(programme_staff(on).filter(others))


# --- asking --------------------------------------------------------------------------------------
@transaction.atomic
def ask_for_school(*, user, school, role, now, explanation=""):
    """As `schools.membership.claim`; when somebody has to look, those get a mail. Returns the Membership."""
    membership = claim(user=user, school=school, role=role, now=now, explanation=explanation)
    if membership.is_pending:
        _tell(membership, approvers_of(school, timezone.localdate(now), but=user))
    return membership


@transaction.atomic
def ask_for_board(*, user, board, now, explanation=""):
    """As `schools.membership.claim_board`; the programme office gets a mail. Returns the Membership."""
    membership = claim_board(user=user, board=board, now=now, explanation=explanation)
    if membership.is_pending:
        _tell(membership, programme_staff(timezone.localdate(now)).exclude(pk=user.pk))
    return membership


def _tell(membership, people):
    for person in people:
        send_letter(
            key=f"membership-{membership.pk}-asked-{person.pk}",
            kind="membership",
            to=person.email,
            subject=_("Mag deze persoon erbij? %(name)s") % {"name": of_what(membership)},
            paragraphs=[
                _("%(person)s (%(email)s) vraagt toegang tot %(name)s, als %(role)s.")
                % {
                    "person": membership.user,
                    "email": membership.user.email,
                    "name": of_what(membership),
                    "role": membership.get_role_display(),
                },
                _("Het ging niet vanzelf, want %(doubt)s.") % {"doubt": membership.get_doubt_display()},
                _("Kent u deze persoon niet? Bel dan eerst de school."),
            ],
            quote=membership.explanation,
            url=approvals_url(absolute=True),
            label=_("Keur goed of wijs af"),
        )
