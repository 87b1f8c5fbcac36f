"""Which sessions somebody has, for the page where they end them."""

from __future__ import annotations

from collections.abc import Callable

from allauth.usersessions.models import UserSession
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse

NOTED_EVERY_S = 300


class SessionActivity:
    """The library's middleware writes at each request; ours once in five minutes, and when the session is new."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        key = request.session.session_key
        if key and request.user.is_authenticated and cache.add(f"session-seen:{key}", 1, NOTED_EVERY_S):
            UserSession.objects.create_from_request(request)
        return self.get_response(request)
