"""Logs that machines read: one JSON object a line, with the id of the request it belongs to.

Django, Celery and gunicorn all write in this form, so one search for an id shows all that one request caused.
No line holds a visitor's address, or the part of a URL after the question mark: that is where a school
says things about itself. Nor the token of a signed link: whoever has it may open what it leads to.
"""

import re

from pythonjsonlogger.core import RESERVED_ATTRS

REQUEST_ID_HEADER = "X-Request-ID"
# As django.core.signing makes them: a value, a moment and a signature. And the secret address of a calendar.
TOKEN = re.compile(r"[A-Za-z0-9_-]+:[A-Za-z0-9_-]+:[A-Za-z0-9_-]{40,}|(?<=/mijn/agenda/)[A-Za-z0-9_-]+")
SANE_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")


def without_tokens(text):
    """`text` with "..." for each token of a signed link."""
    return TOKEN.sub("...", text)


class TokensLeftOut:
    """A filter that takes the tokens of signed links out of what is about to be written."""

    def filter(self, record):
        record.msg = without_tokens(record.msg) if isinstance(record.msg, str) else record.msg
        if isinstance(record.args, tuple):
            record.args = tuple(without_tokens(arg) if isinstance(arg, str) else arg for arg in record.args)
        if isinstance(getattr(record, "path", None), str):
            record.path = without_tokens(record.path)
        return True


def config(*, form, level):
    """The dictionary for `logging.config.dictConfig`.

    form: "json" (production) or "text" (for people who look at a terminal).
    level: the lowest level that is written, such as "INFO".
    """
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {
            "request_id": {"()": "django_guid.log_filters.CorrelationId"},
            "tokens": {"()": "loket.logs.TokensLeftOut"},
        },
        "formatters": {
            "text": {"format": "%(levelname)s %(name)s [%(correlation_id)s] %(message)s"},
            "json": {
                "()": "pythonjsonlogger.json.JsonFormatter",
                "format": "%(levelname)s %(name)s %(message)s %(correlation_id)s",
                "timestamp": "time",  # UTC, ISO 8601
                "rename_fields": {"levelname": "level", "name": "logger", "correlation_id": "request_id"},
                # Django adds the whole request, whose text holds the full URL.
                "reserved_attrs": [*RESERVED_ATTRS, "request", "taskName"],
                "json_ensure_ascii": False,
            },
        },
        "handlers": {
            "console": {"class": "logging.StreamHandler", "formatter": form, "filters": ["request_id", "tokens"]}
        },
        "root": {"handlers": ["console"], "level": level},
        "loggers": {
            "django_guid": {"level": "WARNING"},
            "django": {"level": "INFO", "handlers": [], "propagate": True},
            "gunicorn.error": {"level": "INFO", "handlers": [], "propagate": True},
            "gunicorn.access": {"level": "INFO", "handlers": [], "propagate": True},
        },
    }


def drop_odd_request_id(get_response):
    """Middleware, before django-guid's: an id from outside is used only when it looks like one.

    8 to 64 letters, digits, dots, hyphens and underscores: what proxies make. Anything else would
    let a stranger write what he likes in our logs; such a request gets an id of our own.
    """

    def middleware(request):
        if not SANE_REQUEST_ID.fullmatch(request.META.get("HTTP_X_REQUEST_ID", "")):
            request.META.pop("HTTP_X_REQUEST_ID", None)
        return get_response(request)

    return middleware
