"""Is this process alive, and can it do its work? For container engines, proxies and monitoring."""

import logging
from functools import cache
from uuid import uuid4

from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache as store
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.http import JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from loket import metrics
from loket.celery import app as celery_app
from regions.models import ContentVersion

logger = logging.getLogger(__name__)


class NotReady(Exception):
    """A part answers, but not as it must. The text is shown to everybody."""


@login_not_required
@never_cache
@require_safe
def live(request):
    """This process answers. Asks nothing of the database: restarting us would not mend that."""
    return JsonResponse({"status": "live"})


@login_not_required
@never_cache
@require_safe
def ready(request):
    """Every part that a request or a task needs, each "ok" or what is wrong; 503 unless all are ok.

    Without the cache or the broker the site still answers: their failing is for the operator to see.
    Errors are named by their kind; addresses and passwords, which their texts can hold, go to nobody.
    `work` tells how the work in the background is; it never makes the site unready.
    """
    parts = {name: _state(name, check) for name, check in CHECKS.items()}
    if any(state != "ok" for state in parts.values()):
        return JsonResponse({"status": "not ready", "parts": parts}, status=503)
    return JsonResponse(
        {"status": "ready", "parts": parts, "content_version": ContentVersion.current(), "work": metrics.work()}
    )


def _state(name, check):
    try:
        check()
    except NotReady as error:
        state = str(error)
    except Exception as error:  # whatever it is, the operator must read which part failed
        state = f"failed: {type(error).__name__}"
    else:
        return "ok"
    logger.warning("Not ready: %s %s", name, state)
    return state


def check_database():
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def check_migrations():
    missing = known_migrations() - MigrationRecorder(connection).applied_migrations().keys()
    if missing:
        raise NotReady("not applied: " + ", ".join(sorted(f"{app}.{name}" for app, name in missing)))


@cache
def known_migrations():
    """The migrations of this release, as (app, name); read from disk once, which takes some 50 ms."""
    return frozenset(MigrationLoader(None).graph.nodes)


def check_cache():
    key = f"ready-{uuid4()}"  # of our own: other containers do the same at this moment
    store.set(key, "here", timeout=10)
    if store.get(key) != "here":
        raise NotReady("does not keep what it was given")
    store.delete(key)


def check_broker():
    with celery_app.connection_for_write() as broker:
        broker.ensure_connection(max_retries=1, interval_start=0, timeout=2)


CHECKS = {
    "database": check_database,
    "migrations": check_migrations,
    "cache": check_cache,
    "broker": check_broker,
}
