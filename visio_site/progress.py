"""What the terminal shows: steps with their time, the children's lines, one sentence when it fails."""

from __future__ import annotations

import errno
import os
import re
import shutil
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TextIO

TICK_S = 0.2
INTERRUPTED = 130  # as a shell says it
LAST_LINES = 15
_PALETTE = (36, 33, 35, 32, 34, 96, 93, 95, 92, 94)  # ANSI foregrounds, red left for failures
_WORTH_SHOWING = re.compile(r"\b(WARN(ING)?|ERROR|CRITICAL|FATAL|PANIC)\b|Traceback|Exception")


def words(fr: str, en: str) -> str:
    """French, unless the person's locale is English."""
    locale = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    return en if locale.startswith("en") else fr


class CannotGoOn(Exception):
    """Carries the sentence, in the person's language, that says why and what to do."""

    def __init__(self, fr: str, en: str, *, last_lines: tuple[str, ...] = ()) -> None:
        super().__init__(words(fr, en))
        self.last_lines = last_lines


def as_sentence(error: OSError) -> CannotGoOn | None:
    """What to tell of an error that a person can do something about; None for one that is ours to repair."""
    if error.errno == errno.ENOSPC:
        return CannotGoOn("Le disque est plein.", "The disk is full.")
    if isinstance(error, PermissionError):
        return CannotGoOn(
            f"{error.filename} n'est pas accessible avec ce compte.", f"This account may not use {error.filename}."
        )
    return None


class Terminal:
    """One writer for all: lines of different children never mix."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._coloured = stream.isatty() and "NO_COLOR" not in os.environ
        self._colours: dict[str, int] = {}
        self.durations: list[tuple[str, float]] = []

    def say(self, text: str) -> None:
        self._write(text)

    def line(self, name: str, text: str) -> None:
        """One line of a child, behind its name."""
        colour = self._colours.setdefault(name, _PALETTE[len(self._colours) % len(_PALETTE)])
        self._write(f"{self._paint(f'{name:>17} │', colour)} {text}")

    def fail(self, error: CannotGoOn) -> None:
        """The one sentence, after the lines that show why."""
        for line in error.last_lines:
            self._write(f"    {line}")
        self._write(self._paint(f"✗ {error}", 31))

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Announce a step, then its duration; kept in `durations`."""
        self._write(f"· {name}…")
        start = time.monotonic()
        yield
        seconds = time.monotonic() - start
        self.durations.append((name, seconds))
        self._write(self._paint(f"✓ {name} ({seconds:.1f} s)", 32))

    def tick(self, last_line: Sequence[str]) -> None:
        """Show that a long step is alive, on a real terminal only: one line, drawn over."""
        if self._stream.isatty():
            width = shutil.get_terminal_size().columns - 3
            self._stream.write(f"\r\x1b[K  {''.join(last_line)[:width]}\r")
            self._stream.flush()

    def _paint(self, text: str, colour: int) -> str:
        return f"\x1b[{colour}m{text}\x1b[0m" if self._coloured else text

    def _write(self, text: str) -> None:
        with suppress(OSError):  # the terminal was closed: that is no reason to leave children behind
            clear = "\x1b[K" if self._stream.isatty() else ""
            self._stream.write(f"{clear}{text}\n")
            self._stream.flush()


def run_logged(terminal: Terminal, name: str, command: Sequence[str], log: Path, *, path: Path | None = None) -> None:
    """A long step whose output goes to `log`, appended. `path` goes before PATH. Raises CannotGoOn when it fails."""
    env = {**os.environ, "PATH": f"{path}:{os.environ['PATH']}"} if path else None
    with terminal.step(name), log.open("ab") as output:
        start = output.tell()
        with subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT, env=env) as process:
            while process.poll() is None:
                terminal.tick(_lines_since(log, start)[-1:])
                time.sleep(TICK_S)
        if process.returncode:
            raise CannotGoOn(
                f"« {name} » a échoué (code {process.returncode}) ; journal : {log}",
                f"“{name}” failed (status {process.returncode}); log: {log}",
                last_lines=_lines_since(log, start)[-LAST_LINES:],
            )


def _lines_since(log: Path, start: int) -> tuple[str, ...]:
    with log.open("rb") as file:
        file.seek(max(start, log.stat().st_size - 10_000))
        return tuple(line for line in file.read().decode(errors="replace").splitlines() if line.strip())


@contextmanager
def telling(terminal: Terminal) -> Iterator[None]:
    """End the program with one sentence, and status 1, where a person can do something about what went wrong."""
    try:
        yield
    except CannotGoOn as error:
        terminal.fail(error)
        raise SystemExit(1) from None
    except OSError as error:
        sentence = as_sentence(error)
        if sentence is None:
            raise
        terminal.fail(sentence)
        raise SystemExit(1) from None
    except KeyboardInterrupt:
        raise SystemExit(INTERRUPTED) from None


class LineFilter:
    """Lets through the lines worth a look, and the whole of a traceback; never one with a `hushed` text."""

    def __init__(self, hushed: tuple[str, ...] = ()) -> None:
        self._hushed = hushed
        self._in_traceback = False

    def lets_through(self, line: str) -> bool:
        if self._in_traceback:
            self._in_traceback = line.startswith((" ", "\t")) or not line.strip()
            return True
        self._in_traceback = "Traceback (most recent call last)" in line
        return bool(_WORTH_SHOWING.search(line)) and not any(text in line for text in self._hushed)
