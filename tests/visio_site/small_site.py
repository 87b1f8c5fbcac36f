"""A small site for the supervisor's tests, in a process of its own: `python -m tests.visio_site.small_site SCENE`.

Real processes under the real supervisor; only what they do is make-believe.
"""

from __future__ import annotations

import asyncio
import dataclasses
import functools
import os
import sys
from collections.abc import Callable

from visio_site import state
from visio_site.layout import Layout
from visio_site.progress import CannotGoOn, Terminal
from visio_site.session import hold
from visio_site.units import Child, Program, Step

# Notes its name when asked to stop, and leaves a process of its own group behind.
POLITE = """
import signal, subprocess, sys, time
name, stopped = sys.argv[1:]
def stop(*_):
    with open(stopped, "a") as file: file.write(name + "\\n")
    sys.exit(0)
signal.signal(signal.SIGTERM, stop)
subprocess.Popen(["sleep", "600"])
print("up", flush=True)
while True: time.sleep(60)
"""
STUBBORN = """
import signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print("up", flush=True)
while True: time.sleep(60)
"""
HOPELESS = "import sys; print('up', flush=True); print('the last thing I saw'); sys.exit(7)"
SLOW_STARTER = """
import pathlib, sys, time
attempts = pathlib.Path(sys.argv[1])
with attempts.open("a") as file: file.write(".")
if len(attempts.read_text()) < 4: sys.exit("not yet")
print("up", flush=True)
while True: time.sleep(60)
"""
FAILING = "import sys; print('no such table'); sys.exit(3)"


def child(name: str, program: str, *words: str, after: tuple[str, ...] = ()) -> Child:
    command = (sys.executable, "-c", program, *words)
    return Child(name=name, command=command, env=os.environ, after=after, ready_line="up", stop_grace_s=0.5)


def polite(layout: Layout, name: str, after: tuple[str, ...] = ()) -> Child:
    return child(name, POLITE, name, str(layout.var / "stopped"), after=after)


def chain(layout: Layout) -> list[Program]:
    return [polite(layout, "first"), polite(layout, "second", ("first",)), polite(layout, "third", ("second",))]


def with_stubborn(layout: Layout) -> list[Program]:
    return [polite(layout, "first"), child("stubborn", STUBBORN, after=("first",))]


def with_hopeless(layout: Layout) -> list[Program]:
    return [polite(layout, "first"), child("hopeless", HOPELESS, after=("first",))]


def with_mute(layout: Layout) -> list[Program]:
    return [dataclasses.replace(child("mute", "import time; time.sleep(60)"), start_timeout_s=0.5)]


def with_slow_starter(layout: Layout) -> list[Program]:
    return [dataclasses.replace(child("slow", SLOW_STARTER, str(layout.var / "attempts")), retry_start_s=10.0)]


def with_failing_step(layout: Layout) -> list[Program]:
    step = Step(name="migrate", command=(sys.executable, "-c", FAILING), env=os.environ, after=("first",))
    return [polite(layout, "first"), step, polite(layout, "second", ("migrate",))]


SCENES: dict[str, Callable[[Layout], list[Program]]] = {
    "chain": chain,
    "stubborn": with_stubborn,
    "hopeless": with_hopeless,
    "mute": with_mute,
    "slow-starter": with_slow_starter,
    "failing-step": with_failing_step,
}


def main() -> int:
    layout, terminal = Layout.from_environment(), Terminal(sys.stdout)
    try:
        with state.locked(layout):
            units = SCENES[sys.argv[1]](layout)
            return asyncio.run(hold(layout, units, terminal, functools.partial(wait, terminal)))
    except CannotGoOn as error:
        terminal.fail(error)
        return 1


async def wait(terminal: Terminal, interrupted: asyncio.Event) -> int:
    terminal.say("all up")
    await interrupted.wait()
    return 0


if __name__ == "__main__":
    sys.exit(main())
