"""State folders and processes of the tests' own, whatever runs beside them."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tests.visio_site.running import Running, running
from visio_site.layout import Layout, Ports

MARK = "VISIO_TEST_MARK"


@pytest.fixture
def layout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Layout:
    """An installation that nobody else uses; the environment names it too, for processes."""
    first = free_ports()
    for name in ("VISIO_PUBLIC_URL", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("VISIO_VAR", str(tmp_path / "state"))
    monkeypatch.setenv("VISIO_PORT", str(first))
    monkeypatch.setenv(MARK, str(tmp_path))
    return Layout(
        var=tmp_path / "state",
        ports=Ports.starting_at(first),
        rtp_ports="23000-23099",
        public_url=f"http://localhost:{first}",
    )


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """The private services, the real ones, for all tests that only ask them something."""
    first = free_ports()
    layout = Layout(
        var=tmp_path_factory.mktemp("site") / "state",
        ports=Ports.starting_at(first),
        rtp_ports="23000-23099",
        public_url=f"http://localhost:{first}",
    )
    with running(layout, "postgres,redis,objects,janus,idp") as site:
        yield site


@pytest.fixture
def family(layout: Layout, tmp_path: Path) -> Iterator[Callable[[], set[int]]]:
    """The processes that this test started, at any depth; what is left of them at its end is killed."""

    def living() -> set[int]:
        mark = f"{MARK}={tmp_path}".encode()
        return {int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit() and _bears(entry, mark)}

    yield living
    for pid in living():
        with suppress(ProcessLookupError):
            os.kill(pid, 9)


def wait_until(condition: Callable[[], object], timeout_s: float = 15.0) -> None:
    end = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.05)


def free_ports(count: int = 10) -> int:
    """The first of `count` free ports in a row."""
    for first in range(24000 + os.getpid() % 500 * 10, 32000, 10):
        if all(_is_free(port) for port in range(first, first + count)):
            return first
    raise AssertionError("no free ports")


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


def _bears(process: Path, mark: bytes) -> bool:
    try:
        alive = b"\nState:\tZ" not in (process / "status").read_bytes()
        return alive and int(process.name) != os.getpid() and mark in (process / "environ").read_bytes().split(b"\0")
    except OSError:
        return False
