"""What happens to a file while it comes in. The only upload handler of Loket (FILE_UPLOAD_HANDLERS).

A file past the limit costs neither memory nor disk: its bytes are read, because the browser shows no answer
before it has sent them all, and thrown away. The form then says that it was too large, and keeps what was typed.
"""

from functools import wraps
from io import BytesIO

from django.core.files.uploadedfile import InMemoryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler

MOST_BYTES = 5 * 1024 * 1024
MOST_FILES = 3


def largest_upload(most_bytes):
    """For a view whose files may be larger than MOST_BYTES. Put it above all other decorators."""

    def mark(view):
        @wraps(view)
        def marked(request, *args, **kwargs):
            return view(request, *args, **kwargs)

        marked.largest_upload = most_bytes
        return marked

    return mark


class BoundedUploadHandler(FileUploadHandler):
    """Keeps at most MOST_FILES files of at most MOST_BYTES in memory; of the others only name and size.

    What was thrown away has `was_cut` True and no content.
    """

    kept_count = 0

    def new_file(self, *args, **kwargs):
        super().new_file(*args, **kwargs)
        view = self.request.resolver_match and self.request.resolver_match.func
        self.most_bytes = getattr(view, "largest_upload", MOST_BYTES)
        self.kept = BytesIO() if self.kept_count < MOST_FILES else None
        if self.kept is not None:
            self.kept_count += 1

    def receive_data_chunk(self, raw_data, start):
        if self.kept is not None and start + len(raw_data) > self.most_bytes:
            self.kept = None
        if self.kept is not None:
            self.kept.write(raw_data)
        return None  # nobody else keeps it either

    def file_complete(self, file_size):
        content = self.kept or BytesIO()
        content.seek(0)
        file = InMemoryUploadedFile(
            content, self.field_name, self.file_name, self.content_type, file_size, self.charset
        )
        file.was_cut = self.kept is None
        return file
