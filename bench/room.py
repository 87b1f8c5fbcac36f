"""Everybody arrives at once: many rooms in few seconds, then many people in one room.

A join is timed from the opening of the socket to `joined`. The operations of the n-th join are counted in this
process, through the same functions as the web process runs: SQL statements, and messages published in Redis. The
control counts one statement more for each person who is there.
"""

from __future__ import annotations

import asyncio
import itertools
import os
import sys
import time
from collections.abc import Sequence
from statistics import fmean, median, quantiles

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.db import connection, connections  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from redis import Redis  # noqa: E402
from websockets.exceptions import WebSocketException  # noqa: E402

from bench import crowd  # noqa: E402
from bench.processes import cpu_seconds  # noqa: E402
from bench.report import FEWEST_RUNS, Report, Void, report, require_light_load, say, scaled  # noqa: E402
from bench.sockets import Talker  # noqa: E402
from meetings import actions, events  # noqa: E402
from meetings.models import Participation, Room  # noqa: E402
from meetings.persons import Person  # noqa: E402

ROOMS, PEOPLE = 200, 5
STORM_S = 10.0
ALONE = 40  # joins that meet nobody
ONE_ROOM = 50
ENDS = 5  # joins of the beginning, and of the end
CONTROL_LEAST = 1.5


async def measure() -> Report:
    await asyncio.to_thread(crowd.prepare)
    rooms = scaled(ROOMS, least=5)
    links = await asyncio.to_thread(crowd.make_rooms, rooms + 1)
    cookies = [await asyncio.to_thread(crowd.make_session) for _ in range(rooms * PEOPLE + ALONE)]
    alone = await _one_by_one(links[-1], cookies[:ALONE])
    say(f"alone: {median(alone) * 1000:.0f} ms")
    storm, errors, load = await _storm(links[:-1], cookies[ALONE:])
    say(f"storm: {len(storm)} joins, {errors} errors, {median(storm) * 1000:.0f} ms")
    runs = [await asyncio.to_thread(_ops_of_joins, is_control=False) for _ in range(FEWEST_RUNS)]
    control = await asyncio.to_thread(_ops_of_joins, is_control=True)
    return judge(alone, storm, errors, load, runs, control)


async def _one_by_one(link: str, cookies: Sequence[str]) -> list[float]:
    times = []
    for cookie in cookies:
        talker, seconds = await _timed_join(link, cookie)
        await talker.leave()
        times.append(seconds)
    return times[len(times) // 4 :]  # warm


async def _timed_join(link: str, cookie: str) -> tuple[Talker, float]:
    start = time.perf_counter()
    talker = await crowd.enter(link, cookie)
    return talker, time.perf_counter() - start


async def _storm(links: Sequence[str], cookies: Sequence[str]) -> tuple[list[float], int, float]:
    """Spread evenly over STORM_S: what each join took, how many failed, the cores that this process kept busy."""
    pause_s = STORM_S / len(cookies)
    cpu, start = cpu_seconds([os.getpid()]), time.perf_counter()
    tasks = []
    for link, cookie in zip(itertools.cycle(links), cookies, strict=False):
        tasks.append(asyncio.create_task(_timed_join(link, cookie)))
        await asyncio.sleep(pause_s)
    found = await asyncio.gather(*tasks, return_exceptions=True)
    load = require_light_load(cpu_seconds([os.getpid()]) - cpu, time.perf_counter() - start)
    joined = [one for one in found if not isinstance(one, BaseException)]
    failed = [one for one in found if isinstance(one, BaseException)]
    for error in failed[:3]:
        say(f"not joined: {type(error).__name__} {error}")
    if unknown := [one for one in failed if not isinstance(one, (OSError, WebSocketException, TimeoutError))]:
        raise Void(f"the load side failed: {unknown[0]!r}")
    await asyncio.gather(*(talker.leave() for talker, _ in joined), return_exceptions=True)
    return [seconds for _, seconds in joined], len(failed), load


def _ops_of_joins(*, is_control: bool) -> list[int]:
    """Of each join of ONE_ROOM into one new room: SQL statements, and messages published."""
    link = crowd.make_rooms(1)[0]
    room = Room.objects.get(code=link.rstrip("/").rsplit("/", 1)[-1])
    redis = Redis.from_url(settings.REDIS_URL)
    counts = []
    for number in range(ONE_ROOM):
        before = _published(redis)
        with CaptureQueriesContext(connection) as captured:
            _join(room, number, is_control=is_control)
        counts.append(len(captured) + _published(redis) - before)
    connections.close_all()
    return counts


def _join(room: Room, number: int, *, is_control: bool) -> None:
    person = Person(None, f"bench-guest-{number}", f"Invité {number}")
    participation = actions.join_meeting(room, person=person, shared_microphone=False)
    actions.permissions_in(participation.meeting.room, None, "")
    events.snapshot(participation.meeting, participation)
    if is_control:
        for other in participation.meeting.participations.all():
            Participation.objects.get(pk=other.pk)


def _published(redis: Redis) -> int:
    found = redis.info("commandstats")
    return int(found.get("cmdstat_publish", {}).get("calls", 0))


def judge(
    alone: Sequence[float],
    storm: Sequence[float],
    errors: int,
    load: float,
    runs: Sequence[Sequence[int]],
    control: Sequence[int],
) -> Report:
    """Raises Void when the negative control does not show."""
    growths = [_growth(ops) for ops in runs]
    if _growth(control) < CONTROL_LEAST:
        raise Void(f"the negative control does not show: it grows {_growth(control):.2f} times")
    p95 = quantiles(storm, n=20)[-1]
    return Report(
        bench="room",
        figures={
            "errors": errors,
            "join_p95_over_p50": p95 / median(alone),
            "ops_per_join_growth": median(growths),
        },
        spread={"ops_per_join_growth": (min(growths), max(growths))},
        runs=len(runs),
        information={
            "joins": len(storm),
            "alone_p50_ms": median(alone) * 1000,
            "storm_p50_ms": median(storm) * 1000,
            "storm_p95_ms": p95 * 1000,
            "ops_of_the_last": fmean(runs[0][-ENDS:]),
            "control_growth": _growth(control),
            "load_cores": load,
        },
    )


def _growth(ops: Sequence[int]) -> float:
    """The last joins over the first; the very first, which opens the meeting, left out."""
    return fmean(ops[-ENDS:]) / fmean(ops[1 : 1 + ENDS])


if __name__ == "__main__":
    sys.exit(report(measure))
