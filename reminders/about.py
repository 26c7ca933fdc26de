"""What was told about one subject, and when it is told again."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils import timezone

from reminders.models import Reminder
from reminders.planning import rules_in_use
from reminders.rest import hour_of

MOST_SHOWN = 5  # of one rule
ASKED_AHEAD = 4  # days that may bring the next moment
WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Told:
    """What one rule told about a subject: the days, the newest first; and the next day, or None when nobody knows."""

    name: str
    days: list[date]
    is_waiting: bool
    next_on: date | None


def told_about(subject, now):
    """A Told for each rule that told something about `subject`, or has something waiting."""
    rows = Reminder.objects.filter(subject=subject, dropped_at=None).select_related("rule", "message")
    by_rule = {}
    for row in rows.order_by("-planned_at", "-pk")[:200]:
        by_rule.setdefault(row.rule, []).append(row)
    in_use = {rule.pk for rule in rules_in_use()}
    return [_told(rule, rows, now, is_on=rule.pk in in_use) for rule, rows in by_rule.items()]


def _told(rule, rows, now, *, is_on):
    days = sorted({timezone.localdate(row.told_at) for row in rows if row.told_at}, reverse=True)
    is_waiting = is_on and any(row.told_at is None for row in rows)
    next_on = next_day(rule, rows, now) if is_on and not is_waiting else None
    return Told(str(rule), days[:MOST_SHOWN], is_waiting, next_on)


def next_day(rule, rows, now):
    """The first day on which the rule has something new to say about the subject of `rows`, as it stands now.

    The rule itself is asked, about the days that its lead times and a weekly repetition lead to.
    """
    told = {row.key for row in rows}
    today = timezone.localdate(now)
    for day in _candidates(rule, rows[0].moment, today)[:ASKED_AHEAD]:
        dues = rule.dues(max(hour_of(day), now), subjects={rows[0].subject})
        if any(due.key not in told for due in dues):
            return day
    return None


def _candidates(rule, moment, today):
    try:
        base = datetime.strptime(moment.partition("/")[0], "%Y-%m-%d").date()  # noqa: DTZ007  a day has no zone
    except ValueError:
        return []
    days = {base - timedelta(days=lead) for lead in rule.days}
    last = max(days, default=base)  # after it a rule may say it again each week
    weeks = max(1, (today - last).days // 7 + 1)
    days |= {last + n * WEEK for n in (weeks, weeks + 1)}
    return sorted(day for day in days if day > today)
