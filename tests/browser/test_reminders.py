"""Reminders as readers meet them: from the mail to the button, and the choice of what one gets."""

import re

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from accounts.messages import send
from accounts.models import Message
from accounts.preferences import chosen_by
from reminders.delivery import bundle
from reminders.due import RULES
from reminders.links import CHOOSE, ITEM, UNSUBSCRIBE
from reminders.models import Reminder, Rule
from reminders.planning import plan
from tests.reminders.memory.pretend import MONDAY, Pretend, a_due, at
from tests.workspace.world import world

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
TO = "lezer@voorbeeld.example"
WIDTHS = ["wide", "small"]


@pytest.fixture
def pretend(monkeypatch, transactional_db):
    monkeypatch.setattr(RULES, "rules", {})
    Rule.objects.all().delete()
    pretend = Pretend()

    def act(subject, user, now):
        pretend.dues["ding"] = []
        return "Het is bevestigd. U hoort er niets meer van."

    pretend.rule(
        dues=[a_due(values={"wat": "de activiteit Robots bouwen bevestigen"})],
        act=act,
        name="Activiteit bevestigen",
        other_button="Nee, dit klopt niet",
        other_act=act,
    )
    pretend.rule("datum", is_urgent=True, name="Datum morgen", why_urgent="Morgen is het te laat.")
    pretend.rule("stil", name="Netwerk dat stil is")
    return pretend


def fits(page):
    return page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


@pytest.mark.parametrize("scripts", [True, False])
def test_from_the_mail_to_the_button_without_login(pretend, visit, live_server, scripts):
    now = at(MONDAY, 12)
    plan(now)
    bundle(now)
    send(Message.objects.get().pk, now=now)
    path = re.search(r"http://[^/]+(/herinneringen/ding/\S+)", mail.outbox[0].body)[1]

    page = visit(path, scripts=scripts)
    page.get_by_role("button", name="Doe het").click()

    assert page.get_by_text("Het is bevestigd. U hoort er niets meer van.").is_visible()
    assert Reminder.objects.get().done_at is not None
    page.goto(path)
    assert page.get_by_role("heading", name="Dit hoeft niet meer").is_visible()


def test_from_the_mail_to_less_mail_with_the_keyboard(pretend, visit):
    page = visit(CHOOSE.path(TO))
    page.locator('input[name="stil"][value="weekly"]').focus()
    page.keyboard.press("Space")
    page.get_by_role("button", name="Bewaar mijn keuze").focus()
    page.keyboard.press("Enter")

    page.get_by_text("Uw keuze is bewaard.").wait_for()
    assert dict(chosen_by([TO]).values_list("kind", "how")) == {"stil": "weekly"}


@pytest.mark.parametrize("width", WIDTHS)
def test_every_page_of_a_link_in_every_state_is_without_barriers(pretend, visit, barriers, width):
    plan(timezone.now())
    reminder = Reminder.objects.get()
    off = UNSUBSCRIBE.path({"to": TO, "kinds": ["ding"]})
    visited = {
        "the thing": visit(ITEM.path(reminder.pk), width=width),
        "cut off": visit("/herinneringen/ding/kapot/", width=width),
        "to choose": visit(CHOOSE.path(TO), width=width),
        "to choose, cut off": visit("/herinneringen/kies/kapot/", width=width),
        "to leave": visit(off, width=width),
        "left": visit(off, width=width),
    }
    visited["left"].get_by_role("button").click()
    done = visit(ITEM.path(reminder.pk), width=width)
    done.get_by_role("button", name="Doe het").click()
    visited |= {"done": done, "over": visit(ITEM.path(reminder.pk), width=width)}

    for state, page in visited.items():
        assert barriers(page) == [], state
        assert page.complaints == [] or state in {"cut off", "to choose, cut off", "over"}, (state, page.complaints)
        assert fits(page), state


@pytest.mark.parametrize("width", WIDTHS)
def test_the_pages_of_who_is_logged_in_are_without_barriers(pretend, visit_as, barriers, width):
    home = world()
    staff, coordinator = home.people["staff"], home.people["coordinator"]
    subject = f"quality.Obligation:{home.obligation.pk}"
    pretend.dues["stil"] = [a_due(2, to=staff.email, user_pk=staff.pk), a_due(3, subject=subject)]
    plan(timezone.now())

    for path in ("/herinneringen/", "/herinneringen/regels/", "/herinneringen/voorkeuren/"):
        page = visit_as(staff, path, width=width)
        assert (barriers(page), page.complaints, fits(page)) == ([], [], True), path
    page = visit_as(coordinator, f"/herinneringen/over/{subject}/", width=width)
    assert (barriers(page), page.complaints, fits(page)) == ([], [], True)


def test_the_page_of_an_obligation_fetches_what_was_told(pretend, visit_as, barriers):
    home = world()
    pretend.dues["stil"] = [a_due(3, subject=f"quality.Obligation:{home.obligation.pk}")]
    plan(timezone.now())

    page = visit_as(home.people["coordinator"], reverse("workspace:obligation", args=[home.obligation.pk]))

    page.get_by_text(
        "Netwerk dat stil is: nog geen herinnering gestuurd; gaat op de eerstvolgende werkdag."
    ).wait_for()
    assert (barriers(page), page.complaints) == ([], [])
