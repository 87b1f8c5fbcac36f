"""One file of Janus', whatever its state, into one track."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from meetings.janus import mjr
from meetings.recordings.tracks import convert
from tests.meetings.janus.test_mjr import TONE, mjr_file, rtp, speech

BEGIN = 1_000.0  # seconds of the Unix clock


def recorded(frames: list[tuple[int, bytes]], *, after_s: float = 1.0) -> bytes:
    return mjr_file(frames, header={"t": "a", "c": "opus", "s": 1, "u": int((BEGIN + after_s) * 1e6)})


def test_file_that_ends_at_any_byte_gives_all_that_was_written_before(tmp_path: Path) -> None:
    """A node can die at any moment; what Janus had written is there, to the last whole packet."""
    content, head = recorded(speech(12)), len(recorded([]))
    packet = len(recorded(speech(1))) - head
    path = tmp_path / "cut.mjr"
    for end in range(len(content) + 1):
        path.write_bytes(content[:end])
        if end < head:
            with pytest.raises(mjr.NotARecording):
                convert(path, io.BytesIO(), begin=BEGIN, end=BEGIN + 60)
            continue
        target = io.BytesIO()
        converted = convert(path, target, begin=BEGIN, end=BEGIN + 60)
        packets = (end - head) // packet
        assert converted.heard.packets == packets, end
        assert converted.duration == pytest.approx(packets * 0.02), end
        assert target.getvalue().count(TONE) == packets, end
        assert converted.start == pytest.approx(1.0 if packets else 0.0)


def test_bytes_that_a_disk_spoiled_end_the_track_and_not_the_worker(tmp_path: Path) -> None:
    content = bytearray(recorded(speech(50)))
    head, packet = len(recorded([])), (len(content) - len(recorded([]))) // 50
    path = tmp_path / "spoiled.mjr"
    for place in range(0, len(content), 7):
        spoiled = content.copy()
        spoiled[place] ^= 0xFF
        path.write_bytes(spoiled)
        try:
            converted = convert(path, io.BytesIO(), begin=BEGIN, end=BEGIN + 60)
        except mjr.NotARecording:
            assert place < head
            continue
        if place >= head:
            assert converted.heard.packets >= (place - head) // packet - 1
        assert converted.duration <= 60.2


@pytest.mark.parametrize("busy_s", [0.5, 3.0, 8.0])
def test_track_is_in_time_though_all_was_late_in_its_first_seconds(tmp_path: Path, busy_s: float) -> None:
    """A browser or a gateway that five people enter at once hands on packets late, for seconds."""
    late_ms, busy = 150, round(busy_s / 0.02)
    frames = [(at + late_ms * (number < busy), packet) for number, (at, packet) in enumerate(speech(1000))]
    path = tmp_path / "busy.mjr"
    path.write_bytes(recorded(frames))
    converted = convert(path, io.BytesIO(), begin=BEGIN, end=BEGIN + 60)
    assert converted.start == pytest.approx(1.0, abs=0.001)
    assert converted.duration == pytest.approx(20.0, abs=0.04)


def test_what_arrived_before_the_beginning_or_after_the_end_is_left_out(tmp_path: Path) -> None:
    path = tmp_path / "early.mjr"
    path.write_bytes(recorded(speech(200), after_s=-1.0))
    converted = convert(path, io.BytesIO(), begin=BEGIN, end=BEGIN + 2)
    assert converted.start == pytest.approx(0.0, abs=0.001)
    assert converted.duration == pytest.approx(2.0, abs=0.03)


def test_file_of_another_time_asks_for_nothing(tmp_path: Path) -> None:
    path = tmp_path / "old.mjr"
    path.write_bytes(recorded([(0, rtp(0, 0)), (2**32 - 1, rtp(1, 960))], after_s=-999.0))
    assert convert(path, io.BytesIO(), begin=BEGIN, end=BEGIN + 60).duration == 0.0
