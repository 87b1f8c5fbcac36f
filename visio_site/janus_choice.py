"""Which Janus runs here: the one that `make janus` built, where it is, or else Debian's."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from meetings.janus.tree import JanusTree
from meetings.janus.versions import UNKNOWN, Version, parse_version
from visio_site.layout import ROOT
from visio_site.progress import CannotGoOn, words

BUILT = ROOT / ".janus"  # beside .venv: `make reset` leaves it alone, and tests with a state of their own find it
VERSION_FILE = "version"  # written last by the build: Debian's version of the package
DEBIAN = Path("/")


def chosen_tree() -> JanusTree:
    """By `VISIO_JANUS`: "debian", "built", or the built one where there is one. Raises CannotGoOn."""
    wanted = os.environ.get("VISIO_JANUS", "")
    if wanted not in {"", "debian", "built"}:
        raise CannotGoOn(
            f"VISIO_JANUS doit être « debian » ou « built », et non {wanted!r}.",
            f"VISIO_JANUS must be debian or built, not {wanted!r}.",
        )
    built = built_version()
    if wanted == "built" and not built:
        raise CannotGoOn(
            f"Il n'y a pas de Janus dans {BUILT} : lancez « make janus ».",
            f"There is no Janus in {BUILT}: run `make janus`.",
        )
    if built and wanted != "debian":
        return JanusTree(BUILT, parse_version(built))
    return JanusTree(DEBIAN, _debian_version())


def built_version() -> str:
    """Of the package that was unpacked in BUILT; empty where none was."""
    path = BUILT / VERSION_FILE
    return path.read_text(encoding="ascii").strip() if path.exists() else ""


def advice(version: str) -> str:
    """What to tell whoever starts an old Janus."""
    return words(
        f"Attention : Janus {version} a des défauts de mémoire connus, que Debian 12 ne corrige pas. Il suffit pour "
        "essayer. Pour de vraies réunions : « make janus » en construit une version corrigée (5 minutes environ).",
        f"Warning: Janus {version} has known memory faults, which Debian 12 does not fix. It will do for a first look. "
        "For real meetings: `make janus` builds a version that is repaired (about 5 minutes).",
    )


def _debian_version() -> Version:
    """UNKNOWN where the package is not installed, which is told when Janus is started."""
    query = ["dpkg-query", "--show", "--showformat=${Version}", "janus"]
    try:
        return parse_version(subprocess.run(query, capture_output=True, text=True, check=False).stdout)
    except FileNotFoundError:
        return UNKNOWN
