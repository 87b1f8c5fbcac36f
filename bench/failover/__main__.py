"""Three people meet; the Janus that holds the meeting is killed; when do all see and hear all again?

From the kill to the moment at which every browser's own statistics show sound and pictures of both others, on new
connections. Looked at every 200 ms, so that much too late at most. Both nodes are up before each kill, and settled.
The control is a node that is stopped instead, and hangs: the server must find out, which takes it two seconds and more.
The three browsers and Visio share the machine: on fewer cores than browsers, the figures are an upper bound.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
from statistics import median, quantiles

import psycopg

from bench.failover.everybody import NOBODY, connections, everybody_back
from bench.meeting import Meeting, gather, join_all
from bench.processes import service_pid
from bench.report import FEWEST_RUNS, Report, Void, quartiles, report, say, scaled
from bench.voices.script import SHORT_MEETING
from visio_site.env import env, env_pairs

RUNS = 10
CONTROLS = 2
SETTLE_S = 5.0
PACE_S = 20.0  # a child of the supervisor's that dies three times in a minute stops everything
BACK_WITHIN_S = 40.0
UP_WITHIN_S = 90.0  # a node that hangs is killed first, and each start waits longer than the last


async def measure() -> Report:
    if len(env_pairs("JANUS_NODES")) < 2:
        raise Void("two nodes are needed: JANUS_NODES=2")
    runs = scaled(RUNS, least=FEWEST_RUNS)
    async with gather(env("PUBLIC_URL"), SHORT_MEETING, "Mesure des reprises") as meeting:
        await join_all(meeting)
        await everybody_back(meeting, NOBODY, since=time.monotonic(), within_s=BACK_WITHIN_S)
        killed = [await _round(meeting, signal.SIGKILL, f"{number}/{runs}") for number in range(1, runs + 1)]
        hung = [await _round(meeting, signal.SIGSTOP, f"control {number}") for number in range(1, CONTROLS + 1)]
    if min(hung) <= median(killed):
        raise Void("a node that hangs cost no more than one that was killed")
    return Report(
        bench="failover",
        figures={"everyone_back_p50_s": median(killed), "everyone_back_p95_s": _p95(killed)},
        spread={"everyone_back_p50_s": quartiles(killed)},
        runs=runs,
        information={"everyone_back_worst_s": max(killed), "everyone_back_hung_worst_s": max(hung)},
    )


async def _round(meeting: Meeting, number: signal.Signals, name: str) -> float:
    await _all_up()
    await asyncio.sleep(SETTLE_S)
    node, before = _ask("SELECT node FROM meetings_meeting WHERE ended_at IS NULL"), await connections(meeting)
    start = time.monotonic()
    os.kill(service_pid("janus" if node == "j1" else f"janus-{node}"), number)
    back_s = await everybody_back(meeting, before, since=start, within_s=BACK_WITHIN_S)
    say(f"{name}  {node} {number.name}: everybody back after {back_s:.2f} s")
    await asyncio.sleep(max(0.0, start + PACE_S - time.monotonic()))
    return back_s


async def _all_up() -> None:
    deadline = time.monotonic() + UP_WITHIN_S
    while int(_ask("SELECT count(*) FROM meetings_janusnode WHERE down_since IS NULL")) < len(env_pairs("JANUS_NODES")):
        if time.monotonic() > deadline:
            raise Void("a node has not come back")
        await asyncio.sleep(0.5)


def _ask(sql: str) -> str:
    with psycopg.connect(env("DATABASE_URL")) as connection:
        row = connection.execute(sql).fetchone()
    if row is None:
        raise Void("the meeting is over")
    return str(row[0])


def _p95(values: list[float]) -> float:
    return quantiles(values, n=20, method="inclusive")[-1]


if __name__ == "__main__":
    sys.exit(report(measure))
