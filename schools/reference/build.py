"""From a folder with open data files to the files of `data/`."""

from pathlib import Path
from string import Template

from schools.reference import sources
from schools.reference.areas import find_successors, read_areas
from schools.reference.postcodes import compile_postcodes
from schools.reference.register import COLUMNS as SCHOOL_COLUMNS
from schools.reference.register import Inputs, compile_register, fill_points, newest_count
from schools.reference.tables import csv_bytes
from schools.reference.topology import Outlines, compact

README_TEMPLATE = Path(__file__).with_name("README.template.md")


def compile_tables(source_dir):
    """The files of `data/` as {name: bytes}, and the counts that its README states.

    The same source files give the same bytes. Raises SourceError when a source is missing or unusable.
    Takes about 3 seconds and 150 MB for the whole country.
    """
    map_path = sources.find(source_dir, sources.MAP)
    topology = sources.read_json(map_path)
    map_bytes = compact(topology, name=map_path.name)
    outlines = Outlines(topology)

    cbs_path, cbs = _read(source_dir, sources.MUNICIPALITIES)
    _, provinces = _read(source_dir, sources.PROVINCES)
    areas = read_areas(cbs, provinces, name=cbs_path.name)

    geonames_path, geonames = _read(source_dir, sources.GEONAMES)
    _, older_postcodes = _read(source_dir, sources.OLDER_POSTCODES)
    inputs = _school_inputs(source_dir)
    schools, counts = compile_register(inputs, geonames, outlines, areas.municipalities)
    postcodes, points = compile_postcodes(
        geonames, older_postcodes, schools, outlines, areas.municipalities, name=geonames_path.name
    )
    fill_points(schools, postcodes, counts)

    successors = find_successors(areas.predecessors, areas.municipalities, older_postcodes, postcodes)
    predecessors = [entry | {"successor": successors[code][0]} for code, entry in areas.predecessors.items()]
    municipalities = sorted([*areas.municipalities.values(), *predecessors], key=lambda row: row["code"])

    files = {
        "landsdelen.csv": csv_bytes(("slug", "name", "order"), areas.landsdelen),
        "provinces.csv": csv_bytes(("code", "name", "landsdeel"), areas.provinces),
        "regions.csv": csv_bytes(("code", "slug", "name"), areas.regions),
        "municipalities.csv": csv_bytes(tuple(municipalities[0]), municipalities),
        "postcodes.csv": csv_bytes(("pc4", "place", "municipality", "latitude", "longitude"), postcodes.values()),
        "schools.csv": csv_bytes(SCHOOL_COLUMNS, [school.as_row() for school in schools]),
        "map.topojson": map_bytes,
    }
    counts.update({f"postcode points: {way}": count for way, count in points.items()})
    counts.update(f"successors: {way or 'none'}" for _, way in successors.values())
    counts["postcode points: older points"] = points.total() - points["geonames"] - points["middle of the schools"]
    counts |= _facts(areas, postcodes, schools, inputs)
    files["README.md"] = readme(counts).encode()
    return files, counts


def readme(counts):
    """The text of `data/README.md`: the template with each count in it."""
    template = Template(README_TEMPLATE.read_text(encoding="utf-8"))
    values = {_identifier(name): f"{count:,}" for name, count in counts.items()}
    missing = dict.fromkeys(template.get_identifiers(), "0")  # a count that stayed at nothing
    return template.substitute(missing | values)


def _identifier(name):
    return "_".join("".join(c if c.isalnum() else " " for c in name.casefold()).split())


def _read(source_dir, table):
    path = sources.find(source_dir, table.pattern)
    return path, sources.read_table(path, table)


def _school_inputs(source_dir):
    po_path, po = _read(source_dir, sources.PO_SCHOOLS)
    vo_path, vo = _read(source_dir, sources.VO_SCHOOLS)
    history_path, history = _read(source_dir, sources.PUPIL_HISTORY)
    geocoded_path = sources.find(source_dir, sources.GEOCODED_SCHOOLS)
    return Inputs(
        po=po,
        po_path=po_path,
        po_date=sources.month_of(po_path),
        vo=vo,
        vo_path=vo_path,
        history=history,
        history_path=history_path,
        geocoded=sources.read_geocoded(geocoded_path),
        geocoded_path=geocoded_path,
        geocoded_date=sources.month_of(geocoded_path),
    )


def _facts(areas, postcodes, schools, inputs):
    """Counts of what stands in the tables, and of what the sources hold that the tables do not."""
    codes = {school.code for school in schools}
    return {
        "landsdelen": len(areas.landsdelen),
        "provinces": len(areas.provinces),
        "regions": len(areas.regions),
        "current municipalities": len(areas.municipalities),
        "predecessors": len(areas.predecessors),
        "postcodes": len(postcodes),
        "boards": len({school.board for school in schools} - {""}),
        "institutions": len({school.code[:4] for school in schools}),
        "without board": sum(not school.board for school in schools),
        "without website": sum(not school.website for school in schools),
        "without telephone": sum(not school.telephone for school in schools),
        "vo 2020 not taken": sum(row["VESTIGINGSNUMMER"] not in codes for row in inputs.vo),
        "special with pupils not taken": sum(
            row["VESTIGINGSCODE"] not in codes
            and row["SOORT_VESTIGING"] != "BO"
            and newest_count(row)[1] not in ("", "0")
            for row in inputs.history
        ),
    }
