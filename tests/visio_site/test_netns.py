"""The private network: media inside, nothing outside."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from visio_site import netns
from visio_site.progress import CannotGoOn

LOOK = """
import json, os, socket
def reaches(address):
    try:
        socket.create_connection((address, 53), timeout=1).close()
    except OSError as error:
        return error.strerror
capabilities = [line.split()[1] for line in open("/proc/self/status") if line.startswith("CapEff")]
print(json.dumps({"outside": reaches("192.0.2.1"), "uid": os.getuid(), "capabilities": int(capabilities[0], 16)}))
"""


@pytest.fixture
def enter() -> list[str]:
    try:
        return netns.in_private_network([sys.executable, "-c", LOOK])
    except CannotGoOn as error:
        pytest.skip(str(error))


def test_private_network_has_no_way_out_and_gives_no_power(enter: list[str]) -> None:
    seen = json.loads(subprocess.run(enter, capture_output=True, check=True).stdout)
    assert seen["outside"] == "Network is unreachable"
    assert seen["uid"] == os.getuid()
    if os.getuid() != 0:
        assert seen["capabilities"] == 0


def test_private_network_has_an_address_for_media(enter: list[str]) -> None:
    inside = [*enter[:-3], "ip", "-json", "-4", "addr", "show", "up"]
    links = json.loads(subprocess.run(inside, capture_output=True, check=True).stdout)
    addresses = {(address["local"], address["scope"]) for link in links for address in link["addr_info"]}
    assert addresses == {("127.0.0.1", "host"), (netns.ADDRESS, "global")}


def test_command_joins_the_network_of_a_running_process(enter: list[str]) -> None:
    with subprocess.Popen([*enter[:-3], "sh", "-c", "echo; exec sleep 60"], stdout=subprocess.PIPE) as inside:
        try:
            assert inside.stdout
            inside.stdout.readline()
            command = netns.beside(inside.pid, ["ip", "-json", "-4", "addr", "show", "dev", "visio0"])
            [link] = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
            assert link["addr_info"][0]["local"] == netns.ADDRESS
        finally:
            inside.kill()
    assert netns.beside(os.getpid(), ["true"]) == ["true"]
