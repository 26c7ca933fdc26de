"""One's own account: seen, changed, downloaded, and gone without a trace of the name."""

import json
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from auditlog.models import LogEntry
from django.contrib.admin.models import LogEntry as AdminEntry
from django.db import transaction
from django.utils import timezone

from accounts import own_data
from accounts.audit import acting, trail
from accounts.messages import queue
from accounts.models import Message, User
from tests.accounts.factories import UserFactory, app_of

PASSWORD = "vier paarden in de wei"


def a_message(to, **values):
    with transaction.atomic():
        return queue(**{"key": f"to-{to}", "kind": "note", "to": to, "subject": "s", "text": "Beste", **values})


def test_the_page_says_how_one_logs_in(sign_in, db):
    user = UserFactory(name="Jip de Vries")
    EmailAddress.objects.create(user=user, email="jip@tweede.example", verified=True)

    page = sign_in(user).get("/account/").text

    for words in ("Jip de Vries", user.email, "jip@tweede.example", "Geen. U logt in met een code in uw mail."):
        assert words in page


def test_a_name_is_changed_and_an_empty_one_refused(sign_in, db):
    user = UserFactory()
    client = sign_in(user)

    empty = client.post("/account/naam/", {"name": " "})
    done = client.post("/account/naam/", {"name": "Janneke"}, follow=True)

    user.refresh_from_db()
    assert empty.status_code == 200
    assert user.name == "Janneke"
    assert "Uw naam is gewijzigd." in done.text


def test_the_download_holds_everything_and_no_secret(sign_in, db):
    user, other = UserFactory(), UserFactory()
    secret = app_of(user)
    a_message(user.email, text="Uw vraag is beantwoord")
    a_message(user.email, key="secret", text="ABCD-EFGH", is_secret=True)
    a_message(other.email, text="Voor een ander")

    answer = sign_in(user).get("/account/gegevens/")

    content = json.loads(answer.content)
    assert answer["Content-Disposition"].startswith('attachment; filename="mijn-gegevens-loket-')
    assert "no-store" in answer["Cache-Control"]
    assert content["account"][0]["e-mailadres"] == user.email
    assert content["e-mailadressen"] == [{"e-mailadres": user.email, "bevestigd": True, "om mee in te loggen": True}]
    assert [row["soort"] for row in content["tweede stap"]]
    assert [row["tekst"] for row in content["mail aan u"]] == ["Uw vraag is beantwoord", ""]
    for hidden in (secret, "ABCD-EFGH", "Voor een ander", other.email, "pbkdf2", "md5$"):
        assert hidden not in answer.text


def test_a_room_adds_what_it_keeps(db, monkeypatch):
    monkeypatch.setattr(own_data, "SOURCES", [*own_data.SOURCES])

    @own_data.own_data
    def examples(user):
        return "voorbeelden", [{"school": "De Regenboog", "sinds": timezone.localdate()}]

    assert own_data.collect(UserFactory())["voorbeelden"][0]["school"] == "De Regenboog"
    own_data.SOURCES.append(examples)
    with pytest.raises(ValueError, match="voorbeelden"):
        own_data.collect(UserFactory())


def test_deleting_asks_for_the_password_and_the_address(sign_in, db):
    user = UserFactory(password=PASSWORD)
    client = sign_in(user)

    asked = client.get("/account/verwijderen/")
    client.post(f"/account/reauthenticate/?next={asked['Location']}", {"password": PASSWORD})
    slip = client.post("/account/verwijderen/", {"email": "iets@anders.example"})
    still_there = User.objects.filter(pk=user.pk).exists()
    done = client.post("/account/verwijderen/", {"email": user.email.upper()})

    assert asked["Location"].startswith("/account/reauthenticate/")
    assert "Er is niets verwijderd" in slip.text
    assert still_there
    assert "Uw account is verwijderd" in done.text
    assert not User.objects.exists()
    assert client.get("/account/").status_code == 302


@pytest.mark.django_db(transaction=True)
def test_what_happened_stays_and_the_name_is_gone(sign_in):
    jip = UserFactory(name="Jip de Vries", email="jip@school.example")
    EmailAddress.objects.create(user=jip, email="jip@tweede.example", verified=True)
    other = UserFactory(name="Ander")
    with acting(jip):
        other.name = "Andere"
        other.save()
    a_message("jip@tweede.example", key="waiting", due_at=timezone.now() + timedelta(days=1))
    a_message("jip@school.example", key="now")
    kept = a_message(other.email)

    answer = sign_in(jip).post("/account/verwijderen/", {"email": jip.email})

    assert answer.status_code == 200
    newest = trail(other)[0]
    assert (newest.who, newest.changes[0].after) == ("verwijderd account", "Andere")
    left = json.dumps(list(LogEntry.objects.values()), default=str)
    for name in ("Jip", "jip@"):
        assert name not in left
    about = LogEntry.objects.filter(object_id=jip.pk or 0) | LogEntry.objects.filter(object_repr="verwijderd account")
    assert about.filter(action=LogEntry.Action.DELETE, actor=None).exists()
    assert list(Message.objects.all()) == [kept]


def test_staff_who_delete_an_account_are_named_and_the_account_is_not(admin_client, admin_user):
    jip = UserFactory(name="Jip de Vries", email="jip@school.example")
    admin_client.post(f"/admin/accounts/user/{jip.pk}/change/", {"name": "Jip de Vries", "is_active": "on"})

    admin_client.post(f"/admin/accounts/user/{jip.pk}/delete/", {"post": "yes"})

    entry = LogEntry.objects.filter(action=LogEntry.Action.DELETE).latest("pk")
    assert not User.objects.filter(pk=jip.pk).exists()
    assert entry.actor == admin_user
    assert "Jip" not in json.dumps(list(LogEntry.objects.values()), default=str)
    assert "Jip" not in json.dumps(list(AdminEntry.objects.values()), default=str)


def test_an_address_is_not_changed_in_the_admin(admin_client, db):
    user = UserFactory()
    before = user.email

    admin_client.post(
        f"/admin/accounts/user/{user.pk}/change/", {"name": "Jip", "email": "ander@school.example", "is_active": "on"}
    )

    user.refresh_from_db()
    assert (user.email, user.name) == (before, "Jip")
