"""Outlives the supervisor by a few seconds, to end what its kill -9 would leave behind.

The kernel tells each child that the supervisor died (`setpriv --pdeathsig`), and most stop at once. Celery waits
for a Redis that is gone, and its pool is nobody's child any more: this process knows all their groups.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterable
from contextlib import suppress
from typing import Self

GRACE_S = 3.0


class Guardian:
    """The supervisor's end of the pipe: its closing, by whatever death, is the signal."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-I", __file__], stdin=subprocess.PIPE, start_new_session=True, text=True, bufsize=1
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self._process.communicate()

    def watch(self, group: int) -> None:
        self._tell(f"+{group}\n")

    def forget(self, group: int) -> None:
        self._tell(f"-{group}\n")

    def _tell(self, line: str) -> None:
        if self._process.stdin and not self._process.stdin.closed:
            with suppress(BrokenPipeError):  # somebody killed it: the supervisor goes on without
                self._process.stdin.write(line)


def remaining(lines: Iterable[str]) -> set[int]:
    """The process groups that were announced, and not yet ended, when `lines` ended."""
    groups: set[int] = set()
    for line in lines:
        group = int(line[1:])
        groups.add(group) if line[0] == "+" else groups.discard(group)
    return groups


def main() -> None:
    groups = remaining(sys.stdin)
    if groups:
        time.sleep(GRACE_S)
    for group in groups:
        with suppress(ProcessLookupError):
            os.killpg(group, signal.SIGKILL)


if __name__ == "__main__":
    main()
