"""Debian's packages: which are missing, and their installation. Standard library only."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from visio_site.layout import ROOT
from visio_site.progress import CannotGoOn, Terminal, run_logged, words

RUN_PACKAGES = (
    *("postgresql-15", "redis-server", "janus", "janus-tools", "ffmpeg"),
    *("gettext", "iproute2", "util-linux", "python3-venv"),
    *("fontconfig", "fonts-dejavu-core", "libharfbuzz-subset0", "libpango-1.0-0", "libpangoft2-1.0-0"),  # PDF
)
TEST_PACKAGES = ("chromium", "coturn", "espeak-ng", "libespeak-ng1", "libreoffice-writer-nogui", "poppler-utils")
SCRIPT = ROOT / "deploy" / "debian" / "install-packages.sh"


def install_packages(terminal: Terminal, log: Path, *, tests: bool) -> None:
    missing = _missing(RUN_PACKAGES + (TEST_PACKAGES if tests else ()))
    if not missing:
        return
    if not shutil.which("apt-get"):
        names = " ".join(missing)
        raise CannotGoOn(
            f"Cette machine n'a pas apt-get : installez vous-même {names}.",
            f"This machine has no apt-get: install {names} yourself.",
        )
    command = [*_as_root(f"apt install {' '.join(missing)}"), "sh", str(SCRIPT), *missing]
    step = words("paquets Debian", "Debian packages")
    run_logged(terminal, f"{step} ({', '.join(missing)})", command, log)


def install_build_dependencies(terminal: Terminal, source: Path, log: Path) -> None:
    """What it takes to build the package in `source`; `apt autoremove` takes it away again."""
    if _can_build(source):
        return
    as_root = _as_root(f"apt-get build-dep --arch-only {source}")
    step = words("outils de construction (Debian)", "build tools (Debian)")
    run_logged(terminal, step, [*as_root, "sh", str(SCRIPT), "--build-of", str(source)], log)


def _can_build(source: Path) -> bool:
    check = ["dpkg-checkbuilddeps", "-B"]
    try:
        return subprocess.run(check, cwd=source, check=False, stderr=subprocess.DEVNULL).returncode == 0
    except FileNotFoundError:  # it comes with them
        return False


def _missing(packages: tuple[str, ...]) -> list[str]:
    query = ["dpkg-query", "--show", "--showformat=${Package} ${db:Status-Status}\n", *packages]
    try:
        answer = subprocess.run(query, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        return list(packages)
    installed = {line.split()[0] for line in answer.stdout.splitlines() if line.endswith(" installed")}
    return [package for package in packages if package not in installed]


def _as_root(instead: str) -> list[str]:
    """What goes before a command to run it as root, who may do `instead`; `sudo` may ask for a password here."""
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo") and subprocess.run(["sudo", "-v"], check=False).returncode == 0:
        return ["sudo"]
    raise CannotGoOn(
        f"Il manque des paquets Debian et vous ne pouvez pas les installer. Demandez à root : {instead}",
        f"Debian packages are missing and you may not install them. Ask root to: {instead}",
    )
