"""Rules for the tests of the memory: what they say is due stands in a list that a test changes."""

from collections import defaultdict
from datetime import datetime

from django.utils import timezone

from reminders.due import RULES, Due


def at(day, hour=9, minute=0):
    """A moment in the Netherlands: at("2026-11-23", 9)."""
    return timezone.make_aware(datetime.fromisoformat(f"{day} {hour:02}:{minute:02}"))


MONDAY = "2026-11-23"


def a_due(number=1, to="lezer@voorbeeld.example", **values):
    return Due(
        **{
            "subject": f"pretend.Thing:{number}",
            "to": to,
            "user_pk": None,
            "moment": "2026-12-01/7",
            "values": {"wat": f"ding {number}"},
            "path": "/beheer/",
            **values,
        }
    )


class Pretend:
    """Rules in an empty registry; `dues[key]` is what the rule `key` yields, and `asked[key]` how it was asked."""

    def __init__(self):
        self.dues = defaultdict(list)
        self.asked = defaultdict(list)
        self.broken = set()

    def rule(self, key="ding", *, dues=(), **said):
        def yield_dues(asked):
            self.asked[key].append(asked)
            if key in self.broken:
                raise ZeroDivisionError(f"the rule {key} is broken")
            for due in self.dues[key]:
                if asked.subjects is None or due.subject in asked.subjects:
                    yield due

        RULES.register(
            **{
                "key": key,
                "name": f"Regel {key}",
                "audience": "wie dit leest",
                "variables": {"wat": "wat er te doen is"},
                "subject_line": "Doe {wat}",
                "sentence": "U kunt {wat} nog doen.",
                "button": "Doe het",
                "days": (7,),
                **said,
            }
        )(yield_dues)
        self.dues[key] = list(dues)
        return RULES.rules[key]
