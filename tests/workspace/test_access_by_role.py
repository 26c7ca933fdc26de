"""Every page of the workspace, asked and sent to by everybody: exactly who may, and nobody else (R44).

TABLE holds a row for each URL of the namespace. Whoever adds a page adds its row: a URL without one fails.
`reads` and `writes` name the roles that get the page and that may send to it; () means that nobody can, so the
method does not exist there. Everybody else is turned away and changes nothing.
"""

from dataclasses import dataclass, field

import pytest
from django.apps import apps
from django.urls import reverse
from django.utils import timezone

from activities.models import Activity, Revision
from enquiries.models import Recipient
from loket.vocabulary import school_year
from tests.workspace.world import ask, fill, world
from workspace import urls
from workspace.models import AnswerTemplate, Import

OUTSIDE = ("anonymous", "member", "observer", "delegate before", "delegate after")
ELSEWHERE = "coordinator elsewhere"
CHANGING = ("coordinator", "account manager", "delegate", "staff")
LEADING = ("coordinator", "account manager", "staff")
SEEING = (*CHANGING, "region coordinator", "committee")
ANY = (*SEEING, ELSEWHERE)  # whoever has an assignment; the rows on the page are those of the visitor
ROLES = (*OUTSIDE, *ANY)


@dataclass(frozen=True)
class Row:
    """args: of a home (tests.workspace.world), the arguments of its URL. data: what is sent. query: after it."""

    reads: tuple = ()
    writes: tuple = ()
    led_away: tuple = ()  # who may look, but is sent from here to a page where it can be seen
    args: object = field(default=lambda home: [])
    data: object = field(default=lambda home: {})
    query: dict = field(default_factory=dict)


def _network(home):
    return [home.network.slug]


def _of(name):
    return lambda home: [getattr(home, name).pk]


START = {
    "start": Row(reads=ANY),
    "todos": Row(reads=ANY, args=lambda home: ["vragen"]),
    # Who may not do it is told that it is not theirs; nothing changes (asserted below for these roles as well).
    "todo": Row(writes=ANY, args=lambda home: ["verplichtingen", home.obligation.pk]),
}
NETWORKS = {
    "networks": Row(reads=ANY),
    "networks-confirm": Row(writes=ANY, data=lambda home: {"netwerk": []}),
    "network": Row(reads=SEEING, args=_network),
    "network-edit": Row(reads=CHANGING, writes=CHANGING, args=_network, data=lambda home: {"name": "Anders"}),
    "network-trail": Row(reads=SEEING, args=_network),
    "network-area": Row(reads=CHANGING, writes=CHANGING, args=_network, data=lambda home: {"land": "ja"}),
    "network-hand-over": Row(
        reads=LEADING, writes=LEADING, args=_network, data=lambda home: {"email": "nieuw@voorbeeld.example"}
    ),
    "network-appoint": Row(reads=LEADING, writes=LEADING, args=_network),
    "network-partners": Row(
        reads=CHANGING,
        writes=CHANGING,
        args=_network,
        data=lambda home: {"organisatie": home.board.pk, "rol": "board"},
    ),
    "support-point-add": Row(reads=CHANGING, writes=CHANGING, args=_network),
    "meeting-add": Row(reads=CHANGING, writes=CHANGING, args=_network),
    "obligation-add": Row(reads=("staff",), writes=("staff",), args=_network),
    "assignment-end": Row(reads=LEADING, writes=LEADING, args=_of("delegation")),
    "partner": Row(reads=CHANGING, writes=CHANGING, args=_of("partner")),
    "partner-remove": Row(reads=CHANGING, writes=CHANGING, args=_of("partner")),
    "support-point": Row(reads=CHANGING, writes=CHANGING, args=_of("point")),
    "support-point-remove": Row(reads=CHANGING, writes=CHANGING, args=_of("point")),
    "meeting": Row(reads=CHANGING, writes=CHANGING, args=_of("meeting")),
    "meeting-remove": Row(reads=CHANGING, writes=CHANGING, args=_of("meeting")),
    "obligation": Row(reads=SEEING, writes=CHANGING, args=_of("obligation")),
    "contacts": Row(reads=ANY),
    "contacts-confirm": Row(writes=ANY, data=lambda home: {"contact": []}),
    "contact-add": Row(reads=CHANGING, writes=CHANGING, args=lambda home: ["netwerk", home.network.pk]),
    "contact": Row(reads=CHANGING, writes=CHANGING, args=_of("contact")),
    "contact-move": Row(writes=CHANGING, args=_of("contact")),
    "contact-remove": Row(reads=CHANGING, writes=CHANGING, args=_of("contact")),
}
# Who changes some network, if not this one, may begin an offer or a text of that.
SOME = (*CHANGING, ELSEWHERE)


def _recipient(home):
    return [home.recipient.uid]


QUESTIONS = {
    "questions": Row(reads=ANY),
    "question": Row(reads=CHANGING, writes=CHANGING, args=_recipient),
    "question-note": Row(reads=CHANGING, writes=CHANGING, args=_recipient, data=lambda home: {"text": "Bel eerst."}),
    "question-handler": Row(writes=CHANGING, args=_recipient, data=lambda home: {"user": ""}),
    "answer-templates": Row(reads=ANY),
    "answer-template-add": Row(reads=SOME, writes=SOME),
    "answer-template": Row(reads=CHANGING, writes=CHANGING, args=_of("template")),
    "answer-template-remove": Row(writes=CHANGING, args=_of("template")),
}


def _activity(home):
    return [home.activity.slug]


def _date(home):
    return [home.activity.slug, home.date.uid]


def _revision(home):
    return [home.revision.uid]


def _draft(home):
    return [home.draft.uid]


def _rejected(home):
    return [home.rejected.uid]


def _step(home):
    return [home.draft.uid, "wat"]


# The coordinator, who stands in, and the office approve; the account manager proposes while there is a coordinator.
PUBLISHING = ("coordinator", "delegate", "staff")
OFFERS = {
    "offers": Row(reads=ANY),
    "offers-confirm": Row(writes=ANY),
    "offer-new": Row(reads=SOME, writes=SOME),
    "offer": Row(reads=SEEING, args=_activity),
    "offer-edit": Row(writes=CHANGING, args=_activity),
    "offer-copy": Row(writes=CHANGING, args=_activity),
    "offer-audience": Row(reads=SEEING, args=_activity),
    "offer-dates": Row(reads=SEEING, writes=CHANGING, args=_activity),
    "offer-date": Row(reads=CHANGING, writes=CHANGING, args=_date),
    "offer-date-call-off": Row(reads=CHANGING, writes=CHANGING, args=_date),
    "revision": Row(reads=SEEING, args=_revision),
    "revision-audience": Row(reads=SEEING, args=_revision),
    "revision-preview": Row(reads=SEEING, args=_revision),
    "revision-step": Row(reads=PUBLISHING, writes=PUBLISHING, led_away=("account manager",), args=_step),
    "revision-propose": Row(writes=("coordinator",), args=_draft),  # who made it
    "revision-publish": Row(writes=PUBLISHING, args=_revision),
    "revision-reject": Row(writes=PUBLISHING, args=_revision),
    "revision-merge": Row(writes=PUBLISHING, args=_draft),
    "revision-take-back": Row(writes=PUBLISHING, args=_revision),
    "revision-discard": Row(writes=PUBLISHING, args=_draft),
    "revision-again": Row(writes=CHANGING, args=_rejected),
}


def _grid(home):
    return [home.network.slug, school_year(timezone.localdate())]


def _cell(home):
    return {"row": f"{home.school.code}-po", "activity": home.activity.pk, "text": "x", "seen": ""}


PARTICIPATION = {
    "participation": Row(reads=ANY),
    "grid": Row(reads=SEEING, args=_grid),
    "grid-cell": Row(writes=CHANGING, args=_grid, data=_cell),
    "grid-paste": Row(reads=CHANGING, writes=CHANGING, args=_grid, data=lambda home: {"tekst": "x"}),
    "grid-dates": Row(reads=SEEING, args=_grid),
    "grid-row": Row(reads=SEEING, writes=CHANGING, args=lambda home: [*_grid(home), home.school.code, "po"]),
    "region": Row(reads=ANY),
    "region-map": Row(reads=ANY),
}


def _list(home):
    """Nobody's but the coordinator's who brought it."""
    return [home.brought.uid]


IMPORTS = {
    # Sent without a file: who may bring a list is told what is missing. Whoever changes no network cannot bring one.
    "imports": Row(reads=ANY, writes=ANY),
    "import-template": Row(reads=ANY, args=lambda home: ["contacts"]),
    "list-export": Row(reads=(*CHANGING, ELSEWHERE), args=lambda home: ["contacts"], query={"formaat": "csv"}),
    "import": Row(reads=("coordinator",), args=_list),
    "import-progress": Row(reads=("coordinator",), args=lambda home: [home.busy.uid]),
    "import-apply": Row(writes=("coordinator",), args=_list),
    "import-throw-away": Row(writes=("coordinator",), args=_list),
    "import-left-out": Row(reads=("coordinator",), args=_list, query={"formaat": "csv"}),
}
TABLE = START | NETWORKS | QUESTIONS | OFFERS | PARTICIPATION | IMPORTS
# What must stay as it was after somebody was turned away.
WATCHED = [
    model
    for label in ("networks", "quality", "activities", "enquiries", "workspace", "schools", "regions")
    for model in apps.get_app_config(label).get_models()
    if model._meta.label != "regions.ContentVersion"
]


def rows_of_everything():
    return {model._meta.label: sorted(map(str, model._base_manager.order_by().values_list())) for model in WATCHED}


@pytest.fixture
def home(db):
    made = world()
    fill(made, made.network)
    ask(made, network=made.elsewhere)
    made.recipient = Recipient.objects.get(network=made.network)
    made.template = AnswerTemplate.objects.create(network=made.network, title="Dank", text="Dank voor uw vraag.")
    made.revision = Revision.objects.get(network=made.network)
    mine = {"network": made.network, "made_by": made.people["coordinator"], "values": {"title": "Van mij"}}
    made.draft = Revision.objects.create(**mine)
    moment = timezone.now()
    made.rejected = Revision.objects.create(**mine, proposed_at=moment, rejected_at=moment)
    made.activity = Activity.objects.get(network=made.network)
    made.date = made.activity.occurrences.get()
    bring_lists(made)
    return made


def bring_lists(made):
    """One that is being read, and one that was, of the coordinator."""
    of = {"kind": "contacts", "network": made.network, "uploaded_by": made.people["coordinator"]}
    line = {"number": 2, "status": "rejected", "label": "", "changes": [], "notes": ["Leeg."], "candidates": []}
    report = {"counts": {"rejected": 1}, "lines": [line], "heading": ["Naam"], "raw": {"2": [""]}}
    made.busy = Import.objects.create(file_name="a.csv", **of)
    made.brought = Import.objects.create(file_name="b.csv", read_at=timezone.now(), report=report, **of)


@pytest.fixture
def visitor(home, sign_in, client):
    """visitor(role) -> a client of somebody with this role, past the second step."""
    return lambda role: client if role == "anonymous" else sign_in(home.people[role])


def test_the_table_names_every_page_of_the_workspace():
    assert {pattern.name for pattern in urls.urlpatterns} == set(TABLE)


@pytest.mark.parametrize("name", TABLE)
@pytest.mark.parametrize("method", ["get", "post"])
def test_exactly_these_roles_may(home, visitor, name, method):
    row = TABLE[name]
    address = reverse(f"workspace:{name}", args=row.args(home), query=row.query)
    allowed = row.reads if method == "get" else row.writes
    before = rows_of_everything()

    for role in [role for role in ROLES if role not in allowed]:
        answer = getattr(visitor(role), method)(address, row.data(home) if method == "post" else {})
        if role == "anonymous":
            assert answer.status_code == 302, role
            assert answer["Location"].startswith("/account/login/?next="), role
        elif role in OUTSIDE:
            assert answer.status_code == 403, role
        elif not allowed:
            assert answer.status_code == 405, role
        elif role in row.led_away:
            assert answer.status_code == 302, role
        else:
            assert answer.status_code in {403, 404}, role
    assert rows_of_everything() == before

    for role in allowed if method == "get" else allowed[:1]:
        answer = visitor(role).get(address) if method == "get" else visitor(role).post(address, row.data(home))
        assert answer.status_code in ({200} if method == "get" else {200, 302, 400, 409, 422}), role
        if answer.status_code == 302:
            assert not answer["Location"].startswith("/account/"), role


@pytest.mark.parametrize("role", [role for role in ROLES if role not in CHANGING])
def test_nobody_else_confirms_or_does_what_is_not_theirs(home, visitor, role):
    before = rows_of_everything()
    asker = visitor(role)

    asker.post(reverse("workspace:todo", args=["verplichtingen", home.obligation.pk]))
    asker.post(reverse("workspace:networks-confirm"), {"netwerk": [home.network.pk]})
    asker.post(reverse("workspace:contacts-confirm"), {"contact": [home.contact.pk]})
    for kind in ("aanmeldingen", "aanbod", "contacten", "netwerken", "leden", "verplichtingen"):
        for pk in range(1, 4):
            asker.post(reverse("workspace:todo", args=[kind, pk]))

    assert rows_of_everything() == before


@pytest.mark.parametrize("role", [role for role in CHANGING if role != "coordinator"])
def test_each_of_those_who_may_write_can(home, visitor, role):
    answer = visitor(role).post(
        reverse("workspace:network-edit", args=[home.network.slug]), {"name": f"Netwerk van {role}"}
    )
    home.network.refresh_from_db()

    # Without what the page showed, each changed field is asked about: nothing is lost, and nothing is refused.
    assert answer.status_code == 409
    assert home.network.name == "Netwerk Nabij"
