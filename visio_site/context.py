"""What every template knows: brand, who may administer, old gateways; and DSFR's configuration row with that theme."""

from __future__ import annotations

from functools import partial

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from dsfr.models import DsfrConfig

from accounts import roles
from visio_site.gateways import old_gateways

CACHE_S = 300


def site(request: HttpRequest) -> dict[str, object]:
    # A template calls them when it asks: pages without a header cost no query
    known: dict[str, object] = {
        "BRAND": settings.VISIO_BRAND,
        "may_administer": partial(_may_administer, request),
        "old_gateways": partial(old_gateways, request),
    }
    if settings.VISIO_THEME == "dsfr":
        known["SITE_CONFIG"] = _site_config(request)
    return known


def _may_administer(request: HttpRequest) -> bool:
    return hasattr(request, "user") and roles.has_any_role(request.user)


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
