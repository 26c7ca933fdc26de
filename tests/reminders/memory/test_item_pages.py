"""The page of one thing, by its signed link: it opens without login, a button acts, and old links lead on."""

import re
from datetime import timedelta
from unittest import mock

import pytest
from django.core import mail, signing
from django.utils import timezone

from accounts.messages import send
from accounts.models import Message
from reminders.delivery import bundle
from reminders.due import GoneError
from reminders.links import CHOOSE, ITEM
from reminders.models import Reminder
from reminders.planning import plan
from tests.accounts.factories import UserFactory
from tests.reminders.memory.pretend import a_due

WORKDAY = timezone.make_aware(timezone.datetime(2026, 11, 23, 12))


@pytest.fixture
def link(pretend):
    """link(**said) -> the path in the mail of a rule with one thing that is due; `done` holds what its button did."""

    def make(*, to="lezer@voorbeeld.example", user_pk=None, **said):
        done = []

        def act(subject, user, now):
            done.append((subject, user))
            pretend.dues["ding"] = []
            return "Het is bevestigd. U hoort er niets meer van."

        pretend.rule(dues=[a_due(to=to, user_pk=user_pk)], **{"act": act, **said})
        plan(WORKDAY)
        bundle(WORKDAY)
        send(Message.objects.get().pk, now=WORKDAY)
        make.done = done
        return re.search(r"http://[^/]+(/herinneringen/ding/\S+)", mail.outbox[0].body)[1]

    return make


def test_the_link_opens_the_thing_without_login_and_does_nothing_yet(link, client):
    answer = client.get(link())

    assert answer.status_code == 200
    assert "U kunt ding 1 nog doen." in answer.text
    assert "Doe het" in answer.text
    assert "no-store" in answer["Cache-Control"]
    assert link.done == []


def test_the_button_acts_and_says_what_happens_now_and_a_second_time_it_was_done(link, client):
    path = link()

    done, again = client.post(path), client.post(path)

    assert "Het is bevestigd. U hoort er niets meer van." in done.text
    assert link.done == [("pretend.Thing:1", None)]
    assert (again.status_code, client.get(path).status_code) == (410, 410)
    assert "Dit is al gedaan, of het hoeft niet meer." in again.text
    assert Reminder.objects.get().done_at is not None


def test_the_button_acts_in_the_name_of_the_account(link, client):
    user = UserFactory(email="lezer@voorbeeld.example")

    client.post(link(user_pk=user.pk))

    assert link.done == [("pretend.Thing:1", user)]


def test_who_is_not_told_about_it_any_more_can_do_nothing(link, client, pretend):
    path = link()
    pretend.dues["ding"] = [a_due(to="opvolger@voorbeeld.example")]

    answer = client.post(path)

    assert answer.status_code == 410
    assert link.done == []


def test_a_dead_account_can_do_nothing(link, client):
    user = UserFactory(email="lezer@voorbeeld.example")
    path = link(user_pk=user.pk)
    user.is_active = False
    user.save()

    assert client.post(path).status_code == 410
    assert link.done == []


def test_what_cannot_be_done_any_more_says_why(link, client):
    def act(subject, user, now):
        raise GoneError("Deze plaats is naar een andere school gegaan.")

    answer = client.post(link(act=act))

    assert answer.status_code == 410
    assert "Deze plaats is naar een andere school gegaan." in answer.text


def test_a_second_button_does_the_other_thing(link, client):
    path = link(other_button="Nee, dank u", other_act=lambda subject, user, now: "U hebt de plaats geweigerd.")

    assert "Nee, dank u" in client.get(path).text
    assert "U hebt de plaats geweigerd." in client.post(path, {"knop": "ander"}).text
    assert link.done == []


def test_a_button_can_lead_to_a_page_of_its_own_room(link, client):
    answer = client.post(link(act=None, leads_to=lambda subject: f"/elders/{subject}/"))

    assert (answer.status_code, answer["Location"]) == (303, "/elders/pretend.Thing:1/")


def test_who_has_an_account_goes_to_the_page_itself(link):
    with pytest.raises(TypeError):  # there is no link to the page without login
        link(act=None, user_pk=UserFactory(email="lezer@voorbeeld.example").pk)
    assert "/beheer/" in mail.outbox[0].body


def test_who_has_no_account_reads_what_it_is_about_and_who_gives_one(link, client):
    page = client.get(link(act=None))

    assert "U kunt ding 1 nog doen." in page.text
    assert "heeft nog geen account dat dit mag" in page.text


@pytest.mark.parametrize("broken", [lambda token: token[:-3], lambda token: "x" + token, lambda token: "1"])
def test_a_link_that_was_cut_off_says_so_and_leads_on(link, client, broken):
    start, token = link().rstrip("/").rsplit("/", 1)

    answer = client.get(f"{start}/{broken(token)}/")

    assert answer.status_code == 404
    assert "Deze link klopt niet" in answer.text
    assert "/mijn/" in answer.text


def test_a_link_works_for_thirty_days_and_then_says_so(link, client):
    path = link()
    with mock.patch.object(signing.time, "time", return_value=signing.time.time() + 31 * 86400):
        answer = client.get(path)

    assert answer.status_code == 410
    assert "Deze link is verlopen" in answer.text
    assert "/beheer/" in answer.text
    assert timedelta(days=30) == ITEM.valid_for


def test_a_reminder_that_is_forgotten_says_so(link, client):
    path = link()
    Reminder.objects.all().delete()

    answer = client.get(path)

    assert answer.status_code == 404
    assert "Deze herinnering is er niet meer" in answer.text


def test_a_link_for_one_purpose_opens_no_other_page(link, client):
    token = link().rstrip("/").rsplit("/", 1)[1]

    assert client.get(f"/herinneringen/kies/{token}/").status_code == 404
    assert client.get(f"/herinneringen/uit/{token}/").status_code == 404
    assert client.get(f"/herinneringen/ding/{CHOOSE.token('lezer@voorbeeld.example')}/").status_code == 404
