"""Sockets through the web process itself, in front of an application that talks without end, or never listens."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from visio_site.layout import ROOT
from visio_site.web import Door

APPLICATION = """
import asyncio

async def application(scope, receive, send):
    await receive()
    await send({"type": "websocket.accept"})
    if scope["path"] == "/talks/":
        for _ in range(100_000):
            await send({"type": "websocket.send", "text": "x" * 10_000})
            await asyncio.sleep(0)
    if scope["path"] == "/deaf/":
        await asyncio.sleep(3600)
    while (await receive())["type"] != "websocket.disconnect":
        await send({"type": "websocket.send", "text": "heard"})
"""


@pytest.fixture(scope="module")
def web(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[int, int]]:
    """Its port and its process."""
    folder = tmp_path_factory.mktemp("web")
    (folder / "talker.py").write_text(APPLICATION, encoding="utf-8")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "visio_site.web", "-v", "0", "-b", "127.0.0.1", "-p", str(port)]
    env = {**os.environ, "PYTHONPATH": f"{ROOT}:{folder}"}
    with subprocess.Popen([*command, "talker:application"], env=env) as process:
        try:
            _wait_for(port)
            yield port, process.pid
        finally:
            process.kill()


def _wait_for(port: int) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise TimeoutError


def memory_kb(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return int(status.split("VmRSS:")[1].split()[0])


def read_all(reader: ClientConnection) -> None:
    while True:
        reader.recv(timeout=5)


def test_who_does_not_read_is_let_go_and_what_it_did_not_read_too(web: tuple[int, int]) -> None:
    """A gigabyte is said to it."""
    port, pid = web
    before = memory_kb(pid)
    with connect(f"ws://127.0.0.1:{port}/talks/", max_queue=1, max_size=None) as reader:
        time.sleep(2)
        assert memory_kb(pid) - before < 40_000
        with pytest.raises(ConnectionClosed):
            read_all(reader)


def test_who_speaks_faster_than_it_is_heard_is_let_go(web: tuple[int, int]) -> None:
    port, pid = web
    before = memory_kb(pid)
    with connect(f"ws://127.0.0.1:{port}/deaf/") as speaker, pytest.raises((ConnectionClosed, OSError)):  # noqa: PT012
        for _ in range(2000):
            speaker.send("x" * 100_000)
        speaker.recv(timeout=5)
    assert memory_kb(pid) - before < 40_000


def test_others_are_heard(web: tuple[int, int]) -> None:
    port, _ = web
    with connect(f"ws://127.0.0.1:{port}/") as other:
        for _ in range(500):
            other.send("?")
            assert other.recv(timeout=5) == "heard"


def test_who_was_let_go_for_speaking_too_fast_is_refused_for_a_while_and_nobody_else(web: tuple[int, int]) -> None:
    port, _ = web
    address, cookie = f"ws://127.0.0.1:{port}/deaf/", {"Cookie": "theme=dark; sessionid=enemy"}
    with connect(address, additional_headers=cookie) as speaker, pytest.raises((ConnectionClosed, OSError)):  # noqa: PT012
        for _ in range(2000):
            speaker.send("x")
        speaker.recv(timeout=5)
    with pytest.raises(InvalidStatus) as refusal:
        connect(address, additional_headers=cookie)
    assert refusal.value.response.status_code == 429
    for other in ({"Cookie": "sessionid=friend"}, {"Cookie": "sessionid"}, {}):
        with connect(f"ws://127.0.0.1:{port}/", additional_headers=other) as friend:
            friend.send("?")
            assert friend.recv(timeout=5) == "heard"


def test_door_opens_again_and_remembers_no_more_than_it_may(monkeypatch: pytest.MonkeyPatch) -> None:
    door = Door()
    monkeypatch.setattr("visio_site.web.SHUT_OUT_MAX", 2)
    for session in ("first", "second", "third"):
        door.shut(session)
    assert [door.is_shut_for(session) for session in ("first", "second", "third", None)] == [False, True, True, False]
    monkeypatch.setattr("visio_site.web.SHUT_OUT_S", -1.0)
    door.shut("third")
    assert not door.is_shut_for("third")


def test_garbage_is_not_looked_for_in_what_is_loaded_before_the_first_question() -> None:
    """It took a tenth of a second, again and again, in which no message of any meeting went on."""
    said = "import gc, sys, visio_site.asgi; print(len(gc.get_objects()), gc.get_freeze_count(), *sys.modules)"
    done = subprocess.run([sys.executable, "-c", said], cwd=ROOT, capture_output=True, text=True, check=True)
    looked_through, frozen, *modules = done.stdout.split()
    assert int(looked_through) < 1_000 < 100_000 < int(frozen)
    assert {"meetings.views", "transcripts.reader.views"} <= set(modules)
