"""CPU seconds of a tree of processes: nothing twice, nothing lost."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.processes import cpu_seconds, machine_cpu_seconds, service_pid, tree_of

BURN = "import time\nwhile time.process_time() < 0.3: pass\n"
WAITS = "print(flush=True); input()\n"
GRANDCHILD = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {BURN!r}], check=True)\n"


@pytest.fixture
def started() -> Iterator[list[subprocess.Popen[str]]]:
    processes: list[subprocess.Popen[str]] = []
    yield processes
    for process in processes:
        process.communicate()


def start(code: str, started: list[subprocess.Popen[str]]) -> int:
    """Return when `code` has come to its WAITS."""
    process = subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    started.append(process)
    assert process.stdout
    process.stdout.readline()
    return process.pid


def test_tree_holds_grandchildren_and_nobody_elses(started: list[subprocess.Popen[str]]) -> None:
    inner = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {WAITS!r}])"
    pid = start(inner, started)
    tree = tree_of([pid])
    assert pid in tree
    assert len(tree) == 2
    assert os.getpid() not in tree
    assert tree < tree_of([os.getpid()])


def test_cpu_of_a_process_is_what_it_used(started: list[subprocess.Popen[str]]) -> None:
    assert 0.29 <= cpu_seconds(tree_of([start(BURN + WAITS, started)])) < 1


def test_cpu_of_a_child_that_has_ended_is_its_parents(started: list[subprocess.Popen[str]]) -> None:
    assert 0.29 <= cpu_seconds(tree_of([start(GRANDCHILD + WAITS, started)])) < 1


def test_process_that_has_ended_counts_for_nothing() -> None:
    process = subprocess.run([sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, check=True)
    gone = int(process.stdout)
    assert tree_of([gone]) == set()
    assert cpu_seconds([gone]) == 0


def test_machine_counts_the_work_of_everybody() -> None:
    before = machine_cpu_seconds()
    subprocess.run([sys.executable, "-c", BURN], check=True)
    assert machine_cpu_seconds() - before >= 0.28


def test_service_is_found_where_the_supervisor_wrote_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "janus.pid").write_text("4711\n")
    monkeypatch.setenv("VISIO_VAR", str(tmp_path))
    assert service_pid("janus") == 4711
