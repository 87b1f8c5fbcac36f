"""Who comes first, as the kernel says."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from visio_site import priority

ASK = "import os; print(os.nice(0), open('/proc/self/autogroup').read().split()[-1])"


def _as_a_child(niceness: int) -> list[int]:
    """Its niceness, and that of its session."""
    command = (*priority.prefix(niceness), sys.executable, "-c", ASK)
    answer = subprocess.run(command, check=True, capture_output=True, text=True, start_new_session=True)
    assert not answer.stderr
    return [int(number) for number in answer.stdout.split()]


def _may_put_first() -> bool:
    """A container may take even that from root."""
    answer = subprocess.run(["nice", "-n", "-1", "true"], check=True, capture_output=True)
    return not answer.stderr


@pytest.mark.skipif(not Path("/proc/self/autogroup").exists(), reason="a kernel that knows no sessions here")
def test_what_computes_for_hours_comes_last_and_media_first() -> None:
    own = os.nice(0)
    assert _as_a_child(priority.LAST) == [min(own + priority.LAST, 19), priority.LAST]
    assert _as_a_child(0) == [own, 0]
    if _may_put_first():
        assert _as_a_child(priority.FIRST) == [own + priority.FIRST, priority.FIRST]


def test_nobody_but_root_asks_to_come_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert priority.prefix(priority.FIRST) == ()
    assert priority.prefix(priority.LAST) != ()
