"""The image and the compose file. No container engine runs here, so they are read and compared with the code."""

import inspect
import re
from types import SimpleNamespace

import pytest
import yaml
from django.conf import settings
from django.core.management import get_commands
from django.urls import reverse

from loket import embedded, probe

COMPOSE = yaml.safe_load((settings.BASE_DIR / "docker-compose.yml").read_text())
SERVICES = COMPOSE["services"]
DOCKERFILE = (settings.BASE_DIR / "Dockerfile").read_text()
OF_OUR_IMAGE = [name for name, service in SERVICES.items() if "build" in service]
# Both say in the file why: one has no port to ask, the other ends.
WITHOUT_HEALTH_CHECK = {"beat", "migrate"}


def test_the_services_of_an_installation():
    assert set(SERVICES) == {"proxy", "web", "worker", "beat", "migrate", "postgres", "redis"}


@pytest.mark.parametrize("name", SERVICES)
def test_what_a_service_waits_for_exists_and_can_tell_that_it_is_there(name):
    for other, when in SERVICES[name].get("depends_on", {}).items():
        assert other in SERVICES
        if when["condition"] == "service_completed_successfully":
            assert SERVICES[other]["restart"] == "no"
        else:
            assert when["condition"] == "service_healthy"
            assert other not in WITHOUT_HEALTH_CHECK


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_has_a_health_check(name):
    check = SERVICES[name].get("healthcheck", {})

    assert check.get("disable", False) == (name in WITHOUT_HEALTH_CHECK)
    assert "test" in check or name in WITHOUT_HEALTH_CHECK or (name == "web" and "\nHEALTHCHECK " in DOCKERFILE)


def test_every_volume_is_declared_and_used():
    mounts = [volume.split(":")[0] for service in SERVICES.values() for volume in service.get("volumes", [])]

    assert {mount for mount in mounts if not mount.startswith(".")} == set(COMPOSE["volumes"])
    assert all((settings.BASE_DIR / mount).is_file() for mount in mounts if mount.startswith("."))


@pytest.mark.parametrize("name", ["web", "worker"])
def test_there_can_be_more_of_a_service_because_it_keeps_nothing(name):
    service = SERVICES[name]

    assert not service.keys() & {"container_name", "ports", "volumes", "hostname"}
    assert service["read_only"] is True


@pytest.mark.parametrize("name", OF_OUR_IMAGE)
def test_a_container_of_ours_may_do_little(name):
    assert SERVICES[name]["cap_drop"] == ["ALL"]
    assert "user" not in SERVICES[name]  # that of the image


def test_the_image_does_not_run_as_root():
    users = re.findall(r"^USER (.*)$", DOCKERFILE, re.MULTILINE)

    assert users
    assert int(users[-1]) > 0


def test_the_proxy_asks_the_port_that_the_web_server_listens_to():
    [upstream] = re.findall(r"dynamic a (\S+) (\d+)", (settings.BASE_DIR / "loket/Caddyfile").read_text())
    [port] = re.findall(r"0\.0\.0\.0:(\d+)", DOCKERFILE)

    assert upstream == ("web", port)
    assert f"http://127.0.0.1:{port}{reverse('loket:live')}" == probe.ADDRESS


def test_the_database_sorts_and_folds_as_the_embedded_one():
    made_here = inspect.getsource(embedded.Postgres._make_cluster)

    for argument in SERVICES["postgres"]["environment"]["POSTGRES_INITDB_ARGS"].split():
        assert f'"{argument}"' in made_here


def test_the_commands_that_containers_run_exist():
    commands = [service.get("command", "") for service in SERVICES.values()]
    named = re.findall(r"manage\.py (\w+)", " ".join([*commands, DOCKERFILE]))

    assert len(named) > 1
    assert set(named) <= set(get_commands())


def test_the_image_gets_all_that_runs_and_nothing_else():
    lines = (settings.BASE_DIR / ".dockerignore").read_text().splitlines()
    let_in = {line[1:] for line in lines if line.startswith("!")}

    assert "*" in lines
    assert let_in == {
        *("manage.py", "LICENSE", "requirements/production.txt", "templates", "static", "data", "loket"),
        *settings.ROOMS,
    }


@pytest.mark.parametrize(
    ("allowed_hosts", "host"),
    [
        ("loket.voorbeeld.example", "loket.voorbeeld.example"),
        (".voorbeeld.example, other.example", "voorbeeld.example"),
        ("*", "localhost"),
        ("", "localhost"),
    ],
)
def test_the_probe_asks_for_a_name_that_the_site_answers_to(monkeypatch, allowed_hosts, host):
    asked = []
    monkeypatch.setenv("ALLOWED_HOSTS", allowed_hosts)
    answer = SimpleNamespace(close=lambda: None)
    monkeypatch.setattr(probe, "urlopen", lambda request, timeout: asked.append(request) or answer)

    assert probe.main() == 0

    assert [(request.full_url, request.get_header("Host")) for request in asked] == [(probe.ADDRESS, host)]


def test_the_probe_says_what_went_wrong(monkeypatch):
    def refuse(request, timeout):
        raise probe.URLError("Connection refused")

    monkeypatch.setenv("ALLOWED_HOSTS", "")
    monkeypatch.setattr(probe, "urlopen", refuse)

    assert probe.main() == f"{probe.ADDRESS} as localhost: <urlopen error Connection refused>"
