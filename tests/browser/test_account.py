"""The pages of an account in a real browser: every page and state without barriers, and a passkey for real."""

import re

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator

from accounts.models import Message
from tests.accounts.factories import UserFactory, app_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PASSWORD = "vier paarden in de wei"
PUBLIC = [
    "/account/login/",
    "/account/signup/",
    "/account/login/code/",
    "/account/password/reset/",
    "/account/inactive/",
    "/account/organisatie/login/error/",
    "/account/organisatie/login/cancelled/",
]
PRIVATE = [
    "/account/",
    "/account/naam/",
    "/account/email/",
    "/account/password/set/",
    "/account/logout/",
    "/account/verwijderen/",
    "/account/organisatie/",
    "/account/2fa/",
    "/account/2fa/totp/activate/",
    "/account/2fa/webauthn/",
    "/account/2fa/webauthn/add/",
]
WITH_APP = [
    "/account/2fa/",
    "/account/2fa/reauthenticate/",
    "/account/2fa/recovery-codes/",
]
WIDTHS = ["wide", "small"]


def assert_fine(page, barriers):
    assert barriers(page) == []
    assert page.complaints == []
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]
    assert page.locator("h1").count() == 1
    assert page.locator("main .btn-primary").count() <= 1


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("path", PUBLIC)
def test_the_way_in_has_no_barriers(visit, barriers, path, width):
    assert_fine(visit(path, width=width), barriers)


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("path", PRIVATE)
def test_the_pages_of_an_account_have_no_barriers(visit_as, barriers, path, width):
    user = UserFactory(name="Een heel lange naam " * 5)
    EmailAddress.objects.create(user=user, email=f"{'lang' * 12}@tweede-school.example", verified=True)

    page = visit_as(user, path, width=width)

    assert path in page.url
    assert_fine(page, barriers)


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("path", WITH_APP)
def test_the_pages_of_a_second_step_have_no_barriers(visit_as, barriers, path, width):
    user = UserFactory()
    app_of(user)
    Authenticator.objects.create(
        user=user,
        type="recovery_codes",
        data={"migrated_codes": ["12345678", "23456789"], "used_mask": 0},
    )
    Authenticator.objects.create(user=user, type="webauthn", data={"name": "Telefoon", "credential": {}})

    assert_fine(visit_as(user, path, width=width), barriers)


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("has_app", [True, False])
def test_who_must_take_a_second_step_reads_what_to_do(visit_as, barriers, has_app, width):
    user = UserFactory(mfa_required=True)
    if has_app:
        app_of(user)

    page = visit_as(user, "/account/", width=width, second_step=False)

    assert page.locator("h1").inner_text() == "Eerst een tweede stap"
    assert_fine(page, barriers)


@pytest.mark.parametrize("width", WIDTHS)
def test_mistakes_are_told_without_barriers(visit, visit_as, barriers, width):
    page = visit("/account/login/", width=width)
    page.fill("[name=login]", "niemand@school.example")
    page.fill("[name=password]", "fout fout fout")
    page.press("[name=password]", "Enter")
    page.wait_for_selector("[role=alert]")
    assert_fine(page, barriers)

    page = visit_as(UserFactory(), "/account/password/set/", width=width)
    page.fill("[name=password1]", "kort")
    page.fill("[name=password2]", "anders")
    page.press("[name=password2]", "Enter")
    page.wait_for_selector("[role=alert]")
    assert_fine(page, barriers)

    page = visit_as(UserFactory(), "/account/verwijderen/", width=width)
    page.fill("[name=email]", "ander@school.example")
    page.press("[name=email]", "Enter")
    page.wait_for_selector("[role=alert]")
    assert_fine(page, barriers)


@pytest.mark.parametrize("width", WIDTHS)
def test_somebody_signs_up_and_reads_the_code_in_the_mail(visit, barriers, width):
    page = visit("/account/signup/", width=width)
    page.fill("[name=name]", "Demo Leerkracht")
    page.fill("[name=email]", "demo@school.example")
    page.press("[name=email]", "Enter")
    page.wait_for_selector("text=Bevestig uw e-mailadres")
    assert_fine(page, barriers)

    page.fill("[name=code]", "BBBB-BBBB")
    page.press("[name=code]", "Enter")
    page.wait_for_selector("text=Deze code klopt niet")
    assert_fine(page, barriers)

    code = re.search(r"[A-Z]{4}-[A-Z]{4}", Message.objects.latest("pk").text)[0]
    page.fill("[name=code]", code)
    page.press("[name=code]", "Enter")
    page.wait_for_selector("h1:text('Mijn scholen')")
    page.goto("/account/")
    assert "Demo Leerkracht" in page.locator("main").inner_text()


def with_authenticator(page):
    """Give the browser of `page` a device that knows passkeys and always says yes."""
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    device.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )


def test_a_coordinator_makes_a_passkey_and_logs_in_with_it(visit, barriers, live_server):
    user = UserFactory(mfa_required=True)
    here = live_server.url.replace("127.0.0.1", "localhost")  # a passkey belongs to a name, never to a number
    page = visit("/over/", new=True)
    with_authenticator(page)
    page.goto(f"{here}/account/login/")
    page.fill("[name=login]", user.email)
    page.press("[name=login]", "Enter")
    page.wait_for_selector("[name=code]")
    page.fill("[name=code]", re.search(r"[A-Z]{4}-[A-Z]{4}", Message.objects.latest("pk").text)[0])
    page.press("[name=code]", "Enter")
    page.wait_for_selector("h1:text('Eerst een tweede stap')")

    page.click("text=Maak een passkey")
    page.check("[name=passwordless]")
    page.click("#mfa_webauthn_add")
    page.wait_for_selector("text=De passkey is gemaakt")
    assert_fine(page, barriers)
    page.click("text=Ga verder naar de pagina die u wilde zien")
    page.wait_for_selector("h1:text('Mijn scholen')")

    page.goto(f"{here}/account/2fa/webauthn/reauthenticate/?next=/account/2fa/webauthn/")
    assert_fine(page, barriers)
    page.click("text=Gebruik mijn passkey")
    page.wait_for_selector("h1:text('Mijn passkeys')")
    assert_fine(page, barriers)
    page.goto(f"{here}/account/logout/")
    page.click("button:text('Log uit')")
    page.wait_for_url(f"{here}/")
    page.goto(f"{here}/account/login/")
    page.click("#passkey_login")
    page.wait_for_selector("h1:text('Mijn scholen')")

    assert page.complaints == []


def test_a_passkey_that_does_not_work_is_said_in_words(visit, barriers):
    page = visit("/account/login/")
    page.evaluate("() => { navigator.credentials.get = () => Promise.reject(new Error('no')) }")
    page.click("#passkey_login")
    page.wait_for_selector("[data-passkey-notice]")

    assert "Probeer het opnieuw of log anders in" in page.locator("[role=alert]").inner_text()
    assert_fine(page, barriers)


@pytest.mark.parametrize("width", WIDTHS)
def test_the_post_of_a_demo_has_no_barriers(visit, barriers, settings, tmp_path, width):
    settings.DEMO_POST = True
    settings.EMAIL_FILE_PATH = tmp_path
    (tmp_path / "een.log").write_text(
        "To: school@voorbeeld.example\nSubject: Uw code\nDate: Mon, 23 Nov 2026 09:00:00 +0100\n\n"
        f"Kijk op http://127.0.0.1:8000/{'heel-lang-' * 12}/\n"
    )

    assert_fine(visit("/demo/post/", width=width), barriers)
