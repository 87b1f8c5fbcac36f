"""Second factors that come and go, in the trail: which kind, never its secret, its name or a code."""

from __future__ import annotations

from typing import Any

from allauth.mfa import signals
from allauth.mfa.models import Authenticator

from accounts import audit
from accounts.models import User


def follow() -> None:
    signals.authenticator_added.connect(_added)
    signals.authenticator_removed.connect(_removed)
    signals.authenticator_reset.connect(_renewed)


def _added(user: User, authenticator: Authenticator, **_signal: Any) -> None:
    _record("account.second-factor-added", user, authenticator)


def _removed(user: User, authenticator: Authenticator, **_signal: Any) -> None:
    _record("account.second-factor-removed", user, authenticator)


def _renewed(user: User, authenticator: Authenticator, **_signal: Any) -> None:
    """Recovery codes, asked for again: those before are void."""
    _record("account.recovery-codes-renewed", user, authenticator)


def _record(verb: str, user: User, authenticator: Authenticator) -> None:
    audit.record(verb, actor=user, target=user, kind=str(authenticator.type))
