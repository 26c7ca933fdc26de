"""Every line says which request it belongs to, and is read by machines."""

import json
import logging
import re
from datetime import timedelta
from logging.config import DictConfigurator
from types import SimpleNamespace

import pytest
from django.core.signing import dumps
from django.urls import reverse
from django_guid import clear_guid, set_guid
from django_guid.log_filters import CorrelationId

from loket import logs
from loket.gunicorn import AccessLogger

OURS = re.compile(r"[0-9a-f]{32}")


@pytest.fixture
def lines():
    """Log lines as production writes them, made of the records that `lines.logger` gets."""
    configuration = logs.config(form="json", level="INFO")
    formatter = DictConfigurator(configuration).configure_formatter(configuration["formatters"]["json"])
    written = []
    handler = logging.Handler()
    handler.addFilter(CorrelationId())
    handler.emit = lambda record: written.append(json.loads(formatter.format(record)))
    logger = logging.Logger("loket.example")
    logger.addHandler(handler)
    return SimpleNamespace(logger=logger, written=written)


@pytest.fixture
def request_id():
    yield set_guid("abc-12345")
    clear_guid()


def test_a_line_is_json_with_time_level_and_request(lines, request_id):
    lines.logger.warning("No school has %s", "code é", extra={"code": "01AB00"})

    [line] = lines.written
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+\+00:00", line.pop("time"))
    assert line == {
        "level": "WARNING",
        "logger": "loket.example",
        "message": "No school has code é",
        "request_id": "abc-12345",
        "code": "01AB00",
    }


def test_an_error_brings_its_traceback_in_the_same_line(lines):
    try:
        raise ValueError("broken")
    except ValueError:
        lines.logger.exception("Internal Server Error: %s", "/scholen/")

    [line] = lines.written
    assert "ValueError: broken" in line["exc_info"]


def test_what_a_school_says_of_itself_in_the_url_is_not_logged(lines, rf):
    lines.logger.error("Bad Request: /loket/", extra={"request": rf.get("/loket/?fase=verdieping")})

    assert "verdieping" not in json.dumps(lines.written)


def test_gunicorn_logs_a_request_by_fields_without_address_or_query(lines):
    access_logger = AccessLogger.__new__(AccessLogger)  # its __init__ rearranges the logs of this process
    access_logger.access_log = lines.logger
    response = SimpleNamespace(status="200 OK", headers=[("x-request-id", "abc-12345")], sent=18)
    environ = {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": "/loket/01AB00/",
        "QUERY_STRING": "fase=verdieping",
        "RAW_URI": "/loket/01AB00/?fase=verdieping",
        "REMOTE_ADDR": "192.0.2.7",
    }

    access_logger.access(response, None, environ, timedelta(milliseconds=12.34))

    [line] = lines.written
    del line["time"]
    assert line == {
        "level": "INFO",
        "logger": "loket.example",
        "message": "GET /loket/01AB00/ 200",
        "request_id": "abc-12345",
        "method": "GET",
        "path": "/loket/01AB00/",
        "status": 200,
        "size_bytes": 18,
        "duration_ms": 12.3,
    }


def test_gunicorn_logs_a_request_that_it_could_not_hand_over_without_its_query(lines):
    access_logger = AccessLogger.__new__(AccessLogger)
    access_logger.error_log = lines.logger

    access_logger.exception("Error handling request %s", "GET /loket/01AB00/?fase=verdieping")

    assert [line["message"] for line in lines.written] == ["Error handling request GET /loket/01AB00/"]


def test_a_request_gets_an_id(client):
    response = client.get(reverse("loket:live"))

    assert OURS.fullmatch(response["X-Request-ID"])


@pytest.mark.parametrize("sane", ["abc-12345", "0123456789abcdef0123456789abcdef", "1-67.a_B" + 56 * "x"])
def test_the_id_of_the_proxy_is_kept(client, sane):
    assert client.get(reverse("loket:live"), headers={"X-Request-ID": sane})["X-Request-ID"] == sane


@pytest.mark.parametrize("odd", ["", "short", 65 * "x", 'a"b{c}defg', "with space", "nieuwe\nregel", "Ünïcode-id"])
def test_an_id_that_is_none_is_replaced(client, odd):
    assert OURS.fullmatch(client.get(reverse("loket:live"), headers={"X-Request-ID": odd})["X-Request-ID"])


def test_the_token_of_a_signed_link_is_left_out(lines):
    token = dumps("abc", salt="a test")
    lines.logger.handlers[0].addFilter(logs.TokensLeftOut())

    lines.logger.warning("Not Found: %s", f"/antwoord/{token}/", extra={"path": f"/vraag/volg/{token}/wijzig/"})

    [line] = lines.written
    assert line["message"] == "Not Found: /antwoord/.../"
    assert line["path"] == "/vraag/volg/.../wijzig/"
    assert token not in json.dumps(line)


def test_addresses_without_a_token_stay_as_they_are():
    for path in ("/loket/03WU00/", "/aanbod/een-les/", "/vraag/7f1c1cd2-0c5f-4a0e-8f0f-2f8e2a6c0f55/", "10:30:00"):
        assert logs.without_tokens(path) == path
    assert "tokens" in logs.config(form="json", level="INFO")["handlers"]["console"]["filters"]
