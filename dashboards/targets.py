"""Targets of the programmes beside what was measured (R66), and what is known of quality (R69)."""

from dataclasses import dataclass
from datetime import date

from django.utils import formats
from django.utils.translation import gettext as _

from networks.models import Programme
from networks.target_rows import (
    as_rows,
    in_words,
    indicator_of,
    is_interim,
    is_number,
    last_day,
    moment_of,
    text_of,
    value_of,
)


@dataclass(frozen=True, slots=True)
class Target:
    """realised None is not reported. verdict "" where there is nothing to compare with: then none is given.

    value and baseline None are unknown, also where the row cannot be read. together: baseline and value, where the
    target comes on top and what was realised counts both; else None.
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

    @property
    def deadline_words(self):
        return in_words(self.deadline)

    @property
    def realised_words(self):
        return in_words(self.realised_on)


@dataclass(frozen=True, slots=True)
class Quality:
    """What schools said of a programme in 2013, per part of education, or nothing."""

    programme: str
    lines: tuple[str, ...]
    year: str


def words(indicator):
    """The name of an indicator as a person reads it."""
    return str(indicator or _("doel")).replace("_", " ")


def main_rows(programme):
    """The rows of the targets of one Programme that are a target of their own; a row that nobody can read is one."""
    return [row for row in as_rows(programme.targets) if not is_interim(row)]


def targets_of(programme, on):
    """The Targets of one Programme on the day `on`, in its own order, one for each of its `main_rows`.

    Never raises, whatever the JSON holds: what cannot be read is unknown.
    """
    measured = latest(programme)
    interim = [row for row in as_rows(programme.targets) if is_interim(row)]
    return [_target(programme, row, measured, interim, on) for row in main_rows(programme)]


def measured_as(row):
    """The indicator under which a target is measured; "" when nobody can say.

    What comes on top of the beginning is measured together with it, under a name of its own.
    """
    both = row.get("measured_by") if isinstance(row, dict) and is_number(row.get("value")) else None
    return (text_of(both) or indicator_of(row)) if _is_clear(row) else ""


def latest(programme):
    """{indicator: its last row} of what was measured; of two of one day the last that was written down."""
    found = {}
    for row in as_rows(programme.measurements):
        name = indicator_of(row)
        if name and (name not in found or _measured_on(row) >= _measured_on(found[name])):
            found[name] = row
    return found


def _measured_on(row):
    return last_day(moment_of(row, "date")) or date.min


def _is_clear(row):
    """Whether it is sure that this row is a target: not with an "interim" that says neither yes nor no."""
    return isinstance(row, dict) and (row.get("interim") is None or isinstance(row["interim"], bool))


def _target(programme, written, measured, interim, on):
    row = written if _is_clear(written) else {}
    indicator = indicator_of(written)
    value, baseline = value_of(row, "value"), row.get("baseline")
    real = measured.get(measured_as(written))
    return Target(
        programme=programme.name,
        slug=programme.slug,
        indicator=words(indicator),
        value=value,
        unit=text_of(row.get("unit")) if is_number(value) else "",
        deadline=moment_of(row, "deadline"),
        baseline=baseline if is_number(baseline) else None,
        together=_goal(row, row) if is_number(value) and text_of(row.get("measured_by")) else None,
        realised=value_of(real, "value") if real else None,
        realised_on=moment_of(real, "date") if real else "",
        is_approximate=bool(real) and real.get("approximate") is True,
        at_least=row.get("at_least") is True,
        verdict=_verdict(row, real, [stage for stage in interim if indicator_of(stage) == indicator], on),
        source=_source(programme, row, real),
    )


def _source(programme, row, real):
    """Who says so and of when; of the target and of what was realised apart, where these differ."""
    aim, found = source_of(programme, row), source_of(programme, real)
    if real is None or aim == found:
        return aim
    return _("doel: %(aim)s; bereikt: %(found)s") % {"aim": aim, "found": found}


def source_of(programme, row):
    """Who says what stands in one row, and of when; a row that nobody can read is the programme's."""
    row = row if isinstance(row, dict) else {}
    if entered_on := last_day(text_of(row.get("entered_on"))):
        day = formats.date_format(entered_on, "DATE_FORMAT")
        said = _("opgave van het programmabureau, %(day)s") % {"day": day}
    elif programme.facts_as_of:
        said = _("midterm review, gegevens van %(year)s") % {"year": programme.facts_as_of.year}
    else:
        said = _("opgave van het programma")
    source = text_of(row.get("source"))
    return f"{said} ({source})" if source else said


def _verdict(target, real, interim, on):
    """ "gehaald" or "niet gehaald", against the last target that was due when it was measured; else nothing.

    A measurement before the deadline says nothing about the target, unless an interim target was due by then. What
    is measured in a year that goes on is measured by today, for its last day is yet to come.
    """
    if isinstance(target.get("met"), bool):
        return _("gehaald") if target["met"] else _("niet gehaald")
    if real is None or not is_number(real.get("value")):
        return ""
    measured = last_day(moment_of(real, "date"))
    if measured is None:
        return ""
    measured = min(measured, on)
    due = [
        (day, row)
        for row in (*interim, target)
        if is_number(row.get("value")) and (day := last_day(moment_of(row, "deadline"))) and day <= measured
    ]
    if not due:
        return ""
    day, row = max(due, key=lambda pair: pair[0])
    met = real["value"] >= _goal(row, target)
    if row is target:
        return _("gehaald") if met else _("niet gehaald")
    said = _("tussendoel %(number)s gehaald") if met else _("tussendoel %(number)s niet gehaald")
    return said % {"number": formats.number_format(row["value"], force_grouping=True)}


def _goal(row, target):
    """The number that a measurement must reach: with the baseline where it counts both.

    row: the `target` itself or one of its stages, which come on top of the same beginning.
    """
    baseline = target.get("baseline")
    return row["value"] + (baseline if text_of(target.get("measured_by")) and is_number(baseline) else 0)


def quality_of(programme):
    """The Quality of one Programme: what schools answered in the survey of the report, on a scale of 1 to 5."""
    lines = []
    found = programme.scores if isinstance(programme.scores, dict) else {}
    for sector, scores in sorted(found.items()):
        if not isinstance(scores, dict):
            continue
        parts = [
            f"{label} {_decimal(scores[key])}"
            for key, label in (
                ("goals_clear", _("doelen duidelijk")),
                ("fits_school", _("past bij de school")),
                ("results", _("levert op")),
            )
            if is_number(scores.get(key))
        ]
        if parts:
            line = f"{sector}: {', '.join(parts)}"
            if scores.get("n") and is_number(scores["n"]):
                line += f" (n = {scores['n']})"
            if scores.get("few_respondents") is True:
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
