"""The reader's time zone: from a cookie that the browser, or the page of preferences, has set."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

COOKIE = "visio_time_zone"
COOKIE_AGE_S = 365 * 24 * 3600


class TimeZoneMiddleware:
    """Whatever the cookie says that is no zone counts as not said."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with timezone.override(chosen_zone(request)):
            return self.get_response(request)


def chosen_zone(request: HttpRequest) -> ZoneInfo | None:
    """None when the reader has none of their own."""
    name = request.COOKIES.get(COOKIE, "")
    return ZoneInfo(name) if name in known_zones() else None


@cache
def known_zones() -> frozenset[str]:
    return frozenset(name for name in available_timezones() if "/" in name or name == "UTC")
