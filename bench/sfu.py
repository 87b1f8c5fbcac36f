"""What Visio costs Janus while it forwards media: the same two people on the bare page, and in Visio, in turn.

CPU of Janus' process for each packet that browsers received from it, once everybody receives everybody. Then the same
meeting in Visio while the web process computes at 100 %: how long Janus keeps packets of sound, as the kernel says, the
longest but one in a hundred; and packets lost, as the receiving browsers count them. Browsers stand for other machines:
they come before the web process, as far as this one allows. The control is the bare page while CONTROL_ASKS_PER_S
questions a second are asked of Janus.
"""

from __future__ import annotations

import asyncio
import os
import sys
import time
from asyncio.subprocess import DEVNULL, Process
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from playwright.async_api import Playwright, async_playwright

from bench.browsers.participant import Participant
from bench.forwarding import delays
from bench.join.sides import Side, bare_gateway, visio
from bench.processes import cpu_seconds, machine_cpu_seconds, service_pid, tree_of
from bench.report import FEWEST_RUNS, Report, Void, quartiles, ratio_of_medians, ratios, report, say, scaled
from bench.wire import Packet, listen
from meetings.janus.client import JanusClient
from meetings.janus.nodes import choose
from visio_site import priority
from visio_site.env import env, env_pairs, env_secret

RUNS = 9
WATCHED_S = 10.0
RECEIVE_WITHIN_S = 20
SETTLE_S = 3.0
BROWSERS_NICENESS = -5  # after Janus, before pages
ASKERS = 4
LOOKS_PER_S = 5
CONTROL_ASKS_PER_S = 1500
CONTROL_LEAST = 1.1
EMAILS = ("claire.fontaine@dinum.example", "bilal.mercier@dinum.example")
# Pages that cost the server and say nothing to Janus
BUSY = """
import sys, time, urllib.request
while True:
    urllib.request.urlopen(sys.argv[1] + "/healthz").read()
"""
READ = """async () => {
  const found = { packets: 0, lost: 0, jitters: [], kinds: [] };
  for (const connection of window.__connections) {
    for (const report of (await connection.getStats()).values()) {
      if (report.type !== "inbound-rtp") continue;
      found.packets += report.packetsReceived;
      found.lost += report.packetsLost;
      if (report.packetsReceived) found.kinds.push(report.kind);
      if (report.kind === "audio") found.jitters.push(report.jitter * 1000);
    }
  }
  return found;
}"""


@dataclass(frozen=True, slots=True)
class Watched:
    """Of WATCHED_S, of all who received."""

    janus_us_per_packet: float
    packets: float
    lost: float
    delays_ms: list[float]
    jitters_ms: list[float]  # as browsers count it, and wait for a processor themselves
    web_cores: float
    machine_cores: float


async def measure() -> Report:
    runs = scaled(RUNS, least=FEWEST_RUNS)
    async with async_playwright() as playwright:
        people = [await _arrive(playwright, email) for email in EMAILS]
        _put_browsers_first()
        link = await people[0].create_meeting("Mesure de la passerelle")
        node = choose(list(env_pairs("JANUS_NODES")), link.rstrip("/").rsplit("/", 1)[-1])
        async with bare_gateway(node) as bare:
            rounds = [await _told_round(people, visio(link), bare, node, number, runs) for number in range(1, runs + 1)]
        for person in people:
            await person.close()
    return judge(rounds)


def _put_browsers_first() -> None:
    """Session by session: so the kernel shares processors out."""
    for pid in tree_of([os.getpid()]):
        with suppress(OSError):
            Path(f"/proc/{pid}/autogroup").write_text(str(BROWSERS_NICENESS), encoding="ascii")


async def _arrive(playwright: Playwright, email: str) -> Participant:
    person = await Participant.launch(playwright)
    await person.sign_in(env("PUBLIC_URL"), email)
    return person


@dataclass(frozen=True, slots=True)
class Round:
    alone: Watched  # the bare page
    control: Watched  # the bare page, and a Janus that is asked on and on
    visio: Watched
    busy: Watched  # Visio, and a web process that computes


async def _told_round(people: list[Participant], ours: Side, bare: Side, node: str, number: int, runs: int) -> Round:
    async with _meeting(people, bare):
        alone = await _watch(people)
        async with _asked(node):
            control = await _watch(people)
    async with _meeting(people, ours):
        visited = await _watch(people)
        async with _computing():
            busy = await _watch(people)
    one = Round(alone, control, visited, busy)
    times = [f"{name} {getattr(one, name).janus_us_per_packet:.1f}" for name in ("alone", "control", "visio", "busy")]
    say(f"{number}/{runs}  Janus' CPU (µs for each packet received): {', '.join(times)}; web {busy.web_cores:.0%}")
    return one


@asynccontextmanager
async def _meeting(people: list[Participant], side: Side) -> AsyncIterator[None]:
    for person in people:
        await side.open(person)
        await person.page.click(side.button)
    await _wait_for_media(people)
    await asyncio.sleep(SETTLE_S)
    yield
    for person in people:
        await side.leave(person)


async def _wait_for_media(people: list[Participant]) -> None:
    """Connections that are still made would be counted. Raises Void."""
    for _ in range(RECEIVE_WITHIN_S * LOOKS_PER_S):
        if all({*found["kinds"]} == {"audio", "video"} for found in await _read(people)):
            return
        await asyncio.sleep(1 / LOOKS_PER_S)
    raise Void("somebody does not receive everybody")


async def _watch(people: list[Participant]) -> Watched:
    janus, web = [service_pid("janus")], tree_of([service_pid("web")])
    before, start = await _read(people), time.monotonic()
    cpu, web_cpu, machine = cpu_seconds(janus), cpu_seconds(web), machine_cpu_seconds()
    jitters: list[float] = []
    heard: list[Packet] = []
    with listen(heard.append):
        while time.monotonic() < start + WATCHED_S:
            await asyncio.sleep(1 / LOOKS_PER_S)
            jitters += [jitter for found in await _read(people) for jitter in found["jitters"]]
    wall = time.monotonic() - start
    after = await _read(people)
    packets = sum(one["packets"] for one in after) - sum(one["packets"] for one in before)
    kept_s = delays(heard)
    if min(packets, len(kept_s)) < 100 * WATCHED_S / 2:
        raise Void(f"only {packets} packets arrived, and {len(kept_s)} of sound were followed")
    return Watched(
        janus_us_per_packet=(cpu_seconds(janus) - cpu) * 1e6 / packets,
        packets=packets,
        lost=sum(one["lost"] for one in after) - sum(one["lost"] for one in before),
        delays_ms=[1000 * delay for delay in kept_s],
        jitters_ms=jitters,
        web_cores=(cpu_seconds(web) - web_cpu) / wall,
        machine_cores=(machine_cpu_seconds() - machine) / wall,
    )


async def _read(people: list[Participant]) -> list[dict[str, Any]]:
    return [await person.page.evaluate(READ) for person in people]


@asynccontextmanager
async def _asked(node: str) -> AsyncIterator[None]:
    client = await JanusClient.connect(env_pairs("JANUS_NODES")[node], env_secret("JANUS_API_SECRET"))

    async def ask() -> None:
        while True:
            await asyncio.gather(*(client.request({"janus": "info"}) for _ in range(CONTROL_ASKS_PER_S // 50)))
            await asyncio.sleep(1 / 50)

    asking = asyncio.create_task(ask())
    yield
    asking.cancel()
    with suppress(asyncio.CancelledError):
        await asking
    await client.close()


@asynccontextmanager
async def _computing() -> AsyncIterator[None]:
    """The web process answers as fast as it can. Those who ask come last."""
    ask = ("setpriv", "--pdeathsig=KILL", "--", sys.executable, "-c", BUSY, env("PUBLIC_URL"))
    command = (*priority.prefix(priority.LAST), *ask)
    askers: list[Process] = [
        await asyncio.create_subprocess_exec(*command, stderr=DEVNULL, env=os.environ, start_new_session=True)
        for _ in range(ASKERS)
    ]
    await asyncio.sleep(1)
    yield
    for asker in askers:
        asker.kill()
        await asker.wait()


def judge(rounds: Sequence[Round]) -> Report:
    """Raises Void when the negative control does not show."""
    alone, control, ours = (
        [getattr(one, name).janus_us_per_packet for one in rounds] for name in ("alone", "control", "visio")
    )
    if ratio_of_medians(control, alone) < CONTROL_LEAST:
        raise Void(f"the negative control does not show: {ratio_of_medians(control, alone):.2f}")
    busy, quiet = ([_p99(getattr(one, name).delays_ms) for one in rounds] for name in ("busy", "visio"))
    browsers = [[_p99(getattr(one, name).jitters_ms) for one in rounds] for name in ("busy", "visio")]
    return Report(
        bench="sfu",
        figures={
            "cpu_ratio": ratio_of_medians(ours, alone),
            "jitter_ratio": ratio_of_medians(busy, quiet),
            "extra_lost_packets": median(one.busy.lost - one.visio.lost for one in rounds),
        },
        spread={"cpu_ratio": quartiles(ratios(ours, alone)), "jitter_ratio": quartiles(ratios(busy, quiet))},
        runs=len(rounds),
        information={
            "janus_us_per_packet": median(ours),
            "alone_us_per_packet": median(alone),
            "packets_per_s": median(one.visio.packets for one in rounds) / WATCHED_S,
            "alone_packets_per_s": median(one.alone.packets for one in rounds) / WATCHED_S,
            "control_ratio": ratio_of_medians(control, alone),
            "kept_p99_ms": median(quiet),
            "busy_kept_p99_ms": median(busy),
            "browsers_jitter_ratio": ratio_of_medians(*browsers),
            "busy_web_cores": median(one.busy.web_cores for one in rounds),
            "busy_machine_cores": median(one.busy.machine_cores for one in rounds),
        },
    )


def _p99(values: Sequence[float]) -> float:
    return quantiles(values, n=100, method="inclusive")[98]


if __name__ == "__main__":
    sys.exit(report(measure))
