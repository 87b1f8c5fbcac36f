"""Captions of a recording, from who has its words: this app knows nobody above it."""

from __future__ import annotations

from collections.abc import Callable

from accounts.models import User
from meetings.models import Recording

Provider = Callable[[Recording, User], str | None]
"""The address of a WebVTT file that this person may read; None where there is none."""

_providers: list[Provider] = []


def provide(provider: Provider) -> None:
    if provider not in _providers:
        _providers.append(provider)


def address_of(recording: Recording, user: User) -> str | None:
    return next((address for provider in _providers if (address := provider(recording, user))), None)
