"""The cache of the product, on a real Redis: the tests have one in memory."""

from __future__ import annotations

from contextvars import Context

from django.core.cache import BaseCache, CacheHandler
from redis import Redis

from visio_site.settings import base

SOCKETS = 20


def test_sockets_share_connections_to_the_cache() -> None:
    handler = CacheHandler(base.CACHES)
    redis = Redis.from_url(base.REDIS_URL)

    def use() -> BaseCache:
        handler["default"].get("nothing")
        return handler["default"]

    before = redis.info("clients")["connected_clients"]
    used = [Context().run(use) for _ in range(SOCKETS)]
    assert len(set(map(id, used))) == SOCKETS  # Django makes one for each socket
    assert redis.info("clients")["connected_clients"] - before <= 1
