"""One running child: its start, its lines, its end."""

from __future__ import annotations

import asyncio
import os
import signal
from collections import deque
from collections.abc import Callable
from logging import makeLogRecord
from logging.handlers import RotatingFileHandler

from visio_site import priority
from visio_site.guardian import Guardian
from visio_site.layout import Layout
from visio_site.units import Program

TAIL_LINES = 15
LOG_BYTES = 5_000_000  # then one older file is kept beside it


class Process:
    def __init__(self, program: Program, layout: Layout, guardian: Guardian, on_line: Callable[[str], None]) -> None:
        self.program = program
        self._guardian = guardian
        self.tail: deque[str] = deque(maxlen=TAIL_LINES)
        self._pid_file = layout.pid_file(program.name)
        self._log = RotatingFileHandler(layout.logs / f"{program.name}.log", maxBytes=LOG_BYTES, backupCount=1)
        self._on_line = on_line

    async def start(self) -> None:
        # A pipe of our own: with asyncio's, some Pythons 3.11 wait until no grandchild holds it open any more.
        read_end, write_end = os.pipe()
        self._reading = asyncio.create_task(self._read_lines(read_end))
        try:
            self._process = await asyncio.create_subprocess_exec(
                *command_line(self.program),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=write_end,
                stderr=write_end,
                env=dict(self.program.env),
                cwd="/",
                start_new_session=True,
            )
        finally:
            os.close(write_end)
        self._guardian.watch(self._process.pid)
        self._pid_file.write_text(f"{self._process.pid}\n", encoding="ascii")

    async def wait(self) -> int:
        """Its exit status (minus the signal's number), once it and what it left in its process group are gone."""
        code = await self._process.wait()
        self.kill()
        self._guardian.forget(self._process.pid)
        await asyncio.wait({self._reading}, timeout=0.5)  # a grandchild outside the group may hold the pipe
        self._reading.cancel()
        self._pid_file.unlink(missing_ok=True)
        self._log.close()
        return code

    async def stop(self) -> int:
        """Ask it to end with its own signal; kill it after its grace."""
        if self._process.returncode is None:
            self._process.send_signal(self.program.stop_signal)
        try:
            async with asyncio.timeout(self.program.stop_grace_s):
                await self._process.wait()
        except TimeoutError:
            self.kill()
        return await self.wait()

    def kill(self) -> None:
        try:
            os.killpg(self._process.pid, signal.SIGKILL)
        except ProcessLookupError:
            return

    async def _read_lines(self, read_end: int) -> None:
        reader = asyncio.StreamReader()
        transport, _ = await asyncio.get_running_loop().connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(read_end, "rb")
        )
        rest = b""
        try:
            while chunk := await reader.read(65536):
                *lines, rest = (rest + chunk).split(b"\n")
                for line in lines:
                    self._take(line)
            if rest:
                self._take(rest)
        finally:
            transport.close()

    def _take(self, raw: bytes) -> None:
        line = raw.decode(errors="replace").rstrip()
        self.tail.append(line)
        self._log.emit(makeLogRecord({"msg": line}))
        self._on_line(line)


def command_line(program: Program) -> list[str]:
    """The whole command. The kernel sends the stop signal when the supervisor dies, kill -9 included.

    `setpriv --pdeathsig` comes last: a change of account would clear it.
    """
    death_signal = program.stop_signal.name.removeprefix("SIG")
    first = (*priority.prefix(program.niceness), *program.prefix)
    return [*first, "setpriv", f"--pdeathsig={death_signal}", "--", *program.command]
