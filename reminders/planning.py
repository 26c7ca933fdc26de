"""Writing down what is due: each rule is asked, and what is new becomes a `Reminder`.

Asking is free of side effects and the database keeps each reminder unique, so planning twice adds nothing, and what
a stopped beat or a moved clock missed is found the next time.
"""

import logging
from itertools import islice

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from accounts.models import User
from reminders.alone import alone
from reminders.due import RULES
from reminders.models import Reminder, Rule
from reminders.rest import ready_from

logger = logging.getLogger(__name__)

CHUNK = 1000  # reminders that are in memory at a time
# What comes back when its rule says it again: it was done and is not any more, or nobody could be told then.
REVIVED = (Reminder.Reason.DONE, Reminder.Reason.NO_ADDRESS)


def sync_rules():
    """Make the row of each rule of the code that has none, with the wording to begin with."""
    known = set(Rule.objects.values_list("key", flat=True))
    Rule.objects.bulk_create(
        [
            Rule(
                key=rule.key,
                days=list(rule.days),
                subject_line=rule.subject_line,
                sentence=rule.sentence,
                button=rule.button,
            )
            for rule in RULES.rules.values()
            if rule.key not in known
        ],
        ignore_conflicts=True,
    )


def rules_in_use():
    """The rules that are on and that the code still knows."""
    return [rule for rule in Rule.objects.filter(is_on=True).order_by("key") if rule.definition is not None]


def plan(now):
    """Write down every reminder that is due at `now`; returns how many are new.

    A rule that fails is remembered in its row and does not stop the others. Does nothing while somebody else plans.
    """
    with alone("reminders.plan") as is_alone:
        if not is_alone:
            return 0
        sync_rules()
        return sum(_plan_rule(rule, now) for rule in rules_in_use())


def _plan_rule(rule, now):
    ready_at = now if rule.is_urgent else ready_from(now, rule.last_run_at)
    found = added = 0
    error = ""
    try:
        dues = iter(rule.dues(now))
        while chunk := list(islice(dues, CHUNK)):
            found += len(chunk)
            added += _write_down(rule, chunk, now, ready_at)
    except Exception as failed:  # whatever it is, the other rules go on, and staff must see it
        logger.exception("Rule %s failed", rule.key)
        error = failed_with(failed)
    Rule.objects.filter(pk=rule.pk).update(
        **({"last_error": error} if error else {"last_run_at": now, "last_found": found, "last_error": ""})
    )
    return added


def failed_with(error):
    """What went wrong, for the row of a rule."""
    said = "".join(sign for sign in f"{type(error).__name__}: {error}" if sign.isprintable())
    return said[: Rule._meta.get_field("last_error").max_length]


@transaction.atomic
def _write_down(rule, dues, now, ready_at):
    """Write down those of `dues` that are not there yet; returns how many. Three queries, and two that write."""
    users = {due.user_pk for due in dues} - {None}
    active = set(User.objects.filter(pk__in=users, is_active=True).values_list("pk", flat=True))
    there = {
        row[:3]: row[3:]
        for row in Reminder.objects.filter(rule=rule, subject__in={due.subject for due in dues})
        .order_by()
        .values_list("subject", "to", "moment", "pk", "reason")
    }
    new, back = {}, []
    for due in dues:
        if due.until is not None and due.until <= now:
            continue
        to = address_of(due)
        can_be_told = bool(to) and (due.user_pk is None or due.user_pk in active)
        key = (due.subject, to, due.moment)
        pk, reason = there.get(key, (None, ""))
        if pk is None:
            new[key] = _reminder(rule, due, to, now, ready_at, active, can_be_told=can_be_told)
        elif reason in REVIVED and can_be_told:
            back.append(pk)
    Reminder.objects.bulk_create(new.values(), ignore_conflicts=True)
    if back:
        Reminder.objects.filter(pk__in=back).exclude(reason="").update(
            dropped_at=None, reason="", planned_at=now, ready_at=ready_at
        )
    return len(new) + len(back)


def _reminder(rule, due, to, now, ready_at, active, *, can_be_told):
    return Reminder(
        rule=rule,
        subject=due.subject,
        to=to,
        user_id=due.user_pk if due.user_pk in active else None,
        moment=due.moment,
        values=due.values,
        path=due.path,
        calendar=due.calendar,
        until=due.until,
        holiday_region_id=due.holiday_region_pk,
        planned_at=now,
        # What would be too late by then goes at once.
        ready_at=now if due.until is not None and due.until <= ready_at else ready_at,
        dropped_at=None if can_be_told else now,
        reason="" if can_be_told else Reminder.Reason.NO_ADDRESS,
    )


def address_of(due):
    """The address of a Due as the memory keeps it; "" for what is none."""
    try:
        validate_email(due.to)
    except ValidationError:
        return ""
    return due.to.lower()


def still_due(reminders, now, *, goes_on=True):
    """{rule: {key: Due}} of those `reminders` that their rule still says at `now`; each rule is asked once.

    reminders: with their rule. goes_on: a rule that fails is None there, because nobody knows; else it raises.
    """
    by_rule = {}
    for reminder in reminders:
        by_rule.setdefault(reminder.rule, set()).add(reminder.subject)
    return {rule: _asked_again(rule, subjects, now, goes_on) for rule, subjects in by_rule.items()}


def _asked_again(rule, subjects, now, goes_on):
    if rule.definition is None:
        return {}
    if not goes_on:
        return {due.key: due for due in rule.dues(now, subjects=subjects)}
    try:
        with transaction.atomic():  # a query that fails must not take along what is around it
            return {due.key: due for due in rule.dues(now, subjects=subjects)}
    except Exception as error:
        logger.exception("Rule %s failed", rule.key)
        Rule.objects.filter(pk=rule.pk).update(last_error=failed_with(error))
        return None
