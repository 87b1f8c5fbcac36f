"""Who comes first, as the kernel says."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from visio_site import priority

SESSIONS = Path("/proc/self/autogroup")  # of kernels that share processors out between them
REAL_TIME = ("chrt", "--rr", "1")
ASK = """
import os, sys
print(os.sched_getscheduler(0), os.nice(0), *(open(path).read().split()[-1] for path in sys.argv[1:]))
"""


def _as_a_child(niceness: int) -> list[int]:
    """How it is scheduled, its niceness, and that of its session, where the kernel has one."""
    command = (*priority.prefix(niceness), sys.executable, "-c", ASK, *([str(SESSIONS)] if SESSIONS.exists() else []))
    answer = subprocess.run(command, check=True, capture_output=True, text=True, start_new_session=True)
    assert not answer.stderr
    return [int(number) for number in answer.stdout.split()]


def _may_put_first() -> bool:
    """A container may take even that from root."""
    answer = subprocess.run(["nice", "-n", "-1", "true"], check=True, capture_output=True)
    return not answer.stderr


def _may_be_real_time() -> bool:
    return subprocess.run([*REAL_TIME, "true"], check=False, capture_output=True).returncode == 0


def test_what_computes_for_hours_comes_last_and_media_first() -> None:
    own, numbers = os.nice(0), 2 + SESSIONS.exists()
    assert _as_a_child(priority.LAST) == [os.SCHED_OTHER, min(own + priority.LAST, 19), priority.LAST][:numbers]
    assert _as_a_child(0) == [os.SCHED_OTHER, own, 0][:numbers]
    if _may_put_first():
        policy = os.SCHED_RR if _may_be_real_time() else os.SCHED_OTHER
        assert _as_a_child(priority.FIRST) == [policy, own + priority.FIRST, priority.FIRST][:numbers]


def test_media_come_first_as_far_as_the_machine_allows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    refuses = tmp_path / "chrt"
    refuses.write_text("#!/bin/sh\necho refused >&2\nexit 1\n", encoding="ascii")
    refuses.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    if not _may_put_first():
        pytest.skip("not even a niceness is allowed here")
    assert _as_a_child(priority.FIRST)[:2] == [os.SCHED_OTHER, os.nice(0) + priority.FIRST]


def test_nobody_but_root_asks_to_come_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert priority.prefix(priority.FIRST) == ()
    assert priority.prefix(priority.LAST) != ()
