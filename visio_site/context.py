"""What every template knows: the one DSFR configuration row, cached (the library asks for it on each page)."""

from __future__ import annotations

from django.core.cache import cache
from django.http import HttpRequest
from dsfr.models import DsfrConfig

CACHE_S = 300


def site_config(request: HttpRequest) -> dict[str, object]:
    language = request.LANGUAGE_CODE if hasattr(request, "LANGUAGE_CODE") else "fr"
    return {"SITE_CONFIG": cache.get_or_set(f"dsfr-config-{language}", lambda: _load(language), CACHE_S)}


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
