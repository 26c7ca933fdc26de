"""Who speaks for a school: asking, approving, inviting, leaving.

These are the verbs; who may use them on whose behalf is decided by `enquiries.members`, because coordinators are
of a later room. Each verb locks what it decides on, so that two people at once, a second press of the button and
a page of yesterday all end in one result.
"""

from datetime import timedelta

from allauth.account.models import EmailAddress
from django.db import transaction
from django.db.models import Q

from accounts.models import User
from loket.vocabulary import SchoolRole
from regions.models import Organisation
from schools import letters
from schools.domains import domain_of, domain_of_email, is_for_everybody, is_own, is_within
from schools.models import Invitation, Membership, School

MOST_OPEN_CLAIMS = 5  # of one person
MOST_CLAIMS_A_DAY = 10  # of one person, refused and withdrawn ones included
INVITATION_LASTS = timedelta(days=14)
MOST_INVITATIONS_A_DAY = 20  # of one school
SCHOOL_ROLES = [role for role in SchoolRole if role != SchoolRole.BOARD]


class MembershipError(Exception):
    """Something that cannot be done now; the pages have a sentence for each kind."""


class TooManyError(MembershipError):
    """More claims or invitations than a person needs."""


class SchoolClosedError(MembershipError):
    """The school is closed; its successor may be the one."""


class AlreadyDecidedError(MembershipError):
    """Somebody approved, refused or ended it meanwhile."""


class AlreadyMemberError(MembershipError):
    """The invited address is of a member."""


class WrongAddressError(MembershipError):
    """Who is logged in has not verified the invited address."""


class InvitationGoneError(MembershipError):
    """The invitation was used, withdrawn or has expired; `state` says which."""

    def __init__(self, state):
        super().__init__(state)
        self.state = state


# --- asking --------------------------------------------------------------------------------------
def verified_addresses(user):
    """The e-mail addresses of which `user` proved that they are theirs, in lower case. One query."""
    found = EmailAddress.objects.filter(user=user, verified=True).order_by("-primary", "pk")
    return [email.lower() for email in found.values_list("email", flat=True)]


def doubt_about(*, user, school, role):
    """Why somebody has to look before `user` may speak for `school`: a Membership.Doubt, or None.

    At most four queries; one of them reads the websites of all schools (20 ms).
    """
    addresses = [domain_of_email(email) for email in verified_addresses(user)]
    domain = domain_of(school.website)
    if not addresses:
        return Membership.Doubt.UNVERIFIED
    if not domain:
        return Membership.Doubt.NO_WEBSITE
    if all(is_for_everybody(address) for address in addresses):
        return Membership.Doubt.MAIL_FOR_ALL
    fitting = [address for address in addresses if is_within(address, domain)]
    if not fitting:
        return Membership.Doubt.OTHER_DOMAIN
    others = domains_of_others(school)
    if not any(is_own(address, domain, others) for address in fitting):
        return Membership.Doubt.SHARED_DOMAIN
    if role == SchoolRole.LEADER and has_leader(school):
        return Membership.Doubt.LEADER
    return None


def domains_of_others(school):
    """Domains of open schools of other institutions, boards that have one, and other organisations. Two queries."""
    schools = School.objects.open().exclude(institution=school.institution_id)
    organisations = Organisation.objects.filter(
        ~Q(kind=Organisation.Kind.BOARD) | Q(pk__in=schools.exclude(board=None).values("board"))
    )
    websites = [
        *schools.exclude(website="").order_by().values_list("website", flat=True).distinct(),
        *organisations.exclude(website="").order_by().values_list("website", flat=True),
    ]
    return {domain_of(website) for website in websites} - {""}


def has_leader(school):
    return Membership.objects.active().filter(school=school, role=SchoolRole.LEADER).exists()


@transaction.atomic
def claim(*, user, school, role, now, explanation=""):
    """`user` asks to speak for `school`; returns the Membership.

    Approved at once when the address can only be of this school, else pending with its doubt. Who is a member
    already, or asked already, gets that one back and nothing happens.
    Raises SchoolClosedError or TooManyError.
    """
    if role == SchoolRole.BOARD:
        raise ValueError("The board role is for boards: see claim_board.")
    _lock(user)
    existing = Membership.objects.current().filter(user=user, school=school).first()
    if existing:
        return existing
    if school.closed_on:
        raise SchoolClosedError
    _limit_claims(user, now)
    doubt = doubt_about(user=user, school=school, role=role)
    membership = Membership.objects.create(
        user=user,
        school=school,
        role=role,
        asked_at=now,
        explanation=explanation,
        doubt=doubt or "",
        way="" if doubt else Membership.Way.DOMAIN,
        approved_at=None if doubt else now,
    )
    if not doubt:
        letters.approved(membership)
        for leader in _leaders(school).exclude(pk=user.pk):
            letters.joined(membership, leader)
    return membership


@transaction.atomic
def claim_board(*, user, board, now, explanation=""):
    """`user` asks to speak for all schools of `board`; returns the Membership, always pending at first.

    Twice gives back the first. Raises TooManyError, or ValueError when `board` is no board.
    """
    if board.kind != Organisation.Kind.BOARD:
        raise ValueError(f"{board} is not a board.")
    _lock(user)
    existing = Membership.objects.current().filter(user=user, board=board).first()
    if existing:
        return existing
    _limit_claims(user, now)
    return Membership.objects.create(
        user=user,
        board=board,
        role=SchoolRole.BOARD,
        asked_at=now,
        explanation=explanation,
        doubt=Membership.Doubt.BOARD,
    )


def _lock(user):
    """One after the other: two claims of one person at once would both find room."""
    User.objects.select_for_update(no_key=True).get(pk=user.pk)


def _limit_claims(user, now):
    mine = Membership.objects.filter(user=user)
    if mine.pending().count() >= MOST_OPEN_CLAIMS:
        raise TooManyError
    if mine.filter(asked_at__gt=now - timedelta(days=1)).count() >= MOST_CLAIMS_A_DAY:
        raise TooManyError


def _leaders(school):
    of_leaders = Membership.objects.active().filter(school=school, role=SchoolRole.LEADER)
    return User.objects.filter(is_active=True, pk__in=of_leaders.values("user"))


# --- deciding ------------------------------------------------------------------------------------
def _locked(membership):
    return (
        Membership.objects.select_for_update(of=("self",), no_key=True)
        .select_related("user", "school", "board")
        .get(pk=membership.pk)
    )


@transaction.atomic
def approve(*, membership, by, way, now):
    """Let somebody in; returns the Membership. Raises AlreadyDecidedError when it is no longer pending.

    Raises ValueError for a board that is not approved by the programme office.
    """
    membership = _locked(membership)
    if membership.board_id and way != Membership.Way.STAFF:
        raise ValueError("Only the programme office approves a board.")
    if not membership.is_pending:
        raise AlreadyDecidedError
    membership.approved_at, membership.approved_by, membership.way = now, by, way
    membership.save(update_fields=["approved_at", "approved_by", "way"])
    letters.approved(membership)
    return membership


@transaction.atomic
def refuse(*, membership, by, reason, now):
    """Do not let somebody in, and say why: `reason` is what the person reads. Raises AlreadyDecidedError."""
    membership = _locked(membership)
    if not membership.is_pending:
        raise AlreadyDecidedError
    membership.refused_at, membership.refused_by, membership.refusal = now, by, reason
    membership.save(update_fields=["refused_at", "refused_by", "refusal"])
    letters.refused(membership)
    return membership


@transaction.atomic
def end(*, membership, by, now):
    """Somebody leaves, is taken off the list, or takes back what was asked; returns the Membership.

    Invitations that the person sent for the school and that nobody used go with it. Ended already: nothing
    happens.
    """
    membership = _locked(membership)
    if membership.ended_at or membership.refused_at:
        return membership
    was_active = membership.is_active
    last = was_active and is_last(membership)
    membership.ended_at, membership.ended_by = now, by
    membership.save(update_fields=["ended_at", "ended_by"])
    if membership.school_id:
        for invitation in Invitation.objects.open().filter(school=membership.school_id, invited_by=membership.user):
            invitation.withdrawn_at = now
            invitation.save(update_fields=["withdrawn_at"])
    if was_active and by != membership.user:
        letters.ended(membership, is_last=last)
    return membership


def is_last(membership):
    """Whether nobody else speaks for the same school (its board left aside) or board."""
    same = {"school": membership.school_id} if membership.school_id else {"board": membership.board_id}
    return not Membership.objects.active().filter(**same).exclude(pk=membership.pk).exists()


@transaction.atomic
def change_role(*, membership, role, by, now):
    """Give a member of a school another role; returns the Membership. Raises AlreadyDecidedError for who left.

    now: when, for a call that reads like the others; the audit log keeps its own moment.
    """
    if role == SchoolRole.BOARD or membership.board_id:
        raise ValueError("The board role is for boards, and they have no other.")
    membership = _locked(membership)
    if not membership.is_active:
        raise AlreadyDecidedError
    if membership.role != role:
        membership.role = role
        membership.save(update_fields=["role"])
        if by != membership.user:
            letters.role_changed(membership, now)
    return membership


# --- inviting ------------------------------------------------------------------------------------
@transaction.atomic
def invite(*, school, email, role, by, now):
    """Ask a colleague at `email` to join; returns the Invitation, valid for INVITATION_LASTS.

    A second time while the first is valid gives that one back, without a mail; after that a new one.
    Raises AlreadyMemberError, SchoolClosedError or TooManyError.
    """
    if role == SchoolRole.BOARD:
        raise ValueError("Nobody is invited to the board role.")
    if school.closed_on:
        raise SchoolClosedError
    School.objects.select_for_update(no_key=True).get(pk=school.pk)
    email = email.strip()
    members = User.objects.filter(memberships__in=Membership.objects.active().filter(school=school))
    verified = EmailAddress.objects.filter(email__iexact=email, verified=True).values("user")
    if members.filter(Q(email__iexact=email) | Q(pk__in=verified)).exists():
        raise AlreadyMemberError
    earlier = Invitation.objects.open().filter(school=school, email__iexact=email).first()
    if earlier and earlier.expires_at > now:
        return earlier
    if (
        Invitation.objects.filter(school=school, invited_at__gt=now - timedelta(days=1)).count()
        >= MOST_INVITATIONS_A_DAY
    ):
        raise TooManyError
    if earlier:
        earlier.withdrawn_at = now
        earlier.save(update_fields=["withdrawn_at"])
    invitation = Invitation.objects.create(
        school=school, email=email, role=role, invited_by=by, invited_at=now, expires_at=now + INVITATION_LASTS
    )
    letters.invited(invitation)
    return invitation


def state_of(invitation, now):
    """Where an invitation stands: "open", "accepted", "withdrawn" or "expired"."""
    if invitation.accepted_at:
        return "accepted"
    if invitation.withdrawn_at:
        return "withdrawn"
    return "open" if invitation.expires_at > now else "expired"


def is_for(invitation, user):
    """Whether `user` proved that the invited address is theirs. One query."""
    return EmailAddress.objects.filter(user=user, verified=True, email__iexact=invitation.email).exists()


@transaction.atomic
def accept(*, invitation, user, now):
    """Join by an invitation; returns the Membership. What the person had asked before is approved by it.

    Raises InvitationGoneError, WrongAddressError or SchoolClosedError.
    """
    _lock(user)
    invitation = Invitation.objects.select_for_update(of=("self",)).select_related("school").get(pk=invitation.pk)
    state = state_of(invitation, now)
    if state != "open":
        raise InvitationGoneError(state)
    if not is_for(invitation, user):
        raise WrongAddressError
    if invitation.school.closed_on:
        raise SchoolClosedError
    invitation.accepted_at = now
    invitation.save(update_fields=["accepted_at"])
    membership = Membership.objects.current().filter(user=user, school=invitation.school).first()
    if membership and membership.is_active:
        return membership
    membership = membership or Membership(user=user, school=invitation.school, asked_at=now)
    membership.role, membership.way = invitation.role, Membership.Way.INVITATION
    membership.approved_at, membership.approved_by = now, invitation.invited_by
    membership.save()
    return membership


@transaction.atomic
def withdraw_invitation(*, invitation, now):
    """Take an invitation back. Raises InvitationGoneError when it was used meanwhile; twice is no matter."""
    invitation = Invitation.objects.select_for_update(of=("self",)).get(pk=invitation.pk)
    if invitation.accepted_at:
        raise InvitationGoneError("accepted")
    if not invitation.withdrawn_at:
        invitation.withdrawn_at = now
        invitation.save(update_fields=["withdrawn_at"])
    return invitation


def forget_invitations(before):
    """Delete invitations that were accepted, withdrawn or expired before the moment `before`; returns how many."""
    gone = Q(accepted_at__lt=before) | Q(withdrawn_at__lt=before) | Q(expires_at__lt=before)
    return Invitation.objects.filter(gone).delete()[0]
