"""Who tries codes of rooms that do not exist is soon kept from trying more. With 60 random bits, that is plenty."""

from __future__ import annotations

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.http import HttpRequest

MOST_UNKNOWN = 30  # an office behind one address mistypes too
WITHIN_S = 600


def is_blocked(request: HttpRequest) -> bool:
    """Asked before the code is looked at: a right guess gets the same answer as a wrong one."""
    return int(cache.get(_key(request), 0)) >= MOST_UNKNOWN


def count_unknown_code(request: HttpRequest) -> None:
    cache.add(_key(request), 0, WITHIN_S)
    try:
        cache.incr(_key(request))
    except ValueError:  # it ended in between
        cache.set(_key(request), 1, WITHIN_S)


def _key(request: HttpRequest) -> str:
    """Who is signed in answers for themselves; others, for the address they come from."""
    who = str(request.user.pk) if request.user.is_authenticated else get_adapter(request).get_client_ip(request)
    return f"unknown-codes:{who}"
