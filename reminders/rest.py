"""On which days, and from which hour, periodic mail goes. Pure, except for reading the holidays.

It rests on weekends, public holidays and the school holidays of the reader's region, as the reply clock does
(`enquiries.clock`). Days are those of the Netherlands, so that a change to summer time moves no mail.
"""

from datetime import datetime, time, timedelta

from django.conf import settings
from django.utils import timezone

from enquiries.clock import LONGEST_DAYS, ReplyClock, is_working_day

ONE_DAY = timedelta(days=1)


def hour_of(day):
    """The moment of `day` from which its mail may go."""
    return timezone.make_aware(datetime.combine(day, time(settings.REMINDER_HOUR)))


def midnight_of(day):
    return timezone.make_aware(datetime.combine(day, time()))


def ready_from(now, last_run_at):
    """From when what is found at `now` may go in the mail of a day.

    That is the next time that the hour strikes; at once when nobody looked since it struck today, so that a pause
    costs no day. A last run that lies ahead is one of a clock that was wrong.
    """
    on = timezone.localdate(now)
    struck = hour_of(on)
    if now < struck:
        return struck
    looked_since = last_run_at is not None and struck <= last_run_at <= now
    return hour_of(on + ONE_DAY) if looked_since else now


class Rest:
    """The days on which mail rests, for every holiday region. One query when it is made."""

    def __init__(self):
        self._clocks = ReplyClock.of_all_regions()

    def works(self, day, region):
        """Whether mail goes on `day` to a reader in the holiday region `region` (its key, or None)."""
        return is_working_day(day, self._clocks[region])

    def next_working_day(self, day, region):
        """The first day after `day` on which mail goes."""
        return next(day + n * ONE_DAY for n in range(1, LONGEST_DAYS) if self.works(day + n * ONE_DAY, region))

    def weekly_from(self, ready_at, region):
        """The moment of the first weekly mail that is not before `ready_at`: the first working day of a week."""
        on = timezone.localdate(ready_at)
        monday = on - on.weekday() * ONE_DAY
        for week in range(LONGEST_DAYS // 7):
            days = [monday + (7 * week + number) * ONE_DAY for number in range(5)]
            first = next((day for day in days if self.works(day, region)), None)
            if first is not None and hour_of(first) >= ready_at:
                return hour_of(first)
        return ready_at
