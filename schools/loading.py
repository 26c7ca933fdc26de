"""Putting the compiled reference tables of `data/` into the database.

Loading the same tables again writes nothing, not even the content version. What is newer stays: a school
that an import brought a later list for, and what staff drew themselves (which region and landsdeel a
municipality has, the names of regions). Nothing is ever deleted or closed.
"""

from dataclasses import dataclass
from datetime import date

from django.db import connection, transaction

from loket.vocabulary import HolidayRegionName
from regions.models import (
    HolidayRegion,
    Landsdeel,
    Municipality,
    Organisation,
    PostcodeArea,
    Province,
    Region,
)
from schools.models import BRIN_LENGTH, Institution, School
from schools.reference.sources import SourceError, Table, find, read_table

BATCH_SIZE = 1000


@dataclass(frozen=True, kw_only=True)
class Target:
    """How the rows of one model are kept up to date.

    key: the column a row is known by. facts: always those of the table. choices: given to new rows; of a
    stored row only an empty one is filled, or one emptied that the table has none for. Other columns are
    for new rows only.
    """

    model: type
    key: str
    facts: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()


@dataclass(kw_only=True)
class Outcome:
    """What loading did to one table, in rows; `kept` are rows of which the register knows something newer."""

    name: str
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    kept: int = 0


LANDSDELEN = Target(model=Landsdeel, key="slug", choices=("name", "order"))
PROVINCES = Target(model=Province, key="code", facts=("name",), choices=("landsdeel_id",))
REGIONS = Target(model=Region, key="code", choices=("slug", "name"))
MUNICIPALITIES = Target(
    model=Municipality,
    key="code",
    facts=("name", "slug", "province_id", "successor_id", "last_year"),
    choices=("region_id", "landsdeel_id"),
)
POSTCODES = Target(model=PostcodeArea, key="pc4", facts=("place", "municipality_id", "latitude", "longitude"))
HOLIDAY_REGIONS = Target(model=HolidayRegion, key="slug")
BOARDS = Target(model=Organisation, key="number")
INSTITUTIONS = Target(model=Institution, key="brin")
SCHOOL_TEXTS = (
    "name", "kind", "structure", "street", "house_number", "postcode", "place", "website", "telephone",
    "denomination", "source",
)  # fmt: skip
SCHOOLS = Target(
    model=School,
    key="code",
    facts=(
        *SCHOOL_TEXTS, "institution_id", "sectors", "board_id", "municipality_code", "municipality_id", "latitude",
        "longitude", "pupils", "pupils_year", "holiday_region_id", "closed_on", "source_date",
    ),
)  # fmt: skip


@transaction.atomic
def load(folder, *, reset=False):
    """Bring the database up to the tables in `folder`; returns a list of Outcome, one for each table.

    reset: also put back what staff may have drawn differently. Takes about 3 seconds for an empty
    database and 0.5 when nothing changed. Raises SourceError when a table is missing or holds a value that
    cannot be read; nothing is changed then.
    """
    with connection.cursor() as cursor:  # readers go on; an import of schools waits
        cursor.execute(f"LOCK TABLE {School._meta.db_table} IN SHARE ROW EXCLUSIVE MODE")
    tables = Tables(folder)
    school_rows = tables.rows("schools.csv", ("code", "board", "municipality", "source_date"))

    def update(target, wanted):
        return _update(target, wanted, reset=reset)

    outcomes = [
        update(LANDSDELEN, tables.read("landsdelen.csv", ("slug", "name", "order"), _landsdeel)),
        update(PROVINCES, tables.read("provinces.csv", ("code", "name", "landsdeel"), _province)),
        update(REGIONS, tables.read("regions.csv", ("code", "slug", "name"), dict)),
    ]
    region_ids = dict(Region.objects.values_list("code", "pk"))
    outcomes += [
        update(
            MUNICIPALITIES,
            tables.read(
                "municipalities.csv",
                ("code", "name", "slug", "region", "province", "landsdeel", "successor", "last_year"),
                lambda row: _municipality(row, region_ids),
            ),
        ),
        update(
            POSTCODES,
            tables.read("postcodes.csv", ("pc4", "place", "municipality", "latitude", "longitude"), _postcode_area),
        ),
        update(HOLIDAY_REGIONS, [{"slug": name.value, "name": name.label} for name in HolidayRegionName]),
        update(BOARDS, [_board(number) for number in sorted({row["board"] for row in school_rows} - {""})]),
        update(INSTITUTIONS, [{"brin": brin} for brin in sorted({row["code"][:BRIN_LENGTH] for row in school_rows})]),
    ]
    board_ids = dict(Organisation.objects.exclude(number="").values_list("number", "pk"))
    today = _todays_municipalities()
    schools = tables.read("schools.csv", (), lambda row: _school(row, board_ids, today))
    return [*outcomes, update(SCHOOLS, schools)]


def _update(target, wanted, *, reset):
    """Insert and update the rows of `target` that differ from `wanted` (dicts of columns)."""
    columns = (*target.facts, *target.choices)
    stored = {row[target.key]: row for row in target.model.objects.values(target.key, *columns)}
    outcome = Outcome(name=target.model._meta.model_name)
    written = []
    for row in wanted:
        before = stored.get(row[target.key])
        if before is None:
            outcome.new += 1
        elif target is SCHOOLS and _is_newer(before, row):
            outcome.kept += 1
            continue
        else:
            row = row if reset else row | _kept_choices(target, before, row)
            if all(before[column] == row[column] for column in columns):
                outcome.unchanged += 1
                continue
            outcome.changed += 1
        written.append(target.model(**row))
    if written:  # an empty statement would raise the content version
        target.model.objects.bulk_create(written, batch_size=BATCH_SIZE, **_on_conflict(target, columns))
    return outcome


def _kept_choices(target, before, row):
    return {
        name: before[name]
        for name in target.choices
        if before[name] not in (None, "") and row[name] not in (None, "")
    }


def _is_newer(before, row):
    """Whether the register knows something later of a school than the table: a later list, or its closing."""
    return before["source_date"] > row["source_date"] or (
        before["closed_on"] is not None and before["closed_on"] >= row["source_date"]
    )


def _on_conflict(target, columns):
    if not columns:  # only new rows are written
        return {}
    return {
        "update_conflicts": True,
        "unique_fields": [target.key],
        "update_fields": [column.removesuffix("_id") for column in columns],
    }


class Tables:
    """The CSV files in a folder, read with clear messages."""

    def __init__(self, folder):
        self._folder, self._rows = folder, {}

    def rows(self, name, columns):
        if name not in self._rows:
            path = find(self._folder, name)
            self._rows[name] = read_table(path, Table(pattern=name, columns=columns, delimiter=","))
        return self._rows[name]

    def read(self, name, columns, convert):
        """Each row of the table through `convert`; a value it cannot take is a SourceError with the line."""
        converted = []
        for row in self.rows(name, columns):
            try:
                converted.append(convert({column: value for column, value in row.items() if column != "line"}))
            except (KeyError, ValueError) as error:
                raise SourceError(f"{name}, line {row['line']}: {error} cannot be used here.") from error
        return converted


def _landsdeel(row):
    return row | {"order": int(row["order"])}


def _province(row):
    return {"code": row["code"], "name": row["name"], "landsdeel_id": row["landsdeel"]}


def _municipality(row, region_ids):
    return {
        "code": row["code"],
        "name": row["name"],
        "slug": row["slug"],
        "region_id": region_ids[row["region"]] if row["region"] else None,
        "province_id": row["province"] or None,
        "landsdeel_id": row["landsdeel"] or None,
        "successor_id": row["successor"] or None,
        "last_year": int(row["last_year"]) if row["last_year"] else None,
    }


def _postcode_area(row):
    return {
        "pc4": row["pc4"],
        "place": row["place"],
        "municipality_id": row["municipality"] or None,
        "latitude": float(row["latitude"]),
        "longitude": float(row["longitude"]),
    }


def _board(number):
    """DUO gives no names of boards, so a new one is called by its number."""
    kind = Organisation.Kind.BOARD
    return {"number": number, "kind": kind, "slug": f"bestuur-{number}", "name": f"Schoolbestuur {number}"}


def _school(row, board_ids, today):
    """The columns of a School from a row of the table; `today`: code -> current code of a municipality."""
    return {
        "code": row["code"],
        "institution_id": row["code"][:BRIN_LENGTH],
        "sectors": row["sectors"].split(),
        "board_id": board_ids[row["board"]] if row["board"] else None,
        "municipality_code": row["municipality"],
        "municipality_id": today[row["municipality"]] if row["municipality"] else None,
        "latitude": float(row["latitude"]) if row["latitude"] else None,
        "longitude": float(row["longitude"]) if row["longitude"] else None,
        "pupils": int(row["pupils"]) if row["pupils"] else None,
        "pupils_year": int(row["pupils_year"]) if row["pupils_year"] else None,
        "holiday_region_id": row["holiday_region"] or None,
        "closed_on": None,
        "source_date": date.fromisoformat(row["source_date"]),
    } | {name: row[name] for name in SCHOOL_TEXTS}


def _todays_municipalities():
    """Code -> the code that it goes by today; a former municipality without successor stays itself."""
    successors = dict(Municipality.objects.values_list("code", "successor_id"))
    today = {}
    for code in successors:
        last, passed = code, set()
        while successors.get(last) and last not in passed:
            passed.add(last)
            last = successors[last]
        today[code] = last
    return today
