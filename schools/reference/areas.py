"""Landsdelen, provinces, regions and municipalities, and what became of the municipalities that merged."""

from collections import Counter, defaultdict
from dataclasses import dataclass

from django.utils.text import slugify

from schools.reference.postcodes import PO_BOXES
from schools.reference.sources import SourceError
from schools.reference.texts import fold

# Names between two changes, so short-lived that no postcode table knows them.
# Source: CBS, Gemeentelijke indeling 2015, 2018 and 2019.
KNOWN_SUCCESSORS = {
    "1908": "1949",  # Menameradiel (renamed Menaldumadeel) -> Waadhoeke
    "1921": "1940",  # De Friese Meren -> De Fryske Marren, a change of name and code
    "1927": "1978",  # Molenwaard -> Molenlanden
}


@dataclass(frozen=True, kw_only=True)
class Areas:
    """The current division, each part as rows for its table; `municipalities` by code."""

    landsdelen: list
    provinces: list
    regions: list
    municipalities: dict  # code -> row, with successor and last_year still empty
    predecessors: dict  # code -> row, the same columns


def read_areas(municipality_rows, province_rows, *, name):
    """The division of the newest year in the CBS rows; a code renamed later counts under its last name."""
    landsdelen = list(dict.fromkeys(row["landsdeel"] for row in province_rows))
    landsdeel_of = {row["province_code"]: slugify(row["landsdeel"]) for row in province_rows}
    this_year = max(row["year"] for row in municipality_rows)
    regions, municipalities, predecessors, slugs = {}, {}, {}, set()
    # The newest first: a current municipality gets the plain slug before a predecessor of the same name.
    for row in sorted(municipality_rows, key=lambda row: (-int(row["year"]), row["code"])):
        code = row["code"].removeprefix("GM")
        if code in municipalities or code in predecessors:
            continue
        slug = slugify(row["name"])
        if slug in slugs:
            slug = f"{slug}-{code}"
        slugs.add(slug)
        entry = {"code": code, "name": row["name"], "slug": slug, "region": "", "province": "", "landsdeel": "",
                 "successor": "", "last_year": ""}  # fmt: skip
        if row["year"] != this_year:
            predecessors[code] = entry | {"last_year": row["year"]}
            continue
        if row["province_code"] not in landsdeel_of:
            raise SourceError(f"{name}, line {row['line']}: province {row['province_code']} has no landsdeel.")
        regions[row["region_code"]] = row["region"]
        municipalities[code] = entry | {
            "region": row["region_code"],
            "province": row["province_code"],
            "landsdeel": landsdeel_of[row["province_code"]],
        }
    return Areas(
        landsdelen=[
            {"slug": slugify(landsdeel), "name": landsdeel, "order": order}
            for order, landsdeel in enumerate(landsdelen, start=1)
        ],
        provinces=[
            {"code": row["province_code"], "name": row["provincie"], "landsdeel": slugify(row["landsdeel"])}
            for row in sorted(province_rows, key=lambda row: row["province_code"])
        ],
        regions=[{"code": code, "slug": slugify(region), "name": region} for code, region in sorted(regions.items())],
        municipalities=municipalities,
        predecessors=predecessors,
    )


def find_successors(predecessors, current, older_postcodes, postcodes):
    """For each former municipality the current one in which most of its postcodes lie now.

    older_postcodes: rows of a postcode table from before the mergers (`postcode`, `gemeente`, `woonplaats`).
    postcodes: PC4 -> row with the current `municipality` and `place`.
    Returns {code: (successor, way)}; way is "postcodes", "place" (equal numbers, or none: the current
    municipality of the place with the same name), "known" or "" (not resolved, successor "").
    """
    pc4s = defaultdict(list)
    for row in older_postcodes:
        if row["soort"] != PO_BOXES and row["postcode"] in postcodes:
            pc4s[fold(row["gemeente"])].append(row["postcode"])
    of_place = defaultdict(set)
    for row in postcodes.values():
        of_place[fold(row["place"])].add(row["municipality"])

    found = {}
    for code, entry in sorted(predecessors.items()):
        key = fold(entry["name"])
        votes = Counter(postcodes[pc4]["municipality"] for pc4 in pc4s[key]).most_common(2)
        if KNOWN_SUCCESSORS.get(code) in current:
            found[code] = KNOWN_SUCCESSORS[code], "known"
        elif votes and (len(votes) == 1 or votes[0][1] > votes[1][1]):
            found[code] = votes[0][0], "postcodes"
        elif len(of_place[key]) == 1:
            found[code] = next(iter(of_place[key])), "place"
        else:
            found[code] = "", ""
    return found
