"""From reminders to mail: who is told today, of what, in one bundle.

Just before a mail is made its rules are asked once more, and again just before it leaves: what was done meanwhile
does not go. Several workers share the work, because each takes only rows that nobody else has (SKIP LOCKED).
"""

import hashlib
from collections import defaultdict
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.messages import DroppedError, PostponedError, last_look, message_of, queue_many
from accounts.models import Message, Preference
from accounts.preferences import chosen_by
from reminders.letters import PERIODIC, URGENT, letter_for
from reminders.models import Reminder
from reminders.planning import still_due
from reminders.rest import ONE_DAY, Rest, hour_of, midnight_of

CHUNK = 250  # people at a time
Reason = Reminder.Reason
How = Preference.How


def bundle(now):
    """Make the mail that may go at `now`; returns how many messages. Twice makes nothing more."""
    rest = Rest()
    made, last = 0, ""
    while addresses := _addresses_after(last):
        made += _bundle_for(addresses, now, rest)
        last = addresses[-1]
    return made


def _addresses_after(last):
    waiting = Reminder.objects.waiting().filter(to__gt=last)
    return list(waiting.order_by("to").values_list("to", flat=True).distinct()[:CHUNK])


@dataclass(slots=True)
class Plan:
    """What becomes of the waiting reminders (keys) of some people at one moment."""

    bundles: list[list[int]]
    urgent: list[int]
    dropped: dict[int, str]

    @property
    def keys(self):
        return [*self.urgent, *self.dropped, *(pk for bundle in self.bundles for pk in bundle)]


@transaction.atomic
def _bundle_for(addresses, now, rest):
    plan = _plan_for(addresses, now, rest)
    if not plan.keys:
        return 0
    rows = (
        Reminder.objects.waiting()
        .filter(pk__in=plan.keys)
        .select_related("rule", "user")
        .select_for_update(skip_locked=True, of=("self",))
    )
    taken = {row.pk: row for row in rows.order_by("pk")}
    # A bundle of which somebody else has a part is made by them.
    bundles = [[taken[pk] for pk in keys] for keys in plan.bundles if all(pk in taken for pk in keys)]
    urgent = [[taken[pk]] for pk in plan.urgent if pk in taken]
    dropped = [taken[pk] for pk in plan.dropped if pk in taken]
    for row in dropped:
        row.drop(plan.dropped[row.pk], now)

    answers = still_due([row for part in (*bundles, *urgent) for row in part], now)
    wanted = []
    for part, is_urgent in [(part, False) for part in bundles] + [(part, True) for part in urgent]:
        keep = []
        for row in part:
            reason = _reason_to_drop(row, answers[row.rule], now)
            if reason:
                row.drop(reason, now)
                dropped.append(row)
            elif answers[row.rule] is not None:
                keep.append(row)
        if keep:
            wanted.append((keep, _message(keep, now, is_urgent=is_urgent)))
    Reminder.objects.bulk_update(dropped, ["dropped_at", "reason", "bundled_at", "message"], batch_size=500)

    made = {message.key: message for message in queue_many([message for _rows, message in wanted])}
    told = []
    for rows, message in wanted:
        if message.key in made:
            for row in rows:
                row.message, row.bundled_at = message, now
                told.append(row)
    Reminder.objects.bulk_update(told, ["message", "bundled_at", "values"], batch_size=500)
    return len(made)


def _plan_for(addresses, now, rest):
    """Who is told today and of what, without a look at the facts. Three queries."""
    chosen = {(row.address, row.kind): row.how for row in chosen_by(addresses)}
    busy = _busy(addresses, now)
    people = defaultdict(list)
    rows = Reminder.objects.waiting().filter(to__in=addresses).select_related("rule").order_by("to", "pk")
    for row in rows.defer("values", "calendar"):
        people[row.to].append(row)
    plan = Plan([], [], {})
    for to, waiting in people.items():
        periodic = []
        for row in waiting:
            if row.until is not None and row.until <= now:
                plan.dropped[row.pk] = Reason.TOO_LATE
            elif not row.rule.is_on or row.rule.definition is None:
                plan.dropped[row.pk] = Reason.OFF
            elif row.rule.is_urgent:
                plan.urgent.append(row.pk)
            elif chosen.get((to, row.rule.key)) == How.OFF:
                plan.dropped[row.pk] = Reason.OFF
            else:
                periodic.append((row, chosen.get((to, row.rule.key), Preference.DEFAULT)))
        if periodic and to not in busy:
            keys = _today(periodic, now, rest)
            if keys:
                plan.bundles.append(keys)
    return plan


def _busy(addresses, now):
    """Those of `addresses` that got a bundle today, or for whom one is on its way."""
    today = midnight_of(timezone.localdate(now))
    tomorrow = midnight_of(timezone.localdate(now) + ONE_DAY)
    had = Q(sent_at__gte=today, sent_at__lt=tomorrow) | Q(sent_at=None, given_up_at=None)
    rows = Message.objects.filter(had, to__in=addresses, kind=PERIODIC)
    keys = {_key(address, now): address for address in addresses}
    made = Message.objects.filter(key__in=keys).values_list("key", flat=True)
    return {*rows.values_list("to", flat=True), *(keys[key] for key in made)}


def _today(periodic, now, rest):
    """Keys of the (reminder, how) of one person that go now; none when it is not their day or hour."""
    on = timezone.localdate(now)
    region = region_of([row for row, _how in periodic])
    if not rest.works(on, region):
        return []
    # What was written down by a clock that was ahead waits for nothing.
    ready = {row.pk: now if row.planned_at > now else row.ready_at for row, _how in periodic}
    is_hour = now >= hour_of(on)
    due = [
        row.pk
        for row, how in periodic
        if how == How.DIRECT
        or (how == How.DAILY and is_hour and ready[row.pk] <= now)
        or (how == How.WEEKLY and is_hour and rest.weekly_from(ready[row.pk], region) <= now)
    ]
    if not due:
        return []
    # One mail a day: what would have gone later today goes along.
    return [row.pk for row, how in periodic if row.pk in due or how == How.DAILY]


def region_of(reminders):
    """The holiday region of the person whose reminders these are: what was said last."""
    return next((row.holiday_region_id for row in reversed(reminders) if row.holiday_region_id), None)


def _reason_to_drop(row, answers, now):
    """Why `row` is not told after all, and "" when it is; its values become those of now."""
    if row.user is not None and not row.user.is_active:
        return Reason.NO_ADDRESS
    if row.until is not None and row.until <= now:
        return Reason.TOO_LATE
    if answers is None:
        return ""
    due = answers.get(row.key)
    if due is None:
        return Reason.DONE
    row.values = due.values
    return ""


def _key(address, now):
    """One bundle for each address and day, whatever happens."""
    return f"reminders-{hashlib.sha256(address.encode()).hexdigest()[:32]}-{timezone.localdate(now)}"


def _message(rows, now, *, is_urgent):
    letter = letter_for(rows, is_urgent=is_urgent)
    key = f"reminder-{rows[0].pk}-{rows[0].planned_at:%Y%m%d%H%M%S}" if is_urgent else _key(rows[0].to, now)
    return message_of(
        key=key,
        kind=URGENT if is_urgent else PERIODIC,
        to=rows[0].to,
        subject=letter.subject,
        text=letter.text,
        html=letter.html,
        headers=letter.headers,
        attachments=letter.attachments,
        due_at=now,
        is_secret=True,
    )


# --- just before it leaves ---------------------------------------------------------------------------------
@last_look(PERIODIC, URGENT)
def look_again(message, now):
    """Take out what was done since the mail was made; hold it back on a day of rest, or when nothing is left."""
    rows = list(_rows_of(message))
    if not rows:
        raise DroppedError(_("Er is niets meer over om te vertellen."))
    is_urgent = message.kind == URGENT
    reasons = {row: Reason.OFF for row in rows if _is_off(row, is_urgent=is_urgent)}
    if not is_urgent:
        _hold_back(message, rows, now)
    asked = [row for row in rows if row not in reasons]
    answers = still_due(asked, now, goes_on=False)
    before = {row.pk: row.values for row in rows}
    for row in asked:
        reason = _reason_to_drop(row, answers[row.rule], now)
        if reason:
            reasons[row] = reason
    for row, reason in reasons.items():
        row.drop(reason, now)
    if reasons:
        Reminder.objects.bulk_update(reasons, ["dropped_at", "reason", "bundled_at", "message"])
    keep = [row for row in rows if row not in reasons]
    if not keep:
        raise DroppedError(_("Alles in deze mail was al gedaan, of hoefde niet meer."))
    if reasons or not message.text or any(row.values != before[row.pk] for row in keep):
        letter = letter_for(keep, is_urgent=is_urgent)
        message.subject, message.text, message.html = letter.subject, letter.text, letter.html
        message.headers, message.attachments = letter.headers, letter.attachments


def _rows_of(message):
    """The reminders of a message, with whether the reader does not want them any more. One query."""
    rows = Reminder.objects.filter(message=message).select_related("rule", "user").order_by("pk")
    if message.kind == URGENT:
        return rows
    unwanted = Preference.objects.filter(address=OuterRef("to"), kind=OuterRef("rule__key"), how=How.OFF)
    return rows.annotate(is_unwanted=Exists(unwanted))


def _is_off(row, *, is_urgent):
    """Whether it is not told any more, before its rule is asked."""
    if not row.rule.is_on or row.rule.definition is None:
        return True
    return not is_urgent and row.is_unwanted


def _hold_back(message, rows, now):
    """A bundle that did not leave on the day it was made, or at its first try, may have to wait for another day."""
    on = timezone.localdate(now)
    if timezone.localdate(rows[0].bundled_at) == on and message.tries == 0:
        return
    rest, region = Rest(), region_of(rows)
    today = Q(sent_at__gte=midnight_of(on), sent_at__lt=midnight_of(on + ONE_DAY))
    had_one = Message.objects.filter(today, to=message.to, kind=PERIODIC).exclude(pk=message.pk).exists()
    if had_one or not rest.works(on, region):
        raise PostponedError(hour_of(rest.next_working_day(on, region)))


# --- afterwards --------------------------------------------------------------------------------------------
LOOKED_BACK = 8 * ONE_DAY
ASKED_AT_ONCE = 1000


def look_back(now):
    """Note which of the things that were told in the last days are done; returns how many.

    Something whose day passed meanwhile is over, and not done.
    """
    found, last = 0, 0
    rows = Reminder.objects.told().filter(done_at=None, bundled_at__gt=now - LOOKED_BACK).select_related("rule")
    while chunk := list(rows.filter(pk__gt=last).defer("values", "calendar").order_by("pk")[:ASKED_AT_ONCE]):
        last = chunk[-1].pk
        answers = still_due(chunk, now)
        done = [row.pk for row in chunk if _is_done(row, answers[row.rule], now)]
        found += Reminder.objects.filter(pk__in=done).update(done_at=now)
    return found


def _is_done(row, answers, now):
    if answers is None or not row.rule.is_on or row.rule.definition is None:
        return False
    is_over = row.until is not None and row.until <= now
    return not is_over and not any(subject == row.subject for subject, _to, _moment in answers)
