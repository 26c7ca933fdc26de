"""Targets of the programmes beside what was measured (R66), and what is known of quality (R69)."""

import re
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from networks.models import Programme


@dataclass(frozen=True, slots=True)
class Target:
    """realised None is not reported. verdict "" where there is nothing to compare with: then none is given.

    together: baseline and value, where the target comes on top and what was realised counts both; else None.
    """

    programme: str
    slug: str
    indicator: str
    value: object
    unit: str
    deadline: str
    baseline: object
    together: object
    realised: object
    realised_on: str
    is_approximate: bool
    at_least: bool
    verdict: str
    source: str


@dataclass(frozen=True, slots=True)
class Quality:
    """What schools said of a programme in 2013, per part of education, or nothing."""

    programme: str
    lines: tuple[str, ...]
    year: str


def words(indicator):
    """The name of an indicator as a person reads it."""
    return str(indicator or _("doel")).replace("_", " ")


def targets_of(programme, on):
    """The Targets of one Programme, in its own order; interim ones belong to a target and are no target."""
    measured = {row.get("indicator"): row for row in programme.measurements if isinstance(row, dict)}
    interim = [row for row in programme.targets if row.get("interim")]
    found = []
    for row in programme.targets:
        if row.get("interim"):
            continue
        indicator = row.get("indicator")
        both = row.get("measured_by")
        real = measured.get(both or indicator)
        deadline = row.get("deadline")
        found.append(
            Target(
                programme=programme.name,
                slug=programme.slug,
                indicator=words(indicator),
                value=row.get("value"),
                unit="" if isinstance(row.get("value"), str) else str(row.get("unit") or ""),
                deadline=str(deadline or ""),
                baseline=row.get("baseline"),
                together=_goal(row) if both else None,
                realised=real.get("value") if real else None,
                realised_on=str(real.get("date") or "") if real else "",
                is_approximate=bool(real and real.get("approximate")),
                at_least=bool(row.get("at_least")),
                verdict=_verdict(row, real, [i for i in interim if i.get("indicator") == indicator], on),
                source=_source(programme),
            )
        )
    return found


def _source(programme):
    if programme.facts_as_of:
        return _("midterm review, gegevens van %(year)s") % {"year": programme.facts_as_of.year}
    return _("opgave van het programma")


def _verdict(target, real, interim, on):
    """ "gehaald" or "niet gehaald", against the last target that was due when it was measured; else nothing.

    A measurement before the deadline says nothing about the target, unless an interim target was due by then.
    """
    if isinstance(target.get("met"), bool):
        return _("gehaald") if target["met"] else _("niet gehaald")
    if real is None or not _is_number(real.get("value")):
        return ""
    measured = _last_day(real.get("date"))
    if measured is None:
        return ""
    due = [
        (day, row)
        for row in (*interim, target)
        if _is_number(row.get("value")) and (day := _last_day(row.get("deadline"))) and day <= measured
    ]
    if not due:
        return ""
    day, row = max(due, key=lambda pair: pair[0])
    met = real["value"] >= _goal(row)
    if row is target:
        return _("gehaald") if met else _("niet gehaald")
    said = _("tussendoel %(number)s gehaald") if met else _("tussendoel %(number)s niet gehaald")
    return said % {"number": row["value"]}


def _goal(row):
    """The number that a measurement must reach: with the baseline where it counts both."""
    return row["value"] + (row.get("baseline") or 0 if row.get("measured_by") else 0)


def _is_number(value):
    return isinstance(value, int | float) and not isinstance(value, bool)


def _last_day(text):
    """The last day that a deadline or date of the facts stands for: a year, a month, a day or a school year."""
    text = str(text or "")
    if years := re.search(r"(\d{4})-(\d{4})", text):
        return date(int(years[2]), 7, 31)
    parts = re.search(r"(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?", text)
    if not parts:
        return None
    year, month, day = (int(part) if part else None for part in parts.groups())
    try:
        return date(year, month or 12, day or (28 if month else 31))
    except ValueError:
        return None


def quality_of(programme):
    """The Quality of one Programme: what schools answered in the survey of the report, on a scale of 1 to 5."""
    lines = []
    for sector, scores in sorted((programme.scores or {}).items()):
        parts = [
            f"{label} {_decimal(scores[key])}"
            for key, label in (
                ("goals_clear", _("doelen duidelijk")),
                ("fits_school", _("past bij de school")),
                ("results", _("levert op")),
            )
            if scores.get(key) is not None
        ]
        if parts:
            line = f"{sector}: {', '.join(parts)}"
            if scores.get("n"):
                line += f" (n = {scores['n']})"
            if scores.get("few_respondents"):
                line += f" – {_('weinig antwoorden')}"
            lines.append(line)
    year = str(programme.facts_as_of.year) if programme.facts_as_of else ""
    return Quality(programme.name, tuple(lines), year)


def _decimal(value):
    return str(value).replace(".", ",")


def all_targets(on, *, programmes=None):
    """[(Programme, its Targets, its Quality)] of every programme that has a target. One query."""
    rows = Programme.objects.order_by("name") if programmes is None else programmes
    found = [(programme, targets_of(programme, on), quality_of(programme)) for programme in rows]
    return [(programme, targets, quality) for programme, targets, quality in found if targets]
