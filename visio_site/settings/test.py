"""Settings of the test suite and of the type checker: in front of the private services that `make test` starts.

What those services would give has a stand-in here, so that pure tests run alone.
"""

from __future__ import annotations

import os

STAND_INS = {
    "PUBLIC_URL": "http://testserver",
    "SECRET_KEY": "test-only-" * 5,
    "DATABASE_URL": "postgresql://visio@localhost/none",
    "REDIS_URL": "unix:///nonexistent",
    "S3_ENDPOINT_URL": "http://127.0.0.1:1",
    "S3_ACCESS_KEY": "none",
    "S3_SECRET_KEY": "none",
    "JANUS_NODES": "j1=ws://127.0.0.1:1",
    "JANUS_API_SECRET": "test-only-" * 4,
    "JANUS_ADMIN_KEY": "test-only-" * 4,
    "JANUS_RECORDINGS_DIR": "/nonexistent",
    "MFA_ENCRYPTION_KEY": "test-only-" * 4,
    "MINUTES_SIGNING_KEY": "test-only-" * 4,
    "OIDC_OP_ISSUER": "https://idp.example/api/v2",
    "OIDC_RP_CLIENT_ID": "visio-test",
    "OIDC_RP_CLIENT_SECRET": "test-only",
}
for _name, _value in STAND_INS.items():
    if f"{_name}_FILE" not in os.environ:
        os.environ.setdefault(_name, _value)

from visio_site.settings.base import *  # noqa: E402, F403
from visio_site.settings.base import DATABASES, STORAGES  # noqa: E402

# Channels' test sockets keep the connections of their threads open, and a pool would soon be empty.
DATABASES["default"]["OPTIONS"].pop("pool")
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
CELERY_BROKER_URL = "memory://"
NEW_INSTITUTIONS_OPEN = True
STAFF_CONSULTATION_REQUIRED = False
WHITENOISE_AUTOREFRESH = True
