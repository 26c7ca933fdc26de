"""Settings for the tests: servers of their own in var/test, that need not survive a crash."""

import os
from pathlib import Path

os.environ.setdefault("LOKET_VAR_DIR", str(Path(__file__).resolve().parent.parent / "var" / "test"))
os.environ.setdefault("LOKET_DURABLE", "false")
os.environ.setdefault("HTTPS", "false")
os.environ.setdefault("API_RATE", "100000/min")

from loket.settings import *  # noqa: F403

# A browser keeps its lines to the server of the tests open, and each line a thread: were each thread to keep a
# connection too, a few processes of tests would take all that PostgreSQL has to give.
DATABASES["default"]["CONN_MAX_AGE"] = 0  # noqa: F405

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
# As in a real installation; tests of the demonstration turn it on.
DEMO_POST = False
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
# A cache of its own for each test process: what one test leaves there is not seen by another.
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
# Static files come from their folders: nothing is collected for tests, and WhiteNoise warns about that.
WHITENOISE_AUTOREFRESH = True
WHITENOISE_USE_FINDERS = True
