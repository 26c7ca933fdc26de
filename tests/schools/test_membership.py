"""Asking for a school, deciding, inviting and leaving: what ends in what, and who gets a mail."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from allauth.account.models import EmailAddress
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from accounts.models import Message
from loket.vocabulary import SchoolRole
from regions.models import Organisation
from schools import membership as verbs
from schools.membership import (
    AlreadyDecidedError,
    AlreadyMemberError,
    InvitationGoneError,
    SchoolClosedError,
    TooManyError,
    WrongAddressError,
    accept,
    approve,
    change_role,
    claim,
    claim_board,
    doubt_about,
    end,
    forget_invitations,
    invite,
    refuse,
    state_of,
    withdraw_invitation,
)
from schools.models import Invitation, Membership, School
from schools.tasks import forget_old_invitations
from tests.accounts.factories import UserFactory
from tests.schools.factories import BoardFactory, InstitutionFactory, MembershipFactory, SchoolFactory

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)
TEACHER, LEADER = SchoolRole.TEACHER, SchoolRole.LEADER
Doubt, Way = Membership.Doubt, Membership.Way


@pytest.fixture
def school(db):
    return SchoolFactory(website="https://www.regenboog.nl/contact")


@pytest.fixture
def colleague(db):
    return UserFactory(email="a.smit@regenboog.nl")


def mails(kind="membership"):
    return sorted(Message.objects.filter(kind=kind).values_list("to", "subject"))


# --- asking --------------------------------------------------------------------------------------
def test_an_address_of_the_school_lets_in_at_once(school, colleague):
    membership = claim(user=colleague, school=school, role=TEACHER, now=NOW)

    assert (membership.is_active, membership.way, membership.doubt) == (True, Way.DOMAIN, "")
    assert mails() == [("a.smit@regenboog.nl", f"U bent lid van {school.name}")]


def test_a_subdomain_of_the_school_counts(school):
    user = UserFactory(email="a@mail.regenboog.nl")

    assert doubt_about(user=user, school=school, role=TEACHER) is None


@pytest.mark.parametrize(
    ("email", "website", "doubt"),
    [
        ("a@gmail.com", "www.regenboog.nl", Doubt.MAIL_FOR_ALL),
        ("a@elders.nl", "www.regenboog.nl", Doubt.OTHER_DOMAIN),
        ("a@nepregenboog.nl", "www.regenboog.nl", Doubt.OTHER_DOMAIN),
        ("a@regenboog.nl", "", Doubt.NO_WEBSITE),
        ("a@regenboog.nl", "volgt nog", Doubt.NO_WEBSITE),
        ("a@gmail.com", "gmail.com", Doubt.MAIL_FOR_ALL),
    ],
)
def test_another_address_has_to_wait(db, email, website, doubt):
    membership = claim(user=UserFactory(email=email), school=SchoolFactory(website=website), role=TEACHER, now=NOW)

    assert (membership.is_pending, membership.doubt) == (True, doubt)
    assert mails() == []  # who decides is told by a higher room


def test_an_address_that_was_not_proven_counts_for_nothing(school):
    user = UserFactory(email="a@regenboog.nl", address=False)
    EmailAddress.objects.create(user=user, email="a@regenboog.nl", verified=False)

    assert doubt_about(user=user, school=school, role=TEACHER) == Doubt.UNVERIFIED


def test_a_second_proven_address_counts_too(school):
    user = UserFactory(email="thuis@gmail.com")
    EmailAddress.objects.create(user=user, email="A.Smit@Regenboog.nl", verified=True)

    assert doubt_about(user=user, school=school, role=TEACHER) is None


@pytest.mark.parametrize("website", ["regenboog.nl/andere", "noord.regenboog.nl", "https://REGENBOOG.nl"])
def test_a_domain_of_two_institutions_is_of_neither(school, colleague, website):
    SchoolFactory(code="99XX00", website=website)

    assert doubt_about(user=colleague, school=school, role=TEACHER) == Doubt.SHARED_DOMAIN


def test_schools_of_one_institution_share_their_domain(db):
    institution = InstitutionFactory(brin="12AB")
    schools = [SchoolFactory(code=f"12AB0{n}", institution=institution, website="www.college.nl") for n in range(2)]

    assert doubt_about(user=UserFactory(email="a@college.nl"), school=schools[1], role=TEACHER) is None


def test_a_closed_school_shares_nothing(school, colleague):
    SchoolFactory(code="99XX00", website="regenboog.nl", closed_on=NOW.date())

    assert doubt_about(user=colleague, school=school, role=TEACHER) is None


def test_the_domain_of_a_board_with_more_institutions_is_of_no_school(school, colleague):
    board = BoardFactory(website="www.regenboog.nl")
    school.board = board
    school.save()

    assert doubt_about(user=colleague, school=school, role=TEACHER) is None

    SchoolFactory(code="99XX00", board=board)

    assert doubt_about(user=colleague, school=school, role=TEACHER) == Doubt.SHARED_DOMAIN


def test_the_domain_of_a_company_is_of_no_school(school, colleague):
    Organisation.objects.create(kind="company", slug="bedrijf", name="Bedrijf", website="www.regenboog.nl")

    assert doubt_about(user=colleague, school=school, role=TEACHER) == Doubt.SHARED_DOMAIN


def test_a_second_leader_is_looked_at(school, colleague):
    claim(user=colleague, school=school, role=LEADER, now=NOW)
    other = UserFactory(email="b@regenboog.nl")

    membership = claim(user=other, school=school, role=LEADER, now=NOW)

    assert (membership.is_pending, membership.doubt) == (True, Doubt.LEADER)


def test_the_leader_hears_of_who_came_in_by_domain(school, colleague):
    leader = MembershipFactory(school=school, role=LEADER).user

    claim(user=colleague, school=school, role=TEACHER, now=NOW)

    assert (leader.email, f"Nieuw lid van {school.name}") in mails()


def test_asking_twice_is_asking_once(school, colleague):
    first = claim(user=colleague, school=school, role=TEACHER, now=NOW)

    assert claim(user=colleague, school=school, role=LEADER, now=NOW) == first
    assert len(mails()) == 1


def test_a_closed_school_takes_nobody(colleague):
    with pytest.raises(SchoolClosedError):
        claim(user=colleague, school=SchoolFactory(closed_on=NOW.date()), role=TEACHER, now=NOW)


def test_the_board_role_is_not_for_a_school(school, colleague):
    with pytest.raises(ValueError, match="claim_board"):
        claim(user=colleague, school=school, role=SchoolRole.BOARD, now=NOW)


def test_five_claims_wait_at_most(db):
    user = UserFactory()
    for _number in range(5):
        claim(user=user, school=SchoolFactory(), role=TEACHER, now=NOW)

    with pytest.raises(TooManyError):
        claim(user=user, school=SchoolFactory(), role=TEACHER, now=NOW)
    with pytest.raises(TooManyError):
        claim_board(user=user, board=BoardFactory(), now=NOW)


def test_ten_claims_a_day_at_most_also_when_each_is_taken_back(db):
    user, school = UserFactory(), SchoolFactory()
    for _number in range(10):
        end(membership=claim(user=user, school=school, role=TEACHER, now=NOW), by=user, now=NOW)

    with pytest.raises(TooManyError):
        claim(user=user, school=school, role=TEACHER, now=NOW + DAY / 2)
    assert claim(user=user, school=school, role=TEACHER, now=NOW + DAY).is_pending


def test_a_board_always_waits(db):
    board = BoardFactory(website="www.bestuur.nl")

    membership = claim_board(user=UserFactory(email="a@bestuur.nl"), board=board, now=NOW)

    assert (membership.is_pending, membership.doubt, membership.role) == (True, Doubt.BOARD, SchoolRole.BOARD)
    assert claim_board(user=membership.user, board=board, now=NOW) == membership


def test_what_is_no_board_has_no_members(db):
    company = Organisation.objects.create(kind="company", slug="bedrijf", name="Bedrijf")

    with pytest.raises(ValueError, match="is not a board"):
        claim_board(user=UserFactory(), board=company, now=NOW)


class TestDomainRule(TestCase):
    @settings(max_examples=25)
    @given(
        websites=st.lists(
            st.sampled_from(["", "a.nl", "www.a.nl/x", "b.a.nl", "b.nl", "gmail.com"]), min_size=2, max_size=4
        ),
        email=st.sampled_from(["a.nl", "b.a.nl", "c.b.a.nl", "b.nl", "gmail.com", "elders.nl"]),
    )
    def test_one_address_lets_in_at_one_institution_at_most(self, websites, email):
        user = UserFactory(email=f"x@{email}")
        schools = [SchoolFactory(code=f"{number:02}QQ00", website=website) for number, website in enumerate(websites)]

        let_in = [school for school in schools if doubt_about(user=user, school=school, role=TEACHER) is None]

        assert len({school.institution_id for school in let_in}) <= 1


# --- deciding ------------------------------------------------------------------------------------
def test_who_is_approved_is_in_and_hears_of_it(db):
    membership, by = MembershipFactory(pending=True), UserFactory()

    approved = approve(membership=membership, by=by, way=Way.COORDINATOR, now=NOW)

    assert (approved.is_active, approved.approved_by, approved.way) == (True, by, Way.COORDINATOR)
    assert [subject for _to, subject in mails()] == [f"U bent lid van {membership.school.name}"]


def test_who_is_refused_reads_the_reason(db):
    membership = MembershipFactory(pending=True)

    refused = refuse(membership=membership, by=UserFactory(), reason="Wij kennen u niet.\nBel ons.", now=NOW)

    assert not refused.is_active
    assert not refused.is_pending
    message = Message.objects.get()
    assert "> Wij kennen u niet.\n> Bel ons." in message.text
    assert "Wij kennen u niet.<br>Bel ons." in message.html


def test_a_decision_is_made_once(db):
    by = UserFactory()
    membership = MembershipFactory(pending=True)
    approve(membership=membership, by=by, way=Way.STAFF, now=NOW)

    with pytest.raises(AlreadyDecidedError):
        refuse(membership=membership, by=by, reason="Toch niet.", now=NOW)
    with pytest.raises(AlreadyDecidedError):
        approve(membership=membership, by=by, way=Way.STAFF, now=NOW)
    assert len(mails()) == 1


def test_only_the_office_approves_a_board(db):
    membership = MembershipFactory(pending=True, of_board=True)

    with pytest.raises(ValueError, match="programme office"):
        approve(membership=membership, by=UserFactory(), way=Way.COORDINATOR, now=NOW)
    assert approve(membership=membership, by=UserFactory(), way=Way.STAFF, now=NOW).is_active


def test_after_a_refusal_one_may_ask_again(db):
    membership = MembershipFactory(pending=True)
    refuse(membership=membership, by=UserFactory(), reason="Nee, bel ons.", now=NOW)

    again = claim(user=membership.user, school=membership.school, role=TEACHER, now=NOW + DAY)

    assert again != membership
    assert again.is_pending


def test_approved_and_refused_cannot_both_be(db):
    membership = MembershipFactory()
    membership.refused_at = NOW

    with pytest.raises(IntegrityError), transaction.atomic():
        membership.save()


# --- leaving -------------------------------------------------------------------------------------
def test_who_is_taken_off_hears_of_it_and_what_it_means(db):
    membership = MembershipFactory()

    end(membership=membership, by=UserFactory(), now=NOW)
    end(membership=membership, by=UserFactory(), now=NOW + DAY)

    membership.refresh_from_db()
    assert (membership.is_active, membership.ended_at) == (False, NOW)
    assert "U was het laatste lid." in Message.objects.get().text


def test_who_leaves_gets_no_mail_about_it(db):
    membership = MembershipFactory()

    end(membership=membership, by=membership.user, now=NOW)

    assert mails() == []


def test_invitations_of_who_leaves_go_along(school, colleague):
    membership = MembershipFactory(school=school, user=colleague)
    sent = invite(school=school, email="c@regenboog.nl", role=TEACHER, by=colleague, now=NOW)

    end(membership=membership, by=UserFactory(), now=NOW)

    sent.refresh_from_db()
    assert state_of(sent, NOW) == "withdrawn"


def test_another_role_is_told_to_who_did_not_choose_it(db):
    membership = MembershipFactory()

    change_role(membership=membership, role=LEADER, by=UserFactory(), now=NOW)
    change_role(membership=membership, role=LEADER, by=UserFactory(), now=NOW)
    change_role(membership=membership, role=TEACHER, by=membership.user, now=NOW)

    membership.refresh_from_db()
    assert membership.role == TEACHER
    assert len(mails()) == 1


def test_who_left_has_no_role(db):
    membership = MembershipFactory(ended_at=NOW)

    with pytest.raises(AlreadyDecidedError):
        change_role(membership=membership, role=LEADER, by=UserFactory(), now=NOW)
    with pytest.raises(ValueError, match="board role"):
        change_role(membership=MembershipFactory(), role=SchoolRole.BOARD, by=UserFactory(), now=NOW)


# --- inviting ------------------------------------------------------------------------------------
def test_an_invitation_lets_in_who_proved_the_address(school, colleague):
    sent = invite(school=school, email="Nieuw@Elders.nl", role=LEADER, by=colleague, now=NOW)
    guest = UserFactory(email="nieuw@elders.nl")

    membership = accept(invitation=sent, user=guest, now=NOW + 14 * DAY - timedelta(seconds=1))

    assert (membership.is_active, membership.way, membership.role) == (True, Way.INVITATION, LEADER)
    assert membership.approved_by == colleague
    assert str(sent.uid) in Message.objects.get(kind="invitation").text


def test_inviting_twice_is_one_mail(school, colleague):
    first = invite(school=school, email="nieuw@elders.nl", role=TEACHER, by=colleague, now=NOW)

    assert invite(school=school, email="NIEUW@elders.nl", role=LEADER, by=colleague, now=NOW + DAY) == first
    assert len(mails("invitation")) == 1


def test_after_it_expired_another_can_be_sent(school, colleague):
    first = invite(school=school, email="nieuw@elders.nl", role=TEACHER, by=colleague, now=NOW)
    second = invite(school=school, email="nieuw@elders.nl", role=TEACHER, by=colleague, now=NOW + 14 * DAY)

    assert second != first
    assert len(mails("invitation")) == 2


@pytest.mark.parametrize("state", ["accepted", "withdrawn", "expired"])
def test_an_invitation_that_is_over_says_which(school, colleague, state):
    sent = invite(school=school, email="nieuw@elders.nl", role=TEACHER, by=colleague, now=NOW)
    guest, later = UserFactory(email="nieuw@elders.nl"), NOW + DAY
    if state == "accepted":
        accept(invitation=sent, user=guest, now=NOW)
    elif state == "withdrawn":
        withdraw_invitation(invitation=sent, now=NOW)
    else:
        later = NOW + 14 * DAY

    with pytest.raises(InvitationGoneError) as gone:
        accept(invitation=sent, user=guest, now=later)
    assert gone.value.state == state


def test_another_address_does_not_open_it(school, colleague):
    sent = invite(school=school, email="nieuw@elders.nl", role=TEACHER, by=colleague, now=NOW)
    other = UserFactory(email="ander@elders.nl")
    EmailAddress.objects.create(user=other, email="nieuw@elders.nl", verified=False)

    with pytest.raises(WrongAddressError):
        accept(invitation=sent, user=other, now=NOW)
    assert not Membership.objects.filter(user=other).exists()


def test_a_member_is_not_invited_at_any_proven_address(school, colleague):
    MembershipFactory(school=school, user=colleague)
    EmailAddress.objects.create(user=colleague, email="thuis@elders.nl", verified=True)

    for email in ("A.Smit@regenboog.nl", "thuis@elders.nl"):
        with pytest.raises(AlreadyMemberError):
            invite(school=school, email=email, role=TEACHER, by=colleague, now=NOW)


def test_an_invitation_settles_what_was_asked(school, colleague):
    pending = MembershipFactory(school=school, pending=True, user=UserFactory(email="nieuw@elders.nl"))
    sent = invite(school=school, email="nieuw@elders.nl", role=TEACHER, by=colleague, now=NOW)

    membership = accept(invitation=sent, user=pending.user, now=NOW)

    assert membership == pending
    assert membership.is_active


def test_who_became_a_member_meanwhile_stays_what_they_are(school, colleague):
    sent = invite(school=school, email="nieuw@elders.nl", role=TEACHER, by=colleague, now=NOW)
    member = MembershipFactory(school=school, role=LEADER, user=UserFactory(email="nieuw@elders.nl"))

    assert accept(invitation=sent, user=member.user, now=NOW) == member
    member.refresh_from_db()
    assert member.role == LEADER


def test_a_school_that_closed_takes_nobody(school, colleague):
    sent = invite(school=school, email="nieuw@elders.nl", role=TEACHER, by=colleague, now=NOW)
    School.objects.update(closed_on=NOW.date())
    school.refresh_from_db()

    with pytest.raises(SchoolClosedError):
        accept(invitation=sent, user=UserFactory(email="nieuw@elders.nl"), now=NOW)
    with pytest.raises(SchoolClosedError):
        invite(school=school, email="ander@elders.nl", role=TEACHER, by=colleague, now=NOW)


def test_a_used_invitation_cannot_be_taken_back(school, colleague):
    sent = invite(school=school, email="nieuw@elders.nl", role=TEACHER, by=colleague, now=NOW)
    accept(invitation=sent, user=UserFactory(email="nieuw@elders.nl"), now=NOW)

    with pytest.raises(InvitationGoneError):
        withdraw_invitation(invitation=sent, now=NOW)


def test_a_school_sends_so_many_invitations_a_day(school, colleague):
    for number in range(verbs.MOST_INVITATIONS_A_DAY):
        invite(school=school, email=f"n{number}@elders.nl", role=TEACHER, by=colleague, now=NOW)

    with pytest.raises(TooManyError):
        invite(school=school, email="meer@elders.nl", role=TEACHER, by=colleague, now=NOW)


def test_invitations_that_are_over_are_forgotten(school, colleague):
    invite(school=school, email="oud@elders.nl", role=TEACHER, by=colleague, now=NOW - 100 * DAY)
    kept = invite(school=school, email="nieuw@elders.nl", role=TEACHER, by=colleague, now=NOW)

    forget_invitations(NOW - 60 * DAY)

    assert list(Invitation.objects.all()) == [kept]


# --- whose school it is --------------------------------------------------------------------------
def test_a_board_sees_all_its_schools_and_no_other(db):
    membership = MembershipFactory(of_board=True)
    schools = [SchoolFactory(board=membership.board) for _number in range(2)]
    SchoolFactory()

    assert set(School.objects.for_member(membership.user)) == set(schools)


def test_membership_goes_on_at_the_successor_and_through_two_mergers(db):
    last = SchoolFactory()
    middle = SchoolFactory(successor=last, closed_on=NOW.date())
    first = SchoolFactory(successor=middle, closed_on=NOW.date())
    membership = MembershipFactory(school=first)

    assert set(School.objects.for_member(membership.user)) == {first, middle, last}
    assert list(Membership.objects.of_school(last)) == [membership]


def test_a_school_that_is_still_open_has_no_successor_yet(db):
    last = SchoolFactory()
    membership = MembershipFactory(school=SchoolFactory(successor=last))

    assert list(School.objects.for_member(membership.user)) == [membership.school]
    assert not Membership.objects.of_school(last).exists()


def test_a_board_does_not_follow_a_school_to_another_board(db):
    membership = MembershipFactory(of_board=True)
    gone = SchoolFactory(board=membership.board, closed_on=NOW.date(), successor=SchoolFactory(board=BoardFactory()))

    assert list(School.objects.for_member(membership.user)) == [gone]


@pytest.mark.parametrize("change", [{"ended_at": NOW}, {"approved_at": None}])
def test_who_is_no_member_sees_nothing(db, change):
    membership = MembershipFactory(**change)

    assert not School.objects.for_member(membership.user).exists()


def test_each_night_old_invitations_are_forgotten(school, colleague):
    now = timezone.now()
    for days, email in ((100, "oud@elders.nl"), (70, "net@elders.nl")):
        invite(school=school, email=email, role=TEACHER, by=colleague, now=now - days * DAY)

    forget_old_invitations()

    assert [sent.email for sent in Invitation.objects.all()] == ["net@elders.nl"]


@pytest.mark.django_db(transaction=True)
def test_two_presses_at_once_are_one_claim_and_two_decisions_at_once_are_one():
    user, school = UserFactory(), SchoolFactory()

    claims = at_once(lambda _n: claim(user=user, school=school, role=TEACHER, now=NOW))

    assert len({membership.pk for membership in claims}) == 1

    by = UserFactory()
    decisions = at_once(
        lambda number: (
            approve(membership=claims[0], by=by, way=Way.STAFF, now=NOW)
            if number
            else refuse(membership=claims[0], by=by, reason="Wij kennen u niet.", now=NOW)
        )
    )

    assert [type(each) for each in decisions].count(AlreadyDecidedError) == 1
    assert Message.objects.count() == 1


def at_once(act):
    """What `act(0)` and `act(1)` gave or raised, each in a connection of its own."""

    def one(number):
        try:
            return act(number)
        except AlreadyDecidedError as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(one, range(2)))
