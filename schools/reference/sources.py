"""Finding and reading the open data files that the reference tables are compiled from."""

import csv
import gzip
import io
import json
import re
import zipfile
from dataclasses import dataclass
from pathlib import Path

CODE = re.compile(r"[0-9]{2}[A-Z]{2}[0-9]{2}")


class SourceError(Exception):
    """A source file is missing or not what it should be; the message says which, where and what to do."""


@dataclass(frozen=True, kw_only=True)
class Table:
    """One kind of source file: where it stands below the source folder and what must be in it."""

    pattern: str  # glob; of several files the last by name, so the newest, is taken
    columns: tuple[str, ...]  # needed; more columns are fine
    delimiter: str = ";"
    has_header: bool = True


PO_SCHOOLS = Table(
    pattern="scholen/po_vestigingen_*.csv*",
    columns=(
        "BEVOEGD GEZAG NUMMER", "INSTELLINGSCODE", "VESTIGINGSCODE", "VESTIGINGSNAAM", "STRAATNAAM",
        "HUISNUMMER-TOEVOEGING", "POSTCODE", "PLAATSNAAM", "GEMEENTENUMMER", "GEMEENTENAAM", "DENOMINATIE",
        "TELEFOONNUMMER", "INTERNETADRES", "VAKANTIEREGIO",
    ),
)  # fmt: skip
VO_SCHOOLS = Table(
    pattern="scholen/vo_vestigingen_*.csv*",
    columns=(
        "BEVOEGD GEZAG NUMMER", "BRIN NUMMER", "VESTIGINGSNUMMER", "HUISNUMMER-TOEVOEGING", "GEMEENTENUMMER",
        "TELEFOONNUMMER", "INTERNETADRES",
    ),
)  # fmt: skip
PUPIL_HISTORY = Table(
    pattern="scholen/po_so_leerlingen_per_vestiging_*.csv*",
    columns=("INSTELLINGSCODE", "VESTIGINGSCODE", "SOORT_VESTIGING", "BEVOEGD_GEZAG_NUMMER"),
)
MUNICIPALITIES = Table(
    pattern="gebieden/cbs_gemeente_arbeidsmarktregio_provincie_*.csv",
    columns=("name", "code", "year", "region_code", "region", "province_code", "province"),
    delimiter=",",
)
PROVINCES = Table(
    pattern="gebieden/provincie_landsdeel.csv", columns=("province_code", "provincie", "landsdeel"), delimiter=","
)
GEONAMES = Table(
    pattern="postcode/geonames_pc4_NL_*.txt",
    columns=(
        "country", "pc4", "place", "province", "province_code", "municipality", "municipality_code",
        "admin3", "admin3_code", "latitude", "longitude", "accuracy",
    ),
    delimiter="\t",
    has_header=False,
)  # fmt: skip
OLDER_POSTCODES = Table(
    pattern="postcode/4pp_pc4.csv",
    columns=("postcode", "woonplaats", "gemeente", "latitude", "longitude", "soort"),
    delimiter=",",
)
GEOCODED_SCHOOLS = "scholen/scholen_geocodeerd_*.geo.zip"
MAP = "kaart/nl_regios_*.topojson"

GEOCODED_PROPERTIES = (
    "naam", "type", "denominatie", "internetadres", "straat", "huisnummer", "huisletter", "huisnummertoevoeging",
    "postcode", "plaats", "gemeente", "brin_nummer", "vestigingscode", "leerlingen",
)  # fmt: skip


def find(source_dir, pattern):
    """The newest file (by name) below `source_dir` that fits the glob `pattern`; SourceError when none does."""
    source_dir = Path(source_dir)
    if not source_dir.is_dir():
        raise SourceError(f"{source_dir} is not a folder. Give the folder that holds the open data files.")
    found = sorted(source_dir.glob(pattern))
    if not found:
        raise SourceError(f"No file {pattern} in {source_dir}. data/README.md names every file that is needed.")
    return found[-1]


def month_of(path):
    """The month in the file name as the first day of it, "2026-08-01": DUO's files hold no date inside."""
    if match := re.search(r"_(\d{4}-(?:0[1-9]|1[0-2]))\.", path.name):
        return f"{match[1]}-01"
    raise SourceError(f"{path.name}: the name should hold the month of the data, such as _2026-08.")


def read_table(path, table):
    """The rows of a delimited file as dicts of stripped text, with `line` (int) added.

    UTF-8 with or without BOM, or else Windows-1252, plain or gzipped. Raises SourceError for another
    encoding, a missing column, a row that is too short, or no rows at all.
    """
    text = decode(read_bytes(path), path)
    stream = io.StringIO(text, newline="")
    names = None if table.has_header else table.columns
    reader = csv.DictReader(stream, fieldnames=names, delimiter=table.delimiter)
    header = [name.strip() for name in reader.fieldnames or ()]
    if missing := [name for name in table.columns if name not in header]:
        raise SourceError(f"{path.name}: column {', '.join(missing)} is missing; found {', '.join(header)[:200]}.")
    reader.fieldnames = header
    rows = []
    for row in reader:
        if any(row[name] is None for name in table.columns):
            raise SourceError(f"{path.name}, line {reader.line_num}: the row has fewer fields than the header.")
        rows.append({name: (row[name] or "").strip() for name in header} | {"line": reader.line_num})
    if not rows:
        raise SourceError(f"{path.name} holds no rows.")
    return rows


def read_geocoded(path):
    """The features of the zipped GeoJSON as dicts of their properties plus `latitude` and `longitude` (float)."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = [name for name in archive.namelist() if name.endswith(".json")]
            if len(names) != 1:
                raise SourceError(f"{path.name}: expected one .json inside, found {len(names)}.")
            raw = archive.read(names[0])
        features = json.loads(raw)["features"]
        if missing := [name for name in GEOCODED_PROPERTIES if name not in features[0]["properties"]]:
            raise SourceError(f"{path.name}: property {', '.join(missing)} is missing.")
        return [
            feature["properties"]
            | dict(zip(("longitude", "latitude"), feature["geometry"]["coordinates"][:2], strict=True))
            for feature in features
        ]
    except (zipfile.BadZipFile, ValueError, KeyError, IndexError, TypeError) as error:
        raise SourceError(f"{path.name} is not a zipped GeoJSON of schools: {error}") from error


def read_json(path):
    try:
        return json.loads(decode(read_bytes(path), path))
    except ValueError as error:
        raise SourceError(f"{path.name} is not JSON: {error}") from error


def read_bytes(path):
    try:
        raw = path.read_bytes()
        return gzip.decompress(raw) if path.suffix == ".gz" else raw
    except (OSError, EOFError) as error:
        raise SourceError(f"{path.name} cannot be read: {error}") from error


def decode(raw, path):
    """Text of `raw`: UTF-8 when it is that, else Windows-1252, in which DUO writes its lists of schools."""
    if b"\0" in raw:
        raise SourceError(f"{path.name} is not a text file (or is UTF-16): save it as UTF-8 or Windows-1252.")
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise SourceError(f"{path.name} is neither UTF-8 nor Windows-1252.")


def checked_code(row, column, path):
    """The school code in `column`, or SourceError with the line when it has not the form 12AB00."""
    code = row[column].upper()
    if not CODE.fullmatch(code):
        where = f", line {row['line']}" if "line" in row else ""
        raise SourceError(f"{path.name}{where}: {column} {row[column]!r} is not a school code such as 12AB00.")
    return code
