"""Trying once more what the database broke off because two transactions waited for each other.

A registration locks its date and then, last, the content version; an import locks these the other way round.
That is rare, and PostgreSQL ends it by stopping one of the two: whole, so that it can simply be done again.
"""

from functools import wraps

from django.db import OperationalError, connection

DEADLOCK = "40P01"  # SQLSTATE deadlock_detected
MOST_TRIES = 3


def again_after_deadlock(function):
    """Decorator: call `function` again after a deadlock, unless a transaction outside it was broken off too."""

    @wraps(function)
    def call(*args, **kwargs):
        for left in reversed(range(MOST_TRIES)):
            try:
                return function(*args, **kwargs)
            except OperationalError as error:
                is_deadlock = getattr(error.__cause__, "pgcode", None) == DEADLOCK
                if not is_deadlock or not left or connection.in_atomic_block:
                    raise

    return call
