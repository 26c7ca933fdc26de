"""How many places a date has left, and who may decide about them.

One rule keeps the count true however many schools press the button at once: **whoever gives, takes or
counts places holds the lock of the date's row**. So every decision sees all decisions before it, the waiting
list is in the order in which schools got that lock, and there is never one place too many.

    free = capacity - taken elsewhere - registrations that hold a place (an open offer holds one)

A group is one place. Without a capacity there is no limit that we know of, and a place is given; a reported
number of free places without a capacity is such a limit, and becomes the capacity.

What the public reads (`places_left`, `waiting_list_count`, `reported_on`) is written in the same transaction,
last of all: that write raises the content version, and its row is shared by everybody who writes.
"""

from collections import Counter
from dataclasses import dataclass, replace

from activities.models import Occurrence
from enquiries.models.signing_up import HOLDING, STATE_AFTER, Registration, State


@dataclass(frozen=True, slots=True)
class Places:
    """capacity: None when no limit is known. taken: elsewhere and here, open offers included."""

    capacity: int | None
    taken: int
    waiting: int

    @property
    def left(self):
        """Places that can still be given; None without a limit."""
        return None if self.capacity is None else max(0, self.capacity - self.taken)

    @property
    def over(self):
        """How many places more were given than there are now: the capacity was lowered afterwards."""
        return 0 if self.capacity is None else max(0, self.taken - self.capacity)

    def given(self):
        return replace(self, taken=self.taken + 1)

    def queued(self):
        return replace(self, waiting=self.waiting + 1)

    def moved_up(self):
        return replace(self, taken=self.taken + 1, waiting=self.waiting - 1)


def lock(pk, *, skip_locked=False):
    """The Occurrence with its activity, network and programme, locked until the transaction ends.

    Lock dates before registrations, and several dates in the order of their keys. With skip_locked it is
    None while somebody else has the lock. Raises Occurrence.DoesNotExist for a date that is gone.
    """
    rows = Occurrence.objects.select_for_update(of=("self",), skip_locked=skip_locked)
    rows = rows.select_related("activity__network__programme", "municipality").filter(pk=pk)
    return rows.first() if skip_locked else rows.get()


def count(occurrence):
    """The Places of a date; exact for who holds its lock. One query."""
    kinds = (
        Registration.objects.filter(occurrence=occurrence).order_by().with_state().values_list("last_kind", flat=True)
    )
    states = Counter(STATE_AFTER[kind] for kind in kinds)
    held = sum(states[state] for state in HOLDING)
    capacity = occurrence.capacity
    if capacity is None and occurrence.places_left is not None:
        capacity = occurrence.taken_elsewhere + held + occurrence.places_left
    return Places(capacity, occurrence.taken_elsewhere + held, states[State.WAITING])


def publish(occurrence, places, today):
    """Write what the public reads of a locked date, where that changed. Call it last in the transaction."""
    told = {
        "capacity": places.capacity,
        "places_left": places.left,
        "waiting_list_count": places.waiting,
        "reported_on": today,
    }
    if all(getattr(occurrence, name) == value for name, value in told.items() if name != "reported_on"):
        return
    Occurrence.objects.filter(pk=occurrence.pk).update(**told)
    for name, value in told.items():
        setattr(occurrence, name, value)
