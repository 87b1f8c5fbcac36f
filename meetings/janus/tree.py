"""Where one Janus lies: its program and its libraries. Those of two versions are never mixed (their ABI differs)."""

from __future__ import annotations

import platform
from dataclasses import dataclass
from pathlib import Path

from meetings.janus.versions import Version

LIBRARIES = Path("usr", "lib", f"{platform.machine()}-linux-gnu", "janus")


@dataclass(frozen=True, slots=True)
class JanusTree:
    """`root` is / for Debian's own."""

    root: Path
    version: Version

    @property
    def program(self) -> Path:
        return self.root / "usr" / "bin" / "janus"

    def library(self, kind: str, name: str) -> Path:
        """Of a plugin or a transport. Raises FileNotFoundError where this Janus is not installed."""
        path = self.root / LIBRARIES / kind / f"libjanus_{name}.so"
        if not path.exists():
            raise FileNotFoundError(path)
        return path
