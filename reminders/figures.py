"""What reminders bring about, and how the machinery is."""

from datetime import timedelta

from django.db.models import Count, F, Max, Min, Q

from accounts.models import Message
from reminders.models import Reminder, Rule

MEASURED = timedelta(days=90)
SOON = timedelta(days=7)


def totals(now):
    """Each Rule with counts over the last 90 days. One query.

    sent_count: reminders of which the mail left. done_count: of those, how many were seen to be done within 7 days.
    waiting_count: written down, not in a mail yet. dropped_count: was done, or not wanted, before it was told.
    """
    lately = Q(reminders__planned_at__gt=now - MEASURED)
    sent = (
        lately
        & Q(reminders__bundled_at__isnull=False)
        & (Q(reminders__message=None) | Q(reminders__message__sent_at__isnull=False))
    )
    in_time = Q(reminders__done_at__lte=F("reminders__bundled_at") + SOON)
    return Rule.objects.annotate(
        sent_count=Count("reminders", filter=sent),
        done_count=Count("reminders", filter=sent & in_time),
        waiting_count=Count("reminders", filter=Q(reminders__bundled_at=None, reminders__dropped_at=None)),
        dropped_count=Count("reminders", filter=lately & Q(reminders__dropped_at__isnull=False)),
        last_told_at=Max("reminders__bundled_at"),
    ).order_by("key")


def state(now):
    """How the machinery is, for who keeps it running: counts, ages in seconds, and each rule. Three queries."""
    mail = Message.objects.order_by().aggregate(
        due=Count("pk", filter=Q(sent_at=None, given_up_at=None, due_at__lte=now)),
        oldest=Min("due_at", filter=Q(sent_at=None, given_up_at=None, due_at__lte=now)),
        given_up=Count("pk", filter=Q(given_up_at__gt=now - SOON, tries__gt=0)),
        sent=Count("pk", filter=Q(sent_at__gt=now - timedelta(days=1))),
    )
    return {
        "messages_due": mail["due"],
        "messages_oldest_due_seconds": max(0, int((now - mail["oldest"]).total_seconds())) if mail["oldest"] else 0,
        "messages_given_up_last_week": mail["given_up"],
        "messages_sent_last_day": mail["sent"],
        "reminders_waiting": Reminder.objects.waiting().count(),
        "rules": {
            rule.key: {
                "is_on": rule.is_on,
                "last_run_at": rule.last_run_at,
                "last_found": rule.last_found,
                "has_failed": bool(rule.last_error),
            }
            for rule in Rule.objects.order_by("key")
            if rule.definition is not None
        },
    }
