"""Making the register equal to one of DUO's lists: schools come, change, close and open again.

A list is complete for its kind (bo or vo): a school of that kind that is not in it is closed, never
deleted. What a list does not give (pupils, the sbo label, a point) keeps its stored value. Rows
that are the same are not written, so the same list again changes nothing, not even the content version.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

from django.db import connection, transaction

from loket.vocabulary import HolidayRegionName, SchoolKind
from regions.models import HolidayRegion, Municipality, Organisation, PostcodeArea
from schools.duo import Listing, Remark
from schools.models import BRIN_LENGTH, Institution, School
from schools.places import readable_place
from schools.reference import texts

MAX_CLOSED_SHARE = 0.05
# A po list holds special primary schools (sbo) when DUO counts them as primary; it is not complete for them.
KINDS_IN_LIST = {SchoolKind.BO: (SchoolKind.BO, SchoolKind.SBO), SchoolKind.VO: (SchoolKind.VO,)}
# The columns of a school that a list can change, in the order of the report.
FIELDS = (
    "name",
    "structure",
    "sectors",
    "board_id",
    "street",
    "house_number",
    "postcode",
    "place",
    "municipality_code",
    "municipality_id",
    "latitude",
    "longitude",
    "website",
    "telephone",
    "denomination",
    "holiday_region_id",
)
BATCH_SIZE = 1000


class Refused(Exception):
    """The list must not be taken; nothing is changed. The message says why and what to do."""

    def __init__(self, message, report):
        super().__init__(message)
        self.report = report


@dataclass(kw_only=True)
class Report:
    """What a list does to the register: codes, or {code: {field: (old, new)}} where fields change."""

    listing: Listing
    on: date
    new: list[str] = field(default_factory=list)
    changed: dict[str, dict] = field(default_factory=dict)
    reopened: dict[str, dict] = field(default_factory=dict)
    closed: list[str] = field(default_factory=list)
    unchanged_count: int = 0
    rejects: list[Remark] = field(default_factory=list)
    warnings: list[Remark] = field(default_factory=list)

    @property
    def changed_fields(self):
        """How many of the changed schools have a change in each field, in the order of FIELDS."""
        counts = Counter(name for changes in self.changed.values() for name in changes)
        return {name: counts[name] for name in FIELDS if counts[name]}


@transaction.atomic
def update(listing, *, on, allow_closures=False, progress=iter):
    """Make the schools of `listing.kind` those of `listing`, a list of the day `on`; returns the Report.

    progress: wraps the iteration over the rows, to show how far it is. Takes about 1 second for 6,000 new
    schools, 0.3 for unchanged ones.
    Raises Refused when the register holds a newer list of this kind, or when more than 5% of the open
    schools of this kind would close and not `allow_closures`.
    """
    with connection.cursor() as cursor:  # readers go on; a second import waits for this one
        cursor.execute(f"LOCK TABLE {School._meta.db_table} IN SHARE ROW EXCLUSIVE MODE")
    report = Report(listing=listing, on=on, rejects=list(listing.rejects), warnings=list(listing.warnings))
    columns = ("code", "kind", "closed_on", "source_date", *FIELDS)
    stored = {school["code"]: school for school in School.objects.values(*columns)}
    _refuse_older(report, stored)
    lookups = Lookups(listing, stored)

    written = []
    for row in progress(listing.rows):
        known = stored.get(row.code)
        if known and known["kind"] not in KINDS_IN_LIST[listing.kind]:
            reason = f"{row.code} stands in the register as {SchoolKind(known['kind']).name}"
            report.rejects.append(Remark(line=row.line, code=row.code, reason=reason))
            continue
        wanted = _wanted(row, known, lookups, report)
        if known is None:
            report.new.append(row.code)
        else:
            changes = {name: (known[name], wanted[name]) for name in FIELDS if known[name] != wanted[name]}
            if known["closed_on"]:
                report.reopened[row.code] = changes
            elif changes:
                report.changed[row.code] = changes
            else:
                report.unchanged_count += 1
                continue
        kind = known["kind"] if known else listing.kind
        written.append(_school(row.code, kind, wanted, report))
    report.rejects.sort(key=lambda reject: reject.line)
    report.warnings.sort(key=lambda warning: warning.line)
    _find_closed(report, stored, allow_closures=allow_closures)
    _write(written, report)
    return report


def _refuse_older(report, stored):
    kind = report.listing.kind
    newest = max((school["source_date"] for school in stored.values() if school["kind"] == kind), default=None)
    if newest and report.on < newest:
        raise Refused(
            f"{report.listing.name} is of {report.on}, but the register holds data of {newest} for {kind.name}. "
            "An older list does not overwrite newer data; if it is in fact newer, give its day with --date.",
            report,
        )


def _find_closed(report, stored, *, allow_closures):
    """Fill `report.closed`: the open schools of the list's kind that it does not mention."""
    kind, mentioned = report.listing.kind, report.listing.mentioned
    open_codes = {code for code, school in stored.items() if school["kind"] == kind and not school["closed_on"]}
    report.closed = sorted(open_codes - mentioned)
    if len(report.closed) > MAX_CLOSED_SHARE * len(open_codes) and not allow_closures:
        raise Refused(
            f"{report.listing.name} would close {len(report.closed):,} of the {len(open_codes):,} {kind.name} "
            f"schools, more than {MAX_CLOSED_SHARE:.0%}. Is the list complete? If these schools really are "
            "closed, run again with --allow-closures.",
            report,
        )


class Lookups:
    """The rows of other tables that schools point at; missing boards, institutions and holiday regions are made."""

    def __init__(self, listing, stored):
        self._successors = dict(Municipality.objects.values_list("code", "successor_id"))
        self._current = set(Municipality.objects.current().values_list("code", flat=True))
        self.areas = {area.pc4: area for area in PostcodeArea.objects.defer("municipality")}
        self._stored = stored
        self._holiday_regions = None
        self.boards = _boards({row.board for row in listing.rows if row.board})
        _make_institutions({row.code[:BRIN_LENGTH] for row in listing.rows})
        _make_holiday_regions({row.holiday_region for row in listing.rows if row.holiday_region})

    def municipality(self, code):
        """The code of the municipality that `code` belongs to today; None when nothing is known of it."""
        passed = set()
        while code in self._successors and code not in self._current and code not in passed:
            passed.add(code)
            code = self._successors[code]
        return code if code in self._current else None

    def usual_holiday_region(self, municipality):
        """The holiday region of most schools in a municipality (of equals the first by name), or None."""
        if self._holiday_regions is None:
            self._holiday_regions = defaultdict(Counter)
            for school in self._stored.values():
                if school["holiday_region_id"]:
                    self._holiday_regions[school["municipality_id"]][school["holiday_region_id"]] += 1
        votes = self._holiday_regions.get(municipality)
        return min(votes, key=lambda slug: (-votes[slug], slug)) if municipality and votes else None


def _boards(numbers):
    """{number: primary key} of school boards. DUO gives no names, so a new board is called by its number."""
    known = dict(Organisation.objects.filter(number__in=numbers).values_list("number", "pk"))
    made = Organisation.objects.bulk_create(
        Organisation(
            kind=Organisation.Kind.BOARD, number=number, slug=f"bestuur-{number}", name=f"Schoolbestuur {number}"
        )
        for number in sorted(numbers - known.keys())
    )
    return known | {board.number: board.pk for board in made}


def _make_institutions(brins):
    missing = brins - set(Institution.objects.values_list("brin", flat=True))
    Institution.objects.bulk_create(Institution(brin=brin) for brin in sorted(missing))


def _make_holiday_regions(slugs):
    missing = slugs - set(HolidayRegion.objects.values_list("slug", flat=True))
    HolidayRegion.objects.bulk_create(
        HolidayRegion(slug=slug, name=HolidayRegionName(slug).label) for slug in sorted(missing)
    )


NOTHING_KNOWN = {name: [] if name == "sectors" else "" for name in FIELDS} | dict.fromkeys(
    ("board_id", "municipality_id", "latitude", "longitude", "holiday_region_id")
)


def _wanted(row, known, lookups, report):
    """The value of every field after this row: what it gives, else what is known."""
    before = known or NOTHING_KNOWN
    wanted = {name: before[name] for name in FIELDS}
    for name in ("name", "street", "house_number", "postcode", "municipality_code"):
        wanted[name] = getattr(row, name)
    for name in ("structure", "website", "telephone", "denomination"):
        if getattr(row, name) is not None:
            wanted[name] = getattr(row, name)
    wanted["sectors"] = list(row.sectors)
    wanted["board_id"] = lookups.boards.get(row.board)
    wanted["municipality_id"] = lookups.municipality(row.municipality_code)
    if wanted["municipality_id"] is None:
        reason = f"municipality {row.municipality_code or '(empty)'} is unknown: the school has none"
        report.warnings.append(Remark(line=row.line, code=row.code, reason=reason))

    area = lookups.areas.get(row.postcode[:4])
    moved = before["postcode"] != row.postcode
    if moved or not _same_place(before["place"], row.place):
        wanted["place"] = _spelled(row.place, area)
    if moved or before["latitude"] is None:
        wanted["latitude"], wanted["longitude"] = (area.latitude, area.longitude) if area else (None, None)
    if row.holiday_region:
        wanted["holiday_region_id"] = row.holiday_region
    elif known is None:
        wanted["holiday_region_id"] = lookups.usual_holiday_region(wanted["municipality_id"])
    return wanted


_same_place = lru_cache(maxsize=5000)(texts.same_place)  # thousands of schools stand in far fewer places


def _spelled(place, area):
    """A place in DUO's capitals as people write it: as its postcode area does, else by rule."""
    if area and _same_place(area.place, place):
        return area.place
    return readable_place(place)


def _school(code, kind, wanted, report):
    return School(
        code=code,
        institution_id=code[:BRIN_LENGTH],
        kind=kind,
        source=f"DUO {'vo' if report.listing.kind == SchoolKind.VO else 'po'}",
        source_date=report.on,
        closed_on=None,
        **wanted,
    )


def _write(schools, report):
    """Insert and update `schools`, close `report.closed`. An empty statement would raise the content version."""
    if schools:
        School.objects.bulk_create(
            schools,
            batch_size=BATCH_SIZE,
            update_conflicts=True,
            unique_fields=["code"],
            update_fields=[*(name.removesuffix("_id") for name in FIELDS), "closed_on", "source", "source_date"],
        )
    if report.closed:
        School.objects.filter(code__in=report.closed).update(closed_on=report.on, source_date=report.on)
