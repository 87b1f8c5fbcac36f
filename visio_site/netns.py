"""A private network namespace: media as on a real network, and no way out."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence

from visio_site.progress import CannotGoOn

ADDRESS = "10.77.0.1"  # Janus never uses loopback for media: a veth pair gives it another address
# Runs inside, then becomes the command. Capabilities, which an ordinary user has in here only, end with `ip`.
PREPARE = f"""set -e
ip link set lo up
ip link add visio0 type veth peer name visio1
ip addr add {ADDRESS}/24 dev visio0
ip link set visio0 up
ip link set visio1 up
exec "$@"
"""
_DROP = ("setpriv", "--inh-caps=-all", "--ambient-caps=-all", "--")


def in_private_network(command: Sequence[str]) -> list[str]:
    """`command`, in a network of its own. Raises CannotGoOn where that is not permitted."""
    if os.geteuid() == 0:
        enter, drop = ["unshare", "--net", "--"], []
    else:
        enter, drop = ["unshare", "--user", "--map-current-user", "--keep-caps", "--net", "--"], list(_DROP)
    prepare = ["sh", "-c", PREPARE, "visio-network"]
    trial = subprocess.run([*enter, *prepare, "true"], capture_output=True, text=True, check=False)
    if trial.returncode:
        raise CannotGoOn(
            f"Cette machine ne permet pas de réseau privé ({_last_line(trial.stderr)}).",
            f"This machine permits no private network ({_last_line(trial.stderr)}).",
        )
    return [*enter, *prepare, *drop, *command]


def beside(pid: int, command: Sequence[str]) -> list[str]:
    """`command`, in the network of process `pid`: as it is when that is ours."""
    if os.readlink(f"/proc/{pid}/ns/net") == os.readlink("/proc/self/ns/net"):
        return list(command)
    as_user = [] if os.geteuid() == 0 else ["--user", "--preserve-credentials"]
    return ["nsenter", f"--target={pid}", "--net", *as_user, "--", *command]


def _last_line(text: str) -> str:
    return text.strip().rpartition("\n")[2]
