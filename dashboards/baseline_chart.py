"""The bars beside a table of 2013: lengths and a summary in words; no request, no query.

Bars begin at zero, also where the scale begins at 1, so that twice as long is twice as much.
"""

from dataclasses import dataclass
from decimal import Decimal

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from dashboards.baseline_models import BaselineTable

PATTERNS = ("solid", "hatched", "dotted", "outlined")  # one for each column drawn; apart in grey too


@dataclass(frozen=True, kw_only=True)
class Bar:
    label: str
    value: Decimal
    width: str  # of the widest possible one, as SVG takes it: "54.0%"
    pattern: str


@dataclass(frozen=True, kw_only=True)
class Group:
    label: str
    sector: str
    few_respondents: bool
    bars: tuple[Bar, ...]


@dataclass(frozen=True, kw_only=True)
class Chart:
    groups: tuple[Group, ...]
    summary: tuple[str, ...]
    end: Decimal


def chart(table):
    """The chart of `table`; None where it has none. Sums are left out."""
    rows = [row for row in table.printed if not row.is_sum]
    drawn = [column for column in table.columns if column["key"] in table.chart]
    if not drawn or not rows:
        return None
    end = _end(table, [row.values[column["key"]] for row in rows for column in drawn])
    groups = tuple(
        Group(
            label=row.label,
            sector=row.sector,
            few_respondents=row.few_respondents,
            bars=tuple(
                Bar(
                    label=column["label"],
                    value=row.values[column["key"]],
                    width=f"{row.values[column['key']] / end * 100:.1f}%",
                    pattern=pattern,
                )
                for column, pattern in zip(drawn, PATTERNS, strict=False)
            ),
        )
        for row in rows
    )
    return Chart(groups=groups, summary=tuple(_summary(table, column, rows) for column in drawn), end=end)


def _end(table, values):
    if table.unit == BaselineTable.Unit.PERCENT:
        return Decimal(100)
    if table.unit == BaselineTable.Unit.MEAN:
        return Decimal(5)
    return max(*values, Decimal(1))


def _summary(table, column, rows):
    """The highest and the lowest of one column, in a sentence; rows of a handful of schools do not count."""
    compared = [row for row in rows if not row.few_respondents]
    values = [row.values[column["key"]] for row in compared]
    high, low = max(values), min(values)
    names = {"column": column["label"], "high": number_format(high), "low": number_format(low)}
    if high == low:
        return _("%(column)s: overal %(high)s.") % names
    names["highest"] = _names(table, column, compared, high)
    names["lowest"] = _names(table, column, compared, low)
    return _("%(column)s: het hoogst is %(highest)s (%(high)s), het laagst %(lowest)s (%(low)s).") % names


def _names(table, column, rows, value):
    found = [row for row in rows if row.values[column["key"]] == value]
    several = len({row.sector for row in rows}) > 1
    quoted = [f"“{row.label}”" + (f" in het {row.sector}" if several else "") for row in found]
    return _(" en ").join([", ".join(quoted[:-1]), quoted[-1]] if len(quoted) > 1 else quoted)
