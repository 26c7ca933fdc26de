"""Who must take a second step takes it, and is told how."""

import pytest
from allauth.mfa.models import Authenticator
from django.db import IntegrityError

from accounts.models import User
from tests.accounts.factories import UserFactory, app_of, code_of

PASSWORD = "vier paarden in de wei"


def log_in(client, user):
    return client.post("/account/login/", {"login": user.email, "password": PASSWORD})


@pytest.mark.django_db(transaction=True)
def test_a_coordinator_is_told_to_set_up_a_second_step_and_goes_on_after_it(client):
    user = UserFactory(password=PASSWORD, mfa_required=True)
    log_in(client, user)

    turned_away = client.get("/account/naam/?van=mail")
    told = client.get(turned_away["Location"])
    client.post("/account/reauthenticate/?next=/account/2fa/totp/activate/", {"password": PASSWORD})
    form = client.get("/account/2fa/totp/activate/")
    set_up = client.post("/account/2fa/totp/activate/", {"code": code_of(form.context["form"].secret)}, follow=True)
    go_on = client.get("/account/tweede-stap/")

    assert turned_away["Location"] == "/account/tweede-stap/"
    assert "Maak een passkey" in told.text
    assert "Zet een app met codes aan" in told.text
    assert "Ga verder naar de pagina die u wilde zien" in set_up.text
    assert go_on["Location"] == "/account/naam/?van=mail"
    assert client.get("/account/naam/").status_code == 200


def test_with_an_app_the_login_asks_its_code(client, db):
    user = UserFactory(password=PASSWORD, mfa_required=True)
    secret = app_of(user)

    asked = log_in(client, user)
    before = client.get("/account/").status_code
    wrong = client.post(asked["Location"], {"code": "000000"})
    done = client.post(asked["Location"], {"code": code_of(secret)})

    assert asked["Location"] == "/account/2fa/authenticate/"
    assert before == 302
    assert "Deze code klopt niet" in wrong.text
    assert done["Location"] == "/mijn/begin/"
    assert client.get("/account/").status_code == 200


def test_a_code_of_the_app_cannot_be_guessed(client, db):
    user = UserFactory(password=PASSWORD, mfa_required=True)
    secret = app_of(user)
    asked = log_in(client, user)
    for _try in range(5):
        client.post(asked["Location"], {"code": "000000"})

    answer = client.post(asked["Location"], {"code": code_of(secret)})

    assert "te vaak geprobeerd" in answer.text
    assert client.get("/account/").status_code == 302


def test_a_session_of_before_the_second_step_takes_it_still(sign_in, db):
    user = UserFactory(mfa_required=True)
    old_session = sign_in(user, second_step=False)
    secret = app_of(user)

    told = old_session.get("/account/", follow=True)
    done = old_session.post("/account/2fa/reauthenticate/?next=/account/tweede-stap/", {"code": code_of(secret)})

    assert "Gebruik mijn app met codes" in told.text
    assert done["Location"] == "/account/tweede-stap/"
    assert old_session.get("/account/").status_code == 200


def test_a_school_may_have_a_second_step_and_need_not(sign_in, db):
    client = sign_in(UserFactory(), second_step=False)

    assert client.get("/account/").status_code == 200
    assert "Het hoeft niet" in client.get("/account/2fa/").text


def test_whoever_must_have_one_cannot_take_the_last_away(sign_in, db):
    user = UserFactory(mfa_required=True)
    secret = app_of(user)
    client = sign_in(user)
    client.post("/account/2fa/reauthenticate/?next=/account/", {"code": code_of(secret)})

    answer = client.post("/account/2fa/totp/deactivate/")

    assert "Voeg eerst een andere toe" in answer.text
    assert Authenticator.objects.filter(user=user, type="totp").exists()


def test_posting_without_a_second_step_changes_nothing(sign_in, db):
    user = UserFactory(mfa_required=True, name="Jip")

    sign_in(user, second_step=False).post("/account/naam/", {"name": "Janneke"})

    user.refresh_from_db()
    assert user.name == "Jip"


def test_accounts_of_a_demo_need_none(sign_in, db, settings):
    settings.DEMO_ACCOUNTS = {"demo@voorbeeld.example": "Demo"}
    demo, other = (
        sign_in(User.objects.create_superuser(email), second_step=False)
        for email in ("demo@voorbeeld.example", "echt@voorbeeld.example")
    )

    assert demo.get("/admin/").status_code == 200
    assert other.get("/admin/")["Location"] == "/account/tweede-stap/"


@pytest.mark.parametrize(("trusted", "status"), [(True, 200), (False, 302)])
def test_the_second_factor_of_another_organisation_counts_only_when_it_is_trusted(
    client, db, settings, trusted, status
):
    settings.OIDC_TRUSTS_SECOND_FACTOR = trusted
    user = UserFactory(mfa_required=True)
    client.force_login(user)
    session = client.session
    session["account_authentication_methods"] = [{"method": "socialaccount", "at": 1.0, "provider": "oidc"}]
    session["account_authentication_methods_user"] = str(user.pk)
    session.save()

    assert client.get("/account/").status_code == status


def test_staff_always_need_one(db):
    user = User.objects.create_superuser("nieuw@voorbeeld.example")
    clean = UserFactory()
    clean.is_staff = True
    clean.full_clean(exclude=["password"])

    assert user.mfa_required
    assert clean.mfa_required
    with pytest.raises(IntegrityError, match="user_of_staff_needs_second_step"):
        User.objects.filter(pk=UserFactory().pk).update(is_staff=True)


def test_granting_staff_in_the_admin_requires_it(admin_client, db):
    user = UserFactory()

    answer = admin_client.post(
        f"/admin/accounts/user/{user.pk}/change/", {"name": "Jip", "is_active": "on", "is_staff": "on"}
    )

    user.refresh_from_db()
    assert answer.status_code == 302
    assert (user.is_staff, user.mfa_required) == (True, True)


def test_a_role_that_sees_more_requires_it(db):
    user = UserFactory()

    user.require_second_step()

    user.refresh_from_db()
    assert user.mfa_required


def test_staff_take_away_a_lost_app_and_never_see_its_secret(admin_client, db):
    user = UserFactory()
    secret = app_of(user)
    row = Authenticator.objects.get(user=user)

    page = admin_client.get(f"/admin/mfa/authenticator/{row.pk}/change/").text
    admin_client.post(f"/admin/mfa/authenticator/{row.pk}/delete/", {"post": "yes"})

    assert user.email in page or user.name in page
    assert secret not in page
    assert not Authenticator.objects.exists()
