"""Dates that come, places that are held, and what the network must confirm or write down."""

from datetime import UTC, date, datetime, timedelta

import pytest
import vobject

from enquiries import registrations
from enquiries.models import Registration, RegistrationEvent, State, WaitingOffer
from reminders.due import RULES, GoneError
from reminders.rules.subjects import subject_of
from schools.models import Membership
from tests.accounts.factories import UserFactory
from tests.enquiries.signing_up import NOW, START, fresh, sign_up
from tests.enquiries.signing_up import world as signing_world
from tests.reminders.asking import act, at, due, moments
from tests.reminders.rules_world import offered, placed, signed_up
from tests.workspace.world import DAY, join

START_ON = START.date()  # Thursday 17 December 2026, 10:00


@pytest.fixture
def there(db):
    return signing_world()


# --- next week, tomorrow -----------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("days", "week", "tomorrow"),
    [
        (8, None, None),
        (7, "2026-12-17/7", None),
        (2, "2026-12-17/7", None),
        (1, None, "2026-12-17/1"),
        (0, None, "2026-12-17/1"),  # 9:00, an hour before
        (-1, None, None),
    ],
)
def test_a_week_and_a_day_before_and_never_both(there, days, week, tomorrow):
    sign_up(there, school=there.school, by=there.member)
    on = START_ON - days * DAY

    assert moments("date-next-week", on) == ({week} if week else set())
    assert moments("date-tomorrow", on) == ({tomorrow} if tomorrow else set())
    assert moments("date-tomorrow-network", on) == ({tomorrow} if tomorrow else set())


def test_a_date_that_has_begun_is_not_told(there):
    sign_up(there)

    assert due("date-tomorrow", START - timedelta(seconds=1))
    assert due("date-tomorrow", START) == []
    assert due("date-tomorrow-network", START) == []


def test_who_signed_the_school_up_gets_it_with_the_date_for_the_calendar(there):
    registration = sign_up(there, school=there.school, by=there.member)

    [told] = due("date-tomorrow", START_ON - DAY)

    assert (told.to, told.user_pk, told.until) == ("lid@voorbeeld.example", there.member.pk, START)
    assert told.path == registration.get_absolute_url()
    event = vobject.readOne(told.calendar).vevent
    assert event.summary.value == "Training in de klas"
    assert event.dtstart.value == START


def test_who_left_the_school_is_not_told_but_its_members_are(there):
    sign_up(there, school=there.school, by=there.member)
    colleague = UserFactory()
    Membership.objects.create(user=colleague, school=there.school, role="teacher", approved_at=NOW)
    Membership.objects.filter(user=there.member).update(ended_at=NOW)

    assert [told.to for told in due("date-tomorrow", START_ON - DAY)] == [colleague.email]


def test_a_closed_account_gets_nothing(there):
    sign_up(there, school=there.school, by=there.member)
    there.member.is_active = False
    there.member.save()

    assert due("date-tomorrow", START_ON - DAY) == []


def test_a_place_given_today_for_tomorrow_was_told_by_its_own_mail(there):
    early = at(START_ON - DAY, 8)
    sign_up(there, now=early)

    assert due("date-tomorrow", START_ON - DAY) == []
    assert due("date-next-week", early - timedelta(hours=1)) == []


def test_a_moved_date_makes_a_new_moment(there):
    sign_up(there)
    later = START + timedelta(days=7)
    before = moments("date-tomorrow", START_ON - DAY)

    registrations.change_occurrence(
        occurrence=there.date, values={"starts_at": later, "ends_at": later}, by=None, now=NOW
    )

    assert before == {"2026-12-17/1"}
    assert moments("date-tomorrow", START_ON - DAY) == set()
    assert moments("date-tomorrow", START_ON + 6 * DAY) == {"2026-12-24/1"}


def test_a_date_called_off_and_a_school_that_cancelled_are_not_told(there):
    first, second = sign_up(there), sign_up(there)
    registrations.cancel(registration=first, reason="", by=None, now=NOW)

    assert {told.subject for told in due("date-tomorrow", START_ON - DAY)} == {subject_of(second)}
    assert [told.values["groepen"] for told in due("date-tomorrow-network", START_ON - DAY)] == ["1 groep"]
    registrations.change_occurrence(occurrence=there.date, values={"cancelled_at": NOW}, by=None, now=NOW)
    assert due("date-tomorrow", START_ON - DAY) + due("date-tomorrow-network", START_ON - DAY) == []


def test_tomorrow_is_tomorrow_in_the_netherlands_also_when_the_clock_goes_forward(db):
    # Clocks go forward on Sunday 28 March 2027 at 2:00; the date is at 0:30 on that Sunday.
    starts_at = datetime(2027, 3, 27, 23, 30, tzinfo=UTC)
    there = signing_world(starts_at=starts_at)
    sign_up(there)

    assert moments("date-tomorrow", datetime(2027, 3, 26, 22, 59, tzinfo=UTC)) == set()
    assert moments("date-tomorrow", datetime(2027, 3, 26, 23, 0, tzinfo=UTC)) == {"2027-03-28/1"}
    assert moments("date-next-week", datetime(2027, 3, 20, 23, 0, tzinfo=UTC)) == {"2027-03-28/7"}
    assert {told.values["wanneer"] for told in due("date-tomorrow", date(2027, 3, 27))} == {
        "zondag 28 maart 2027, 00:30 uur"
    }


def test_after_the_change_to_winter_time_a_day_is_still_a_day(db):
    # Clocks go back on Sunday 31 October 2027 at 3:00, so that day has 25 hours.
    there = signing_world(starts_at=datetime(2027, 10, 31, 22, 30, tzinfo=UTC))  # 23:30 that evening
    sign_up(there)

    assert moments("date-tomorrow", datetime(2027, 10, 29, 21, 59, tzinfo=UTC)) == set()
    assert moments("date-tomorrow", datetime(2027, 10, 29, 22, 0, tzinfo=UTC)) == {"2027-10-31/1"}


# --- a place that is held ----------------------------------------------------------------------------------
def test_a_held_place_is_told_on_its_last_day_until_it_is_over(home):
    registration = offered(home, at(home.today, 17))

    [told] = due("place-offered", home.today)

    assert told.subject == subject_of(registration)
    assert (told.moment, told.until) == (f"{home.today}/0", at(home.today, 17))
    assert due("place-offered", home.today - DAY) == []
    assert due("place-offered", at(home.today, 17)) == []


def test_a_place_offered_on_its_last_day_was_told_by_its_own_mail(home):
    offered(home, at(home.today, 17), days_ago=0)
    WaitingOffer.objects.update(offered_at=at(home.today, 8))

    assert due("place-offered", home.today) == []


def test_the_place_is_taken_by_one_click_and_only_once(home):
    registration = offered(home, at(home.today, 17))
    member = Membership.objects.get(school=registration.school).user

    said = act("place-offered", registration, member, at(home.today))

    assert fresh(registration).state == State.PLACED
    assert "U hebt de plaats op" in said
    with pytest.raises(GoneError):
        act("place-offered", registration, member, at(home.today))


def test_the_place_is_refused_by_the_other_button(home):
    registration = offered(home, at(home.today, 17))
    member = Membership.objects.get(school=registration.school).user
    rule = RULES.rules["place-offered"]

    said = rule.other_act(subject_of(registration), member, at(home.today))

    assert fresh(registration).state == State.DECLINED
    assert "gaat naar de volgende school" in said
    assert rule.other_button == "Sla de plaats af"


@pytest.mark.parametrize("who", ["stranger", "nobody", "too late"])
def test_the_place_is_not_taken(home, who):
    registration = offered(home, at(home.today, 17))
    member = Membership.objects.get(school=registration.school).user
    user = {"stranger": home.people["coordinator"], "nobody": None, "too late": member}[who]
    now = at(home.today, 18 if who == "too late" else 9)

    with pytest.raises(GoneError):
        act("place-offered", registration, user, now)

    assert fresh(registration).state == State.OFFERED


# --- what the network must do ------------------------------------------------------------------------------
@pytest.mark.parametrize(("days", "number"), [(4, None), (5, -5), (11, -5), (12, -12), (40, -40)])
def test_a_registration_is_asked_about_after_five_days_and_each_week(home, days, number):
    registration = signed_up(home, days_ago=days)
    day = home.today - days * DAY

    found = {told.moment for told in due("registration-unconfirmed", home.today)}

    assert found == ({f"{day}/{number}"} if number else set())
    registrations.confirm(registration=registration, by=None, now=at(home.today))
    assert due("registration-unconfirmed", home.today) == []


def test_a_registration_is_confirmed_by_one_click(home):
    registration = signed_up(home)
    coordinator = home.people["coordinator"]

    said = act("registration-unconfirmed", registration, coordinator, at(home.today))

    event = RegistrationEvent.objects.filter(registration=registration).last()
    assert (event.kind, event.by) == ("confirmed", coordinator)
    assert registration.school.name in said
    with pytest.raises(GoneError):
        act("registration-unconfirmed", registration, coordinator, at(home.today))


def test_a_registration_that_no_network_carries_is_for_the_office(home):
    registration = signed_up(home)
    Registration.objects.filter(pk=registration.pk).update(network=None)

    assert [told.to for told in due("registration-unconfirmed", home.today)] == [home.people["staff"].email]


@pytest.mark.parametrize(("days", "number"), [(1, -1), (6, -1), (7, -7), (20, -7), (21, -21), (300, -21)])
def test_attendance_is_asked_for_three_times(home, days, number):
    registration = placed(home, at(home.today - days * DAY, 14))

    found = {told.moment for told in due("attendance-missing", home.today)}

    assert found == {f"{home.today - days * DAY}/{number}"}
    join(home, occurrence=registration.occurrence, kind="attended")
    RegistrationEvent.objects.create(registration=registration, kind="attended", happened_at=at(home.today))
    assert due("attendance-missing", home.today) == []


def test_attendance_is_not_asked_for_on_the_day_itself(home):
    placed(home, at(home.today, 1))

    assert due("attendance-missing", home.today) == []
