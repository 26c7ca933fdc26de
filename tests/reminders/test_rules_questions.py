"""Questions: half-way, on the last day, gone to somebody else, left without an answer, and picked up later."""

from datetime import UTC, date, datetime

import pytest
from django.utils import timezone

from enquiries import asking
from enquiries.links import ANSWER, FOLLOW
from enquiries.models import Enquiry, Handler, Recipient
from reminders.due import RULES, GoneError
from reminders.rules.subjects import subject_of
from tests.accounts.factories import UserFactory
from tests.enquiries.factories import NOW, TEXTS, ask, asking_country, only_recipient
from tests.reminders.asking import at, due, moments
from tests.reminders.rules_world import happen, late, passed_on, postponed, question
from tests.workspace.world import DAY

LAST_ON = date(2026, 11, 30)  # five working days after NOW, a Monday


@pytest.fixture
def country(db):
    return asking_country()


def asked_at_now(country, **values):
    """A question of NOW; its rows are of that moment as well."""
    enquiry = ask(country, **values)
    enquiry.recipients.update(created_at=NOW)
    return only_recipient(enquiry)


@pytest.mark.parametrize(
    ("on", "moment"),
    [
        (date(2026, 11, 23), None),
        (date(2026, 11, 25), None),
        (date(2026, 11, 26), "2026-11-30/helft"),
        (date(2026, 11, 29), "2026-11-30/helft"),
        (LAST_ON, "2026-11-30/0"),
        (date(2026, 12, 10), "2026-11-30/0"),  # nobody passed it on: it stays due
    ],
)
def test_half_way_and_on_the_last_day(country, on, moment):
    asked_at_now(country)

    assert moments("question-unanswered", on) == ({moment} if moment else set())


def test_half_way_who_got_it_is_told_and_on_the_last_day_the_coordinators_too(country):
    recipient = asked_at_now(country)

    half_way = {found.to for found in due("question-unanswered", date(2026, 11, 26))}
    last_day = {found.to for found in due("question-unanswered", LAST_ON)}

    assert half_way == {recipient.email.lower()}
    assert last_day == {recipient.email.lower(), country.coordinator.email}


def test_who_took_the_question_on_is_told_instead(country):
    recipient = asked_at_now(country)
    Handler.objects.create(recipient=recipient, user=country.coordinator, chosen_at=NOW)

    found = due("question-unanswered", date(2026, 11, 26))

    assert [(told.to, told.user_pk) for told in found] == [(country.coordinator.email, country.coordinator.pk)]
    Handler.objects.update(user=country.stranger)  # who left the network
    assert {told.to for told in due("question-unanswered", date(2026, 11, 26))} == {recipient.email.lower()}


def test_an_address_of_a_closed_account_falls_through_to_the_coordinators(country):
    recipient = asked_at_now(country)
    UserFactory(email=recipient.email.upper(), is_active=False)

    found = due("question-unanswered", LAST_ON)

    assert {told.to for told in found} == {country.coordinator.email}


def test_answered_refused_and_withdrawn_are_not_told(country):
    recipient = asked_at_now(country)
    answered = [*due("question-unanswered", LAST_ON)]

    asking.withdraw(enquiry=recipient.enquiry, now=NOW, by=country.asker)

    assert answered
    assert due("question-unanswered", LAST_ON) == []


def test_nothing_says_which_school_asks_or_what(country):
    asked_at_now(country)

    for told in due("question-unanswered", LAST_ON):
        said = " ".join(told.values.values())
        assert country.school.name not in said
        assert TEXTS["goal"] not in said
        assert "Een school voor het basisonderwijs in de gemeente Assen" in said


def test_the_button_leads_to_the_page_without_login_and_the_due_holds_no_token(country):
    recipient = asked_at_now(country)
    rule = RULES.rules["question-unanswered"]

    path = rule.leads_to(subject_of(recipient))

    assert ANSWER.read(path.strip("/").split("/")[-1]) == (recipient.uid.hex, False)
    assert {told.path for told in due("question-unanswered", LAST_ON)} == {recipient.get_absolute_url()}
    asking.withdraw(enquiry=recipient.enquiry, now=NOW, by=country.asker)
    with pytest.raises(GoneError, match="hoeft niet meer"):
        rule.leads_to(subject_of(recipient))


def test_passed_on_by_the_clock_is_told_once_to_who_did_not_answer(country):
    recipient = asked_at_now(country)
    night = datetime(2026, 12, 1, 0, 5, tzinfo=UTC)
    assert asking.expire(now=night) == 1

    found = due("question-passed-on", date(2026, 12, 1))

    assert {told.to for told in found} == {recipient.email.lower(), country.coordinator.email}
    assert {told.moment for told in found} == {"2026-12-01/0"} == moments("question-passed-on", date(2027, 6, 1))
    assert {told.values["volgende"] for told in found} == {"een collega bij Netwerk Nabij"}
    assert due("question-passed-on", date(2026, 11, 30)) == []
    assert not due("question-unanswered", date(2026, 12, 1), recipient)


def test_passed_on_and_answered_by_the_next_is_not_told(home):
    first = passed_on(home)
    assert due("question-passed-on", home.today)

    happen(first.passed_to.get(), "answered")

    assert due("question-passed-on", home.today) == []


def test_the_end_of_the_chain_is_told_to_the_office_each_week(home):
    recipient = late(home)
    staff = home.people["staff"].email
    due_on = recipient.reply_due_on

    assert {told.moment for told in due("question-late", due_on + DAY)} == {f"{due_on}/-1"}
    assert {told.moment for told in due("question-late", due_on + 8 * DAY)} == {f"{due_on}/-8"}
    assert staff in {told.to for told in due("question-late", due_on + 8 * DAY)}
    happen(recipient, "answered")
    assert due("question-late", due_on + 8 * DAY) == []


def test_ask_me_in_march(home):
    march = home.today + 90 * DAY
    recipient = postponed(home, until=march)

    before = due("ask-again", march - DAY) + due("question-resumes", march - DAY)
    to_school, to_network = due("ask-again", march), due("question-resumes", march + 9 * DAY)

    assert before == []
    assert [told.subject for told in to_school] == [subject_of(recipient.enquiry)]
    assert {told.moment for told in to_school + to_network} == {f"{march}/0"}
    assert {told.to for told in to_network} == {recipient.email}
    assert "U stelde haar uit tot" in to_school[0].values["reden"]


def test_a_school_that_asked_anew_is_not_asked_again(home):
    recipient = postponed(home)
    assert due("ask-again", home.today)

    question(home, school=recipient.enquiry.school, days_ago=1, days_left=9)

    assert due("ask-again", home.today) == []
    assert due("question-resumes", home.today) == []


def test_a_network_that_said_when_to_ask_again(home):
    recipient = question(home, days_ago=40, days_left=-30)
    happen(recipient, "refused", days_ago=35, ask_again_on=home.today)

    found = due("ask-again", home.today)

    assert {told.moment for told in found} == {f"{home.today}/0"}
    assert "u kon het weer vragen vanaf" in found[0].values["reden"]


def test_who_asked_without_an_account_gets_the_page_without_login(home):
    recipient = postponed(home)
    Enquiry.objects.filter(pk=recipient.enquiry_id).update(sender_email="Vrager@Voorbeeld.Example")

    found = due("ask-again", home.today)

    assert [(told.to, told.user_pk) for told in found] == [("vrager@voorbeeld.example", None)]
    path = RULES.rules["ask-again"].leads_to(found[0].subject)
    assert FOLLOW.read(path.strip("/").split("/")[-1])[0] == recipient.enquiry.uid.hex


def test_a_question_of_a_desk_without_anybody_goes_to_the_office(home):
    recipient = question(home)
    Recipient.objects.filter(pk=recipient.pk).update(level="office", network=None, email="", owner="Bureau")

    found = due("question-unanswered", home.today)

    assert {told.to for told in found} == {home.people["staff"].email}


def test_what_is_told_on_the_last_day_are_the_open_questions(home):
    for days_left in (0, -1, 30):
        question(home, days_left=days_left)
    late(home)

    told = {found.subject for found in due("question-unanswered", home.today)}

    assert told == {subject_of(row) for row in Recipient.objects.open().filter(reply_due_on__lte=home.today)}
    assert len(told) == 2


def test_the_day_of_a_question_is_that_of_the_netherlands(country):
    late_evening = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)  # 00:30 on Monday in the Netherlands
    enquiry = ask(country, now=late_evening)
    enquiry.recipients.update(created_at=late_evening)

    found = due("question-unanswered", at(LAST_ON))

    assert timezone.localdate(late_evening) == date(2026, 11, 23)
    assert {told.values["gevraagd"] for told in found} == {"23 november 2026"}


def test_a_question_about_something_else_is_not_asking_anew(home):
    recipient = postponed(home)
    other = question(home, school=recipient.enquiry.school, days_ago=1, days_left=9)

    Enquiry.objects.filter(pk=other.enquiry_id).update(programme=home.programme)

    assert [told.subject for told in due("ask-again", home.today)] == [subject_of(recipient.enquiry)]
