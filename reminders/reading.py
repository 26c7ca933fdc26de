"""A promise that the database keeps: nothing is written."""

from contextlib import contextmanager

from django.db import connection, transaction


@contextmanager
def reading_only():
    """Within it every write is refused by PostgreSQL (InternalError); what was open around it stays as it was."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION READ ONLY")
        yield
