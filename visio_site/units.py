"""What the supervisor is given: children to keep alive, steps to run once."""

from __future__ import annotations

import signal
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from visio_site.progress import CannotGoOn

Probe = Callable[[], Awaitable[bool]]


def _nothing() -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """A command, started when all of `after` are ready.

    `prefix` (another account) must exec it. `niceness` is that of `priority`. Lines with one of `hushed` stay off the
    terminal.
    """

    name: str
    command: tuple[str, ...]
    env: Mapping[str, str]
    prefix: tuple[str, ...] = ()
    niceness: int = 0
    after: tuple[str, ...] = ()
    group: str = ""
    hushed: tuple[str, ...] = ()
    stop_signal: signal.Signals = signal.SIGTERM
    stop_grace_s: float = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Child(Program):
    """A process that must stay up.

    `prepare` runs before each start, in a thread. `probe` says whether others may count on it, and may first make
    what they need inside it (a database, a bucket). `ready_line` stands for the probe of a child that nobody can ask.
    A child that is not ready after `start_timeout_s` is killed, and started again. Deaths before readiness within
    `retry_start_s` are not counted. A `watched` child is asked again and again, and killed when it no longer answers.
    """

    ports: tuple[int, ...] = ()
    prepare: Callable[[], None] = _nothing
    probe: Probe | None = None
    ready_line: str = ""
    start_timeout_s: float = 30.0
    retry_start_s: float = 0.0
    watched: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Step(Program):
    """A command that must succeed once before what comes after it. `done` hears of its success."""

    is_needed: Callable[[], bool] = lambda: True
    done: Callable[[], None] = _nothing


def choose(units: list[Program], wanted: set[str]) -> list[Program]:
    """Those named, or whose group is named, and all that they come after; in the order given. "all" is all.

    Raises CannotGoOn for a name that is none of these.
    """
    if "all" in wanted:
        return units
    by_name = {unit.name: unit for unit in units}
    if unknown := wanted - by_name.keys() - {unit.group for unit in units}:
        names = ", ".join(by_name)
        raise CannotGoOn(
            f"Service inconnu : {', '.join(sorted(unknown))}. Il y a : {names}.",
            f"Unknown service: {', '.join(sorted(unknown))}. There are: {names}.",
        )
    waiting = [unit.name for unit in units if {unit.name, unit.group} & wanted]
    chosen: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name not in chosen:
            chosen.add(name)
            waiting.extend(by_name[name].after)
    return [unit for unit in units if unit.name in chosen]
