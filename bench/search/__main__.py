"""Search in two corpora, the second ten times the first, by people who were in 1, 200 and 5 000 of the newest meetings.

What each may see is the same in both. In the same run, the naive way: an index over words alone, a list of minutes,
every match ranked. Leaks are looked for by reading each line that was found again, by hand-written SQL.
"""

from __future__ import annotations

import asyncio
import gc
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from statistics import quantiles

import django

django.setup()

from django.contrib.postgres.search import SearchRank  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402

from accounts.models import User  # noqa: E402
from bench.report import FEWEST_RUNS, Report, report, say, scaled  # noqa: E402
from bench.search import seed  # noqa: E402
from transcripts.models import Segment, Transcription  # noqa: E402
from transcripts.search import MOST_HITS, read_question, search_minutes, words_of  # noqa: E402

SMALL, LARGE = 500_000, 5_000_000  # lines
PROFILES = {"one": 1, "some": 200, "many": 5_000}  # meetings that they were in
STEP = 500  # meetings that are seeded at once
QUERIES = 12  # of each sort, in each round
NAIVE = "CREATE INDEX naive ON transcripts_segment USING gin (lexemes)"


@dataclass(frozen=True, slots=True)
class Times:
    """Milliseconds, by profile and sort of question."""

    ours: dict[tuple[str, str], list[float]]
    naive: list[float]


def questions() -> dict[str, list[str]]:
    words = seed.vocabulary()
    places = range(QUERIES)
    return {
        "rare": [words[15_000 + place] for place in places],
        "common": [words[10 + place] for place in places],
        "two words": [f"{words[12 + place]} {words[240 + 20 * place]}" for place in places],
        "phrase": [f'"{words[10 + place]} {words[30 + place]}"' for place in places],
    }


async def measure() -> Report:
    return await asyncio.to_thread(_measure)


def _measure() -> Report:
    call_command("migrate", verbosity=0)
    gc.freeze()  # as visio_site/asgi.py does
    organiser, *readers = seed.make_people(["organiser", *PROFILES])
    sees = {reader: scaled(count) for reader, count in zip(readers, PROFILES.values(), strict=True)}
    sizes = [scaled(lines, least=10 * seed.LINES) // seed.LINES for lines in (SMALL, LARGE)]
    runs = scaled(5, least=FEWEST_RUNS)
    leaked, found, begin = 0, [], 0
    for size in sizes:
        _grow(organiser, sees, begin, size)
        begin = size
        found.append(_times(dict(zip(PROFILES, readers, strict=True)), runs))
        leaked += sum(_leaks(reader, asked) for reader in readers for each in questions().values() for asked in each)
    return _judge(found[0], found[1], leaked, runs)


def _grow(organiser: User, sees: dict[User, int], first: int, size: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX IF EXISTS naive")
        for begin in range(first, size, STEP):
            say(f"seeding meetings {begin} to {min(begin + STEP, size)} of {size}")
            seed.grow(organiser, sees, first=begin, last=min(begin + STEP, size) - 1)
        cursor.execute(NAIVE)
    seed.settle()


def _times(readers: dict[str, User], runs: int) -> Times:
    """Ours and the naive way, question after question."""
    times = Times({(profile, sort): [] for profile in readers for sort in questions()}, [])
    for number in range(runs):
        for profile, sort, asked in _asked(readers):
            times.ours[profile, sort].append(_ms(partial(search_minutes, readers[profile], read_question(asked))))
            times.naive.append(_ms(partial(_naively, readers[profile], asked)))
        say(f"{number + 1}/{runs}")
    return times


def _asked(readers: dict[str, User]) -> Iterator[tuple[str, str, str]]:
    for sort, each in questions().items():
        for asked in each:
            for profile in readers:
                yield profile, sort, asked


def _ms(do: Callable[[], object]) -> float:
    begin = time.perf_counter()
    do()
    return (time.perf_counter() - begin) * 1000


def _naively(user: User, asked: str) -> list[Segment]:
    words = words_of(read_question(asked))
    assert words is not None
    minutes = Transcription.objects.visible_to(user)
    lines = Segment.objects.filter(transcription__in=minutes, lexemes=words).defer("lexemes", "words")
    return list(lines.annotate(rank=SearchRank("lexemes", words)).order_by("-rank")[:MOST_HITS])


def _leaks(user: User, asked: str) -> int:
    """Minutes that were found, and in which `user` was not: these people organise nothing, and nothing is shared."""
    found = [str(one.recording_id) for one in search_minutes(user, read_question(asked)).minutes]
    query = """
        SELECT count(*) FROM unnest(%s::uuid[]) AS found WHERE NOT EXISTS (
            SELECT FROM meetings_recording AS recording JOIN meetings_participation AS came USING (meeting_id)
            WHERE recording.id = found AND came.user_id = %s)
    """
    with connection.cursor() as cursor:
        cursor.execute(query, [found, user.pk])
        count: int = cursor.fetchone()[0]
    return count


def p95(times: list[float]) -> float:
    return quantiles(times, n=20, method="inclusive")[-1]


def _judge(small: Times, large: Times, leaked: int, runs: int) -> Report:
    growth = {key: p95(large.ours[key]) / p95(small.ours[key]) for key in large.ours}
    slowest = {key: p95(times) for key, times in large.ours.items()}
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_total_relation_size('transcripts_segment') - pg_relation_size('naive')")
        size = cursor.fetchone()[0]
    lines = Segment.objects.count()
    figures: dict[str, float | None] = {
        "p95_growth_max": max(growth.values()),
        "p95_ms_max": max(slowest.values()),
        "bytes_per_line": size / lines,
        "leaked_rows": float(leaked),
        "naive_p95_ms": p95(large.naive),
    }
    spread = {
        "p95_growth_max": (min(growth.values()), max(growth.values())),
        "p95_ms_max": (min(slowest.values()), max(slowest.values())),
    }
    information = {f"p95_ms {profile}, {sort}": value for (profile, sort), value in slowest.items()}
    return Report("search", figures, spread, runs, {"lines": float(lines), **information})


if __name__ == "__main__":
    sys.exit(report(measure))
