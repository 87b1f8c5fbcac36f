"""One person among 10 000 lines, and one like them among 1 000 000: from the question to the proof, objects included.

In the same run, the naive way: their lines looked for by their name alone, which reads every line that there is.
"""

from __future__ import annotations

import asyncio
import sys
import time
from statistics import median

import django

django.setup()

from django.core.management import call_command  # noqa: E402

from accounts import audit  # noqa: E402
from accounts.models import User  # noqa: E402
from bench.erasure import databases, subjects  # noqa: E402
from bench.report import FEWEST_RUNS, Report, Void, quartiles, ratios, report, say, scaled  # noqa: E402
from bench.search import seed  # noqa: E402
from governance.erasure import erase_person  # noqa: E402
from governance.models import Mode, Reason  # noqa: E402
from transcripts.models import Segment  # noqa: E402

SMALL, LARGE = 10_000, 1_000_000  # lines
STEP = 500  # meetings that are seeded at once


async def measure() -> Report:
    return await asyncio.to_thread(_measure)


def _measure() -> Report:
    call_command("migrate", verbosity=0)
    [organiser] = seed.make_people(["organiser"])
    runs = scaled(10, least=FEWEST_RUNS)
    sizes = [
        scaled(lines, least=10 * seed.LINES * (place + 1)) // seed.LINES for place, lines in enumerate((SMALL, LARGE))
    ]
    _grow(organiser, 0, sizes[0])
    few = _people(organiser, "few", runs + 1)
    databases.copy()
    _grow(organiser, sizes[0], sizes[1])
    many = _people(organiser, "many", runs + 1)
    ours: list[list[float]] = [[], []]
    naive: list[list[float]] = [[], []]
    for number, pair in enumerate(zip(few, many, strict=True)):
        for place, person in enumerate(pair):
            databases.use(databases.COPY if place == 0 else databases.OWN)
            naively, seconds = _naively(person), _erase(person)
            if number:  # the first pair warms everything up
                naive[place].append(naively)
                ours[place].append(seconds)
        say(f"{number}/{runs}")
    return _judge(ours, naive, runs)


def _grow(organiser: User, first: int, size: int) -> None:
    for begin in range(first, size, STEP):
        say(f"seeding meetings {begin} to {min(begin + STEP, size)} of {size}")
        seed.grow(organiser, {}, first=begin, last=min(begin + STEP, size) - 1)
    seed.settle()


def _people(organiser: User, sort: str, count: int) -> list[User]:
    people = seed.make_people([f"erased-{sort}-{number}" for number in range(count)])
    for person in people:
        subjects.make(person, organiser)
    seed.settle()
    return people


def _erase(person: User) -> float:
    begin = time.perf_counter()
    proof = erase_person(users=[person.pk], actor=audit.SYSTEM, reason=Reason.REQUEST, mode=Mode.NOTHING)
    seconds = time.perf_counter() - begin
    if (proof.counts.get("lines"), len(proof.objects)) != (subjects.MEETINGS * subjects.LINES, subjects.MEETINGS):
        raise Void("something of the person stayed")
    return seconds


def _naively(person: User) -> float:
    begin = time.perf_counter()
    if Segment.objects.filter(speaker_name=person.get_full_name()).count() != subjects.MEETINGS * subjects.LINES:
        raise Void("the naive way found other lines")
    return time.perf_counter() - begin


def _judge(ours: list[list[float]], naive: list[list[float]], runs: int) -> Report:
    small, large = (median(times) for times in ours)
    low, high = quartiles(ratios(ours[1], ours[0]))
    return Report(
        "erasure",
        {"wall_ratio": large / small},
        {"wall_ratio": (low, high)},
        runs,
        {
            "small_s": small,
            "large_s": large,
            "naive_wall_ratio": median(naive[1]) / median(naive[0]),
            "lines": float(Segment.objects.count()),
        },
    )


if __name__ == "__main__":
    sys.exit(report(measure))
