"""Files with an answer: told apart by their bytes, kept out when they can run, handed out to be saved only."""

import zipfile
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from enquiries.attachments import (
    ALLOWED,
    NAME_LENGTH,
    AttachmentError,
    check_files,
    hand_out,
    kind_of,
    safe_name,
)
from enquiries.models import Attachment
from enquiries.uploads import MOST_BYTES

PDF = b"%PDF-1.7\n1 0 obj"
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 20
JPEG = b"\xff\xd8\xff\xe0" + b"0" * 20
TYPES = b'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
ODT = b"application/vnd.oasis.opendocument.text"


def package(*members, compression=zipfile.ZIP_DEFLATED):
    """A zip of (name, bytes)."""
    made = BytesIO()
    with zipfile.ZipFile(made, "w", compression) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return made.getvalue()


def office(part, *more):
    return package(("[Content_Types].xml", TYPES), (part, b"<x/>"), *more)


def workbook():
    made = BytesIO()
    Workbook().save(made)
    return made.getvalue()


GOOD = {
    "pdf": PDF,
    "png": PNG,
    "jpg": JPEG,
    "docx": office("word/document.xml"),
    "xlsx": office("xl/workbook.xml"),
    "pptx": office("ppt/presentation.xml", ("ppt/embeddings/sheet.xlsx", b"x")),
    "odt": package(("mimetype", ODT), ("content.xml", b"<x/>")),
}
BAD = {
    "a program": b"MZ\x90\x00" + b"0" * 50,
    "a page": b"<html><script>alert(1)</script>",
    "a drawing with a script": b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>",
    "an old office file": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"0" * 50,
    "a gif": b"GIF89a" + b"0" * 20,
    "words": b"zomaar tekst",
    "a zip": package(("readme.txt", b"x")),
    "half a zip": GOOD["docx"][:-30],
    "the beginning of a zip": b"PK\x03\x04",
    "an empty zip": package(),
    "a macro": office("word/document.xml", ("word/vbaProject.bin", b"x")),
    "a macro in a sheet": office("xl/workbook.xml", ("xl/macrosheets/sheet1.xml", b"x")),
    "a macro by its declaration": package(
        ("[Content_Types].xml", b'<Override ContentType="application/vnd.ms-word.document.macroEnabled.main+xml"/>'),
        ("word/document.xml", b"<x/>"),
    ),
    "an object that runs": office("ppt/presentation.xml", ("ppt/embeddings/oleObject1.bin", b"x")),
    "two kinds at once": office("word/document.xml", ("xl/workbook.xml", b"<x/>")),
    "no declaration": package(("word/document.xml", b"<x/>")),
    "odt with a macro": package(("mimetype", ODT), ("content.xml", b"x"), ("Basic/Standard/a.xml", b"x")),
    "odt with a script": package(("mimetype", ODT), ("content.xml", b"x"), ("Scripts/python/a.py", b"x")),
    "ods": package(("mimetype", b"application/vnd.oasis.opendocument.spreadsheet"), ("content.xml", b"x")),
    "a declaration that grows": package(("[Content_Types].xml", b" " * 3_000_000), ("word/document.xml", b"<x/>")),
    "very many members": package(("[Content_Types].xml", TYPES), *((f"word/{n}", b"") for n in range(6000))),
}


def upload(name, content):
    return SimpleUploadedFile(name, content)


@pytest.mark.parametrize("kind", GOOD)
def test_what_is_allowed_is_known_by_its_bytes(kind):
    assert kind_of(GOOD[kind])[0] == kind
    assert kind.replace("jpg", "jpeg") in ALLOWED


def test_a_real_workbook_is_let_in():
    assert kind_of(workbook())[0] == "xlsx"


@pytest.mark.parametrize("what", BAD)
@pytest.mark.parametrize("name", ["plan.pdf", "plan.docx"])
def test_a_disguised_file_is_kept_out_whatever_its_name(what, name):
    with pytest.raises(AttachmentError, match="kunnen wij niet aannemen"):
        check_files([upload(name, BAD[what])])


@given(st.binary(max_size=300))
def test_no_bytes_at_all_break_the_check(content):
    for start in (b"", b"PK\x03\x04", GOOD["docx"][:60]):
        assert kind_of(start + content) is None or content or start


def test_the_name_ends_as_the_content_says():
    found = check_files([upload("rekening.exe", PDF), upload("..\\..\\geheim/foto", PNG)])

    assert [file.name for file in found] == ["rekening.pdf", "foto.png"]
    assert found[0].content_type == "application/pdf"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("plan.pdf", "plan.pdf"),
        ("plan.v2.pdf", "plan.v2.pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        ("een\u202egpj.pdf", "eengpj.pdf"),
        ("regel\r\nSet-Cookie: x.pdf", "regelSet-Cookie x.pdf"),
        (".pdf", "bijlage.pdf"),
        ("", "bijlage.pdf"),
        ("Überschrift – né.pdf", "Überschrift – né.pdf"),
    ],
)
def test_a_name_is_made_harmless(name, expected):
    assert safe_name(name, "pdf") == expected


@given(st.text(max_size=400))
def test_a_name_always_fits(name):
    found = safe_name(name, "docx")

    assert len(found) <= NAME_LENGTH
    assert found.endswith(".docx")
    assert not set('<>:"|?*/\\\r\n') & set(found)


def test_too_many_too_large_and_empty_say_so():
    with pytest.raises(AttachmentError, match="U koos 4 bestanden"):
        check_files([upload("a.pdf", PDF)] * 4)
    with pytest.raises(AttachmentError, match=r"“a\.pdf” is te groot"):
        check_files([upload("a.pdf", PDF + b"0" * MOST_BYTES)])
    with pytest.raises(AttachmentError, match="is leeg"):
        check_files([upload("a.pdf", b"")])
    assert check_files([]) == []
    assert len(check_files([upload("a.pdf", PDF.ljust(MOST_BYTES, b"0"))])) == 1


def test_a_file_is_handed_out_to_be_saved_and_never_run():
    response = hand_out(Attachment(name="plän “1”.pdf", content_type="application/pdf", content=PDF))

    assert response["Content-Disposition"].startswith("attachment; filename*=utf-8''pl%C3%A4n")
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response.content == PDF
