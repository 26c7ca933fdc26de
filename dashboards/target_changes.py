"""Adding, changing and taking away one row of the targets or measurements of a programme.

The rows have no key. `fingerprint` finds one by what it said on the page, so a row that somebody else changed
meanwhile is not found: nobody writes over what they did not see. The verbs want a Programme read under a lock.
"""

from dashboards.targets import main_rows
from networks.target_rows import as_rows, fingerprint, indicator_of, is_interim

TARGET, INTERIM, MEASUREMENT = "doel", "tussendoel", "meting"


def rows_of(programme, kind):
    """The rows of one kind, in the order of the programme."""
    if kind == MEASUREMENT:
        return as_rows(programme.measurements)
    if kind == TARGET:
        return main_rows(programme)
    return [row for row in as_rows(programme.targets) if is_interim(row)]


def find(programme, kind, key):
    """[the row with that fingerprint], or [] when it is there no more. A list, for a row of old may be None."""
    return [row for row in rows_of(programme, kind) if fingerprint(row) == key][:1]


def successor(programme, kind, seen, shown):
    """[what became of the row `seen`], or [] when nobody can say; shown: fingerprints of all rows on that page.

    It is the one row that is new since then and about the same; or the one new row, when no row was added.
    """
    rows = rows_of(programme, kind)
    new = [row for row in rows if fingerprint(row) not in shown]
    same = [row for row in new if indicator_of(row) == indicator_of(seen)]
    if len(same) == 1:
        return same
    return new if len(new) == 1 and len(rows) == len(shown) else []


def shares_name(programme, row):
    """Whether another target has the indicator of the target `row`, or is measured by it."""
    name = indicator_of(row)
    others = [other for other in main_rows(programme) if other is not row and isinstance(other, dict)]
    return any(name in (indicator_of(other), other.get("measured_by")) for other in others)


def add(programme, kind, *rows):
    """Put `rows` at the end."""
    field = _field(kind)
    setattr(programme, field, [*as_rows(getattr(programme, field)), *rows])
    _save(programme)


def replace(programme, kind, row, by):
    """Put `by` in the place of `row`. What is about a target follows its new name."""
    old, new = indicator_of(row), by["indicator"]
    moves = kind == TARGET and old and new != old and not shares_name(programme, row)
    field = _field(kind)
    rows = as_rows(getattr(programme, field))
    place = _place(rows, row)
    setattr(programme, field, [*rows[:place], by, *rows[place + 1 :]])
    if moves:
        programme.targets = [
            _renamed(other, old, new) if is_interim(other) else other for other in as_rows(programme.targets)
        ]
        programme.measurements = [_renamed(other, old, new) for other in as_rows(programme.measurements)]
    _save(programme)


def _renamed(row, old, new):
    return row | {"indicator": new} if indicator_of(row) == old else row


def stages_that_go(programme, row):
    """The interim targets that go along when the target `row` goes: none when another target has its name."""
    name = indicator_of(row)
    if not name or any(indicator_of(other) == name for other in main_rows(programme) if other is not row):
        return []
    return [other for other in rows_of(programme, INTERIM) if indicator_of(other) == name]


def remove(programme, kind, row):
    """Take `row` away; with a target go its interim targets, what was measured stays."""
    field = _field(kind)
    rows = [*as_rows(getattr(programme, field))]
    for gone in (row, *(stages_that_go(programme, row) if kind == TARGET else ())):
        del rows[_place(rows, gone)]
    setattr(programme, field, rows)
    _save(programme)


def _place(rows, row):
    return next(place for place, other in enumerate(rows) if other is row)


def _field(kind):
    return "measurements" if kind == MEASUREMENT else "targets"


def _save(programme):
    programme.save(update_fields=["targets", "measurements"])
