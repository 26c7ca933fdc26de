"""Settings of Loket, all from the environment; .env.example explains each variable.

Without DATABASE_URL and REDIS_URL the embedded servers of `loket/embedded.py` are used: that is how
`make run` works on a bare machine. With DEBUG off a missing variable fails by name.
"""

import secrets
from importlib.util import find_spec
from pathlib import Path

import bootstrap
import environ
from celery.schedules import crontab
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from redis.backoff import NoBackoff
from redis.retry import Retry
from whitenoise.compress import Compressor

from loket import logs

env = environ.Env()
BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = Path(env.str("LOKET_VAR_DIR", default=str(BASE_DIR / "var")))
DEBUG = env.bool("DEBUG", default=False)
EMBEDDED = "DATABASE_URL" not in env.ENVIRON
# Local: a checkout that nobody configured, and what `make run` starts (also on a real database). It may invent
# what a real installation must be told.
LOCAL = env.bool("LOKET_LOCAL", default=EMBEDDED)


def _local_secret_key():
    """A key made once and kept in var/, so that sessions survive a restart of `make run`."""
    path = VAR_DIR / "secret_key"
    if not path.exists():
        VAR_DIR.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(50), encoding="utf-8")
    return path.read_text(encoding="utf-8")


def _required(name):
    """The value of an environment variable; one that stands empty in .env is missing too."""
    value = env.str(name, default="")
    if not value:
        raise ImproperlyConfigured(
            f"Set the environment variable {name}: it has no default outside a local run. See .env.example."
        )
    return value


SECRET_KEY = env.str("SECRET_KEY", default="") or (_local_secret_key() if LOCAL else _required("SECRET_KEY"))
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"] if LOCAL else [])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
# Where people find this site, without a slash at the end: for links in mail and in pages that are kept for
# everybody, which cannot ask a request for it.
SITE_URL = env.str(
    "SITE_URL", default=f"https://{ALLOWED_HOSTS[0]}" if ALLOWED_HOSTS and not LOCAL else "http://127.0.0.1:8000"
)

# --- what is in it -------------------------------------------------------------------------------
ROOMS = [
    "accounts",
    "regions",
    "schools",
    "networks",
    "activities",
    "enquiries",
    "quality",
    "workspace",
    "reminders",
    "dashboards",
]  # lowest floor first
INSTALLED_APPS = [
    "whitenoise.runserver_nostatic",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "loket.apps.OurStaticFilesConfig",
    "django.contrib.sitemaps",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "csp",
    "django_guid",
    "django_htmx",
    "django_filters",
    "crispy_forms",
    "crispy_bootstrap5",
    "corsheaders",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_celery_beat",
    "auditlog",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    *ROOMS,
    "loket",
]

MIDDLEWARE = [
    "loket.logs.drop_odd_request_id",
    "django_guid.middleware.guid_middleware",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "corsheaders.middleware.CorsMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.drafts.TypedTextMiddleware",
    "accounts.kept_text.KeptTextMiddleware",
    "accounts.middleware.LoginRequiredMiddleware",
    "accounts.middleware.SecondStepMiddleware",
    "accounts.middleware.ActorMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "loket.urls"
WSGI_APPLICATION = "loket.wsgi.application"
AUTH_USER_MODEL = "accounts.User"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "loket.context.office",
                "loket.context.map_tiles",
                "loket.context.demo",
            ],
        },
    }
]
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"

# --- where the rows are --------------------------------------------------------------------------
if EMBEDDED:
    if not LOCAL:
        _required("DATABASE_URL")
    from loket import embedded

    DATABASES = {"default": embedded.database_settings(VAR_DIR, durable=env.bool("LOKET_DURABLE", default=True))}
else:
    DATABASES = {"default": env.db_url("DATABASE_URL", engine="django.db.backends.postgresql")}
DATABASES["default"]["CONN_MAX_AGE"] = env.int("DATABASE_CONN_MAX_AGE", default=60)
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DATABASES["default"].setdefault("OPTIONS", {}).setdefault("connect_timeout", 5)  # seconds; else it can be minutes

REDIS_URL = env.str("REDIS_URL", default="")
if not REDIS_URL:
    if not LOCAL:
        _required("REDIS_URL")
    from loket import embedded

    REDIS_URL = embedded.redis_url(VAR_DIR)
CACHES = {
    "default": {
        "BACKEND": "loket.cache.TolerantRedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "loket",
        # Once more, at once: a connection from before a restart of Redis. The client's own default is to
        # try three times with seconds between, while a visitor waits.
        "OPTIONS": {"socket_connect_timeout": 1, "socket_timeout": 1, "retry": Retry(NoBackoff(), 1)},
    }
}

# --- background work -----------------------------------------------------------------------------
# A task carries only a key; what must happen is a row in the database first (docs/architecture.md).
CELERY_BROKER_URL = REDIS_URL.replace("unix://", "redis+socket://", 1)
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# Handing over a task: once more, at once. Else a visitor waits six seconds while Redis is away (measured).
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "socket_connect_timeout": 2,
    "socket_timeout": 5,
    "max_retries": 1,
    "interval_start": 0,
}
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_TIME_LIMIT = 300
CELERY_TASK_SOFT_TIME_LIMIT = 240
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = "Europe/Amsterdam"
CELERY_BEAT_SCHEDULER = "django_celery_beat.schedulers:DatabaseScheduler"
DJANGO_CELERY_BEAT_TZ_AWARE = True
# Beat writes these in the database when it starts, by name: twice changes nothing. Staff can pause them there.
CELERY_BEAT_SCHEDULE = {
    "work on lists nobody came for": {
        "task": "workspace.tasks.sweep_imports",
        "schedule": 60.0,
        "options": {"expires": 55},
    },
    "forget uploaded lists of more than a month ago": {
        "task": "workspace.tasks.forget_import_contents",
        "schedule": crontab(hour=3, minute=50),
    },
    "send messages nobody came for": {
        "task": "accounts.tasks.sweep_messages",
        "schedule": 60.0,
        "options": {"expires": 55},  # seconds; after a pause of the workers one sweep is enough
    },
    "pass on questions nobody answered": {
        "task": "enquiries.tasks.pass_on_unanswered",
        "schedule": crontab(minute="*/15"),
        "options": {"expires": 14 * 60},
    },
    "forget senders of old questions": {
        "task": "enquiries.tasks.forget_old_senders",
        "schedule": crontab(hour=3, minute=50),
    },
    "pass on offered places that nobody took in time": {
        "task": "enquiries.tasks.sweep_offers",
        "schedule": 60.0,
        "options": {"expires": 55},
    },
    "write down what is due": {
        "task": "reminders.tasks.plan",
        "schedule": crontab(minute="*/10"),
        "options": {"expires": 9 * 60},
    },
    "put reminders into mail": {
        "task": "reminders.tasks.bundle",
        "schedule": crontab(minute="*/5"),
        "options": {"expires": 4 * 60},
    },
    "see which reminded things are done": {
        "task": "reminders.tasks.look_back",
        "schedule": crontab(minute=25),
        "options": {"expires": 50 * 60},
    },
    "forget reminders of more than two years ago": {
        "task": "reminders.tasks.forget_old_reminders",
        "schedule": crontab(hour=4, minute=0),
    },
    "publish what is scheduled": {
        "task": "activities.tasks.publish_due_revisions",
        "schedule": crontab(minute="*/15"),
        "options": {"expires": 10 * 60},
    },
    "make the sums of the dashboards anew when something changed": {
        "task": "dashboards.tasks.refresh_sums",
        "schedule": 30.0,
        "options": {"expires": 25},
    },
    "check the sums of the dashboards": {
        "task": "dashboards.tasks.check_sums",
        "schedule": crontab(hour=2, minute=40),
    },
    "keep the figures of this month": {  # each day, so that a first of the month that was missed is made up for
        "task": "dashboards.tasks.take_monthly_snapshot",
        "schedule": crontab(hour=3, minute=10),
    },
    "forget searches of more than a year ago": {
        "task": "activities.tasks.forget_old_searches",
        "schedule": crontab(hour=3, minute=20),
    },
    "forget notes of more than a year ago": {
        "task": "activities.tasks.forget_old_notes",
        "schedule": crontab(hour=3, minute=30),
    },
    "forget invitations that are long over": {
        "task": "schools.tasks.forget_old_invitations",
        "schedule": crontab(hour=3, minute=50),
    },
    "forget mail of more than a year ago": {
        "task": "accounts.tasks.forget_old_messages",
        "schedule": crontab(hour=3, minute=40),
    },
}

# --- mail ----------------------------------------------------------------------------------------
# Sent by accounts.messages only. A run without EMAIL_HOST on one's own machine writes it into var/mail/.
EMAIL_HOST = env.str("EMAIL_HOST", default="")
EMAIL_PORT = env.int("EMAIL_PORT", default=587)
EMAIL_HOST_USER = env.str("EMAIL_HOST_USER", default="")
EMAIL_HOST_PASSWORD = env.str("EMAIL_HOST_PASSWORD", default="")
EMAIL_USE_TLS = env.bool("EMAIL_USE_TLS", default=True)
EMAIL_TIMEOUT = 20  # seconds for each step of talking to the mail server
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="Loket <loket@voorbeeld.example>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
if not EMAIL_HOST and (LOCAL or DEBUG):
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = VAR_DIR / "mail"
# A page that shows the mail of var/mail/ to whoever asks: on one's own machine only.
DEMO_POST = LOCAL and not EMAIL_HOST

# --- language and time ---------------------------------------------------------------------------
LANGUAGE_CODE = "nl"
LANGUAGES = [("nl", "Nederlands")]
USE_I18N = True
TIME_ZONE = "Europe/Amsterdam"
USE_TZ = True

# --- static files --------------------------------------------------------------------------------
STATIC_URL = "static/"
STATIC_ROOT = env.path("STATIC_ROOT", default=str(VAR_DIR / "static"))()
STATICFILES_DIRS = [
    BASE_DIR / "static",
    ("bootstrap", Path(next(iter(bootstrap.__path__)))),
    # Only its files: as an app it wants GDAL in the admin. find_spec, because it reads settings when imported.
    ("leaflet", Path(find_spec("leaflet").origin).parent / "static" / "leaflet"),
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = [*Compressor.SKIP_COMPRESS_EXTENSIONS, "map"]

# --- safety --------------------------------------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
# A query string with thousands of values is answered with a page that says what was not read.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000
# Everywhere, so that no page can be made to fill memory or disk; the forms say what was too large.
FILE_UPLOAD_HANDLERS = ["enquiries.uploads.BoundedUploadHandler"]
# Behind the proxy of a real installation all traffic is https; a local run has no certificate.
HTTPS = env.bool("HTTPS", default=not LOCAL)
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz/"]
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
# How many proxies stand in front: each adds one address, and what stands before those is what a client claims.
PROXIES = env.int("PROXIES", default=0 if LOCAL else 1)

# --- who somebody is -----------------------------------------------------------------------------
# django-allauth: the e-mail address is the login; one signs in with a mailed code, a password or a passkey.
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "enquiries:begin"
LOGOUT_REDIRECT_URL = "loket:front"
# Accounts of a demonstration: made only in an embedded database, which nobody but this machine reaches. For
# them no second step is forced, so that whoever tries Loket needs no app on a telephone.
DEMO_ACCOUNTS = (
    {
        "beheer@voorbeeld.example": "Demo programmabureau",
        "coordinator@voorbeeld.example": "Demo coördinator",
        "school@voorbeeld.example": "Demo leerkracht",
    }
    if LOCAL and EMBEDDED
    else {}
)
ALLAUTH_TRUSTED_PROXY_COUNT = PROXIES
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_FORMS = {
    "add_email": "accounts.forms.AddEmailForm",
    "change_password": "accounts.forms.ChangePasswordForm",
    "confirm_email_verification_code": "accounts.forms.ConfirmEmailCodeForm",
    "confirm_login_code": "accounts.forms.ConfirmLoginCodeForm",
    "confirm_password_reset_code": "accounts.forms.ConfirmPasswordResetForm",
    "login": "accounts.forms.LoginForm",
    "reauthenticate": "accounts.forms.ReauthenticateForm",
    "request_login_code": "accounts.forms.RequestLoginCodeForm",
    "reset_password": "accounts.forms.AskPasswordResetForm",
    "reset_password_from_key": "accounts.forms.ResetPasswordForm",
    "set_password": "accounts.forms.SetPasswordForm",
    "signup": "accounts.forms.SignupForm",
}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*"]
ACCOUNT_SIGNUP_FORM_CLASS = "accounts.signup.SignupForm"
ACCOUNT_MAX_EMAIL_ADDRESSES = 8  # somebody may work at several schools
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_PASSWORD_RESET_BY_CODE_ENABLED = True
# Mail may take its time: the same 15 minutes for every code. Three wrong ones, and it is worth nothing.
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 15 * 60
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_TIMEOUT = 15 * 60
ACCOUNT_PASSWORD_RESET_BY_CODE_TIMEOUT = 15 * 60
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if HTTPS else "http"
# Counted in the shared cache. While that is away nobody can sign in: closed, rather than without a limit.
ACCOUNT_RATE_LIMITS = {"login_failed": "20/m/ip,5/300s/key"}  # a whole school can share one address
MFA_ADAPTER = "accounts.adapter.MFAAdapter"
MFA_FORMS = {
    "authenticate": "accounts.forms.StepForm",
    "reauthenticate": "accounts.forms.StepAgainForm",
    "activate_totp": "accounts.forms.ActivateAppForm",
    "add_webauthn": "accounts.forms.AddKeyForm",
    "edit_webauthn": "accounts.forms.EditKeyForm",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = LOCAL  # passkeys need https, except on one's own machine
MFA_TOTP_ISSUER = "Loket"
MFA_TOTP_TOLERANCE = 1  # a telephone's clock may be half a minute off
SOCIALACCOUNT_ADAPTER = "accounts.adapter.SocialAccountAdapter"
SOCIALACCOUNT_PROVIDERS = {}
# A login of another organisation (OpenID Connect), beside our own.
OIDC_SERVER_URL = env.str("OIDC_SERVER_URL", default="")
# Its second factor counts as ours for those who must have one.
OIDC_TRUSTS_SECOND_FACTOR = env.bool("OIDC_TRUSTS_SECOND_FACTOR", default=False)
if OIDC_SERVER_URL:
    SOCIALACCOUNT_PROVIDERS["openid_connect"] = {
        "OAUTH_PKCE_ENABLED": True,
        "APPS": [
            {
                "provider_id": "oidc",
                "name": env.str("OIDC_NAME", default="uw organisatie"),
                "client_id": _required("OIDC_CLIENT_ID"),
                "secret": _required("OIDC_CLIENT_SECRET"),
                "settings": {"server_url": OIDC_SERVER_URL},
            }
        ],
    }
    # Our button is a form, which sends the browser on to the provider.
    CONTENT_SECURITY_POLICY["DIRECTIVES"]["form-action"].append("/".join(OIDC_SERVER_URL.split("/")[:3]))
AUDITLOG_DISABLE_REMOTE_ADDR = True
AUDITLOG_STORE_JSON_CHANGES = True
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

# --- the API -------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.AllowAny"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "UNAUTHENTICATED_USER": None,
    "NUM_PROXIES": PROXIES,
    "DEFAULT_THROTTLE_CLASSES": ["rest_framework.throttling.AnonRateThrottle"],
    "DEFAULT_THROTTLE_RATES": {
        "anon": env.str("API_RATE", default="120/min"),
        "export": env.str("EXPORT_RATE", default="20/min"),
    },
}
# Any site may read the API from a browser; nothing else, and never with cookies.
CORS_URLS_REGEX = r"^/(api/|open-data/catalogus\.)"
CORS_ALLOW_ALL_ORIGINS = True
CORS_ALLOW_METHODS = ["GET", "HEAD", "OPTIONS"]
CORS_EXPOSE_HEADERS = ["ETag", "Retry-After"]
SPECTACULAR_SETTINGS = {
    "TITLE": "Loket",
    "DESCRIPTION": "Wat is er voor een school op het gebied van wetenschap en techniek, en waarom past het?",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "activities.api_schema.document_errors",
    ],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
}

# --- logs ----------------------------------------------------------------------------------------
DJANGO_GUID = {"GUID_HEADER_NAME": logs.REQUEST_ID_HEADER, "VALIDATE_GUID": False, "EXPOSE_HEADER": False}
LOG_FORMAT = env.str("LOG_FORMAT", default="text" if LOCAL else "json")
LOGGING = logs.config(form=LOG_FORMAT, level=env.str("LOG_LEVEL", default="INFO"))

# --- Loket itself --------------------------------------------------------------------------------
# The programme office as visitors read it; the first contact of last resort carries this name too.
OFFICE_NAME = env.str("OFFICE_NAME", default="Platform Bèta Techniek")
OFFICE_ABBREVIATION = env.str("OFFICE_ABBREVIATION", default="PBT")
# Within so many working days a question of a school gets an answer, or goes to the next address.
REPLY_WORKING_DAYS = env.int("REPLY_WORKING_DAYS", default=5)
# So many working days a school on a waiting list has to take a place that came free.
OFFER_WORKING_DAYS = env.int("OFFER_WORKING_DAYS", default=2)
# From this hour on, on working days, the one mail of a day with reminders goes out.
REMINDER_HOUR = env.int("REMINDER_HOUR", default=8)
if not 0 <= REMINDER_HOUR <= 23:
    raise ImproperlyConfigured("REMINDER_HOUR is an hour of the day, from 0 to 23.")
# Whoever asks /healthz/metrics must say this; without it that page does not exist.
METRICS_TOKEN = env.str("METRICS_TOKEN", default="")
DATA_DIR = BASE_DIR / "data"
# The map draws our own shapes. With an address such as https://tiles.voorbeeld.example/{z}/{x}/{y}.png it
# lays them over tiles from there; visitors then ask that server for pictures.
MAP_TILE_URL = env.str("MAP_TILE_URL", default="")
MAP_TILE_CREDIT = env.str("MAP_TILE_CREDIT", default="")
if MAP_TILE_URL:
    CONTENT_SECURITY_POLICY["DIRECTIVES"]["img-src"].append("/".join(MAP_TILE_URL.split("/")[:3]).replace("{s}", "*"))
