"""What a network must deliver: at which moments, to whom, and until it is done."""

from datetime import date, timedelta

import pytest

from quality.models import Obligation
from quality.obligations import finish
from reminders.due import GoneError
from tests.networks.factories import NetworkFactory
from tests.quality.factories import ObligationFactory
from tests.reminders.asking import act, at, due
from tests.workspace.world import DAY

DUE_ON = date(2027, 3, 1)


@pytest.fixture
def obligation(home):
    Obligation.objects.all().delete()
    return ObligationFactory(network=home.network, due_on=DUE_ON, title="Voortgangsrapportage 2026")


@pytest.mark.parametrize(
    ("on", "moment"),
    [
        (date(2027, 1, 29), None),
        (date(2027, 1, 30), "2027-03-01/30"),
        (date(2027, 2, 21), "2027-03-01/30"),
        (date(2027, 2, 22), "2027-03-01/7"),
        (date(2027, 3, 1), "2027-03-01/0"),
        (date(2027, 3, 7), "2027-03-01/0"),
        (date(2027, 3, 8), "2027-03-01/-7"),
        (date(2027, 3, 31), "2027-03-01/-28"),
        (date(2028, 3, 1), "2027-03-01/-364"),
    ],
)
def test_each_moment_and_of_several_only_the_latest(home, obligation, on, moment):
    found = due("obligation-due", on)

    assert {told.moment for told in found} == ({moment} if moment else set())
    assert len({told.key for told in found}) == len(found)


def test_another_day_makes_another_moment(home, obligation):
    before = {told.moment for told in due("obligation-due", DUE_ON)}

    Obligation.objects.update(due_on=DUE_ON + 3 * DAY)

    assert before == {"2027-03-01/0"}
    assert {told.moment for told in due("obligation-due", DUE_ON)} == {"2027-03-04/7"}


def test_done_before_is_not_told(home, obligation):
    finish(obligation=obligation, by=None, now=at(DUE_ON - 40 * DAY))

    assert due("obligation-due", DUE_ON) == []


def test_who_may_change_the_network_is_told_and_nobody_else(home, obligation):
    told = {found.to for found in due("obligation-due", home.today)} | {
        found.to for found in due("obligation-due", DUE_ON)
    }

    assert told == {home.people[role].email for role in ("coordinator", "account manager")}


def test_the_button_does_it_once(home, obligation):
    coordinator, now = home.people["coordinator"], at(DUE_ON)

    said = act("obligation-due", obligation, coordinator, now)

    obligation.refresh_from_db()
    assert (obligation.done_at, obligation.done_by) == (now, coordinator)
    assert "Voortgangsrapportage 2026" in said
    with pytest.raises(GoneError, match="al gedaan"):
        act("obligation-due", obligation, coordinator, now + timedelta(minutes=1))


@pytest.mark.parametrize("role", ["member", "coordinator elsewhere", "committee", "staff"])
def test_the_button_does_nothing_for_who_was_not_told(home, obligation, role):
    with pytest.raises(GoneError, match="niet"):
        act("obligation-due", obligation, home.people[role], at(DUE_ON))

    obligation.refresh_from_db()
    assert obligation.done_at is None


def test_a_contact_without_account_finishes_it_as_nobody(home):
    network = NetworkFactory(confirmed_on=home.today)
    obligation = ObligationFactory(network=network, due_on=home.today)
    home.contact.network = network
    home.contact.save()

    told = due("obligation-due", home.today, obligation)
    act("obligation-due", obligation, None, at(home.today))

    obligation.refresh_from_db()
    assert [(found.to, found.user_pk) for found in told] == [("nabij@voorbeeld.example", None)]
    assert (obligation.done_at, obligation.done_by) == (at(home.today), None)
