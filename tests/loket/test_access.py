"""Closed by default: every URL of Loket, asked by somebody who is not logged in and by somebody without rights.

Whoever adds a page that everybody may see names it here; all others must turn strangers away.
"""

import re

import pytest
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils.regex_helper import normalize

from accounts.middleware import WITHOUT_SECOND_STEP

# Read by everybody, without login.
PUBLIC = {
    "loket:front",
    "loket:about",
    "loket:accessibility",
    "loket:privacy",
    "loket:data",
    "loket:robots",
    "loket:style",
    "loket:live",
    "loket:ready",
    "loket:metrics",  # with the token of the settings
    "loket:sitemap",
    "loket:sitemap-section",
    "accounts:demo-post",
    "schools:search",
    "schools:suggest",
    "activities:loket",
    "activities:further",
    "activities:api-loket",
    "activities:api-schema",
    "activities:api-docs",
    *(
        f"activities:api-{name}-{kind}"
        for name in (
            "programmes",
            "networks",
            "organisations",
            "activities",
            "dates",
            "subsidies",
            "schools",
            "regions",
        )
        for kind in ("list", "detail")
    ),
    "activities:api-coverage-list",
    "dashboards-api:figures-list",
    "dashboards-api:figures-detail",
    "dashboards:open",
    "dashboards:open-figure",
    "activities:catalogue-csv",
    "activities:catalogue-json",
    "activities:catalogue-xlsx",
    "activities:detail",
    "activities:list",
    "activities:note",
    "activities:note-sent",
    "activities:agenda",
    "activities:agenda-ics",
    "activities:offer-atom",
    "activities:network-ics",
    "activities:loket-ics",
    "enquiries:calendar",  # by its secret address
    "activities:subsidies",
    "activities:map",
    "activities:map-rows",
    "activities:region-map",
    "activities:landsdeel-map",
    "activities:network-map",
    "activities:map-shapes",
    "activities:regions",
    "activities:region",
    "activities:landsdeel",
    "activities:municipality",
    "activities:network",
    "activities:programmes",
    "activities:programme",
    "activities:organisation",
    # By the signed links of a reminder; 1 is no such link.
    "reminders:item",
    "reminders:choose",
    "reminders:unsubscribe",
    # The survey of 2013 is public.
    "dashboards:baseline",
    "dashboards:baseline-table",
    "dashboards-api:baseline-list",
    "dashboards-api:baseline-detail",
    # Asking needs no account; a signed link from a mail opens the rest, and 1 is no such link.
    "enquiries:ask",
    "enquiries:ask-sent",
    "enquiries:verify",
    "enquiries:answer",
    "enquiries:answer-attachment",
    "enquiries:follow",
    *(
        f"enquiries:follow-{name}"
        for name in ("change", "withdraw", "reveal", "postpone", "accept", "next", "attachment")
    ),
}
# The way in, and what it needs; these look who is there, so they are never the same for everybody.
WAY_IN = {
    "admin:login",
    "admin:jsi18n",
    "account_login",
    "account_logout",
    "account_signup",
    "account_inactive",
    "account_request_login_code",
    "account_confirm_login_code",
    "account_email_verification_sent",
    "account_reset_password",
    "account_confirm_password_reset_code",
    "account_complete_password_reset",
    "account_password_reset_completed",
    "mfa_authenticate",
    "mfa_login_webauthn",
    "openid_connect_login",
    "openid_connect_callback",
    "socialaccount_login_cancelled",
    "socialaccount_login_error",
    "socialaccount_signup",
}
# One's own account: for whoever is logged in, and about nobody else.
OWN = {
    "enquiries:begin",
    "enquiries:my",
    # The register is public; here one asks for a school or a board in it.
    "enquiries:choose-school",
    "enquiries:choose-role",
    "enquiries:boards",
    "enquiries:board",
    "reminders:mine",
    "reminders:preferences",
    "accounts:home",
    "accounts:name",
    "accounts:download",
    "accounts:delete",
    "accounts:second-step",
    "account_email",
    "account_change_password",
    "account_set_password",
    "account_reauthenticate",
    "mfa_index",
    "mfa_reauthenticate",
    "mfa_reauthenticate_webauthn",
    "mfa_activate_totp",
    "mfa_deactivate_totp",
    "mfa_list_webauthn",
    "mfa_add_webauthn",
    "mfa_edit_webauthn",
    "mfa_remove_webauthn",
    "mfa_view_recovery_codes",
    "mfa_generate_recovery_codes",
    "mfa_download_recovery_codes",
    "socialaccount_connections",
}


NOBODYS = "00000000-0000-4000-8000-000000000000"


def patterns(resolver, namespace="", path=""):
    """(name, path with 1 for every argument) of all URLs below `resolver`."""
    for pattern in resolver.url_patterns:
        route = path + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from patterns(pattern, inner, route)
        elif isinstance(pattern, URLPattern):
            yield f"{namespace}{pattern.name}", route


def address(route):
    """An address that `route` accepts, with 1 or the uuid of nothing for each argument."""
    if "(?P" in route or "^" in route or "\\" in route:
        template, names = normalize(route.replace("\\Z", "").replace("^", ""))[0]
        return "/" + template % dict.fromkeys(names, "1")
    return "/" + re.sub(r"<[^>]+>", "1", re.sub(r"<uuid:[^>]+>", NOBODYS, route))


ALL = sorted(set(patterns(get_resolver())))


def test_the_list_of_public_pages_holds_only_pages_that_exist():
    assert {name for name, _route in ALL} >= PUBLIC | WAY_IN | OWN


@pytest.mark.parametrize(("name", "route"), [pair for pair in ALL if pair[0] not in PUBLIC | WAY_IN])
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_stranger_is_sent_to_the_login(client, db, name, route, method):
    response = getattr(client, method)(address(route))

    assert response.status_code == 302, name
    # The admin sends to its own login first, which sends on.
    way_in = (
        ("/account/login/?next=", "/admin/login/?next=") if name.startswith("admin:") else "/account/login/?next="
    )
    assert response["Location"].startswith(way_in), name


@pytest.mark.parametrize("method", ["get", "post"])
def test_the_admin_has_no_way_in_of_its_own(client, db, method):
    response = getattr(client, method)("/admin/login/", query_params={"next": "/admin/"})

    assert (response.status_code, response["Location"]) == (302, "/account/login/?next=%2Fadmin%2F")


@pytest.mark.parametrize(("name", "route"), [pair for pair in ALL if pair[0] not in PUBLIC | WAY_IN])
def test_somebody_without_rights_sees_nothing_of_it(client, db, django_user_model, name, route):
    client.force_login(django_user_model.objects.create_user("nieuw@voorbeeld.example"))

    response = client.get(address(route))

    if name in OWN:
        assert response.status_code in {200, 302, 403, 404}, name
    else:  # the admin sends whoever is no staff to its login; it lets everybody log out
        assert response.status_code in {302, 403, 404, 405}, name


@pytest.mark.parametrize(
    ("name", "route"), [pair for pair in ALL if pair[0] not in PUBLIC | WAY_IN | WITHOUT_SECOND_STEP]
)
@pytest.mark.parametrize("method", ["get", "post"])
def test_who_must_take_a_second_step_sees_nothing_before_it(admin_user, sign_in, name, route, method):
    response = getattr(sign_in(admin_user, second_step=False), method)(address(route))

    assert (response.status_code, response["Location"]) == (302, "/account/tweede-stap/"), name


@pytest.mark.parametrize(("name", "route"), [pair for pair in ALL if pair[0] in PUBLIC])
def test_a_public_page_answers_and_sets_no_cookie(client, db, name, route):
    response = client.get(address(route))

    assert response.status_code in {200, 301, 400, 404, 503}, name
    assert not response.cookies, name
