"""Reading DUO's lists of school locations ("alle vestigingen", po and vo): bytes in, rows and rejects out.

Pure: no database. What a list gives and how it is written: the README of the open data names the columns
INSTELLINGSCODE and VESTIGINGSCODE (until 2021 BRIN NUMMER and VESTIGINGSNUMMER), `;` between them, padded
fields, and Windows-1252; a list saved by a spreadsheet program is UTF-8, often with a BOM.
"""

import csv
import gzip
import io
import re
import zipfile
import zlib
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from loket.vocabulary import HolidayRegionName, SchoolKind
from schools.privacy import forbidden_columns
from schools.reference import texts
from schools.sectors import SECTORS_OF_KIND, sectors_by_code, unknown_parts

MAX_BYTES = 50_000_000  # unpacked; the longest list has 2 MB
CODE = re.compile(r"[0-9]{2}[A-Z]{2}[0-9]{2}")
POSTCODE = re.compile(r"[1-9][0-9]{3} [A-Z]{2}")
BOARD = re.compile(r"[0-9]{1,10}")
MUNICIPALITY = re.compile(r"[0-9]{1,4}")
HOLIDAY_REGIONS = frozenset(HolidayRegionName.values)
DATE_IN_NAME = re.compile(r"_(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?(?=\.)")

# What we read -> its names in older and newer lists. The first of each is the name in messages.
NEEDED = {
    "brin": ("INSTELLINGSCODE", "BRIN NUMMER"),
    "code": ("VESTIGINGSCODE", "VESTIGINGSNUMMER"),
    "board": ("BEVOEGD GEZAG NUMMER",),
    "name": ("VESTIGINGSNAAM",),
    "street": ("STRAATNAAM",),
    "house_number": ("HUISNUMMER-TOEVOEGING",),
    "postcode": ("POSTCODE",),
    "place": ("PLAATSNAAM",),
    "municipality_code": ("GEMEENTENUMMER",),
}
OPTIONAL = {
    "denomination": ("DENOMINATIE",),
    "telephone": ("TELEFOONNUMMER",),
    "website": ("INTERNETADRES",),
    "structure": ("ONDERWIJSSTRUCTUUR",),
    "holiday_region": ("VAKANTIEREGIO",),
}
# As wide as the register's columns; a longer text is a shifted or broken row.
MAX_LENGTH = {
    "name": 200,
    "street": 120,
    "house_number": 30,
    "place": 80,
    "denomination": 80,
    "telephone": 20,
    "website": 200,
    "structure": 60,
}


class UnusableFile(Exception):
    """The file as a whole cannot be read; the message says which, why and what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One school as the list gives it, trimmed; None where the list has no such column."""

    line: int
    code: str
    board: str  # "" when the list gives none
    name: str
    street: str
    house_number: str
    postcode: str  # "1234 AB"
    place: str  # in capitals
    municipality_code: str  # 4 digits, or "" when the list gives none
    sectors: tuple[str, ...]
    denomination: str | None
    telephone: str | None
    website: str | None
    structure: str | None
    holiday_region: str | None  # slug


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """Something about one line: why it was rejected, or what is odd about a row that was taken."""

    line: int
    code: str  # "" when it could not be read
    reason: str


@dataclass(kw_only=True)
class Listing:
    """The content of one list. `kind` is bo or vo: the kind of school that the list is complete for."""

    name: str
    kind: SchoolKind
    rows: list[Row] = field(default_factory=list)
    rejects: list[Remark] = field(default_factory=list)
    warnings: list[Remark] = field(default_factory=list)

    @property
    def mentioned(self):
        """Every code in the list, also of rejected rows: those schools exist, so they are not closed."""
        return {row.code for row in self.rows} | {reject.code for reject in self.rejects}


def date_in_name(name):
    """The day, or the first day of the month or year, in a name as `po_vestigingen_2026-08.csv`; else None."""
    found = DATE_IN_NAME.search(name)
    try:
        return found and date(int(found[1]), int(found[2] or 1), int(found[3] or 1))
    except ValueError:
        return None


def read(path):
    """The list in `path` (.csv, or one .csv packed as .gz or .zip) as a Listing.

    Raises UnusableFile when it is missing, empty, not text, has no `;`-separated header with every
    needed column, or has a column about pupils (R79).
    """
    path = Path(path)
    reader = csv.reader(io.StringIO(_text(path), newline=""), delimiter=";")
    try:
        columns, width = _columns(next(reader, []), path.name)
        kind = SchoolKind.VO if "structure" in columns else SchoolKind.BO
        listing = Listing(name=path.name, kind=kind)
        checked = []
        for cells in reader:
            if any("\n" in cell or "\r" in cell for cell in cells):
                raise UnusableFile(
                    f"{path.name}, line {reader.line_num}: a field holds a line break, so a quotation mark "
                    'before it is not closed. Write a quotation mark inside a field as "".'
                )
            if any(cell.strip() for cell in cells):
                checked.append((reader.line_num, cells))
    except csv.Error as error:
        raise UnusableFile(f"{path.name}, line {reader.line_num}: not readable as CSV ({error}).") from error
    _fill(listing, checked, columns, width)
    if not listing.rows and not listing.rejects:
        raise UnusableFile(f"{path.name} has a header but no schools.")
    return listing


def _text(path):
    raw = _bytes(path)
    if not raw.strip():
        raise UnusableFile(f"{path.name} is empty.")
    if b"\0" in raw:
        raise UnusableFile(f"{path.name} is not a text file. Save it as CSV in UTF-8 or Windows-1252.")
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise UnusableFile(f"{path.name} is neither UTF-8 nor Windows-1252 text. Save it as CSV in UTF-8.")


def _bytes(path):
    """The unpacked bytes; how it is packed shows in the first bytes, whatever the file is called."""
    try:
        with path.open("rb") as stream:
            magic = stream.read(4)
            stream.seek(0)
            if magic.startswith(b"\x1f\x8b"):
                with gzip.open(stream) as packed:
                    raw = packed.read(MAX_BYTES + 1)
            elif magic == b"PK\x03\x04":
                raw = _only_csv(stream, path.name)
            else:
                raw = stream.read(MAX_BYTES + 1)
    except OSError as error:  # also a broken gzip
        raise UnusableFile(f"{path.name} cannot be read: {error.strerror or error}.") from error
    except (EOFError, zlib.error, zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:
        raise UnusableFile(f"{path.name} cannot be unpacked: {error}.") from error
    if len(raw) > MAX_BYTES:
        raise UnusableFile(f"{path.name} is larger than {MAX_BYTES // 1_000_000} MB: not a list of schools.")
    return raw


def _only_csv(stream, name):
    with zipfile.ZipFile(stream) as archive:
        names = [member for member in archive.namelist() if member.lower().endswith(".csv")]
        if len(names) != 1:
            found = ", ".join(names) or "none"
            raise UnusableFile(f"{name} should hold exactly one .csv; found: {found}.")
        with archive.open(names[0]) as member:
            return member.read(MAX_BYTES + 1)


def _columns(header, name):
    """Where each attribute stands ({attribute: index}) and how many columns there are."""
    header = [" ".join(cell.replace("_", " ").upper().split()) for cell in header]
    if forbidden := forbidden_columns(header):
        raise UnusableFile(
            f"{name} is refused: column {', '.join(forbidden)} is about pupils. Loket keeps no names, numbers "
            "or origin of pupils; remove the column from the file."
        )
    columns, missing = {}, []
    for attribute, names in (NEEDED | OPTIONAL).items():
        places = [index for index, cell in enumerate(header) if cell in names]
        if len(places) > 1:
            raise UnusableFile(f"{name}: column {names[0]} occurs {len(places)} times; keep one.")
        if places:
            columns[attribute] = places[0]
        elif attribute in NEEDED:
            missing.append(names[0])
    if missing and len(header) == 1:
        raise UnusableFile(
            f"{name}: the first line is not a header with columns separated by a semicolon (;). "
            f"Needed: {', '.join(missing)}."
        )
    if missing:
        raise UnusableFile(f"{name}: column {', '.join(missing)} is missing in the first line.")
    return columns, len(header)


def _fill(listing, lines, columns, width):
    accepted, seen = [], {}
    for line, cells in lines:
        values = {
            attribute: texts.one_line(cells[place]) if place < len(cells) else ""
            for attribute, place in columns.items()
        }
        code = values["code"] = values["code"].upper()
        readable = code if CODE.fullmatch(code) else ""
        if len(cells) != width and (len(cells) < width or any(cell.strip() for cell in cells[width:])):
            reason = f"the row has {len(cells)} fields, the header {width}"
        elif readable in seen:
            reason = f"{code} stands in line {seen[readable]} already"
        else:
            reason = _fault(values)
        if reason:
            listing.rejects.append(Remark(line=line, code=readable, reason=reason))
        else:
            seen[code] = line
            accepted.append((line, values))
    sectors = {}
    if listing.kind == SchoolKind.VO:
        sectors = sectors_by_code({values["code"]: values["structure"] for _, values in accepted})
    for line, values in accepted:
        of_school = sectors.get(values["code"], SECTORS_OF_KIND.get(listing.kind, ()))
        listing.rows.append(_row(listing, line, values, tuple(of_school)))


def _fault(values):
    """Why these values cannot be a school, or None."""
    code = values["code"]
    if not CODE.fullmatch(code):
        return f"VESTIGINGSCODE {_shown(code)} has not the form 12AB00"
    if values["brin"].upper() not in ("", code[:4]):
        return f"INSTELLINGSCODE {_shown(values['brin'])} does not belong to {code}"
    if not values["name"]:
        return "VESTIGINGSNAAM is missing"
    values["postcode"] = texts.postcode(values["postcode"])
    if not POSTCODE.fullmatch(values["postcode"]):
        return f"POSTCODE {_shown(values['postcode'])} has not the form 1234 AB"
    if values["board"] and not BOARD.fullmatch(values["board"]):
        return f"BEVOEGD GEZAG NUMMER {_shown(values['board'])} is not a number of at most 10 digits"
    for attribute, limit in MAX_LENGTH.items():
        if len(values.get(attribute, "")) > limit:
            return f"{(NEEDED | OPTIONAL)[attribute][0]} is longer than {limit} characters"
    return None


def _shown(value):
    return repr(value if len(value) <= 30 else value[:30] + "...")


def _row(listing, line, values, sectors):
    """The Row, with a warning for each value that we do not know; such a value counts as not given."""

    def warn(reason):
        listing.warnings.append(Remark(line=line, code=values["code"], reason=reason))

    del values["brin"]
    if values["municipality_code"] and not MUNICIPALITY.fullmatch(values["municipality_code"]):
        warn(f"GEMEENTENUMMER {_shown(values['municipality_code'])} is not a code of 4 digits")
        values["municipality_code"] = ""
    if values["municipality_code"]:
        values["municipality_code"] = values["municipality_code"].zfill(4)
    if listing.kind == SchoolKind.VO and not values["structure"]:
        warn("ONDERWIJSSTRUCTUUR is empty: the school gets no sectors")
    for part in unknown_parts(values["structure"]) if "structure" in values else ():
        warn(f"ONDERWIJSSTRUCTUUR has {_shown(part)}, which is no sector we know")
    region = values.pop("holiday_region", "").lower()
    if region and region not in HOLIDAY_REGIONS:
        warn(f"VAKANTIEREGIO {_shown(region)} is not Noord, Midden or Zuid")
        region = ""
    return Row(
        line=line,
        sectors=sectors,
        holiday_region=region or None,
        website=texts.bare_website(values.pop("website")) if "website" in values else None,
        denomination=values.pop("denomination", None),
        telephone=values.pop("telephone", None),
        structure=values.pop("structure", None),
        **values,
    )
