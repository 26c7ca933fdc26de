"""Where a question stands, as a property: any order of actions, on the real services and on a pure model.

The model knows only the tables of `enquiries.status` and a few sentences of its own; after each step the events
in the database, the querysets and the model must agree, and what must always hold, holds.
"""

import uuid
from datetime import date, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from enquiries import answering, asking
from enquiries.asking import NotPossibleError
from enquiries.facts import Facts
from enquiries.models import Enquiry, EnquiryEvent, Recipient
from enquiries.status import (
    ENDED,
    OPEN,
    RECIPIENT_STATUS,
    EnquiryStatus,
    EventKind,
    RecipientStatus,
    enquiry_status,
    recipient_status,
)
from tests.enquiries.factories import NOW, TEXTS, ask, asking_country

WHICH = st.integers(0, 6)
ALL_KINDS = st.sampled_from(list(EventKind))


class PureModel:
    """The question as a few sets: what happened as a whole, and at each recipient, by number."""

    def __init__(self):
        self.events = []

    def add(self, kind, recipient=None):
        self.events.append((kind, recipient))

    def kinds(self, recipient):
        return {kind for kind, number in self.events if number == recipient}

    @property
    def status(self):
        return enquiry_status(self.events)

    def status_of(self, recipient):
        return recipient_status(self.kinds(recipient))


class QuestionMachine(RuleBasedStateMachine):
    """Everybody presses every button at any time, and days go by."""

    @initialize(anonymous=st.booleans(), two=st.booleans(), with_account=st.booleans())
    def asked(self, anonymous, two, with_account):
        self.block = transaction.atomic()
        self.block.__enter__()
        country = asking_country()
        networks = [country.network.pk, country.serving.pk] if two else [country.network.pk]
        sender = {} if with_account else {"sender": ("Lezer", "lezer@voorbeeld.example")}
        self.now = NOW
        self.enquiry = ask(country, networks=networks, is_anonymous=anonymous, **sender)
        self.model = PureModel()
        self.model.add(EventKind.ASKED)
        if with_account:
            self._model_sent()

    def teardown(self):
        if hasattr(self, "block"):
            transaction.set_rollback(True)
            self.block.__exit__(None, None, None)

    # --- help -------------------------------------------------------------------------------------------
    @property
    def recipients(self):
        return list(Recipient.objects.filter(enquiry=self.enquiry).order_by("pk"))

    def _model_sent(self):
        for recipient in self.recipients:
            if not self.model.kinds(recipient.pk):
                self.model.add(EventKind.SENT, recipient.pk)

    def _pick(self, number):
        return self.recipients[number % len(self.recipients)]

    def _attempt(self, action, possible):
        """Do it; it works exactly when the model says so. Returns whether it did."""
        said = self._refusal_of(action)
        assert (said is None) is possible, said
        return possible

    @staticmethod
    def _refusal_of(action):
        """What a service says when it cannot be done, or None."""
        try:
            action()
        except NotPossibleError as error:
            return str(error)
        return None

    def _close_open(self, recipients):
        for recipient in recipients:
            if self.model.status_of(recipient.pk) in OPEN:
                self.model.add(EventKind.CLOSED, recipient.pk)

    @property
    def is_sent(self):
        return bool(self.recipients)

    # --- what the school does -----------------------------------------------------------------------------
    @rule()
    def verify(self):
        before = self.model.status
        done = self._attempt(
            lambda: asking.verify(enquiry=self.enquiry, now=self.now), before != EnquiryStatus.WITHDRAWN
        )
        if done and before == EnquiryStatus.WAITING:
            self.model.add(EventKind.VERIFIED)
            self._model_sent()

    @rule(goal=st.sampled_from(["Eerst dit bereiken", "Of toch liever dat"]))
    def change(self, goal):
        possible = self.model.status in asking.CHANGEABLE
        before = Enquiry.objects.get(pk=self.enquiry.pk).goal
        texts = {**TEXTS, "goal": goal}
        done = self._attempt(lambda: asking.change(enquiry=self.enquiry, texts=texts, now=self.now), possible)
        if done and goal != before:
            self.model.add(EventKind.CHANGED)

    @rule()
    def withdraw(self):
        if asking.withdraw(enquiry=self.enquiry, now=self.now):
            self.model.add(EventKind.WITHDRAWN)
            self._close_open(self.recipients)

    @rule()
    def reveal(self):
        possible = self.model.status not in ENDED
        hidden = self.enquiry.is_anonymous and EventKind.REVEALED not in {kind for kind, _r in self.model.events}
        if self._attempt(lambda: asking.reveal(enquiry=self.enquiry, now=self.now), possible) and hidden:
            self.model.add(EventKind.REVEALED)

    @rule()
    def postpone(self):
        before = self.model.status
        impossible = {EnquiryStatus.ACCEPTED, EnquiryStatus.WAITING, EnquiryStatus.WITHDRAWN}
        done = self._attempt(
            lambda: asking.postpone(enquiry=self.enquiry, until=date(2027, 3, 1), now=self.now),
            before not in impossible,
        )
        if done and before != EnquiryStatus.POSTPONED:
            self.model.add(EventKind.POSTPONED)
            self._close_open(self.recipients)

    @precondition(lambda self: self.is_sent)
    @rule(number=WHICH)
    def accept(self, number):
        recipient = self._pick(number)
        status = self.model.status_of(recipient.pk)
        possible = self.model.status != EnquiryStatus.WITHDRAWN and status in answering.ANSWERED
        done = self._attempt(lambda: asking.accept(recipient=recipient, now=self.now), possible)
        if done and status == RecipientStatus.ANSWERED:
            self.model.add(EventKind.ACCEPTED, recipient.pk)
            self._close_open(self.recipients)

    @precondition(lambda self: self.is_sent)
    @rule(number=WHICH)
    def ask_next(self, number):
        recipient = self._pick(number)
        possible = self.model.status not in ENDED and self.model.status_of(recipient.pk) == RecipientStatus.REFUSED
        count = len(self.recipients)
        said = self._refusal_of(lambda: asking.ask_next(recipient=recipient, now=self.now))
        if said:
            assert not possible or "niemand meer" in said
            return
        assert possible
        if len(self.recipients) > count:
            self.model.add(EventKind.PASSED_ON, recipient.pk)
            self._model_sent()

    # --- what whoever was asked does ------------------------------------------------------------------------
    @precondition(lambda self: self.is_sent)
    @rule(number=WHICH)
    def see(self, number):
        recipient = self._pick(number)
        if answering.see(recipient=recipient, now=self.now):
            self.model.add(EventKind.SEEN, recipient.pk)

    @precondition(lambda self: self.is_sent)
    @rule(number=WHICH)
    def answer(self, number):
        recipient = self._pick(number)
        chain = Facts.of(self.enquiry).chain(recipient)
        done = self._attempt(
            lambda: answering.answer(recipient=recipient, form_key=uuid.uuid4(), text="Ja", now=self.now),
            self.model.status not in ENDED,
        )
        if done:
            self.model.add(EventKind.ANSWERED, recipient.pk)
            self._close_open([r for r in chain if r.pk != recipient.pk])

    @precondition(lambda self: self.is_sent)
    @rule(number=WHICH)
    def refuse(self, number):
        recipient = self._pick(number)
        still = self.model.status_of(recipient.pk) in (*OPEN, RecipientStatus.LATE)
        done = self._attempt(
            lambda: answering.refuse(recipient=recipient, form_key=uuid.uuid4(), reason="full", now=self.now),
            still and self.model.status not in ENDED,
        )
        if done:
            self.model.add(EventKind.REFUSED, recipient.pk)

    @precondition(lambda self: self.is_sent)
    @rule(number=WHICH)
    def pass_on(self, number):
        recipient = self._pick(number)
        still = self.model.status_of(recipient.pk) in (*OPEN, RecipientStatus.LATE)
        possible = still and self.model.status not in ENDED
        values = {"recipient": recipient, "form_key": uuid.uuid4(), "reason": "Niet voor ons", "now": self.now}
        said = self._refusal_of(lambda: answering.pass_on(**values))
        if said:
            assert not possible or "niemand meer" in said
            return
        assert possible
        self.model.add(EventKind.PASSED_ON, recipient.pk)
        self._model_sent()

    @rule(days=st.integers(1, 12))
    def days_go_by(self, days):
        self.now += timedelta(days=days)
        waiting = {r.pk for r in self.recipients if self.model.status_of(r.pk) in OPEN}
        due = {r.pk for r in self.recipients if r.pk in waiting and r.reply_due_on < self.now.date()}

        assert asking.expire(now=self.now) == len(due)

        for pk in sorted(due):
            self.model.add(EventKind.EXPIRED, pk)
            if Recipient.objects.filter(passed_from=pk).exists():
                self.model.add(EventKind.PASSED_ON, pk)
        self._model_sent()

    # --- what always holds -------------------------------------------------------------------------------------
    @invariant()
    def events_and_model_agree(self):
        if not hasattr(self, "model"):
            return
        rows = EnquiryEvent.objects.filter(enquiry=self.enquiry).values_list("kind", "recipient_id")
        assert sorted(map(str, rows)) == sorted(str((kind.value, pk)) for kind, pk in self.model.events)

    @invariant()
    def both_ways_of_asking_the_status_agree(self):
        if not hasattr(self, "model"):
            return
        assert Enquiry.objects.with_status().get(pk=self.enquiry.pk).status == self.model.status
        for recipient in Recipient.objects.with_status().filter(enquiry=self.enquiry):
            assert recipient.status == self.model.status_of(recipient.pk)

    @invariant()
    def no_address_has_it_twice_and_somebody_answers_for_it(self):
        if not hasattr(self, "model"):
            return
        emails = [recipient.email for recipient in self.recipients]
        assert len(emails) == len(set(emails))
        if self.model.status in (EnquiryStatus.SENT, EnquiryStatus.SEEN):
            assert any(self.model.status_of(r.pk) in OPEN for r in self.recipients)
        if self.model.status in ENDED:
            assert not any(self.model.status_of(r.pk) in OPEN for r in self.recipients)


@pytest.mark.django_db
def test_whatever_everybody_does_the_services_the_querysets_and_the_tables_agree():
    run_state_machine_as_test(
        QuestionMachine,
        settings=settings(max_examples=25, stateful_step_count=20, suppress_health_check=list(HealthCheck)),
    )


class TableMachine(RuleBasedStateMachine):
    """The tables alone, without any database: events come in any order."""

    def __init__(self):
        super().__init__()
        self.events = []

    @rule(kind=ALL_KINDS, recipient=st.sampled_from([None, 1, 2, 3]))
    def happens(self, kind, recipient):
        before = recipient_status(k for k, r in self.events if r == recipient)
        self.events.append((kind, recipient))
        after = recipient_status(k for k, r in self.events if r == recipient)
        order = [None, *reversed([status for _kind, status in RECIPIENT_STATUS])]
        assert order.index(after) >= order.index(before), "a status never falls back"

    @invariant()
    def the_order_of_events_does_not_matter(self):
        assert enquiry_status(self.events) == enquiry_status(reversed(self.events))

    @invariant()
    def twice_is_once(self):
        assert enquiry_status(self.events) == enquiry_status([*self.events, *self.events])

    @invariant()
    def what_was_taken_back_stays_so(self):
        if EventKind.WITHDRAWN in {kind for kind, _recipient in self.events}:
            assert enquiry_status(self.events) == EnquiryStatus.WITHDRAWN


TestTables = TableMachine.TestCase
TestTables.settings = settings(max_examples=60, stateful_step_count=15)


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        ([], EnquiryStatus.WAITING),
        ([("asked", None)], EnquiryStatus.WAITING),
        ([("sent", 1)], EnquiryStatus.SENT),
        ([("sent", 1), ("sent", 2), ("seen", 2)], EnquiryStatus.SEEN),
        ([("sent", 1), ("refused", 1), ("sent", 2)], EnquiryStatus.SENT),
        ([("sent", 1), ("refused", 1)], EnquiryStatus.REFUSED),
        ([("sent", 1), ("refused", 1), ("sent", 2), ("expired", 2)], EnquiryStatus.LATE),
        ([("sent", 1), ("expired", 1), ("passed_on", 1), ("sent", 2)], EnquiryStatus.SENT),
        ([("sent", 1), ("answered", 1), ("sent", 2)], EnquiryStatus.ANSWERED),
        ([("sent", 1), ("answered", 1), ("postponed", None)], EnquiryStatus.POSTPONED),
        ([("sent", 1), ("answered", 1), ("accepted", 1), ("postponed", None)], EnquiryStatus.ACCEPTED),
        ([("sent", 1), ("answered", 1), ("accepted", 1), ("withdrawn", None)], EnquiryStatus.WITHDRAWN),
    ],
)
def test_the_table(events, expected):
    assert enquiry_status(events) == expected
