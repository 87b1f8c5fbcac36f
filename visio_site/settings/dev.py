"""Settings of `make run`: as in production, on this machine."""

from __future__ import annotations

from urllib.parse import urlsplit

from visio_site.settings.base import *  # noqa: F403
from visio_site.settings.base import PUBLIC_URL

_port = urlsplit(PUBLIC_URL).port
ALLOWED_HOSTS = ["localhost", "127.0.0.1"]
CSRF_TRUSTED_ORIGINS = [f"http://localhost:{_port}", f"http://127.0.0.1:{_port}"]
