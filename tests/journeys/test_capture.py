"""Janus and the media worker are killed in the middle of a recording: what had been written is in the store."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from bench.failover.everybody import NOBODY, connections, everybody_back
from bench.meeting import gather, join_all
from bench.processes import service_pid
from bench.report import say
from bench.voices.script import GUEST, SHORT_MEETING
from meetings.janus import mjr
from tests.journeys.product import eventually, kill_process, query, stored_object

pytestmark = [pytest.mark.journey, pytest.mark.soak, pytest.mark.asyncio(loop_scope="session")]

BUFFERED_S = 1.5  # what Janus had heard, and not written: 4 KiB, 0.8 s of speech, on a machine that is busy
PACKET_S = 0.02
BACK_WITHIN_S = 60.0
RECORDINGS = Path(os.environ.get("JANUS_RECORDINGS_DIR", "/nonexistent"))


@dataclass
class Seen:
    killed_after_s: float = 0.0  # from the start of the recording
    written_until_s: list[float] = field(default_factory=list)  # in the files that were left open
    back_after_s: float = 0.0
    tracks: list[dict[str, Any]] = field(default_factory=list)
    manifest: dict[str, Any] = field(default_factory=dict)
    left: list[str] = field(default_factory=list)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def seen() -> AsyncIterator[Seen]:
    if "PUBLIC_URL" not in os.environ:
        pytest.skip("needs the whole product")
    found = Seen()
    async with gather(os.environ["PUBLIC_URL"], SHORT_MEETING, "Réunion dont le Janus meurt") as meeting:
        await join_all(meeting)
        await everybody_back(meeting, NOBODY, since=time.monotonic(), within_s=BACK_WITHIN_S)
        await meeting.claire.start_recording()
        for who, person in meeting.people.items():
            await person.answer_consent(accept=who != GUEST)
        await asyncio.sleep(8)
        before = await connections(meeting)
        start = time.monotonic()
        found.killed_after_s = _now()
        os.kill(service_pid("janus"), signal.SIGKILL)
        found.written_until_s = _left_open()
        await everybody_back(meeting, before, since=start, within_s=BACK_WITHIN_S)
        found.back_after_s = _now()
        await asyncio.sleep(8)
        await meeting.claire.stop_recording()
        kill_process("worker-media")  # it has just been told to collect
        await eventually(lambda: query("SELECT 1 FROM meetings_recording WHERE status = 'ready'"), within_s=180)
        _look(found)
    yield found


def _left_open() -> list[float]:
    return sorted(map(_written_until, RECORDINGS.glob("*-audio-*.mjr.tmp")))


def _written_until(path: Path) -> float:
    [row] = query("SELECT extract(epoch FROM started_at)::float AS s FROM meetings_recording")
    with path.open("rb") as file:
        header = mjr.read_header(file)
        *_, last = chain.from_iterable(mjr.read_packets(file))
    return header.first_frame_us / 1_000_000 + last.arrival_ms / 1000 - float(row["s"])


def _now() -> float:
    [row] = query("SELECT extract(epoch FROM now() - started_at)::float AS s FROM meetings_recording")
    return float(row["s"])


def _look(found: Seen) -> None:
    found.tracks = query(
        "SELECT participation_id, start, duration, recovered, heard FROM meetings_track ORDER BY start, id"
    )
    [row] = query("SELECT manifest_key FROM meetings_recording")
    found.manifest = json.loads(stored_object(row["manifest_key"]))
    found.left = [path.name for path in RECORDINGS.iterdir()]


async def test_what_janus_had_written_is_there(seen: Seen) -> None:
    cut = [track for track in seen.tracks if track["recovered"]]
    assert len({track["participation_id"] for track in cut}) == 2
    ends = sorted(track["start"] + track["duration"] for track in cut)
    say(f"killed at {seen.killed_after_s:.2f} s, written until {seen.written_until_s}, stored until {ends}")
    assert ends == pytest.approx(seen.written_until_s, abs=0.1 + PACKET_S)  # placed by the sender's clock
    assert ends == pytest.approx([seen.killed_after_s] * 2, abs=BUFFERED_S)


async def test_time_without_a_janus_is_marked_and_the_recording_goes_on_after_it(seen: Seen) -> None:
    [gap] = seen.manifest["gaps"]
    assert gap["start"] == pytest.approx(seen.killed_after_s, abs=BUFFERED_S)
    assert seen.killed_after_s < gap["end"] <= seen.back_after_s + 1
    after = [track for track in seen.tracks if not track["recovered"]]
    assert len({track["participation_id"] for track in after}) == 2
    assert all(track["duration"] > 5 for track in after)


async def test_worker_that_was_killed_while_collecting_left_nothing_behind(seen: Seen) -> None:
    assert seen.left == []
    assert len(seen.manifest["tracks"]) == len(seen.tracks) == 4
    assert all(part["state"] == "collected" and part["janus"].count(".") == 2 for part in seen.manifest["parts"])
