"""What every template knows: brand, who may administer, old gateways; and DSFR's configuration row with that theme."""

from __future__ import annotations

from functools import partial

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from dsfr.models import DsfrConfig

from accounts import roles
from visio_site.alerts import recording_alerts
from visio_site.gateways import old_gateways

CACHE_S = 300


def site(request: HttpRequest) -> dict[str, object]:
    # A template calls them when it asks: pages without a header cost no query
    known: dict[str, object] = {
        "BRAND": settings.VISIO_BRAND,
        "may_administer": partial(_may_administer, request),
        "is_officer": partial(_is_officer, request),
        "old_gateways": partial(old_gateways, request),
        "recording_alerts": partial(recording_alerts, request),
    }
    if settings.VISIO_THEME == "dsfr":
        known["SITE_CONFIG"] = _site_config(request)
    return known


def _may_administer(request: HttpRequest) -> bool:
    return bool(_roles_of(request))


def _is_officer(request: HttpRequest) -> bool:
    return roles.Role.DPO in _roles_of(request)


def _roles_of(request: HttpRequest) -> frozenset[str]:
    """Asked once for each page."""
    known: frozenset[str] | None = getattr(request, "held_roles", None)
    if known is None:
        known = roles.held_by(request.user) if hasattr(request, "user") else frozenset()
        request.held_roles = known  # type: ignore[attr-defined]
    return known


def _site_config(request: HttpRequest) -> DsfrConfig:
    """Cached: the library would ask for the row on each page."""
    language = request.LANGUAGE_CODE if hasattr(request, "LANGUAGE_CODE") else "fr"
    return cache.get_or_set(f"dsfr-config-{language}", lambda: _load(language), CACHE_S)


def _load(language: str) -> DsfrConfig:
    return DsfrConfig.objects.filter(language=language).first() or DsfrConfig(
        language=language,
        header_brand="République française",
        header_brand_html="République<br>française",
        footer_brand="République française",
        footer_brand_html="République<br>française",
        site_title="Visio",
        site_tagline="",
    )
