"""One at a time, on all machines together: a lock of the database that ends with its connection."""

import zlib
from contextlib import contextmanager

from django.db import connection


@contextmanager
def alone(name):
    """Gives whether nobody else is within `alone(name)` now; never waits."""
    key = zlib.crc32(f"loket {name}".encode())
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [key])
        [is_alone] = cursor.fetchone()
    try:
        yield is_alone
    finally:
        if is_alone and not connection.needs_rollback:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [key])
