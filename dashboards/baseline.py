"""The tables of 2013 for others: a figure of then beside one of today, a file, the sheet of a table.

Printed figures are public and are never suppressed; `value` gives them with the digits they were printed with.
"""

import yaml
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from dashboards.baseline_models import BaselineTable

FOLDER = settings.DATA_DIR / "baseline"
FILE = "tables.yaml"


class UnusableTables(Exception):
    """The compiled tables cannot be read; the message says why."""


def value(table, row, column):
    """The printed figure as Decimal: `value(17, "embedded-in-school-policy", "vo")`.

    table: its number. row, column: keys, as the API gives them. Raises LookupError when there is no such cell, or
    the tables were not loaded. One query.
    """
    try:
        return values(table)[row, column]
    except KeyError:
        raise LookupError(f"The tables of 2013 have no cell {table}, {row}, {column}.") from None


def values(table):
    """{(row, column): the printed figure as Decimal} of a whole table; {} when it was not loaded. One query."""
    found = BaselineTable.objects.filter(number=table).first()
    lines = found.printed if found else ()
    return {(line.key, column): figure for line in lines for column, figure in line.values.items()}


def load(folder=FOLDER):
    """Put the compiled tables into the database: (changed, unchanged), in tables. Again writes nothing.

    Raises UnusableTables, and then nothing was changed.
    """
    path = folder / FILE
    try:
        content = yaml.safe_load(path.read_bytes())
        made = [BaselineTable(respondents=content["survey"], **table) for table in content["tables"]]
        for table in made:
            table.full_clean(validate_unique=False)
            if not table.printed:
                raise ValueError(f"table {table.number} has no rows")
        if not made:
            raise ValueError("it holds no tables")
    except OSError as error:
        raise UnusableTables(f"{path} cannot be read: {error.strerror}.") from error
    except (yaml.YAMLError, ArithmeticError, KeyError, TypeError, ValueError, ValidationError) as error:
        raise UnusableTables(f"{path} is not as build_baseline makes it: {error}.") from error
    fields = [field.attname for field in BaselineTable._meta.concrete_fields]
    with transaction.atomic():
        stored = {row["number"]: row for row in BaselineTable.objects.values(*fields)}
        changed = [
            table for table in made if {name: getattr(table, name) for name in fields} != stored.get(table.number)
        ]
        for table in changed:
            table.save()
        gone = BaselineTable.objects.exclude(number__in=[table.number for table in made])
        if gone.exists():
            gone.delete()
    return len(changed), len(made) - len(changed)


def heading(table):
    """The headings of a table as a file: as on the screen."""
    first = [_("sector")] if table.has_sectors else []
    last = [_("n (deelnemers)")] if table.has_row_n else []
    return [*first, _("rij"), *(column["label"] for column in table.columns), *last]


def lines(table):
    """The rows of a table as a file, under `heading`; figures are Decimal."""
    for row in table.printed:
        first = [row.sector] if table.has_sectors else []
        last = [row.n] if table.has_row_n else []
        yield [*first, row.label, *row.cells, *last]


def explanation(table):
    """What stands beside the figures, as (name, text); for the second sheet of a spreadsheet."""
    yield _("Tabel"), f"{table.number}. {table.title}"
    yield _("Vraag, in onze woorden"), table.question
    yield _("Eenheid"), table.unit_label
    yield _("n"), n_text(table)
    if table.note:
        yield _("Let op"), table.note
    for contradiction in table.contradictions:
        yield _("Dit klopt niet"), contradiction["text"]
    yield _("Bron"), source_text(table)


def n_text(table):
    """How many answered, as far as the report says."""
    if table.n:
        named = ", ".join(f"{column['label']} {table.n[column['key']]}" for column in table.columns)
        return _("%(named)s (de onderste rij van de tabel).") % {"named": named}
    unprinted = _(
        "Bij deze tabel staat niet hoeveel mensen antwoord gaven. De hele enquête had %(total)s respondenten: "
        "%(po)s in het po, %(vo)s in het vo en %(beide)s in beide."
    ) % dict(table.respondents)
    if table.has_row_n:
        return f"{unprinted} {_('Naast elke rij staat hoeveel deelnemers het project in de enquête had (Tabel 3).')}"
    return unprinted


def source_text(table):
    return _(
        "Midterm review activiteitenplan Meer Betere Bèta’s, ResearchNed en Dialogic, 2013, in opdracht van het "
        "ministerie van OCW; bijlage 1, Tabel %(number)s. De cijfers zijn van het rapport, de woorden van ons."
    ) % {"number": table.number}
