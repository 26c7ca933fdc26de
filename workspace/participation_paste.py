"""A block that was copied from a spreadsheet: what it would change in the grid, and why it cannot where it cannot.

Three shapes are read:
- with headings: the first cell is `code` or `vestigingscode`, the others are names of activities; `sector`, `school`,
  `plaats` and `stand` may be among them. So the file of the grid itself can be pasted back.
- with codes: the first cell of each line is a code; the other cells are the activities from the chosen column on.
- cells only: line by line from the chosen row and column on, as they stand on the screen.

An empty cell leaves what is there. Nothing is written here; `Plan.writes` goes to `enquiries.cells.write_all`.
"""

import csv
import hashlib
import io
import re
from collections import defaultdict
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from activities.models import Entry, Participation
from enquiries.cells import Said, Write
from enquiries.registrations import sectors_for
from schools.models import School
from workspace.exports import as_typed
from workspace.participation_cells import CellError, read, show
from workspace.participation_grid import UnknownRowError, cell_of, keys_of

MOST_CELLS = 5000
MOST_CHARACTERS = 400_000
CODE_HEADINGS = frozenset({"code", "vestigingscode", "code van de school", "brin6"})
SECTOR_HEADING = "sector"
OTHER_HEADINGS = frozenset({"school", "naam", "plaats", "stand"})
CODE = re.compile(r"[0-9]{1,2}[A-Z]{2}[0-9]{1,2}")
WHOLE_CODE = re.compile(r"[0-9]{2}[A-Z]{2}[0-9]{2}")
NUMBER_LIKE = re.compile(r"[0-9]+([.,][0-9]+)?(E[+-]?[0-9]+)?")


@dataclass(frozen=True, slots=True)
class Change:
    """One cell that would change, in words."""

    school: str
    sector: str
    activity: str
    before: str
    after: str
    is_new: bool  # the school does not take part yet


@dataclass(frozen=True, slots=True)
class Problem:
    """line: as a spreadsheet counts it, from 1; 0 is the block as a whole."""

    line: int
    sentence: str


@dataclass(slots=True)
class Plan:
    changes: list[Change] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    writes: list[Write] = field(default_factory=list)
    unchanged: int = 0

    @property
    def can_be_saved(self):
        return bool(self.writes) and not self.problems

    @property
    def digest(self):
        """The same as long as saving would do the same, so that nothing is saved that was not shown."""
        told = repr(
            [(change.school, change.sector, change.activity, change.before, change.after) for change in self.changes]
        )
        return hashlib.sha256(told.encode()).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class _Asked:
    line: int
    code: str
    sector: str  # "" where the block does not say
    column: object
    text: str


def cells_of(text):
    """The lines of a block, each a list of its cells. What a spreadsheet puts in quotes is one cell.

    Raises CellError when it is more than can be pasted at once.
    """
    if len(text) > MOST_CHARACTERS:
        raise CellError(_("Dit is te veel om in één keer te plakken. Plak een kleiner deel."))
    text = text.replace("\x00", "").replace("\r\n", "\n").replace("\r", "\n")
    try:
        lines = [[cell.strip() for cell in line] for line in csv.reader(io.StringIO(text), delimiter="\t")]
    except csv.Error as error:
        raise CellError(_("Dit kunnen wij niet lezen. Kopieer de cellen opnieuw uit uw spreadsheet.")) from error
    if sum(len(line) for line in lines) > MOST_CELLS:
        raise CellError(_("Dit zijn meer dan %(most)d vakjes. Plak een kleiner deel.") % {"most": MOST_CELLS})
    return lines


def plan(text, *, network, school_year, columns, first_column=0, rows=()):
    """The Plan of pasting `text`. A handful of queries, however large the block.

    columns: all Columns of the grid. first_column: the place of the chosen one; headings do not look at it.
    rows: (code, sector) of the rows from the chosen one on, for a block of cells only.
    """
    made = Plan()
    try:
        lines = cells_of(text)
    except CellError as error:
        made.problems.append(Problem(0, str(error)))
        return made
    asked = _asked(lines, columns, first_column, list(rows), made)
    asked = _with_sectors(asked, network, made)
    _compare(asked, network, school_year, made)
    if not made.problems and not made.writes and not made.unchanged:
        made.problems.append(Problem(0, _("Er staat niets in om te bewaren.")))
    return made


# --- what the block says ---------------------------------------------------------------------------------


def _asked(lines, columns, first_column, rows, made):
    """[_Asked] of all cells that are not empty."""
    filled = [number for number, line in enumerate(lines, start=1) if any(line)]
    if not filled:
        return []
    first = lines[filled[0] - 1]
    if first[0].casefold() in CODE_HEADINGS:
        return _by_headings(lines, filled, columns, made)
    if _is_code(first[0]):
        return _by_codes(lines, filled, columns[first_column:], made)
    return _by_place(lines, filled, columns[first_column:], rows, made)


def _is_code(text):
    return bool(CODE.fullmatch(text.upper().replace(" ", "")))


def _by_headings(lines, filled, columns, made):
    by_name = {}
    for column in columns:
        by_name[column.heading.casefold()] = by_name[column.activity.slug] = column
    meant = {}
    for place, name in enumerate(lines[filled[0] - 1][1:], start=1):
        # A file of ours has an apostrophe before what a spreadsheet would run.
        known = by_name.get(name.casefold()) or by_name.get(as_typed(name).casefold())
        if known:
            if known in meant.values():
                made.problems.append(
                    Problem(filled[0], _("De kolom “%(name)s” staat er twee keer.") % {"name": name})
                )
            meant[place] = known
        elif name.casefold() == SECTOR_HEADING:
            meant[place] = SECTOR_HEADING
        elif name and name.casefold() not in OTHER_HEADINGS:
            made.problems.append(
                Problem(
                    filled[0],
                    _("De kolom “%(name)s” kennen wij niet. Schrijf de naam van een activiteit.") % {"name": name},
                )
            )
    sector_at = next((place for place, what in meant.items() if what == SECTOR_HEADING), None)
    asked = []
    for number in filled[1:]:
        line = lines[number - 1]
        sector = line[sector_at].lower() if sector_at is not None and sector_at < len(line) else ""
        for place, column in meant.items():
            if column != SECTOR_HEADING and place < len(line) and line[place]:
                asked.append(_Asked(number, line[0], sector, column, line[place]))
        for place in range(len(lines[filled[0] - 1]), len(line)):
            if line[place]:
                made.problems.append(Problem(number, _("Deze regel is langer dan de kop.")))
                break
    return asked


def _by_codes(lines, filled, columns, made):
    asked = []
    for number in filled:
        line = lines[number - 1]
        for place, text in enumerate(line[1:]):
            if not text:
                continue
            if place >= len(columns):
                made.problems.append(Problem(number, _("Deze regel heeft meer vakjes dan er activiteiten zijn.")))
                break
            asked.append(_Asked(number, line[0], "", columns[place], text))
    return asked


def _by_place(lines, filled, columns, rows, made):
    if not rows:
        made.problems.append(
            Problem(
                filled[0], _("Zet in de eerste kolom de code van elke school, zoals 12AB00, of begin met een kop.")
            )
        )
        return []
    asked = []
    for number in filled:
        if number > len(rows):
            made.problems.append(
                Problem(number, _("Hier staat op het scherm geen school meer. Zet codes in de eerste kolom."))
            )
            break
        code, sector = rows[number - 1]
        for place, text in enumerate(lines[number - 1]):
            if not text:
                continue
            if place >= len(columns):
                made.problems.append(Problem(number, _("Deze regel heeft meer vakjes dan er activiteiten zijn.")))
                break
            asked.append(_Asked(number, code, sector, columns[place], text))
    return asked


# --- which schools it means ------------------------------------------------------------------------------


def _with_sectors(asked, network, made):
    """The same with whole codes and a sector each; what is doubtful becomes a Problem, once for each line."""
    codes = {one.code: one.code.upper().replace(" ", "") for one in asked}
    schools = School.objects.in_bulk(
        [code for code in codes.values() if WHOLE_CODE.fullmatch(code)], field_name="code"
    )
    found, told = [], set()
    for one in asked:
        code = codes[one.code]
        school = schools.get(code)
        sentence = "" if school else _unknown(one.code, code)
        sector = one.sector
        if school and not sector:
            shared = sectors_for(school, network.programme) if network.programme.sectors else list(school.sectors)
            if len(shared) == 1:
                sector = shared[0]
            elif shared:
                sentence = _("%(school)s heeft meer sectoren: %(sectors)s. Zet een kolom “sector” erbij.") % {
                    "school": school,
                    "sectors": ", ".join(shared),
                }
            else:
                sentence = _("%(school)s heeft geen sector waarvoor dit programma er is.") % {"school": school}
        if sentence:
            if one.line not in told:
                made.problems.append(Problem(one.line, sentence))
                told.add(one.line)
            continue
        found.append(_Asked(one.line, code, sector, one.column, one.text))
    return found


def _unknown(typed, code):
    if not typed:
        return _("Hier ontbreekt de code van de school.")
    if NUMBER_LIKE.fullmatch(code) and not WHOLE_CODE.fullmatch(code):
        return _(
            "“%(code)s” is geen code van een school: een spreadsheet maakte er een getal van. Maak de kolom tekst."
        ) % {"code": typed[:20]}
    if CODE.fullmatch(code) and not WHOLE_CODE.fullmatch(code):
        return _("De code “%(code)s” mist een nul. Schrijf zes tekens, zoals 03WU00.") % {"code": typed[:20]}
    return _("Een school met code “%(code)s” kennen wij niet.") % {"code": typed[:20]}


# --- what it would change --------------------------------------------------------------------------------


def _compare(asked, network, school_year, made):
    keys = keys_of(network, school_year, {(one.code, one.sector) for one in asked}) if asked else {}
    there, taking_part = _there(network, school_year, keys)
    told, seen = set(), {}
    for one in asked:
        place = one.code, one.sector
        sentence, said, before = "", None, None
        entries = there.get((place, one.column.pk), [])
        if isinstance(keys[place], UnknownRowError):
            sentence = "" if one.line in told else str(keys[place])
            told.add(one.line)
        elif one.text == cell_of(entries).text:
            made.unchanged += 1
        else:
            said, sentence = _read(one, school_year)
            before = Said.of(entries[0]) if len(entries) == 1 else None
            if said and len(entries) > 1:
                sentence = _("%(title)s: hier staat al meer dan één keer. Verbeter dat bij de school.")
                sentence %= {"title": one.column.title}
            elif said and seen.setdefault((place, one.column.pk), said) != said:
                sentence = _("%(school)s, %(title)s: dit staat er twee keer, met iets anders.")
                sentence %= {"school": keys[place].school, "title": one.column.title}
        if sentence:
            made.problems.append(Problem(one.line, sentence))
        elif said and said == before:
            made.unchanged += 1
        elif said and seen[place, one.column.pk] is said:  # and not the same once more
            made.writes.append(Write(keys[place], one.column.activity, said, before))
            made.changes.append(
                Change(
                    school=str(keys[place].school),
                    sector=one.sector,
                    activity=one.column.title,
                    before=show(before),
                    after=show(said),
                    is_new=place not in taking_part,
                )
            )


def _read(one, school_year):
    """(Said, "") or (None, why not)."""
    try:
        return read(as_typed(one.text), school_year), ""
    except CellError as error:
        return None, f"{one.column.title}: {error}"


def _there(network, school_year, keys):
    """({((code, sector), activity): its entries}, {(code, sector) that take part}). Two queries."""
    found = defaultdict(list)
    rows = Participation.objects.filter(
        network=network, school_year=school_year, school__code__in={code for code, _sector in keys}
    )
    places = {pk: (code, sector) for pk, code, sector in rows.values_list("pk", "school__code", "sector")}
    for entry in Entry.objects.filter(participation__in=places).order_by("happened_on"):
        found[places[entry.participation_id], entry.activity_id].append(entry)
    return found, set(places.values())
