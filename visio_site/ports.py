"""Is there room here: free ports, and space on the disk."""

from __future__ import annotations

import re
import shutil
import socket
import subprocess
from collections.abc import Iterable
from pathlib import Path

from visio_site.progress import CannotGoOn

RUN_BYTES = 500_000_000


def require_free_ports(ports: Iterable[int]) -> None:
    for port in ports:
        if _is_taken(port):
            owner = _owner(port)
            raise CannotGoOn(
                f"Le port {port} est déjà pris{f' par {owner}' if owner else ''} : libérez-le, ou changez VISIO_PORT.",
                f"Port {port} is already taken{f' by {owner}' if owner else ''}: free it, or change VISIO_PORT.",
            )


def require_disk(folder: Path, needed_bytes: int = RUN_BYTES) -> None:
    free_bytes = shutil.disk_usage(folder).free
    if free_bytes < needed_bytes:
        raise CannotGoOn(
            f"Le disque est trop plein : il reste {free_bytes / 1e9:.1f} Go pour {folder}, "
            f"et il en faut {needed_bytes / 1e9:.1f}.",
            f"The disk is too full: {free_bytes / 1e9:.1f} GB are left for {folder}, "
            f"and {needed_bytes / 1e9:.1f} are needed.",
        )


def _is_taken(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return True
    return False


def _owner(port: int) -> str:
    """`name (pid)`, or nothing: `ss` names the processes of others to root only."""
    listening = subprocess.run(["ss", "-Hltnp", f"sport = :{port}"], capture_output=True, text=True, check=False)
    found = re.search(r'\(\("(?P<name>[^"]+)",pid=(?P<pid>\d+)', listening.stdout)
    return f"{found['name']} (pid {found['pid']})" if found else ""
