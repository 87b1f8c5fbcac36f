"""Is it answering? One question for each kind of door; a refusal is only "not yet"."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from urllib.error import URLError
from urllib.request import ProxyHandler, build_opener

from visio_site.units import Probe

TIMEOUT_S = 5.0
EVERY_S = 0.1
_opener = build_opener(ProxyHandler({}))  # a proxy of the host's has no business with loopback


async def becomes_true(probe: Probe, timeout_s: float) -> bool:
    """Ask until it says yes; False when the time is up."""
    end = time.monotonic() + timeout_s
    while not await probe():
        if time.monotonic() > end:
            return False
        await asyncio.sleep(EVERY_S)
    return True


async def answers_http(url: str) -> bool:
    """Whether a GET ends in 200, redirections followed."""
    return await asyncio.to_thread(_get, url)


async def answers_ping(socket: Path) -> bool:
    """Whether the Redis behind this socket is up, and done with loading its file."""
    try:
        async with asyncio.timeout(TIMEOUT_S):
            reader, writer = await asyncio.open_unix_connection(socket)
            writer.write(b"PING\r\n")
            answer = await reader.readline()
            writer.close()
    except OSError:  # TimeoutError is one
        return False
    return answer == b"+PONG\r\n"


def _get(url: str) -> bool:
    try:
        with _opener.open(url, timeout=TIMEOUT_S) as response:
            return bool(response.status == 200)
    except (URLError, OSError):
        return False
