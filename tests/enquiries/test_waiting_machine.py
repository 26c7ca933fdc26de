"""Registration and waiting list as a machine: whatever happens, in whatever order, these things hold.

Never more places than there are, nobody lost, the order of the list kept, one state for each registration.
"""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.db import connection, transaction
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)

from activities.models import Entry, Occurrence, Participation
from enquiries import places, registrations
from enquiries.models import Registration, RegistrationEvent, State, WaitingOffer
from enquiries.models.signing_up import HOLDING, JOINED, state_of
from enquiries.registrations import RefusedError
from tests.activities.factories import OccurrenceFactory
from tests.enquiries.signing_up import NOW, START, days, fresh, member_of, sign_up, world

STEP = timedelta(hours=7)
pytestmark = pytest.mark.django_db


class WaitingMachine(RuleBasedStateMachine):
    """Schools sign up, wait, choose, move and cancel for two dates, while the coordinator changes capacities."""

    rows = Bundle("rows")

    @initialize(capacity=st.integers(0, 3))
    def begin(self, capacity):
        self.home = world(capacity=capacity)
        other = OccurrenceFactory(
            activity=self.home.activity, starts_at=START + days(7), capacity=1, places_left=1, place="Zaal 9"
        )
        self.dates = [self.home.date, other]
        self.people = SimpleNamespace(member=member_of(self.home.school))
        self.now = NOW
        self.made = set()
        self.most = {date.pk: date.capacity for date in self.dates}

    def attempt(self, call, **values):
        """What is refused changes nothing but what had run out by itself."""
        try:
            return call(now=self.now, **values)
        except RefusedError:
            return None

    @rule(target=rows, date=st.sampled_from([0, 1]))
    def sign_up(self, date):
        row = self.attempt(self._sign_up, occurrence=self.dates[date])
        if row is None:
            return multiple()
        self.made.add(row.pk)
        return row

    def _sign_up(self, *, occurrence, now):
        return sign_up(self.home, school=self.home.school, by=self.people.member, occurrence=occurrence, now=now)

    @rule(row=rows)
    def cancel(self, row):
        self.attempt(registrations.cancel, registration=fresh(row), reason="other", by=None)

    @rule(row=rows)
    def accept(self, row):
        self.attempt(registrations.accept, registration=fresh(row), by=None)

    @rule(row=rows)
    def decline(self, row):
        self.attempt(registrations.decline, registration=fresh(row), by=None)

    @rule(row=rows, date=st.sampled_from([0, 1]))
    def move(self, row, date):
        before = fresh(row)
        moved = self.attempt(registrations.transfer, registration=before, to=self.dates[date], by=None)
        if moved is None:
            assert fresh(row).occurrence_id == before.occurrence_id
            assert fresh(row).state == before.state

    @rule(date=st.sampled_from([0, 1]), capacity=st.one_of(st.none(), st.integers(0, 4)))
    def change_capacity(self, date, capacity):
        self.attempt(
            registrations.change_occurrence, occurrence=self.dates[date], values={"capacity": capacity}, by=None
        )
        # Who has a place keeps it, so the most there can be is what there was, or what there is now.
        held = places.count(self.dates[date]).taken
        self.most[self.dates[date].pk] = None if capacity is None else max(capacity, held)

    @rule(date=st.sampled_from([0, 1]), off=st.booleans())
    def call_off(self, date, off):
        values = {"cancelled_at": self.now if off else None}
        self.attempt(registrations.change_occurrence, occurrence=self.dates[date], values=values, by=None)

    @rule(hours=st.integers(1, 40))
    def wait(self, hours):
        self.now = min(self.now + timedelta(hours=hours), START + days(8))
        registrations.lapse_offers(now=self.now)

    @rule(row=consumes(rows), was_there=st.booleans())
    def attend(self, row, was_there):
        row = fresh(row)
        self.attempt(
            registrations.record_attendance,
            occurrence=row.occurrence,
            rows={row.pk: (was_there, 20, 2)},
            by=self.home.coordinator,
        )

    @invariant()
    def nobody_is_lost_and_each_has_one_state(self):
        rows = list(Registration.objects.with_state().prefetch_related("events"))
        assert {row.pk for row in rows} == self.made
        for row in rows:
            assert row.state == state_of(event.kind for event in row.events.all())

    @invariant()
    def there_are_never_more_places_than_there_can_be(self):
        for date in self.dates:
            held = Registration.objects.filter(occurrence=date).in_state(*HOLDING).count()
            most = self.most[date.pk]
            assert most is None or held <= most

    @invariant()
    def who_waits_does_so_in_order_and_only_while_it_is_full(self):
        for date in Occurrence.objects.all():
            waiting = list(Registration.objects.filter(occurrence=date).waiting())
            assert [row.queued_as for row in waiting] == sorted(row.queued_as for row in waiting)
            offered = Registration.objects.filter(occurrence=date).in_state(State.OFFERED)
            # Nobody who came later was offered a place before somebody who came earlier and still waits.
            events = RegistrationEvent.objects.filter(registration__in=offered, kind="waitlisted")
            latest = events.order_by("-pk").values_list("pk", flat=True).first()
            assert not waiting or latest is None or latest < waiting[0].queued_as
            open_for_more = not date.is_cancelled and date.starts_at > self.now
            assert not waiting or not open_for_more or places.count(date).left == 0

    @invariant()
    def the_public_reads_what_is_true(self):
        for date in Occurrence.objects.all():
            if Registration.objects.filter(occurrence=date).exists():
                found = places.count(date)
                assert (date.places_left, date.waiting_list_count) == (found.left, found.waiting)

    @invariant()
    def each_open_offer_belongs_to_one_that_is_offered(self):
        open_ones = set(WaitingOffer.objects.filter(closed_at=None).values_list("registration", flat=True))
        assert open_ones == set(Registration.objects.in_state(State.OFFERED).values_list("pk", flat=True))

    @invariant()
    def participation_follows(self):
        joined = [row for row in Registration.objects.with_state() if row.state in JOINED]
        live = Participation.objects.filter(stopped_on=None).first()
        assert (live is not None) == bool(joined)
        attended = {row.occurrence_id for row in joined if row.state == State.ATTENDED}
        assert set(Entry.objects.values_list("occurrence", flat=True)) == attended


@pytest.fixture
def _each_example_alone(db, monkeypatch):
    """Each example in a transaction of its own, taken back after it."""
    monkeypatch.setattr(WaitingMachine, "__init__", _begin)
    monkeypatch.setattr(WaitingMachine, "teardown", _end)


def _begin(self):
    RuleBasedStateMachine.__init__(self)
    self.block = transaction.atomic()
    self.block.__enter__()


def _end(self):
    transaction.set_rollback(True)
    self.block.__exit__(None, None, None)
    assert connection.in_atomic_block  # that of the test itself


@pytest.mark.usefixtures("_each_example_alone")
def test_the_waiting_list_holds_whatever_happens():
    run_state_machine_as_test(
        WaitingMachine,
        settings=settings(
            max_examples=10,
            stateful_step_count=20,
            # Making a failing case smaller takes many minutes with a real database; its steps are printed anyway.
            phases=[Phase.explicit, Phase.reuse, Phase.generate],
        ),
    )
