"""Files as people really bring them: read, or refused with what to do."""

import io
import re
import zipfile

import pytest
from openpyxl import load_workbook

from tests.workspace.imports.files import csv_file, opened, xlsx_file
from workspace.exports import write_xlsx
from workspace.imports import reading
from workspace.imports.kinds import KINDS
from workspace.imports.reading import Unreadable

HEADING = ["Vestigingscode", "Sector", "Schooljaar", "Plaats"]
ROW = ["01AA00", "po", "2026-2027", "Súdwest-Fryslân"]


def rows_of(content, name="lijst.csv"):
    return list(opened("participants", name, content).rows())


def notes_of(content, name="lijst.xlsx"):
    found = opened("participants", name, content)
    list(found.rows())
    return " ".join(found.notes)


def refusal(content, name="lijst.xlsx"):
    with pytest.raises(Unreadable) as caught:
        list(opened("participants", name, content).rows())
    return str(caught.value)


def repacked(content, change):
    """A spreadsheet with other parts: change(name, bytes) gives the bytes of each, or None to leave it out."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            body = change(name, old.read(name))
            if body is not None:
                new.writestr(name, body)
    return file.getvalue()


@pytest.mark.parametrize("separator", [";", ",", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_any_separator_and_any_code_that_excel_writes(separator, encoding):
    (row,) = rows_of(csv_file(HEADING, ROW, separator=separator, encoding=encoding))

    assert (row.number, row.trouble) == (2, "")
    assert row.cells == dict(zip(HEADING, ROW, strict=True))


def test_windows_text_is_said():
    assert "Windows-tekst" in notes_of(csv_file(HEADING, ROW, encoding="cp1252"), "lijst.csv")


def test_a_line_that_names_the_separator_is_none_of_the_list():
    (row,) = rows_of(b"sep=,\r\n" + csv_file(HEADING, ROW, separator=","))

    assert row.number == 2


def test_a_title_may_stand_above_the_heading_and_empty_rows_between():
    (row,) = rows_of(csv_file(["Onze lijst"], [], HEADING, ["", "", ""], ROW))

    assert row.number == 5


def test_a_heading_is_known_by_other_words_too():
    (row,) = rows_of(csv_file(["BRIN-nummer", "onderwijssoort", "JAAR"], ROW[:3]))

    assert row.cells == {"Vestigingscode": "01AA00", "Sector": "po", "Schooljaar": "2026-2027"}


def test_an_apostrophe_before_a_formula_comes_off_and_invisible_signs_too():
    (row,) = rows_of(csv_file(HEADING, ["01AA00", "po", "2026-2027", "'=SUM(A1) \u200b\xa0"]))

    assert row.cells["Plaats"] == "=SUM(A1)"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("GroÃ«n", "beschadigd"),
        ("Gro\ufffdn", "beschadigd"),
        ("#REF!", "mislukte formule"),
        ("x" * 5001, "meer dan 5000 tekens"),
    ],
)
def test_a_cell_that_is_damaged_is_said_of_its_row(text, why):
    good, bad = rows_of(csv_file(HEADING, ROW, ["01AA00", "po", "2026-2027", text]))

    assert good.trouble == ""
    assert why in bad.trouble


def test_a_row_with_more_cells_than_headings_is_said():
    (row,) = rows_of(csv_file(HEADING, [*ROW, "", "nog iets"]))

    assert "meer cellen" in row.trouble


@pytest.mark.parametrize(
    ("content", "name", "why"),
    [
        (b"", "lijst.csv", "leeg"),
        (b" \r\n", "lijst.csv", "leeg"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "lijst.xls", "oud Excel-bestand"),
        (b"Code;Sector\n", "lijst.xlsx", "geen spreadsheet"),
        (b"\x89PNG\r\n\x1a\n\0\0", "foto.csv", "geen CSV"),
        (b"a;b\x81\n", "lijst.csv", "geen CSV"),
        (b"\xff\xfea", "lijst.csv", "geen CSV"),
        (b"PK\x03\x04 en dan niets", "lijst.xlsx", "beschadigd"),
        (csv_file(["Iets", "Anders"], ["a", "b"]), "lijst.csv", "geen rij met kopjes"),
        (csv_file(["Vestigingscode", "Sector"], ["01AA00", "po"]), "lijst.csv", "ontbreekt een kolom: Schooljaar"),
        (csv_file([*HEADING, "BRIN"], [*ROW, "01AA00"]), "lijst.csv", "meer dan één keer: Vestigingscode"),
        (csv_file(HEADING) + b'01AA00;po;2026-2027;"' + b"\n;" * 100, "lijst.csv", "niet gesloten"),
        (csv_file(HEADING) + b'01AA00;po;2026-2027;"' + b"x" * 140_000, "lijst.csv", "niet gesloten"),
    ],
)
def test_a_file_that_is_no_list_is_refused_with_what_to_do(content, name, why):
    assert why in refusal(content, name)


def test_a_file_that_is_too_large_is_refused():
    assert "10 MB" in refusal(b"x" * (reading.LARGEST + 1), "lijst.csv")


def test_a_hundred_thousand_rows_are_refused():
    def multiply(name, body):
        start, end = body.find(b'<row r="2"'), body.find(b"</sheetData>")
        if not name.endswith("sheet1.xml"):
            return body
        row = re.sub(rb' r="[A-Z]*2"', b"", body[start:end])  # without a number each follows the one before
        rows = (row.replace(b"Fryslan", b"%d" % number**3) for number in range(100_000))
        return body[:start] + b"".join(rows) + body[end:]

    content = repacked(xlsx_file(HEADING, [*ROW[:3], "Fryslan"]), multiply)
    assert "meer dan 20.000 rijen" in refusal(content)
    assert "meer dan 20.000 rijen" in refusal(csv_file(HEADING, *[ROW] * 100_000), "lijst.csv")


@pytest.mark.parametrize("column", ["Leerlingnummer", "BSN", "Voornaam leerling", "Herkomst"])
@pytest.mark.parametrize("file", [csv_file, xlsx_file])
def test_columns_about_pupils_are_refused_as_a_whole(file, column):
    text = refusal(file([*HEADING, column], [*ROW, "x"]), "lijst")

    assert column in text
    assert "niets bewaard" in text


def test_columns_about_pupils_are_refused_on_a_hidden_sheet_too():
    def hide(book):
        sheet = book.create_sheet("verborgen")
        sheet.append(["Klas 3"])
        sheet.append(["Onderwijsnummer", "Klas"])
        sheet.sheet_state = "hidden"

    assert "Onderwijsnummer" in refusal(xlsx_file(HEADING, ROW, change=hide))


def test_columns_that_we_do_not_know_are_said():
    assert "niet gelezen: Kleur" in notes_of(csv_file([*HEADING, "Kleur"], [*ROW, "rood"]), "lijst.csv")


def test_a_spreadsheet_keeps_numbers_and_days():
    (row,) = rows_of(xlsx_file(["Vestigingscode", "Sector", "Schooljaar", "Aantal leerlingen"], [120, "po", "x", 24]))

    assert row.cells["Vestigingscode"] == 120
    assert row.cells["Aantal leerlingen"] == 24


def test_rows_in_merged_cells_are_said_and_the_others_read():
    def merge(book):
        book.active.merge_cells("B3:B4")

    first, second, third, last = rows_of(xlsx_file(HEADING, ROW, ROW, ROW, ROW, change=merge))

    assert (first.trouble, last.trouble) == ("", "")
    assert "samengevoegde cellen (rij 3 tot en met 4, kolom 2 tot en met 2)" in second.trouble
    assert "samengevoegde cellen" in third.trouble


def test_a_merged_title_above_the_heading_does_no_harm():
    def merge(book):
        book.active.insert_rows(1)
        book.active["A1"] = "Onze lijst"
        book.active.merge_cells("A1:D1")

    (row,) = rows_of(xlsx_file(HEADING, ROW, change=merge))

    assert (row.number, row.trouble) == (3, "")


def test_of_formulas_the_outcome_is_read_and_said():
    content = xlsx_file([*HEADING, "Aantal leerlingen"], [*ROW, 1], [*ROW, 2])

    def calculate(name, body):
        return body.replace(b"<v>1</v>", b"<f>12+12</f><v>24</v>") if name.endswith("sheet1.xml") else body

    changed = repacked(content, calculate)

    assert [row.cells["Aantal leerlingen"] for row in rows_of(changed)] == [24, 2]
    assert "een formule in" in notes_of(changed)


def test_a_formula_without_an_outcome_is_said_of_its_row():
    def calculate(book):
        book.active["D2"] = "=A2"

    (row,) = rows_of(xlsx_file(HEADING, ROW, change=calculate))

    assert "formule zonder uitkomst" in row.trouble


def test_hidden_rows_are_read_and_said():
    def hide(book):
        book.active.row_dimensions[2].hidden = True

    content = xlsx_file(HEADING, ROW, ROW, change=hide)

    assert len(rows_of(content)) == 2
    assert "Eén rij was verborgen" in notes_of(content)


def test_other_sheets_are_said():
    content = xlsx_file(HEADING, ROW, change=lambda book: book.create_sheet("Rekenblad").append(["1", "2"]))

    assert "Niet gelezen: “Rekenblad”" in notes_of(content)


def test_two_lists_in_one_file_are_refused():
    assert "meer lijsten" in refusal(
        xlsx_file(HEADING, ROW, change=lambda book: book.create_sheet("B").append(HEADING))
    )


def test_a_list_on_a_hidden_sheet_is_refused():
    def hide(book):
        book.create_sheet("leeg")
        book.worksheets[0].sheet_state = "hidden"
        book.active = 1

    assert "verborgen blad" in refusal(xlsx_file(HEADING, ROW, change=hide))


def test_macros_are_refused():
    file = io.BytesIO(xlsx_file(HEADING, ROW))
    with zipfile.ZipFile(file, "a") as parts:
        parts.writestr("xl/vbaProject.bin", b"macro")

    assert "macro" in refusal(file.getvalue(), "lijst.xlsm")


def test_a_workbook_that_calls_itself_macro_enabled_is_refused():
    def enable(name, body):
        return body.replace(b"spreadsheetml.sheet.main", b"x.macroEnabled.main") if name.startswith("[") else body

    assert "macro" in refusal(repacked(xlsx_file(HEADING, ROW), enable), "lijst.xlsx")


def test_a_bomb_is_refused_before_it_unfolds(monkeypatch):
    def swell(name, body):
        return body + b" " * 60_000_000 if name.endswith("sheet1.xml") else body

    bomb = repacked(xlsx_file(HEADING, ROW), swell)
    assert len(bomb) < 100_000
    monkeypatch.setattr(reading, "load_workbook", lambda *args, **kwargs: pytest.fail("it was opened"))

    assert "veel te groot" in refusal(bomb)


def test_a_file_that_lies_about_its_size_is_refused():
    def lie(name, body):
        return body + b" " * 3_000_000 if name.endswith("sheet1.xml") else body

    content = repacked(xlsx_file(HEADING, ROW), lie)
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        size = parts.getinfo("xl/worksheets/sheet1.xml").file_size
    said = content.replace(size.to_bytes(4, "little"), (500).to_bytes(4, "little"))
    assert said != content

    assert "beschadigd" in refusal(said)


def test_many_parts_are_refused():
    file = io.BytesIO(xlsx_file(HEADING, ROW))
    with zipfile.ZipFile(file, "a") as parts:
        for number in range(1_000):
            parts.writestr(f"xl/media/{number}.txt", b"")

    assert "veel te groot" in refusal(file.getvalue())


@pytest.mark.parametrize("coded", ["utf-8", "utf-16"])
def test_xml_with_entities_is_refused(coded):
    entity = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa">]><x/>'.encode(coded)

    def declare(name, body):
        return entity if name.endswith("core.xml") else body

    assert "DOCTYPE" in refusal(repacked(xlsx_file(HEADING, ROW), declare))


def test_a_zip_that_is_no_spreadsheet_is_refused():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as parts:
        parts.writestr("lijst.csv", b"a;b")

    assert "zip-bestand" in refusal(file.getvalue(), "lijst.zip")


def test_a_spreadsheet_that_breaks_off_is_refused():
    def cut(name, body):
        return body[: len(body) // 2] if name.endswith("sheet1.xml") else body

    assert "beschadigd" in refusal(repacked(xlsx_file(HEADING, *[ROW] * 50), cut))


@pytest.mark.parametrize("kind", KINDS)
def test_its_own_template_can_be_read(kind):
    wanted = KINDS[kind]
    file = io.BytesIO()
    write_xlsx(file, wanted.template_rows(), wanted.template_headings(), wanted.title, wanted.template_notes())

    found = opened(kind, "voorbeeld.xlsx", file.getvalue())

    assert len(list(found.rows())) == 1
    assert found.notes == []
    book = load_workbook(io.BytesIO(file.getvalue()))
    assert book.sheetnames == [wanted.title, "Uitleg"]
    assert book.active["A1"].font.bold


def test_a_sheet_that_goes_on_for_ever_is_refused():
    def far_away(book):
        book.active.cell(row=1_048_576, column=1, value="x")

    assert "voorbij rij 100.000" in refusal(xlsx_file(HEADING, ROW, change=far_away))
