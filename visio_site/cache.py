"""Connections to Redis for Django's cache."""

from __future__ import annotations

from functools import cache
from typing import Any, Self

from redis import ConnectionPool


class SharedPool(ConnectionPool):
    """One for each address in a process. Django makes a cache, with a pool of its own, for each thread and each socket:
    a connection for each browser, opened while it joins and kept until it leaves.
    """

    @classmethod
    @cache
    def from_url(cls, url: str, **options: Any) -> Self:
        return super().from_url(url, **options)
