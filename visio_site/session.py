"""From the first start to the last stop: whatever ends the work, nothing is left behind."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Coroutine, Sequence
from typing import Any

from visio_site.guardian import Guardian
from visio_site.layout import Layout
from visio_site.progress import INTERRUPTED, Terminal, words
from visio_site.supervisor import Supervisor
from visio_site.units import Program

Work = Callable[[asyncio.Event], Coroutine[Any, Any, int]]
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


async def hold(layout: Layout, units: Sequence[Program], terminal: Terminal, work: Work) -> int:
    """Start `units`, do `work`, stop them; the status of `work`, or INTERRUPTED when it never began.

    `work` is given an event, set when somebody wants it to end, and is cancelled when a unit fails for good.
    Raises CannotGoOn in that case.
    """
    with Guardian() as guardian:
        return await _hold(Supervisor(layout, units, terminal, guardian), terminal, work)


async def _hold(supervisor: Supervisor, terminal: Terminal, work: Work) -> int:
    interrupted = _listen_to_signals(supervisor)
    waiting = asyncio.create_task(interrupted.wait())
    starting = asyncio.create_task(supervisor.start())
    working: asyncio.Task[int] | None = None
    try:
        await _first_of(starting, waiting, supervisor.failure)
        if starting.done() and not supervisor.failure.done():
            working = asyncio.create_task(work(interrupted))
            await _first_of(working, supervisor.failure)
        if supervisor.failure.done():
            supervisor.failure.result()
        return await working if working else INTERRUPTED
    finally:
        for task in filter(None, (waiting, starting, working)):
            task.cancel()
        if working:
            await asyncio.wait({working})
        with terminal.step(words("arrêt", "stop")):
            await supervisor.stop()


def _listen_to_signals(supervisor: Supervisor) -> asyncio.Event:
    interrupted = asyncio.Event()

    def interrupt() -> None:
        if interrupted.is_set():
            supervisor.kill()  # asked twice: no more manners
        interrupted.set()

    for number in SIGNALS:
        asyncio.get_running_loop().add_signal_handler(number, interrupt)
    return interrupted


async def _first_of(*futures: asyncio.Future[Any]) -> None:
    await asyncio.wait(futures, return_when=asyncio.FIRST_COMPLETED)
