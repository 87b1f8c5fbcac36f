"""Decoders of what strangers' browsers have sent: apart from us, and with lists of what they may open."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from pathlib import Path

from meetings import isolation

# Without it a playlist under an innocent name would have ffmpeg open other files of this machine
OGG_ONLY = ("-protocol_whitelist", "file,pipe", "-format_whitelist", "ogg")


def start(
    command: Sequence[str], *, cpu_s: int, memory_bytes: int, largest_bytes: int, folder: Path | None = None
) -> subprocess.Popen[bytes]:
    """Its output is a pipe; what it complains of is not kept: names of files, at most."""
    return subprocess.Popen(
        [*isolation.prefix(cpu_s=cpu_s, memory_bytes=memory_bytes, largest_bytes=largest_bytes), *command],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=folder,
        env=isolation.environment(),
    )
