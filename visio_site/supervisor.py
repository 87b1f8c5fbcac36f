"""Keeps children alive: starts them in order, restarts the dead, stops them in reverse order."""

from __future__ import annotations

import asyncio
import functools
import time
from collections.abc import Sequence

from visio_site.guardian import Guardian
from visio_site.layout import Layout
from visio_site.probes import becomes_true
from visio_site.process import Process
from visio_site.progress import CannotGoOn, LineFilter, Terminal, words
from visio_site.restarts import MAX_DEATHS, Restarts
from visio_site.units import Child, Program, Step

STOP_S = 9.0  # promised: 10 s after Ctrl-C nothing is left
WATCH_EVERY_S = 5.0
WATCH_FAILURES = 3


class Supervisor:
    def __init__(self, layout: Layout, units: Sequence[Program], terminal: Terminal, guardian: Guardian) -> None:
        self._guardian = guardian
        self._layout = layout
        self._units = units
        self._terminal = terminal
        self._ready = {unit.name: asyncio.Event() for unit in units}
        self._down = {unit.name: asyncio.Event() for unit in units}
        self._keepers: dict[str, asyncio.Task[None]] = {}
        self._processes: dict[str, Process] = {}
        self.failure: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    async def start(self) -> None:
        """Return when all units are ready; never after a `failure`, so wait for both."""
        for unit in self._units:
            keeper = self._keepers[unit.name] = asyncio.create_task(self._bring_up(unit))
            keeper.add_done_callback(self._note_failure)
        await asyncio.gather(*(event.wait() for event in self._ready.values()))

    async def stop(self) -> None:
        """Stop each unit after those that come after it; what is left when the time is up is killed."""
        self.failure.cancel()
        try:
            async with asyncio.timeout(STOP_S):
                await asyncio.gather(*(self._bring_down(unit) for unit in self._units))
        except TimeoutError:
            self.kill()
            await asyncio.gather(*(process.wait() for process in self._processes.values()))

    def kill(self) -> None:
        for process in self._processes.values():
            process.kill()

    async def _bring_up(self, unit: Program) -> None:
        for name in unit.after:
            await self._ready[name].wait()
        if isinstance(unit, Step):
            await self._run_step(unit)
        elif isinstance(unit, Child):
            await self._keep(unit)

    async def _run_step(self, step: Step) -> None:
        if step.is_needed():
            with self._terminal.step(step.name):
                process = await self._spawn(step)
                code = await process.wait()
                del self._processes[step.name]
            if code:
                raise CannotGoOn(
                    f"{step.name} a échoué (code {code}).",
                    f"{step.name} failed (status {code}).",
                    last_lines=tuple(process.tail),
                )
            step.done()
        self._ready[step.name].set()

    async def _keep(self, child: Child) -> None:
        """Start `child`, and again each time it dies, until it dies too often."""
        restarts = Restarts(time.monotonic(), child.retry_start_s)
        while True:
            await asyncio.to_thread(child.prepare)
            process, started = await self._spawn(child), time.monotonic()
            was_ready = await self._live(child, process)
            code = await process.wait()
            del self._processes[child.name]
            pause_s = restarts.after_death(started=started, died=time.monotonic(), was_ready=was_ready)
            if pause_s is None:
                raise _died_too_often(child, code, process)
            ended = words(f"arrêté (code {code}), reprise dans", f"ended (status {code}), again in")
            self._terminal.line(child.name, f"✗ {ended} {pause_s:.1f} s")
            await asyncio.sleep(pause_s)

    async def _live(self, child: Child, process: Process) -> bool:
        """Accompany one life of `child`; at its death, whether it had been ready."""
        dying = asyncio.create_task(process.wait())
        rising = asyncio.create_task(self._rise(child, process))
        try:
            await asyncio.wait({dying, rising}, return_when=asyncio.FIRST_COMPLETED)
            if not rising.done() or not rising.result():
                return False
            await self._watch(child, process, dying)
            return True
        finally:
            rising.cancel()
            dying.cancel()

    async def _rise(self, child: Child, process: Process) -> bool:
        """Whether it became ready; killed when it takes too long."""
        start = time.monotonic()
        if not await becomes_true(functools.partial(_is_ready, child, process), child.start_timeout_s):
            self._kill_deaf(process)
            return False
        self._terminal.line(child.name, f"✓ {words('prêt', 'ready')} ({time.monotonic() - start:.1f} s)")
        self._ready[child.name].set()
        return True

    async def _watch(self, child: Child, process: Process, dying: asyncio.Task[int]) -> None:
        """Return at its death, which is ours to give when it has stopped answering."""
        failures = 0
        while not dying.done():
            await asyncio.wait({dying}, timeout=WATCH_EVERY_S if child.watched else None)
            if not dying.done():
                failures = 0 if await _is_ready(child, process) else failures + 1
            if failures == WATCH_FAILURES:
                self._kill_deaf(process)

    def _kill_deaf(self, process: Process) -> None:
        self._terminal.line(process.program.name, words("✗ ne répond pas, arrêt forcé", "✗ does not answer, killed"))
        process.kill()

    async def _spawn(self, program: Program) -> Process:
        lines = LineFilter(program.hushed)

        def show(line: str) -> None:
            if lines.lets_through(line):
                self._terminal.line(program.name, line)

        process = Process(program, self._layout, self._guardian, show)
        await process.start()
        self._processes[program.name] = process
        return process

    async def _bring_down(self, unit: Program) -> None:
        for other in self._units:
            if unit.name in other.after:
                await self._down[other.name].wait()
        if keeper := self._keepers.get(unit.name):
            keeper.cancel()
            await asyncio.wait({keeper})
        if process := self._processes.get(unit.name):
            await process.stop()
            del self._processes[unit.name]
        self._down[unit.name].set()

    def _note_failure(self, keeper: asyncio.Task[None]) -> None:
        if not keeper.cancelled() and (error := keeper.exception()) and not self.failure.done():
            self.failure.set_exception(error)


async def _is_ready(child: Child, process: Process) -> bool:
    if child.probe is None:
        return any(child.ready_line in line for line in process.tail)
    return await child.probe()


def _died_too_often(child: Child, code: int, process: Process) -> CannotGoOn:
    return CannotGoOn(
        f"{child.name} s'est arrêté {MAX_DEATHS} fois en moins d'une minute (code {code}) : Visio s'arrête. "
        f"Journal : var/log/{child.name}.log",
        f"{child.name} died {MAX_DEATHS} times within a minute (status {code}): Visio stops. "
        f"Log: var/log/{child.name}.log",
        last_lines=tuple(process.tail),
    )
