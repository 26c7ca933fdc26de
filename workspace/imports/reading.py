"""A file of a stranger into rows. Everything that is odd about it becomes a message: none is guessed away.

`open_list` looks at the form of the file and at its heading, cheaply: that is what an upload waits for.
`rows` then goes through the file once, row by row.
"""

import codecs
import csv
import io
import re
import unicodedata
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from openpyxl import load_workbook
from openpyxl.utils import column_index_from_string, range_boundaries
from openpyxl.utils.cell import coordinate_from_string

from schools.privacy import forbidden_columns
from schools.words import plain
from workspace.exports import as_typed
from workspace.imports.cells import tidy

LARGEST_MB = 10
LARGEST = LARGEST_MB * 1024 * 1024  # bytes of an upload
MOST_ROWS = 20_000
LAST_ROW = 100_000  # of a sheet, empty rows counted
MOST_COLUMNS = 100
LONGEST_CELL = 5_000  # characters
HEADING_WITHIN = 10  # rows; a title may stand above the heading
MOST_LINES_IN_A_CELL = 60  # more is a quotation mark that was never closed
# A spreadsheet unfolds ten to sixty times when it is read; a bomb a thousand times.
MOST_UNFOLDED = 200 * 1024 * 1024
MOST_PARTS = 1_000
MOST_RATIO = 250
RATIO_FROM = 1024 * 1024  # bytes; a smaller part does no harm
CHUNK = 256 * 1024

ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
OUTCOMES_OF_ERRORS = {"#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!", "#GETTING_DATA", "#SPILL!"}
# UTF-8 that somebody read as another code: "GroÃ«n", "â€™", or the sign for a letter that was lost.
BROKEN_LETTERS = re.compile("\ufffd|[\u00c2\u00c3][\u0080-\u00bf]|\u00e2\u20ac")


class Unreadable(Exception):
    """The file as a whole cannot be read; the text says why and what to do."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the list. cells: by the name of the column in Loket. trouble: why it cannot be read, or ""."""

    number: int  # as the spreadsheet counts
    cells: dict
    trouble: str = ""
    raw: tuple = ()


@dataclass
class Found:
    """A list that can be read: its heading, what was left out and said so, and a way to its rows."""

    heading: list  # as it stands in the file
    columns: list  # for each cell the name of our column, or None
    first_row: int  # number of the row below the heading
    notes: list = field(default_factory=list)
    _source: object = None

    def rows(self) -> Iterator[Row]:
        """Every row that is not empty. Raises Unreadable when there are too many, or when it breaks off."""
        count = 0
        for number, cells, trouble in self._source.rows(self):
            if not any(cell not in (None, "") for cell in cells) and not trouble:
                continue
            count += 1
            if count > MOST_ROWS:
                raise Unreadable(_too_many())
            yield self._row(number, cells, trouble)

    def _row(self, number, cells, trouble):
        beyond = [cell for cell in cells[len(self.columns) :] if cell not in (None, "")]
        if beyond and not trouble:
            trouble = _("Deze rij heeft meer cellen dan er kopjes zijn. Staat er ergens een scheidingsteken te veel?")
        named = {}
        for name, value in zip(self.columns, cells, strict=False):
            if name is None:
                continue
            value = tidy(as_typed(value)) if isinstance(value, str) else "" if value is None else value
            trouble = trouble or _wrong_with(name, value)
            named[name] = value
        for name in self.columns[len(cells) :]:
            if name is not None:
                named[name] = ""
        return Row(number, named, trouble, tuple(cells[: len(self.columns)]))


def _wrong_with(name, value):
    if not isinstance(value, str):
        return ""
    if len(value) > LONGEST_CELL:
        return _("In “%(column)s” staan meer dan %(most)d tekens.") % {"column": name, "most": LONGEST_CELL}
    if value in OUTCOMES_OF_ERRORS:
        return _("In “%(column)s” staat de uitkomst van een mislukte formule: %(value)s.") % {
            "column": name,
            "value": value,
        }
    if BROKEN_LETTERS.search(value):
        return _(
            "De letters in “%(column)s” zijn beschadigd: “%(value)s”. Bewaar het bestand opnieuw als Excel-bestand "
            "of als “CSV UTF-8”."
        ) % {"column": name, "value": value[:40]}
    return ""


def _too_many():
    return _("Dit bestand heeft meer dan %(most)s rijen. Verdeel het over meer bestanden.") % {
        "most": f"{MOST_ROWS:,}".replace(",", ".")
    }


def open_list(name, content, known, needed):
    """What `content` of the file `name` holds, as Found.

    known: {heading made plain: name of our column}. needed: names of columns without which no row can be read.
    Raises Unreadable.
    """
    if len(content) > LARGEST:
        raise Unreadable(
            _("Dit bestand is groter dan %(most)d MB. Verdeel het over meer bestanden.") % {"most": LARGEST_MB}
        )
    if not content.strip():
        raise Unreadable(_("Dit bestand is leeg."))
    ending = name.rsplit(".", 1)[-1].lower() if "." in name else ""
    if content.startswith(OLE):
        raise Unreadable(
            _(
                "Dit is een oud Excel-bestand (.xls), of het is met een wachtwoord beveiligd. Bewaar het in "
                "Excel als "
                ".xlsx zonder wachtwoord, en kies dat bestand."
            )
        )
    if content.startswith(ZIP):
        return _open(_Spreadsheet(content), known, needed)
    if ending in {"xlsx", "xlsm", "xls", "ods", "numbers"}:
        raise Unreadable(_("Dit bestand heet .%(ending)s, maar het is geen spreadsheet.") % {"ending": ending})
    return _open(_Text(content), known, needed)


def _open(source, known, needed):
    candidates = [
        (sheet, number, cells, len(_columns(cells, known)))
        for sheet, number, cells in source.headings(lambda cells: len(_columns(cells, known)))
    ]
    for _sheet, _number, cells, _count in candidates:
        if forbidden := forbidden_columns([str(cell) for cell in cells if cell]):
            raise Unreadable(
                _(
                    "Loket neemt geen gegevens van leerlingen aan. Haal deze kolommen uit het bestand, en kies het "
                    "opnieuw: %(columns)s. Er is niets bewaard."
                )
                % {"columns": ", ".join(forbidden)}
            )
    lists = [found for found in candidates if found[3] >= min(2, len(known))]
    visible = [found for found in lists if source.is_visible(found[0])]
    if not visible:
        if lists:
            raise Unreadable(_("De lijst staat op een verborgen blad. Maak het blad zichtbaar, en kies het opnieuw."))
        raise Unreadable(
            _(
                "Er is geen rij met kopjes gevonden in de eerste %(count)d rijen. Gebruik het voorbeeldbestand, en "
                "laat de kopjes staan: %(needed)s."
            )
            % {"count": HEADING_WITHIN, "needed": ", ".join(needed)}
        )
    if len(visible) > 1:
        raise Unreadable(
            _(
                "Er staan meer lijsten in dit bestand, op de bladen %(sheets)s. Bewaar elke lijst als een "
                "eigen bestand."
            )
            % {"sheets": ", ".join(f"“{found[0]}”" for found in visible)}
        )
    sheet, number, cells, _count = visible[0]
    columns = [known.get(plain(str(cell))) if cell not in (None, "") else None for cell in cells]
    twice = sorted({name for name in columns if name and columns.count(name) > 1})
    if twice:
        raise Unreadable(_("Deze kolom staat er meer dan één keer: %(names)s.") % {"names": ", ".join(twice)})
    if missing := [name for name in needed if name not in columns]:
        raise Unreadable(
            ngettext(
                "Er ontbreekt een kolom: %(names)s. Kijk in het voorbeeldbestand.",
                "Er ontbreken kolommen: %(names)s. Kijk in het voorbeeldbestand.",
                len(missing),
            )
            % {"names": ", ".join(missing)}
        )
    heading = [str(cell).strip() if cell is not None else "" for cell in cells]
    found = Found(heading, columns, number + 1, _source=source)
    strange = [text for text, name in zip(heading, columns, strict=True) if text and name is None]
    if strange:
        found.notes.append(
            _("Deze kolommen kennen wij niet; zij zijn niet gelezen: %(names)s.") % {"names": ", ".join(strange)}
        )
    source.choose(sheet, found)
    return found


def _columns(cells, known):
    return {known[plain(str(cell))] for cell in cells if cell not in (None, "") and plain(str(cell)) in known}


class _Text:
    """A CSV: any separator, any of the codes that Excel writes."""

    SEPARATORS = ";,\t|"

    def __init__(self, content):
        self.notes = []
        self.text = self._decoded(content)
        self.separator = None
        first = self.text.split("\n", 1)[0].strip().lower()
        self.skipped = 0
        if re.fullmatch(r"sep=.", first):
            self.separator = first[-1]
            self.skipped = 1

    def _decoded(self, content):
        for mark, code in (
            (codecs.BOM_UTF8, "utf-8-sig"),
            (codecs.BOM_UTF16_LE, "utf-16"),
            (codecs.BOM_UTF16_BE, "utf-16"),
        ):
            if content.startswith(mark):
                try:
                    return content.decode(code)
                except UnicodeDecodeError as error:
                    raise Unreadable(self._no_text()) from error
        if b"\0" in content:
            raise Unreadable(self._no_text())
        try:
            return content.decode("utf-8")
        except UnicodeDecodeError:
            pass
        try:
            text = content.decode("cp1252")
        except UnicodeDecodeError as error:
            raise Unreadable(self._no_text()) from error
        if any(unicodedata.category(sign) == "Cc" and sign not in "\t\r\n" for sign in text):
            raise Unreadable(self._no_text())
        self.notes.append(
            _("Het bestand is niet in UTF-8 bewaard; het is gelezen als Windows-tekst. Kijk of de letters kloppen.")
        )
        return text

    @staticmethod
    def _no_text():
        return _(
            "Dit is geen CSV en geen Excel-bestand, of de letters erin zijn niet te lezen. Bewaar het in Excel als "
            ".xlsx of als “CSV UTF-8”, en kies dat bestand."
        )

    def headings(self, known_in):
        if self.separator is None:
            lines = [line[:10_000] for line in self.text[:200_000].splitlines()[:HEADING_WITHIN]]
            self.separator = max(
                self.SEPARATORS,
                key=lambda sign: max(
                    (known_in(next(csv.reader([line], delimiter=sign), [])) for line in lines), default=0
                ),
            )
        best = (0, None, None)
        for number, cells, _trouble in self._lines():
            if number > HEADING_WITHIN:
                break
            if (count := known_in(cells)) > best[0]:
                best = (count, number, cells)
        if best[1] is not None:
            yield ("", best[1], best[2])

    def is_visible(self, sheet):
        return True

    def choose(self, sheet, found):
        found.notes.extend(self.notes)

    def rows(self, found):
        for number, cells, trouble in self._lines():
            if number >= found.first_row:
                yield number, cells, trouble

    def _lines(self):
        reader = csv.reader(io.StringIO(self.text, newline=""), delimiter=self.separator)
        number = 0
        while True:
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                raise Unreadable(self._unclosed(number + 1)) from error
            number += 1
            if number <= self.skipped:
                continue
            if any(cell.count("\n") > MOST_LINES_IN_A_CELL for cell in cells):
                raise Unreadable(self._unclosed(number))
            yield number - self.skipped, cells, ""

    @staticmethod
    def _unclosed(number):
        return _(
            'Vanaf rij %(number)d is het bestand niet te lezen: er staat een aanhalingsteken (") dat niet '
            "gesloten is."
        ) % {"number": number}


ROW_END = re.compile(rb"</(?:\w+:)?row>|<(?:\w+:)?row\b[^>]*/>")
ROW_START = re.compile(rb"<(?:\w+:)?row\b([^>]*)>")
FORMULA = re.compile(rb"<(?:\w+:)?c\b([^>]*)>\s*<(?:\w+:)?f\b")
REFERENCE = re.compile(rb'\br="([A-Z]{1,3}[0-9]{1,7})"')
MERGED = re.compile(rb'<(?:\w+:)?mergeCell\b[^>]*\bref="([A-Z]{1,3}[0-9]{1,7}:[A-Z]{1,3}[0-9]{1,7})"')
HIDDEN_ROW = re.compile(rb'\bhidden="(?:1|true)"')


class _Spreadsheet:
    """An .xlsx: looked through before it is unfolded, and then read row by row."""

    def __init__(self, content):
        try:
            self.parts = zipfile.ZipFile(io.BytesIO(content))
            self._look_through()
            self.book = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
        except Unreadable:
            raise
        except Exception as error:  # a library that meets a broken file raises whatever it meets
            raise Unreadable(
                _("Dit Excel-bestand is beschadigd. Open het in Excel, bewaar het opnieuw als .xlsx, en kies dat.")
            ) from error
        self.sheets = {sheet.title: sheet for sheet in self.book.worksheets}

    def _look_through(self):
        parts = self.parts.infolist()
        if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNFOLDED:
            raise Unreadable(self._too_large())
        names = {part.filename.lower() for part in parts}
        if "[content_types].xml" not in names:
            raise Unreadable(_("Dit is een zip-bestand en geen spreadsheet. Pak het uit, en kies het bestand erin."))
        for part in parts:
            if part.flag_bits & 1:
                raise Unreadable(_("Dit bestand is met een wachtwoord beveiligd. Haal het wachtwoord eraf."))
            if part.file_size > RATIO_FROM and part.file_size > MOST_RATIO * max(part.compress_size, 1):
                raise Unreadable(self._too_large())
        types = self.parts.read("[Content_Types].xml") if "[Content_Types].xml" in self.parts.namelist() else b""
        if any(name.endswith("vbaproject.bin") for name in names) or b"macroenabled" in types.lower():
            raise Unreadable(
                _(
                    "In dit bestand zitten macro's. Bewaar het in Excel als gewone werkmap (.xlsx), en kies "
                    "dat bestand."
                )
            )
        for part in parts:
            if part.filename.lower().endswith((".xml", ".rels")):
                with self.parts.open(part) as file:
                    head = file.read(64 * 1024).replace(b"\0", b"").upper()
                if b"<!DOCTYPE" in head or b"<!ENTITY" in head:
                    raise Unreadable(_("In dit bestand staat iets dat niet in een spreadsheet hoort (DOCTYPE)."))

    @staticmethod
    def _too_large():
        return _("Dit bestand wordt bij het openen veel te groot. Bewaar alleen de lijst in een nieuw bestand.")

    def is_visible(self, title):
        return self.sheets[title].sheet_state == "visible"

    def headings(self, known_in):
        """Of each sheet the row that looks most like a heading of ours, else all that may be a heading of others."""
        for title, sheet in self.sheets.items():
            rows = [
                (title, number, cells)
                for number, cells in self._cells(sheet, until=HEADING_WITHIN)
                if any(cell not in (None, "") for cell in cells)
            ]
            best = max(rows, key=lambda row: known_in(row[2]), default=None)
            if best and known_in(best[2]) > 1:
                yield best
            else:
                yield from rows

    def _cells(self, sheet, until=None):
        try:
            sheet.reset_dimensions()
            for number, cells in enumerate(sheet.iter_rows(max_row=until, values_only=True), start=1):
                if len(cells) > MOST_COLUMNS:
                    cells = cells[:MOST_COLUMNS]
                if until and number > until:
                    return
                if number > LAST_ROW:
                    raise Unreadable(
                        _("Dit blad loopt door voorbij rij %(last)s. Bewaar alleen de lijst in een nieuw bestand.")
                        % {"last": f"{LAST_ROW:,}".replace(",", ".")}
                    )
                yield number, list(cells)
        except Unreadable:
            raise
        except Exception as error:  # see above
            raise Unreadable(
                _("Dit Excel-bestand is beschadigd. Open het in Excel, bewaar het opnieuw als .xlsx, en kies dat.")
            ) from error

    def choose(self, title, found):
        self.sheet = self.sheets[title]
        others = [f"“{name}”" for name in self.sheets if name != title and name != _("Uitleg")]
        if others:
            found.notes.append(
                _("Alleen het blad “%(sheet)s” is gelezen. Niet gelezen: %(others)s.")
                % {"sheet": title, "others": ", ".join(others)}
            )
        while found.heading and not found.heading[-1]:
            found.heading.pop()
            found.columns.pop()

    def rows(self, found):
        formulas, merged, hidden_rows = self._oddities()
        below = [bounds for bounds in merged if bounds[3] >= found.first_row]
        if formulas:
            found.notes.append(
                ngettext(
                    "Er staat een formule in. Gelezen is de uitkomst ervan.",
                    "Er staan %(count)d formules in. Gelezen zijn de uitkomsten ervan.",
                    len(formulas),
                )
                % {"count": len(formulas)}
            )
        if hidden_rows:
            found.notes.append(
                ngettext(
                    "Eén rij was verborgen; zij is ook gelezen.",
                    "%(count)d rijen waren verborgen; zij zijn ook gelezen.",
                    hidden_rows,
                )
                % {"count": hidden_rows}
            )
        for number, cells in self._cells(self.sheet):
            if number >= found.first_row:
                cells = [_without_zone(cell) for cell in cells]
                yield number, cells, self._trouble(number, cells, found, formulas, below)

    @staticmethod
    def _trouble(number, cells, found, formulas, merged):
        for left, top, right, bottom in merged:
            if top <= number <= bottom and left <= len(found.columns):
                return _(
                    "Deze rij heeft samengevoegde cellen (rij %(top)d tot en met %(bottom)d, kolom %(left)d "
                    "tot en met "
                    "%(right)d). Splits ze in Excel, en vul elke cel in."
                ) % {"top": top, "bottom": bottom, "left": left, "right": right}
        for column, name in enumerate(found.columns, start=1):
            empty = column > len(cells) or cells[column - 1] is None
            if name and empty and (number, column) in formulas:
                return _(
                    "In “%(column)s” staat een formule zonder uitkomst. Open het bestand in Excel en bewaar het "
                    "opnieuw, of typ de waarde zelf."
                ) % {"column": name}
        return ""

    def _oddities(self):
        """(cells with a formula as (row, column), bounds of merged cells, number of hidden rows) of the sheet.

        Read from the XML, because a reader that goes row by row meets merged cells only after the last row.
        """
        formulas, merged, hidden_rows = set(), [], 0
        rest = b""
        with self.parts.open(self.sheet._worksheet_path) as file:
            while chunk := file.read(CHUNK):
                text = rest + chunk
                cut = 0
                for end in ROW_END.finditer(text):
                    cut = end.end()
                whole, rest = text[:cut], text[cut:]
                if len(rest) > MOST_UNFOLDED // 4:
                    raise Unreadable(self._too_large())
                for found in FORMULA.finditer(whole):
                    if reference := REFERENCE.search(found[1]):
                        formulas.add(_at(reference[1].decode()))
                hidden_rows += sum(bool(HIDDEN_ROW.search(row[1])) for row in ROW_START.finditer(whole))
        for found in MERGED.finditer(rest):
            merged.append(range_boundaries(found[1].decode()))
        return formulas, merged, hidden_rows


def _at(reference):
    letters, row = coordinate_from_string(reference)
    return row, column_index_from_string(letters)


def _without_zone(value):
    if isinstance(value, datetime) and value.tzinfo is not None:
        return value.replace(tzinfo=None)
    return value
