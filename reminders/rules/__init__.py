"""The rules of reminders: what is due, when, and for whom, one small function each. Importing this registers all.

Their wording is data that staff change, so it is kept as it is and not translated. What the texts of `values` say
goes through gettext, as on every page.
"""

from reminders.rules import dates, freshness, networks, obligations, questions, schools

__all__ = ["dates", "freshness", "networks", "obligations", "questions", "schools"]
