"""Settings of every installation. What differs between two of them comes from the environment."""

from __future__ import annotations

import tomllib
from pathlib import Path
from urllib.parse import urlsplit

import dj_database_url
from celery.schedules import crontab, schedule
from csp.constants import NONE, SELF

from visio_site.env import env, env_bool, env_int, env_list, env_pairs, env_secret
from visio_site.settings.oidc import read_providers

BASE_DIR = Path(__file__).resolve().parent.parent.parent
VAR_DIR = Path(env("VISIO_VAR", str(BASE_DIR / "var")))
VISIO_VERSION: str = tomllib.loads((BASE_DIR / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]

SECRET_KEY = env_secret("SECRET_KEY")
DEBUG = False
PUBLIC_URL = env("PUBLIC_URL")
ALLOWED_HOSTS = env_list("ALLOWED_HOSTS", default=urlsplit(PUBLIC_URL).hostname or "")
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]
SECURE_COOKIES = PUBLIC_URL.startswith("https://")
VISIO_THEME = env("VISIO_THEME", "dsfr")  # or "neutral": DSFR is reserved to the State's services
VISIO_BRAND = env("VISIO_BRAND", "Visio")

INSTALLED_APPS = [
    "daphne",
    "widget_tweaks",
    "dsfr",
    "accounts.administration.AdministrationConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "mozilla_django_oidc",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "csp",
    "channels",
    "accounts",
    "meetings",
    "transcripts",
    "governance",
    "visio_site",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "accounts.trail.origin.RequestOrigin",
    "django.middleware.locale.LocaleMiddleware",
    "accounts.time_zone.TimeZoneMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.activity.SessionActivity",
    "accounts.local.LocalPagesOnly",
]
ROOT_URLCONF = "visio_site.urls"
ASGI_APPLICATION = "visio_site.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates" / "themes" / VISIO_THEME, BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "visio_site.context.site",
            ]
        },
    }
]

# PostgreSQL, Redis
DATABASES = {"default": dj_database_url.parse(env("DATABASE_URL"), conn_max_age=0, conn_health_checks=True)}
DATABASES["default"].setdefault("OPTIONS", {})["pool"] = {"min_size": 0, "max_size": 8}
# Of a disk without a head that moves: at 4, as delivered, all lines of thousands of minutes are read for a rare word.
DATABASES["default"]["OPTIONS"].setdefault("options", "-c random_page_cost=1.1")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
REDIS_URL = env("REDIS_URL")
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": f"{REDIS_URL}?db=1",
        "OPTIONS": {"pool_class": "visio_site.cache.SharedPool"},
    }
}
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
# After which a message that nobody acknowledged is given to another worker: longer than a chunk of speech takes, and
# never longer than the lease of a step (transcripts.jobs).
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 15 * 60, "socket_keepalive": True}
CELERY_TASK_DEFAULT_QUEUE = "default"
CELERY_TASK_ROUTES = {
    "transcripts.tasks.work_on_minutes": {"queue": "speech"},
    "transcripts.tasks.check_imports": {"queue": "speech"},
}
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR_DIR / "beat-schedule")
CELERY_BEAT_SCHEDULE = {
    "collect what a lost nudge left": {"task": "meetings.tasks.sweep_recordings", "schedule": schedule(10)},
    "stop recordings that must": {"task": "meetings.tasks.stop_recordings", "schedule": schedule(10)},
    "watch the disks of recordings": {"task": "meetings.tasks.watch_disks", "schedule": schedule(10)},
    "delete what no recording claims": {"task": "meetings.tasks.sweep_orphans", "schedule": schedule(60)},
    "erase what was taken back": {"task": "meetings.tasks.sweep_withdrawn", "schedule": schedule(60)},
    "send what a lost nudge left": {"task": "meetings.tasks.send_mails", "schedule": schedule(30)},
    "end abandoned meetings": {"task": "meetings.tasks.sweep_meetings", "schedule": schedule(30)},
    "transcribe what a lost nudge left": {"task": "transcripts.tasks.sweep_transcriptions", "schedule": schedule(10)},
    "check imports that a lost nudge left": {"task": "transcripts.tasks.sweep_imports", "schedule": schedule(30)},
    "compose what a lost nudge left": {"task": "meetings.tasks.sweep_pictures", "schedule": schedule(30)},
    "propose what a lost nudge left": {"task": "transcripts.tasks.make_proposals", "schedule": schedule(30)},
    "ask reviewers what a lost nudge left": {"task": "transcripts.tasks.send_reviews", "schedule": schedule(30)},
    "tell applications what a lost nudge left": {"task": "meetings.tasks.send_deliveries", "schedule": schedule(30)},
    "forget what applications were told": {"task": "meetings.tasks.forget_deliveries", "schedule": schedule(24 * 3600)},
    "tell of minutes what a lost nudge left": {"task": "transcripts.tasks.send_notices", "schedule": schedule(30)},
    "take strangers out of Janus": {"task": "meetings.tasks.reconcile_rooms", "schedule": schedule(5)},
    "remove the Janus rooms that nobody closed": {"task": "meetings.tasks.sweep_rooms", "schedule": schedule(300)},
    "chain what was done": {"task": "accounts.tasks.chain_trail", "schedule": schedule(5)},
    "sign what was done": {"task": "governance.tasks.seal_trail", "schedule": schedule(24 * 3600)},
    "end clocks": {"task": "governance.tasks.end_clocks", "schedule": crontab(hour="1", minute="17")},  # UTC
    "warn of erasures what a lost nudge left": {"task": "governance.tasks.send_warnings", "schedule": schedule(30)},
    "erase what a lost nudge left": {"task": "governance.tasks.carry_out_erasures", "schedule": schedule(60)},
    "delete sessions that are over": {"task": "accounts.tasks.clear_sessions", "schedule": schedule(24 * 3600)},
    "count figures": {"task": "governance.tasks.count_figures", "schedule": schedule(6 * 3600)},
    "write down how calls go": {"task": "governance.tasks.write_down_quality", "schedule": schedule(300)},
    "sweep requests of persons": {"task": "governance.tasks.sweep_requests", "schedule": schedule(30)},
    "blank old requests": {"task": "governance.tasks.blank_old_requests", "schedule": schedule(24 * 3600)},
    "abort stale uploads": {"task": "meetings.tasks.abort_stale_uploads", "schedule": schedule(24 * 3600)},
}

# Object store
S3_ENDPOINT_URL = env("S3_ENDPOINT_URL")
S3_FLAVOUR = env("S3_FLAVOUR", "swift")  # which row of meetings.storage.CAPABILITIES
S3_REGION = env("S3_REGION", "us-east-1")
S3_BUCKET = env("S3_BUCKET", "visio-media")
S3_ACCESS_KEY = env("S3_ACCESS_KEY")
S3_SECRET_KEY = env_secret("S3_SECRET_KEY")

# Mail
EMAIL_HOST = env("SMTP_HOST", "localhost")
EMAIL_PORT = env_int("SMTP_PORT", default=25)
EMAIL_HOST_USER = env("SMTP_USER", "")
EMAIL_HOST_PASSWORD = env_secret("SMTP_PASSWORD", "")
SMTP_TLS = env("SMTP_TLS", "none")  # starttls (port 587), tls (port 465), or none
EMAIL_USE_TLS = SMTP_TLS == "starttls"
EMAIL_USE_SSL = SMTP_TLS == "tls"
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = env("MAIL_FROM", f"Visio <ne-pas-repondre@{urlsplit(PUBLIC_URL).hostname}>")

# Applications of institutions: none is told anything but at these hosts, and below them
WEBHOOK_HOSTS = [host.lower().strip(".") for host in env_list("WEBHOOK_HOSTS")]
WEBHOOK_CA_FILE = env("WEBHOOK_CA_FILE", "")  # of an authority of your own

# Janus
JANUS_NODES = env_pairs("JANUS_NODES")
JANUS_NODE = env("JANUS_NODE", "")  # the node beside this process; empty where there is none
JANUS_API_SECRET = env_secret("JANUS_API_SECRET")
JANUS_ADMIN_KEY = env_secret("JANUS_ADMIN_KEY")
JANUS_RECORDINGS_DIR = Path(env("JANUS_RECORDINGS_DIR"))
JANUS_RECORDINGS_DIRS = env_pairs("JANUS_RECORDINGS_DIRS")  # by node, for those that write elsewhere than the others
RECORDINGS_DISK_MIN_MB = env_int("RECORDINGS_DISK_MIN_MB", default=1024)  # below, no recording begins or goes on there
RECORDINGS_LATE_AFTER_S = env_int("RECORDINGS_LATE_AFTER_S", default=600)  # after the end: operators are told
LOST_PART_AFTER_S = env_int("LOST_PART_AFTER_S", default=600)  # what lies on a node that is down is given up then

# TURN: relays for browsers that cannot reach a Janus node; none unless given. Seconds.
TURN_URLS = env_list("TURN_URLS")
TURN_SECRET = env_secret("TURN_SECRET", "")
TURN_TTL = env_int("TURN_TTL", default=12 * 3600)

# Speech
SPEECH_MODELS_DIR = Path(env("SPEECH_MODELS_DIR", str(BASE_DIR / "transcripts" / "speech_models")))
SPEECH_WHISPER_MODEL = env("SPEECH_WHISPER_MODEL", str(SPEECH_MODELS_DIR / "demo-whisper"))
SPEECH_OTHER_MODELS = env_pairs("SPEECH_OTHER_MODELS")  # name=folder: offered where minutes are made again
SPEECH_DIARIZATION_MODEL = env("SPEECH_DIARIZATION_MODEL", str(SPEECH_MODELS_DIR / "demo-diarization"))
SPEECH_RECOGNISER = env("SPEECH_RECOGNISER", "openai-whisper")  # or faster-whisper, or remote
SPEECH_THREADS = env_int("SPEECH_THREADS", default=1)  # of each worker process
SPEECH_SERVER_URL = env("SPEECH_SERVER_URL", "")  # of a remote recogniser, up to /v1
SPEECH_SERVER_MODEL = env("SPEECH_SERVER_MODEL", "whisper-1")
SPEECH_SERVER_KEY = env_secret("SPEECH_SERVER_KEY", "")
MINUTES_MODEL_URL = env("MINUTES_MODEL_URL", "")  # proposes drafts, up to /v1; empty: not offered
MINUTES_MODEL_NAME = env("MINUTES_MODEL_NAME", "")
MINUTES_MODEL_KEY = env_secret("MINUTES_MODEL_KEY", "")

# Imports of recordings
IMPORT_MAX_MB = env_int("IMPORT_MAX_MB", default=4096)

# Live captions
CAPTIONS_ENGINE = env("CAPTIONS_ENGINE", "whisper")  # or kyutai
CAPTIONS_SERVERS = env_list("CAPTIONS_SERVERS")  # of Kyutai's moshi-server, as ws://host:port
CAPTIONS_SERVER_KEY = env_secret("CAPTIONS_SERVER_KEY", "")
CAPTIONS_LANGUAGE = env("CAPTIONS_LANGUAGE", "fr")  # empty: told from the sound, which costs more
CAPTIONS_MEETINGS_MAX = env_int("CAPTIONS_MEETINGS_MAX", default=20)  # at once, of each media node

# Minutes: what their seals are signed with, and the public keys of seals that were signed before
MINUTES_SIGNING_KEY = env_secret("MINUTES_SIGNING_KEY")
MINUTES_FORMER_KEYS = env_list("MINUTES_FORMER_KEYS")

# Identity
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["accounts.oidc.ProConnectBackend", "accounts.local.LocalBackend"]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "meetings"
LOGOUT_REDIRECT_URL = "home"
OIDC_PROVIDERS = read_providers()
OIDC_RP_SCOPES = "openid given_name usual_name email uid siret idp_id roles organization_label"
OIDC_ACR_VALUES = env_list("OIDC_ACR_VALUES", default="eidas0-mfa,eidas1-mfa,eidas2,eidas3")
OIDC_TIMEOUT = 5
NEW_INSTITUTIONS_OPEN = env_bool("NEW_INSTITUTIONS_OPEN", default=False)  # to the agents of a SIRET never seen before
SUPPORT_CONTACT = env("SUPPORT_CONTACT", "")  # whom refused people ask: an address, a URL, or words

# Local accounts: administrators, invited externals
MFA_ENCRYPTION_KEY = env_secret("MFA_ENCRYPTION_KEY")
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
_VALIDATORS = "django.contrib.auth.password_validation"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"{_VALIDATORS}.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {
        "NAME": f"{_VALIDATORS}.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("email", "given_name", "usual_name")},
    },
    {"NAME": f"{_VALIDATORS}.CommonPasswordValidator"},
]
ACCOUNT_ADAPTER = "accounts.local.AccountAdapter"
ACCOUNT_FORMS = {
    "signup": "accounts.local_forms.SignupForm",
    "reset_password": "accounts.local_forms.ResetPasswordForm",
    "user_token": "accounts.local_forms.UserTokenForm",
}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_SIGNUP_REDIRECT_URL = "mfa_index"
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = f"[{VISIO_BRAND}] "
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # it would invite strangers to sign up
ACCOUNT_MAX_EMAIL_ADDRESSES = 1  # the one that was invited
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_DEFAULT_HTTP_PROTOCOL = urlsplit(PUBLIC_URL).scheme
ALLAUTH_TRUSTED_PROXY_COUNT = env_int("TRUSTED_PROXY_COUNT", default=0)  # for limits by address; 0: no proxy
MFA_ADAPTER = "accounts.mfa.MFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = VISIO_BRAND
USERSESSIONS_TRACK_ACTIVITY = True
SILENCED_SYSTEM_CHECKS = ["auth.W004"]  # the name of a user is their key: no e-mail is an identity
SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"
SESSION_COOKIE_AGE = env_int("SESSION_HOURS", default=10) * 3600
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_COOKIES
SESSION_COOKIE_HTTPONLY = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if SECURE_COOKIES else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env_bool("BEHIND_PROXY", default=False) else None

# Policy: without the date at which staff bodies were heard, an institution makes no minutes
STAFF_CONSULTATION_REQUIRED = env_bool("STAFF_CONSULTATION_REQUIRED", default=True)

# Language, time
LANGUAGE_CODE = "fr"
FORMAT_MODULE_PATH = ["visio_site.formats"]
LANGUAGES = [("fr", "Français"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_TZ = True
TIME_ZONE = "Europe/Paris"

# Static files and content policy: nothing from elsewhere, ever
STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder", "visio_site.static.ThemeFinder"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "visio_site.static.ModuleManifestStorage"},
}
DSFR_MARK_OPTIONAL_FIELDS = True
DSFR_USE_INTEGRITY_CHECKSUMS = False  # hashing rewrites url() in the style sheets: the sums would refuse them


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


S3_ORIGIN = _origin(S3_ENDPOINT_URL)
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "media-src": [SELF, "blob:", S3_ORIGIN],
        "manifest-src": [SELF],
        # Chromium checks the redirect after a POST too: log-out goes on to the identity provider
        "form-action": [SELF, *(origin for provider in OIDC_PROVIDERS for origin in provider.browser_origins)],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(levelname)s %(name)s%(request)s %(message)s"}},
    "filters": {
        "hide-links": {"()": "visio_site.redaction.HideLinks"},
        "name-request": {"()": "visio_site.redaction.NameRequest"},
    },
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": "line",
            "filters": ["hide-links", "name-request"],
        }
    },
    "root": {"handlers": ["console"], "level": env("LOG_LEVEL", "INFO")},
    "loggers": {
        "botocore": {"level": "WARNING"},
        "boto3": {"level": "WARNING"},
        "weasyprint": {"level": "ERROR"},  # its warnings may quote the page
        "fontTools": {"level": "ERROR"},
        "matplotlib": {"level": "WARNING"},  # it tells of its list of fonts
        "websockets": {"level": "WARNING"},  # at debug it prints frames, SDP included
        "mozilla_django_oidc": {"level": "WARNING"},
    },
}
