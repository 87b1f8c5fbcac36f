"""The supervisor, from outside: real processes, signals, and what is left of them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.visio_site.conftest import wait_until
from visio_site.guardian import GRACE_S
from visio_site.layout import ROOT, Layout
from visio_site.restarts import FIRST_PAUSE_S

Family = Callable[[], set[int]]


class Site:
    """The small site in a process of its own, and its output in a file."""

    def __init__(self, scene: str, output: Path) -> None:
        self.output = output
        command = [sys.executable, "-m", "tests.visio_site.small_site", scene]
        with output.open("w") as file:
            self.process = subprocess.Popen(command, stdout=file, stderr=subprocess.STDOUT, cwd=ROOT)

    def said(self) -> str:
        return self.output.read_text()

    def wait_up(self) -> None:
        wait_until(lambda: "all up" in self.said())


@pytest.fixture
def open_site(layout: Layout, family: Family, tmp_path: Path) -> Callable[[str], Site]:
    return lambda scene: Site(scene, tmp_path / f"{scene}.out")


def pid_of(layout: Layout, name: str) -> int:
    """0 while it has none."""
    path = layout.pid_file(name)
    return int(path.read_text() or "0") if path.exists() else 0


def test_ctrl_c_stops_all_in_reverse_order_and_leaves_no_process(
    layout: Layout, open_site: Callable[[str], Site], family: Family
) -> None:
    site = open_site("chain")
    site.wait_up()
    assert len(family()) >= 7  # the supervisor, three children, and a process of each
    site.process.send_signal(signal.SIGINT)
    assert site.process.wait(10) == 0
    assert (layout.var / "stopped").read_text().split() == ["third", "second", "first"]
    assert family() == set()
    assert list(layout.run.glob("*.pid")) == []


def test_child_that_ignores_its_signal_is_killed_and_the_others_still_stop(
    layout: Layout, open_site: Callable[[str], Site], family: Family
) -> None:
    site = open_site("stubborn")
    site.wait_up()
    start = time.monotonic()
    site.process.send_signal(signal.SIGTERM)
    assert site.process.wait(10) == 0
    assert time.monotonic() - start < 5
    assert (layout.var / "stopped").read_text().split() == ["first"]
    assert family() == set()


def test_killed_supervisor_leaves_no_process_even_of_a_child_that_ignores_its_signal(
    open_site: Callable[[str], Site], family: Family
) -> None:
    site = open_site("stubborn")
    site.wait_up()
    site.process.kill()
    site.process.wait()
    wait_until(lambda: family() == set(), timeout_s=GRACE_S + 5)


def test_killed_supervisor_has_its_children_told_to_stop(layout: Layout, open_site: Callable[[str], Site]) -> None:
    site = open_site("chain")
    site.wait_up()
    site.process.kill()
    site.process.wait()
    stopped = layout.var / "stopped"
    wait_until(lambda: stopped.exists() and set(stopped.read_text().split()) == {"first", "second", "third"})


def test_failed_starts_of_a_child_that_needs_patience_are_not_counted(
    layout: Layout, open_site: Callable[[str], Site]
) -> None:
    site = open_site("slow-starter")
    site.wait_up()
    assert (layout.logs / "slow.log").read_text().splitlines() == ["not yet", "not yet", "not yet", "up"]


def test_dead_child_is_restarted_after_a_pause_with_what_it_left_behind_gone(
    layout: Layout, open_site: Callable[[str], Site], family: Family
) -> None:
    site = open_site("chain")
    site.wait_up()
    first, before = pid_of(layout, "second"), family()
    start = time.monotonic()
    os.kill(first, signal.SIGKILL)
    wait_until(lambda: pid_of(layout, "second") not in {0, first})
    assert time.monotonic() - start >= FIRST_PAUSE_S
    wait_until(lambda: len(before - family()) == 2)  # it, and its old `sleep`
    assert site.process.poll() is None


def test_three_deaths_in_a_minute_stop_the_whole_and_show_the_last_lines(
    layout: Layout, open_site: Callable[[str], Site], family: Family
) -> None:
    site = open_site("hopeless")
    assert site.process.wait(15) == 1
    said = site.said().splitlines()
    assert said[-1].startswith("✗ hopeless s'est arrêté 3 fois en moins d'une minute (code 7)")
    assert "    the last thing I saw" in said
    assert (layout.var / "stopped").read_text().split() == ["first"]
    assert family() == set()


def test_child_that_never_answers_is_killed_and_tried_again_three_times(
    open_site: Callable[[str], Site], family: Family
) -> None:
    site = open_site("mute")
    assert site.process.wait(20) == 1
    assert site.said().count("✗ ne répond pas, arrêt forcé") == 3
    assert "✗ mute s'est arrêté 3 fois en moins d'une minute (code -9)" in site.said()
    assert family() == set()


def test_failing_step_stops_the_whole_before_what_comes_after_it(
    layout: Layout, open_site: Callable[[str], Site], family: Family
) -> None:
    site = open_site("failing-step")
    assert site.process.wait(15) == 1
    assert site.said().splitlines()[-2:] == ["    no such table", "✗ migrate a échoué (code 3)."]
    assert not (layout.logs / "second.log").exists()
    assert family() == set()


def test_second_supervisor_is_refused_and_the_first_goes_on(
    layout: Layout, open_site: Callable[[str], Site], tmp_path: Path
) -> None:
    first = open_site("chain")
    first.wait_up()
    second = Site("chain", tmp_path / "second.out")
    assert second.process.wait(10) == 1
    assert second.said() == f"✗ Visio tourne déjà dans {layout.var} : arrêtez-le d'abord (Ctrl-C).\n"
    assert first.process.poll() is None


def test_every_line_of_a_child_is_logged_and_only_those_worth_it_are_shown(
    layout: Layout, open_site: Callable[[str], Site]
) -> None:
    site = open_site("chain")
    site.wait_up()
    assert (layout.logs / "first.log").read_text() == "up\n"
    assert "│ up" not in site.said()
