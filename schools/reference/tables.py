"""Writing the compiled tables: the same rows give the same bytes, and a failure leaves the old files."""

import csv
import io
import os
import tempfile
from pathlib import Path


def csv_bytes(columns, rows):
    """`rows` (dicts with exactly `columns`) as UTF-8 CSV with LF, in the order given."""
    stream = io.StringIO(newline="")
    writer = csv.DictWriter(stream, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return stream.getvalue().encode()


def differences(files, folder):
    """The names in `files` (name -> bytes) whose file in `folder` is missing or holds something else."""
    folder = Path(folder)
    return [
        name
        for name, content in files.items()
        if not (folder / name).is_file() or (folder / name).read_bytes() != content
    ]


def replace_files(files, folder):
    """Write `files` (name -> bytes) into `folder`; nothing is replaced before all are fully written."""
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder, prefix=".build-") as staging:
        for name, content in files.items():
            (Path(staging) / name).write_bytes(content)
        for name in files:
            os.replace(Path(staging) / name, folder / name)
