"""What `make janus` does around Debian's own tools: without a network, and without a compiler."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from meetings.janus.tree import LIBRARIES
from visio_site import apt_source, debian
from visio_site.apt_source import KEYRING, mirror, private_apt
from visio_site.janus_build import make_backport, replace_tree
from visio_site.progress import CannotGoOn

CONTROL = "Source: janus\nBuild-Depends:\n cmark-gfm <!nodoc>,\n debhelper-compat (= 14),\n dh-nodejs,\n"
CHANGELOG = """janus (1.4.1+ds-4) unstable; urgency=medium

  * add patch 2013 to use system-installed python in test

 -- Jonas Smedegaard <dr@jones.dk>  Thu, 09 Jul 2026 17:50:37 +0200

janus (1.4.1+ds-3) unstable; urgency=medium

  * adapt build rules

 -- Jonas Smedegaard <dr@jones.dk>  Wed, 08 Jul 2026 08:41:38 +0200
"""


@pytest.fixture
def source(tmp_path: Path) -> Path:
    (tmp_path / "debian").mkdir()
    (tmp_path / "debian" / "control").write_text(CONTROL)
    (tmp_path / "debian" / "changelog").write_text(CHANGELOG)
    return tmp_path


def test_backport_changes_one_line_and_says_so(source: Path) -> None:
    assert make_backport(source) == "1.4.1+ds-4~bpo12+1"
    assert (source / "debian" / "control").read_text() == CONTROL.replace("14", "13")
    entry, _, history = (source / "debian" / "changelog").read_text().partition("\njanus (1.4.1+ds-4) ")
    assert history == CHANGELOG.partition("janus (1.4.1+ds-4) ")[2]
    assert entry.startswith("janus (1.4.1+ds-4~bpo12+1) bookworm; ")
    assert "debhelper-compat (= 13)" in entry
    assert entry.endswith("Thu, 09 Jul 2026 17:50:37 +0200\n")


def test_backport_is_older_than_what_it_is_made_from(source: Path) -> None:
    version = make_backport(source)
    assert subprocess.run(["dpkg", "--compare-versions", version, "lt", "1.4.1+ds-4"], check=False).returncode == 0


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("control", "debhelper-compat (= 14)", "debhelper (>= 14)"),
        ("changelog", "1.4.1", "1.3.0"),
        ("changelog", "--", ""),
    ],
)
def test_source_of_another_form_is_refused(source: Path, file: str, old: str, new: str) -> None:
    path = source / "debian" / file
    path.write_text(path.read_text().replace(old, new))
    with pytest.raises(CannotGoOn):
        make_backport(source)


def test_apt_gets_one_signed_source_and_folders_of_its_own(tmp_path: Path) -> None:
    options = private_apt(tmp_path, "http://mirror.example/debian/")
    listed = subprocess.run(
        ["apt-config", *options, "dump", "--format", "%f=%v%n"], capture_output=True, text=True, check=True
    ).stdout.splitlines()
    assert f"Dir::State::lists={tmp_path}/lists" in listed
    assert "Dir::Etc::sourceparts=-" in listed
    assert "Acquire::AllowInsecureRepositories=false" in listed
    line = (tmp_path / "sid.list").read_text()
    assert line == f"deb-src [signed-by={KEYRING}] http://mirror.example/debian/ sid main\n"


def test_list_that_debian_did_not_sign_is_refused(tmp_path: Path) -> None:
    release = tmp_path / "mirror" / "dists" / "sid" / "Release"
    release.parent.mkdir(parents=True)
    release.write_text("Origin: Debian\nLabel: Debian\nSuite: unstable\nCodename: sid\nComponents: main\n")
    (tmp_path / "apt").mkdir()
    options = private_apt(tmp_path / "apt", f"file://{tmp_path / 'mirror'}")
    command = ["apt-get", *options, "update", "--error-on=any"]
    outcome = subprocess.run(command, capture_output=True, text=True, check=False, env={"LC_ALL": "C"})
    assert outcome.returncode != 0
    assert "is not signed" in outcome.stderr


def test_mirror_is_the_one_of_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    listed = "Debian-Security|main|http://security.example/\nDebian|main|http://mirror.example/debian/\n"
    monkeypatch.setattr(apt_source, "_targets", lambda: listed)
    assert mirror() == "http://mirror.example/debian/"


def test_machine_without_a_mirror_of_debian_is_told_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apt_source, "_targets", lambda: "Ubuntu|main|http://mirror.example/ubuntu/\n")
    with pytest.raises(CannotGoOn, match="apt-get update"):
        mirror()


def test_build_tools_that_are_there_are_not_installed_again(source: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody(instead: str) -> list[str]:
        raise AssertionError(instead)

    monkeypatch.setattr(debian, "_as_root", nobody)
    monkeypatch.setattr(debian, "_can_build", lambda folder: True)
    debian.install_build_dependencies(None, source, source / "log")  # type: ignore[arg-type]


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A Janus that is anything but one: `true`, under the names of its program and libraries."""
    root = tmp_path / "package"
    for path in (
        "usr/bin/janus",
        LIBRARIES / "plugins/libjanus_videoroom.so",
        LIBRARIES / "transports/libjanus_websockets.so",
    ):
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(Path("/bin/true").read_bytes())
        (root / path).chmod(0o755)
    (root / "DEBIAN").mkdir()
    (root / "DEBIAN" / "control").write_text(
        "Package: janus\nVersion: 1.4.1\nArchitecture: all\nMaintainer: Visio <root@localhost>\nDescription: none\n"
    )
    subprocess.run(["dpkg-deb", "--build", root, tmp_path / "janus.deb"], check=True, capture_output=True)
    return tmp_path / "janus.deb"


def test_tree_takes_the_place_of_the_one_before(tmp_path: Path, package: Path) -> None:
    folder = tmp_path / ".janus"
    for version in ("1.4.1+ds-4~bpo12+1", "1.4.2+ds-1~bpo12+1"):
        replace_tree(folder, version, [package])
        assert (folder / "version").read_text() == version
    assert (folder / "janus.deb").exists()
    assert {path.name for path in tmp_path.glob(".janus*")} == {".janus"}


def test_janus_whose_libraries_are_missing_leaves_the_one_before(
    tmp_path: Path, package: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / ".janus"
    replace_tree(folder, "1.4.1", [package])
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:/usr/bin:/bin")
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "ldd").write_text("#!/bin/sh\necho '\tlibnice.so.10 => not found'\n")
    (tmp_path / "bin" / "ldd").chmod(0o755)
    with pytest.raises(CannotGoOn, match=r"libnice\.so\.10"):
        replace_tree(folder, "1.4.2", [package])
    assert (folder / "version").read_text() == "1.4.1"
