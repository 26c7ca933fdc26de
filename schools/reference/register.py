"""The register of current schools, joined from DUO's lists of locations and the geocoded file."""

from collections import Counter, defaultdict
from dataclasses import asdict, dataclass, fields

from loket.vocabulary import SchoolKind
from schools.places import readable_place
from schools.reference import texts
from schools.reference.sources import SourceError, checked_code
from schools.sectors import SECTORS_OF_KIND, sectors_by_code

SPECIAL_KINDS = {"SBAO": SchoolKind.SBO, "SO": SchoolKind.SO, "VSO": SchoolKind.VSO, "(V)SO": SchoolKind.SOVSO}
PRIMARY_TYPE = "basisschool"
GEOCODED_PUPILS_YEAR = "2023"  # its counts equal DUO's of 2023 and of no other year (data/README.md)


@dataclass(kw_only=True)
class School:
    """A row of `schools.csv`; text as it will be written, except the point (float or None)."""

    code: str
    name: str
    kind: str
    structure: str = ""
    sectors: str = ""
    board: str = ""
    street: str
    house_number: str
    postcode: str
    place: str
    municipality: str
    latitude: float | None = None
    longitude: float | None = None
    website: str = ""
    telephone: str = ""
    denomination: str = ""
    pupils: str = ""
    pupils_year: str = ""
    holiday_region: str = ""
    source: str
    source_date: str

    def as_row(self):
        return asdict(self) | {
            "latitude": "" if self.latitude is None else f"{self.latitude:.5f}",
            "longitude": "" if self.longitude is None else f"{self.longitude:.5f}",
        }


COLUMNS = tuple(field.name for field in fields(School))


@dataclass(kw_only=True)
class Inputs:
    """The rows the register is made of, and the files' names for messages."""

    po: list
    po_path: object
    po_date: str
    vo: list
    vo_path: object
    history: list
    history_path: object
    geocoded: list
    geocoded_path: object
    geocoded_date: str


def compile_register(inputs, geonames, outlines, current):
    """The schools (list, by code) with their own points, and a Counter of what was done; see data/README.md.

    current: the codes of today's municipalities. Points that need the postcode table are filled in later,
    by `fill_points`. Raises SourceError for a row whose code or municipality cannot be read.
    """
    counts = Counter()
    geocoded = _geocoded_by_code(inputs, counts)
    places = Places(inputs.geocoded, geonames)
    municipalities = MunicipalityNames(inputs, outlines, current, counts)
    history = {checked_code(row, "VESTIGINGSCODE", inputs.history_path): row for row in inputs.history}
    vo = {checked_code(row, "VESTIGINGSNUMMER", inputs.vo_path): row for row in inputs.vo}

    schools = {}
    for row in inputs.po:
        school = _primary_school(row, inputs, places, current)
        if school.code in schools:
            raise SourceError(f"{inputs.po_path.name}, line {row['line']}: {school.code} occurs twice.")
        schools[school.code] = school
    for code, feature in geocoded.items():
        if code in schools:
            continue
        if feature["type"] == PRIMARY_TYPE:
            counts["primary schools left out: closed since"] += 1
            continue
        schools[code] = _other_school(code, feature, history.get(code), vo.get(code), inputs, municipalities, counts)

    ordered = [schools[code] for code in sorted(schools)]
    _give_boards(ordered, inputs, history)
    _give_pupils(ordered, history, geocoded, counts)
    _give_points(ordered, geocoded, counts)
    _give_sectors(ordered, counts)
    _give_holiday_regions(ordered, counts)
    for school in ordered:
        counts[f"kind {school.kind}"] += 1
    counts["schools"] = len(ordered)
    return ordered, counts


def fill_points(schools, postcodes, counts):
    """Give schools without a point of their own the centre of their PC4; in place."""
    for school in schools:
        if school.latitude is None and (area := postcodes.get(school.postcode[:4])):
            school.latitude, school.longitude = float(area["latitude"]), float(area["longitude"])
            counts["points: centre of the PC4"] += 1
        elif school.latitude is None:
            counts["points: none"] += 1


class Places:
    """How places are spelled: in the BAG (the geocoded file), else GeoNames, else our own rule for capitals."""

    def __init__(self, geocoded, geonames):
        self._by_pc4, self._by_postcode, self._known = defaultdict(set), defaultdict(set), {}
        for row in geonames:
            self._known[texts.place_key(row["place"])] = row["place"]
        for feature in sorted(geocoded, key=lambda feature: feature["plaats"]):
            self._by_pc4[feature["postcode"][:4]].add(feature["plaats"])
            self._by_postcode[feature["postcode"]].add(feature["plaats"])
            self._known[texts.place_key(feature["plaats"])] = feature["plaats"]

    def spelled(self, place, postcode):
        """The readable spelling of DUO's `place` (capitals) at `postcode` ("1234 AB")."""
        near = [known for known in sorted(self._by_pc4[postcode[:4]]) if texts.same_place(known, place)]
        exact = [known for known in near if texts.place_key(known) == texts.place_key(place)]
        if exact or near:
            return (exact or near)[0]
        return self._known.get(texts.place_key(place)) or readable_place(place)


class MunicipalityNames:
    """The code for a municipality that is given by name only, as in the geocoded file."""

    def __init__(self, inputs, outlines, current, counts):
        self._outlines, self._counts, self._current = outlines, counts, current
        self._path = inputs.geocoded_path
        self._codes = defaultdict(set)
        # DUO's own lists spell a municipality alike, so equal spelling in the same publisher's list is enough.
        for row in inputs.po:
            self._codes[texts.fold(row["GEMEENTENAAM"])].add(row["GEMEENTENUMMER"].zfill(4))
        by_pc4 = defaultdict(Counter)
        for row in inputs.po:
            by_pc4[row["POSTCODE"][:4]][row["GEMEENTENUMMER"].zfill(4)] += 1
        self._by_pc4 = {pc4: min(votes, key=lambda code: (-votes[code], code)) for pc4, votes in by_pc4.items()}

    def code_for(self, feature):
        codes = self._codes[texts.fold(feature["gemeente"])] - {""} if feature["gemeente"] else set()
        at_point = self._outlines.municipality_at(feature["latitude"], feature["longitude"])
        if len(codes) == 1:
            way, code = "DUO's spelling", next(iter(codes))
            if at_point != code:
                self._counts["municipality: point in another or none, DUO's name kept"] += 1
        elif at_point:
            way, code = "point on the map", at_point
        else:
            way, code = "same PC4", self._by_pc4.get(feature["postcode"][:4], "")
        if code not in self._current:
            school = feature["vestigingscode"]
            raise SourceError(f"{self._path.name}: gemeente {feature['gemeente']!r} of {school} cannot be resolved.")
        self._counts[f"municipality: {way}"] += 1
        return code


def _geocoded_by_code(inputs, counts):
    """One feature for each code. A school with several addresses keeps the one with DUO's own house number, if
    its lists give one, else the lowest."""
    house_numbers = {row["VESTIGINGSCODE"]: row["HUISNUMMER-TOEVOEGING"] for row in inputs.po}
    for row in inputs.vo:
        house_numbers.setdefault(row["VESTIGINGSNUMMER"], row["HUISNUMMER-TOEVOEGING"])
    features = defaultdict(list)
    for feature in inputs.geocoded:
        features[checked_code(feature, "vestigingscode", inputs.geocoded_path)].append(feature)
    counts["geocoded rows"] = len(inputs.geocoded)
    counts["geocoded codes"] = len(features)
    counts["geocoded codes with several addresses"] = sum(len(options) > 1 for options in features.values())

    def preference(feature):
        published = texts.fold(house_numbers.get(feature["vestigingscode"], ""))
        return (
            texts.fold(_house_number(feature)) != published,
            str(feature["huisnummer"]) != published.split(" ")[0],
            int(feature["huisnummer"] or 0),
            _house_number(feature),
            feature["latitude"],
            feature["longitude"],
        )

    return {code: min(options, key=preference) for code, options in sorted(features.items())}


def _house_number(feature):
    letter = feature["huisletter"] or ""
    addition = f"-{feature['huisnummertoevoeging']}" if feature["huisnummertoevoeging"] else ""
    return f"{feature['huisnummer'] or ''}{letter}{addition}"


def _primary_school(row, inputs, places, current):
    code = checked_code(row, "VESTIGINGSCODE", inputs.po_path)
    municipality = row["GEMEENTENUMMER"].zfill(4)
    if municipality not in current:
        raise SourceError(
            f"{inputs.po_path.name}, line {row['line']}: GEMEENTENUMMER {municipality} is not a current municipality."
        )
    postcode = texts.postcode(row["POSTCODE"])
    return School(
        code=code,
        name=texts.one_line(row["VESTIGINGSNAAM"]),
        kind=SchoolKind.BO.value,
        board=row["BEVOEGD GEZAG NUMMER"],
        street=texts.one_line(row["STRAATNAAM"]),
        house_number=texts.one_line(row["HUISNUMMER-TOEVOEGING"]),
        postcode=postcode,
        place=places.spelled(row["PLAATSNAAM"], postcode),
        municipality=municipality,
        website=texts.bare_website(row["INTERNETADRES"]),
        telephone=row["TELEFOONNUMMER"],
        denomination=row["DENOMINATIE"],
        holiday_region=row["VAKANTIEREGIO"].lower(),
        source="DUO po",
        source_date=inputs.po_date,
    )


def _other_school(code, feature, history, vo, inputs, municipalities, counts):
    kind = SPECIAL_KINDS.get(feature["type"], SchoolKind.VO)
    if kind == SchoolKind.SOVSO and history and history["SOORT_VESTIGING"] in ("SO", "VSO"):
        # The geocoded file gives the kind of the institution, the pupil history that of the location.
        kind = SPECIAL_KINDS[history["SOORT_VESTIGING"]]
        counts["(V)SO that has only so or only vso pupils"] += 1
    older = vo or defaultdict(str)
    website = texts.bare_website(feature["internetadres"] or "")
    if not website and (website := texts.bare_website(older["INTERNETADRES"])):
        counts["websites from the older vo file"] += 1
    return School(
        code=code,
        name=texts.one_line(feature["naam"]),
        kind=kind.value,
        structure=feature["type"] if kind == SchoolKind.VO else "",
        street=texts.one_line(feature["straat"]),
        house_number=_house_number(feature),
        postcode=texts.postcode(feature["postcode"]),
        place=texts.one_line(feature["plaats"]),
        municipality=municipalities.code_for(feature),
        website=website,
        telephone=older["TELEFOONNUMMER"],
        denomination=feature["denominatie"] or "",
        source="DUO vo en (v)so",
        source_date=inputs.geocoded_date,
    )


def _give_boards(schools, inputs, history):
    """A board governs whole institutions, so a location new since a list has the board of its BRIN there."""
    boards = {}
    for row in inputs.vo:
        boards[row["BRIN NUMMER"]] = row["BEVOEGD GEZAG NUMMER"]
    for code, row in history.items():
        if row["BEVOEGD_GEZAG_NUMMER"] != "0":
            boards[code] = row["BEVOEGD_GEZAG_NUMMER"]
            boards[row["INSTELLINGSCODE"]] = row["BEVOEGD_GEZAG_NUMMER"]
    for school in schools:
        school.board = school.board or boards.get(school.code) or boards.get(school.code[:4], "")


def _give_pupils(schools, history, geocoded, counts):
    """The newest count; "<5" becomes an empty count, because fewer than five stays unsaid.

    The history counts primary and special education only, so it says nothing of a vo school.
    """
    for school in schools:
        if school.kind != "vo" and school.code in history:
            newest = newest_count(history[school.code])
            if newest[1].isdecimal():
                school.pupils_year, school.pupils = newest[0], str(int(newest[1]))
                counts["pupils: history"] += 1
                counts["pupils: history, none counted"] += school.pupils == "0"
            else:
                counts["pupils: fewer than five"] += 1
        elif school.code in geocoded and geocoded[school.code]["leerlingen"] is not None:
            school.pupils, school.pupils_year = str(geocoded[school.code]["leerlingen"]), GEOCODED_PUPILS_YEAR
            counts["pupils: geocoded file"] += 1
        else:
            counts["pupils: unknown"] += 1


def newest_count(row):
    """The newest (year, count) in a row of the pupil history, both text; the count can be "<5"."""
    column = max(name for name in row if name.startswith("LEERLINGEN_"))
    return column.removeprefix("LEERLINGEN_"), row[column]


def _give_points(schools, geocoded, counts):
    """The point of the school's own address; if it moved since, that of another school at the same postcode."""
    at_postcode = {}
    for feature in geocoded.values():
        at_postcode.setdefault(texts.postcode(feature["postcode"]), feature)
    for school in schools:
        feature, way = geocoded.get(school.code), "points: own address"
        if feature is None or texts.postcode(feature["postcode"]) != school.postcode:
            feature, way = at_postcode.get(school.postcode), "points: another school at the same postcode"
        if feature is not None:
            school.latitude, school.longitude = feature["latitude"], feature["longitude"]
            counts[way] += 1


def _give_sectors(schools, counts):
    of_structure = sectors_by_code({school.code: school.structure for school in schools if school.structure})
    for school in schools:
        school.sectors = " ".join(SECTORS_OF_KIND.get(school.kind) or of_structure[school.code])
        counts["BRUGJAAR with sectors of its BRIN"] += school.structure == "BRUGJAAR" and bool(school.sectors)
    counts["schools without a sector"] = sum(not school.sectors for school in schools)


def _give_holiday_regions(schools, counts):
    votes = defaultdict(Counter)
    for school in schools:
        if school.holiday_region:
            votes[school.municipality][school.holiday_region] += 1
    for school in schools:
        if not school.holiday_region and (options := votes[school.municipality]):
            school.holiday_region = min(options, key=lambda region: (-options[region], region))
            counts["holiday region of the municipality"] += 1
