"""From reminders to mail: one bundle a day on working days, what is urgent at once, and nothing in vain."""

from datetime import date, timedelta

import pytest
from django.core import mail
from django.utils import timezone

from accounts.messages import send
from accounts.models import Message, Preference
from accounts.preferences import choose
from regions.models import HolidayRegion, SchoolHoliday
from reminders.delivery import bundle, look_back
from reminders.forgetting import forget
from reminders.models import Reminder, Rule
from reminders.planning import plan
from tests.accounts.factories import UserFactory
from tests.reminders.memory.pretend import MONDAY, a_due, at

TO = "lezer@voorbeeld.example"
Reason, How = Reminder.Reason, Preference.How


def go(now):
    """Beat at `now`: plan, bundle and send; returns the subjects of what left."""
    before = len(mail.outbox)
    plan(now)
    bundle(now)
    for pk in Message.objects.due(now).order_by("pk").values_list("pk", flat=True):
        send(pk, now=now)
    return [letter.subject for letter in mail.outbox[before:]]


def reason_of(number):
    return Reminder.objects.get(subject=f"pretend.Thing:{number}").reason


def test_all_that_is_due_for_one_person_goes_in_one_mail(pretend):
    pretend.rule("een", dues=[a_due(1), a_due(2)])
    pretend.rule("twee", dues=[a_due(3), a_due(4, to="ander@voorbeeld.example")])

    assert sorted(go(at(MONDAY))) == ["3 dingen in Loket die op u wachten", "Doe ding 4"]
    letter = next(letter for letter in mail.outbox if letter.to == [TO])
    assert [f"U kunt ding {number} nog doen." in letter.body for number in (1, 2, 3, 4)] == [True] * 3 + [False]
    assert letter.message()["Auto-Submitted"] == "auto-generated"
    assert letter.message()["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert letter.message()["List-Unsubscribe"].strip().startswith("<http")
    assert letter.body.count("/herinneringen/ding/") == 3  # who has no account comes to a page without login
    [(html, kind)] = letter.alternatives
    assert kind == "text/html"
    assert "<img" not in html
    assert html.count('class="button"') == 3


def test_a_second_thing_waits_for_the_mail_of_tomorrow(pretend):
    pretend.rule(dues=[a_due(1)])
    assert go(at(MONDAY)) == ["Doe ding 1"]
    pretend.dues["ding"].append(a_due(2))

    assert go(at(MONDAY, 12)) == go(at(MONDAY, 23)) == []
    assert go(at("2026-11-24", 7, 50)) == []
    assert go(at("2026-11-24", 8)) == ["Doe ding 2"]


def test_nothing_goes_before_the_chosen_hour(pretend, settings):
    settings.REMINDER_HOUR = 10
    pretend.rule(dues=[a_due()])

    assert go(at(MONDAY, 9, 50)) == []
    assert go(at(MONDAY, 10)) == ["Doe ding 1"]


@pytest.mark.parametrize("day", ["2026-11-28", "2026-11-29", "2026-12-25", "2027-04-27"])
def test_nothing_periodic_goes_on_weekends_and_public_holidays(pretend, day):
    pretend.rule(dues=[a_due()])

    assert go(at(day, 12)) == []


def test_nothing_periodic_goes_in_the_school_holidays_of_the_reader(pretend):
    region = HolidayRegion.objects.create(slug="noord", name="Noord")
    other = HolidayRegion.objects.create(slug="zuid", name="Zuid")
    SchoolHoliday.objects.create(
        region=region, school_year="2026-2027", name="Herfst", first_on=date(2026, 11, 21), last_on=date(2026, 11, 29)
    )
    pretend.rule(
        dues=[
            a_due(1, holiday_region_pk=region.pk),
            a_due(2, to="zuid@voorbeeld.example", holiday_region_pk=other.pk),
            a_due(3, to="onbekend@voorbeeld.example"),
        ]
    )

    assert sorted(go(at(MONDAY))) == ["Doe ding 2", "Doe ding 3"]
    assert go(at("2026-11-30")) == ["Doe ding 1"]


def test_what_is_urgent_goes_at_once_one_by_one_on_any_day_and_despite_opt_out(pretend):
    urgent = {"is_urgent": True, "why_urgent": "De datum is morgen."}
    pretend.rule("datum", dues=[a_due(1, calendar="BEGIN:VCALENDAR"), a_due(2)], **urgent)
    choose([TO], {"datum": How.OFF})

    assert go(at("2026-12-25", 3)) == ["Doe ding 1", "Doe ding 2"]
    first = mail.outbox[0]
    assert "List-Unsubscribe" not in first.message()
    assert "De datum is morgen." in first.body
    assert first.attachments[0][:2] == ("datum.ics", "BEGIN:VCALENDAR")
    assert go(at("2026-12-25", 4)) == []


def test_who_switched_a_kind_off_gets_none_of_it_and_the_rest(pretend):
    pretend.rule("een", dues=[a_due(1)])
    pretend.rule("twee", dues=[a_due(2)])
    choose([TO.upper()], {"een": How.OFF})

    assert go(at(MONDAY)) == ["Doe ding 2"]
    assert reason_of(1) == Reason.OFF


def test_direct_goes_before_the_hour_but_not_twice_a_day_nor_on_a_day_of_rest(pretend):
    pretend.rule(dues=[a_due(1)])
    choose([TO], {"ding": How.DIRECT})

    assert go(at("2026-11-22", 12)) == []
    assert go(at(MONDAY, 0, 10)) == ["Doe ding 1"]
    pretend.dues["ding"] = [a_due(2)]
    assert go(at(MONDAY, 14)) == []
    assert go(at("2026-11-24", 0, 10)) == ["Doe ding 2"]


def test_a_direct_mail_takes_along_what_would_go_that_day(pretend):
    pretend.rule("een", dues=[a_due(1)])
    pretend.rule("twee", dues=[a_due(2)])
    pretend.rule("drie", dues=[a_due(3)])
    choose([TO], {"een": How.DIRECT, "drie": How.WEEKLY})

    assert go(at("2026-11-24", 0, 10)) == ["2 dingen in Loket die op u wachten"]
    assert go(at("2026-11-24", 8)) == []


def test_weekly_goes_on_the_first_working_day_of_a_week(pretend):
    pretend.rule(dues=[a_due(1)])
    choose([TO], {"ding": How.WEEKLY})

    assert go(at("2026-11-24")) == go(at("2026-11-27")) == []
    assert go(at("2026-11-30", 7, 50)) == []
    assert go(at("2026-11-30", 8)) == ["Doe ding 1"]
    pretend.dues["ding"] = [a_due(2)]
    assert go(at("2026-11-30", 9)) == go(at("2026-12-03", 9)) == []
    assert go(at("2026-12-07", 8)) == ["Doe ding 2"]
    pretend.dues["ding"] = [a_due(3)]
    assert go(at("2027-03-24", 12)) == []
    # Easter Monday is 29 March 2027.
    assert go(at("2027-03-29", 12)) == []
    assert go(at("2027-03-30", 12)) == ["Doe ding 3"]


def test_what_is_done_before_the_mail_is_made_is_dropped(pretend):
    pretend.rule(dues=[a_due(1), a_due(2)])
    plan(at(MONDAY, 0, 10))
    pretend.dues["ding"] = [a_due(2, values={"wat": "ding 2, nieuw"})]

    assert bundle(at(MONDAY)) == 1
    assert reason_of(1) == Reason.DONE
    assert Message.objects.get().subject == "Doe ding 2, nieuw"


def test_what_is_done_before_the_mail_leaves_is_taken_out_of_it(pretend):
    pretend.rule(dues=[a_due(1), a_due(2)])
    plan(at(MONDAY))
    bundle(at(MONDAY))
    pretend.dues["ding"] = [a_due(2)]

    assert send(Message.objects.get().pk, now=at(MONDAY, 9, 1)) is True
    assert [letter.subject for letter in mail.outbox] == ["Doe ding 2"]
    assert "ding 1" not in mail.outbox[0].body
    assert reason_of(1) == Reason.DONE


def test_a_mail_of_which_all_is_done_does_not_leave(pretend):
    pretend.rule(dues=[a_due(1)])
    plan(at(MONDAY))
    bundle(at(MONDAY))
    pretend.dues["ding"] = []

    assert send(Message.objects.get().pk, now=at(MONDAY, 9, 1)) is False
    assert mail.outbox == []
    message = Message.objects.get()
    assert message.given_up_at == at(MONDAY, 9, 1)
    assert "al gedaan" in message.last_error
    assert reason_of(1) == Reason.DONE


def test_who_opts_out_while_a_mail_waits_does_not_get_it(pretend):
    pretend.rule(dues=[a_due(1)])
    plan(at(MONDAY))
    bundle(at(MONDAY))
    choose([TO], {"ding": How.OFF})

    assert send(Message.objects.get().pk, now=at(MONDAY, 9, 1)) is False
    assert (mail.outbox, reason_of(1)) == ([], Reason.OFF)


def test_a_rule_that_is_switched_off_sends_nothing_that_waits(pretend):
    pretend.rule(dues=[a_due(1)])
    plan(at(MONDAY, 0, 10))
    Rule.objects.update(is_on=False)

    assert go(at(MONDAY)) == []
    assert reason_of(1) == Reason.OFF


def test_what_is_too_late_by_then_is_dropped(pretend):
    pretend.rule(dues=[a_due(1, until=at("2026-11-29"))])

    assert go(at("2026-11-28", 12)) == []
    assert go(at("2026-11-30")) == []
    assert reason_of(1) == Reason.TOO_LATE


def test_a_dead_account_gets_nothing_that_waits_and_a_deleted_one_leaves_nothing(pretend):
    away, gone = UserFactory(), UserFactory()
    pretend.rule(dues=[a_due(1, to=away.email, user_pk=away.pk), a_due(2, to=gone.email, user_pk=gone.pk)])
    plan(at(MONDAY, 0, 10))
    away.is_active = False
    away.save()
    gone.delete()
    pretend.dues["ding"].pop()

    assert go(at(MONDAY)) == []
    assert reason_of(1) == Reason.NO_ADDRESS
    assert Reminder.objects.count() == 1


def test_a_rule_that_fails_at_the_last_moment_holds_back_only_its_own(pretend):
    pretend.rule("een", dues=[a_due(1)])
    pretend.rule("twee", dues=[a_due(2)])
    plan(at(MONDAY, 0, 10))
    pretend.broken.add("een")

    assert go(at(MONDAY)) == ["Doe ding 2"]
    pretend.broken.clear()
    assert go(at("2026-11-24")) == ["Doe ding 1"]


def test_a_rule_that_fails_while_its_mail_leaves_is_a_failed_try(pretend):
    pretend.rule(dues=[a_due(1)])
    plan(at(MONDAY))
    bundle(at(MONDAY))
    pretend.broken.add("ding")

    assert send(Message.objects.get().pk, now=at(MONDAY, 9, 1)) is False
    message = Message.objects.get()
    assert (message.tries, message.sent_at) == (1, None)
    assert "ZeroDivisionError" in message.last_error
    pretend.broken.clear()
    assert send(message.pk, now=at(MONDAY, 9, 5)) is True


def test_a_mail_that_could_not_leave_waits_for_the_next_working_day_and_no_second_is_made(pretend):
    pretend.rule(dues=[a_due(1)])
    friday, saturday = at("2026-11-27"), at("2026-11-28")
    plan(friday)
    bundle(friday)
    pretend.dues["ding"].append(a_due(2))

    assert go(saturday) == []
    monday = at("2026-11-30")
    assert Message.objects.get().due_at == at("2026-11-30", 8)
    assert go(monday) == ["Doe ding 1"]
    assert go(at("2026-11-30", 12)) == []
    assert go(at("2026-12-01")) == ["Doe ding 2"]


def test_a_given_up_mail_that_staff_try_again_is_made_anew_and_waits_when_today_had_one(pretend, admin_client):
    pretend.rule(dues=[a_due(1)])
    plan(at(MONDAY))
    bundle(at(MONDAY))
    first = Message.objects.get()
    Message.objects.update(given_up_at=at(MONDAY), tries=8, text="", html="", attachments=[], headers={})
    pretend.dues["ding"].append(a_due(2))
    assert go(at("2026-11-24")) == ["Doe ding 2"]

    admin_client.post("/admin/accounts/message/", {"action": "try_again", "_selected_action": [first.pk]})
    Message.objects.filter(pk=first.pk).update(due_at=at("2026-11-24", 10))

    assert send(first.pk, now=at("2026-11-24", 10)) is False
    assert send(first.pk, now=at("2026-11-25", 8)) is True
    assert "U kunt ding 1 nog doen." in mail.outbox[-1].body


def test_a_clock_that_was_ahead_silences_nothing(pretend):
    pretend.rule(dues=[a_due(1, to="ander@voorbeeld.example")])
    ahead = at("2027-06-07")
    go(ahead)
    pretend.dues["ding"] = [a_due(2), a_due(3, to="ander@voorbeeld.example")]
    plan(ahead + timedelta(hours=1))

    assert sorted(go(at(MONDAY))) == ["Doe ding 2", "Doe ding 3"]


def test_many_things_are_counted_and_all_of_them_are_told(pretend):
    pretend.rule(dues=[a_due(number) for number in range(40)])

    assert go(at(MONDAY)) == ["40 dingen in Loket die op u wachten"]
    assert "En nog 15 dingen. Die ziet u in Loket." in mail.outbox[0].body
    assert not Reminder.objects.waiting().exists()


@pytest.mark.parametrize("people", [3, 30])
def test_the_queries_of_a_bundle_do_not_grow_with_the_people(pretend, django_assert_max_num_queries, people):
    pretend.rule("een", dues=[a_due(1, to=f"p{number}@voorbeeld.example") for number in range(people)])
    pretend.rule("twee", dues=[a_due(2, to=f"p{number}@voorbeeld.example") for number in range(people)])
    plan(at(MONDAY))

    with django_assert_max_num_queries(22):
        assert bundle(at(MONDAY)) == people


def test_a_mail_takes_at_most_six_queries_to_leave(pretend, django_assert_max_num_queries):
    pretend.rule(dues=[a_due(1), a_due(2)])
    plan(at(MONDAY))
    bundle(at(MONDAY))

    pk = Message.objects.get().pk

    # Three, and two for the savepoint of a test: so three are left for the rule.
    with django_assert_max_num_queries(5):
        assert send(pk, now=at(MONDAY)) is True


def test_the_message_can_be_forgotten_without_a_second_one(pretend):
    pretend.rule(dues=[a_due(1)])
    go(at(MONDAY))
    Message.objects.all().delete()

    assert go(at("2027-11-25")) == []
    assert Reminder.objects.told().count() == 1


def test_what_was_told_and_is_gone_is_done_but_not_when_its_day_passed(pretend):
    pretend.rule(dues=[a_due(1), a_due(2, until=at("2026-11-24")), a_due(3)])
    go(at(MONDAY))
    pretend.dues["ding"] = [a_due(3, moment="2026-12-01/0")]

    assert look_back(at("2026-11-25")) == 1
    assert Reminder.objects.exclude(done_at=None).get().subject == "pretend.Thing:1"
    assert look_back(at("2026-11-25")) == 0


def test_old_reminders_go_unless_their_rule_would_say_them_again(pretend):
    pretend.rule(dues=[a_due(1), a_due(2)])
    go(at(MONDAY))
    pretend.dues["ding"].pop(0)

    assert forget(at(MONDAY) + timedelta(days=700)) == 0
    assert forget(at(MONDAY) + timedelta(days=732)) == 1
    assert Reminder.objects.get().subject == "pretend.Thing:2"
    assert timezone.localdate(Reminder.objects.get().planned_at) == date(2026, 11, 23)
