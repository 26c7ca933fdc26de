"""Reading DUO's lists: every form they come in, every row that is wrong, every file that is none."""

import gzip
import io
import zipfile
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schools.duo import MAX_LENGTH, UnusableFile, date_in_name, read
from schools.models import School
from tests.schools.factories import list_text, po_row, vo_row


@pytest.fixture
def listing(tmp_path):
    """Reads rows, text or bytes as if they stood in a file called `name`."""

    def read_content(*content, name="lijst.csv"):
        content = list_text(*content) if isinstance(content[0], dict) else content[0]
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return read(path)

    return read_content


def zipped(**members):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return stream.getvalue()


TEXT = list_text(po_row(code="01AA00", name="École Één"), po_row(code="01AA01", name="’t Nest"))


@pytest.mark.parametrize(
    "content",
    [
        TEXT.encode("cp1252"),
        TEXT.encode(),
        TEXT.encode("utf-8-sig"),
        TEXT.replace("\r\n", "\n").encode("cp1252"),
        TEXT.replace(";", "  ;  ").encode(),
        TEXT.replace("\r\n", "\r\n\r\n;;;\r\n").encode(),
        gzip.compress(TEXT.encode()),
        zipped(**{"lijst.csv": TEXT.encode("cp1252"), "leesmij.txt": "tekst"}),
    ],
    ids=["cp1252", "utf-8", "bom", "lf", "padded", "blank lines", "gz", "zip"],
)
def test_every_form_of_a_list_gives_the_same_rows(listing, content):
    found = listing(content)

    assert [(row.code, row.name, row.postcode) for row in found.rows] == [
        ("01AA00", "École Één", "1234 AB"),
        ("01AA01", "’t Nest", "1234 AB"),
    ]
    assert found.rejects == found.warnings == []


def test_a_po_list_gives_primary_schools(listing):
    found = listing(po_row(code="01AA00", telephone=" ", website="HTTPS://www.School.nl/"))

    row = found.rows[0]
    assert (found.kind, row.sectors, row.structure, row.holiday_region) == ("bo", ("po",), None, "noord")
    assert (row.telephone, row.website, row.municipality_code, row.line) == ("", "www.school.nl", "0363", 2)


def test_a_vo_list_with_the_older_column_names_gives_sectors(listing):
    found = listing(
        vo_row("HAVO/VWO", code="01AA00"), vo_row("BRUGJAAR", code="01AA01"), vo_row("PRO", code="02BB00")
    )

    assert found.kind == "vo"
    assert [row.sectors for row in found.rows] == [("havo", "vwo"), ("havo", "vwo"), ()]
    assert {row.holiday_region for row in found.rows} == {None}


def test_columns_may_stand_in_any_order_with_more_between_them(listing):
    row = dict(reversed(po_row(code="01AA00", name="De Boom").items())) | {"RPA-GEBIED NAAM": "Zuid"}

    assert listing(row).rows[0].name == "De Boom"


def test_a_quoted_name_keeps_its_semicolon_and_quotation_marks(listing):
    assert listing(po_row(name='"School ""De; Boom"""')).rows[0].name == 'School "De; Boom"'


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"code": "1AA00", "brin": ""}, "VESTIGINGSCODE '1AA00' has not the form 12AB00"),
        ({"code": "", "brin": "01AA"}, "VESTIGINGSCODE '' has not the form 12AB00"),
        ({"code": "01AA٠0"}, "VESTIGINGSCODE '01AA٠0' has not the form 12AB00"),
        ({"brin": "02BB", "code": "01AA00"}, "INSTELLINGSCODE '02BB' does not belong to 01AA00"),
        ({"name": "  "}, "VESTIGINGSNAAM is missing"),
        ({"postcode": "0123 AB"}, "POSTCODE '0123 AB' has not the form 1234 AB"),
        ({"postcode": ""}, "POSTCODE '' has not the form 1234 AB"),
        ({"board": "geen"}, "BEVOEGD GEZAG NUMMER 'geen' is not a number of at most 10 digits"),
        ({"name": "x" * 201}, "VESTIGINGSNAAM is longer than 200 characters"),
        ({"name": "een;veld te veel"}, "the row has 14 fields, the header 13"),
    ],
)
def test_a_wrong_row_is_rejected_with_its_line_and_reason(listing, values, reason):
    found = listing(po_row(code="09YY00"), po_row(**values))

    assert [(reject.line, reject.reason) for reject in found.rejects] == [(3, reason)]
    assert [row.code for row in found.rows] == ["09YY00"]


def test_the_second_row_of_a_code_is_rejected(listing):
    found = listing(po_row(code="01AA00", name="Eerste"), po_row(code="01aa00", brin="01aa", name="Tweede"))

    assert [row.name for row in found.rows] == ["Eerste"]
    assert found.rejects[0].reason == "01AA00 stands in line 2 already"


def test_a_small_code_and_a_postcode_without_space_are_written_as_usual(listing):
    row = listing(po_row(code="01ab00", brin="01ab", postcode="1234ab", municipality="34")).rows[0]

    assert (row.code, row.postcode, row.municipality_code) == ("01AB00", "1234 AB", "0034")


def test_a_rejected_school_is_mentioned_so_that_it_is_not_closed(listing):
    assert listing(po_row(code="01AA00", postcode="?"), po_row(code="01AA01")).mentioned == {"01AA00", "01AA01"}


def test_an_unknown_value_is_a_warning_and_counts_as_not_given(listing):
    found = listing(po_row(holiday_region="Oost", municipality="GM0363"))

    assert (found.rows[0].holiday_region, found.rows[0].municipality_code) == (None, "")
    assert [warning.reason for warning in found.warnings] == [
        "GEMEENTENUMMER 'GM0363' is not a code of 4 digits",
        "VAKANTIEREGIO 'oost' is not Noord, Midden or Zuid",
    ]


@pytest.mark.parametrize(
    ("structure", "reason"),
    [
        ("HAVO/KUNST", "ONDERWIJSSTRUCTUUR has 'KUNST', which is no sector we know"),
        (" ", "ONDERWIJSSTRUCTUUR is empty: the school gets no sectors"),
    ],
)
def test_an_unknown_structure_is_a_warning(listing, structure, reason):
    assert [warning.reason for warning in listing(vo_row(structure)).warnings] == [reason]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "lijst.csv is empty"),
        (b" \r\n\r\n", "lijst.csv is empty"),
        (b"\xef\xbb\xbf", "is missing|not a header"),
        (b"\x00\x01\x02", "not a text file"),
        (TEXT.encode("utf-16"), "not a text file"),
        (b"\x89PNG\r\n\x1a\n\x8d\x81", "neither UTF-8 nor Windows-1252"),
        (TEXT.replace(";", ",").encode(), "separated by a semicolon"),
        (TEXT.splitlines()[0].encode(), "has a header but no schools"),
        (TEXT.replace("POSTCODE", "PC", 1).encode(), "column POSTCODE is missing"),
        (TEXT.replace("DENOMINATIE", "POSTCODE", 1).encode(), "column POSTCODE occurs 2 times"),
        (TEXT.replace("01AA00;", '01AA00;"', 1).encode(), "a quotation mark"),
        (TEXT.replace("École", "x" * 200_000).encode(), "not readable as CSV"),
        (gzip.compress(TEXT.encode())[:60], "cannot be unpacked"),
        (b"\x1f\x8bgeen gzip", "cannot be read"),
        (b"PK\x03\x04geen zip", "cannot be unpacked"),
        (zipped(**{"werkblad.xml": "<x/>"}), "exactly one .csv; found: none"),
        (zipped(**{"a.csv": TEXT, "b.csv": TEXT}), "exactly one .csv; found: a.csv, b.csv"),
        (gzip.compress(b"a" * 50_000_001), "larger than 50 MB"),
    ],
    # The bytes are no name for a test: an archive holds the time of its making, which differs between workers.
    ids=lambda value: value if isinstance(value, str) else "file",
)
def test_a_file_that_is_no_list_is_refused_with_the_reason(listing, content, message):
    with pytest.raises(UnusableFile, match=message):
        listing(content)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(UnusableFile, match=r"weg.csv cannot be read: No such file"):
        read(tmp_path / "weg.csv")


@pytest.mark.parametrize(
    "column",
    ["ETNICITEIT", "Herkomst", "geboorteland_ouders", "LEERLINGNUMMER", "Naam leerling", "BSN", "CUMI", "VOORNAAM"],
)
def test_a_list_with_a_column_about_pupils_is_refused_by_its_name(listing, column):
    shown = column.upper().replace("_", " ")

    with pytest.raises(UnusableFile, match=f"column {shown} is about pupils"):
        listing(po_row() | {column: "x"})


@pytest.mark.parametrize("column", ["NAAM SCHOOLLEIDER", "LEERLINGEN 2025", "ACHTERGRONDKLEUR", "DOCUMICS"])
def test_a_column_about_something_else_is_no_reason_to_refuse(listing, column):
    assert listing(po_row() | {column: "x"}).rows


def test_texts_are_never_longer_than_the_register_can_hold():
    widths = {name: School._meta.get_field(name).max_length for name in MAX_LENGTH}

    assert widths == MAX_LENGTH


@pytest.mark.parametrize(
    ("name", "day"),
    [
        ("po_vestigingen_2026-08.csv", date(2026, 8, 1)),
        ("po_vestigingen_2026-04.csv.gz", date(2026, 4, 1)),
        ("po_2026-04-18.zip", date(2026, 4, 18)),
        ("vo_vestigingen_2020.csv", date(2020, 1, 1)),
        ("02.-alle-schoolvestigingen-basisonderwijs.csv", None),
        ("po_2026-13.csv", None),
    ],
)
def test_the_day_of_a_list_can_stand_in_its_name(name, day):
    assert date_in_name(name) == day


CELL = st.text(st.characters(exclude_characters="\0", codec="utf-8"), max_size=8)


@settings(max_examples=100)
@given(st.lists(st.lists(CELL, max_size=15), max_size=5))
def test_whatever_stands_in_a_list_every_line_is_a_row_a_reject_or_a_clear_refusal(listing, rows):
    text = list_text(po_row(code="01AA00")) + "\n".join(";".join(cells) for cells in rows)
    try:
        found = listing(text)
    except UnusableFile as refusal:
        reasons = [str(refusal)]
    else:
        assert len(found.rows) == 1
        assert all(reject.line > 2 for reject in found.rejects)
        reasons = [reject.reason for reject in found.rejects]
    assert all(reasons)
