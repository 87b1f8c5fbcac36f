"""The relay reaches media nodes, for whoever holds a credential of ours, and nothing else. Against the real coturn."""

from __future__ import annotations

import re
import socket
import subprocess
import threading
import time
from ipaddress import ip_address
from pathlib import Path

import pytest

from meetings import turn
from tests.relay.client import TurnClient
from tests.relay.conftest import client_of
from tests.relay.server import REALM, SECRET, Relay, relaying, shipped

UNAUTHORIZED, FORBIDDEN, WRONG_FAMILY = 401, 403, 443
# First and last of each range of IANA's registries of special-purpose addresses, and some that were abused.
SPECIAL = """
0.0.0.0 0.0.0.1 0.255.255.255 10.0.0.0 10.0.0.1 10.255.255.255 100.64.0.0 100.127.255.255 127.0.0.0 127.0.0.1
127.255.255.255 169.254.0.0 169.254.169.254 169.254.255.255 172.16.0.0 172.31.255.255 192.0.0.0 192.0.0.255
192.0.2.0 192.0.2.255 192.31.196.1 192.52.193.1 192.88.99.0 192.88.99.255 192.168.0.0 192.168.255.255
192.175.48.1 198.18.0.0 198.19.255.255 198.51.100.0 198.51.100.255 203.0.113.0 203.0.113.255 224.0.0.1
239.255.255.255 240.0.0.0 255.255.255.255
:: ::1 ::7f00:1 ::ffff:127.0.0.1 ::ffff:10.0.0.1 ::ffff:169.254.169.254 ::ffff:0.0.0.0 ::ffff:255.255.255.255
64:ff9b::7f00:1 64:ff9b::a9fe:a9fe 64:ff9b:1::1 100::1 100:0:0:1::1 2001::1 2001:1ff:ffff::1 2001:db8::1
2001:db8:ffff:ffff:ffff:ffff:ffff:ffff 2002:7f00:1::1 2620:4f:8000::1 3fff::1 3fff:fff::1 5f00::1 fc00::1
fd12:3456:789a::1 fdff:ffff::1 fe80::1 febf::1 fec0::1 ff02::1 ff0e::1
"""
PUBLIC = ("9.9.9.9", "2a01:e0a::1")
Allocations = dict[tuple[str, int], TurnClient]


@pytest.mark.parametrize("rules", ["as shipped", "list only"])
def test_no_special_purpose_address_is_relayed_to(allocations: Allocations, rules: str) -> None:
    answers = {peer: allocations[rules, ip_address(peer).version].permit(peer) for peer in SPECIAL.split()}
    assert answers == dict.fromkeys(answers, FORBIDDEN)


@pytest.mark.parametrize("peer", PUBLIC)
def test_neither_is_any_other_address(allocations: Allocations, peer: str) -> None:
    assert allocations["as shipped", ip_address(peer).version].permit(peer) == FORBIDDEN
    assert allocations["list only", ip_address(peer).version].permit(peer) == 0  # what refuses is what we think it is


def test_address_of_the_other_family_is_refused(allocations: Allocations) -> None:
    assert allocations["as shipped", 4].permit("::ffff:127.0.0.1") in {FORBIDDEN, WRONG_FAMILY}


def test_media_node_is_reached(relay: Relay) -> None:
    client = client_of(relay)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as node:
        node.bind((relay.host, 0))
        node.settimeout(3)
        threading.Thread(target=lambda: node.sendto(*node.recvfrom(100))).start()
        assert client.allocate() == 0
        assert client.permit(relay.host) == 0
        assert client.send((relay.host, node.getsockname()[1]), b"a check of ICE") == b"a check of ICE"
    client.close()


@pytest.mark.parametrize(
    ("expiry", "secret"),
    [(int(time.time()) - 1, SECRET), (0, "of-somebody-else"), (0, "")],
    ids=["expired", "forged", "empty secret"],
)
def test_bad_credential_gets_no_allocation(relay: Relay, expiry: int, secret: str) -> None:
    assert client_of(relay, expiry=expiry, secret=secret).allocate() == UNAUTHORIZED


def test_call_that_has_begun_outlives_its_credential(relay: Relay) -> None:
    client = client_of(relay, expiry=int(time.time()) + 2)
    assert client.allocate() == 0
    time.sleep(3)
    assert client.permit(relay.host) == 0
    client.close()


def test_expiry_cannot_be_moved(relay: Relay) -> None:
    credential = turn.password(SECRET, f"{int(time.time()) - 1}:somebody")
    client = TurnClient.over_udp(relay.server, f"{int(time.time()) + 600}:somebody", credential)
    assert client.allocate() == UNAUTHORIZED


def test_relay_answers_over_tls(host: str, tmp_path: Path) -> None:
    certificate, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    subject = ["-subj", f"/CN={REALM}", "-addext", f"subjectAltName=DNS:{REALM}"]
    files = ["-keyout", str(key), "-out", str(certificate)]
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", *subject, *files]
    subprocess.run(command, check=True, capture_output=True)
    with relaying(host, tmp_path, f"--cert={certificate}", f"--pkey={key}") as relay:
        username = f"{int(time.time()) + 600}:somebody"
        password = turn.password(SECRET, username)
        client = TurnClient.over_tls((host, relay.tls_port), username, password, str(certificate), REALM)
        assert client.allocate() == 0
        assert client.permit("127.0.0.1") == FORBIDDEN
        client.close()


def test_shipped_configuration_holds_no_secret_and_opens_nothing() -> None:
    options = {line.partition("=")[0] for line in shipped() if line and not line.startswith("#")}
    assert "static-auth-secret" not in options
    assert not options & {"allowed-peer-ip", "allow-loopback-peers", "no-auth", "cli-password", "web-admin"}
    assert {"use-auth-secret", "no-tcp-relay", "no-cli", "no-multicast-peers"} <= options


def test_relay_knows_every_option_of_the_shipped_configuration(relay: Relay) -> None:
    log = relay.log.read_text(encoding="utf-8")
    assert not re.findall(r"(?i).*(?:bad configuration|unrecognized|unknown).*", log)
