"""Logging in by another organisation (OpenID Connect): the way there, and back with what it says of somebody."""

import json
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
import requests
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount

from accounts.models import User
from tests.accounts.factories import UserFactory

SERVER = "https://login.voorbeeld.example"
SECRET = "een-geheim-dat-lang-genoeg-is-voor-hs256"
DISCOVERY = {
    "issuer": SERVER,
    "authorization_endpoint": f"{SERVER}/authorize",
    "token_endpoint": f"{SERVER}/token",
    "userinfo_endpoint": f"{SERVER}/userinfo",
    "jwks_uri": f"{SERVER}/keys",
    "token_endpoint_auth_methods_supported": ["client_secret_basic"],
    "id_token_signing_alg_values_supported": ["HS256"],
}


class Provider:
    """The other organisation: answers what allauth asks of it over http; `claims` is who logs in there."""

    def __init__(self):
        self.claims = {}
        self.asked = []

    def request(self, session, method, url, **options):
        self.asked.append(url)
        found = {
            f"{SERVER}/.well-known/openid-configuration": DISCOVERY,
            DISCOVERY["token_endpoint"]: {
                "access_token": "t",
                "token_type": "Bearer",
                "id_token": jwt.encode({"iss": SERVER, "aud": "loket", **self.claims}, SECRET, algorithm="HS256"),
            },
            DISCOVERY["userinfo_endpoint"]: self.claims,
        }
        answer = requests.Response()
        answer.status_code = 200 if url in found else 404
        answer._content = json.dumps(found.get(url, {})).encode()
        answer.headers["Content-Type"] = "application/json"
        return answer


@pytest.fixture
def provider(settings, monkeypatch):
    settings.SOCIALACCOUNT_PROVIDERS = {
        "openid_connect": {
            "OAUTH_PKCE_ENABLED": True,
            "APPS": [
                {
                    "provider_id": "oidc",
                    "name": "Schoolnet",
                    "client_id": "loket",
                    "secret": SECRET,
                    "settings": {"server_url": SERVER, "fetch_userinfo": True},
                }
            ],
        }
    }
    provider = Provider()
    monkeypatch.setattr(
        requests.Session, "request", lambda session, method, url, **options: provider.request(session, method, url)
    )
    return provider


def come_back(client):
    """Go there by the button, and come back as the provider sends one back."""
    there = client.post("/account/oidc/oidc/login/")
    query = parse_qs(urlsplit(there["Location"]).query)
    return there, client.get("/account/oidc/oidc/login/callback/", {"code": "c", "state": query["state"][0]})


def test_the_login_page_has_its_button_only_when_it_is_set(client, db, provider, settings):
    assert "Log in via Schoolnet" in client.get("/account/login/").text

    settings.SOCIALACCOUNT_PROVIDERS = {}
    assert "Log in via" not in client.get("/account/login/").text


def test_the_way_there_is_proven_with_pkce_and_asks_first(client, db, provider):
    asked = client.get("/account/oidc/oidc/login/")
    there = client.post("/account/oidc/oidc/login/")

    assert "Naar Schoolnet" in asked.text
    query = parse_qs(urlsplit(there["Location"]).query)
    assert there["Location"].startswith(DISCOVERY["authorization_endpoint"])
    assert query["code_challenge_method"] == ["S256"]
    assert query["redirect_uri"] == ["http://testserver/account/oidc/oidc/login/callback/"]


def test_somebody_new_gets_an_account_with_name_and_address(client, db, provider):
    provider.claims = {
        "sub": "42",
        "email": "jip@school.example",
        "email_verified": True,
        "name": "Jip de Vries",
        "given_name": "Jip",
        "family_name": "de Vries",
    }

    _there, back = come_back(client)

    user = User.objects.get()
    assert (user.name, user.email, user.has_usable_password()) == ("Jip de Vries", "jip@school.example", False)
    assert EmailAddress.objects.get(user=user).verified
    assert back["Location"] == "/mijn/begin/"
    assert client.get("/account/").status_code == 200


def test_an_equal_address_does_not_take_over_an_account(client, db, provider):
    user = UserFactory(email="jip@school.example")
    provider.claims = {"sub": "42", "email": "jip@school.example", "email_verified": True, "name": "Boef"}

    come_back(client)

    assert client.get("/account/").status_code == 302
    assert not SocialAccount.objects.filter(user=user).exists()


def test_an_answer_that_makes_no_sense_is_told_in_words(client, db, provider):
    answer = client.get("/account/oidc/oidc/login/callback/", {"error": "server_error", "state": "x"})

    assert "Inloggen is niet gelukt" in answer.text
    assert not User.objects.exists()
