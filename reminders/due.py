"""What a rule is asked and what it yields: the contract between the rules and their memory.

A rule says what is due, from facts and without side effects. The memory (a `Reminder` for each rule, subject, person
and moment) makes sure that each is told once; the delivery bundles and sends. So a rule may be asked at any time, as
often as one likes, and after any pause.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime

from django.utils import timezone


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a rule is asked: what is due at `now`.

    days: the lead times of the rule, as staff set them (days before the day that it is about; below 0 is after it).
    subjects: only these, when the memory asks whether they still hold; None is all of them.
    """

    now: datetime
    days: tuple[int, ...] = ()
    subjects: frozenset[str] | None = None

    @property
    def on(self) -> date:
        """The day it is for people."""
        return timezone.localtime(self.now).date()


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """One thing that one person must be told, at the latest moment that has been reached.

    subject: what it is about, as `model label:key`, such as "quality.Obligation:12". to: the address, in lower case.
    user_pk: the account of that address, if there is one. moment: which of the moments of the subject has come, such
    as "2027-03-01/7"; it holds the day that it counts from, so that another day makes another moment. Of several
    moments that passed, only the latest is yielded: who was away is told once, not four times.
    values: a text for each of the `variables` of the rule, for its wording. path: the page with the subject, for
    who logs in. until: after this moment it is of no use to be told (a date that has been); None is never.
    holiday_region_pk: of the person, for the days on which periodic mail rests; None when unknown.
    calendar: the text of an iCalendar file that goes along, or "".
    """

    subject: str
    to: str
    user_pk: int | None
    moment: str
    values: dict[str, str]
    path: str
    until: datetime | None = None
    holiday_region_pk: str | None = None
    calendar: str = ""

    @property
    def key(self):
        """What is told once to each person: (subject, to, moment)."""
        return self.subject, self.to, self.moment


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleDefinition:
    """A rule as the code knows it; staff change days, wording and whether it is on in its row (`models.Rule`).

    dues(asked): yields each Due, with a number of queries that does not grow with the rows. is_urgent: told at once
    and on any day, and nobody can switch it off; `why_urgent` says why, on the page of preferences. days: the lead
    times to begin with. variables: {name: what it stands for}, which the wording may use as {name}. subject_line,
    sentence and button: the wording to begin with; the subject line is used when it is the only item of a mail.
    act(subject, user, now): does the one thing that the button without login does, and returns what to say after it;
    None when the button leads to `path`. It raises GoneError when it was done or cannot be done any more.
    other_button, other_act: a second such button, where one can say yes or no.
    leads_to(subject): the address of the page of the room that opens without login, for the button of a rule without
    `act`; it is made when the button is pressed, because it holds a token. None: to `path`. Raises GoneError too.
    """

    key: str
    name: str
    audience: str  # who is told, in words for staff
    dues: Callable[[Asked], Iterator[Due]]
    variables: dict[str, str]
    subject_line: str
    sentence: str
    button: str
    days: tuple[int, ...] = ()
    is_urgent: bool = False
    why_urgent: str = ""
    act: Callable | None = None
    other_button: str = ""
    other_act: Callable | None = None
    leads_to: Callable | None = None


class GoneError(Exception):
    """What was to be done is done already, or cannot be done any more; the message says so to a reader."""


@dataclass
class Registry:
    """The rules by key, in the order in which they stand in `rules/`."""

    rules: dict[str, RuleDefinition] = field(default_factory=dict)

    def register(self, **said):
        """A decorator for the function that yields what is due: `@RULES.register(key=..., ...)`."""

        def keep(dues):
            definition = RuleDefinition(dues=dues, **said)
            if definition.key in self.rules:
                raise ValueError(f"There are two rules {definition.key!r}.")
            self.rules[definition.key] = definition
            return dues

        return keep


RULES = Registry()
