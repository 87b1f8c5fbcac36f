"""Build Janus from Debian sid's source package, as a backport: `python3 -m visio_site.janus_build`.

Standard library only. The packages are unpacked in `.janus`, not installed; apt's own sources stay as they are.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from meetings.janus.tree import JanusTree
from meetings.janus.versions import is_memory_safe, parse_version
from visio_site import apt_source
from visio_site.debian import install_build_dependencies
from visio_site.janus_choice import BUILT, VERSION_FILE, built_version
from visio_site.layout import Layout
from visio_site.ports import require_disk
from visio_site.progress import CannotGoOn, Terminal, run_logged, telling, words

SOURCE = "janus"
PACKAGES = ("janus", "janus-tools")
BUILD_BYTES = 3_000_000_000  # 1.1 GB of them for what it takes to compile
BACKPORT = "~bpo12+1"  # lower than the version it is made from: Debian 13's own would replace it
LOADED = (("plugins", "videoroom"), ("transports", "websockets"))
COMPAT = re.compile(r"debhelper-compat \(= \d+\)")
DEBIAN_12_COMPAT = "debhelper-compat (= 13)"
HEAD = re.compile(r"\A[a-z0-9.+-]+ \((?P<version>[^)]+)\) .*?^ -- [^\n]*>  (?P<date>[^\n]+)$", re.MULTILINE | re.DOTALL)


def main() -> None:
    os.umask(0o022)
    terminal = Terminal(sys.stdout)
    with telling(terminal):
        layout = Layout.from_environment()
        layout.create()
        build(terminal, layout.var / "janus-build", layout.logs / "janus-build.log")


def build(terminal: Terminal, work: Path, log: Path) -> None:
    """Leave the newest Janus of sid in BUILT, unless it is there. Raises CannotGoOn."""
    require_disk(BUILT.parent, BUILD_BYTES)
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir()
    source = apt_source.fetch(terminal, SOURCE, work, log)
    version = make_backport(source)
    if built_version() == version:
        terminal.say(words(f"Janus {version} est déjà dans {BUILT}.", f"Janus {version} is in {BUILT} already."))
    else:
        install_build_dependencies(terminal, source, log)
        run_logged(terminal, words(f"construction de Janus {version}", f"building Janus {version}"), _make(source), log)
        replace_tree(BUILT, version, _made(work, version))
        _tell(terminal, version)
    shutil.rmtree(work)


def make_backport(source: Path) -> str:
    """Change the one line that Debian 12 lacks, and say so in the package's changelog; the new version."""
    control, changelog = source / "debian" / "control", source / "debian" / "changelog"
    text, count = COMPAT.subn(DEBIAN_12_COMPAT, control.read_text(encoding="utf-8"))
    history = changelog.read_text(encoding="utf-8")
    head = HEAD.match(history)
    if count != 1 or head is None or not is_memory_safe(parse_version(head["version"])):
        raise CannotGoOn(
            f"Le paquet source de Debian n'a pas la forme attendue : {source}.",
            f"Debian's source package is not of the expected form: {source}.",
        )
    control.write_text(text, encoding="utf-8")
    entry = Entry(head["version"] + BACKPORT, head["date"])
    changelog.write_text(f"{entry}\n{history}", encoding="utf-8")
    return entry.version


@dataclass(frozen=True, slots=True)
class Entry:
    """The date is that of the entry below: the same source makes the same package."""

    version: str
    date: str

    def __str__(self) -> str:
        return (
            f"{SOURCE} ({self.version}) bookworm; urgency=medium\n\n"
            f"  * Rebuild for Debian 12: {DEBIAN_12_COMPAT}.\n\n"
            f" -- Visio <root@localhost>  {self.date}\n"
        )


def replace_tree(folder: Path, version: str, packages: Iterable[Path]) -> None:
    """Unpack `packages` in place of `folder`, and keep them there, for machines that install packages.

    Raises CannotGoOn when a library is missing here; `folder` is then as before.
    """
    fresh, old = folder.with_name(f"{folder.name}.new"), folder.with_name(f"{folder.name}.old")
    for path in (fresh, old):
        shutil.rmtree(path, ignore_errors=True)
    fresh.mkdir()
    for package in packages:
        subprocess.run(["dpkg-deb", "--extract", str(package), str(fresh)], check=True)
        shutil.copy(package, fresh)
    _require_libraries(JanusTree(fresh, parse_version(version)))
    (fresh / VERSION_FILE).write_text(version, encoding="ascii")
    if folder.exists():
        folder.rename(old)
    fresh.rename(folder)
    shutil.rmtree(old, ignore_errors=True)


def _make(source: Path) -> list[str]:
    """As any Debian package is made, after those who work on this machine, and without the tests of its authors."""
    processors = len(os.sched_getaffinity(0))
    settings = [f"DEB_BUILD_OPTIONS=nocheck parallel={processors}", "LC_ALL=C.UTF-8"]
    build_it = ["dpkg-buildpackage", "--build=any", "--unsigned-source", "--unsigned-changes"]
    return ["env", f"--chdir={source}", *settings, "nice", "-n", "10", *build_it]


def _made(work: Path, version: str) -> list[Path]:
    architecture = subprocess.run(["dpkg", "--print-architecture"], capture_output=True, text=True, check=True)
    return [work / f"{package}_{version}_{architecture.stdout.strip()}.deb" for package in PACKAGES]


def _require_libraries(tree: JanusTree) -> None:
    files = [tree.program, *(tree.library(kind, name) for kind, name in LOADED)]
    linked = subprocess.run(["ldd", *map(str, files)], capture_output=True, text=True, check=True).stdout
    missing = sorted({line.split()[0] for line in linked.splitlines() if "not found" in line})
    if missing:
        raise CannotGoOn(
            f"Bibliothèques absentes de cette machine : {', '.join(missing)}.",
            f"Libraries that this machine lacks: {', '.join(missing)}.",
        )


def _tell(terminal: Terminal, version: str) -> None:
    total_s = sum(seconds for _, seconds in terminal.durations)
    terminal.say(
        words(
            f"Janus {version} est dans {BUILT} ({total_s:.0f} s). Visio s'en sert au prochain « make run ».",
            f"Janus {version} is in {BUILT} ({total_s:.0f} s). Visio uses it from the next `make run` on.",
        )
    )


if __name__ == "__main__":
    main()
