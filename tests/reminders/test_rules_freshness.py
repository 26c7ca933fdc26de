"""Activities, networks and contacts that nobody confirmed: at 6, 9 and 12 months, by the periods of the programme."""

from datetime import date

import pytest

from activities.models import Activity
from networks.models import ContactRole, Network, SupportPoint
from reminders.due import GoneError
from reminders.rules.subjects import subject_of
from tests.activities.factories import ActivityFactory
from tests.networks.factories import ContactRoleFactory, NetworkFactory, PersonFactory
from tests.regions.factories import OfficeFactory
from tests.reminders.asking import act, at, due, moments
from workspace.start import SOURCES, Person

SINCE = date(2026, 1, 31)
# (day, stage): after six months is 31 July, after nine 31 October, after twelve 31 January.
STAGES = [
    (date(2026, 7, 30), None),
    (date(2026, 7, 31), "ask"),
    (date(2026, 10, 30), "ask"),
    (date(2026, 10, 31), "fading"),
    (date(2027, 1, 30), "fading"),
    (date(2027, 1, 31), "gone"),
    (date(2029, 1, 31), "gone"),
]


def told_to(key, on, row):
    return {told.to for told in due(key, on, row)}


@pytest.mark.parametrize(("on", "stage"), STAGES)
def test_each_stage_is_one_moment_for_all_three(home, on, stage):
    activity = ActivityFactory(network=home.network, confirmed_on=SINCE)
    contact = ContactRoleFactory(network=home.network, confirmed_on=SINCE)
    Network.objects.filter(pk=home.network.pk).update(confirmed_on=SINCE)
    expected = {f"2026-01-31/{stage}"} if stage else set()

    assert moments("activity-confirm", on, activity) == expected
    assert moments("network-confirm", on, home.network) == expected
    assert moments("contact-confirm", on, contact) == expected
    told = {found.subject for found in due("unconfirmed-office", on, activity, contact, home.network)}
    everything = {subject_of(row) for row in (activity, contact, home.network)}
    assert told == (everything if stage == "gone" else set())


def test_the_months_are_those_of_the_programme(home):
    home.programme.confirm_after_months, home.programme.fade_after_months = 2, 3
    home.programme.save()
    activity = ActivityFactory(network=home.network, confirmed_on=SINCE)

    assert moments("activity-confirm", date(2026, 3, 30), activity) == set()
    assert moments("activity-confirm", date(2026, 3, 31), activity) == {"2026-01-31/ask"}
    assert moments("activity-confirm", date(2026, 4, 30), activity) == {"2026-01-31/fading"}


def test_confirmed_again_is_another_day_and_silent_until_then(home):
    activity = ActivityFactory(network=home.network, confirmed_on=SINCE)
    Activity.objects.update(confirmed_on=date(2026, 8, 1))

    assert moments("activity-confirm", date(2026, 12, 1), activity) == set()
    assert moments("activity-confirm", date(2027, 2, 1), activity) == {"2026-08-01/ask"}


def test_facts_of_the_report_and_what_ended_are_not_asked_about(home):
    facts = ActivityFactory(network=home.network, confirmed_on=SINCE, facts_as_of=date(2013, 12, 1))
    ended = ActivityFactory(network=home.network, confirmed_on=SINCE, ended_on=SINCE)

    for key in ("activity-confirm", "unconfirmed-office"):
        assert due(key, date(2027, 6, 1), facts, ended) == []


def test_what_was_never_confirmed_is_asked_about_once(home):
    Network.objects.filter(pk=home.network.pk).update(confirmed_on=None)
    contact = ContactRoleFactory(network=home.network, confirmed_on=None)

    for key, row in (("network-confirm", home.network), ("contact-confirm", contact)):
        assert moments(key, home.today, row) == moments(key, date(2031, 1, 1), row) == {"nooit"}
        assert all("nog nooit bevestigd" in told.values["sinds"] for told in due(key, home.today, row))


def test_the_sentence_says_what_follows(home):
    activity = ActivityFactory(network=home.network, confirmed_on=SINCE)
    contact = ContactRoleFactory(network=home.network, confirmed_on=SINCE)

    def follows(key, on, row):
        [said] = {told.values["gevolg"] for told in due(key, on, row)}
        return said

    assert "vanaf 31 oktober 2026 lager" in follows("activity-confirm", date(2026, 8, 1), activity)
    assert "Vanaf 31 januari 2027 zien scholen het niet meer" in follows(
        "activity-confirm", date(2026, 11, 1), activity
    )
    assert "Bevestigt u het, dan staat het er weer" in follows("activity-confirm", date(2027, 2, 1), activity)
    assert "na 31 januari 2027 naar een ander" in follows("contact-confirm", date(2026, 8, 1), contact)
    assert "gaan nu naar een ander" in follows("contact-confirm", date(2027, 2, 1), contact)


def test_the_same_people_have_it_in_their_list(home):
    """List and mail mean the same: who is told, finds it in "Nu doen"; by subject, kind by kind."""
    ActivityFactory(network=home.network, confirmed_on=SINCE)
    ContactRoleFactory(network=home.network, confirmed_on=SINCE)
    Network.objects.update(confirmed_on=SINCE)

    for key, kind in (
        ("activity-confirm", "aanbod"),
        ("contact-confirm", "contacten"),
        ("network-confirm", "netwerken"),
    ):
        for role in ("coordinator", "account manager", "delegate", "coordinator elsewhere", "member", "committee"):
            user = home.people[role]
            told = {found.subject for found in due(key, home.today) if found.user_pk == user.pk}
            assert told == {subject_of(row) for row in SOURCES[kind].rows(Person(user, at(home.today)))}, (key, role)


# --- contacts ----------------------------------------------------------------------------------------------
def test_a_contact_of_a_region_is_asked_of_its_coordinator_and_others_of_themselves(home):
    of_region = ContactRoleFactory(region=home.place.region, confirmed_on=SINCE)
    person = PersonFactory(email="Bureau@Voorbeeld.Example")
    of_office = ContactRoleFactory(organisation=OfficeFactory(), person=person, confirmed_on=SINCE)
    of_point = ContactRoleFactory(support_point=SupportPoint.objects.get(), confirmed_on=SINCE)
    on = date(2026, 12, 1)

    assert told_to("contact-confirm", on, of_region) == {home.people["region coordinator"].email}
    assert told_to("contact-confirm", on, of_office) == {"bureau@voorbeeld.example"}
    assert told_to("contact-confirm", on, of_point) == {
        home.people[role].email for role in ("coordinator", "account manager")
    }


def test_a_contact_whose_account_is_closed_falls_through_to_the_office(home):
    person = PersonFactory(email="weg@voorbeeld.example")
    contact = ContactRoleFactory(organisation=OfficeFactory(), person=person, confirmed_on=SINCE)
    type(home.people["member"]).objects.create_user("Weg@voorbeeld.example", is_active=False)

    assert told_to("contact-confirm", date(2026, 12, 1), contact) == {home.people["staff"].email}


# --- one click ---------------------------------------------------------------------------------------------
@pytest.mark.parametrize("key", ["activity-confirm", "network-confirm", "contact-confirm"])
def test_one_click_confirms_and_a_second_says_it_was_done(home, key):
    row = {
        "activity-confirm": lambda: ActivityFactory(network=home.network, confirmed_on=SINCE),
        "network-confirm": lambda: home.network,
        "contact-confirm": lambda: ContactRoleFactory(network=home.network, confirmed_on=SINCE),
    }[key]()
    type(row).objects.filter(pk=row.pk).update(confirmed_on=SINCE)
    coordinator = home.people["coordinator"]

    said = act(key, row, coordinator, at(home.today))

    row.refresh_from_db()
    assert row.confirmed_on == home.today
    assert said.startswith("Bevestigd.")
    with pytest.raises(GoneError, match="al gedaan"):
        act(key, row, coordinator, at(home.today))


@pytest.mark.parametrize("role", ["coordinator elsewhere", "member", "committee", "delegate after", None])
def test_one_click_of_who_was_not_told_does_nothing(home, role):
    activity = ActivityFactory(network=home.network, confirmed_on=SINCE)
    user = home.people[role] if role else None

    with pytest.raises(GoneError, match="niet"):
        act("activity-confirm", activity, user, at(home.today))

    activity.refresh_from_db()
    assert activity.confirmed_on == SINCE


def test_a_contact_without_account_confirms_itself(home):
    network = NetworkFactory(confirmed_on=home.today)
    contact = ContactRoleFactory(network=network, confirmed_on=SINCE)

    found = due("contact-confirm", home.today, contact)
    act("contact-confirm", contact, None, at(home.today))

    assert [(told.to, told.user_pk) for told in found] == [(contact.person.email, None)]
    assert ContactRole.objects.get(pk=contact.pk).confirmed_on == home.today
