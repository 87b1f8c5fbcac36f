"""Debian's own coturn, under the configuration that we ship, where the tests are."""

from __future__ import annotations

import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from visio_site.layout import ROOT

CONFIGURATION = ROOT / "deploy" / "coturn.conf"
SECRET = "of-the-tests-only-" * 3
REALM = "turn.visio.test"
READY_S = 10.0
BINDING_REQUEST = bytes.fromhex("00010000 2112a442") + bytes(12)


@dataclass(frozen=True, slots=True)
class Relay:
    host: str
    port: int
    tls_port: int
    log: Path

    @property
    def server(self) -> tuple[str, int]:
        return self.host, self.port


@contextmanager
def relaying(host: str, folder: Path, *options: str, lines: Sequence[str] = ()) -> Iterator[Relay]:
    """`host` is where it listens, where it relays from, and the media node that it may reach."""
    relay = Relay(host, _free_port(host), _free_port(host), folder / "coturn.log")
    configuration = folder / "coturn.conf"
    configuration.write_text("\n".join(lines or shipped()), encoding="utf-8")
    own = {
        **{"listening-ip": host, "relay-ip": host, "allowed-peer-ip": host, "realm": REALM},
        **{"listening-port": relay.port, "tls-listening-port": relay.tls_port, "static-auth-secret": SECRET},
        **{"pidfile": folder / "coturn.pid", "userdb": folder / "turndb"},
    }
    command = ["turnserver", "-c", str(configuration), *(f"--{name}={value}" for name, value in own.items()), *options]
    with relay.log.open("wb") as log, subprocess.Popen(command, stdout=log, stderr=log) as process:
        try:
            _wait_for(relay)
            yield relay
        finally:
            process.kill()


def shipped() -> list[str]:
    return CONFIGURATION.read_text(encoding="utf-8").splitlines()


def _wait_for(relay: Relay) -> None:
    """Both of its doors open by themselves, in any order."""
    deadline = time.monotonic() + READY_S
    while not _answers(relay):
        assert time.monotonic() < deadline, relay.log.read_text()
        time.sleep(0.05)


def _answers(relay: Relay) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.settimeout(0.2)
        try:
            probe.connect(relay.server)
            probe.send(BINDING_REQUEST)
            probe.recv(2048)
            socket.create_connection(relay.server, timeout=1).close()
        except OSError:
            return False
    return True


def _free_port(host: str) -> int:
    with socket.socket() as probe:
        probe.bind((host, 0))
        port: int = probe.getsockname()[1]
        return port
