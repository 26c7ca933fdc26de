"""Every page of reminders, asked and sent to by everybody: exactly who may, and nobody else (R44).

TABLE holds a row for each URL of the namespace. Whoever adds a page adds its row: a URL without one fails.
"""

from dataclasses import dataclass, field

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from reminders import urls
from reminders.links import CHOOSE, ITEM, UNSUBSCRIBE
from reminders.models import Reminder
from reminders.planning import plan
from tests.reminders.memory.pretend import a_due
from tests.workspace.world import world

ANONYMOUS = "anonymous"
SEEING = ("coordinator", "account manager", "delegate", "region coordinator", "committee", "staff")
PEOPLE = ("member", "observer", "coordinator elsewhere", "delegate before", "delegate after", *SEEING)
EVERYBODY = (ANONYMOUS, *PEOPLE)
TO = "lezer@voorbeeld.example"


@dataclass(frozen=True)
class Row:
    """reads, writes: who gets the page, and who may send to it; () is nobody, so the method is not there."""

    reads: tuple = ()
    writes: tuple = ()
    args: object = field(default=lambda home: [])
    data: dict = field(default_factory=dict)


TABLE = {
    "mine": Row(reads=PEOPLE),
    "rules": Row(reads=("staff",)),
    "about": Row(reads=SEEING, args=lambda home: ["quality.Obligation", home.obligation.pk]),
    "preferences": Row(reads=PEOPLE, writes=PEOPLE, data={"ding": "off"}),
    # The link is the key: whoever has it may, logged in or not.
    "item": Row(reads=EVERYBODY, writes=EVERYBODY, args=lambda home: [ITEM.token(Reminder.objects.get().pk)]),
    "choose": Row(reads=EVERYBODY, writes=EVERYBODY, args=lambda home: [CHOOSE.token(TO)], data={"ding": "off"}),
    "unsubscribe": Row(
        reads=EVERYBODY, writes=EVERYBODY, args=lambda home: [UNSUBSCRIBE.token({"to": TO, "kinds": ["ding"]})]
    ),
}


@pytest.fixture
def home(pretend):
    pretend.rule(dues=[a_due()], act=lambda subject, user, now: "Gedaan.")
    plan(timezone.now())
    return world()


def client_of(home, role, sign_in):
    return Client() if role == ANONYMOUS else sign_in(home.people[role])


def rows():
    return {model: model.objects.count() for model in apps.get_models() if model._meta.managed}


def test_every_page_has_its_row():
    assert {pattern.name for pattern in urls.urlpatterns} == TABLE.keys()


@pytest.mark.parametrize("name", TABLE)
def test_who_reads_a_page(home, sign_in, name):
    row = TABLE[name]
    path = reverse(f"reminders:{name}", args=row.args(home))
    before = rows()

    answers = {role: client_of(home, role, sign_in).get(path).status_code for role in EVERYBODY}

    assert {role for role, status in answers.items() if status == 200} == set(row.reads)
    assert {status for role, status in answers.items() if role not in row.reads} <= {302, 404}
    changed = {model._meta.label for model, count in rows().items() if before[model] != count}
    assert changed <= {"sessions.Session", "auditlog.LogEntry"}


@pytest.mark.parametrize("name", TABLE)
@pytest.mark.parametrize("role", EVERYBODY)
def test_who_sends_to_a_page(home, sign_in, name, role):
    row = TABLE[name]
    client = client_of(home, role, sign_in)
    path = reverse(f"reminders:{name}", args=row.args(home))
    before = rows()

    status = client.post(path, row.data).status_code

    if role in row.writes:
        assert status in {200, 302}, status
        return
    assert status == (302 if role == ANONYMOUS else 405)
    assert rows() == before
