"""Settings of every installation. What differs between two of them comes from the environment."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import urlsplit

import dj_database_url
from celery.schedules import schedule
from csp.constants import NONE, SELF

from visio_site.env import env, env_bool, env_int, env_list, env_pairs, env_secret

BASE_DIR = Path(__file__).resolve().parent.parent.parent
VAR_DIR = Path(env("VISIO_VAR", str(BASE_DIR / "var")))

SECRET_KEY = env_secret("SECRET_KEY")
DEBUG = False
PUBLIC_URL = env("PUBLIC_URL")
ALLOWED_HOSTS = env_list("ALLOWED_HOSTS", default=urlsplit(PUBLIC_URL).hostname or "")
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]
SECURE_COOKIES = PUBLIC_URL.startswith("https://")

INSTALLED_APPS = [
    "daphne",
    "widget_tweaks",
    "dsfr",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "mozilla_django_oidc",
    "csp",
    "channels",
    "accounts",
    "meetings",
    "transcripts",
    "visio_site",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
ROOT_URLCONF = "visio_site.urls"
ASGI_APPLICATION = "visio_site.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "visio_site.context.site_config",
            ]
        },
    }
]

# PostgreSQL, Redis
DATABASES = {"default": dj_database_url.parse(env("DATABASE_URL"), conn_max_age=0, conn_health_checks=True)}
DATABASES["default"].setdefault("OPTIONS", {})["pool"] = {"min_size": 0, "max_size": 8}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
REDIS_URL = env("REDIS_URL")
CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": f"{REDIS_URL}?db=1"}}
CHANNEL_LAYERS = {
    "default": {
        # Pub/Sub, not the core layer, which drops in bursts and closes sockets when Redis restarts
        # (docs/decisions/0003-channel-layer.md). At most once: events carry a number.
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        "CONFIG": {"hosts": [f"{REDIS_URL}?db=2"]},
    }
}

# Celery: a message is a nudge, the row in PostgreSQL is the truth
CELERY_BROKER_URL = f"{REDIS_URL.replace('unix://', 'redis+socket://')}?virtual_host=0"
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 2.0
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 6 * 3600, "socket_keepalive": True}
CELERY_TASK_DEFAULT_QUEUE = "default"
CELERY_TASK_ROUTES = {"transcripts.tasks.transcribe_recording": {"queue": "speech"}}
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR_DIR / "beat-schedule")
CELERY_BEAT_SCHEDULE = {
    "collect what a lost nudge left": {"task": "meetings.tasks.sweep_recordings", "schedule": schedule(10)},
    "delete what no recording claims": {"task": "meetings.tasks.sweep_orphans", "schedule": schedule(60)},
    "end abandoned meetings": {"task": "meetings.tasks.sweep_meetings", "schedule": schedule(30)},
    "transcribe what a lost nudge left": {"task": "transcripts.tasks.sweep_transcriptions", "schedule": schedule(10)},
    "remove the Janus rooms that nobody closed": {"task": "meetings.tasks.sweep_rooms", "schedule": schedule(300)},
    "delete sessions that are over": {"task": "accounts.tasks.clear_sessions", "schedule": schedule(24 * 3600)},
    "abort stale uploads": {"task": "meetings.tasks.abort_stale_uploads", "schedule": schedule(24 * 3600)},
}

# Object store
S3_ENDPOINT_URL = env("S3_ENDPOINT_URL")
S3_FLAVOUR = env("S3_FLAVOUR", "swift")  # which row of meetings.storage.CAPABILITIES
S3_REGION = env("S3_REGION", "us-east-1")
S3_BUCKET = env("S3_BUCKET", "visio-media")
S3_ACCESS_KEY = env("S3_ACCESS_KEY")
S3_SECRET_KEY = env_secret("S3_SECRET_KEY")

# Janus
JANUS_NODES = env_pairs("JANUS_NODES")
JANUS_NODE = env("JANUS_NODE", "")  # the node beside this process; empty where there is none
JANUS_API_SECRET = env_secret("JANUS_API_SECRET")
JANUS_ADMIN_KEY = env_secret("JANUS_ADMIN_KEY")
JANUS_RECORDINGS_DIR = Path(env("JANUS_RECORDINGS_DIR"))

# Speech
SPEECH_MODELS_DIR = Path(env("SPEECH_MODELS_DIR", str(BASE_DIR / "transcripts" / "speech_models")))
SPEECH_WHISPER_MODEL = env("SPEECH_WHISPER_MODEL", str(SPEECH_MODELS_DIR / "demo-whisper"))
SPEECH_DIARIZATION_MODEL = env("SPEECH_DIARIZATION_MODEL", str(SPEECH_MODELS_DIR / "demo-diarization"))

# Identity
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["accounts.oidc.ProConnectBackend"]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "meetings"
LOGOUT_REDIRECT_URL = "home"
LOGIN_REDIRECT_URL_FAILURE = "/connexion/refusee/"
OIDC_OP_ISSUER = env("OIDC_OP_ISSUER")
OIDC_OP_AUTHORIZATION_ENDPOINT = env("OIDC_OP_AUTHORIZATION_ENDPOINT", f"{OIDC_OP_ISSUER}/authorize")
OIDC_OP_TOKEN_ENDPOINT = env("OIDC_OP_TOKEN_ENDPOINT", f"{OIDC_OP_ISSUER}/token")
OIDC_OP_USER_ENDPOINT = env("OIDC_OP_USER_ENDPOINT", f"{OIDC_OP_ISSUER}/userinfo")
OIDC_OP_JWKS_ENDPOINT = env("OIDC_OP_JWKS_ENDPOINT", f"{OIDC_OP_ISSUER}/jwks")
OIDC_OP_LOGOUT_ENDPOINT = env("OIDC_OP_LOGOUT_ENDPOINT", f"{OIDC_OP_ISSUER}/session/end")
OIDC_RP_CLIENT_ID = env("OIDC_RP_CLIENT_ID")
OIDC_RP_CLIENT_SECRET = env_secret("OIDC_RP_CLIENT_SECRET")
OIDC_RP_SIGN_ALGO = env("OIDC_RP_SIGN_ALGO", "RS256")
OIDC_RP_SCOPES = "openid given_name usual_name email uid siret idp_id roles organization_label"
OIDC_ACR_VALUES = env_list("OIDC_ACR_VALUES", default="eidas0-mfa,eidas1-mfa,eidas2,eidas3")
OIDC_AUTH_REQUEST_EXTRA_PARAMS = {
    "claims": json.dumps({"id_token": {"acr": {"essential": True, "values": OIDC_ACR_VALUES}, "amr": None}})
}
OIDC_USE_PKCE = True
OIDC_STATE_SIZE = OIDC_NONCE_SIZE = 64
OIDC_TIMEOUT = 5
OIDC_STORE_ID_TOKEN = True
OIDC_CALLBACK_CLASS = "accounts.views.CallbackView"
SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"
SESSION_COOKIE_AGE = env_int("SESSION_HOURS", default=10) * 3600
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_COOKIES
SESSION_COOKIE_HTTPONLY = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if SECURE_COOKIES else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env_bool("BEHIND_PROXY", default=False) else None

# Language, time
LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", "Français"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_TZ = True
TIME_ZONE = "Europe/Paris"

# Static files and content policy: nothing from elsewhere, ever
STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "visio_site.static.ModuleManifestStorage"},
}
DSFR_MARK_OPTIONAL_FIELDS = True
DSFR_USE_INTEGRITY_CHECKSUMS = False  # hashing rewrites url() in the style sheets: the sums would refuse them


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "media-src": [SELF, "blob:", _origin(S3_ENDPOINT_URL)],
        "manifest-src": [SELF],
        # Chromium checks the redirect after a POST too: log-out goes on to the identity provider
        "form-action": [SELF, _origin(OIDC_OP_ISSUER)],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env("LOG_LEVEL", "INFO")},
    "loggers": {
        "botocore": {"level": "WARNING"},
        "boto3": {"level": "WARNING"},
        "websockets": {"level": "WARNING"},  # at debug it prints frames, SDP included
        "mozilla_django_oidc": {"level": "WARNING"},
    },
}
