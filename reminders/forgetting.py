"""What is not kept for ever."""

from datetime import timedelta

from reminders.models import Reminder
from reminders.planning import still_due

KEPT_FOR = timedelta(days=2 * 365)
CHUNK = 1000


def forget(now):
    """Throw away reminders of more than two years ago; returns how many.

    Not those that their rule would say again: without the memory somebody would be told twice.
    """
    gone, last = 0, 0
    rows = Reminder.objects.filter(planned_at__lt=now - KEPT_FOR).select_related("rule").defer("values", "calendar")
    while chunk := list(rows.filter(pk__gt=last).order_by("pk")[:CHUNK]):
        last = chunk[-1].pk
        answers = still_due(chunk, now)
        old = [row.pk for row in chunk if answers[row.rule] is not None and row.key not in answers[row.rule]]
        gone += Reminder.objects.filter(pk__in=old).delete()[0]
    return gone
