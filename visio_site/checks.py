"""Refuse to start half-configured: better no service than one that leaks or loses."""

from __future__ import annotations

import os
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register

LONGEST_TURN_TTL = 24 * 3600


@register()
def check_secrets(**kwargs: Any) -> list[CheckMessage]:
    secrets = ("SECRET_KEY", "JANUS_API_SECRET", "JANUS_ADMIN_KEY", "MFA_ENCRYPTION_KEY", "MINUTES_SIGNING_KEY")
    weak = [name for name in secrets if len(getattr(settings, name)) < 32]
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
def check_turn(**kwargs: Any) -> list[CheckMessage]:
    errors: list[CheckMessage] = []
    if settings.TURN_URLS and len(settings.TURN_SECRET) < 32:
        errors.append(Error("TURN_SECRET is shorter than 32 characters.", id="visio.E005"))
    if [url for url in settings.TURN_URLS if not url.startswith(("turn:", "turns:"))]:
        errors.append(Error("TURN_URLS must all begin with turn: or turns:.", id="visio.E006"))
    if not 0 < settings.TURN_TTL <= LONGEST_TURN_TTL:
        errors.append(Error("TURN_TTL must be 1 to 86400 seconds: a credential is not taken back.", id="visio.E007"))
    return errors


@register()
def check_telemetry(**kwargs: Any) -> list[CheckMessage]:
    """pyannote reports each file's length to its maker unless it is told not to."""
    if os.environ.get("PYANNOTE_METRICS_ENABLED", "0").lower() not in {"0", "false"}:
        return [Error("PYANNOTE_METRICS_ENABLED must be 0: nothing calls outside.", id="visio.E004")]
    return []


@register()
def check_theme(**kwargs: Any) -> list[CheckMessage]:
    if not (settings.BASE_DIR / "templates" / "themes" / settings.VISIO_THEME / "theme.html").is_file():
        return [Error("VISIO_THEME must be dsfr or neutral.", id="visio.E010")]
    return []


@register()
def check_mail(**kwargs: Any) -> list[CheckMessage]:
    """A word that nobody knows would send invitations in the clear."""
    if settings.SMTP_TLS not in {"none", "starttls", "tls"}:
        return [Error("SMTP_TLS must be none, starttls or tls.", id="visio.E011")]
    return []


@register()
def check_applications(**kwargs: Any) -> list[CheckMessage]:
    """Without it, all of them would seem to be away."""
    if settings.WEBHOOK_CA_FILE and not os.access(settings.WEBHOOK_CA_FILE, os.R_OK):
        return [Error("WEBHOOK_CA_FILE is no file that can be read.", id="visio.E012")]
    return []


@register()
def check_proxy(**kwargs: Any) -> list[CheckMessage]:
    """Limits on tries count by address."""
    if settings.SECURE_PROXY_SSL_HEADER and not settings.ALLAUTH_TRUSTED_PROXY_COUNT:
        message = "BEHIND_PROXY is 1 and TRUSTED_PROXY_COUNT is 0: all visitors share the proxy's address."
        hint = "Set TRUSTED_PROXY_COUNT to the number of proxies that add to X-Forwarded-For."
        return [Warning(message, hint=hint, id="visio.W001")]
    return []


SIGN_ALGOS = {"RS256", "ES256"}
LEVELS = {"eidas0", "eidas0-mfa", "eidas1", "eidas1-mfa", "eidas2", "eidas3"}
PROCONNECT_SESSION_HOURS = 12


@register()
def check_providers(**kwargs: Any) -> list[CheckMessage]:
    errors: list[CheckMessage] = []
    keys = [provider.key for provider in settings.OIDC_PROVIDERS]
    if len(set(keys)) < len(keys):
        errors.append(Error("OIDC_PROVIDERS names a provider twice.", id="visio.E020"))
    for provider in settings.OIDC_PROVIDERS:
        if provider.sign_algo not in SIGN_ALGOS:
            errors.append(Error(f"{provider.key}: tokens must be signed RS256 or ES256.", id="visio.E021"))
        if settings.SECURE_COOKIES and not provider.issuer.startswith("https://"):
            errors.append(Error(f"{provider.key}: the issuer must be reached by https.", id="visio.E022"))
    return errors


@register()
def check_sign_in(**kwargs: Any) -> list[CheckMessage]:
    errors: list[CheckMessage] = []
    if not settings.OIDC_ACR_VALUES or set(settings.OIDC_ACR_VALUES) - LEVELS:
        errors.append(Error(f"OIDC_ACR_VALUES must name some of {', '.join(sorted(LEVELS))}.", id="visio.E023"))
    if not 0 < settings.SESSION_COOKIE_AGE <= PROCONNECT_SESSION_HOURS * 3600:
        errors.append(Error("SESSION_HOURS must be 1 to 12: no longer than ProConnect's session.", id="visio.E024"))
    return errors
