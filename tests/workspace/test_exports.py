"""Lists as files: what Excel in the Netherlands opens, and nothing that it would run."""

import csv
import io
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.template import RequestContext, Template
from django.test import RequestFactory
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from workspace.exports import as_typed, cell, export_response, harmless

COLUMNS = ("Naam", "Aantal", "Bedrag", "Op", "Begint", "Voorbeeld", "Sectoren")
ROW = (
    "=cmd|' /C calc'!A0",
    -3,
    Decimal("2.50"),
    date(2026, 9, 1),
    datetime(2026, 12, 1, 9, 30, tzinfo=UTC),
    True,
    ["po", "vmbo"],
)


def asked(form, rows=(ROW,), columns=COLUMNS):
    return export_response(RequestFactory().get("/", {"formaat": form}), iter(rows), columns, "Lijst met scholen")


def content(response):
    return b"".join(response)


def test_csv_is_what_excel_in_the_netherlands_opens():
    response = asked("csv")

    body = content(response)
    assert body.startswith(b"\xef\xbb\xbf")
    assert list(csv.reader(io.StringIO(body.decode("utf-8-sig")), delimiter=";")) == [
        list(COLUMNS),
        ["'=cmd|' /C calc'!A0", "-3", "2,50", "2026-09-01", "2026-12-01 10:30", "ja", "po, vmbo"],
    ]
    assert response.streaming
    assert response["Cache-Control"] == "private, no-store"
    name = f'attachment; filename="loket-lijst-met-scholen-{timezone.localdate()}.csv"'
    assert response["Content-Disposition"] == name


def test_a_spreadsheet_keeps_numbers_and_days_and_has_no_formula():
    book = load_workbook(io.BytesIO(content(asked("xlsx"))))

    rows = list(book.active.iter_rows())
    assert [made.value for made in rows[0]] == list(COLUMNS)
    text, number, amount, day, moment, sample, sectors = rows[1]
    assert (text.value, text.data_type) == ("'=cmd|' /C calc'!A0", "s")
    assert (number.value, number.data_type) == (-3, "n")
    assert float(amount.value) == 2.5
    assert day.value == datetime(2026, 9, 1)  # noqa: DTZ001 - spreadsheets know no zone
    assert moment.value == datetime(2026, 12, 1, 10, 30)  # noqa: DTZ001
    assert (sample.value, sectors.value) == ("ja", "po, vmbo")
    assert all(made.data_type != "f" for row in rows for made in row)


@pytest.mark.parametrize("form", ["", "pdf", "CSV"])
def test_another_form_is_refused_in_words(form):
    response = asked(form)

    assert response.status_code == 400
    assert "csv, xlsx" in response.content.decode()


def test_rows_are_read_while_the_file_goes_out():
    read = []

    def rows():
        for number in range(3):
            read.append(number)
            yield (f"rij {number}",)

    parts = iter(asked("csv", rows(), ("Naam",)).streaming_content)
    next(parts)
    assert read == []
    next(parts)
    assert read == [0]


def test_signs_that_a_spreadsheet_cannot_hold_are_left_out():
    assert cell("a\x00b\x1f") == "ab"
    assert len(content(asked("xlsx", [("a\x0bb",)], ("Naam",)))) > 0


@given(st.text(alphabet=st.sampled_from("'=+-@\t\r\n＝a1 "), max_size=6) | st.text(max_size=20))
def test_made_harmless_starts_no_formula_and_comes_back_as_it_was(text):
    assert harmless(text)[:1] not in set("=+-@\t\r\n＝＋－＠")
    assert as_typed(harmless(text)) == text


def test_the_links_keep_the_filter_and_leave_out_the_page():
    request = RequestFactory().get("/beheer/", {"sector": "po", "pagina": "3", "page": "2"})

    html = Template('{% include "workspace/_export_links.html" %}').render(RequestContext(request))

    assert 'href="?sector=po&amp;formaat=csv"' in html
    assert 'href="?sector=po&amp;formaat=xlsx"' in html
