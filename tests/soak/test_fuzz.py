"""Hostile input, for as long as one likes: seconds in `make test`, ten minutes in `make soak`."""

from __future__ import annotations

import io
import json
import os
import resource
import struct
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from meetings.janus import mjr, opus, placing
from meetings.models import Participation, Recording, RecordingPart, Track
from meetings.recordings import manifest
from meetings.recordings.tracks import convert
from tests.meetings.janus.test_mjr import mjr_file, rtp
from tests.meetings.recordings.conftest import bilal, claire, going_on, stopped
from tests.meetings.recordings.test_manifest import check

__all__ = ["bilal", "claire", "going_on", "stopped"]
SECONDS = float(os.environ.get("SOAK_SECONDS", "5"))  # of all of them together
MOST_GROWTH_KB = 64 * 1024
LONGEST_S = 60.0
FRESH = settings(
    max_examples=300,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)


def for_some_time(trial: Callable[[], None], share: float) -> int:
    """Again and again, each time with other examples."""
    rounds, end = 0, time.monotonic() + SECONDS * share
    while time.monotonic() < end:
        trial()
        rounds += 1
    return rounds


numbers = st.integers(0, 2**32 - 1)
payloads = st.binary(max_size=40) | st.binary(min_size=1, max_size=3) | st.just(b"\x78" * 1600)
packets = st.builds(rtp, st.integers(0, 2**16 - 1), numbers, payloads)
frames = st.tuples(numbers | st.integers(0, 70_000), packets | st.binary(max_size=80))
headers = st.dictionaries(
    st.sampled_from(["t", "c", "s", "u", "x"]),
    st.sampled_from(["a", "v", "opus", "vp8"]) | st.integers() | st.floats() | st.none() | st.lists(st.integers()),
)
ours = st.fixed_dictionaries({"t": st.just("a"), "c": st.just("opus"), "u": st.integers(0, 2**53)})


@st.composite
def files(draw: st.DrawFn) -> bytes:
    """Of the real layout, then cut, and with bytes changed or put in."""
    header: dict[str, Any] = draw(ours | headers) or {"t": "a"}
    content = bytearray(mjr_file(draw(st.lists(frames, max_size=60)), header=header))
    for _ in range(draw(st.integers(0, 4))):
        place = draw(st.integers(0, len(content)))
        kind = draw(st.sampled_from(["cut", "flip", "insert", "length"]))
        if kind == "cut":
            del content[place:]
        elif kind == "insert":
            content[place:place] = draw(st.binary(max_size=20))
        elif kind == "length" and place + 2 <= len(content):
            content[place : place + 2] = struct.pack("!H", draw(st.integers(0, 2**16 - 1)))
        elif place < len(content):
            content[place] ^= draw(st.integers(1, 255))
    return bytes(content)


def test_no_file_breaks_the_reader_or_grows_its_memory(tmp_path: Path) -> None:
    path = tmp_path / "hostile.mjr"

    @FRESH
    @given(files() | st.binary(max_size=200), st.floats(0, 2**33), st.floats(0, LONGEST_S))
    def trial(content: bytes, begin: float, length: float) -> None:
        path.write_bytes(content)
        target = io.BytesIO()
        try:
            converted = convert(path, target, begin=begin, end=begin + length)
        except mjr.NotARecording:
            return
        assert 0 <= converted.duration <= LONGEST_S + 0.2
        assert 0 <= converted.start <= length
        assert len(target.getvalue()) < 20 * len(content) + 300 * LONGEST_S + 1000
        assert len(converted.heard.holes) <= placing.MOST_HOLES

    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert for_some_time(trial, 0.7) > 0
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < MOST_GROWTH_KB


def test_what_is_placed_can_always_be_written() -> None:
    @FRESH
    @given(st.lists(st.tuples(st.integers(0, 2**17), st.integers(-(2**40), 2**40), numbers, payloads), max_size=200))
    def trial(raw: list[tuple[int, int, int, bytes]]) -> None:
        given_packets = mjr.Packets.of([mjr.Packet(*one) for one in sorted(raw) if one[3]])
        heard = placing.Heard()
        duration = opus.write_ogg(io.BytesIO(), placing.place([given_packets], heard, longest_s=LONGEST_S))
        assert duration <= LONGEST_S + 0.2
        assert heard.packets + heard.unusable <= len(given_packets)

    assert for_some_time(trial, 0.2) > 0


holes = st.fixed_dictionaries(
    {"start": st.floats(0, 1e6), "end": st.floats(0, 1e6), "why": st.sampled_from([why.value for why in placing.Why])}
)
counts = st.integers(0, 10**9)
heards = st.fixed_dictionaries(
    dict.fromkeys(("packets", "lost", "unusable", "empty", "more_holes"), counts)
    | {"holes": st.lists(holes, max_size=5)}
)
tracks = st.fixed_dictionaries(
    {
        "start": st.floats(0, 1e5),
        "duration": st.floats(0.02, 1e5),
        "size_bytes": st.integers(1, 2**40),
        "recovered": st.booleans(),
        "heard": heards,
    }
)
parts = st.tuples(st.sampled_from(["collected", "lost"]), st.integers(0, 100), st.none() | st.integers(0, 100))


@pytest.mark.django_db
def test_manifest_of_any_rows_is_of_the_form_that_is_promised(claire: Participation, stopped: Recording) -> None:
    @settings(FRESH, max_examples=5)
    @given(st.lists(tracks, max_size=4), st.lists(parts, min_size=1, max_size=3))
    def trial(rows: list[dict[str, Any]], stays: list[tuple[str, int, int | None]]) -> None:
        stopped.parts.all().delete()
        stopped.tracks.all().delete()
        for state, begun, ended in stays:
            RecordingPart.objects.create(
                recording=stopped,
                node="j1",
                state=state,
                started_at=stopped.started_at + timedelta(seconds=begun),
                ended_at=None if ended is None else stopped.started_at + timedelta(seconds=ended),
            )
        for number, row in enumerate(rows):
            Track.objects.create(
                recording=stopped, participation=claire, source_name=str(number), key="k", sha256="0" * 64, **row
            )
        content = json.dumps(manifest.describe(stopped), allow_nan=False)
        check(json.loads(content))
        assert content == json.dumps(manifest.describe(Recording.objects.get(pk=stopped.pk)), allow_nan=False)

    assert for_some_time(trial, 0.1) > 0
