"""The mail of a demonstration, read from the files that Django writes instead of sending."""

import email
from dataclasses import dataclass
from datetime import UTC, datetime
from email import policy
from email.utils import parsedate_to_datetime
from pathlib import Path

MOST_SHOWN = 50
END_OF_LETTER = b"\n" + b"-" * 79 + b"\n"


@dataclass(frozen=True, kw_only=True)
class DemoLetter:
    subject: str
    to: str
    at: datetime | None
    text: str
    attachments: tuple


def letters(folder):
    """The newest letters in `folder`, at most MOST_SHOWN; a file that is no letter is left out."""
    files = sorted(Path(folder).glob("*.log"), key=lambda file: file.stat().st_mtime, reverse=True)
    found = []
    for file in files[:MOST_SHOWN]:
        parts = [part for part in file.read_bytes().split(END_OF_LETTER) if part.strip()]
        found += [letter for letter in map(_letter, reversed(parts)) if letter]
    return found[:MOST_SHOWN]


def _letter(content):
    message = email.message_from_bytes(content, policy=policy.default)
    body = message.get_body(("plain",))
    if body is None or not message["To"]:
        return None
    return DemoLetter(
        subject=str(message["Subject"] or ""),
        to=str(message["To"]),
        at=_moment(message["Date"]),
        text=body.get_content().strip(),
        attachments=tuple(part.get_filename() or "" for part in message.iter_attachments()),
    )


def _moment(date):
    """The moment in a Date header; "-0000", which Django writes, is UTC that is told without a zone."""
    if not date:
        return None
    moment = parsedate_to_datetime(str(date))
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
