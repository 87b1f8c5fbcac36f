"""The four tabs of "My meetings", rendered again and again for agents with few, some and many meetings, in turn.

Held equal: the process, the database and its connection, the institution, the colleagues, how near the meetings are.
CPU is this process' and its PostgreSQL backend's: Django's test client makes the load, in the same process, and costs
the same for all. The control is the page of the agent with many, and beside it every row of theirs, read
without the agenda.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.utils import timezone  # noqa: E402

from accounts.models import User  # noqa: E402
from bench.pages.seed import seed_agent, settle  # noqa: E402
from bench.pages.verdict import Round, judge  # noqa: E402
from bench.processes import cpu_seconds  # noqa: E402
from bench.report import FEWEST_RUNS, Report, Void, report, say, scaled  # noqa: E402
from meetings.models import Meeting, Occurrence  # noqa: E402
from meetings.week import Tab  # noqa: E402

RUNS = 9
RENDERINGS = 20  # of each tab in one measure: the clock ticks at 10 ms
CONTROL_RENDERINGS = 2  # slow on purpose
FEW, SOME, MANY = 10, 1_000, 100_000  # meetings of one agent: half to come, half held
ADDRESS = "/reunions/"


@dataclass(frozen=True, slots=True)
class Reader:
    user: User
    client: Client

    def read(self, tab: Tab) -> str:
        answer = self.client.get(ADDRESS, {"onglet": tab})
        if answer.status_code != 200:
            raise Void(f"the page answers {answer.status_code}")
        return answer.content.decode()

    def read_everything(self, tab: Tab) -> None:
        self.read(tab)
        now = timezone.now()
        coming = Occurrence.objects.visible_to(self.user).filter(start__gte=now).order_by("start")
        held = Meeting.objects.visible_to(self.user).filter(ended_at__isnull=False).order_by("-started_at")
        len(held if tab == Tab.PAST else coming)


async def measure() -> Report:
    return await asyncio.to_thread(_measure)


def _measure() -> Report:
    call_command("migrate", verbosity=0)
    sizes = {"few": FEW, "some": scaled(SOME, least=FEW), "many": scaled(MANY, least=FEW)}
    readers = {name: _seed(name, meetings) for name, meetings in sizes.items()}
    settle()
    queries = {f"{name}_{tab}": _queries(reader, tab) for name, reader in readers.items() for tab in Tab}
    rows = {f"{name}_rows": float(_rows(reader)) for name, reader in readers.items()}
    runs = scaled(RUNS, least=FEWEST_RUNS)
    _round(readers)  # warm
    rounds = [_told_round(readers, number, runs) for number in range(1, runs + 1)]
    return judge(rounds, queries_max=max(queries.values()), information=rows)


def _seed(name: str, meetings: int) -> Reader:
    say(f"seeding {meetings} meetings")
    user = seed_agent(name, half=meetings // 2)
    client = Client(HTTP_HOST=settings.ALLOWED_HOSTS[0])
    client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[0])
    return Reader(user, client)


def _queries(reader: Reader, tab: Tab) -> int:
    """Of a second look, as nearly all are."""
    reader.read(tab)
    with CaptureQueriesContext(connection) as captured:
        reader.read(tab)
    return len(captured)


def _rows(reader: Reader) -> int:
    return sum(reader.read(tab).count('class="rooms__row"') for tab in Tab)


def _told_round(readers: dict[str, Reader], number: int, runs: int) -> Round:
    one = _round(readers)
    times = ", ".join(f"{name} {getattr(one, name) * 1000:.1f}" for name in ("few", "some", "many", "control"))
    say(f"{number}/{runs}  CPU of a page (ms): {times}")
    return one


def _round(readers: dict[str, Reader]) -> Round:
    plain = {name: _cpu_s(reader.read, RENDERINGS) for name, reader in readers.items()}
    return Round(**plain, control=_cpu_s(readers["many"].read_everything, CONTROL_RENDERINGS))


def _cpu_s(read: Callable[[Tab], object], times: int) -> float:
    """Of one page, the mean of all tabs."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        processes = [os.getpid(), *cursor.fetchone()]
    before = cpu_seconds(processes)
    for _ in range(times):
        for tab in Tab:
            read(tab)
    return (cpu_seconds(processes) - before) / (times * len(Tab))


if __name__ == "__main__":
    sys.exit(report(measure))
