"""`import_schools`: what a list of DUO does to the register, and when it is refused."""

import io
import os
from datetime import date
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from regions.models import (
    ContentVersion,
    HolidayRegion,
    Landsdeel,
    Municipality,
    Organisation,
    PostcodeArea,
    Province,
    Region,
)
from schools import duo, register
from schools.models import School
from schools.places import readable_place
from schools.reference import texts
from tests.schools.factories import BoardFactory, SchoolFactory, list_text, po_row, vo_row

pytestmark = pytest.mark.django_db

DAY = date(2026, 8, 1)


@pytest.fixture
def write(tmp_path):
    """Writes a list of rows to a file and gives its path."""

    def write_list(*rows, name="lijst.csv"):
        path = tmp_path / name
        path.write_text(list_text(*rows), encoding="utf-8")
        return path

    return write_list


@pytest.fixture
def run():
    """Runs the command on files; gives what it printed."""

    def run_command(*paths, day=DAY, **options):
        out = io.StringIO()
        call_command("import_schools", *paths, date=day, stdout=out, **options)
        return out.getvalue()

    return run_command


@pytest.fixture
def amsterdam():
    """The municipality 0363 with its postcode areas, and two that merged into it one after the other."""
    landsdeel = Landsdeel.objects.create(slug="noordvleugel", name="Noordvleugel")
    province = Province.objects.create(code="PV27", name="Noord-Holland", landsdeel=landsdeel)
    region = Region.objects.create(code="AM23", slug="groot-amsterdam", name="Groot Amsterdam")
    municipality = Municipality.objects.create(
        code="0363", name="Amsterdam", slug="amsterdam", region=region, province=province, landsdeel=landsdeel
    )
    merged = Municipality.objects.create(code="0457", name="Weesp", slug="weesp", successor=municipality)
    Municipality.objects.create(code="0001", name="Oud", slug="oud", successor=merged)
    for pc4, latitude in (("1234", 52.1), ("1235", 52.2)):
        PostcodeArea.objects.create(
            pc4=pc4, place="IJdorp", municipality=municipality, latitude=latitude, longitude=4.9
        )
    return municipality


def school(code):
    return School.objects.get(code=code)


# --- new ---------------------------------------------------------------------------------------------


def test_a_new_school_stands_in_the_register_with_all_that_the_list_gives(run, write, amsterdam):
    out = run(write(po_row(code="01AA00", name=" De  Boom ", place="IJDORP", postcode="1234 AB")))

    new = school("01AA00")
    assert "      1  new\n" in out
    assert (new.name, new.kind, new.sectors, new.institution_id) == ("De Boom", "bo", ["po"], "01AA")
    assert (new.place, new.municipality, new.municipality_code) == ("IJdorp", amsterdam, "0363")
    assert (new.latitude, new.longitude) == (52.1, 4.9)
    assert (new.board.number, new.board.kind, new.board.name) == ("20091", "board", "Schoolbestuur 20091")
    assert (new.board.slug, new.holiday_region_id) == ("bestuur-20091", "noord")
    assert (new.source, new.source_date, new.closed_on) == ("DUO po", DAY, None)


def test_a_vo_school_gets_its_structure_and_sectors(run, write):
    run(write(vo_row("VBO/MAVO/HAVO", code="01AA00")))

    new = school("01AA00")
    assert (new.kind, new.structure, new.sectors) == ("vo", "VBO/MAVO/HAVO", ["vmbo", "havo"])
    assert new.source == "DUO vo"


def test_a_known_board_is_kept_with_its_name(run, write):
    board = BoardFactory(number="20091", name="Stichting De Bomen", slug="de-bomen")

    run(write(po_row(code="01AA00", board="20091"), po_row(code="01AA01", board="")))

    assert (school("01AA00").board, school("01AA01").board) == (board, None)
    assert list(Organisation.objects.all()) == [board]


def test_a_former_municipality_leads_to_todays_and_its_code_is_kept(run, write, amsterdam):
    out = run(write(po_row(code="01AA00", municipality="0001")))

    assert (school("01AA00").municipality_code, school("01AA00").municipality) == ("0001", amsterdam)
    assert "warning" not in out


def test_a_school_in_an_unknown_municipality_comes_with_a_warning(run, write, amsterdam):
    out = run(write(po_row(code="01AA00", municipality="9999")))

    assert (school("01AA00").municipality_code, school("01AA00").municipality) == ("9999", None)
    assert "warning, line 2: 01AA00: municipality 9999 is unknown: the school has none" in out


def test_municipalities_that_point_at_each_other_end_without_one(run, write, amsterdam):
    a = Municipality.objects.create(code="0002", name="A", slug="a")
    Municipality.objects.create(code="0003", name="B", slug="b", successor=a)
    Municipality.objects.filter(code="0002").update(successor_id="0003")

    run(write(po_row(code="01AA00", municipality="0002")))

    assert school("01AA00").municipality is None


def test_without_its_column_a_new_school_takes_the_holiday_region_of_its_municipality(run, write, amsterdam):
    for slug, count in (("noord", 1), ("zuid", 2)):
        region = HolidayRegion.objects.create(slug=slug, name=slug.title())
        SchoolFactory.create_batch(count, municipality=amsterdam, holiday_region=region)

    run(write(vo_row("VWO", code="01AA00", municipality="0457")))

    assert school("01AA00").holiday_region_id == "zuid"


def test_a_school_in_an_unknown_postcode_area_has_no_point_until_the_area_is_known(run, write, amsterdam):
    path = write(po_row(code="01AA00", postcode="9999 ZZ"))
    run(path)
    assert school("01AA00").latitude is None

    PostcodeArea.objects.create(pc4="9999", place="Ver", latitude=53.0, longitude=6.0)
    run(path)

    assert (school("01AA00").latitude, school("01AA00").longitude) == (53.0, 6.0)


# --- changed -----------------------------------------------------------------------------------------


def test_a_changed_school_is_updated_and_the_report_counts_and_shows_the_fields(run, write):
    run(write(po_row(code="01AA00", name="Oud", telephone="0201234567"), po_row(code="01AA01")))

    out = run(
        write(po_row(code="01AA00", name="Nieuw", telephone="0207654321"), po_row(code="01AA01")),
        day=date(2026, 9, 1),
        verbosity=2,
    )

    assert "      1  changed  (name 1, telephone 1)\n      0  re-opened\n      1  unchanged\n" in out
    assert "changed 01AA00: name 'Oud' -> 'Nieuw', telephone '0201234567' -> '0207654321'" in out
    assert (school("01AA00").name, school("01AA00").source_date) == ("Nieuw", date(2026, 9, 1))
    assert school("01AA01").source_date == DAY


def test_the_same_list_again_writes_nothing(run, write, amsterdam, django_assert_max_num_queries):
    path = write(
        po_row(code="01AA00", place="'S-GRAVENHAGE"), po_row(code="01AA01", website="https://X.nl/", board="")
    )
    run(path)
    version, before = ContentVersion.current(), list(School.objects.order_by("code").values())

    with django_assert_max_num_queries(20) as queries:
        out = run(path, day=date(2026, 9, 1))

    assert "      2  unchanged\n" in out
    assert list(School.objects.order_by("code").values()) == before
    assert ContentVersion.current() == version
    assert not [sql for sql in (q["sql"] for q in queries) if sql.startswith(("INSERT", "UPDATE", "DELETE"))]


def test_what_the_list_does_not_give_keeps_its_value(run, write, amsterdam):
    noord = HolidayRegion.objects.create(slug="noord", name="Noord")
    SchoolFactory(
        code="01AA00",
        kind="sbo",
        pupils=87,
        pupils_year=2025,
        latitude=52.34567,
        longitude=4.98765,
        denomination="Openbaar",
        holiday_region=noord,
        place="Dorp (gem. Amsterdam)",
    )
    row = po_row(code="01AA00", name="Nieuw", place="DORP")
    del row["VAKANTIEREGIO"], row["DENOMINATIE"]

    run(write(row))

    kept = school("01AA00")
    assert (kept.name, kept.kind, kept.pupils, kept.pupils_year) == ("Nieuw", "sbo", 87, 2025)
    assert (kept.latitude, kept.longitude, kept.holiday_region) == (52.34567, 4.98765, noord)
    assert (kept.denomination, kept.place) == ("Openbaar", "Dorp (gem. Amsterdam)")


def test_a_school_that_moves_takes_point_and_place_of_its_new_postcode(run, write, amsterdam):
    SchoolFactory(code="01AA00", postcode="1234 AB", place="Dorp", latitude=52.11111, longitude=4.11111)

    run(write(po_row(code="01AA00", postcode="1235 AB", place="IJDORP")))

    moved = school("01AA00")
    assert (moved.postcode, moved.place, moved.latitude, moved.longitude) == ("1235 AB", "IJdorp", 52.2, 4.9)


def test_a_school_keeps_its_successor_when_it_changes(run, write):
    heir = SchoolFactory(code="01AA01")
    SchoolFactory(code="01AA00", successor=heir)

    run(write(po_row(code="01AA00", name="Nieuw"), po_row(code="01AA01")))

    assert (school("01AA00").name, school("01AA00").successor) == ("Nieuw", heir)


# --- closed and open again ---------------------------------------------------------------------------


def test_a_school_that_is_gone_is_closed_with_the_day_of_the_list_and_stays(run, write):
    heir = SchoolFactory(code="01AA01")
    SchoolFactory(code="01AA00", successor=heir, pupils=12)

    out = run(write(po_row(code="01AA01")), allow_closures=True, verbosity=2)

    gone = school("01AA00")
    assert "      1  closed\n" in out
    assert "closed 01AA00\n" in out
    assert (gone.closed_on, gone.source_date, gone.successor, gone.pupils) == (DAY, DAY, heir, 12)


def test_a_closed_school_keeps_the_day_it_closed(run, write):
    SchoolFactory(code="01AA00", closed_on=date(2019, 8, 1))

    out = run(write(po_row(code="01AA01")))

    assert "      0  closed\n" in out
    assert school("01AA00").closed_on == date(2019, 8, 1)


def test_a_closed_school_that_is_in_the_list_is_open_again(run, write):
    path = write(po_row(code="01AA00"))
    run(path)
    School.objects.update(closed_on=date(2025, 8, 1))

    out = run(path, verbosity=2)

    assert "      1  re-opened\n" in out
    assert "re-opened 01AA00: as it was\n" in out
    assert school("01AA00").closed_on is None


@pytest.mark.parametrize("kind", ["sbo", "so", "vso", "sovso", "vo"])
def test_a_po_list_closes_no_school_of_another_kind(run, write, kind):
    SchoolFactory(code="02BB00", kind=kind)

    run(write(po_row(code="01AA00")))

    assert school("02BB00").closed_on is None


def test_a_vo_list_closes_no_primary_school(run, write):
    SchoolFactory(code="02BB00", kind="bo")

    run(write(vo_row("VWO", code="01AA00")))

    assert school("02BB00").closed_on is None


def test_a_rejected_school_is_not_closed(run, write):
    SchoolFactory(code="01AA00", name="Er")

    out = run(write(po_row(code="01AA00", postcode="?"), po_row(code="01AA01")))

    assert "rejected, line 2: 01AA00: POSTCODE '?' has not the form 1234 AB" in out
    assert (school("01AA00").closed_on, school("01AA00").name) == (None, "Er")


def test_a_code_of_another_kind_of_school_is_rejected(run, write):
    SchoolFactory(code="01AA00", kind="vo", name="Er")

    out = run(write(po_row(code="01AA00"), po_row(code="01AA01")))

    assert "rejected, line 2: 01AA00: 01AA00 stands in the register as VO" in out
    assert (school("01AA00").kind, school("01AA00").name) == ("vo", "Er")


@pytest.mark.parametrize(("gone", "refused"), [(1, False), (2, True)])
def test_more_than_one_in_twenty_closing_is_refused_unless_allowed(run, write, gone, refused):
    codes = [school.code for school in SchoolFactory.create_batch(20)]
    path = write(*(po_row(code=code, name="Nieuw") for code in codes[gone:]))

    if refused:
        with pytest.raises(CommandError, match=r"would close 2 of the 20 BO schools, .* --allow-closures. Nothing"):
            run(path)
        assert not School.objects.filter(name="Nieuw").exists()
        run(path, allow_closures=True)
    else:
        run(path)

    assert School.objects.exclude(closed_on=None).count() == gone


# --- refusals change nothing -------------------------------------------------------------------------


def test_an_older_list_does_not_overwrite_newer_data(run, write):
    SchoolFactory(code="01AA00", name="Nieuw", source_date=date(2026, 8, 1))

    with pytest.raises(CommandError, match=r"lijst.csv is of 2026-04-01, but the register holds data of 2026-08-01"):
        run(write(po_row(code="01AA00", name="Oud")), day=date(2026, 4, 1))

    assert school("01AA00").name == "Nieuw"


def test_an_older_vo_list_is_no_matter_of_newer_primary_schools(run, write):
    SchoolFactory(source_date=date(2026, 8, 1))

    run(write(vo_row("VWO", code="01AA00")), day=date(2020, 1, 1))

    assert school("01AA00").source_date == date(2020, 1, 1)


def test_without_a_given_day_the_name_of_the_file_says_it(run, write):
    run(write(po_row(code="01AA00"), name="po_vestigingen_2026-04.csv"), day=None)

    assert school("01AA00").source_date == date(2026, 4, 1)


def test_a_day_that_is_none_is_said_so(write):
    with pytest.raises(CommandError, match="'2026-13-01' is not a day such as 2026-08-01"):
        call_command("import_schools", str(write(po_row())), "--date=2026-13-01")


def test_several_files_are_taken_in_their_order(run, write):
    first = write(po_row(code="01AA00", name="Eerst"), name="a.csv")
    second = write(po_row(code="01AA00", name="Later"), name="b.csv")
    third = write(vo_row("VWO", code="02BB00"), name="c.csv")

    run(first, second, third)

    assert (school("01AA00").name, school("02BB00").kind) == ("Later", "vo")


@pytest.mark.parametrize("broken", [b"", b"\0\1", b"NAAM;ADRES\r\nx;y\r\n"])
def test_when_one_of_the_files_is_unusable_nothing_changes(run, write, tmp_path, broken):
    bad = tmp_path / "kapot.csv"
    bad.write_bytes(broken)

    with pytest.raises(CommandError, match=r"kapot.csv.* Nothing was changed"):
        run(write(po_row()), bad)

    assert not School.objects.exists()


def test_when_a_later_file_is_refused_the_earlier_one_is_undone(run, write):
    SchoolFactory.create_batch(3, kind="vo")

    with pytest.raises(CommandError, match="would close 3 of the 3 VO schools"):
        run(write(po_row(code="01AA00"), name="a.csv"), write(vo_row("VWO", code="02BB00"), name="b.csv"))

    assert School.objects.count() == 3


def test_a_list_with_data_about_pupils_is_refused(run, write):
    with pytest.raises(CommandError, match="column HERKOMST is about pupils"):
        run(write(po_row() | {"HERKOMST": "x"}))

    assert not School.objects.exists()


def test_a_dry_run_reports_and_changes_nothing(run, write):
    SchoolFactory.create_batch(20)
    version = ContentVersion.current()

    out = run(write(po_row(code="01AA00")), dry_run=True, allow_closures=True)

    assert "      1  new\n" in out
    assert "     20  closed\n" in out
    assert out.endswith("Dry run: nothing was changed.\n")
    assert School.objects.filter(closed_on=None).count() == 20
    assert not Organisation.objects.exists()
    assert ContentVersion.current() == version


# --- the report --------------------------------------------------------------------------------------


def test_rejected_rows_go_to_a_file_with_line_and_reason(run, write, tmp_path):
    rejects = tmp_path / "rejects.csv"

    run(write(po_row(code="01AA00"), po_row(code="01AA01", name=""), po_row(code="=1+1", brin="")), rejects=rejects)

    assert rejects.read_text(encoding="utf-8").splitlines() == [
        "file;line;code;reason",
        "lijst.csv;3;01AA01;VESTIGINGSNAAM is missing",
        "lijst.csv;4;;VESTIGINGSCODE '=1+1' has not the form 12AB00",
    ]


def test_rejects_are_written_when_the_list_is_refused_too(run, write, tmp_path):
    SchoolFactory.create_batch(3)
    rejects = tmp_path / "rejects.csv"

    with pytest.raises(CommandError, match="would close 3"):
        run(write(po_row(code="01AA00"), po_row(code="01AA01", name="")), rejects=rejects)

    assert "VESTIGINGSNAAM is missing" in rejects.read_text(encoding="utf-8")


def test_a_file_for_rejects_that_cannot_be_written_stops_the_import(run, write, tmp_path):
    with pytest.raises(CommandError, match=r"cannot be written: Is a directory. Nothing was changed"):
        run(write(po_row()), rejects=tmp_path)

    assert not School.objects.exists()


def test_of_many_remarks_the_first_twenty_are_shown_and_the_rest_on_request(run, write, amsterdam):
    path = write(*(po_row(code=f"01AA{number:02}", name="") for number in range(30)), po_row(code="02BB00"))

    short, full = run(path), run(path, verbosity=2)

    assert (short.count("rejected, line"), full.count("rejected, line")) == (20, 30)
    assert "rejected: 10 more; --verbosity 2 shows all" in short


def test_with_verbosity_0_nothing_is_printed(run, write):
    assert run(write(po_row()), verbosity=0, dry_run=True) == ""


def test_the_progress_sees_every_row(write):
    seen = []

    def watch(rows):
        for row in rows:
            seen.append(row.code)
            yield row

    register.update(duo.read(write(po_row(code="01AA00"), po_row(code="01AA01"))), on=DAY, progress=watch)

    assert seen == ["01AA00", "01AA01"]


# --- DUO's own files ---------------------------------------------------------------------------------

source_data = pytest.mark.skipif("LOKET_SOURCE_DIR" not in os.environ, reason="LOKET_SOURCE_DIR is not set")


@pytest.fixture
def source_dir():
    return Path(os.environ["LOKET_SOURCE_DIR"]) / "scholen"


@pytest.mark.source_data
@source_data
def test_between_april_and_august_2026_duos_lists_differ_as_known(run, source_dir):
    april, august = source_dir / "po_vestigingen_2026-04.csv.gz", source_dir / "po_vestigingen_2026-08.csv"

    assert "  6,107  new\n" in run(april, day=None)
    report = register.update(duo.read(august), on=DAY)

    assert (len(report.new), len(report.closed), len(report.rejects)) == (17, 2, 0)
    assert {name: report.changed_fields[name] for name in ("postcode", "name", "board_id")} == {
        "postcode": 11,
        "name": 26,
        "board_id": 1,
    }
    assert School.objects.open().count() == 6_122
    assert "  6,122  unchanged\n" in run(august, day=None)


@pytest.mark.source_data
@source_data
def test_duos_vo_list_of_2020_is_taken_whole_and_then_unchanged(run, source_dir):
    path = source_dir / "vo_vestigingen_2020.csv"

    assert "  1,610  new\n" in run(path, day=None)
    assert "  1,610  unchanged\n" in run(path, day=None)
    # Only practical education, and first years whose institution has nothing else, have no sector.
    without = set(School.objects.filter(sectors=[]).values_list("structure", flat=True))
    assert without <= {"PRO", "BRUGJAAR"}


@pytest.mark.source_data
@source_data
def test_every_place_in_duos_list_is_readable_and_recognised_again(source_dir):
    places = {row.place for row in duo.read(source_dir / "po_vestigingen_2026-08.csv").rows}

    assert len(places) == 1_728
    assert [place for place in places if not texts.same_place(readable_place(place), place)] == []
    assert [place for place in places if readable_place(place).isupper()] == []


def test_rejects_never_overwrite_the_list_itself(run, write):
    path = write(po_row(code="01AA00"))
    before = path.read_bytes()

    with pytest.raises(CommandError, match="would overwrite it"):
        run(path, rejects=path)

    assert path.read_bytes() == before


def test_a_list_of_a_day_to_come_is_refused(run, write):
    with pytest.raises(CommandError, match="is still to come"):
        run(write(po_row(code="01AA00")), day=date(9999, 12, 1))

    assert not School.objects.exists()
