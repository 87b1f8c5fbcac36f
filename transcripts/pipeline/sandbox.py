"""Run ffmpeg's programs on a file that a stranger may have made, apart from us and with as little as possible."""

from __future__ import annotations

import errno
import os
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import IO

from meetings import isolation
from transcripts.pipeline.errors import AudioUnreadable

MEMORY_BYTES = 2 << 30
_NOT_FOUND = 127  # exit status of prlimit when there is no such program
# What our own recordings and imports are made of. Without it a playlist (HLS, concat) under an innocent name
# would have ffmpeg open other files of this machine (`protocol_whitelist` alone still allows files).
_CONTAINERS = "ogg,matroska,webm,mov,mp4,m4a,wav,flac,mp3,aac"


def source(path: Path) -> list[str]:
    """Arguments that name `path`, whatever characters are in it, and nothing that it may refer to."""
    return ["-protocol_whitelist", "file,pipe", "-format_whitelist", _CONTAINERS, "-i", f"file:{path.absolute()}"]


def run(
    command: Sequence[str], *, output: IO[bytes] | int, timeout_s: float, largest_bytes: int, memory_bytes: int
) -> bytes:
    """Return what the program wrote, if `output` is a pipe. Raises AudioUnreadable; OSError when this machine fails."""
    apart = isolation.prefix(cpu_s=int(timeout_s), memory_bytes=memory_bytes, largest_bytes=largest_bytes)
    try:
        done = subprocess.run(
            [*apart, *command],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.PIPE,
            timeout=timeout_s,
            check=False,
            env=isolation.environment(),
        )
    except subprocess.TimeoutExpired as error:
        raise AudioUnreadable("too slow to decode") from error
    if done.returncode == _NOT_FOUND:
        raise FileNotFoundError(errno.ENOENT, f"{command[0]} is not installed")
    if os.strerror(errno.ENOSPC).encode() in done.stderr:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))  # this machine's fault: worth another try
    if done.returncode != 0:
        raise AudioUnreadable(f"{command[0]} ended with {done.returncode}")
    return done.stdout or b""
