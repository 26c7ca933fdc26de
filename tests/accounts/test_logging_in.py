"""Signing up and logging in: by code, by password; guessing and probing get nowhere."""

import re
from pathlib import Path

import allauth
import pytest
from allauth.account.models import EmailAddress
from django.urls import reverse

from accounts.adapter import LETTERS
from accounts.models import Message, User
from tests.accounts.factories import UserFactory

PASSWORD = "vier paarden in de wei"


def last_mail():
    return Message.objects.latest("pk")


def mailed_code():
    return re.search(r"^    ([A-Z]{4}-[A-Z]{4})$", last_mail().text, re.MULTILINE)[1]


def ask_code(client, email, **extra):
    return client.post("/account/login/", {"login": email}, **extra)


def is_logged_in(client):
    return client.get("/account/").status_code == 200


def test_somebody_logs_in_with_a_mailed_code(client, db):
    user = UserFactory()

    asked = ask_code(client, user.email.upper())
    page = client.get(asked["Location"])
    done = client.post(asked["Location"], {"code": mailed_code().lower().replace("-", " ")})

    assert user.email in page.text
    assert "De code werkt 15 minuten" in page.text
    assert (done.status_code, done["Location"]) == (302, "/mijn/begin/")
    assert is_logged_in(client)


def test_a_mailed_code_is_a_secret_that_runs_out(client, db):
    ask_code(client, UserFactory().email)

    message = last_mail()
    assert (message.kind, message.is_secret) == ("account-login-code", True)
    assert 14 * 60 < (message.expires_at - message.created_at).total_seconds() <= 15 * 60
    assert mailed_code() not in message.subject + message.key
    assert mailed_code() in message.html


def test_after_login_one_comes_where_one_wanted_to_be(client, db):
    user = UserFactory(password=PASSWORD)

    done = client.post("/account/login/", {"login": user.email, "password": PASSWORD, "next": "/account/naam/"})
    away = client.post("/account/logout/")
    elsewhere = client.post(
        "/account/login/", {"login": user.email, "password": PASSWORD, "next": "https://boef.example/"}
    )

    assert done["Location"] == "/account/naam/"
    assert away["Location"] == "/"
    assert elsewhere["Location"] == "/mijn/begin/"


def test_a_wrong_code_is_refused_and_after_three_the_code_is_worth_nothing(client, db):
    asked = ask_code(client, UserFactory().email)
    code = mailed_code()

    first = client.post(asked["Location"], {"code": "BBBB-BBBB"})
    client.post(asked["Location"], {"code": "CCCC-CCCC"})
    third = client.post(asked["Location"], {"code": "DDDD-DDDD"})
    late = client.post(asked["Location"], {"code": code})

    assert "Deze code klopt niet" in first.text
    assert third.status_code == 302
    assert late.status_code == 302
    assert not is_logged_in(client)


def test_a_code_works_only_where_it_was_asked_for(client, db, sign_in):
    ask_code(client, UserFactory().email)
    code = mailed_code()
    other = type(client)()

    other.post("/account/login/code/confirm/", {"code": code})

    assert not is_logged_in(other)


def test_the_same_code_does_not_log_in_twice(client, db):
    asked = ask_code(client, UserFactory().email)
    code = mailed_code()
    client.post(asked["Location"], {"code": code})
    client.post("/account/logout/")

    client.post(asked["Location"], {"code": code})

    assert not is_logged_in(client)


def without_what_differs(text, email):
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", text).replace(email, "")


@pytest.mark.parametrize("path", ["/account/login/", "/account/password/reset/", "/account/login/code/"])
def test_an_unknown_address_gets_the_same_answer(db, client, path):
    known, unknown = UserFactory(password=PASSWORD).email, "niemand@school.example"
    answers = []
    for email in (known, unknown):
        visitor = type(client)()
        answer = visitor.post(path, {"login": email, "email": email})
        page = visitor.get(answer["Location"])
        answers.append((answer.status_code, answer["Location"], without_what_differs(page.text, email)))

    assert answers[0] == answers[1]
    assert Message.objects.get(to=unknown).kind == "account-unknown-account"
    assert Message.objects.get(to=known).is_secret


def test_an_unknown_address_with_a_password_gets_the_same_words(db, client):
    known = UserFactory(password=PASSWORD).email

    answers = [
        without_what_differs(client.post("/account/login/", {"login": email, "password": "fout fout"}).text, email)
        for email in (known, "niemand@school.example")
    ]

    assert answers[0] == answers[1]
    assert "horen niet bij elkaar" in answers[0]


def test_after_five_wrong_passwords_the_right_one_does_not_work_either(client, db):
    user = UserFactory(password=PASSWORD)
    for _try in range(5):
        client.post("/account/login/", {"login": user.email, "password": "fout"})

    answer = client.post("/account/login/", {"login": user.email, "password": PASSWORD})

    assert "Er is te vaak geprobeerd" in answer.text
    assert not is_logged_in(client)


def test_one_address_cannot_try_many_accounts(client, db):
    for number in range(20):
        client.post("/account/login/", {"login": f"a{number}@school.example", "password": "fout"})

    answer = client.post("/account/login/", {"login": "b@school.example", "password": "fout"})

    assert "Er is te vaak geprobeerd" in answer.text


def test_what_a_client_claims_of_its_address_does_not_count(client, db, settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    answers = [
        type(client)().post(
            "/account/login/code/",
            {"email": f"a{number}@school.example"},
            headers={"X-Forwarded-For": f"203.0.113.{number}, 198.51.100.7"},  # the last is what the proxy saw
        )
        for number in range(21)
    ]

    assert [answer.status_code for answer in answers[:20]] == [302] * 20
    assert "Er is te vaak geprobeerd" in answers[20].text


def test_nobody_is_mailed_codes_without_end(client, db):
    email = UserFactory().email
    for _ask in range(6):
        ask_code(type(client)(), email)

    assert Message.objects.filter(to=email).count() == 3


def test_somebody_signs_up_with_a_code_and_no_password(client, db):
    asked = client.post("/account/signup/", {"name": "Jip de Vries", "email": "Jip@school.example"})
    before = is_logged_in(client)
    done = client.post(asked["Location"], {"code": mailed_code()})

    user = User.objects.get()
    assert (user.name, user.email, user.has_usable_password()) == ("Jip de Vries", "jip@school.example", False)
    assert EmailAddress.objects.get(user=user).verified
    assert before is False
    assert done["Location"] == "/mijn/begin/"
    assert is_logged_in(client)


def test_signing_up_with_a_known_address_looks_the_same_and_changes_nothing(client, db):
    user = UserFactory(email="jip@school.example", name="Jip")

    known = client.post("/account/signup/", {"name": "Boef", "email": user.email})
    known_page = client.get(known["Location"])
    other = type(client)()
    new = other.post("/account/signup/", {"name": "Nieuw", "email": "nieuw@school.example"})
    new_page = other.get(new["Location"])

    assert known["Location"] == new["Location"]
    assert without_what_differs(known_page.text, user.email) == without_what_differs(
        new_page.text, "nieuw@school.example"
    )
    assert Message.objects.get(to=user.email).kind == "account-account-already-exists"
    user.refresh_from_db()
    assert user.name == "Jip"


def test_a_new_password_is_chosen_with_a_code(client, db):
    user = UserFactory(password=PASSWORD)
    asked = client.post("/account/password/reset/", {"email": user.email})
    confirmed = client.post(asked["Location"], {"code": mailed_code()})
    new = "zeven geiten op het dak"
    done = client.post(confirmed["Location"], {"password1": new, "password2": new})

    user.refresh_from_db()
    assert user.check_password(new)
    assert done.status_code == 302
    assert last_mail().subject == "Uw account bij Loket is gewijzigd"
    assert "U hebt een nieuw wachtwoord gekozen." in last_mail().text


def test_an_address_is_added_only_with_its_code(sign_in, db):
    user = UserFactory()
    client = sign_in(user)

    asked = client.post("/account/email/", {"action_add": "", "email": "jip@tweede-school.example"})
    before = EmailAddress.objects.filter(user=user).count()
    client.post(asked["Location"], {"code": mailed_code()})

    assert before == 1
    assert EmailAddress.objects.get(user=user, email="jip@tweede-school.example").verified


def test_an_account_that_was_turned_off_does_not_get_in(client, db):
    user = UserFactory(password=PASSWORD, is_active=False)

    answer = client.post("/account/login/", {"login": user.email, "password": PASSWORD}, follow=True)

    assert not is_logged_in(client)
    assert answer.status_code == 200


def test_every_mail_of_the_library_has_words_of_ours():
    folder = Path(allauth.__file__).parent / "templates"
    asked = {
        str(path.relative_to(folder)).removesuffix("_subject.txt")
        for room in ("account", "mfa", "socialaccount")
        for path in folder.glob(f"{room}/email/*_subject.txt")
    }

    # A link for a new password: ours is a code.
    assert set(LETTERS) == asked - {"account/email/password_reset_key"}


def test_public_pages_know_nothing_of_who_is_logged_in(db, sign_in):
    client = sign_in(UserFactory())

    answer = client.get("/over/")

    assert "Cookie" not in answer.headers.get("Vary", "")
    assert not answer.cookies
    assert f'href="{reverse("enquiries:begin")}"' in answer.text
