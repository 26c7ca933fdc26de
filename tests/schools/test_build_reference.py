"""Compiling the reference tables: from own small files always, from the real ones where they are."""

import csv
import io
import json
import os
import re
from collections import Counter
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from schools.reference import sources
from schools.reference.build import compile_tables
from schools.reference.tables import differences
from schools.reference.texts import bare_website, postcode, same_place
from schools.reference.topology import Outlines
from tests.schools import reference_sources as made

DATA = settings.BASE_DIR / "data"
LARGEST_SCHOOLS_BYTES = 2_000_000
LARGEST_MAP_BYTES = 170_000


@pytest.fixture
def source_dir(tmp_path):
    return made.make_sources(tmp_path / "sources")


@pytest.fixture(scope="module")
def compiled(tmp_path_factory):
    """The tables of the small sources by name: {column: value} rows by their first column."""
    files, _ = compile_tables(made.make_sources(tmp_path_factory.mktemp("sources")))
    return {name: by_key(content) for name, content in files.items() if name.endswith(".csv")}


def by_key(content):
    return {next(iter(row.values())): row for row in csv.DictReader(io.StringIO(content.decode(), newline=""))}


def test_the_register_joins_both_lists_and_leaves_closed_primary_schools_out(compiled):
    assert list(compiled["schools.csv"]) == [
        "01AA00", "01AA01", "01CC00", "02AA00", "02AA01", "02BB00", "03AA00", "03BB00", "03BB01",
    ]  # fmt: skip


def test_a_primary_school_has_all_that_the_sources_say_of_it(compiled):
    assert compiled["schools.csv"]["01AA00"] == {
        "code": "01AA00", "name": "Basisschool De Één", "kind": "bo", "structure": "", "sectors": "po",
        "board": "11111", "street": "Kerkstraat", "house_number": "7", "postcode": "1001 AA", "place": "'s-Westdorp",
        "municipality": "0001", "latitude": "52.40000", "longitude": "4.50000", "website": "www.een.nl",
        "telephone": "0101234567", "denomination": "Openbaar", "pupils": "120", "pupils_year": "2025",
        "holiday_region": "noord", "source": "DUO po", "source_date": "2026-08-01",
    }  # fmt: skip


def test_a_secondary_school_takes_from_the_older_list_what_the_newer_lacks(compiled):
    school = compiled["schools.csv"]["02AA00"]

    assert (school["board"], school["telephone"]) == ("22222", "0207654321")
    assert (school["website"], school["pupils"], school["pupils_year"]) == ("www.vo.nl", "500", "2023")
    assert school["holiday_region"] == "noord"  # that of most primary schools in its municipality
    assert school["source_date"] == "2024-11-01"


@pytest.mark.parametrize(
    ("code", "kind", "sectors"),
    [
        ("02AA00", "vo", "vmbo havo"),
        ("02AA01", "vo", "vmbo havo"),  # BRUGJAAR alone: those of its BRIN
        ("02BB00", "vo", ""),  # PRO
        ("03AA00", "sbo", "po"),
        ("03BB00", "sovso", "so vso"),
        ("03BB01", "vso", "vso"),  # (V)SO, but the history counts only vso pupils here
    ],
)
def test_kind_and_sectors_follow_from_the_structure(compiled, code, kind, sectors):
    school = compiled["schools.csv"][code]

    assert (school["kind"], school["sectors"]) == (kind, sectors)


def test_a_location_new_since_has_the_board_of_its_brin(compiled):
    assert compiled["schools.csv"]["02AA01"]["board"] == "22222"
    assert compiled["schools.csv"]["03BB00"]["board"] == "33333"


def test_fewer_than_five_pupils_stays_unsaid(compiled):
    assert compiled["schools.csv"]["01AA01"]["pupils"] == ""


def test_points_fall_back_from_address_to_postcode_to_its_centre(compiled):
    schools = compiled["schools.csv"]

    assert schools["01CC00"]["latitude"] == "52.40000"  # a school at the same postcode has this point
    assert (schools["01AA01"]["latitude"], schools["01AA01"]["longitude"]) == ("52.50000", "5.50000")


def test_a_municipality_is_found_by_the_publishers_spelling_or_else_the_point(compiled):
    assert compiled["schools.csv"]["02AA01"]["municipality"] == "0002"
    assert compiled["schools.csv"]["03BB01"]["municipality"] == "0002"


def test_a_wrong_point_of_a_postcode_gives_way_to_the_table_that_agrees_with_the_schools(compiled):
    assert compiled["postcodes.csv"]["1001"]["latitude"] == "52.50100"
    assert compiled["postcodes.csv"]["1001"]["longitude"] == "4.50000"


def test_a_postcode_takes_the_row_of_the_place_where_its_schools_stand(compiled):
    assert compiled["postcodes.csv"]["2001"] == {
        "pc4": "2001", "place": "Oostdorp", "municipality": "0002", "latitude": "52.50000", "longitude": "5.50000",
    }  # fmt: skip


def test_a_postcode_without_code_lies_in_the_municipality_of_its_point(compiled):
    assert compiled["postcodes.csv"]["2002"]["municipality"] == "0002"


def test_a_former_municipality_lives_on_where_most_of_its_postcodes_lie(compiled):
    municipalities = compiled["municipalities.csv"]

    assert municipalities["0009"]["successor"] == "0002"
    assert (municipalities["0009"]["last_year"], municipalities["0009"]["region"]) == ("2020", "")
    assert municipalities["0010"]["successor"] == ""  # nothing says where it went
    assert municipalities["0001"]["name"] == "Westgem"  # the last of its names


def test_a_landsdeel_follows_from_the_province_and_keeps_the_order_of_the_source(compiled):
    assert [row["order"] for row in compiled["landsdelen.csv"].values()] == ["1", "2"]
    assert list(compiled["landsdelen.csv"]) == ["oost", "noord"]
    assert compiled["municipalities.csv"]["0001"]["landsdeel"] == "noord"


def test_the_map_keeps_only_our_codes(source_dir):
    files, _ = compile_tables(source_dir)
    objects = json.loads(files["map.topojson"])["objects"]

    assert {name: [area["properties"] for area in layer["geometries"]] for name, layer in objects.items()} == {
        "municipalities": [{"code": "0001"}, {"code": "0002"}],
        "regions": [{"code": "AM01"}, {"code": "AM02"}],
        "provinces": [{"code": "PV20"}, {"code": "PV23"}],
        "landsdelen": [{"slug": "noord"}, {"slug": "oost"}],
    }


def test_a_point_lies_in_the_area_around_it():
    outlines = Outlines(made.topology())

    assert outlines.municipality_at(*made.WEST) == "0001"
    assert outlines.municipality_at(*made.EAST) == "0002"
    assert outlines.municipality_at(54, 4.5) == ""


def test_the_same_sources_give_the_same_bytes_in_whatever_order_the_rows_stand(source_dir):
    first, _ = compile_tables(source_dir)
    turned = "\r\n".join([made.PO_HEADER, *reversed(made.PO_ROWS)])
    (source_dir / made.PO).write_text(turned, encoding="utf-8-sig", newline="")
    (source_dir / made.GEOCODED).write_bytes(made.zipped(made.FEATURES[::-1]))

    assert compile_tables(source_dir)[0] == first


def test_the_command_writes_once_and_check_tells_a_change(source_dir, tmp_path, capsys):
    output = tmp_path / "data"
    call_command("build_reference", source_dir, output=output)
    call_command("build_reference", source_dir, output=output, check=True)
    assert sorted(path.name for path in output.iterdir()) == [
        "README.md", "landsdelen.csv", "map.topojson", "municipalities.csv", "postcodes.csv", "provinces.csv",
        "regions.csv", "schools.csv",
    ]  # fmt: skip

    (output / "regions.csv").write_text("changed", encoding="utf-8")

    with pytest.raises(CommandError, match=r"regions\.csv differ"):
        call_command("build_reference", source_dir, output=output, check=True)
    assert (output / "regions.csv").read_text(encoding="utf-8") == "changed"
    assert "9  schools" in capsys.readouterr().out


def spoil_column(folder):
    path = folder / made.PO
    path.write_bytes(path.read_bytes().replace(b"VAKANTIEREGIO", b"VAKANTIE"))


def spoil_encoding(folder):
    path = folder / made.CBS
    path.write_bytes(path.read_text(encoding="utf-8").encode("utf-16"))


def spoil_code(folder):
    path = folder / made.PO
    path.write_bytes(path.read_bytes().replace(b"01AA01", b"1AA01"))


def spoil_municipality(folder):
    path = folder / made.PO
    path.write_bytes(path.read_bytes().replace(b";0002;", b";0777;"))


def repeat_a_school(folder):
    path = folder / made.PO
    path.write_bytes(path.read_bytes() + (made.PO_ROWS[0] + "\r\n").encode("cp1252"))


def shorten_a_row(folder):
    path = folder / made.CBS
    path.write_bytes(path.read_bytes() + b"Kort,GM0011\n")


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda folder: (folder / made.VO).unlink(), r"No file scholen/vo_vestigingen_"),
        (spoil_column, r"po_vestigingen_2026-08\.csv: column VAKANTIEREGIO is missing"),
        (spoil_encoding, r"cbs_.*csv is not a text file \(or is UTF-16\)"),
        (spoil_code, r"po_vestigingen_2026-08\.csv, line 3: VESTIGINGSCODE '1AA01' is not a school code"),
        (spoil_municipality, r"po_vestigingen_2026-08\.csv, line 3: GEMEENTENUMMER 0777 is not a current"),
        (repeat_a_school, r"po_vestigingen_2026-08\.csv, line 5: 01AA00 occurs twice"),
        (shorten_a_row, r"cbs_.*csv, line 7: the row has fewer fields"),
        (lambda folder: (folder / made.GEOCODED).write_bytes(b"PK no zip"), r"is not a zipped GeoJSON"),
        (lambda folder: (folder / made.GEOCODED).write_bytes(made.zipped([])), r"is not a zipped GeoJSON"),
        (lambda folder: (folder / made.HISTORY).write_bytes(b""), r"column INSTELLINGSCODE.* is missing"),
        (lambda folder: (folder / made.OLDER).write_bytes(b"postcode\x81\n"), r"neither UTF-8 nor Windows-1252"),
        (lambda folder: next(folder.glob("kaart/*")).write_text("{}", encoding="utf-8"), r"the map lacks"),
        (lambda folder: next(folder.glob("kaart/*")).write_text("{", encoding="utf-8"), r"is not JSON"),
    ],
)
def test_an_unusable_source_is_named_and_nothing_is_written(source_dir, tmp_path, spoil, message):
    spoil(source_dir)

    with pytest.raises(CommandError, match=message):
        call_command("build_reference", source_dir, output=tmp_path / "data")

    assert not (tmp_path / "data").exists()


def test_a_source_folder_that_is_not_there_is_named(tmp_path):
    with pytest.raises(CommandError, match="is not a folder"):
        call_command("build_reference", tmp_path / "nowhere", output=tmp_path / "data")


@pytest.mark.parametrize(
    ("given", "bare"),
    [
        ("https://www.school.nl/", "www.school.nl"),
        ("WWW.School.NL/Pad", "www.school.nl/Pad"),
        ("www. school.nl", "www.school.nl"),
        ("www.school,nl", "www.school.nl"),
        ("www.school.nl.", "www.school.nl"),
        ("geen", ""),
        ("javascript:alert(1)", ""),
        (" ", ""),
    ],
)
def test_a_website_is_kept_without_scheme_or_not_at_all(given, bare):
    assert bare_website(given) == bare


def test_a_postcode_has_one_form():
    assert [postcode("1234ab"), postcode(" 1234  AB "), postcode("12")] == ["1234 AB", "1234 AB", "12"]


@pytest.mark.parametrize(
    ("left", "right", "same"),
    [
        ("HOORN NH", "Hoorn", True),
        ("LOO", "Loo Gld", True),
        ("AFFERDEN LB", "Afferden L", True),
        ("NIEUWERKERK AD IJSSEL", "Nieuwerkerk aan den IJssel", True),
        ("2E EXLOERMOND", "2e Exloërmond", True),
        ("BEEK", "Beekbergen", False),
    ],
)
def test_two_spellings_of_a_place_are_recognised(left, right, same):
    assert same_place(left, right) is same


# --- the committed tables ------------------------------------------------------------------------


@pytest.fixture(scope="module")
def committed():
    return {path.name: by_key(path.read_bytes()) for path in DATA.glob("*.csv")}


def test_the_committed_tables_refer_only_to_each_other(committed):
    municipalities, landsdelen = committed["municipalities.csv"], committed["landsdelen.csv"]
    current = {code for code, row in municipalities.items() if row["region"]}

    assert {row["landsdeel"] for row in committed["provinces.csv"].values()} == set(landsdelen)
    assert {municipalities[code]["region"] for code in current} == set(committed["regions.csv"])
    assert {municipalities[code]["province"] for code in current} == set(committed["provinces.csv"])
    assert {row["successor"] for code, row in municipalities.items() if code not in current} <= current
    assert {row["municipality"] for row in committed["postcodes.csv"].values()} <= current
    assert {row["municipality"] for row in committed["schools.csv"].values()} <= current
    assert {row["postcode"][:4] for row in committed["schools.csv"].values()} <= set(committed["postcodes.csv"])


def test_every_committed_school_is_complete_enough_for_its_page(committed):
    schools = committed["schools.csv"].values()

    assert all(sources.CODE.fullmatch(row["code"]) and row["name"] and row["place"] for row in schools)
    assert all(re.fullmatch(r"\d{4} [A-Z]{2}", row["postcode"]) for row in schools)
    assert all(50.7 < float(row["latitude"]) < 53.6 and 3.3 < float(row["longitude"]) < 7.3 for row in schools)
    assert all(row["holiday_region"] in ("noord", "midden", "zuid") for row in schools)
    assert {row["structure"] for row in schools if not row["sectors"]} == {"PRO"}


def test_the_committed_files_stay_small():
    assert (DATA / "schools.csv").stat().st_size < LARGEST_SCHOOLS_BYTES
    assert (DATA / "map.topojson").stat().st_size < LARGEST_MAP_BYTES


def test_the_readme_states_the_counts_of_the_committed_tables(committed):
    text = (DATA / "README.md").read_text(encoding="utf-8")
    kinds = Counter(row["kind"] for row in committed["schools.csv"].values())

    assert f"| `schools.csv` | {len(committed['schools.csv']):,} |" in text
    assert f"| `postcodes.csv` | {len(committed['postcodes.csv']):,} |" in text
    assert f"| `bo` primary | {kinds['bo']:,} |" in text
    assert f"| `vo` secondary | {kinds['vo']:,} |" in text
    assert f"| {kinds['so']:,}, {kinds['vso']:,}, {kinds['sovso']:,} |" in text


# --- the real sources ----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def real():
    """(files, counts) of the real sources."""
    return compile_tables(Path(os.environ["LOKET_SOURCE_DIR"]))


real_sources = pytest.mark.skipif(
    "LOKET_SOURCE_DIR" not in os.environ, reason="LOKET_SOURCE_DIR names no folder with the open data files"
)


@pytest.mark.source_data
@real_sources
def test_the_committed_tables_are_what_the_real_sources_give(real):
    assert differences(real[0], DATA) == []


@pytest.mark.source_data
@real_sources
def test_the_real_sources_hold_what_their_description_says(real):
    _, counts = real

    assert counts["kind bo"] == 6122
    assert counts["geocoded rows"] == 8717
    assert counts["geocoded codes with several addresses"] == 74
    assert counts["kind vo"] == 1619
    assert (counts["current municipalities"], counts["regions"], counts["provinces"]) == (342, 35, 12)
    assert counts["postcodes"] == 4086


@pytest.mark.source_data
@real_sources
def test_every_municipality_of_the_older_list_resolves(real):
    municipalities = by_key(real[0]["municipalities.csv"])
    path = sources.find(os.environ["LOKET_SOURCE_DIR"], sources.VO_SCHOOLS.pattern)
    codes = [row["GEMEENTENUMMER"] for row in sources.read_table(path, sources.VO_SCHOOLS)]
    abolished = [code for code in codes if not municipalities[code]["region"]]

    assert len(abolished) == 31
    assert all(municipalities[municipalities[code]["successor"]]["region"] for code in abolished)
