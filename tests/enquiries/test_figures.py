"""Figures about asking: what is counted, what is left out, and that a definition holds at its edges."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from enquiries import answering, asking
from enquiries.clock import ReplyClock
from enquiries.figures import reply_times, unmet_demand
from enquiries.models import Recipient
from schools.models import School
from tests.enquiries.factories import NOW, TEXTS, ask, later, only_recipient
from tests.schools.factories import SchoolFactory

ON = NOW.date() + timedelta(days=60)
DAYS = st.dates(date(2025, 1, 1), date(2028, 12, 31))


def another(country):
    """A question with words of its own: the same words within a day are the same question."""
    return ask(country, texts=TEXTS | {"goal": f"Wij zoeken hulp, {uuid4()}"})


def reply(recipient, *, days, do=answering.answer, **values):
    values = values or {"text": "Ja, dat kan."}
    do(recipient=recipient, form_key=uuid4(), now=later(days), **values)


def figures(on=ON):
    return reply_times(Recipient.objects.all(), on=on)


def test_nothing_asked_gives_no_figure(db):
    found = figures()

    assert (found.median_days, found.share, found.replied, found.judged) == (None, None, 0, 0)


def test_the_median_counts_working_days_and_late_replies_too(country):
    for days in (0, 1, 9):  # the same Monday, Tuesday, and Wednesday of the next week: 0, 1 and 7 working days
        reply(only_recipient(another(country)), days=days)

    found = figures()

    assert (found.median_days, found.replied) == (1, 3)
    assert (found.in_time, found.judged) == (2, 3)
    assert found.share == pytest.approx(2 / 3)


def test_the_last_day_of_the_promise_is_within_it(country):
    recipient = only_recipient(ask(country))
    reply(recipient, days=(recipient.reply_due_on - NOW.date()).days)

    assert figures().share == 1


def test_a_refusal_is_a_reply_and_only_the_first_reply_counts(country):
    recipient = only_recipient(ask(country))
    reply(recipient, days=1, do=answering.refuse, reason="full")
    reply(recipient, days=30)

    found = figures()

    assert (found.median_days, found.replied, found.in_time) == (1, 1, 1)


def test_who_still_has_time_is_left_out_and_who_let_it_pass_is_not(country):
    recipient = only_recipient(ask(country))

    assert figures(recipient.reply_due_on).judged == 0
    late = figures(recipient.reply_due_on + timedelta(days=1))
    assert (late.judged, late.in_time, late.median_days) == (1, 0, None)


@pytest.mark.parametrize(
    "end",
    [
        lambda enquiry, recipient: asking.withdraw(enquiry=enquiry, now=later(1)),
        lambda enquiry, recipient: asking.postpone(enquiry=enquiry, until=date(2027, 3, 1), now=later(1)),
        lambda enquiry, recipient: reply(recipient, days=1, do=answering.pass_on, reason="Zij weten meer."),
    ],
)
def test_a_reply_that_was_not_needed_in_time_is_left_out(country, end):
    enquiry = ask(country)
    recipient = only_recipient(enquiry)

    end(enquiry, recipient)

    assert reply_times(Recipient.objects.filter(pk=recipient.pk), on=ON).judged == 0


def test_a_question_that_expired_counts_for_each_who_let_it_pass(country):
    enquiry = ask(country)
    asking.expire(now=later(8))

    found = reply_times(enquiry.recipients.filter(passed_from=None), on=later(9).date())

    assert (found.judged, found.in_time) == (1, 0)


def test_only_the_given_recipients_count(country):
    reply(only_recipient(ask(country)), days=1)

    assert reply_times(Recipient.objects.none(), on=ON).replied == 0


def test_more_questions_cost_no_more_queries(country):
    counts = []
    for _round in range(2):
        for _number in range(3):
            reply(only_recipient(another(country)), days=2)
        with CaptureQueriesContext(connection) as queries:
            figures()
        counts.append(len(queries))

    assert counts[0] == counts[1] <= 2


@given(DAYS, st.integers(0, 120))
def test_working_days_agree_with_the_day_on_which_an_answer_is_due(sent_on, more):
    clock = ReplyClock([("2026-2027", date(2026, 10, 10), date(2026, 10, 18))], working_days=5)

    assert clock.days_between(sent_on, clock.due(sent_on).on) == 5
    until = sent_on + timedelta(days=more)
    assert clock.days_between(sent_on, until) == -clock.days_between(until, sent_on) <= more


def test_all_regions_have_a_clock_and_a_school_without_one_too(db):
    clocks = ReplyClock.of_all_regions()

    assert clocks[None].due(NOW.date()) == ReplyClock.for_school(SchoolFactory()).due(NOW.date())
    assert clocks[12345].due(NOW.date()).holidays_known is False


def test_unmet_demand_can_be_narrowed_down_to_schools(country):
    reply(only_recipient(ask(country)), days=1, do=answering.refuse, reason="full")

    assert list(unmet_demand(NOW, schools=School.objects.filter(pk=country.school.pk))) == [
        {"reason": "full", "enquiry_count": 1}
    ]
    assert not unmet_demand(NOW, schools=School.objects.exclude(pk=country.school.pk))
