"""What comes in costs little, however large it is; the form says so, and the text stays."""

import tracemalloc
import uuid
from types import SimpleNamespace

import pytest
from django.conf import settings

from enquiries import answering
from enquiries.links import ANSWER
from enquiries.models import Attachment
from enquiries.status import EventKind
from enquiries.uploads import MOST_BYTES, MOST_FILES, BoundedUploadHandler, largest_upload
from tests.enquiries.factories import NOW, ask, kinds, only_recipient
from tests.enquiries.test_ask_pages import text

pytestmark = pytest.mark.usefixtures("today")
BOUNDARY = "grens"
MEGABYTE = 1024 * 1024


class Upload:
    """A form with a text and files of zeros, made while it is read: it is never in memory as a whole."""

    def __init__(self, fields, sizes):
        head = "".join(
            f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
            for name, value in fields.items()
        )
        self.parts = [(head.encode(), 1)]
        for number, size in enumerate(sizes):
            start = (
                f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="files"; filename="{number}.pdf"\r\n'
                "Content-Type: application/pdf\r\n\r\n%PDF-"
            )
            self.parts += [(start.encode(), 1), (b"\0", size), (b"\r\n", 1)]
        self.parts.append((f"--{BOUNDARY}--\r\n".encode(), 1))
        self.length = sum(len(piece) * times for piece, times in self.parts)
        self.read_count = 0

    def read(self, size=-1):
        if not self.parts:
            return b""
        piece, times = self.parts[0]
        if times == 1:
            found, rest = piece[:size], piece[size:]
            self.parts[0:1] = [(rest, 1)] if rest else []
        else:
            found = piece * min(size, times)
            self.parts[0:1] = [(piece, times - len(found))] if times > len(found) else []
        self.read_count += len(found)
        return found

    readline = read  # asked for, never used: a form in parts is read in pieces


@pytest.fixture
def recipient(country):
    recipient = only_recipient(ask(country))
    answering.see(recipient=recipient, now=NOW)
    return recipient


def send(client, recipient, *sizes):
    path = ANSWER.path(recipient)
    fields = {"form_key": uuid.uuid4(), "seen_until": 10**9, "what": "antwoord", "text": "Dit blijft staan."}
    upload = Upload(fields, sizes)
    response = client.request(
        **{
            "REQUEST_METHOD": "POST",
            "PATH_INFO": path,
            "CONTENT_TYPE": f"multipart/form-data; boundary={BOUNDARY}",
            "CONTENT_LENGTH": str(upload.length),
            "wsgi.input": upload,
        }
    )
    return response, upload


def test_a_hundred_megabytes_fill_neither_memory_nor_disk(client, recipient, tmp_path, settings):
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path)
    tracemalloc.start()

    response, upload = send(client, recipient, 100 * MEGABYTE)

    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert upload.read_count == upload.length > 100 * MEGABYTE
    assert peak < 30 * MEGABYTE
    assert list(tmp_path.iterdir()) == []
    assert response.status_code == 200
    assert "“0.pdf” is te groot (100,0 MB). Een bijlage mag ten hoogste 5,0 MB zijn." in text(response)
    assert "Dit blijft staan." in response.content.decode()
    assert not Attachment.objects.exists()


def test_many_files_are_not_all_kept_while_they_come_in(client, recipient):
    tracemalloc.start()

    response, _upload = send(client, recipient, *[4 * MEGABYTE] * 20)

    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < (MOST_FILES * 5 + 25) * MEGABYTE
    assert "U koos 20 bestanden. Stuur er ten hoogste 3." in text(response)
    assert "Dit blijft staan." in response.content.decode()


def test_the_largest_that_is_allowed_comes_through(client, recipient):
    response, _upload = send(client, recipient, MOST_BYTES - len(b"%PDF-"))

    assert response.status_code == 302
    assert kinds(recipient.enquiry)[-1] == EventKind.ANSWERED
    assert Attachment.objects.get().size_bytes == MOST_BYTES


def test_no_page_of_loket_takes_files_in_another_way():
    assert settings.FILE_UPLOAD_HANDLERS == ["enquiries.uploads.BoundedUploadHandler"]


def test_a_page_may_ask_for_larger_files(rf):
    handler = BoundedUploadHandler(rf.post("/"))
    handler.request.resolver_match = SimpleNamespace(func=largest_upload(MOST_BYTES + 2)(lambda request: None))

    def was_cut(size):
        handler.new_file("file", "lijst.csv", "text/csv", None, None)
        handler.receive_data_chunk(b"x" * size, 0)
        return handler.file_complete(size).was_cut

    assert [was_cut(MOST_BYTES + 2), was_cut(MOST_BYTES + 3)] == [False, True]
