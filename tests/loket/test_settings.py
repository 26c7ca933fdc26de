"""The settings of a real installation. Each test starts a process, because settings are read once."""

import os
import subprocess
import sys

import pytest
from django.conf import settings

INSTALLATION = {
    "SECRET_KEY": "only-for-tests-7f3a9c51e8d24b06b1c9aa02f4de6378abcdefghij",
    "ALLOWED_HOSTS": "loket.voorbeeld.example",
    "DATABASE_URL": "postgres://loket:password@postgres:5432/loket",
    "REDIS_URL": "redis://redis:6379/0",
    "DJANGO_SETTINGS_MODULE": "loket.settings",
}


def run(*arguments, **changes):
    """Python with only the environment of INSTALLATION and `changes`; None takes a variable away."""
    environment = {name: value for name, value in (INSTALLATION | changes).items() if value is not None}
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=settings.BASE_DIR,
        env={"PATH": os.environ["PATH"], **environment},
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_a_real_installation_passes_the_deployment_checks():
    done = run("manage.py", "check", "--deploy", "--fail-level", "INFO")

    assert done.returncode == 0, done.stderr
    assert "no issues" in done.stdout


@pytest.mark.parametrize("value", [None, ""])
@pytest.mark.parametrize("name", ["SECRET_KEY", "REDIS_URL"])
def test_a_missing_variable_fails_by_name(name, value):
    done = run("-c", "import loket.settings", **{name: value})

    assert done.returncode == 1
    assert f"Set the environment variable {name}:" in done.stderr
    assert ".env.example" in done.stderr


def test_a_real_installation_has_safe_defaults_and_no_embedded_servers():
    done = run(
        "-c",
        "import sys, loket.settings as s; print(s.DEBUG, s.HTTPS, s.LOG_FORMAT, 'loket.embedded' in sys.modules)",
    )

    assert done.stdout.split() == ["False", "True", "json", "False"], done.stderr


def test_a_real_installation_has_no_demo_and_forces_the_second_step():
    done = run(
        "-c", "import loket.settings as s; print(s.DEMO_ACCOUNTS, s.DEMO_POST, s.MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN)"
    )

    assert done.stdout.split() == ["{}", "False", "False"], done.stderr


def test_limits_on_logging_in_and_on_the_api_trust_the_same_proxies():
    done = run(
        "-c",
        "import loket.settings as s; print(s.ALLAUTH_TRUSTED_PROXY_COUNT, s.REST_FRAMEWORK['NUM_PROXIES'])",
        PROXIES="2",
    )

    assert done.stdout.split() == ["2", "2"], done.stderr


OIDC = {
    "OIDC_SERVER_URL": "https://login.voorbeeld.example/realm",
    "OIDC_CLIENT_ID": "loket",
    "OIDC_CLIENT_SECRET": "geheim",
    "OIDC_NAME": "Schoolnet",
}
ASK_PROVIDER = """
import loket.settings as s
app = s.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"][0]
print(app["provider_id"], app["client_id"], app["name"], app["settings"]["server_url"], s.OIDC_TRUSTS_SECOND_FACTOR)
print(*s.CONTENT_SECURITY_POLICY["DIRECTIVES"]["form-action"])
"""


def test_the_login_of_another_organisation_is_set_in_the_environment():
    done = run("-c", ASK_PROVIDER, **OIDC)

    provider, form_action = done.stdout.splitlines()
    assert provider == "oidc loket Schoolnet https://login.voorbeeld.example/realm False", done.stderr
    assert form_action == "'self' https://login.voorbeeld.example"


@pytest.mark.parametrize("name", ["OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET"])
def test_half_a_login_of_another_organisation_fails_by_name(name):
    done = run("-c", "import loket.settings", **(OIDC | {name: None}))

    assert done.returncode == 1
    assert f"Set the environment variable {name}:" in done.stderr
