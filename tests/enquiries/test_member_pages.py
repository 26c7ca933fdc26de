"""The pages of membership: what they say, who is turned away, and what happens to a page of yesterday."""

import re
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.urls import reverse
from django.utils import timezone

from accounts.models import Message, User
from loket.vocabulary import SchoolRole
from networks.models import Assignment
from networks.rights import grant
from schools.membership import INVITATION_LASTS, end, invite
from schools.models import Invitation, Membership
from tests.accounts.factories import UserFactory
from tests.networks.factories import NetworkFactory
from tests.regions.factories import MunicipalityFactory
from tests.schools.factories import BoardFactory, MembershipFactory, SchoolFactory

LEADER, TEACHER = SchoolRole.LEADER, SchoolRole.TEACHER


@pytest.fixture
def school(db):
    return SchoolFactory(
        code="12AB00", name="De Regenboog", website="www.regenboog.nl", municipality=MunicipalityFactory()
    )


@pytest.fixture
def member(school):
    return MembershipFactory(school=school).user


@pytest.fixture
def leader(school):
    return MembershipFactory(school=school, role=LEADER).user


@pytest.fixture
def coordinator(school):
    network = NetworkFactory(area=[school.municipality])
    return grant(user=UserFactory(), role=Assignment.Role.COORDINATOR, network=network, by=None).user


@pytest.fixture
def office(db):
    return grant(user=UserFactory(), role=Assignment.Role.PROGRAMME_STAFF, by=None).user


def url(name, *args):
    return reverse(f"enquiries:{name}", args=args)


def text_of(response):
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).replace("&nbsp;", " ").split())


# --- choosing a school ---------------------------------------------------------------------------
def test_the_search_leads_to_asking_and_not_to_the_loket_page(school, sign_in):
    client = sign_in(UserFactory())

    found = client.get(url("choose-school"), {"q": "regenboog"}).content.decode()
    suggested = client.get(reverse("schools:suggest"), {"q": "regenboog", "voor": "lid"}).content.decode()

    assert f'href="{url("choose-role", "12AB00")}"' in found
    assert f'href="{url("choose-role", "12AB00")}"' in suggested
    assert 'hx-get="/scholen/suggesties/?voor=lid"' in found
    assert "Geen school voor" in text_of(client.get(url("choose-school"), {"q": "qqqq"}))


def test_before_sending_one_reads_that_it_goes_by_itself(school, sign_in):
    client = sign_in(UserFactory(email="a@regenboog.nl"))

    assert "U bent meteen lid." in text_of(client.get(url("choose-role", "12ab00")))

    response = client.post(url("choose-role", "12AB00"), {"role": "teacher"}, follow=True)

    assert "U bent lid van De Regenboog" in text_of(response)
    assert Membership.objects.active().filter(school=school).exists()


@pytest.mark.parametrize("has_coordinator", [True, False])
def test_before_sending_one_reads_who_looks_and_why(school, sign_in, request, has_coordinator):
    if has_coordinator:
        request.getfixturevalue("coordinator")
    client = sign_in(UserFactory(email="a@gmail.com"))

    page = text_of(client.get(url("choose-role", "12AB00")))

    assert "Uw aanvraag wordt eerst bekeken, want zo’n e-mailadres kan iedereen hebben." in page
    assert ("Dat doet de coördinator van uw regio." in page) == has_coordinator
    assert ("Dat doet Platform Bèta Techniek." in page) == (not has_coordinator)


def test_who_decides_gets_a_mail_and_the_page_says_what_happens(school, coordinator, office, sign_in):
    client = sign_in(UserFactory(email="a@gmail.com"))

    response = client.post(
        url("choose-role", "12AB00"), {"role": "teacher", "explanation": "Ik begin in maart."}, follow=True
    )

    page = text_of(response)
    assert "wacht op goedkeuring" in page
    assert "De coördinator van uw regio bekijkt uw aanvraag." in page
    assert "U krijgt een mail zodra er besloten is." in page
    (message,) = Message.objects.all()
    assert message.to == coordinator.email
    assert "> Ik begin in maart." in message.text
    assert "http://127.0.0.1:8000/mijn/goedkeuren/" in message.text


def test_without_a_coordinator_the_office_is_asked(school, office, sign_in):
    sign_in(UserFactory(email="a@gmail.com")).post(url("choose-role", "12AB00"), {"role": "teacher"})

    assert Message.objects.get().to == office.email


def test_a_coordinator_who_asks_is_not_asked_about_it(school, coordinator, office, sign_in):
    client = sign_in(coordinator)

    client.post(url("choose-role", "12AB00"), {"role": "teacher"})

    assert Message.objects.get().to == office.email
    assert "Niemand wacht op uw besluit" in text_of(client.get(url("approvals")))


def test_pressing_twice_is_asking_once(school, sign_in):
    client = sign_in(UserFactory(email="a@gmail.com"))

    for _press in range(2):
        response = client.post(url("choose-role", "12AB00"), {"role": "teacher"})

    membership = Membership.objects.get()
    assert response["Location"] == url("claim", membership.pk)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({}, "Kies een rol."),
        ({"role": "board"}, "Deze rol kunt u hier niet kiezen."),
        ({"role": "teacher", "explanation": "x" * 301}, "Dit is te lang: 301 tekens."),
    ],
)
def test_a_mistake_is_told_and_what_was_typed_stays(school, sign_in, data, said):
    response = sign_in(UserFactory()).post(url("choose-role", "12AB00"), data)

    page = response.content.decode()
    assert said in page
    assert "Wat u invulde, staat er nog." in page
    assert data.get("explanation", "") in page
    assert not Membership.objects.exists()


def test_a_sixth_claim_is_refused_in_words(school, sign_in):
    user = UserFactory()
    for _number in range(5):
        MembershipFactory(user=user, pending=True)

    response = sign_in(user).post(url("choose-role", "12AB00"), {"role": "teacher", "explanation": "Toe"})

    assert response.status_code == 429
    assert "ten hoogste 5 tegelijk" in text_of(response)
    assert 'value="Toe"' in response.content.decode()


def test_a_closed_school_names_the_school_of_now(school, sign_in):
    closed = SchoolFactory(code="99XX00", closed_on="2026-08-01", successor=school)
    client = sign_in(UserFactory())

    page = client.get(url("choose-role", closed.code)).content.decode()

    assert url("choose-role", "12AB00") in page
    assert "<form method" not in page.split("</main>")[0].split("<main")[1]
    assert client.post(url("choose-role", closed.code), {"role": "teacher"}).status_code == 200
    assert not Membership.objects.exists()


def test_a_claim_can_be_taken_back_once_and_twice(school, sign_in):
    membership = MembershipFactory(school=school, pending=True)
    client = sign_in(membership.user)

    for _press in range(2):
        page = text_of(client.post(url("claim", membership.pk), follow=True))

    assert "De aanvraag is ingetrokken" in page
    membership.refresh_from_db()
    assert membership.ended_at


def test_a_claim_that_was_approved_meanwhile_is_not_taken_back(member, sign_in):
    membership = Membership.objects.get(user=member)

    page = text_of(sign_in(member).post(url("claim", membership.pk), follow=True))

    assert "al goedgekeurd" in page
    membership.refresh_from_db()
    assert membership.is_active


def test_somebody_elses_claim_is_not_there(school, sign_in):
    membership = MembershipFactory(school=school, pending=True)

    assert sign_in(UserFactory()).get(url("claim", membership.pk)).status_code == 404


# --- a board -------------------------------------------------------------------------------------
def test_a_board_is_found_and_asked_for(office, sign_in):
    board = BoardFactory(name="Stichting De Brug", number="41234")
    SchoolFactory(name="De Boog", board=board)
    client = sign_in(UserFactory())

    assert url("board", "41234") in client.get(url("boards"), {"q": "brug"}).content.decode()
    assert "De Boog" in text_of(client.get(url("board", "41234")))

    page = text_of(client.post(url("board", "41234"), {"explanation": "Ik ben bestuurder."}, follow=True))

    assert "Platform Bèta Techniek bekijkt uw aanvraag." in page
    assert Message.objects.get().to == office.email


def test_only_the_office_sees_who_asks_for_a_board(coordinator, office, school, sign_in):
    board = BoardFactory(name="Stichting De Brug")
    school.board = board
    school.save()
    claim = MembershipFactory(pending=True, of_board=True, board=board)

    assert "Stichting De Brug" not in text_of(sign_in(coordinator).get(url("approvals")))
    assert sign_in(coordinator).post(url("decide", claim.pk), {"besluit": "goedkeuren"}).status_code == 404

    page = text_of(sign_in(office).post(url("decide", claim.pk), {"besluit": "goedkeuren"}, follow=True))

    assert "hoort er nu bij" in page
    claim.refresh_from_db()
    assert claim.way == "staff"


# --- deciding ------------------------------------------------------------------------------------
def test_a_coordinator_sees_who_asks_and_why_it_did_not_go_by_itself(school, coordinator, sign_in):
    claim = MembershipFactory(school=school, pending=True, explanation="Ik begin in maart.")
    EmailAddress.objects.create(user=claim.user, email="werk@elders.nl", verified=True)
    MembershipFactory(pending=True, school=SchoolFactory(name="Verre school", municipality=MunicipalityFactory()))

    page = text_of(sign_in(coordinator).get(url("approvals")))

    for said in (claim.user.name, claim.user.email, "werk@elders.nl", "De Regenboog", "Ik begin in maart."):
        assert said in page
    assert "het e-mailadres hoort niet bij de website van de school" in page
    assert "Verre school" not in page


def test_approving_in_place(school, coordinator, sign_in):
    claim = MembershipFactory(school=school, pending=True)

    page = text_of(sign_in(coordinator).post(url("decide", claim.pk), {"besluit": "goedkeuren"}, follow=True))

    assert f"{claim.user} hoort er nu bij" in page
    claim.refresh_from_db()
    assert (claim.approved_by, claim.way) == (coordinator, "coordinator")


def test_refusing_wants_a_reason_and_keeps_what_was_typed(school, coordinator, sign_in):
    claim, other = (MembershipFactory(school=school, pending=True) for _number in range(2))
    client = sign_in(coordinator)

    response = client.post(url("decide", claim.pk), {"besluit": "afwijzen", "reason": "Nee."})

    page = response.content.decode()
    assert "ten minste 10 tekens" in page
    assert ">\nNee.</textarea>" in page
    assert page.count("<details open>") == 1
    assert page.count("invalid-feedback") == 1
    assert other.user.name in page

    client.post(url("decide", claim.pk), {"besluit": "afwijzen", "reason": "Wij kennen u niet, bel ons."})

    claim.refresh_from_db()
    assert (claim.refused_by, claim.refusal) == (coordinator, "Wij kennen u niet, bel ons.")
    assert "Wij kennen u niet, bel ons." in text_of(sign_in(claim.user).get(url("claim", claim.pk)))


def test_a_page_of_yesterday_tells_what_was_decided_and_gives_the_text_back(school, coordinator, office, sign_in):
    claim = MembershipFactory(school=school, pending=True)
    sign_in(office).post(url("decide", claim.pk), {"besluit": "goedkeuren"})

    response = sign_in(coordinator).post(
        url("decide", claim.pk), {"besluit": "afwijzen", "reason": "Deze persoon werkt hier niet."}
    )

    page = text_of(response)
    assert response.status_code == 409
    assert "Hierover is al besloten" in page
    assert "goedgekeurd" in page
    assert "Deze persoon werkt hier niet." in page


def test_a_coordinator_elsewhere_decides_nothing(school, sign_in):
    claim = MembershipFactory(school=school, pending=True)
    elsewhere = grant(
        user=UserFactory(),
        role=Assignment.Role.COORDINATOR,
        network=NetworkFactory(area=[MunicipalityFactory()]),
        by=None,
    ).user

    assert sign_in(elsewhere).post(url("decide", claim.pk), {"besluit": "goedkeuren"}).status_code == 404
    assert sign_in(elsewhere).get(url("members", "12AB00")).status_code == 404
    claim.refresh_from_db()
    assert claim.is_pending


def test_who_has_no_role_decides_nothing(member, sign_in):
    assert sign_in(member).get(url("approvals")).status_code == 403


# --- members -------------------------------------------------------------------------------------
def test_members_see_each_other_and_only_who_manages_sees_what_changed(school, member, leader, sign_in):
    pending = MembershipFactory(school=school, pending=True).user

    seen_by_member = text_of(sign_in(member).get(url("members", "12AB00")))
    seen_by_leader = text_of(sign_in(leader).get(url("members", "12AB00")))

    for page in (seen_by_member, seen_by_leader):
        assert member.name in page
        assert leader.email in page
    assert "Wat er veranderde" not in seen_by_member
    assert pending.email not in seen_by_member
    assert "Wat er veranderde" in seen_by_leader
    assert pending.email in seen_by_leader


def test_what_changed_says_who_and_what(school, member, leader, sign_in):
    client = sign_in(leader)
    membership = Membership.objects.get(user=member)

    client.post(url("member-role", "12AB00", membership.pk), {"role": "careers"})

    page = text_of(client.get(url("members", "12AB00")))
    assert f"gewijzigd door {leader}" in page
    assert "Rol: leerkracht of docent → decaan" in page


def test_thirty_members_cost_as_many_queries_as_one(school, leader, sign_in, django_assert_max_num_queries):
    client = sign_in(leader)
    client.get(url("members", "12AB00"))
    for _number in range(30):
        MembershipFactory(school=school)

    with django_assert_max_num_queries(20):
        response = client.get(url("members", "12AB00"))

    assert response.content.decode().count("people__name") >= 31


@pytest.mark.parametrize("name", ["members", "invite", "profile", "intake", "my-school"])
def test_a_stranger_finds_no_school(school, sign_in, name):
    assert sign_in(UserFactory()).get(url(name, "12AB00")).status_code == 404


@pytest.mark.parametrize("name", ["members", "invite", "profile", "intake", "my-school", "my"])
def test_private_pages_are_never_kept(school, member, sign_in, name):
    response = sign_in(member).get(url(name, "12AB00") if name != "my" else url("my"))

    assert response.status_code == 200
    assert "no-store" in response["Cache-Control"]
    assert "private" in response["Cache-Control"]


def test_a_member_takes_nobody_off_the_list(school, member, leader, sign_in):
    other = Membership.objects.get(user=leader)

    for name in ("end-member", "member-role"):
        assert sign_in(member).post(url(name, "12AB00", other.pk), {"role": "teacher"}).status_code == 404
    other.refresh_from_db()
    assert (other.is_active, other.role) == (True, LEADER)


def test_a_leader_takes_somebody_off_and_a_second_press_is_no_matter(school, member, leader, sign_in):
    membership = Membership.objects.get(user=member)
    client = sign_in(leader)

    assert "krijgt daarover een mail" in text_of(client.get(url("end-member", "12AB00", membership.pk)))
    for _press in range(2):
        page = text_of(client.post(url("end-member", "12AB00", membership.pk), follow=True))

    assert "al van de ledenlijst gehaald" in page
    assert Message.objects.filter(to=member.email).count() == 1


def test_the_last_member_reads_what_it_means(school, member, sign_in):
    membership = Membership.objects.get(user=member)
    client = sign_in(member)

    assert "U bent het laatste lid" in text_of(client.get(url("end-member", "12AB00", membership.pk)))

    page = text_of(client.post(url("end-member", "12AB00", membership.pk), follow=True))

    assert "U bent geen lid meer van De Regenboog." in page


def test_the_board_manages_and_is_not_taken_off_by_a_school(school, member, leader, sign_in):
    board = BoardFactory()
    school.board = board
    school.save()
    director = MembershipFactory(of_board=True, board=board)
    membership = Membership.objects.get(user=member)

    assert sign_in(leader).post(url("end-member", "12AB00", director.pk)).status_code == 404
    assert sign_in(director.user).get(url("end-member", "12AB00", membership.pk)).status_code == 200


def test_who_came_along_with_a_merger_is_on_the_list_and_can_be_taken_off(school, leader, sign_in):
    closed = SchoolFactory(name="De Oude", closed_on="2026-08-01", successor=school)
    membership = MembershipFactory(school=closed)

    assert "kwam mee van De Oude" in text_of(sign_in(leader).get(url("members", "12AB00")))
    assert sign_in(membership.user).get(url("my-school", "12AB00")).status_code == 200

    sign_in(leader).post(url("end-member", "12AB00", membership.pk))

    assert sign_in(membership.user).get(url("my-school", "12AB00")).status_code == 404


def test_one_may_choose_another_role_than_leader(school, member, leader, sign_in):
    membership = Membership.objects.get(user=member)
    client = sign_in(member)

    client.post(url("member-role", "12AB00", membership.pk), {"role": "careers"})
    response = client.post(url("member-role", "12AB00", membership.pk), {"role": "leader"})

    assert "Deze rol kunt u hier niet kiezen." in text_of(response)
    membership.refresh_from_db()
    assert membership.role == "careers"


# --- removed while typing ------------------------------------------------------------------------
def test_who_was_taken_off_while_typing_reads_why_and_keeps_the_text(school, member, sign_in):
    client = sign_in(member)
    end(membership=Membership.objects.get(user=member), by=UserFactory(), now=timezone.now())

    invited = client.post(url("invite", "12AB00"), {"email": "nieuw@elders.nl", "role": "teacher"})
    profile = client.post(
        url("profile-sector", "12AB00", "po"), {"phase": "orientatie", "needs": ["girls", "subsidy"]}
    )

    assert (invited.status_code, profile.status_code) == (403, 403)
    assert "U bent geen lid meer van De Regenboog" in text_of(invited)
    assert "E-mailadres van uw collega nieuw@elders.nl" in text_of(invited)
    assert "leerkracht of docent" in text_of(invited)
    assert "we kijken rond" in text_of(profile)
    assert "meisjes en techniek, subsidie" in text_of(profile)
    assert not Invitation.objects.exists()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"approved_at": None}, "wacht nog"),
        ({"approved_at": None, "refused_at": timezone.now()}, "afgewezen"),
        ({"approved_at": None, "ended_at": timezone.now()}, "ingetrokken"),
    ],
)
def test_who_is_not_in_reads_where_it_stands(school, sign_in, change, said):
    user = MembershipFactory(school=school, **change).user

    response = sign_in(user).get(url("members", "12AB00"))

    assert response.status_code == 403
    assert said in text_of(response)


# --- inviting ------------------------------------------------------------------------------------
def test_inviting_says_what_happens_and_lists_it(school, member, sign_in):
    client = sign_in(member)

    page = text_of(client.post(url("invite", "12AB00"), {"email": "nieuw@elders.nl", "role": "teacher"}, follow=True))

    assert "nieuw@elders.nl krijgt nu een mail." in page
    assert f"door {member}" in page
    assert Message.objects.get().to == "nieuw@elders.nl"


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"role": "teacher"}, "Vul het e-mailadres van uw collega in."),
        ({"role": "teacher", "email": "geen adres"}, "Dit is geen e-mailadres."),
        ({"email": "nieuw@elders.nl"}, "Kies een rol."),
        ({"email": "nieuw@elders.nl", "role": "board"}, "Deze rol kunt u hier niet kiezen."),
        ({"email": "nieuw@elders.nl", "role": "leader"}, "Deze rol kunt u hier niet kiezen."),
    ],
)
def test_a_mistake_in_an_invitation_is_told(school, member, leader, sign_in, data, said):
    response = sign_in(member).post(url("invite", "12AB00"), data)

    assert said in text_of(response)
    assert data.get("email", "") in response.content.decode()
    assert not Invitation.objects.exists()


def test_a_member_is_not_invited(school, member, leader, sign_in):
    response = sign_in(member).post(url("invite", "12AB00"), {"email": leader.email.upper(), "role": "teacher"})

    assert "Met dit adres is al iemand lid van deze school." in text_of(response)


def test_the_link_opens_a_page_and_its_button_accepts(school, member, sign_in):
    sent = invite(school=school, email="nieuw@elders.nl", role="careers", by=member, now=timezone.now())
    guest = UserFactory(email="nieuw@elders.nl")
    client = sign_in(guest)

    page = text_of(client.get(url("invitation", sent.uid)))

    assert f"{member} nodigt u uit, als decaan." in page
    assert not Membership.objects.filter(user=guest).exists()

    for _press in range(2):
        response = client.post(url("invitation", sent.uid))
        assert response["Location"] == url("my-school", "12AB00")

    assert Membership.objects.get(user=guest).is_active


def test_an_invitation_needs_a_login(client, school, member):
    sent = invite(school=school, email="nieuw@elders.nl", role="careers", by=member, now=timezone.now())

    response = client.get(url("invitation", sent.uid))

    assert response["Location"] == f"/account/login/?next=/mijn/uitnodiging/{sent.uid}/"


def test_another_address_reads_a_way_on_and_not_whose_it_is(school, member, sign_in):
    sent = invite(school=school, email="nieuw@elders.nl", role="careers", by=member, now=timezone.now())
    client = sign_in(UserFactory(email="ander@elders.nl"))

    page = text_of(client.get(url("invitation", sent.uid)))
    refused = client.post(url("invitation", sent.uid))

    assert "Deze uitnodiging is voor een ander e-mailadres" in page
    assert "n…@elders.nl" in page
    assert "nieuw@elders.nl" not in page
    assert refused.status_code == 409
    assert not Membership.objects.filter(user__email="ander@elders.nl").exists()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"accepted_at": timezone.now()}, "Deze uitnodiging is al gebruikt"),
        ({"withdrawn_at": timezone.now()}, "Deze uitnodiging is ingetrokken"),
        ({"expires_at": timezone.now() - timedelta(days=1)}, "Deze uitnodiging is verlopen"),
    ],
)
def test_an_invitation_that_is_over_says_so_and_offers_a_way_on(school, member, sign_in, change, said):
    sent = invite(school=school, email="nieuw@elders.nl", role="careers", by=member, now=timezone.now())
    Invitation.objects.filter(pk=sent.pk).update(**change)
    client = sign_in(UserFactory(email="nieuw@elders.nl"))

    for response in (client.get(url("invitation", sent.uid)), client.post(url("invitation", sent.uid))):
        assert said in text_of(response)
        assert url("choose-role", "12AB00") in response.content.decode()
    assert not Membership.objects.filter(user__email="nieuw@elders.nl").exists()


def test_who_sent_it_takes_it_back_and_another_member_does_not(school, member, leader, sign_in):
    sent = invite(school=school, email="nieuw@elders.nl", role="careers", by=leader, now=timezone.now())
    address = url("withdraw-invitation", "12AB00", sent.uid)

    assert sign_in(member).post(address).status_code == 404

    page = text_of(sign_in(leader).post(address, follow=True))

    assert "De uitnodiging aan nieuw@elders.nl is ingetrokken." in page
    sent.refresh_from_db()
    assert sent.withdrawn_at


def test_one_that_was_used_meanwhile_is_not_taken_back(school, leader, sign_in):
    sent = invite(school=school, email="nieuw@elders.nl", role="careers", by=leader, now=timezone.now())
    Invitation.objects.update(accepted_at=timezone.now())

    page = text_of(sign_in(leader).post(url("withdraw-invitation", "12AB00", sent.uid), follow=True))

    assert "al aangenomen" in page


# --- one person, several schools -----------------------------------------------------------------
def test_all_schools_of_a_person_stand_on_one_page(school, sign_in):
    user = UserFactory(email="a@elders.nl")
    MembershipFactory(user=user, school=school)
    MembershipFactory(user=user, school=SchoolFactory(name="De Tweede"))
    MembershipFactory(user=user, school=SchoolFactory(name="De Derde"), pending=True)
    other = SchoolFactory(name="De Vierde")
    Invitation.objects.create(
        school=other, email="A@Elders.nl", role="teacher", expires_at=timezone.now() + INVITATION_LASTS
    )

    page = text_of(sign_in(user).get(url("my")))

    for said in ("De Regenboog", "De Tweede", "De Derde , wacht op goedkeuring", "De Vierde"):
        assert said in page
    assert "Wie vraagt toegang tot een school?" not in page


def test_a_person_without_a_school_reads_how_to_begin(db, sign_in):
    page = text_of(sign_in(UserFactory()).get(url("my")))

    assert "U hoort nog niet bij een school" in page


def test_fifty_schools_cost_as_many_queries_as_one(db, sign_in, django_assert_max_num_queries):
    director = MembershipFactory(of_board=True)
    client = sign_in(director.user)
    client.get(url("my"))
    for _number in range(60):
        SchoolFactory(board=director.board)

    with django_assert_max_num_queries(12):
        page = text_of(client.get(url("my")))

    assert "En nog 10 scholen." in page


# --- kept about a person -------------------------------------------------------------------------
def test_ones_own_data_holds_membership_and_invitations(school, member, sign_in):
    invite(school=school, email="nieuw@elders.nl", role="careers", by=member, now=timezone.now())

    data = sign_in(member).get(reverse("accounts:download")).json()

    assert data["lidmaatschappen"][0]["school of bestuur"] == "De Regenboog"
    assert data["uitnodigingen van u"][0]["e-mailadres"] == "nieuw@elders.nl"
    assert data["uitnodigingen aan u"] == data["profielen die u zette"] == data["opdrachten"] == []


def test_an_account_that_is_deleted_leaves_no_name_behind(school, member, leader, sign_in):
    from accounts.deletion import delete_account

    client = sign_in(leader)
    client.post(url("member-role", "12AB00", Membership.objects.get(user=member).pk), {"role": "careers"})

    delete_account(member, by=member)

    page = text_of(client.get(url("members", "12AB00")))
    assert member.name not in page
    assert not User.objects.filter(pk=member.pk).exists()
