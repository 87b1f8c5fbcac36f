"""Django and Celery: the schema, the static files, the web process, the workers, beat."""

from __future__ import annotations

import asyncio
import functools
import hashlib
import os
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

from visio_site import priority
from visio_site.layout import ROOT, JanusNode, Layout
from visio_site.probes import answers_http
from visio_site.services import redis
from visio_site.services.environment import beside, for_django
from visio_site.units import Child, Program, Step

STORES = ("postgres", "redis", "objects-proxy")
WEB = ("migrate", "collectstatic", *STORES, "idp")
CAPTIONS_READY = "captions of "
BEAT_READY = "beat: Starting..."
PING_TIMEOUT_S = 2.0
_IMPORTING = threading.Lock()
START_TIMEOUT_S = 90.0  # five processes that load Django at once, on a machine that may be busy
# Everybody comes back at once after a restart: who has waited for 5 s, as by default, is let in rather than sent away.
WEB_OPTIONS = ("-v", "0", "-b", "127.0.0.1", "--websocket_connect_timeout", "15")


def units(layout: Layout) -> list[Program]:
    env = for_django(layout)
    return [
        Step(name="migrate", command=_manage("migrate", "--verbosity=0"), env=env, after=("postgres",)),
        _collectstatic(layout),
        _web(layout),
        _worker(layout, "worker-default", "default", processes=2),
        *(
            _worker(layout, node.unit("worker-media"), f"media.{node.name}", processes=2, env=beside(layout, node))
            for node in layout.nodes
        ),
        # Hours of computing, beside people who are talking: it comes last.
        _worker(layout, "worker-speech", "speech", processes=1, niceness=priority.LAST),
        *(_captions(layout, node) for node in layout.nodes),
        _worker(layout, "worker-pictures", "pictures", processes=1, niceness=priority.LAST),
        Child(
            name="beat",
            command=(*_celery("beat"), "--pidfile=", f"--schedule={layout.var / 'beat-schedule'}"),
            env=env,
            after=("migrate", "redis"),
            ready_line=BEAT_READY,
            start_timeout_s=START_TIMEOUT_S,
        ),
    ]


def _web(layout: Layout) -> Child:
    port = layout.ports.web
    return Child(
        name="web",
        # -v 0: no access log, which would keep codes of rooms
        command=_python("visio_site.web", *WEB_OPTIONS, "-p", str(port), "visio_site.asgi:application"),
        env=for_django(layout),
        after=(*WEB, *(node.unit("janus") for node in layout.nodes)),
        ports=(port,),
        probe=functools.partial(answers_http, f"http://localhost:{port}/healthz"),
        stop_grace_s=3.0,
        start_timeout_s=START_TIMEOUT_S,
    )


def _worker(
    layout: Layout,
    name: str,
    queue: str,
    *,
    processes: int,
    niceness: int = 0,
    env: dict[str, str] | None = None,
) -> Child:
    node = f"{name}@visio"
    options = ("-Q", queue, "-n", node, "-c", str(processes), "--without-gossip", "--without-mingle")
    return Child(
        name=name,
        command=(*_celery("worker"), *options),
        # The soft shutdown: what runs has 2 s to end, and is queued again otherwise.
        env=(env or for_django(layout)) | {"REMAP_SIGTERM": "SIGQUIT"},
        niceness=niceness,
        after=("migrate", *STORES),
        probe=functools.partial(_answers_celery, layout, node),
        stop_grace_s=4.5,
        start_timeout_s=START_TIMEOUT_S,
    )


def _captions(layout: Layout, node: JanusNode) -> Child:
    """Beside each Janus, whose sound reaches it over loopback."""
    return Child(
        name=node.unit("captions"),
        command=_python("transcripts.live", node.name),
        env=beside(layout, node),
        after=("migrate", "redis"),
        ready_line=CAPTIONS_READY,
        start_timeout_s=START_TIMEOUT_S,
    )


def _collectstatic(layout: Layout) -> Step:
    stamp = layout.var / "static" / ".stamp"
    return Step(
        name="collectstatic",
        command=_manage("collectstatic", "--noinput", "--clear", "--verbosity=0"),
        env=for_django(layout),
        is_needed=lambda: not stamp.exists() or stamp.read_text(encoding="ascii") != _static_digest(),
        done=functools.partial(_write_stamp, stamp),
    )


def _write_stamp(stamp: Path) -> None:
    stamp.write_text(_static_digest(), encoding="ascii")


def _static_digest() -> str:
    """What the collected files depend on: ours by name, size and date, the libraries' by their pins; the theme."""
    digest = hashlib.sha256((ROOT / "requirements.txt").read_bytes())
    digest.update(os.environ.get("VISIO_THEME", "").encode())
    for path in _static_sources():
        status = path.stat()
        digest.update(f"{path}:{status.st_size}:{status.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def _static_sources() -> Iterator[Path]:
    for folder in ("static", "accounts/static", "meetings/static", "transcripts/static"):
        yield from sorted(path for path in (ROOT / folder).rglob("*") if path.is_file())
    yield ROOT / "visio_site" / "static.py"


def _python(module: str, *words: str) -> tuple[str, ...]:
    return (sys.executable, "-m", module, *words)


def _manage(*words: str) -> tuple[str, ...]:
    return (sys.executable, str(ROOT / "manage.py"), *words)


def _celery(verb: str) -> tuple[str, ...]:
    return _python("celery", "-A", "visio_site.celery", verb, "--loglevel=INFO")


async def _answers_celery(layout: Layout, node: str) -> bool:
    return await asyncio.to_thread(_ping, redis.broker_url(layout), node)


def _ping(broker_url: str, node: str) -> bool:
    with _IMPORTING:  # Celery's lazy module breaks when two threads are the first to import it
        from celery import Celery  # 0.3 s, which a start without workers need not spend
        from kombu.exceptions import OperationalError

    with Celery(broker=broker_url, set_as_current=False) as app:
        try:
            return bool(app.control.ping(destination=[node], timeout=PING_TIMEOUT_S))
        except OperationalError:
            return False
