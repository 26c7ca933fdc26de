"""The tables of 2013: the same figures in the file, in the database, on the screen, in the files and in the API."""

import csv
import io
import os
import re
from decimal import Decimal
from pathlib import Path

import pytest
import yaml
from django.core.management import CommandError, call_command
from openpyxl import load_workbook

from dashboards import baseline
from dashboards.baseline_build import Texts, compile_baseline
from dashboards.baseline_chart import chart
from dashboards.models import BaselineTable
from regions.models import ContentVersion

NUMBERS = range(2, 24)
UNITS = {"count": "count", "percent": "percent", "mean_1_5": "mean"}
needs_facts = pytest.mark.skipif("LOKET_FACTS_FILE" not in os.environ, reason="LOKET_FACTS_FILE is not set")


@pytest.fixture
def loaded(db):
    baseline.load()


@pytest.fixture(scope="module")
def facts():
    return yaml.load(Path(os.environ["LOKET_FACTS_FILE"]).read_bytes(), Texts)  # noqa: S506


def cells(page):
    """The cells of the body of the first table on a page, as text."""
    body = re.search(r"<tbody>(.*?)</tbody>", page, re.DOTALL).group(1)
    rows = re.findall(r"<tr[^>]*>(.*?)</tr>", body, re.DOTALL)
    return [
        [
            re.sub(r"<[^>]+>", "", re.sub(r" <span.*?</span>", "", cell))
            for cell in re.findall(r"<t[hd].*?</t[hd]>", row)
        ]
        for row in rows
    ]


# --- equal to the facts -------------------------------------------------------------------------------


@needs_facts
@pytest.mark.parametrize("number", NUMBERS)
def test_every_cell_is_the_one_of_the_facts(loaded, facts, number):
    source = next(table for table in facts["survey"]["tables"] if table["number"] == str(number))

    table = BaselineTable.objects.get(number=number)

    assert table.unit == UNITS[source["unit"]]
    assert [column["key"] for column in table.columns] == source["columns"]
    assert [row["values"] for row in table.rows] == [
        [row[column] for column in source["columns"]] for row in source["rows"]
    ]
    assert [str(cell) for row in table.printed for cell in row.cells] == [
        row[column] for row in source["rows"] for column in source["columns"]
    ]
    assert [row["sector"] for row in table.rows] == [row.get("sector", "") for row in source["rows"]]
    assert [row["few_respondents"] for row in table.rows] == ["few_respondents" in row for row in source["rows"]]
    assert [row["is_sum"] for row in table.rows] == [
        row.get("label_nl", "").startswith("Totaal") for row in source["rows"]
    ]
    assert {name: str(count) for name, count in table.respondents.items()} == facts["survey"]["respondents"]


@needs_facts
def test_a_contradiction_that_names_a_table_stands_with_it(loaded, facts):
    named = {
        (row["id"], int(number))
        for row in facts["contradictions"]
        for number in re.findall(r"Tabel (\d+)", f"{row['topic']} {row['says']} {row['but']}")
        if int(number) in NUMBERS
    }

    shown = {(found["id"], table.number) for table in BaselineTable.objects.all() for found in table.contradictions}

    assert len(named) >= 12
    assert named <= shown


@needs_facts
def test_no_words_of_a_title_or_note_are_those_of_the_report(loaded, facts):
    theirs = {table["title_nl"].lower() for table in facts["survey"]["tables"]}

    ours = {table.title.lower() for table in BaselineTable.objects.all()}

    assert not theirs & ours


@needs_facts
def test_the_tables_here_are_those_that_the_command_makes():
    made = compile_baseline(os.environ["LOKET_FACTS_FILE"])

    assert {path.name: path.read_bytes() for path in baseline.FOLDER.iterdir()} == made
    call_command("build_baseline", os.environ["LOKET_FACTS_FILE"], check=True, stdout=io.StringIO())


# --- compiling ----------------------------------------------------------------------------------------


@needs_facts
def test_a_row_that_we_have_no_words_for_is_refused(facts, tmp_path):
    source = next(table for table in facts["survey"]["tables"] if table["number"] == "18")
    source = {**source, "rows": [*source["rows"], {"label_en": "Sometimes", "po": "1", "vo": "2", "totaal": "3"}]}
    others = [table for table in facts["survey"]["tables"] if table["number"] != "18"]
    path = tmp_path / "facts.yaml"
    path.write_text(yaml.safe_dump({**facts, "survey": {**facts["survey"], "tables": [*others, source]}}))

    with pytest.raises(CommandError, match="Table 18: our words name the row sometimes 0 times"):
        call_command("build_baseline", path, output=tmp_path)

    assert not (tmp_path / "tables.yaml").exists()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "cannot be read"),
        ("a: [", "holds no survey"),
        ("a: 1", "holds no survey"),
        ("", "holds no survey"),
        ("{survey: {tables: []}, contradictions: []}", "no contradiction C10, C11"),
    ],
)
def test_facts_that_are_none_are_refused(tmp_path, content, message):
    path = tmp_path / "facts.yaml"
    if content is not None:
        path.write_text(content)

    with pytest.raises(CommandError, match=message):
        call_command("build_baseline", path, output=tmp_path)


# --- loading ------------------------------------------------------------------------------------------


def test_loading_again_writes_nothing(db):
    first = io.StringIO()
    call_command("load_baseline", stdout=first)
    version = ContentVersion.current()
    again = io.StringIO()
    call_command("load_baseline", stdout=again)

    assert "22 new or changed" in first.getvalue()
    assert "0 new or changed, 22 unchanged" in again.getvalue()
    assert ContentVersion.current() == version


def test_what_somebody_changed_is_put_right(loaded):
    BaselineTable.objects.filter(number=5).update(rows=[], title="Iets anders")

    assert baseline.load() == (1, 21)

    assert baseline.value(5, "do-you-know-platform", "vo") == 93


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda text: "tables: [", "is not as build_baseline makes it"),
        (lambda text: text.replace("['205',", "['veel',"), "is not as build_baseline makes it"),
        (lambda text: text.replace("['205',", "["), "is not as build_baseline makes it"),
        (lambda text: text.replace("unit: count", "unit: kilo", 1), "is not as build_baseline makes it"),
        (lambda text: "tables: []", "is not as build_baseline makes it"),
    ],
)
def test_a_broken_file_changes_nothing(loaded, tmp_path, change, message):
    text = (baseline.FOLDER / baseline.FILE).read_text()
    (tmp_path / baseline.FILE).write_text(change(text))

    with pytest.raises(CommandError, match=message):
        call_command("load_baseline", folder=tmp_path)

    assert BaselineTable.objects.count() == len(NUMBERS)


def test_a_missing_file_is_named(db, tmp_path):
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("load_baseline", folder=tmp_path)


# --- one figure for others ----------------------------------------------------------------------------


def test_a_figure_has_the_digits_that_were_printed(loaded):
    assert str(baseline.value(14, "contact-persons-can-be-recognised", "landelijk_po")) == "3.0"
    assert baseline.value(17, "embedded-in-school-policy", "vo") == Decimal(56)
    assert baseline.value(22, "companies-weet-niet", "totaal") == Decimal(10)


@pytest.mark.parametrize("cell", [(1, "x", "po"), (17, "x", "po"), (17, "embedded-in-school-policy", "x")])
def test_a_cell_that_is_not_there_is_an_error(loaded, cell):
    with pytest.raises(LookupError, match="no cell"):
        baseline.value(*cell)


# --- screen, files and API ----------------------------------------------------------------------------


@pytest.mark.parametrize("number", NUMBERS)
def test_screen_csv_spreadsheet_and_api_are_equal(client, loaded, number):
    path = f"/dashboard/2013/{number}/"
    answer = client.get(f"/api/v1/baseline/{number}/").json()
    rows = []
    for row in answer["rows"]:
        begin = [row["sector"]] if any(line["sector"] for line in answer["rows"]) else []
        end = [str(row["n"])] if row["n"] is not None else []
        values = [row["values"][column["key"]] for column in answer["columns"]]
        rows.append([*begin, row["label"], *(value.replace(".", ",") for value in values), *end])

    page = client.get(path)
    text = client.get(path, {"formaat": "csv"}).getvalue().decode("utf-8-sig")
    book = load_workbook(io.BytesIO(client.get(path, {"formaat": "xlsx"}).getvalue()))

    assert cells(page.text) == rows
    heading, *lines = csv.reader(io.StringIO(text), delimiter=";")
    assert lines == rows
    assert [*heading] == [cell.value for cell in book.worksheets[0][1]]
    assert [[as_shown(cell) for cell in line] for line in book.worksheets[0].iter_rows(min_row=2)] == rows
    explained = dict(book.worksheets[1].values)
    assert explained["Vraag, in onze woorden"] == answer["question"]
    assert explained["Bron"] == answer["source"]
    for told in (answer["question"], answer["source"], *(found["text"] for found in answer["contradictions"])):
        assert told in page.text


def as_shown(cell):
    """A cell of a spreadsheet as Excel in the Netherlands shows it."""
    if isinstance(cell.value, int | float):
        places = len(cell.number_format.partition(".")[2]) if cell.number_format != "General" else 0
        return f"{cell.value:.{places}f}".replace(".", ",")
    return cell.value or ""


def test_all_tables_as_one_file_hold_every_cell(client, loaded):
    text = client.get("/dashboard/2013/", {"formaat": "csv"}).getvalue().decode("utf-8-sig")

    _heading, *lines = csv.reader(io.StringIO(text), delimiter=";")
    expected = [
        [str(table.number), column["label"], str(row.values[column["key"]]).replace(".", ",")]
        for table in BaselineTable.objects.all()
        for row in table.printed
        for column in table.columns
    ]
    assert [[line[0], line[4], line[6]] for line in lines] == expected
    assert len(lines) > 500


def test_the_list_of_the_api_holds_all_tables(client, loaded):
    answer = client.get("/api/v1/baseline/").json()

    assert [table["number"] for table in answer["results"]] == list(NUMBERS)
    assert answer["next"] is None


def test_an_unknown_number_is_said_clearly(client, loaded):
    for number in (0, 1, 24, 99999999999999999999):
        page = client.get(f"/dashboard/2013/{number}/")
        answer = client.get(f"/api/v1/baseline/{number}/")

        assert page.status_code == 404
        assert "nummer 2 tot en met 23" in page.text
        assert answer.status_code == 404
        assert "2 tot en met 23" in answer.json()["detail"]


@pytest.mark.parametrize("number", ["(", "x", "9" * 5000, "-1", "2.5"])
def test_what_is_no_number_does_not_exist_either(client, loaded, number):
    assert client.get(f"/dashboard/2013/{number}/").status_code == 404
    assert client.get(f"/api/v1/baseline/{number}/").status_code == 404


def test_an_unknown_form_is_refused(client, loaded):
    for path in ("/dashboard/2013/", "/dashboard/2013/5/"):
        answer = client.get(path, {"formaat": "pdf"})

        assert answer.status_code == 400
        assert "csv, xlsx" in answer.text


def test_the_list_finds_by_words_of_title_and_rows(client, loaded):
    def found(typed):
        return [
            int(number)
            for number in re.findall(
                r'href="/dashboard/2013/(\d+)/"', client.get("/dashboard/2013/", {"q": typed}).text
            )
        ]

    assert found("") == list(NUMBERS)
    assert found("Tabel 17") == [17]
    assert found("lerarenopleidingen") == [21, 22]
    assert found("ADMINISTRATIE") == [14]
    assert found("zeppelin\x00") == []
    page = client.get("/dashboard/2013/", {"q": "<b>zeppelin"}).text
    assert "Geen tabel gevonden" in page
    assert "&lt;b&gt;zeppelin" in page


def test_without_tables_the_pages_say_so(client, db):
    assert "nog niet" in client.get("/dashboard/2013/").text
    assert client.get("/dashboard/2013/5/").status_code == 404


def test_pages_are_kept_and_cost_few_queries(client, loaded, django_assert_num_queries):
    for path in ("/dashboard/2013/", "/dashboard/2013/22/"):
        with django_assert_num_queries(2 if path.endswith("2013/") else 3):
            first = client.get(path)
        with django_assert_num_queries(1):
            again = client.get(path, headers={"If-None-Match": first["ETag"]})

        assert again.status_code == 304
    with django_assert_num_queries(1):
        baseline.value(22, "companies-ja", "po")


# --- the chart ----------------------------------------------------------------------------------------


def test_bars_are_as_long_as_their_figures(loaded):
    drawn = chart(BaselineTable.objects.get(number=5))

    widths = [[(bar.label, bar.width) for bar in group.bars] for group in drawn.groups]
    assert widths == [[("po", "9.0%"), ("vo", "16.0%")], [("po", "54.0%"), ("vo", "93.0%")]]


def test_a_mean_begins_at_zero_and_sums_are_not_drawn(loaded):
    means, counts = (chart(BaselineTable.objects.get(number=number)) for number in (7, 4))

    assert means.groups[0].bars[0].width == "82.0%"  # 4.1 of 5
    assert len(counts.groups) == 6
    assert counts.groups[0].bars[0].width == "100.0%"  # 135, the most of all


def test_a_summary_compares_no_rows_of_a_handful_of_schools(loaded):
    summary = chart(BaselineTable.objects.get(number=16)).summary

    assert summary[1] == (
        "gaat door zonder extra geld of steun: het hoogst is “TechNet” in het vo (53), "
        "het laagst “School aan Zet” in het vo (40)."
    )


def test_every_table_but_the_widest_has_a_chart(loaded):
    without = [table.number for table in BaselineTable.objects.all() if chart(table) is None]

    assert without == [8]
