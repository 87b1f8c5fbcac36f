"""Refuse to start half-configured: better no service than one that leaks or loses."""

from __future__ import annotations

import os
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register


@register()
def check_secrets(**kwargs: Any) -> list[CheckMessage]:
    weak = [name for name in ("SECRET_KEY", "JANUS_API_SECRET", "JANUS_ADMIN_KEY") if len(getattr(settings, name)) < 32]
    return [Error(f"{name} is shorter than 32 characters.", id="visio.E001") for name in weak]


@register()
def check_janus_nodes(**kwargs: Any) -> list[CheckMessage]:
    errors: list[CheckMessage] = []
    if not settings.JANUS_NODES:
        errors.append(Error("JANUS_NODES names no node.", id="visio.E002"))
    if settings.JANUS_NODE and settings.JANUS_NODE not in settings.JANUS_NODES:
        errors.append(Error("JANUS_NODE is not one of JANUS_NODES.", id="visio.E003"))
    return errors


@register()
def check_telemetry(**kwargs: Any) -> list[CheckMessage]:
    """pyannote reports each file's length to its maker unless it is told not to."""
    if os.environ.get("PYANNOTE_METRICS_ENABLED", "0").lower() not in {"0", "false"}:
        return [Error("PYANNOTE_METRICS_ENABLED must be 0: nothing calls outside.", id="visio.E004")]
    return []
