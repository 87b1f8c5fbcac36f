"""Programs that read what strangers have sent: with limits, without a network, without rights over other files and
processes than those of the worker that starts them, and with nothing of ours in their environment. Knows no Django.
"""

from __future__ import annotations

import logging
import os
import subprocess
from functools import cache

logger = logging.getLogger(__name__)

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


def prefix(*, cpu_s: int, memory_bytes: int, largest_bytes: int) -> tuple[str, ...]:
    """What goes before the command."""
    limits = (f"--cpu={cpu_s}", f"--as={memory_bytes}", f"--fsize={largest_bytes}", "--core=0")
    return ("prlimit", *limits, "--", *_alone())


def environment() -> dict[str, str]:
    return {name: os.environ[name] for name in _KEPT if name in os.environ}


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
