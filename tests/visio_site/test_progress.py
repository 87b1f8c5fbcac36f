"""What the terminal shows."""

from __future__ import annotations

import errno
import io
import sys
from pathlib import Path

import pytest

from visio_site.progress import CannotGoOn, LineFilter, Terminal, run_logged, telling

TRACEBACK = [
    "Traceback (most recent call last):",
    '  File "x.py", line 1, in <module>',
    "    1 / 0",
    "ZeroDivisionError: division by zero",
]


def shown(lines: list[str], hushed: tuple[str, ...] = ()) -> list[str]:
    line_filter = LineFilter(hushed)
    return [line for line in lines if line_filter.lets_through(line)]


def test_tracebacks_are_shown_whole_between_lines_that_are_not() -> None:
    assert shown(["INFO ready", *TRACEBACK, "INFO again"]) == TRACEBACK


@pytest.mark.parametrize("line", ["WARNING slow", "[WARN] late", "FATAL: gone", "ERROR celery task failed"])
def test_lines_worth_a_look_are_shown_unless_they_are_known(line: str) -> None:
    assert shown(["INFO ready", line]) == [line]
    assert shown([line], hushed=(line[-4:],)) == []


@pytest.mark.usefixtures("layout")
def test_failed_step_shows_its_last_lines_and_says_where_the_rest_is(tmp_path: Path) -> None:
    screen = io.StringIO()
    log = tmp_path / "pip.log"
    script = "print('Collecting torch'); print('No matching distribution'); raise SystemExit(3)"
    with pytest.raises(SystemExit) as end, telling(Terminal(screen)):
        run_logged(Terminal(screen), "torch", [sys.executable, "-c", script], log)
    assert end.value.code == 1
    assert screen.getvalue().splitlines()[-3:] == [
        "    Collecting torch",
        "    No matching distribution",
        f"✗ « torch » a échoué (code 3) ; journal : {log}",
    ]


@pytest.mark.usefixtures("layout")
def test_full_disk_and_foreign_files_are_told_in_a_sentence_and_our_own_faults_are_not() -> None:
    def told(error: Exception) -> str:
        screen = io.StringIO()
        with pytest.raises(SystemExit), telling(Terminal(screen)):
            raise error
        return screen.getvalue()

    assert told(OSError(errno.ENOSPC, "No space left on device")) == "✗ Le disque est plein.\n"
    assert told(PermissionError(errno.EACCES, "no", "/var/x")) == "✗ /var/x n'est pas accessible avec ce compte.\n"
    assert told(CannotGoOn("Non.", "No.")) == "✗ Non.\n"
    with pytest.raises(ConnectionResetError), telling(Terminal(io.StringIO())):
        raise ConnectionResetError


def test_terminal_that_was_closed_stops_nothing() -> None:
    class Closed(io.StringIO):
        def write(self, text: str) -> int:
            raise OSError(errno.EIO, "Input/output error")

    Terminal(Closed()).say("still here")
