"""What is written for the recording bench, when its runs may be believed, and what they say then."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import pytest

from bench.recording.files import write_mjr
from bench.recording.verdict import Cost, Round, judge
from bench.report import Void
from meetings.recordings.tracks import convert

COST = Cost(wall_s=2.0, cpu_s=1.0, peak_kb=100_000, passes=1.1)
ROUND = Round(ours=COST, peer=replace(COST, wall_s=1.6), control=replace(COST, wall_s=3.0))


def test_file_is_as_large_as_asked_and_is_speech_without_a_hole(tmp_path: Path) -> None:
    path = tmp_path / "file.mjr"
    spoken = write_mjr(path, size_bytes=1_000_000)
    assert path.stat().st_size == pytest.approx(1_000_000, rel=0.02)
    converted = convert(path, io.BytesIO(), begin=spoken.begin, end=spoken.begin + spoken.seconds)
    assert converted.duration == pytest.approx(spoken.seconds, abs=0.05)
    assert converted.start == 0.0
    assert converted.heard.holes == []


def test_worst_size_counts_and_memory_is_largest_over_smallest() -> None:
    large = replace(ROUND, ours=replace(COST, peak_kb=105_000), peer=replace(COST, wall_s=1.8))
    found = judge({1: [ROUND] * 5, 100: [large] * 5})
    assert found.figures == {"wall_ratio": 1.25, "peak_memory_growth": 1.05, "passes": 1.1}
    assert found.information["wall_ratio_100_mb"] == pytest.approx(1.11, abs=0.01)
    assert found.runs == 5


def test_control_that_takes_no_longer_voids_the_run() -> None:
    with pytest.raises(Void, match="control"):
        judge({1: [replace(ROUND, control=COST)] * 5})
