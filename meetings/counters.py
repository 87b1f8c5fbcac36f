"""How calls go, counted by institution and hour in Redis: what happened how often, never to whom.

A process that counts waits for Redis alone, and for no more than a moment; what can't be counted is not.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Mapping
from datetime import UTC, datetime
from enum import StrEnum
from functools import cache

from django.conf import settings
from django.utils import timezone
from redis import Redis
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)

DATABASE = 3  # of Redis: the broker, the cache and the channel layer have those before
PATIENCE_S = 0.5
KEPT_S = 48 * 3600  # should nobody come to write them down
PREFIX = "quality:"


class Happened(StrEnum):
    """Each is a column of `governance.models.QualityHour`."""

    JOINS = "joins"  # came in for the first time
    RETURNS = "returns"  # came in again, whatever the reason
    RESUMED = "resumed"  # went on with a call across a restart: nobody noticed
    REFUSED = "refused"  # by the rules, which is no failure
    FULL = "full"
    FAILED = "failed"  # wanted to come in, and the gateway or Visio could not
    CUT_OFF = "cut_off"  # fell silent, or the network closed the socket
    MEDIA_LOST = "media_lost"  # the gateway lost the call
    NETWORK_FAIR = "network_fair"  # a browser says so of its own connection, once in 20 s as long as it lasts
    NETWORK_POOR = "network_poor"
    NETWORK_NONE = "network_none"


OF_LEVEL = {0: Happened.NETWORK_NONE, 1: Happened.NETWORK_POOR, 2: Happened.NETWORK_FAIR}

Counts = Mapping[int, Mapping[str, int]]  # by institution, by what happened


@cache
def _redis() -> Redis:
    url = f"{settings.REDIS_URL}?db={DATABASE}"
    return Redis.from_url(url, socket_timeout=PATIENCE_S, socket_connect_timeout=PATIENCE_S, decode_responses=True)


def add(happened: Happened, institution_id: int) -> None:
    """Never fails, and costs no query."""
    key = _key(timezone.now())
    try:
        with _redis().pipeline(transaction=False) as asked:
            asked.hincrby(key, f"{institution_id}:{happened}", 1)
            asked.expire(key, KEPT_S)
            asked.execute()
    except RedisError as error:
        logger.warning("not counted: %s, %s", happened, type(error).__name__)


def hours() -> list[datetime]:
    """Those that are still counted here, in order. Raises RedisError."""
    keys = sorted(str(key) for key in _redis().scan_iter(f"{PREFIX}*"))
    return [datetime.strptime(key.removeprefix(PREFIX), "%Y-%m-%dT%H").replace(tzinfo=UTC) for key in keys]


def counted_in(hour: datetime) -> Counts:
    found: dict[int, dict[str, int]] = defaultdict(dict)
    for field, count in _redis().hgetall(_key(hour)).items():
        institution, happened = str(field).split(":")
        found[int(institution)][happened] = int(count)
    return found


def forget(hour: datetime) -> None:
    _redis().delete(_key(hour))


def _key(moment: datetime) -> str:
    return f"{PREFIX}{moment.astimezone(UTC):%Y-%m-%dT%H}"
