import json
from collections import Counter
from datetime import date

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from reminders.due import RULES
from reminders.models import Rule
from reminders.planning import plan
from reminders.preview import moment_of, preview

FIRST_ON, LAST_ON = date(2010, 1, 1), date(2100, 12, 31)


class Command(BaseCommand):
    help = (
        "Plan the reminders that are due now, as beat does; twice plans nothing more. With --dry-run: show what "
        "would go to whom, now or on another day, and write nothing; the database refuses it. The exit code is 1 for "
        "a day or a rule that does not exist."
    )

    def add_arguments(self, parser):
        parser.add_argument("--dry-run", action="store_true", help="show what would go to whom, and write nothing")
        parser.add_argument("--on", metavar="DAY", help="with --dry-run: as if it were 9:00 on this day, 2027-03-01")
        parser.add_argument("--rule", metavar="KEY", help="with --dry-run: only this rule")
        parser.add_argument("--format", choices=["text", "json"], default="text", help="text (default) or json lines")

    def handle(self, *, dry_run, on, rule, format, verbosity, **options):
        if not dry_run:
            if on or rule or format != "text":
                raise CommandError("--on, --rule and --format go with --dry-run: what is planned is what is due now.")
            self._plan(verbosity)
            return
        now = moment_of(_day(on)) if on else timezone.now()
        rules = [_rule(rule)] if rule else list(RULES.rules.values())
        found = preview(rules, now, _settings_of())
        if format == "json":
            for one in found:
                self.stdout.write(json.dumps(_as_json(one), ensure_ascii=False))
            return
        counts, last = Counter(), None
        for one in found:
            if one.rule.key != last:
                last = one.rule.key
                self.stdout.write(f"\n{one.rule.name} ({last}){', urgent' if one.rule.is_urgent else ''}")
            counts[last] += 1
            self.stdout.write(f"  {one.due.to}  {one.subject_line}  [{one.due.moment}]")
            if verbosity > 1:
                self.stdout.write(f"    {one.sentence}  {one.due.path}")
        self.stdout.write(
            f"\n{timezone.localtime(now):%Y-%m-%d %H:%M}: {counts.total()} reminders by {len(counts)} of "
            f"{len(rules)} rules. Nothing was written."
        )

    def _plan(self, verbosity):
        planned = plan(now=timezone.now())
        if verbosity:
            self.stdout.write(f"Planned: {planned}.")


def _day(text):
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise CommandError(f"{text!r} is not a day. Write it as 2027-03-01.") from error
    if not FIRST_ON <= day <= LAST_ON:
        raise CommandError(f"{text} is too far away. Choose a day from {FIRST_ON} to {LAST_ON}.")
    return day


def _rule(key):
    if key not in RULES.rules:
        raise CommandError(f"There is no rule {key!r}. Choose one of: {', '.join(RULES.rules)}.")
    return RULES.rules[key]


def _settings_of():
    """What staff made of each rule: its row, None when it is switched off, and what the code says without a row."""
    rows = {row.key: row for row in Rule.objects.all()}

    def settings_of(rule):
        row = rows.get(rule.key)
        return rule if row is None else row if row.is_on else None

    return settings_of


def _as_json(one):
    due = one.due
    return {
        "rule": one.rule.key,
        "to": due.to,
        "subject": due.subject,
        "moment": due.moment,
        "until": due.until.isoformat() if due.until else None,
        "is_urgent": one.rule.is_urgent,
        "subject_line": one.subject_line,
        "sentence": one.sentence,
        "path": due.path,
        "has_calendar": bool(due.calendar),
    }
