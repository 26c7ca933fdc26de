"""What operators and container engines are told about this process."""

import re
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from django.core.cache.backends.dummy import DummyCache
from django.db import OperationalError, connection
from django.db.migrations.recorder import MigrationRecorder
from django.urls import reverse
from kombu import Connection

from loket import health, metrics
from regions.models import ContentVersion
from reminders.due import RULES
from reminders.models import Rule

READY = {"database": "ok", "migrations": "ok", "cache": "ok", "broker": "ok"}


def test_live_answers_without_the_database(client):
    client.cookies["sessionid"] = "of-somebody-who-is-logged-in"

    response = client.get(reverse("loket:live"))  # a query would fail: this test may not use the database

    assert response.status_code == 200
    assert response.json() == {"status": "live"}
    assert "no-store" in response["Cache-Control"]
    assert "Vary" not in response


def test_ready_names_every_part_and_the_content_version(client, db):
    response = client.get(reverse("loket:ready"))

    assert response.status_code == 200
    told = response.json()
    work = told.pop("work")
    assert told == {"status": "ready", "parts": READY, "content_version": ContentVersion.current()}
    assert work["queue_length"] >= 0
    assert (work["messages_due"], work["reminders_waiting"]) == (0, 0)
    assert "no-store" in response["Cache-Control"]


def test_ready_says_which_migration_is_not_applied(client, db):
    MigrationRecorder(connection).record_unapplied("regions", "0001_initial")

    response = client.get(reverse("loket:ready"))

    assert response.status_code == 503
    assert response.json() == {
        "status": "not ready",
        "parts": READY | {"migrations": "not applied: regions.0001_initial"},
    }


def test_ready_says_that_the_cache_does_not_answer(client, db, monkeypatch):
    monkeypatch.setattr(health, "store", DummyCache("", {}))

    response = client.get(reverse("loket:ready"))

    assert response.status_code == 503
    assert response.json()["parts"] == READY | {"cache": "does not keep what it was given"}


def test_ready_says_that_the_broker_does_not_answer_and_not_where_it_is(client, db, monkeypatch):
    away = Connection("redis+socket:///nowhere/secret.sock")
    monkeypatch.setattr(health.celery_app, "connection_for_write", lambda: away)

    response = client.get(reverse("loket:ready"))

    assert response.status_code == 503
    assert response.json()["parts"] == READY | {"broker": "failed: OperationalError"}
    assert b"secret" not in response.content


def test_ready_without_the_database_names_it_and_not_its_password(client, db, monkeypatch):
    def away():
        raise OperationalError('connection to "db.voorbeeld.example" failed: password "secret"')

    monkeypatch.setitem(health.CHECKS, "database", away)
    monkeypatch.setitem(health.CHECKS, "migrations", away)

    response = client.get(reverse("loket:ready"))

    assert response.status_code == 503
    assert response.json()["parts"] == READY | {
        "database": "failed: OperationalError",
        "migrations": "failed: OperationalError",
    }
    assert b"secret" not in response.content


@pytest.mark.parametrize("name", ["loket:live", "loket:ready"])
def test_health_is_asked_over_http_too(client, db, settings, name):
    settings.SECURE_SSL_REDIRECT = True

    assert client.get(reverse(name)).status_code == 200


def test_health_only_reads(client):
    assert client.post(reverse("loket:ready")).status_code == 405


def test_work_that_went_wrong_is_told_and_fails_nothing(client, db, monkeypatch):
    Rule.objects.create(key="een-regel", subject_line="x", sentence="x", button="x", last_error="Broken")
    monkeypatch.setitem(RULES.rules, "een-regel", SimpleNamespace(name="Een regel"))
    monkeypatch.setattr(metrics.celery_app, "connection_for_read", lambda: Connection("redis+socket:///nowhere.sock"))

    response = client.get(reverse("loket:ready"))

    assert response.status_code == 200
    work = response.json()["work"]
    assert work["queue_length"] is None
    assert work["rules"]["een-regel"]["has_failed"] is True
    assert "Broken" not in response.text


@pytest.mark.parametrize(("token", "sent"), [("", ""), ("", "Bearer "), ("geheim", ""), ("geheim", "Bearer anders")])
def test_the_metrics_do_not_exist_without_their_token(client, db, settings, token, sent):
    settings.METRICS_TOKEN = token

    assert client.get(reverse("loket:metrics"), headers={"Authorization": sent}).status_code == 404


def test_the_metrics_are_lines_that_prometheus_reads(client, db, settings, monkeypatch):
    settings.METRICS_TOKEN = "geheim"
    Rule.objects.create(key="een-regel", subject_line="x", sentence="x", button="x", last_run_at=datetime.now(UTC))
    monkeypatch.setitem(RULES.rules, "een-regel", SimpleNamespace(name="Een regel"))

    response = client.get(reverse("loket:metrics"), headers={"Authorization": "Bearer geheim"})

    assert response["Content-Type"].startswith("text/plain; version=0.0.4")
    lines = response.text.splitlines()
    values = [line for line in lines if not line.startswith("#")]
    assert all(re.fullmatch(r'loket_[a-z_]+(\{rule="[a-z-]+"\})? -?[0-9.]+', line) for line in values), values
    assert "loket_messages_due 0" in values
    assert 'loket_rule_failed{rule="een-regel"} 0' in values
    assert len([line for line in lines if line.startswith("# TYPE")]) == len(
        {v.split("{")[0].split()[0] for v in values}
    )
