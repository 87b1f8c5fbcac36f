"""CPU seconds of processes and of all that they started, read from /proc."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

TICKS_PER_S = os.sysconf("SC_CLK_TCK")
PROC = Path("/proc")


@dataclass(frozen=True, slots=True)
class _Stat:
    parent: int
    cpu_s: float  # of its own threads, and of its children that have ended


def service_pid(name: str) -> int:
    """Of a process of the supervisor's: web, janus, redis…"""
    return int((Path(os.environ["VISIO_VAR"]) / "run" / f"{name}.pid").read_text(encoding="ascii"))


def tree_of(roots: Iterable[int]) -> set[int]:
    """`roots` that live, and all of their descendants."""
    children: dict[int, list[int]] = {}
    living = {pid: stat for pid in _pids() if (stat := _read(pid))}
    for pid, stat in living.items():
        children.setdefault(stat.parent, []).append(pid)
    found: set[int] = set()
    waiting = [root for root in roots if root in living]
    while waiting:
        pid = waiting.pop()
        if pid not in found:
            found.add(pid)
            waiting += children.get(pid, [])
    return found


def cpu_seconds(pids: Iterable[int]) -> float:
    """User and system time, to 10 ms. Only differences mean something.

    What has ended and was waited for is in its parent's: a tree loses nothing when a process ends between two looks.
    """
    return sum(stat.cpu_s for pid in pids if (stat := _read(pid)))


def memory_kb(pid: int) -> int:
    """What is resident of one process. Raises FileNotFoundError when it has ended."""
    status = (PROC / str(pid) / "status").read_text(encoding="ascii")
    return int(status.split("VmRSS:")[1].split()[0])


def machine_cpu_seconds() -> float:
    """Of everything that runs on this machine, to 10 ms; idle and waiting time left out."""
    user, nice, system, _, _, irq, softirq, *_ = map(int, (PROC / "stat").read_text(encoding="ascii").split()[1:9])
    return (user + nice + system + irq + softirq) / TICKS_PER_S


def _pids() -> list[int]:
    return [int(entry.name) for entry in PROC.iterdir() if entry.name.isdigit()]


def _read(pid: int) -> _Stat | None:
    """None when the process has ended. Fields: proc(5), /proc/pid/stat; the name may hold spaces and brackets."""
    try:
        text = (PROC / str(pid) / "stat").read_text(encoding="utf-8", errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return None
    values = text.rpartition(")")[2].split()
    return _Stat(parent=int(values[1]), cpu_s=sum(map(int, values[11:15])) / TICKS_PER_S)
