"""Reading the environment: one function per kind of value."""

from __future__ import annotations

import os
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

_UNSET = object()


def env(name: str, default: str | object = _UNSET) -> str:
    """The variable `name`. Raises ImproperlyConfigured when it is absent and there is no default."""
    value = os.environ.get(name, default)
    if not isinstance(value, str):
        raise ImproperlyConfigured(f"Set the environment variable {name} (see docs/operator.md).")
    return value


def env_bool(name: str, *, default: bool) -> bool:
    return env(name, "1" if default else "0").lower() in {"1", "true", "yes", "on"}


def env_int(name: str, *, default: int) -> int:
    text = env(name, str(default))
    try:
        return int(text)
    except ValueError as error:
        raise ImproperlyConfigured(f"{name} must be a whole number, not {text!r}.") from error


def env_list(name: str, *, default: str = "") -> list[str]:
    return [item.strip() for item in env(name, default).split(",") if item.strip()]


def env_pairs(name: str, *, default: str = "") -> dict[str, str]:
    """`a=x,b=y` as a dictionary: the form of JANUS_NODES."""
    return dict(item.split("=", 1) for item in env_list(name, default=default))


def env_secret(name: str, default: str | object = _UNSET) -> str:
    """The secret in `name`, or in the file that `NAME_FILE` points to: files stay out of process listings."""
    path = os.environ.get(f"{name}_FILE")
    return Path(path).read_text(encoding="utf-8").strip() if path else env(name, default)
