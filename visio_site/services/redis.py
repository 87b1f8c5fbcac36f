"""Redis 7: queues, cache, channel layer; on a socket, and on disk: a queued job outlives it."""

from __future__ import annotations

import functools
import os

from visio_site.layout import Layout, own_folder
from visio_site.probes import answers_ping
from visio_site.units import Child


def child(layout: Layout) -> Child:
    folder = layout.var / "redis"
    socket = layout.socket_folder("redis") / "redis.sock"
    options = {
        "--port": "0",
        "--unixsocket": str(socket),
        "--unixsocketperm": "700",
        "--dir": str(folder),
        "--appendonly": "yes",
        "--save": "",
        "--maxmemory-policy": "noeviction",
        "--loglevel": "warning",
    }
    return Child(
        name="redis",
        command=("redis-server", *(word for option in options.items() for word in option)),
        env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"},
        prepare=functools.partial(_create_folders, layout),
        probe=functools.partial(answers_ping, socket),
        hushed=("Memory overcommit",),  # a setting of the host, which is not ours to change
    )


def url(layout: Layout) -> str:
    return f"unix://{layout.socket_folder('redis')}/redis.sock"


def broker_url(layout: Layout) -> str:
    """The same, as Celery writes it."""
    return f"{url(layout).replace('unix://', 'redis+socket://')}?virtual_host=0"


def _create_folders(layout: Layout) -> None:
    for folder in (layout.var / "redis", layout.socket_folder("redis")):
        own_folder(folder, os.getuid(), os.getgid())
