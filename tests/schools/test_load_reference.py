"""Loading the compiled tables: once is enough, and nothing newer is undone."""

import shutil
from datetime import date

import pytest
from django.core.management import CommandError, call_command

from regions.models import ContentVersion, Landsdeel, Municipality, Organisation, PostcodeArea, Province, Region
from schools.loading import load
from schools.models import Institution, School
from schools.reference.build import compile_tables
from schools.reference.sources import SourceError
from schools.reference.tables import replace_files
from tests.schools import reference_sources as made

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def compiled(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tables")
    files, _ = compile_tables(made.make_sources(tmp_path_factory.mktemp("sources")))
    replace_files(files, folder)
    return folder


@pytest.fixture
def tables(compiled, tmp_path):
    """A folder with the tables of the small sources, for one test to change."""
    return shutil.copytree(compiled, tmp_path / "tables")


def change(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8", newline="")


def outcome(outcomes, name):
    return next(outcome for outcome in outcomes if outcome.name == name)


def test_an_empty_database_gets_all_tables(tables):
    load(tables)

    school = School.objects.get(code="02AA00")
    assert (Landsdeel.objects.count(), Province.objects.count(), Region.objects.count()) == (2, 2, 2)
    assert (Municipality.objects.current().count(), PostcodeArea.objects.count()) == (2, 3)
    assert set(Organisation.objects.values_list("kind", "number")) == {
        ("board", number) for number in ("11111", "11112", "22222", "33333")
    }
    assert (School.objects.count(), Institution.objects.count()) == (9, 6)
    assert (school.sectors, school.board.number, school.pupils) == (["vmbo", "havo"], "22222", 500)
    assert (school.municipality.landsdeel_id, school.holiday_region_id, school.closed_on) == ("noord", "noord", None)


def test_a_school_in_a_former_municipality_belongs_to_its_successor(tables):
    change(tables / "schools.csv", "Oostdorp,0002", "Oostdorp,0009")

    load(tables)

    school = School.objects.get(code="02AA01")
    assert (school.municipality_code, school.municipality_id) == ("0009", "0002")


def test_loading_again_writes_nothing(tables, django_assert_max_num_queries):
    load(tables)
    version = ContentVersion.current()

    with django_assert_max_num_queries(16):
        outcomes = load(tables)

    assert ContentVersion.current() == version
    assert {(outcome.new, outcome.changed, outcome.kept) for outcome in outcomes} == {(0, 0, 0)}


def test_a_later_table_changes_only_what_differs(tables):
    load(tables)
    change(tables / "schools.csv", "De Verhuisde", "De Nieuwe Naam")

    found = outcome(load(tables), "school")

    assert (found.new, found.changed, found.unchanged) == (0, 1, 8)
    assert School.objects.get(code="01AA01").name == "De Nieuwe Naam"


def test_what_a_later_list_brought_stays(tables):
    load(tables)
    School.objects.filter(code="01AA00").update(name="Nieuwer", source_date=date(2026, 9, 1))
    School.objects.filter(code="01AA01").update(closed_on=date(2026, 8, 1))

    found = outcome(load(tables), "school")

    assert found.kept == 2
    assert School.objects.get(code="01AA00").name == "Nieuwer"
    assert School.objects.get(code="01AA01").closed_on == date(2026, 8, 1)


def test_a_school_that_a_later_table_holds_is_open_again(tables):
    load(tables)
    School.objects.filter(code="01AA01").update(closed_on=date(2026, 7, 31))

    load(tables)

    assert School.objects.get(code="01AA01").closed_on is None


def test_a_school_that_the_table_lacks_is_left_alone(tables):
    load(tables)
    change(tables / "schools.csv", "\n01CC00", "\n01CC01")

    load(tables)

    assert School.objects.get(code="01CC00").closed_on is None


def test_what_staff_drew_stays_until_a_reset(tables):
    load(tables)
    elsewhere = Region.objects.get(code="AM02")
    Municipality.objects.filter(code="0001").update(region=elsewhere, landsdeel_id="oost")
    Province.objects.filter(code="PV20").update(landsdeel_id="oost")
    Region.objects.filter(code="AM01").update(name="Eigen naam")
    Organisation.objects.filter(number="11111").update(name="Stichting Voorbeeld")

    load(tables)
    kept = Municipality.objects.get(code="0001")
    assert (kept.region, kept.landsdeel_id) == (elsewhere, "oost")
    assert Region.objects.get(code="AM01").name == "Eigen naam"

    load(tables, reset=True)
    put_back = Municipality.objects.get(code="0001")
    assert (put_back.region.code, put_back.landsdeel_id) == ("AM01", "noord")
    assert Region.objects.get(code="AM01").name == "Regio West"
    assert Province.objects.get(code="PV20").landsdeel_id == "noord"
    assert Organisation.objects.get(number="11111").name == "Stichting Voorbeeld"  # no table names a board


def test_a_municipality_that_merged_leaves_its_region_even_when_staff_chose_it(tables):
    load(tables)
    change(
        tables / "municipalities.csv", "0001,Westgem,westgem,AM01,PV20,noord,,", "0001,Westgem,westgem,,,,0002,2026"
    )

    load(tables)

    merged = Municipality.objects.get(code="0001")
    assert (merged.region, merged.landsdeel, merged.successor_id) == (None, None, "0002")
    assert School.objects.get(code="01AA00").municipality_id == "0002"


def test_a_dry_run_reports_and_changes_nothing(tables, capsys):
    call_command("load_reference", folder=tables, dry_run=True)

    assert not School.objects.exists()
    assert "9 new" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("name", "old", "new", "message"),
    [
        ("schools.csv", "500,2023", "veel,2023", r"schools\.csv, line 5: .*veel"),
        ("schools.csv", "2026-08-01", "augustus", r"schools\.csv, line 2: .*augustus"),
        ("schools.csv", "01AA00,", "01AA00", r"schools\.csv, line 2: the row has fewer fields"),
        ("schools.csv", "Oostdorp,0002", "Oostdorp,0777", r"schools\.csv, line \d: '0777'"),
        ("postcodes.csv", "pc4,place", "pc4,plaats", r"postcodes\.csv: column place is missing"),
        ("municipalities.csv", "AM02", "AM99", r"municipalities\.csv, line 3: 'AM99'"),
    ],
)
def test_a_table_that_cannot_be_used_changes_nothing(tables, name, old, new, message):
    change(tables / name, old, new)

    with pytest.raises(SourceError, match=message):
        load(tables)

    assert not Landsdeel.objects.exists()
    assert not School.objects.exists()


def test_the_command_names_a_missing_table(tables):
    (tables / "regions.csv").unlink()

    with pytest.raises(CommandError, match=r"No file regions\.csv.*Nothing was changed"):
        call_command("load_reference", folder=tables)
