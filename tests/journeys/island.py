"""A network of its own for one browser, behind a cable that can be pulled."""

from __future__ import annotations

import asyncio
import os
import subprocess
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from tests.journeys.product import eventually
from visio_site.netns import ADDRESS

SHORE = "10.77.0.2"
CABLE, BRIDGE = "visio-cut0", "visio-bridge0"
NOWHERE = "visio-bridge1"  # a bridge that is off: cables to it look well
PEER = "visio1"  # the other end of the address that Janus has: its answers leave there


@dataclass(frozen=True, slots=True)
class Island:
    chromium: Path  # a program that starts Chromium there

    def cut(self) -> None:
        """Here: the browser's own system says so."""
        _run("ip", "link", "set", CABLE, "down")

    def mend(self) -> None:
        _run("ip", "link", "set", CABLE, "up")

    def cut_farther_away(self) -> None:
        """Nothing arrives any more, and nobody says why."""
        _run("ip", "link", "set", CABLE, "master", NOWHERE)

    def mend_farther_away(self) -> None:
        _run("ip", "link", "set", CABLE, "master", BRIDGE)


@asynccontextmanager
async def island(folder: Path, base_url: str) -> AsyncIterator[Island]:
    """`base_url` is on this machine's loopback, and reached from there under the same name.

    Needs to be root, in the private network of `netns`.
    """
    holder = await asyncio.create_subprocess_exec("unshare", "--net", "sleep", "infinity")
    try:
        await eventually(lambda: _namespace(holder.pid) != _namespace(os.getpid()), within_s=10)
        _lay_cable(holder.pid)
        port = urlsplit(base_url).port or 80
        async with await asyncio.start_server(_to_loopback(port), ADDRESS, port):
            yield Island(_launcher(folder, holder.pid, base_url))
    finally:
        holder.kill()  # its network ends with it, and the cable
        await holder.wait()
        for bridge in (BRIDGE, NOWHERE):
            _run("ip", "link", "del", bridge)


def _namespace(pid: int) -> str:
    return os.readlink(f"/proc/{pid}/ns/net")


def _lay_cable(there: int) -> None:
    inside = ("nsenter", f"--target={there}", "--net", "--")
    for bridge in (BRIDGE, NOWHERE):
        _run("ip", "link", "add", bridge, "type", "bridge")
    _run("ip", "link", "add", CABLE, "type", "veth", "peer", "name", "eth0", "netns", str(there))
    for port in (PEER, CABLE):
        _run("ip", "link", "set", port, "master", BRIDGE)
    for link in (BRIDGE, CABLE):
        _run("ip", "link", "set", link, "up")
    _run(*inside, "ip", "link", "set", "lo", "up")
    _run(*inside, "ip", "addr", "add", f"{SHORE}/24", "dev", "eth0")
    _run(*inside, "ip", "link", "set", "eth0", "up")
    _run(*inside, "ip", "route", "add", "default", "via", ADDRESS)


def _run(*command: str) -> None:
    subprocess.run(command, check=True)


def _launcher(folder: Path, there: int, base_url: str) -> Path:
    chromium = os.environ.get("CHROMIUM", "/usr/bin/chromium")
    rule = f"MAP {urlsplit(base_url).hostname} {ADDRESS}"
    script = folder / "chromium-on-the-island"
    script.write_text(
        f"#!/bin/sh\nexec nsenter --target={there} --net -- {chromium} --host-resolver-rules='{rule}' \"$@\"\n"
    )
    script.chmod(0o755)
    return script


def _to_loopback(port: int) -> Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            to, back = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            return writer.close()
        await asyncio.gather(_pour(reader, back), _pour(to, writer))

    return serve


async def _pour(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
    try:
        while data := await source.read(65536):
            sink.write(data)
            await sink.drain()
    except OSError:
        pass
    finally:
        sink.close()
