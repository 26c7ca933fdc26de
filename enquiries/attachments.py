"""Files with an answer: what is let in, and how it is handed out.

What a file is, its bytes say and never its name. Office files are zips: they must hold the parts of their kind,
and nothing that runs. They are kept in the database (`Attachment.content`), so they are private, and kept or
lost together with the answer.
"""

import re
import unicodedata
import zipfile
import zlib
from dataclasses import dataclass
from io import BytesIO
from pathlib import PurePosixPath

from django.http import HttpResponse
from django.template.defaultfilters import filesizeformat
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from enquiries.models import Attachment
from enquiries.uploads import MOST_BYTES, MOST_FILES

NAME_LENGTH = 120
OPEN_DOCUMENT_TEXT = "application/vnd.oasis.opendocument.text"
_OFFICE = "application/vnd.openxmlformats-officedocument"
# kind -> (part that must be in the zip, media type)
OFFICE_KINDS = {
    "docx": ("word/document.xml", f"{_OFFICE}.wordprocessingml.document"),
    "xlsx": ("xl/workbook.xml", f"{_OFFICE}.spreadsheetml.sheet"),
    "pptx": ("ppt/presentation.xml", f"{_OFFICE}.presentationml.presentation"),
}
SIGNATURES = (
    (b"%PDF-", "pdf", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", "png", "image/png"),
    (b"\xff\xd8\xff", "jpg", "image/jpeg"),
)
ALLOWED = "pdf, png, jpeg, docx, xlsx, pptx, odt"
# Macros and other things that run, in files of Office and OpenDocument.
RUNS = re.compile(r"vbaProject|vbaData|activeX|oleObject|macrosheets|^Basic/|^Scripts/", re.IGNORECASE)
MOST_MEMBERS = 5000
MOST_DECLARATION_BYTES = 1024 * 1024


class AttachmentError(Exception):
    """A file that is not let in; the text says why and what to do, for the reader."""


@dataclass(frozen=True, slots=True)
class CheckedFile:
    """A file that may be kept."""

    name: str
    content_type: str
    content: bytes


def check_files(files):
    """The CheckedFiles of what was uploaded. Raises AttachmentError for the first that is not let in."""
    if len(files) > MOST_FILES:
        raise AttachmentError(
            _("U koos %(count)d bestanden. Stuur er ten hoogste %(most)d.")
            % {"count": len(files), "most": MOST_FILES}
        )
    return [_checked(file) for file in files]


def _checked(file):
    name = _shown(file.name)
    if getattr(file, "was_cut", False) or file.size > MOST_BYTES:
        raise AttachmentError(
            _("“%(name)s” is te groot (%(size)s). Een bijlage mag ten hoogste %(most)s zijn.")
            % {"name": name, "size": filesizeformat(file.size), "most": filesizeformat(MOST_BYTES)}
        )
    content = file.read()
    if not content:
        raise AttachmentError(_("“%(name)s” is leeg. Kies het bestand opnieuw.") % {"name": name})
    found = kind_of(content)
    if found is None:
        raise AttachmentError(
            _("“%(name)s” kunnen wij niet aannemen. Dit mag: %(allowed)s, zonder macro’s.")
            % {"name": name, "allowed": ALLOWED}
        )
    kind, content_type = found
    return CheckedFile(safe_name(file.name, kind), content_type, content)


def kind_of(content):
    """(kind, media type) of the bytes of a file, or None for what is not let in."""
    for signature, kind, content_type in SIGNATURES:
        if content.startswith(signature):
            return kind, content_type
    if content.startswith(b"PK\x03\x04"):
        try:
            with zipfile.ZipFile(BytesIO(content)) as package:
                return _kind_of_package(package)
        # Whatever is wrong with a zip: it is not one that we let in.
        except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, ValueError, OSError):
            return None
    return None


def _kind_of_package(package):
    members = package.infolist()
    names = {member.filename for member in members}
    if len(members) > MOST_MEMBERS or any(RUNS.search(name) for name in names):
        return None
    if members[0].filename == "mimetype":
        said = _beginning(package, "mimetype")
        is_text = said.strip() == OPEN_DOCUMENT_TEXT.encode() and "content.xml" in names
        return ("odt", OPEN_DOCUMENT_TEXT) if is_text else None
    if "[Content_Types].xml" not in names:
        return None
    declared = _beginning(package, "[Content_Types].xml")
    if len(declared) >= MOST_DECLARATION_BYTES or b"macroenabled" in declared.lower():
        return None
    found = [kind for kind, (part, _type) in OFFICE_KINDS.items() if part in names]
    return (found[0], OFFICE_KINDS[found[0]][1]) if len(found) == 1 else None


def _beginning(package, name):
    """The first bytes of a member: a small zip can hold gigabytes."""
    with package.open(name) as member:
        return member.read(MOST_DECLARATION_BYTES)


def safe_name(name, kind):
    """`name` without folders and odd signs, ending as its content says."""
    stem = _shown(PurePosixPath(name.replace("\\", "/")).name)
    head, dot, tail = stem.rpartition(".")
    if dot and len(tail) <= 5:
        stem = head
    stem = stem.strip(". ")[: NAME_LENGTH - len(kind) - 1] or _("bijlage")
    return f"{stem}.{kind}"


def _shown(name):
    """`name` without signs that no eye sees, such as those that turn the direction of reading."""
    return "".join(sign for sign in name if unicodedata.category(sign)[0] != "C" and sign not in '<>:"|?*/\\')


def keep(event, files):
    """Keep CheckedFiles with an event."""
    Attachment.objects.bulk_create(
        Attachment(
            event=event,
            name=file.name,
            content_type=file.content_type,
            size_bytes=len(file.content),
            content=file.content,
        )
        for file in files
    )


def hand_out(attachment):
    """The answer that makes a browser save an attachment, and never show or run it."""
    response = HttpResponse(bytes(attachment.content), content_type=attachment.content_type)
    response["Content-Disposition"] = content_disposition_header(True, attachment.name)
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["X-Content-Type-Options"] = "nosniff"
    return response
