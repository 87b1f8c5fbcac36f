from __future__ import annotations

import shutil
import time
from collections.abc import Iterator

import pytest

from meetings import turn
from tests.relay.client import TurnClient
from tests.relay.server import SECRET, Relay, relaying, shipped
from visio_site.services.janus import ice_address

EVERYTHING = ("denied-peer-ip=0.0.0.0-255.255.255.255", "denied-peer-ip=::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff")


@pytest.fixture(scope="session")
def host() -> str:
    address = ice_address()
    if address is None or not shutil.which("turnserver"):
        pytest.skip("needs coturn, and an address besides loopback: make test")
    return address


@pytest.fixture(scope="session")
def relay(host: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Relay]:
    with relaying(host, tmp_path_factory.mktemp("relay"), "--no-tls", "--relay-ip=::1") as relay:
        yield relay


@pytest.fixture(scope="session")
def open_relay(host: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Relay]:
    """Without the two lines that refuse everything: only the list of special-purpose addresses holds."""
    lines = [line for line in shipped() if line not in EVERYTHING]
    assert len(lines) == len(shipped()) - len(EVERYTHING)
    with relaying(host, tmp_path_factory.mktemp("relay"), "--no-tls", "--relay-ip=::1", lines=lines) as relay:
        yield relay


def client_of(relay: Relay, *, expiry: int = 0, secret: str = SECRET) -> TurnClient:
    [server] = turn.ice_servers(["turn:x"], secret, "somebody", expiry=expiry or int(time.time()) + 600)
    return TurnClient.over_udp(relay.server, str(server["username"]), str(server["credential"]))


@pytest.fixture(scope="session")
def allocations(relay: Relay, open_relay: Relay) -> Iterator[dict[tuple[str, int], TurnClient]]:
    """An allocation in each server and address family, for all peers that are asked for."""
    clients = {
        (name, family): client_of(one)
        for name, one in (("as shipped", relay), ("list only", open_relay))
        for family in (4, 6)
    }
    for (_, family), client in clients.items():
        assert client.allocate(family) == 0
    yield clients
    for client in clients.values():
        client.close()
