from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from meetings.errors import MediaUnavailable
from meetings.janus import client, versions
from meetings.janus.client import JanusClient
from meetings.janus.config import write_config
from meetings.janus.tree import LIBRARIES, JanusTree
from meetings.janus.versions import Version, parse_version
from tests.fakes.janus import FakeJanus
from tests.meetings.janus.test_config import CONFIG


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ("1.1.2", (1, 1, 2)), ("1.4.1+ds-4~bpo12+1", (1, 4, 1)), ("1.10.0", (1, 10, 0)), ("", ()), ("unknown", ()),
    ],
)  # fmt: skip
def test_version_is_read_from_janus_and_from_debian(text: str, version: Version) -> None:
    assert parse_version(text) == version


@pytest.mark.parametrize(
    ("version", "consent", "safe"),
    [
        (versions.UNKNOWN, False, False), ((1, 1, 2), False, False), ((1, 2, 0), True, False),
        ((1, 4, 0), True, False), ((1, 4, 1), True, True), ((1, 10, 0), True, True),
    ],
)  # fmt: skip
def test_version_decides_what_may_be_counted_on(version: Version, consent: bool, safe: bool) -> None:
    assert versions.has_consent_freshness(version) is consent
    assert versions.is_memory_safe(version) is versions.may_simulcast(version) is safe


@pytest.mark.parametrize("version", [(1, 1, 2), (1, 4, 1)])
def test_dead_peers_are_looked_for_where_janus_can(version: Version, tmp_path: Path) -> None:
    tree = make_tree(tmp_path / "tree", version)
    write_config(replace(CONFIG, tree=tree), tmp_path / "j1")
    core = (tmp_path / "j1" / "janus.jcfg").read_text()
    for key in ("ice_consent_freshness = true", "hangup_on_failed = true"):
        assert (key in core) is versions.has_consent_freshness(version)


def test_all_libraries_come_from_the_tree_of_the_program(tmp_path: Path) -> None:
    tree = make_tree(tmp_path / "tree", (1, 4, 1))
    write_config(replace(CONFIG, tree=tree), tmp_path / "j1")
    loaded = [path for path in (tmp_path / "j1").rglob("*.so") if path.is_symlink()]
    assert len(loaded) == 2
    assert all(path.resolve().is_relative_to(tree.root) for path in [tree.program, *loaded])


def test_tree_without_a_plugin_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        write_config(replace(CONFIG, tree=JanusTree(tmp_path, (1, 4, 1))), tmp_path / "j1")


@pytest.mark.parametrize(("said", "version"), [("1.4.1", (1, 4, 1)), ("1.1.2", (1, 1, 2)), ("nonsense", ())])
async def test_client_knows_the_version_once_it_is_connected(said: str, version: Version) -> None:
    async with FakeJanus(version=said).serve() as janus:
        connected = await JanusClient.connect(janus.url, "secret")
        assert connected.version == version
        await connected.close()


async def test_janus_that_does_not_tell_its_version_is_given_up_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "REQUEST_TIMEOUT_S", 0.1)
    async with FakeJanus(silent=True).serve() as janus, asyncio.timeout(3):
        with pytest.raises(MediaUnavailable):
            await JanusClient.connect(janus.url, "secret")
        while janus.sockets:  # noqa: ASYNC110  (what is waited for has no event of its own)
            await asyncio.sleep(0.01)


def make_tree(root: Path, version: Version) -> JanusTree:
    """Without anything in its files."""
    for path in (
        "usr/bin/janus",
        LIBRARIES / "plugins/libjanus_videoroom.so",
        LIBRARIES / "transports/libjanus_websockets.so",
    ):
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).touch()
    return JanusTree(root, version)
