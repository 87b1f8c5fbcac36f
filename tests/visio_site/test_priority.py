"""Who comes first, as the kernel says."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from visio_site import priority

SESSIONS = Path("/proc/self/autogroup")  # of kernels that share processors out between them
ASK = "import os, sys; print(os.nice(0), *(open(path).read().split()[-1] for path in sys.argv[1:]))"


def _as_a_child(niceness: int) -> list[int]:
    """Its niceness, and that of its session, where the kernel has one."""
    command = (*priority.prefix(niceness), sys.executable, "-c", ASK, *([str(SESSIONS)] if SESSIONS.exists() else []))
    answer = subprocess.run(command, check=True, capture_output=True, text=True, start_new_session=True)
    assert not answer.stderr
    return [int(number) for number in answer.stdout.split()]


def _may_put_first() -> bool:
    """A container may take even that from root."""
    answer = subprocess.run(["nice", "-n", "-1", "true"], check=True, capture_output=True)
    return not answer.stderr


def test_what_computes_for_hours_comes_last_and_media_first() -> None:
    own, numbers = os.nice(0), 1 + SESSIONS.exists()
    assert _as_a_child(priority.LAST) == [min(own + priority.LAST, 19), priority.LAST][:numbers]
    assert _as_a_child(0) == [own, 0][:numbers]
    if _may_put_first():
        assert _as_a_child(priority.FIRST) == [own + priority.FIRST, priority.FIRST][:numbers]


def test_nobody_but_root_asks_to_come_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert priority.prefix(priority.FIRST) == ()
    assert priority.prefix(priority.LAST) != ()
