"""How the background work is: for the operator on /healthz/ready, and for Prometheus on /healthz/metrics."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from loket.celery import app as celery_app
from reminders import figures

# Source: https://prometheus.io/docs/instrumenting/exposition_formats/, the text format.
CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
HELP = {
    "queue_length": "Tasks that wait for a worker; not there while the broker is away.",
    "messages_due": "Mail that should have left by now.",
    "messages_oldest_due_seconds": "How long the oldest of these should have left.",
    "messages_given_up_last_week": "Mail that was given up in the last seven days after trying.",
    "messages_sent_last_day": "Mail that left in the last 24 hours.",
    "reminders_waiting": "Reminders that are in no mail yet.",
    "rule_last_run_timestamp_seconds": "When a rule was asked last and answered.",
    "rule_last_found": "How many reminders were due then.",
    "rule_failed": "Whether a rule failed the last time that it was asked.",
}


def queue_length():
    """How many tasks wait for a worker; None while the broker is away."""
    try:
        with celery_app.connection_for_read() as broker:
            broker.ensure_connection(max_retries=1, interval_start=0, timeout=2)
            return broker.default_channel.client.llen(celery_app.conf.task_default_queue)
    except Exception:  # whatever the broker has, this only looks
        return None


def work():
    """What /healthz/ready tells of it; a state for the operator to read, which fails nothing."""
    return {"queue_length": queue_length(), **figures.state(timezone.now())}


@login_not_required
@never_cache
@require_safe
def metrics(request):
    """For who sends the token of the settings; for others, and without a token, this page does not exist."""
    wanted, sent = settings.METRICS_TOKEN, request.headers.get("Authorization", "")
    if not wanted or not constant_time_compare(sent, f"Bearer {wanted}"):
        raise Http404
    return HttpResponse("".join(_lines(work())), content_type=CONTENT_TYPE)


def _lines(found):
    rules = found.pop("rules")
    for name, value in found.items():
        yield from _metric(name, {"": value})
    runs = {key: rule["last_run_at"] and rule["last_run_at"].timestamp() for key, rule in rules.items()}
    yield from _metric("rule_last_run_timestamp_seconds", runs)
    yield from _metric("rule_last_found", {key: rule["last_found"] for key, rule in rules.items()})
    yield from _metric("rule_failed", {key: int(rule["has_failed"]) for key, rule in rules.items()})


def _metric(name, values):
    """The lines of one gauge. values: {key of a rule, or "": number or None}; None is left out."""
    yield f"# HELP loket_{name} {HELP[name]}\n# TYPE loket_{name} gauge\n"
    for rule, value in values.items():
        label = f'{{rule="{rule}"}}' if rule else ""
        if value is not None:
            yield f"loket_{name}{label} {value}\n"
