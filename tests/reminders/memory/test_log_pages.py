"""What was told about a subject, to oneself, and by each rule."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from accounts.models import Message
from reminders.models import Reminder, Rule
from reminders.planning import plan, sync_rules
from tests.accounts.factories import UserFactory
from tests.activities.factories import ActivityFactory
from tests.reminders.memory.pretend import a_due
from tests.workspace.world import ask, today, world

HTMX = {"HX-Request": "true"}


def told(rule, subject, *, days_ago, to="iemand@voorbeeld.example", done_after=None, **values):
    """A reminder of which the mail left so many days ago."""
    at = timezone.now() - timedelta(days=days_ago)
    message = Message.objects.create(
        key=f"x-{Message.objects.count()}", kind="reminders", to=to, subject="x", due_at=at, sent_at=at
    )
    return Reminder.objects.create(
        rule=rule,
        subject=subject,
        to=to,
        moment=values.pop("moment", f"{today()}/{days_ago}"),
        planned_at=at,
        ready_at=at,
        bundled_at=at,
        message=message,
        done_at=None if done_after is None else at + timedelta(days=done_after),
        **values,
    )


@pytest.fixture
def rule(pretend):
    pretend.rule()
    sync_rules()
    return Rule.objects.get()


def about(home, name):
    pks = {
        "quality.Obligation": home.obligation.pk,
        "networks.Network": home.network.pk,
        "activities.Activity": home.activity.pk,
        "enquiries.Recipient": home.recipient.pk,
    }
    return f"{name}:{pks[name]}"


@pytest.fixture
def home(db):
    home = world()
    home.activity = ActivityFactory(network=home.network)
    home.recipient = ask(home)
    return home


NAMES = ["quality.Obligation", "networks.Network", "activities.Activity", "enquiries.Recipient"]
SEEING = {"coordinator", "account manager", "delegate", "staff"}


@pytest.mark.parametrize("name", NAMES)
def test_who_may_see_a_subject_may_see_what_was_told_about_it(rule, home, sign_in, name):
    subject = about(home, name)
    told(rule, subject, days_ago=3)
    seen = {
        role
        for role, user in home.people.items()
        if sign_in(user).get(f"/herinneringen/over/{subject}/").status_code == 200
    }

    expected = SEEING | ({"committee", "region coordinator"} if name != "enquiries.Recipient" else set())
    assert seen - {"region coordinator"} == expected - {"region coordinator"}
    assert "region coordinator" in seen or name == "enquiries.Recipient"


@pytest.mark.parametrize("subject", ["accounts.User:1", "nergens.Ding:1", "quality.Obligation:999999"])
def test_a_subject_that_nobody_opened_is_closed(home, sign_in, subject):
    assert sign_in(home.people["staff"]).get(f"/herinneringen/over/{subject}/").status_code == 404


def test_the_piece_says_when_it_was_told_and_when_again(rule, pretend, home, sign_in):
    Rule.objects.update(days=[30, 7, 0])
    subject = about(home, "quality.Obligation")
    base = today() + timedelta(days=20)
    told(rule, subject, days_ago=3, moment=f"{base}/30")
    pretend.dues["ding"] = [a_due(subject=subject, moment=f"{base}/7")]
    client = sign_in(home.people["coordinator"])

    piece = client.get(f"/herinneringen/over/{subject}/", headers=HTMX)
    page = client.get(f"/herinneringen/over/{subject}/")

    assert f"herinnering gestuurd op {_day(today() - timedelta(days=3))}" in piece.text
    assert f"gaat weer op {_day(base - timedelta(days=7))}" in piece.text
    assert "<html" not in piece.text
    assert "<html" in page.text
    assert "HX-Request" in page["Vary"]


def _day(day):
    return date_format(day, "j F Y")


def test_a_subject_of_which_nothing_was_told_says_so(rule, home, sign_in):
    answer = sign_in(home.people["coordinator"]).get(f"/herinneringen/over/{about(home, 'networks.Network')}/")

    assert "Hierover is nog geen herinnering gestuurd." in answer.text


@pytest.mark.parametrize(
    ("name", "page"),
    [
        ("quality.Obligation", lambda home: f"/beheer/verplichtingen/{home.obligation.pk}/"),
        ("networks.Network", lambda home: f"/beheer/netwerken/{home.network.slug}/"),
        ("activities.Activity", lambda home: reverse("workspace:offer", args=[home.activity.slug])),
        ("enquiries.Recipient", lambda home: f"/beheer/vragen/{home.recipient.uid}/"),
    ],
)
def test_the_page_of_a_subject_takes_the_piece_by_its_address(home, sign_in, name, page):
    answer = sign_in(home.people["coordinator"]).get(page(home))

    assert answer.status_code == 200
    assert f'hx-get="/herinneringen/over/{about(home, name)}/"' in answer.text
    assert "htmx" in answer.text


def test_one_reads_ones_own_reminders_and_nobody_elses(rule, pretend, sign_in):
    user = UserFactory()
    told(rule, "pretend.Thing:1", days_ago=2, to=user.email, user=user, values={"wat": "het mijne"}, done_after=1)
    told(rule, "pretend.Thing:2", days_ago=2, values={"wat": "het andere"})
    pretend.dues["ding"] = [a_due(3, to=user.email, values={"wat": "het nieuwe"})]
    plan(timezone.now())

    page = sign_in(user).get("/herinneringen/").text

    assert "U kunt het mijne nog doen." in page
    assert "gedaan op" in page
    assert "het andere" not in page
    assert "gaat in de eerstvolgende mail" in page
    assert "Wat herinneringen opleveren" not in page


def test_who_has_no_reminders_reads_what_would_stand_there(db, sign_in):
    assert "Er zijn geen herinneringen" in sign_in(UserFactory()).get("/herinneringen/").text


@pytest.mark.parametrize("count", [2, 20])
def test_the_queries_of_a_log_do_not_grow(rule, sign_in, django_assert_max_num_queries, count):
    user = UserFactory()
    for number in range(count):
        told(rule, f"pretend.Thing:{number}", days_ago=2, to=user.email, values={"wat": "x"})
    client = sign_in(user)

    with django_assert_max_num_queries(9):
        client.get("/herinneringen/")


def test_the_office_reads_what_each_rule_did(rule, home, sign_in):
    told(rule, "pretend.Thing:1", days_ago=20, done_after=2)
    told(rule, "pretend.Thing:2", days_ago=20, done_after=7.5)
    told(rule, "pretend.Thing:3", days_ago=200, done_after=1)
    Rule.objects.update(last_error="ZeroDivisionError: kapot")

    page = sign_in(home.people["staff"]).get("/herinneringen/regels/").text

    cells = [cell.split("<")[0] for cell in page.split('<td class="text-end">')[1:]]
    assert cells == ["2", "1", "0", "0"]
    assert "ZeroDivisionError: kapot" in page
    assert sign_in(home.people["coordinator"]).get("/herinneringen/regels/").status_code == 404
