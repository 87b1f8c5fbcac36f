"""What passing through Visio adds to a message for Janus, beside a direct WebSocket to the same Janus.

Latency: messages are paced, at the same rate on both sides, over 1, 20 and 200 sockets; `ping` is answered by Visio
alone, and by Janus alone; `publish` is an offer for Janus, answered by it. Throughput: `publish` messages for each CPU
second of all processes that serve a side. The control is the direct side, CONTROL_DELAY_MS late on purpose.
"""

from __future__ import annotations

import asyncio
import itertools
import os
import sys
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median, quantiles

import django

django.setup()

from django.db import connection  # noqa: E402

from bench import crowd  # noqa: E402
from bench.processes import cpu_seconds, memory_kb, service_pid, tree_of  # noqa: E402
from bench.report import FEWEST_RUNS, Report, Void, quartiles, report, require_light_load, say, scaled  # noqa: E402
from bench.sockets import Talker  # noqa: E402
from meetings.janus import videoroom  # noqa: E402
from meetings.janus.client import Handle, JanusClient, JanusSession  # noqa: E402
from meetings.janus.videoroom import RoomKeys  # noqa: E402
from visio_site.env import env, env_pairs, env_secret  # noqa: E402

RUNS = 7
SOCKETS = (1, 20, 200)
PEOPLE_IN_A_ROOM = 10
RATE_PER_S = 60.0
RATE_OF_ONE_PER_S = 15.0  # whoever says more than 20 a second is closed
MESSAGES = 300  # of one measure
MESSAGES_OF_ONE = 100
CONTROL_DELAY_MS = 5.0
CHORES_S = 60.0  # what a socket does of its own accord, it does once in this time
STATISTICS_S = 11.0  # PostgreSQL tells what an idle connection did after 10 s
SOURCES = {"0": "microphone", "1": "camera"}
Ask = Callable[[], Awaitable[None]]


@dataclass(slots=True)
class Seat:
    """One publisher in Janus, spoken to directly."""

    session: JanusSession
    handle: Handle
    is_publishing: bool = False

    async def ping(self) -> None:
        await self.session.client.request({"janus": "keepalive", "session_id": self.session.id})

    async def publish(self, offer: str) -> None:
        await videoroom.publish(self.handle, offer, SOURCES, first=not self.is_publishing)
        self.is_publishing = True


@dataclass(slots=True)
class Times:
    """Seconds of each answer, by kind of message, and CPU seconds for each."""

    seconds: dict[str, list[float]] = field(default_factory=dict)
    cpu_s: dict[str, float] = field(default_factory=dict)
    load_cores: float = 0.0


@dataclass(frozen=True, slots=True)
class Side:
    """`asks`: by kind of message, one for each socket."""

    servers: tuple[int, ...]
    asks: dict[str, list[Ask]]

    async def measure(self, messages: int) -> Times:
        found = Times()
        for kind, asks in self.asks.items():
            cpu, load, start = cpu_seconds(tree_of(self.servers)), cpu_seconds([os.getpid()]), time.perf_counter()
            found.seconds[kind] = await _paced(asks, messages)
            found.cpu_s[kind] = (cpu_seconds(tree_of(self.servers)) - cpu) / messages
            wall = time.perf_counter() - start
            found.load_cores = max(found.load_cores, (cpu_seconds([os.getpid()]) - load) / wall)
        return found


async def _paced(asks: Sequence[Ask], messages: int) -> list[float]:
    """At RATE_PER_S over all sockets in turn, or as one may; no socket has two questions open."""
    locks = [asyncio.Lock() for _ in asks]
    pause_s = 1 / min(RATE_PER_S, RATE_OF_ONE_PER_S * len(asks))

    async def one(number: int) -> float:
        async with locks[number % len(asks)]:
            start = time.perf_counter()
            await asks[number % len(asks)]()
            return time.perf_counter() - start

    tasks = []
    for number in range(messages):
        tasks.append(asyncio.create_task(one(number)))
        await asyncio.sleep(pause_s)
    return await asyncio.gather(*tasks)


def _offer() -> str:
    """A browser's: what a page of ours sends."""
    path = Path(__file__).resolve().parents[1] / "tests/meetings/signalling/offers/accepted/chromium.sdp"
    return path.read_text(encoding="ascii").replace("\n", "\r\n")


async def measure() -> Report:
    await asyncio.to_thread(crowd.prepare)
    offer, runs, messages = _offer(), scaled(RUNS, least=FEWEST_RUNS), scaled(MESSAGES, least=60)
    sizes = sorted({1, scaled(SOCKETS[1], least=2), scaled(SOCKETS[2], least=5)})
    links = await asyncio.to_thread(crowd.make_rooms, -(-sizes[-1] // PEOPLE_IN_A_ROOM))
    janus, seats = await _sit_down(sizes[-1], links)
    rooms = itertools.cycle(links)
    cookies = [await asyncio.to_thread(crowd.make_session) for _ in range(sizes[-1] + 10)]
    early = [await crowd.enter(next(rooms), cookie) for cookie in cookies[:10]]  # what is loaded once
    before_kb = memory_kb(service_pid("web"))
    talkers = [await crowd.enter(next(rooms), cookie) for cookie in cookies[10:]]
    kb = (memory_kb(service_pid("web")) - before_kb) / len(talkers)
    alive = asyncio.create_task(crowd.keep_alive([*early, *talkers]))
    sides = {size: _sides(talkers[:size], seats[:size], offer) for size in sizes}
    for name in ("visio", "direct"):  # warm: everybody publishes once
        await asyncio.gather(*(ask() for ask in sides[sizes[-1]][name].asks["publish"]))
    sql = await _sql_per_message(sides[sizes[-1]]["visio"].asks)
    rounds = [await _round(sides, messages, number, runs) for number in range(1, runs + 1)]
    alive.cancel()
    for talker in (*early, *talkers):
        await talker.socket.close()
    await janus.close()
    return judge(rounds, sql, kb)


async def _sit_down(count: int, links: Sequence[str]) -> tuple[JanusClient, list[Seat]]:
    url = next(iter(env_pairs("JANUS_NODES").values()))
    janus = await JanusClient.connect(url, env_secret("JANUS_API_SECRET"))
    seats = []
    for number in range(count):
        session = await janus.open_session(lambda: None)
        handle = await session.attach(lambda frame: None)
        keys = RoomKeys(f"bench-{number % len(links)}", "s" * 32, env_secret("JANUS_ADMIN_KEY"))
        await videoroom.create_room(handle, keys, recordings_dir=env("JANUS_RECORDINGS_DIR"))
        await videoroom.enter(handle, keys, f"bench.{number}")
        seats.append(Seat(session, handle))
    return janus, seats


def _sides(talkers: Sequence[Talker], seats: Sequence[Seat], offer: str) -> dict[str, Side]:
    visio = tuple(service_pid(name) for name in ("web", "postgres", "redis", "janus"))
    direct: dict[str, list[Ask]] = {
        "ping": [seat.ping for seat in seats],
        "publish": [_publishing(seat, offer) for seat in seats],
    }
    return {
        "visio": Side(
            visio,
            {"ping": [_pinging(one) for one in talkers], "publish": [_telling(one, offer) for one in talkers]},
        ),
        "direct": Side((service_pid("janus"),), direct),
        "control": Side((service_pid("janus"),), {"ping": [_late(ask) for ask in direct["ping"]]}),
    }


def _pinging(talker: Talker) -> Ask:
    async def ask() -> None:
        await talker.round_trip_s()

    return ask


def _telling(talker: Talker, offer: str) -> Ask:
    async def ask() -> None:
        answer = await talker.ask("publish", "published", sdp=offer, sources=SOURCES)
        if answer["type"] != "published":
            raise Void(f"an offer was refused: {answer['code']}")

    return ask


def _publishing(seat: Seat, offer: str) -> Ask:
    async def ask() -> None:
        await seat.publish(offer)

    return ask


def _late(ask: Ask) -> Ask:
    async def late() -> None:
        await asyncio.sleep(CONTROL_DELAY_MS / 1000)
        await ask()

    return late


async def _sql_per_message(asks: dict[str, list[Ask]]) -> dict[str, float]:
    """Transactions, less those of as long a time without messages."""
    idle = await _transactions_during(asyncio.sleep(CHORES_S))
    messages = round(CHORES_S * RATE_PER_S)
    busy = {kind: await _transactions_during(_paced(some, messages)) for kind, some in asks.items()}
    return {kind: max(0.0, (count - idle) / messages) for kind, count in busy.items()}


async def _transactions_during(work: Awaitable[object]) -> int:
    before = await _transactions()
    await work
    return await _transactions() - before


async def _transactions() -> int:
    await asyncio.sleep(STATISTICS_S)
    return await asyncio.to_thread(_read_transactions)


def _read_transactions() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_stat_clear_snapshot(), xact_commit FROM pg_stat_database WHERE datname = current_database()"
        )
        return int(cursor.fetchone()[1])


Round = dict[int, dict[str, Times]]


async def _round(sides: dict[int, dict[str, Side]], messages: int, number: int, runs: int) -> Round:
    found = {
        size: {name: await side.measure(min(messages, MESSAGES_OF_ONE * size)) for name, side in each.items()}
        for size, each in sides.items()
    }
    told = [f"{size}: {_ms(each['visio'])} / {_ms(each['direct'])}" for size, each in found.items()]
    say(f"{number}/{runs}  publish through Visio / to Janus (ms), by sockets  {', '.join(told)}")
    return found


def _ms(times: Times) -> str:
    return f"{median(times.seconds['publish']) * 1000:.1f}"


def judge(rounds: Sequence[Round], sql: dict[str, float], kb: float) -> Report:
    """Raises Void when the load side was the limit, or when the negative control does not show."""
    require_light_load(max(times.load_cores for one in rounds for each in one.values() for times in each.values()), 1.0)
    added = [_added(each, "ping", 0.5, "control") for one in rounds for each in one.values()]
    if not CONTROL_DELAY_MS / 2 < median(added) < CONTROL_DELAY_MS * 3:
        raise Void(f"the negative control does not show: {median(added):.2f} ms of {CONTROL_DELAY_MS}")
    p50 = {size: [_added(one[size], "publish", 0.5) for one in rounds] for size in rounds[0]}
    p95 = {size: [_added(one[size], "publish", 0.95) for one in rounds] for size in rounds[0]}
    most = max(rounds[0])
    ratios = [one[most]["direct"].cpu_s["publish"] / one[most]["visio"].cpu_s["publish"] for one in rounds]
    worst = max(p50, key=lambda size: median(p50[size])), max(p95, key=lambda size: median(p95[size]))
    return Report(
        bench="signalling",
        figures={
            "added_p50_ms": median(p50[worst[0]]),
            "added_p95_ms": median(p95[worst[1]]),
            "throughput_ratio": median(ratios),
            "sql_per_message": sql["ping"],
            "kb_per_connection": kb,
        },
        spread={
            "added_p50_ms": quartiles(p50[worst[0]]),
            "added_p95_ms": quartiles(p95[worst[1]]),
            "throughput_ratio": quartiles(ratios),
        },
        runs=len(rounds),
        information={
            **{f"added_p50_ms_{size}_sockets": median(values) for size, values in p50.items()},
            "ping_p50_ms": median(median(one[most]["visio"].seconds["ping"]) for one in rounds) * 1000,
            "sql_per_publish": sql["publish"],
            "publish_cpu_ms": median(one[most]["visio"].cpu_s["publish"] for one in rounds) * 1000,
            "direct_publish_cpu_ms": median(one[most]["direct"].cpu_s["publish"] for one in rounds) * 1000,
            "control_added_ms": median(added),
        },
    )


def _added(each: dict[str, Times], kind: str, quantile: float, side: str = "visio") -> float:
    """Milliseconds over the direct side."""
    ours, direct = each[side].seconds[kind], each["direct"].seconds[kind]
    return (_quantile(ours, quantile) - _quantile(direct, quantile)) * 1000


def _quantile(values: Sequence[float], quantile: float) -> float:
    return quantiles(values, n=100, method="inclusive")[round(quantile * 100) - 1]


if __name__ == "__main__":
    sys.exit(report(measure))
