"""Asking a rule, in the words of the tests."""

from datetime import date, datetime, time

from django.utils import timezone

from reminders.due import RULES, Asked
from reminders.rules.subjects import subject_of


def at(day, hour=9, minute=0):
    """A moment of `day` in the Netherlands."""
    return timezone.make_aware(datetime.combine(day, time(hour, minute)))


def due(key, when, *subjects, days=None):
    """What a rule says is due on a day (9:00) or at a moment, in the order of address; `subjects` narrow it down."""
    rule = RULES.rules[key]
    asked = Asked(
        now=when if isinstance(when, datetime) else at(when),
        days=rule.days if days is None else days,
        subjects=frozenset(map(subject_of, subjects)) or None,
    )
    return sorted(rule.dues(asked), key=lambda found: (found.subject, found.to))


def act(key, row, user, now):
    """Press the button of a rule about `row`."""
    return RULES.rules[key].act(subject_of(row), user, at(now) if type(now) is date else now)


def moments(key, when, *subjects):
    return {found.moment for found in due(key, when, *subjects)}
