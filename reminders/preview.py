"""What would go to whom at some moment, as the rules say it; nothing is written."""

from dataclasses import dataclass
from datetime import datetime, time

from django.utils import timezone

from reminders.due import Asked, Due, RuleDefinition
from reminders.reading import reading_only
from reminders.wording import fill

PLANNED_AT = time(9)  # in the Netherlands; what a day is asked about without a time


@dataclass(frozen=True, slots=True)
class Preview:
    """One reminder that would go out, with the wording to begin with or that of staff."""

    rule: RuleDefinition
    due: Due
    subject_line: str
    sentence: str


def moment_of(day):
    """The moment of a day at which reminders are planned, as far as a preview is concerned."""
    return timezone.make_aware(datetime.combine(day, PLANNED_AT))


def preview(rules, now, settings_of=lambda rule: rule):
    """Yields a Preview for each reminder that `rules` say is due at the moment `now`, rule by rule.

    settings_of: gives for a rule what has its days, subject_line and sentence, such as its row that staff edit;
    None when it is switched off. The database refuses every write meanwhile, so consume it in one go.
    """
    with reading_only():
        for rule in rules:
            chosen = settings_of(rule)
            if chosen is None:
                continue
            for due in rule.dues(Asked(now=now, days=tuple(chosen.days))):
                subject_line, sentence = fill(chosen.subject_line, due.values), fill(chosen.sentence, due.values)
                yield Preview(rule, due, subject_line, sentence)
