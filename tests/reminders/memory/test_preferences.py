"""How people want to be told: by the link of a mail, by one click of a mail program, or from their account."""

from unittest import mock

import pytest
from allauth.account.models import EmailAddress
from allauth.account.signals import email_changed
from django.core import signing
from django.db import IntegrityError, transaction
from django.test import Client

from accounts.deletion import delete_account
from accounts.models import Preference
from accounts.own_data import collect
from accounts.preferences import choose, chosen_by
from reminders.letters import unsubscribe_headers
from reminders.links import CHOOSE, UNSUBSCRIBE
from reminders.models import Reminder
from reminders.planning import plan
from tests.accounts.factories import UserFactory
from tests.reminders.memory.pretend import MONDAY, a_due, at

TO = "lezer@voorbeeld.example"


@pytest.fixture
def rules(pretend):
    pretend.rule("een", dues=[a_due()])
    pretend.rule("twee")
    pretend.rule("dringend", is_urgent=True, why_urgent="De datum is morgen.")


def kept(address=TO):
    return dict(chosen_by([address]).values_list("kind", "how"))


def test_the_link_shows_each_kind_and_why_what_is_urgent_cannot_be_off(rules, client):
    plan(at(MONDAY))

    page = client.get(CHOOSE.path(TO)).text

    assert page.index("Regel een") < page.index("Andere herinneringen") < page.index("Regel twee")
    assert "Regel dringend</strong>: De datum is morgen." in page
    assert 'name="dringend"' not in page
    assert 'name="een" value="daily"' in page


def test_what_is_chosen_is_kept_and_only_what_differs(rules, client):
    answer = client.post(CHOOSE.path(TO), {"een": "off", "twee": "daily"})
    client.post(CHOOSE.path(TO), {"een": "weekly", "twee": "daily"})

    assert "Uw keuze is bewaard." in answer.text
    assert kept() == {"een": "weekly"}


@pytest.mark.parametrize("data", [{}, {"een": "soms", "twee": "daily"}, {"een": "off"}])
def test_a_choice_that_is_none_is_refused_and_changes_nothing(rules, client, data):
    answer = client.post(CHOOSE.path(TO), {"x": "y", **data})

    assert answer.status_code == 422
    assert "Kies voor elke soort" in answer.text
    assert kept() == {}


def test_a_form_without_its_token_is_refused(rules):
    assert Client(enforce_csrf_checks=True).post(CHOOSE.path(TO), {"een": "off", "twee": "off"}).status_code == 403


def one_click(kinds=("een",), **options):
    path = UNSUBSCRIBE.path({"to": TO, "kinds": list(kinds)})
    return Client(enforce_csrf_checks=True).post(path, {"List-Unsubscribe": "One-Click"}, **options)


def test_one_click_of_a_mail_program_switches_off_the_kinds_of_that_mail_and_twice_changes_nothing(rules):
    assert [one_click().status_code, one_click().status_code] == [200, 200]
    assert kept() == {"een": "off"}


def test_a_get_only_shows_what_it_would_do(rules, client):
    page = client.get(UNSUBSCRIBE.path({"to": TO, "kinds": ["een"]}))

    assert "Deze herinneringen uitzetten?" in page.text
    assert "Regel een" in page.text
    assert "Regel twee" not in page.text
    assert kept() == {}


def test_leaving_is_never_too_late_and_switches_off_nothing_urgent(rules):
    path = UNSUBSCRIBE.path({"to": TO, "kinds": ["dringend", "een", "van-vroeger"]})
    with mock.patch.object(signing.time, "time", return_value=signing.time.time() + 900 * 86400):
        answer = Client().post(path)

    assert answer.status_code == 200
    assert kept() == {"een": "off"}


def test_a_link_that_somebody_made_up_changes_nothing(rules, client):
    path = UNSUBSCRIBE.path({"to": TO, "kinds": ["een"]})
    made_up = path.replace(path.split("/")[3], signing.dumps({"to": TO, "kinds": ["een"]}, salt="anders"))

    assert client.post(made_up).status_code == 404
    assert kept() == {}


def test_the_header_of_a_mail_names_its_own_kinds(rules, pretend):
    plan(at(MONDAY))
    headers = unsubscribe_headers([Reminder.objects.select_related("rule").get()])
    token = headers["List-Unsubscribe"].strip("<>").rstrip("/").rsplit("/", 1)[1]

    assert UNSUBSCRIBE.read(token) == ({"to": TO, "kinds": ["een"]}, False)


def test_an_old_link_to_choose_leads_to_the_account(rules, client):
    path = CHOOSE.path(TO)
    with mock.patch.object(signing.time, "time", return_value=signing.time.time() + 500 * 86400):
        answer = client.get(path)

    assert answer.status_code == 410
    assert "/herinneringen/voorkeuren/" in answer.text


def test_from_the_account_one_chooses_for_all_of_ones_addresses(rules, sign_in):
    user = UserFactory(email="Ik@voorbeeld.example")
    EmailAddress.objects.create(user=user, email="ook-ik@voorbeeld.example", verified=True)
    client = sign_in(user)

    answer = client.post("/herinneringen/voorkeuren/", {"een": "direct", "twee": "off"}, follow=True)

    assert "Uw keuze is bewaard." in answer.text
    assert kept("ik@voorbeeld.example") == kept("ook-ik@voorbeeld.example") == {"een": "direct", "twee": "off"}
    assert "/herinneringen/voorkeuren/" in client.get("/account/").text


def test_a_choice_goes_along_to_a_new_address(rules):
    user = UserFactory(email="oud@voorbeeld.example")
    new = EmailAddress.objects.create(user=user, email="Nieuw@voorbeeld.example", verified=True)
    choose(["oud@voorbeeld.example"], {"een": "off"})

    email_changed.send(
        UserFactory, request=None, user=user, from_email_address=user.emailaddress_set.first(), to_email_address=new
    )

    assert kept("nieuw@voorbeeld.example") == {"een": "off"}


def test_the_database_keeps_one_choice_in_lower_case(db):
    Preference.objects.create(address=TO, kind="een", how="off")

    for address in (TO, TO.upper()):
        with pytest.raises(IntegrityError), transaction.atomic():
            Preference.objects.create(address=address, kind="een", how="daily")


def test_own_data_holds_reminders_and_choices_and_deletion_takes_all_of_it(rules, pretend):
    user = UserFactory(email=TO)
    pretend.dues["een"] = [a_due(1, user_pk=user.pk), a_due(2), a_due(3, to="ander@voorbeeld.example")]
    plan(at(MONDAY))
    choose([TO], {"een": "weekly"})

    found = collect(user)
    delete_account(user, by=user)

    assert [row["waarover"] for row in found["herinneringen"]] == ["pretend.Thing:1", "pretend.Thing:2"]
    assert found["hoe u bericht wilt"][0]["soort"] == "een"
    assert [row.to for row in Reminder.objects.all()] == ["ander@voorbeeld.example"]
    assert kept() == {}
