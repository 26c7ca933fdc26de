"""Every page and state of membership, profile and intake: no barrier, nothing wider than a phone."""

import os
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.utils import timezone

from accounts.models import User
from loket.vocabulary import SchoolRole
from networks.models import Assignment
from networks.rights import grant
from schools.membership import change_role, end, invite
from schools.models import Invitation, Membership
from schools.profiles import answer_intake, set_profile
from tests.accounts.factories import UserFactory
from tests.conftest import WIDTHS
from tests.networks.factories import NetworkFactory
from tests.regions.factories import MunicipalityFactory
from tests.schools.factories import BoardFactory, MembershipFactory, SchoolFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LONG = "een-heel-lang-adres-zonder-een-enkele-spatie-erin@" + "voorbeeld" * 3 + ".example"


@pytest.fixture
def rows():
    """A school with people in every role and state."""
    now = timezone.now()
    board = BoardFactory(name="Stichting De Brug", number="41234")
    school = SchoolFactory(
        code="12AB00",
        name="De Regenboog",
        website="www.regenboog.nl",
        telephone="0201234567",
        sectors=["vmbo", "vwo"],
        board=board,
        municipality=MunicipalityFactory(),
    )
    leader = MembershipFactory(school=school, role=SchoolRole.LEADER).user
    member = MembershipFactory(school=school, user=UserFactory(email=LONG, name="")).user
    MembershipFactory(of_board=True, board=board)
    change_role(membership=Membership.objects.get(user=member), role=SchoolRole.CAREERS, by=leader, now=now)
    network = NetworkFactory(area=[school.municipality])
    coordinator = grant(user=UserFactory(), role=Assignment.Role.COORDINATOR, network=network, by=None).user
    pending = MembershipFactory(school=school, pending=True, explanation="Ik begin in maart.")
    sent = invite(school=school, email="nieuw@elders.nl", role="teacher", by=leader, now=now)
    for minute, phase in enumerate(["orientatie", "invoering"]):
        set_profile(
            school=school,
            sector="vwo",
            phase=phase,
            needs=["girls", "subsidy"],
            barriers=["no_time"],
            by=member,
            by_coordinator=bool(minute),
            now=now + timedelta(minutes=minute),
        )
    return SimpleNamespace(
        school=school,
        leader=leader,
        member=member,
        coordinator=coordinator,
        pending=pending,
        sent=sent,
        stranger=UserFactory(email="a@gmail.com"),
        guest=UserFactory(email="nieuw@elders.nl"),
    )


def check(page, barriers):
    """No barrier, nothing on the console, nothing wider than the window."""
    if folder := os.environ.get("SCREENSHOTS"):
        name = page.url.split("/", 3)[3].strip("/").replace("/", "_") or "front"
        count = len(list(Path(folder).glob("*.png")))
        page.screenshot(path=f"{folder}/{count:03}-{name[:60]}-{page.viewport_size['width']}.png", full_page=True)
    assert page.complaints == []
    assert barriers(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert page.locator("main .btn-primary").count() <= 1


PAGES = [
    ("stranger", "/mijn/"),
    ("stranger", "/mijn/school-kiezen/"),
    ("stranger", "/mijn/school-kiezen/?q=regenboog"),
    ("stranger", "/mijn/school-kiezen/?q=qqqq"),
    ("stranger", "/mijn/school-kiezen/12AB00/"),
    ("stranger", "/mijn/bestuur/"),
    ("stranger", "/mijn/bestuur/?q=brug"),
    ("stranger", "/mijn/bestuur/41234/"),
    ("guest", "/mijn/"),
    ("member", "/mijn/"),
    ("member", "/mijn/12AB00/"),
    ("member", "/mijn/12AB00/leden/"),
    ("leader", "/mijn/12AB00/leden/"),
    ("leader", "/mijn/12AB00/leden/uitnodigen/"),
    ("member", "/mijn/12AB00/profiel/"),
    ("member", "/mijn/12AB00/profiel/vmbo/"),
    ("coordinator", "/mijn/12AB00/profiel/vwo/"),
    ("member", "/mijn/12AB00/intake/"),
    ("coordinator", "/mijn/12AB00/intake/"),
    ("coordinator", "/mijn/goedkeuren/"),
]


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize(("who", "path"), PAGES)
def test_every_page_is_open_to_all(rows, visit_as, barriers, who, path, width):
    page = visit_as(getattr(rows, who), path, width=width)

    assert page.locator("h1").count() == 1
    check(page, barriers)


@pytest.mark.parametrize("width", WIDTHS)
def test_the_states_of_a_claim(rows, visit_as, barriers, width):
    now = timezone.now()
    approved = Membership.objects.get(user=rows.member)
    refused = MembershipFactory(
        school=rows.school, approved_at=None, way="", refused_at=now, refusal="Bel ons.\nGraag."
    )
    ended = MembershipFactory(school=rows.school, ended_at=now)

    for membership in (rows.pending, approved, refused, ended):
        check(visit_as(membership.user, f"/mijn/aanvraag/{membership.pk}/", width=width), barriers)
        if membership != approved:
            # The browser notes a 403 on its console; that is not a complaint of the page.
            page = visit_as(membership.user, "/mijn/12AB00/leden/", width=width)
            page.complaints.clear()
            check(page, barriers)


@pytest.mark.parametrize("width", WIDTHS)
def test_the_states_of_an_invitation(rows, visit_as, barriers, width):
    address = f"/mijn/uitnodiging/{rows.sent.uid}/"
    check(visit_as(rows.guest, address, width=width), barriers)
    check(visit_as(rows.stranger, address, width=width), barriers)

    now = timezone.now()
    for change in ({"expires_at": now}, {"withdrawn_at": now}, {"withdrawn_at": None, "accepted_at": now}):
        Invitation.objects.update(**change)
        check(visit_as(rows.guest, address, width=width), barriers)


@pytest.mark.parametrize("width", WIDTHS)
def test_forms_with_mistakes(rows, visit_as, barriers, width):
    page = visit_as(rows.stranger, "/mijn/school-kiezen/12AB00/", width=width)
    page.click("#verstuur")
    assert "Kies een rol." in page.content()
    check(page, barriers)

    page = visit_as(rows.leader, "/mijn/12AB00/leden/uitnodigen/", width=width)
    page.fill("#id_email", "geen adres")
    page.click("#verstuur")
    assert "Dit is geen e-mailadres." in page.content()
    check(page, barriers)

    page = visit_as(rows.member, "/mijn/12AB00/intake/", width=width)
    page.click("#verstuur")
    assert "Kies ten minste één reden." in page.content()
    check(page, barriers)

    page = visit_as(rows.coordinator, "/mijn/goedkeuren/", width=width)
    page.click("summary")
    page.fill("textarea", "Nee.")
    page.click("button[value=afwijzen]")
    assert page.input_value("textarea") == "Nee."
    check(page, barriers)


@pytest.mark.parametrize("width", WIDTHS)
def test_pages_of_yesterday(rows, visit_as, barriers, width):
    profile = visit_as(rows.member, "/mijn/12AB00/profiel/vmbo/", width=width)
    profile.check("input[value=verdieping]")
    set_profile(
        school=rows.school,
        sector="vmbo",
        phase="invoering",
        needs=[],
        barriers=[],
        by=rows.leader,
        by_coordinator=False,
        now=timezone.now(),
    )
    profile.click("#verstuur")
    assert "Intussen heeft iemand anders" in profile.content()
    assert profile.is_checked("input[value=verdieping]")
    profile.complaints.clear()  # the browser notes a 409
    check(profile, barriers)

    invitation = visit_as(rows.member, "/mijn/12AB00/leden/uitnodigen/", width=width)
    invitation.fill("#id_email", "iemand@elders.nl")
    end(membership=Membership.objects.get(user=rows.member), by=rows.leader, now=timezone.now())
    invitation.click("#verstuur")
    assert "iemand@elders.nl" in invitation.content()
    invitation.complaints.clear()  # the browser notes a 403
    check(invitation, barriers)

    decision = visit_as(rows.coordinator, "/mijn/goedkeuren/", width=width)
    end(membership=rows.pending, by=rows.pending.user, now=timezone.now())
    decision.click("button[value=goedkeuren]")
    assert "Hierover is al besloten" in decision.content()
    decision.complaints.clear()  # the browser notes a 409
    check(decision, barriers)


@pytest.mark.parametrize("width", WIDTHS)
def test_changing_who_is_a_member(rows, visit_as, barriers, width):
    page = visit_as(rows.leader, "/mijn/12AB00/leden/", width=width)
    page.get_by_role("link", name="Andere rol voor").nth(1).click()
    check(page, barriers)
    page.go_back()
    page.get_by_role("link", name="Haal van de lijst").first.click()
    check(page, barriers)
    page.click("main button")

    assert "geen lid meer" in page.inner_text("[role=status]")
    check(page, barriers)
    assert not Membership.objects.active().filter(user=rows.member).exists()


def test_a_teacher_comes_in_with_the_keyboard_and_tells_how_far_the_school_is(rows, visit_as, barriers):
    teacher = UserFactory(email="a.smit@regenboog.nl")
    page = visit_as(teacher, "/mijn/school-kiezen/")
    page.locator("#zoek-school").fill("regenb")
    page.wait_for_selector("[role=option]")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**/mijn/school-kiezen/12AB00/")

    assert "U bent meteen lid." in page.inner_text("main")

    page.check("input[value=teacher]")
    page.click("#verstuur")
    page.get_by_role("link", name="Vul het profiel in").click()
    page.get_by_role("link", name="Vul in").click()
    page.check("input[value=bewustwording]")
    page.check("input[value=girls]")
    page.click("#verstuur")

    assert "Het profiel voor vmbo is bewaard." in page.inner_text("[role=status]")
    assert page.complaints == []
    assert User.objects.get(pk=teacher.pk).memberships.active().exists()


@pytest.mark.parametrize("width", WIDTHS)
def test_the_answer_to_the_intake(rows, visit_as, barriers, width):
    answer_intake(
        school=rows.school,
        reasons=["no_means", "unclear_goals", "unclear_offer", "teachers", "no_added_value", "pupils"],
        by=rows.member,
        now=timezone.now(),
    )

    page = visit_as(rows.member, "/mijn/12AB00/intake/", width=width)

    assert page.locator("#antwoord li").count() == 6
    check(page, barriers)
