"""A source package of Debian sid, checked by apt against Debian's keyring. Apt's own sources stay as they are."""

from __future__ import annotations

import subprocess
from pathlib import Path

from visio_site.progress import CannotGoOn, Terminal, run_logged, words

KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")  # of a package that every Debian has
SUITE = "sid"
# Whatever the machine's configuration allows: what is not signed by that keyring is refused.
STRICT = (
    *("-o", "Acquire::AllowInsecureRepositories=false"),
    *("-o", "Acquire::AllowWeakRepositories=false"),
    *("-o", "Acquire::AllowDowngradeToInsecureRepositories=false"),
    *("-o", "APT::Get::AllowUnauthenticated=false"),
)


def fetch(terminal: Terminal, package: str, folder: Path, log: Path) -> Path:
    """Download and unpack sid's `package` below `folder`, an empty folder; its source tree. Raises CannotGoOn."""
    options = private_apt(folder, mirror())
    update = ["apt-get", *options, "update", "--error-on=any"]
    run_logged(
        terminal, words(f"liste des sources de Debian {SUITE}", f"list of Debian {SUITE}'s sources"), update, log
    )
    source = ["env", f"--chdir={folder}", "apt-get", *options, "source", "--only-source", package]
    run_logged(terminal, words(f"sources de {package}", f"sources of {package}"), source, log)
    [tree] = folder.glob(f"{package}-*/")
    return tree


def private_apt(folder: Path, uri: str) -> list[str]:
    """Options that give apt one source, and lists and a cache in `folder`."""
    for name in ("lists/partial", "cache/archives/partial"):
        (folder / name).mkdir(parents=True)
    sources = folder / "sid.list"
    sources.write_text(f"deb-src [signed-by={KEYRING}] {uri} {SUITE} main\n", encoding="ascii")
    return [
        *("-o", f"Dir::Etc::sourcelist={sources}", "-o", "Dir::Etc::sourceparts=-"),
        *("-o", f"Dir::State::lists={folder / 'lists'}", "-o", f"Dir::Cache={folder / 'cache'}"),
        *STRICT,
    ]


def mirror() -> str:
    """Where this machine gets Debian from. Raises CannotGoOn where apt does not know."""
    uris = [line.removeprefix("Debian|main|") for line in _targets().splitlines() if line.startswith("Debian|main|")]
    if not uris or not KEYRING.exists():
        raise CannotGoOn(
            "apt ne connaît ici aucun miroir de Debian : lancez « apt-get update » en tant que root.",
            "apt knows no mirror of Debian here: run `apt-get update` as root.",
        )
    return uris[0]


def _targets() -> str:
    """A line for each list of packages that apt has: label, component, address."""
    command = ["apt-get", "indextargets", "--format", "$(LABEL)|$(COMPONENT)|$(REPO_URI)", "Created-By: Packages"]
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout
    except FileNotFoundError:
        return ""
