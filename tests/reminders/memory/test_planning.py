"""The memory: what a rule says is due is written down once, whatever happens to beat or clock."""

import dataclasses
import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from reminders.alone import alone
from reminders.models import Reminder, Rule
from reminders.planning import plan, sync_rules
from tests.accounts.factories import UserFactory
from tests.reminders.memory.pretend import MONDAY, a_due, at

Reason = Reminder.Reason


def test_what_is_due_is_written_down_once(pretend):
    user = UserFactory(email="lezer@voorbeeld.example")
    due = a_due(user_pk=user.pk, until=at("2026-12-01"), calendar="BEGIN:VCALENDAR")
    pretend.rule(dues=[due, a_due(2)])

    assert plan(at(MONDAY)) == 2
    assert plan(at(MONDAY)) == 0
    assert plan(at(MONDAY) + timedelta(days=3)) == 0

    reminder = Reminder.objects.get(subject="pretend.Thing:1")
    assert (reminder.to, reminder.user, reminder.until) == ("lezer@voorbeeld.example", user, at("2026-12-01"))
    assert (reminder.values, reminder.calendar) == ({"wat": "ding 1"}, "BEGIN:VCALENDAR")
    rule = Rule.objects.get()
    assert (rule.last_run_at, rule.last_found, rule.last_error) == (at(MONDAY) + timedelta(days=3), 2, "")


def test_the_database_keeps_it_unique(pretend):
    pretend.rule(dues=[a_due()])
    plan(at(MONDAY))
    again = Reminder.objects.get()
    again.pk = None

    with pytest.raises(IntegrityError), transaction.atomic():
        again.save(force_insert=True)


def test_another_moment_or_person_or_rule_is_another_reminder(pretend):
    pretend.rule("een", dues=[a_due(), a_due(moment="2026-12-01/0"), a_due(to="ander@voorbeeld.example")])
    pretend.rule("twee", dues=[a_due()])

    assert plan(at(MONDAY)) == 4


def test_a_rule_is_asked_with_the_days_of_staff_and_not_when_it_is_off(pretend):
    pretend.rule("aan", dues=[a_due()], days=(9,))
    pretend.rule("uit", dues=[a_due()])
    sync_rules()
    Rule.objects.filter(key="aan").update(days=[30, 0])
    Rule.objects.filter(key="uit").update(is_on=False)

    assert plan(at(MONDAY)) == 1
    assert [asked.days for asked in pretend.asked["aan"]] == [(30, 0)]
    assert pretend.asked["uit"] == []


def test_a_rule_that_fails_is_remembered_and_does_not_stop_the_others(pretend, caplog):
    pretend.rule("een", dues=[a_due()])
    pretend.rule("twee", dues=[a_due()])
    pretend.broken.add("een")

    assert plan(at(MONDAY)) == 1

    failed, fine = Rule.objects.get(key="een"), Rule.objects.get(key="twee")
    assert failed.last_error == "ZeroDivisionError: the rule een is broken"
    assert (failed.last_run_at, fine.last_run_at, fine.last_error) == (None, at(MONDAY), "")
    pretend.broken.clear()
    assert plan(at(MONDAY, 10)) == 1
    assert Rule.objects.get(key="een").last_error == ""


@pytest.mark.django_db(transaction=True)
def test_a_rule_with_a_query_that_fails_stops_no_other(pretend):
    def broken(asked):
        with connection.cursor() as cursor:
            cursor.execute("SELECT no_such_column FROM reminders_rule")
        yield

    pretend.rule("een", dues=[a_due()])
    broken_rule = dataclasses.replace(pretend.rule("aaa"), dues=broken)
    from reminders.due import RULES

    RULES.rules["aaa"] = broken_rule

    assert plan(at(MONDAY)) == 1
    assert "no_such_column" in Rule.objects.get(key="aaa").last_error


def test_a_rule_that_the_code_does_not_know_any_more_is_left_alone(pretend):
    Rule.objects.create(key="van-vroeger", subject_line="x", sentence="x", button="x")

    assert plan(at(MONDAY)) == 0
    assert str(Rule.objects.get()) == "van-vroeger"


def test_what_staff_wrote_stays_when_rules_are_made_again(pretend):
    pretend.rule()
    sync_rules()
    Rule.objects.update(sentence="Van ons: {wat}.")
    sync_rules()

    assert Rule.objects.get().sentence == "Van ons: {wat}."


def test_who_has_no_address_or_a_dead_account_is_dropped_with_the_reason_and_told_when_that_is_mended(pretend):
    away = UserFactory(is_active=False)
    gone = UserFactory()
    gone_pk = gone.pk
    gone.delete()
    pretend.rule(
        dues=[
            a_due(1, to=""),
            a_due(2, to="geen adres"),
            a_due(3, to="weg@voorbeeld.example", user_pk=away.pk),
            a_due(4, to="verwijderd@voorbeeld.example", user_pk=gone_pk),
        ]
    )

    plan(at(MONDAY))
    assert plan(at(MONDAY, 10)) == 0
    assert Reminder.objects.filter(reason=Reason.NO_ADDRESS).count() == 4
    assert not Reminder.objects.waiting().exists()

    away.is_active = True
    away.save()
    assert plan(at(MONDAY, 11)) == 1
    assert Reminder.objects.waiting().get().to == "weg@voorbeeld.example"


def test_what_is_too_late_to_be_told_is_not_written_down(pretend):
    pretend.rule(dues=[a_due(until=at(MONDAY))])

    assert plan(at(MONDAY)) == 0


def test_what_was_done_and_is_undone_is_told_after_all(pretend):
    pretend.rule(dues=[a_due()])
    plan(at(MONDAY))
    reminder = Reminder.objects.get()
    reminder.drop(Reason.DONE, at(MONDAY))
    reminder.save()

    assert plan(at(MONDAY, 11)) == 1
    assert Reminder.objects.waiting().get() == reminder


def test_what_was_unwanted_stays_dropped(pretend):
    pretend.rule(dues=[a_due()])
    plan(at(MONDAY))
    reminder = Reminder.objects.get()
    reminder.drop(Reason.OFF, at(MONDAY))
    reminder.save()

    assert plan(at(MONDAY, 11)) == 0


@pytest.mark.django_db(transaction=True)
def test_two_beats_never_plan_at_the_same_time(pretend):
    pretend.rule(dues=[a_due()])
    inside, go_on = threading.Event(), threading.Event()

    def other():
        with alone("reminders.plan") as is_alone:
            assert is_alone
            inside.set()
            go_on.wait(10)
        connection.close()

    beat = threading.Thread(target=other)
    beat.start()
    assert inside.wait(10)
    while_busy = plan(at(MONDAY))
    go_on.set()
    beat.join(10)

    assert (while_busy, plan(at(MONDAY))) == (0, 1)


def test_beat_that_stood_still_for_three_days_makes_up_for_it_in_one_mail(pretend):
    pretend.rule(dues=[a_due(1)])
    plan(at(MONDAY, 0, 10))
    pretend.dues["ding"] = [a_due(1), a_due(2), a_due(3)]
    back = at("2026-11-26", 14)

    assert plan(back) == 2

    assert {row.ready_at for row in Reminder.objects.exclude(subject="pretend.Thing:1")} == {back}


def test_summer_time_moves_no_hour(pretend, settings):
    settings.REMINDER_HOUR = 2  # does not exist on 28 March 2027
    pretend.rule(dues=[a_due(1)])
    plan(at("2027-03-27", 1))
    plan(at("2027-03-27", 12))
    pretend.dues["ding"] = [a_due(2)]
    plan(at("2027-03-27", 12, 10))
    pretend.dues["ding"] = [a_due(3)]
    plan(at("2027-03-28", 12))

    assert Reminder.objects.get(subject="pretend.Thing:1").ready_at == datetime(2027, 3, 27, 1, tzinfo=UTC)
    assert Reminder.objects.get(subject="pretend.Thing:2").ready_at == datetime(2027, 3, 28, 1, tzinfo=UTC)
    assert Reminder.objects.get(subject="pretend.Thing:3").ready_at == at("2027-03-28", 12)


@pytest.mark.parametrize("count", [3, 30])
def test_the_number_of_queries_does_not_grow_with_what_is_due(pretend, django_assert_max_num_queries, count):
    pretend.rule(dues=[a_due(number) for number in range(count)])
    sync_rules()

    with django_assert_max_num_queries(12):
        assert plan(at(MONDAY)) == count
