"""Settings of `make run`: as in production, on this machine."""

from __future__ import annotations

from urllib.parse import urlsplit

from visio_site.env import env_bool
from visio_site.settings.base import *  # noqa: F403
from visio_site.settings.base import PUBLIC_URL

_public = urlsplit(PUBLIC_URL)
ALLOWED_HOSTS = ["localhost", "127.0.0.1", _public.hostname or ""]
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL, f"http://localhost:{_public.port}", f"http://127.0.0.1:{_public.port}"]
NEW_INSTITUTIONS_OPEN = env_bool("NEW_INSTITUTIONS_OPEN", default=True)
STAFF_CONSULTATION_REQUIRED = False  # demonstrations make minutes without a works council
