"""Programs that read what strangers' browsers have sent: with limits, without a network, without rights over other
files and processes than those of the worker that starts them, and with nothing of ours in their environment.
"""

from __future__ import annotations

import logging
import os
import subprocess
from collections.abc import Sequence
from functools import cache
from pathlib import Path

logger = logging.getLogger(__name__)

# Without it a playlist under an innocent name would have ffmpeg open other files of this machine
OGG_ONLY = ("-protocol_whitelist", "file,pipe", "-format_whitelist", "ogg")
# A network and shared memory of its own, with nothing in them; no capability, not even of a worker that is root's
_ALONE = (
    "unshare",
    "--user",
    "--map-user=65534",
    "--map-group=65534",
    "--net",
    "--ipc",
    "--",
    "setpriv",
    "--no-new-privs",
)
_KEPT = ("PATH", "LANG", "LC_ALL", "TMPDIR")


def start(
    command: Sequence[str], *, cpu_s: int, memory_bytes: int, largest_bytes: int, folder: Path | None = None
) -> subprocess.Popen[bytes]:
    """Its output is a pipe; what it complains of is not kept: names of files, at most."""
    limits = [f"--cpu={cpu_s}", f"--as={memory_bytes}", f"--fsize={largest_bytes}", "--core=0"]
    return subprocess.Popen(
        ["prlimit", *limits, "--", *_alone(), *command],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=folder,
        env={name: os.environ[name] for name in _KEPT if name in os.environ},
    )


@cache
def _alone() -> tuple[str, ...]:
    """Nothing where the machine lets nobody make namespaces: limits and lists remain, and it is told."""
    try:
        trial = subprocess.run([*_ALONE, "true"], stderr=subprocess.DEVNULL, check=False, timeout=10)
    except (OSError, subprocess.TimeoutExpired):
        trial = None
    if trial and trial.returncode == 0:
        return _ALONE
    logger.warning("no user namespaces here: decoders keep the network of their worker")
    return ()
