"""A list as a file: CSV or a spreadsheet, row by row, exactly as the screen filtered it.

Excel in the Netherlands wants `;` between cells and `,` in numbers, and UTF-8 with a mark in front; so that is
what a CSV of ours is. What a spreadsheet would run as a formula gets an apostrophe in front (`harmless`), in both
forms, because a spreadsheet is easily saved as CSV; `as_typed` takes it off again when a list comes back.
"""

import csv
import io
import re
from datetime import date, datetime
from decimal import Decimal

from django.http import FileResponse, HttpResponse, StreamingHttpResponse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from activities.exports import Echo

PARAMETER = "formaat"
SEPARATOR = ";"
CONTENT_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
# What a spreadsheet may take for a formula, also in its full-width form. An apostrophe before it counts as
# text already, so it gets one more: then taking one off gives back what stood there.
FORMULA = re.compile(r"'*[=+\-@\t\r\n＝＋－＠]")
UNFIT_FOR_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
WIDEST = 60  # characters; of a column


def harmless(text):
    """`text` so that no spreadsheet runs it."""
    return f"'{text}" if FORMULA.match(text) else text


def as_typed(text):
    """What `harmless` made harmless, as it was."""
    return text[1:] if text.startswith("'") and FORMULA.match(text) else text


def cell(value):
    """A value as both forms take it: numbers and days stay what they are, all else becomes harmless text."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("ja") if value else _("nee")
    if isinstance(value, datetime):
        local = timezone.localtime(value) if timezone.is_aware(value) else value
        return local.replace(tzinfo=None, microsecond=0)
    if isinstance(value, int | float | Decimal | date):
        return value
    if isinstance(value, list | tuple):
        value = ", ".join(str(part) for part in value)
    return harmless(UNFIT_FOR_XML.sub("", str(value)))


def csv_cell(value):
    """A value as text of a CSV that Excel in the Netherlands reads."""
    value = cell(value)
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, date):
        return f"{value:%Y-%m-%d}"
    if isinstance(value, float | Decimal):
        return str(value).replace(".", ",")
    return value


def csv_lines(rows, columns):
    """The lines of a CSV, as text, one by one."""
    writer = csv.writer(Echo(), delimiter=SEPARATOR)
    yield "\ufeff" + writer.writerow([csv_cell(str(column)) for column in columns])
    for row in rows:
        yield writer.writerow([csv_cell(value) for value in row])


def write_xlsx(file, rows, columns, title, notes=()):
    """Write a spreadsheet into `file`, row by row: only its compressed bytes are in memory, 2 MB for 20,000 rows.

    notes: lines for a second sheet with an explanation; none is no such sheet.
    """
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title[:31])
    sheet.freeze_panes = "A2"
    for number, column in enumerate(columns, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = min(max(len(str(column)) + 4, 14), WIDEST)
    sheet.append([_bold(sheet, cell(str(column))) for column in columns])
    for row in rows:
        sheet.append([_formed(sheet, cell(value)) for value in row])
    if notes:
        explained = book.create_sheet(_("Uitleg"))
        explained.column_dimensions["A"].width = 30
        explained.column_dimensions["B"].width = 90
        for line in notes:
            explained.append([cell(part) for part in line])
    book.save(file)


def _bold(sheet, value):
    made = WriteOnlyCell(sheet, value)
    made.font = Font(bold=True)
    return made


def _formed(sheet, value):
    """A day, a moment or decimals in our own form (3.0 is not 3); text never as a formula, however it begins."""
    if isinstance(value, Decimal) and (places := -value.as_tuple().exponent) > 0:
        made = WriteOnlyCell(sheet, value)
        made.number_format = f"0.{'0' * places}"
        return made
    if isinstance(value, date):
        made = WriteOnlyCell(sheet, value)
        made.number_format = "yyyy-mm-dd hh:mm" if isinstance(value, datetime) else "yyyy-mm-dd"
        return made
    return value


def export_response(request, rows, columns, name):
    """The answer to `?formaat=csv` or `?formaat=xlsx`: `rows` under `columns` as a file to keep.

    rows: an iterable of tuples, read while the file goes out; give it a queryset's `.iterator()`. columns: headings.
    name: what the file is called, beside the date of today. Another form is refused with 400.
    """
    form = request.GET.get(PARAMETER)
    if form not in CONTENT_TYPES:
        known = ", ".join(CONTENT_TYPES)
        message = _("Dit formaat kennen wij niet. Kies uit: %(known)s.") % {"known": known}
        return HttpResponse(f"{message}\n", status=400, content_type="text/plain; charset=utf-8")
    return file_response(rows, columns, name, form)


def file_response(rows, columns, name, form, *, notes=()):
    """As `export_response`, in the given form."""
    if form == "csv":
        response = StreamingHttpResponse(csv_lines(rows, columns), content_type=CONTENT_TYPES[form])
    else:
        file = io.BytesIO()
        write_xlsx(file, rows, columns, name, notes)
        file.seek(0)
        response = FileResponse(file, content_type=CONTENT_TYPES[form])
    ending = f"{slugify(name)}-{timezone.localdate()}.{form}"
    response["Content-Disposition"] = f'attachment; filename="loket-{ending}"'
    response["Cache-Control"] = "private, no-store"
    return response
