"""Figures about asking. Each is one function whose docstring says what is counted and as of when."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from statistics import median

from django.db.models import Count
from django.utils import timezone

from enquiries.clock import ReplyClock
from enquiries.models import EnquiryEvent
from enquiries.status import EventKind


@dataclass(frozen=True, slots=True)
class ReplyTimes:
    """What `reply_times` found.

    median_days: working days, None when nobody replied. replied: how many did, early or late. judged: how many
    of whom it is known whether they kept the promise; in_time: how many of those did.
    """

    median_days: float | None
    replied: int
    judged: int
    in_time: int

    @property
    def share(self):
        """Replied within the promise as a part of `judged`, 0..1; None when there is nothing to judge."""
        return self.in_time / self.judged if self.judged else None


def reply_times(recipients, *, on):
    """How fast those who were asked reply, as of the day `on`: ReplyTimes over `recipients` (a queryset).

    A reply is an answer or a refusal; the first one counts. Reading is no reply. The median is over who
    replied: working days of the school's holiday region from the day of sending (not counted) to that of the
    reply. Within the promise is: on the day `reply_due_on` or before. Judged are those who replied, and those who
    did not while that day is over. Left out are those who still have time, those who passed the question on in
    time (the next one has a clock of its own), and those whose reply was not needed any more before the day was
    over: the school withdrew or postponed, or somebody else answered. Two queries.
    """
    return reply_times_by(None, recipients, on=on)[0]


def reply_times_by(path, recipients, *, on):
    """(ReplyTimes of all `recipients`, {key: ReplyTimes of its part}) in the same two queries.

    path: lookup from a recipient to what they are parted by, such as "network"; None is no parts. A key without
    anybody who was asked is not there; None is the key of who has none.
    """
    whole, parts = _Sum(), defaultdict(_Sum)
    for key, reply in _replies(path or "pk", recipients, on):
        for part in (whole, parts[key]) if path else (whole,):
            part.add(reply)
    return whole.times(), {key: part.times() for key, part in parts.items()}


def replies(recipients, *, on):
    """The Reply of each of `recipients` who was sent a question, the last sent first: the rows of `reply_times`."""
    found = [reply for _key, reply in _replies("pk", recipients, on)]
    return sorted(found, key=lambda reply: (reply.sent_on, reply.recipient), reverse=True)


@dataclass(frozen=True, slots=True)
class Reply:
    """How somebody who was asked replied.

    recipient: its key. replied_on, days (working days): None without a reply. in_time: whether the promise was kept;
    None where that cannot be judged.
    """

    recipient: int
    sent_on: date
    due_on: date
    replied_on: date | None
    days: int | None
    in_time: bool | None


def _replies(path, recipients, on):
    """(key, Reply) of each recipient that was sent a question. Two queries."""
    rows = EnquiryEvent.objects.filter(recipient__in=recipients.order_by().values("pk"), kind__in=_OF_REPLYING)
    events = defaultdict(dict)
    about = {}
    for pk, kind, moment, *known in rows.order_by("-happened_at", "-pk").values_list(
        "recipient_id",
        "kind",
        "happened_at",
        "recipient__reply_due_on",
        "enquiry__school__holiday_region_id",
        f"recipient__{path}",
    ):
        events[pk][EventKind(kind)] = timezone.localtime(moment).date()  # newest first, so the first one stays
        about[pk] = known
    clocks = ReplyClock.of_all_regions()
    for pk, found in events.items():
        due_on, region, key = about[pk]
        if EventKind.SENT in found:
            yield key, _reply(pk, found, due_on, clocks[region], on)


def _reply(pk, events, due_on, clock, on):
    """One recipient with the day of each kind of event, of which one is that of sending."""
    sent_on = events[EventKind.SENT]
    replied_on = min((events[kind] for kind in _REPLIES if kind in events), default=None)
    over_on = min((events[kind] for kind in _NOT_NEEDED if kind in events), default=None)
    if replied_on is not None:
        days = clock.days_between(sent_on, replied_on)
        return Reply(pk, sent_on, due_on, replied_on, days, replied_on <= due_on)
    is_late = due_on < on and (over_on is None or over_on > due_on)
    return Reply(pk, sent_on, due_on, None, None, False if is_late else None)


class _Sum:
    """What is known so far of one group of recipients."""

    def __init__(self):
        self.lasted, self.judged, self.in_time = [], 0, 0

    def add(self, reply):
        if reply.days is not None:
            self.lasted.append(reply.days)
        self.judged += reply.in_time is not None
        self.in_time += bool(reply.in_time)

    def times(self):
        return ReplyTimes(median(self.lasted) if self.lasted else None, len(self.lasted), self.judged, self.in_time)


_REPLIES = (EventKind.ANSWERED, EventKind.REFUSED)
_NOT_NEEDED = (EventKind.CLOSED, EventKind.PASSED_ON)
_OF_REPLYING = (EventKind.SENT, *_REPLIES, *_NOT_NEEDED)


def unmet_demand(since, *, schools=None):
    """How many questions were refused in vain, by reason: rows of `reason` and `enquiry_count`, most first.

    Counted is each question (not each refusal) that a network or desk refused since the moment `since` (that
    moment included) and that nobody has answered by now. A question refused for two reasons counts in both.
    Left out are questions that wait for a confirmation by mail. The rows behind it:
    `EnquiryEvent.objects.unmet_demand(since)`. schools: a queryset, for the questions of those schools only.
    """
    rows = EnquiryEvent.objects.unmet_demand(since)
    if schools is not None:
        rows = rows.filter(enquiry__school__in=schools.order_by().values("pk"))
    return (
        rows.order_by()
        .values("reason")
        .annotate(enquiry_count=Count("enquiry", distinct=True))
        .order_by("-enquiry_count", "reason")
    )
