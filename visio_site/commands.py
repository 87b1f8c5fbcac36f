"""What each command of `python -m visio_site` does."""

from __future__ import annotations

import asyncio
import functools
import os
import signal
from collections.abc import Sequence
from contextlib import suppress

from meetings.janus import versions
from visio_site import janus_choice, netns, services, state
from visio_site.layout import Layout
from visio_site.ports import require_disk, require_free_ports
from visio_site.probes import answers_http, becomes_true
from visio_site.progress import CannotGoOn, Terminal, words
from visio_site.services import environment, janus, mail
from visio_site.session import hold
from visio_site.units import Child, Program, choose

FIRST_PAGE_S = 20.0
LAST_WORDS_S = 8.0  # what an interrupted command has to clean up in
WELCOME = (
    "Visio répond : {url}   (Ctrl-C arrête tout)",
    "À la connexion, choisissez Claire Fontaine, Bilal Mercier ou Dora Petit (DINUM), Chen Garnier (CNRS)…",
    "Les courriels qu'il envoie s'arrêtent ici : {mailbox}",
    "Visio is up: {url}   (Ctrl-C stops everything)",
    "To sign in, choose Claire Fontaine, Bilal Mercier or Dora Petit (DINUM), Chen Garnier (CNRS)…",
    "The mails that it sends stop here: {mailbox}",
)


def run(layout: Layout, terminal: Terminal) -> int:
    """Everything, until somebody stops it."""
    with state.locked(layout):
        units = services.all_units(layout)
        _require_room(layout, units)
        if janus.ice_address() is None:
            terminal.say(_no_media())
        return asyncio.run(hold(layout, units, terminal, functools.partial(_welcome, layout, terminal)))


def execute(layout: Layout, terminal: Terminal, *, wanted: set[str], fresh: bool, command: Sequence[str]) -> int:
    """Start the services, run `command` beside them, stop them; its exit status."""
    with state.locked(layout, fresh=fresh):
        units = choose(services.all_units(layout), wanted)
        _require_room(layout, units)
        work = functools.partial(_run_command, command, _command_environment(layout))
        return asyncio.run(hold(layout, units, terminal, work))


def join(layout: Layout, command: Sequence[str]) -> None:
    """Become `command`, beside the supervisor that runs. Raises CannotGoOn when there is none."""
    inside = netns.beside(state.running_pid(layout), command)
    os.execvpe(inside[0], inside, _command_environment(layout))  # noqa: S606 -- no shell is wanted


def _require_room(layout: Layout, units: Sequence[Program]) -> None:
    require_disk(layout.var)
    require_free_ports(port for unit in units if isinstance(unit, Child) for port in unit.ports)


async def _welcome(layout: Layout, terminal: Terminal, interrupted: asyncio.Event) -> int:
    if not await becomes_true(functools.partial(answers_http, f"{layout.public_url}/"), FIRST_PAGE_S):
        raise CannotGoOn(
            f"La première page ne répond pas : {layout.public_url} (journal : {layout.logs / 'web.log'}).",
            f"The first page does not answer: {layout.public_url} (log: {layout.logs / 'web.log'}).",
        )
    lines = [line.format(url=layout.public_url, mailbox=mail.mailbox_url(layout)) for line in WELCOME]
    terminal.say("\n" + "\n".join(lines) + "\n")
    version = await janus.running_version(layout)
    if version and not versions.is_memory_safe(version):
        terminal.say(janus_choice.advice(versions.show(version)))
    await interrupted.wait()
    return 0


async def _run_command(command: Sequence[str], env: dict[str, str], interrupted: asyncio.Event) -> int:
    """In the foreground, with our terminal; told to end when we are."""
    process = await asyncio.create_subprocess_exec("setpriv", "--pdeathsig=KILL", "--", *command, env=env)
    ending = asyncio.create_task(process.wait())
    interruption = asyncio.create_task(interrupted.wait())
    try:
        await asyncio.wait({ending, interruption}, return_when=asyncio.FIRST_COMPLETED)
        if not ending.done():
            if not _is_told_by_the_terminal():
                process.send_signal(signal.SIGTERM)
            await asyncio.wait({ending}, timeout=LAST_WORDS_S)
    finally:
        interruption.cancel()
        if process.returncode is None:
            with suppress(ProcessLookupError):
                process.kill()
    code = await ending
    return code if code >= 0 else 128 - code


def _is_told_by_the_terminal() -> bool:
    """Ctrl-C goes to the whole foreground group: pytest, told twice, would not clean up."""
    return os.isatty(0) and os.tcgetpgrp(0) == os.getpgrp()


def _command_environment(layout: Layout) -> dict[str, str]:
    given = environment.for_django(layout)
    caller = os.environ.get("DJANGO_SETTINGS_MODULE")
    return given | ({"DJANGO_SETTINGS_MODULE": caller} if caller else {})


def _no_media() -> str:
    return words(
        "Attention : cette machine n'a pas d'adresse IPv4 hors boucle locale. Personne ne s'entendra. "
        "Relancez avec « make run NETNS=1 », ou donnez une adresse de la machine dans VISIO_ICE_ADDRESS.",
        "Warning: this machine has no IPv4 address besides loopback. People will not hear each other. "
        "Start again with `make run NETNS=1`, or give an address of this machine in VISIO_ICE_ADDRESS.",
    )
