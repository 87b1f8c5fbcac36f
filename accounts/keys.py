"""Providers' signing keys: cached, and not asked for again at each forged token."""

from __future__ import annotations

from typing import Any

import jwt
import requests
from django.conf import settings
from django.core.cache import cache

from accounts.identity import IdentityRefused
from accounts.providers import Provider

CACHE_S = 3600
REFETCH_S = 60  # an unknown key makes us ask again, at most this often


def key_for(token: str, provider: Provider) -> jwt.PyJWK:
    """Raises IdentityRefused when the provider knows no such key, or has it for another algorithm."""
    kid = jwt.get_unverified_header(token).get("kid")
    key = _find(kid, cache.get(_cache_key(provider)) or _fetch(provider))
    if key is None and cache.add(f"{_cache_key(provider)}:asked-again", 1, REFETCH_S):
        key = _find(kid, _fetch(provider))
    if key is None or key.get("alg", provider.sign_algo) != provider.sign_algo:
        raise IdentityRefused("unknown-key")
    return jwt.PyJWK(key, algorithm=provider.sign_algo)


def _find(kid: object, keys: list[dict[str, Any]]) -> dict[str, Any] | None:
    return next((key for key in keys if kid is not None and key.get("kid") == kid), None)


def _fetch(provider: Provider) -> list[dict[str, Any]]:
    answer = requests.get(provider.jwks_endpoint, timeout=settings.OIDC_TIMEOUT)
    answer.raise_for_status()
    document = answer.json()
    keys = document.get("keys") if isinstance(document, dict) else None
    if not isinstance(keys, list):
        raise IdentityRefused("provider-error")
    known = [key for key in keys if isinstance(key, dict)]
    cache.set(_cache_key(provider), known, CACHE_S)
    return known


def _cache_key(provider: Provider) -> str:
    return f"jwks:{provider.key}"
