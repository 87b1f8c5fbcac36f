"""The real Janus, Debian's or ours, with the configuration that we write for it."""

from __future__ import annotations

import json
import stat
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from websockets.sync.client import connect
from websockets.typing import Subprotocol

from meetings.janus.config import JanusConfig, protected_folders, write_config
from meetings.janus.versions import has_consent_freshness, parse_version
from meetings.signalling.parking import KEPT_S
from visio_site.janus_choice import chosen_tree

CONFIG = JanusConfig(
    tree=chosen_tree(),
    node="j1",
    port=23906,
    admin_port=23907,
    rtp_ports="23100-23199",
    ice_address=None,
    recordings=Path("/srv/visio/recordings"),
    api_secret="api-secret-of-a-test",
    admin_secret="admin-secret-of-a-test",
    admin_key="admin-key-of-a-test",
)


@pytest.fixture
def janus(tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    write_config(CONFIG, tmp_path / "j1")
    with subprocess.Popen([CONFIG.tree.program, "-F", tmp_path / "j1"], stdout=subprocess.DEVNULL) as process:
        wait_for_port(CONFIG.port)
        yield process
        process.terminate()


def ask(request: dict[str, Any], port: int = CONFIG.port, protocol: str = "janus-protocol") -> dict[str, Any]:
    with connect(f"ws://127.0.0.1:{port}", subprotocols=[Subprotocol(protocol)]) as socket:
        socket.send(json.dumps({"transaction": "t", **request}))
        answer: dict[str, Any] = json.loads(socket.recv(timeout=5))
    return answer


@pytest.mark.usefixtures("janus")
def test_janus_loads_the_video_room_and_web_sockets_only() -> None:
    info = ask({"janus": "info"})
    assert set(info["plugins"]) == {"janus.plugin.videoroom"}
    assert set(info["transports"]) == {"janus.transport.websockets"}
    assert info.get("events", {}) == {}
    assert (info["server-name"], info["session-timeout"], info["ice-lite"]) == ("j1", 60, True)


def test_janus_listens_on_loopback_only(janus: subprocess.Popen[bytes]) -> None:
    lines = subprocess.run(["ss", "-Hlntup"], capture_output=True, text=True, check=True).stdout.splitlines()
    addresses = {line.split()[4] for line in lines if f"pid={janus.pid}," in line}
    assert addresses == {f"127.0.0.1:{CONFIG.port}", f"127.0.0.1:{CONFIG.admin_port}"}


@pytest.mark.usefixtures("janus")
def test_janus_is_of_the_version_that_was_chosen_and_looks_for_dead_peers_where_it_can() -> None:
    info = ask({"janus": "info"})
    assert parse_version(info["version_string"]) == CONFIG.tree.version
    looks = has_consent_freshness(CONFIG.tree.version)
    assert info.get("ice-consent-freshness", False) is info.get("hangup-on-failed", False) is looks


@pytest.mark.usefixtures("janus")
def test_nobody_opens_a_session_without_the_secret() -> None:
    assert ask({"janus": "create"})["error"]["code"] == 403
    assert ask({"janus": "create", "apisecret": CONFIG.api_secret})["janus"] == "success"


@pytest.mark.usefixtures("janus")
def test_admin_door_wants_its_own_secret() -> None:
    for secret, outcome in (("janusoverlord", "error"), (CONFIG.api_secret, "error"), (CONFIG.admin_secret, "success")):
        request = {"janus": "list_sessions", "admin_secret": secret}
        assert ask(request, CONFIG.admin_port, "janus-admin-protocol")["janus"] == outcome


def test_folder_that_holds_secrets_is_closed_to_others(tmp_path: Path) -> None:
    write_config(CONFIG, tmp_path / "j1")
    files = list((tmp_path / "j1").rglob("*.jcfg"))
    assert len(files) == 3
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}
    assert stat.S_IMODE((tmp_path / "j1").stat().st_mode) == 0o700


def test_only_our_client_pings_because_two_pings_at_once_cost_every_call(tmp_path: Path) -> None:
    write_config(CONFIG, tmp_path / "j1")
    text = (tmp_path / "j1" / "janus.transport.websockets.jcfg").read_text()
    assert "pingpong" not in text


def test_writing_again_leaves_nothing_of_the_folder_before(tmp_path: Path) -> None:
    write_config(CONFIG, tmp_path / "j1")
    (tmp_path / "j1" / "plugins" / "libjanus_sip.so").symlink_to("/usr/lib/nowhere.so")
    write_config(CONFIG, tmp_path / "j1")
    assert [path.name for path in (tmp_path / "j1" / "plugins").iterdir()] == ["libjanus_videoroom.so"]


def test_janus_may_record_in_a_checkout_below_var_and_nowhere_else_below_the_system() -> None:
    assert "/var" in protected_folders(Path("/srv/visio/recordings"))
    assert "/var" not in protected_folders(Path("/var/lib/ci/visio/recordings"))
    assert "/etc" in protected_folders(Path("/var/lib/ci/visio/recordings"))


def wait_for_port(port: int) -> None:
    end = time.monotonic() + 10
    while time.monotonic() < end:
        try:
            ask({"janus": "ping"}, port)
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError("Janus never came up")


@pytest.mark.usefixtures("janus")
def test_session_whose_socket_is_gone_is_claimed_by_who_has_the_secret() -> None:
    secret = {"apisecret": CONFIG.api_secret}
    session = ask({"janus": "create", **secret})["data"]["id"]
    assert ask({"janus": "claim", "session_id": session})["error"]["code"] == 403
    assert ask({"janus": "claim", "session_id": session, **secret})["janus"] == "success"
    assert ask({"janus": "claim", "session_id": session + 1, **secret})["error"]["code"] == 458


def test_session_is_kept_as_long_as_what_is_known_of_it(tmp_path: Path) -> None:
    write_config(CONFIG, tmp_path / "j1")
    assert f"reclaim_session_timeout = {KEPT_S}\n" in (tmp_path / "j1/janus.jcfg").read_text()
