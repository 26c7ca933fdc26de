"""Handing a network over, standing in, and networks that nobody has."""

from datetime import date, timedelta

import pytest

from accounts.models import Message, User
from networks.assignments import AssignmentError, appoint, end_assignment, hand_over, without_coordinator
from networks.models import Assignment, Network
from networks.rights import grant, networks_changed_by
from tests.accounts.factories import UserFactory
from tests.networks.factories import NetworkFactory

TODAY = date(2026, 11, 25)
DAY = timedelta(days=1)
Role = Assignment.Role


@pytest.fixture
def network(db):
    return NetworkFactory(name="Netwerk Nabij")


@pytest.fixture
def old(network):
    return grant(user=UserFactory(), role=Role.ACCOUNT_MANAGER, network=network, by=None)


def give(network, old, email, *, from_on=TODAY + 7 * DAY):
    by = old.user if old else UserFactory()
    return hand_over(network=network, assignment=old, email=email, from_on=from_on, by=by, today=TODAY)


def test_one_step_ends_the_old_gives_the_new_and_tells_both(network, old):
    receiver = UserFactory(email="ontvanger@voorbeeld.example", mfa_required=False)

    new = give(network, old, "Ontvanger@voorbeeld.example")

    old.refresh_from_db()
    receiver.refresh_from_db()
    start = TODAY + 7 * DAY
    assert (old.until_on, new.from_on, new.until_on) == (start - DAY, start, None)
    assert (new.user, new.role, new.granted_by) == (receiver, Role.ACCOUNT_MANAGER, old.user)
    assert receiver.mfa_required
    for user, day, has_it in [
        (old.user, start - DAY, True),
        (old.user, start, False),
        (receiver, start - DAY, False),
        (receiver, start, True),
    ]:
        assert networks_changed_by(user, day).exists() is has_it
    mails = {mail.to: mail for mail in Message.objects.all()}
    assert set(mails) == {old.user.email, receiver.email}
    assert "Netwerk Nabij" in mails[receiver.email].text
    assert "/beheer/netwerken/" in mails[receiver.email].text
    assert receiver.email in mails[old.user.email].text


def test_somebody_without_account_gets_one_that_only_the_address_opens(network, old):
    new = give(network, old, "nieuw@voorbeeld.example")

    assert not new.user.has_usable_password()
    assert new.user.mfa_required
    address = new.user.emailaddress_set.get()
    assert (address.email, address.verified) == ("nieuw@voorbeeld.example", False)
    assert "wij mailen u een code" in Message.objects.get(to="nieuw@voorbeeld.example").text


def test_a_proven_second_address_leads_to_the_same_account(network, old):
    receiver = UserFactory()
    receiver.emailaddress_set.create(email="tweede@voorbeeld.example", verified=True)

    assert give(network, old, "tweede@voorbeeld.example").user == receiver


@pytest.mark.parametrize("case", ["same person", "past", "before it began", "ended", "closed account"])
def test_what_cannot_be_is_refused_and_changes_nothing(network, old, case):
    email, from_on = "ander@voorbeeld.example", TODAY + DAY
    if case == "same person":
        email = old.user.email
    elif case == "past":
        from_on = TODAY - DAY
    elif case == "before it began":
        Assignment.objects.update(from_on=TODAY + 9 * DAY)
    elif case == "ended":
        Assignment.objects.update(until_on=TODAY - DAY)
    else:
        UserFactory(email=email, is_active=False)
    before = list(Assignment.objects.values_list()), User.objects.count()

    with pytest.raises(AssignmentError):
        give(network, old, email, from_on=from_on)

    assert (list(Assignment.objects.values_list()), User.objects.count()) == before
    assert not Message.objects.exists()


def test_an_end_that_was_set_earlier_stays(network, old):
    Assignment.objects.update(until_on=TODAY + DAY)

    give(network, old, "ander@voorbeeld.example")

    old.refresh_from_db()
    assert old.until_on == TODAY + DAY


def test_a_network_that_nobody_has_is_found_and_given(network):
    gone = grant(user=UserFactory(is_active=False), role=Role.COORDINATOR, network=network, by=None)
    grant(user=UserFactory(), role=Role.DELEGATE, network=network, by=None)
    NetworkFactory(ended_on=TODAY)
    assert list(without_coordinator(Network.objects.all(), TODAY)) == [network]

    new = give(network, None, "eerste@voorbeeld.example", from_on=TODAY)

    assert new.role == Role.COORDINATOR
    assert not without_coordinator(Network.objects.all(), TODAY).exists()
    assert gone.user.assignments.count() == 1
    assert Message.objects.count() == 1


def test_a_delegate_has_the_network_in_those_days_only(network, old):
    new = appoint(
        network=network,
        email="vervanger@voorbeeld.example",
        role=Role.DELEGATE,
        from_on=TODAY,
        until_on=TODAY + 6 * DAY,
        by=old.user,
        today=TODAY,
    )

    held = [networks_changed_by(new.user, TODAY + days * DAY).exists() for days in (-1, 0, 6, 7)]
    assert held == [False, True, True, False]
    assert "7" not in Message.objects.get().subject
    assert "1 december 2026" in Message.objects.get().text


@pytest.mark.parametrize(
    ("first", "last", "email"),
    [(3, 2, "a@voorbeeld.example"), (-5, -1, "a@voorbeeld.example"), (0, 5, None)],
)
def test_a_delegate_needs_days_that_fit_and_is_not_the_coordinator(network, old, first, last, email):
    with pytest.raises(AssignmentError):
        appoint(
            network=network,
            email=email or old.user.email,
            role=Role.DELEGATE,
            from_on=TODAY + first * DAY,
            until_on=TODAY + last * DAY,
            by=old.user,
            today=TODAY,
        )

    assert Assignment.objects.count() == 1


@pytest.mark.parametrize("from_on", [None, TODAY - DAY, TODAY, TODAY + DAY])
def test_what_is_ended_holds_no_more_today(network, from_on):
    assignment = grant(user=UserFactory(), role=Role.DELEGATE, network=network, by=None, from_on=from_on)

    end_assignment(assignment=assignment, today=TODAY)

    for days in range(3):
        assert not networks_changed_by(assignment.user, TODAY + days * DAY).exists()
    assert Assignment.objects.filter(pk=assignment.pk).exists()
    with pytest.raises(AssignmentError):
        end_assignment(assignment=assignment, today=TODAY)
