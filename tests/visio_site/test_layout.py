"""Folders, ports and secrets of one installation."""

from __future__ import annotations

import dataclasses
import os
import socket
import stat
from pathlib import Path

import pytest

from visio_site.layout import LONGEST_SOCKET_PATH_BYTES, SECRETS, Layout, own_folder
from visio_site.ports import require_disk, require_free_ports
from visio_site.progress import CannotGoOn


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_secrets_are_long_readable_by_their_owner_only_and_other_in_another_installation(
    layout: Layout, tmp_path: Path
) -> None:
    other = dataclasses.replace(layout, var=tmp_path / "other")
    for one in (layout, other):
        one.create()
    for name in SECRETS:
        assert mode(layout.secret_file(name)) == 0o600
        assert len(layout.secret(name)) >= 32
    values = [one.secret(name) for one in (layout, other) for name in SECRETS]
    assert len(set(values)) == len(values)
    assert mode(layout.var / "secrets") == 0o700


def test_secrets_stay_the_same_at_the_next_start(layout: Layout) -> None:
    layout.create()
    before = [layout.secret(name) for name in SECRETS]
    layout.create()
    assert [layout.secret(name) for name in SECRETS] == before


def test_others_cannot_list_the_state_folder(layout: Layout) -> None:
    layout.create()
    assert mode(layout.var) & 0o044 == 0


def test_folder_of_something_else_is_refused_and_left_alone(layout: Layout) -> None:
    layout.var.mkdir(parents=True)
    (layout.var / "thesis.tex").write_text("years of work")
    with pytest.raises(CannotGoOn, match="choisissez un dossier vide"):
        layout.create()
    assert [path.name for path in layout.var.iterdir()] == ["thesis.tex"]


def test_sockets_stay_below_the_state_folder_when_they_fit(layout: Layout) -> None:
    short = dataclasses.replace(layout, var=Path("/srv/visio/var"))
    assert short.socket_folder("postgres") == Path("/srv/visio/var/sockets/postgres")


def test_sockets_of_a_deep_checkout_find_a_short_folder_of_their_own(layout: Layout, tmp_path: Path) -> None:
    deep = dataclasses.replace(layout, var=tmp_path / ("d" * 100))
    deeper = dataclasses.replace(layout, var=tmp_path / ("d" * 101))
    folder = deep.socket_folder("postgres")
    assert len(bytes(folder / ".s.PGSQL.5432")) <= LONGEST_SOCKET_PATH_BYTES
    assert len({folder, deeper.socket_folder("postgres"), deep.socket_folder("redis")}) == 3


def test_folder_that_somebody_put_in_the_place_of_ours_is_refused(tmp_path: Path) -> None:
    target = tmp_path / "elsewhere"
    target.mkdir()
    (tmp_path / "sockets").symlink_to(target)
    with pytest.raises(CannotGoOn, match="appartient à quelqu'un d'autre"):
        own_folder(tmp_path / "sockets", os.getuid(), os.getgid())


@pytest.mark.parametrize("text", ["http", "80", "65535", "-8000", ""])
def test_port_that_makes_no_sense_is_named_in_one_sentence(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VISIO_PORT", text)
    with pytest.raises(CannotGoOn, match=rf"VISIO_PORT .* {text!r}"):
        Layout.from_environment()


def test_taken_port_is_named_with_its_owner(layout: Layout) -> None:
    with socket.create_server(("127.0.0.1", layout.ports.janus)), pytest.raises(CannotGoOn) as refusal:
        require_free_ports([layout.ports.web, layout.ports.janus])
    assert str(refusal.value) == (
        f"Le port {layout.ports.janus} est déjà pris par {process_name()} (pid {os.getpid()}) : "
        "libérez-le, ou changez VISIO_PORT."
    )
    require_free_ports([layout.ports.web, layout.ports.janus])


def test_full_disk_is_told_with_what_is_left_and_what_is_needed(tmp_path: Path) -> None:
    require_disk(tmp_path, 1)
    with pytest.raises(CannotGoOn, match=r"Le disque est trop plein .* il en faut 1000000000\.0"):
        require_disk(tmp_path, 10**18)


def test_sentences_follow_the_locale(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "en_GB.UTF-8")
    assert str(CannotGoOn("non", "no")) == "no"
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    assert str(CannotGoOn("non", "no")) == "non"


def process_name() -> str:
    return Path("/proc/self/comm").read_text().strip()


def test_second_janus_has_its_own_ports_rtp_range_and_folder(layout: Layout, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JANUS_NODES", "2")
    monkeypatch.setenv("VISIO_RTP_PORTS", "23000-23099")
    first, second = Layout.from_environment().nodes
    assert (first.rtp_ports, second.rtp_ports) == ("23000-23049", "23050-23099")
    assert first.recordings == layout.recordings != second.recordings
    assert {second.port, second.admin_port}.isdisjoint(dataclasses.astuple(layout.ports))
    assert [node.unit("janus") for node in (first, second)] == ["janus", "janus-j2"]


@pytest.mark.parametrize("given", ["", "1", "j1=ws://127.0.0.1:8188"])
def test_one_janus_unless_more_are_asked_for(layout: Layout, monkeypatch: pytest.MonkeyPatch, given: str) -> None:
    monkeypatch.setenv("JANUS_NODES", given)
    [node] = Layout.from_environment().nodes
    assert (node.port, node.rtp_ports) == (layout.ports.janus, Layout.from_environment().rtp_ports)


@pytest.mark.parametrize("given", ["0", "two", "9"])
def test_other_numbers_of_janus_are_refused(layout: Layout, monkeypatch: pytest.MonkeyPatch, given: str) -> None:
    monkeypatch.setenv("JANUS_NODES", given)
    with pytest.raises(CannotGoOn, match="JANUS_NODES"):
        Layout.from_environment()
