"""One thread of another process is stopped, and the rest goes on: as if it were deadlocked. Needs to be root."""

from __future__ import annotations

import ctypes
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SEIZE, INTERRUPT, DETACH = 0x4206, 0x4207, 17
WALL = 0x40000000  # of any thread, too
_libc = ctypes.CDLL(None, use_errno=True)


@contextmanager
def videoroom_held(janus: int) -> Iterator[None]:
    """What VideoRoom is asked stays unanswered until the block ends. The core of this process answers, media flow."""
    thread = _videoroom_thread(janus)
    _ptrace(SEIZE, thread)
    _ptrace(INTERRUPT, thread)
    os.waitpid(thread, WALL)
    try:
        yield
    finally:
        if _libc.ptrace(DETACH, thread, None, None) == -1:  # killed meanwhile: nobody else can bury it
            os.waitpid(thread, WALL)


def _videoroom_thread(pid: int) -> int:
    """The plugin is the last to begin a thread before the sockets do. Its own name for it is too long for Linux."""
    threads = {int(task.name): (task / "comm").read_text().strip() for task in Path(f"/proc/{pid}/task").iterdir()}
    sockets = next(thread for thread, name in threads.items() if name == "ws thread")
    return max(thread for thread, name in threads.items() if name == threads[pid] and thread < sockets)


def _ptrace(request: int, thread: int) -> None:
    if _libc.ptrace(request, thread, None, None) == -1:
        raise OSError(ctypes.get_errno(), "ptrace")
