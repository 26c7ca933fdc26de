"""Lists for tests: files as people bring them, and what Loket makes of them."""

import csv
import io
from types import SimpleNamespace

from django.utils import timezone
from openpyxl import Workbook

from tests.networks.factories import AssignmentFactory, NetworkFactory
from workspace.imports.kinds import KINDS
from workspace.imports.reading import open_list
from workspace.imports.steps import scope_of


def csv_file(*rows, separator=";", encoding="utf-8"):
    """Bytes of a CSV; the first row is the heading."""
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=separator).writerows(rows)
    return text.getvalue().encode(encoding)


def xlsx_file(*rows, change=None):
    """Bytes of a spreadsheet; `change(book)` may spoil it."""
    book = Workbook()
    for row in rows:
        book.active.append(list(row))
    if change:
        change(book)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def network_with_coordinator(**values):
    """A network and the one who coordinates it."""
    network = NetworkFactory(**values)
    return SimpleNamespace(network=network, user=AssignmentFactory(network=network).user)


def opened(kind, name, content):
    list_kind = KINDS[kind]
    return open_list(name, content, list_kind.known_headings(), list_kind.needed_headings())


def read(kind, content, user, network, *, apply=False, name=None, today=None):
    """The outcomes of a list; written as well with `apply`."""
    name = name or ("lijst.xlsx" if content.startswith(b"PK") else "lijst.csv")
    rows = list(opened(kind, name, content).rows())
    scope = scope_of(user, network, today or timezone.localdate())
    return KINDS[kind](scope).read(rows, apply=apply)


def statuses(outcomes):
    return [outcome.status for outcome in outcomes]
