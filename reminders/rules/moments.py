"""Which moment of a day has come, in words that the memory keeps. Pure: no database, no clock."""

from datetime import timedelta

WEEK = 7  # days
NEVER = "nooit"  # the moment of what has no day to count from: told once


def latest(day, asked, *, every=None):
    """The latest moment about `day` that came by `asked.on`, such as "2027-03-01/7"; None when none did.

    The lead times are `asked.days`; every: after the last of them, and after the day itself, a moment each so many
    days, without end.
    """
    passed = [number for number in asked.days if day - timedelta(days=number) <= asked.on]
    if not passed:
        return None
    number = min(passed)
    if every and number == min(asked.days):
        last = min(number, 0)
        times = (asked.on - day + timedelta(days=last)).days // every
        number = last - times * every if times > 0 else number
    return f"{day:%Y-%m-%d}/{number}"


def reach(asked):
    """The last day about which a moment has come by now; None without lead times, so that nothing is due."""
    return asked.on + timedelta(days=max(asked.days)) if asked.days else None
