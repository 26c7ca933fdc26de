"""A question that lies, in a real browser: the clock goes on, mail comes, its link passes it on, the school sees."""

import re
from datetime import datetime, time, timedelta

import pytest
from django.core import mail
from django.utils import timezone

from accounts import messages
from accounts.models import Message
from activities.models import Activity
from enquiries.clock import ReplyClock
from reminders.delivery import bundle
from reminders.planning import plan
from tests.activities.factories import small_country
from tests.browser.test_workspace_networks import assert_fine
from tests.networks.factories import AssignmentFactory
from tests.schools.factories import MembershipFactory
from tests.workspace.world import ask

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WIDTHS = ["wide", "small"]


def working_day():
    """Ten in the morning of the next day on which people work: periodic mail rests on other days."""
    clock, day = ReplyClock([]), timezone.localdate() + timedelta(days=1)
    while clock.days_between(day - timedelta(days=1), day) == 0:
        day += timedelta(days=1)
    return timezone.make_aware(datetime.combine(day, time(10)))


def deliver(now):
    """What beat and the workers do at `now`; returns the letters by address."""
    mail.outbox.clear()
    plan(now)
    bundle(now)
    for pk in Message.objects.due(now).values_list("pk", flat=True):
        messages.send(pk, now=now)
    return {letter.to[0]: letter for letter in mail.outbox}


def links(letter):
    """The paths in a letter, in order."""
    return re.findall(r"https?://[^/\s]+(/\S*)", letter.body)


def test_a_question_that_lies_is_reminded_of_passed_on_and_seen_by_the_school(visit, visit_as, barriers):
    country = small_country()
    member = MembershipFactory(school=country.school).user
    AssignmentFactory(network=country.network)
    now = working_day()
    type(country.network).objects.update(confirmed_on=now.date())
    Activity.objects.update(confirmed_on=now.date())
    recipient = ask(country, network=country.network, days_left=(now.date() - timezone.localdate()).days + 1)
    type(recipient).objects.filter(pk=recipient.pk).update(created_at=now - timedelta(days=20))
    recipient.enquiry.asked_by = member
    recipient.enquiry.save()

    letter = deliver(now)[recipient.email]
    assert letter.subject.startswith("Een school wacht op antwoord")
    assert letter.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"

    page = visit(next(path for path in links(letter) if "/ding/" in path))
    assert_fine(page, barriers)
    page.get_by_role("main").get_by_role("button").click()
    page.get_by_role("button", name="Lees de vraag").click()
    page.get_by_label("Stuur de vraag door naar").check()
    page.get_by_label("Uw antwoord of toelichting").fill("Een collega weet hier meer van.")
    page.get_by_role("button", name="Verstuur", exact=True).click()
    assert recipient.enquiry.recipients.count() == 2

    school = visit_as(member, recipient.enquiry.get_absolute_url())
    assert school.get_by_text("doorgestuurd").first.is_visible()
    assert recipient.email not in deliver(now + timedelta(hours=1))
    assert page.complaints == school.complaints == []
