"""The wording of a rule: text with variables as {naam}, which staff change. Pure: no database, no clock."""

from string import Formatter

from django.utils.translation import gettext as _


class WordingError(ValueError):
    """A text that cannot be filled in; the message says in which line, and which variables there are."""


class _Values(dict):
    def __missing__(self, name):  # a variable that the rule does not give any more must not stop a mail
        return "…"


def check(text, variables):
    """Raises WordingError for a variable that is not one of `variables` (names), or for a brace that stands alone."""
    for number, line in enumerate(text.splitlines() or [""], start=1):
        trouble = _trouble(line, variables)
        if trouble:
            known = ", ".join(f"{{{name}}}" for name in variables) or _("geen")
            raise WordingError(
                _("Regel %(number)d: %(trouble)s Deze variabelen kunnen hier: %(known)s.")
                % {"number": number, "trouble": trouble, "known": known}
            )


def _trouble(line, variables):
    try:
        parts = list(Formatter().parse(line))
    except ValueError:
        return _("een accolade staat alleen. Schrijf {{ of }} voor een gewone accolade.")
    for _text, name, form, conversion in parts:
        if name is None:
            continue
        if name not in variables or form or conversion:
            written = name + (f"!{conversion}" if conversion else "") + (f":{form}" if form else "")
            return _("{%(name)s} bestaat niet.") % {"name": written}
    return ""


def fill(text, values):
    """`text` with a value for each of its variables; a line that `check` would refuse stays as it is."""
    return "\n".join(
        line if _trouble(line, values.keys() | _names(line)) else line.format_map(_Values(values))
        for line in text.splitlines()
    )


def _names(line):
    """The plain names in a line; nothing of a line that cannot be read."""
    try:
        return {name for _text, name, _form, _how in Formatter().parse(line) if name and name.isidentifier()}
    except ValueError:
        return set()
