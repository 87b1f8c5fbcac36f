from __future__ import annotations

import numpy as np
import pytest

from transcripts.pipeline.audio import SAMPLE_RATE
from transcripts.pipeline.speech import Region
from transcripts.pipeline.splice import AFTER_S, BEFORE_S, pack, splice

HOUR = 3600.0


def clock(seconds: float) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    """A waveform whose samples tell their own second."""
    return (np.arange(int(seconds * SAMPLE_RATE)) / SAMPLE_RATE).astype(np.float32)


def test_spliced_audio_is_the_speech_with_a_little_of_its_own_silence() -> None:
    spliced = splice([Region(10.0, 11.0), Region(20.0, 22.0)], 30.0)
    audio = spliced.cut(clock(30.0))
    assert len(audio) / SAMPLE_RATE == pytest.approx(3.0 + 2 * (BEFORE_S + AFTER_S))
    assert audio[0] == pytest.approx(10.0 - BEFORE_S, abs=1e-3)
    assert audio[-1] == pytest.approx(22.0 + AFTER_S, abs=1e-3)


def test_a_time_of_the_spliced_audio_goes_back_to_where_it_was_on_the_track() -> None:
    spliced = splice([Region(10.0, 11.0), Region(20.0, 22.0)], 30.0)
    audio = spliced.cut(clock(30.0))
    for start in np.arange(0.1, spliced.seconds - 0.2, 0.173):
        for part in spliced.on_track(start, start + 0.01)[:1]:
            assert part.start == pytest.approx(float(audio[int(start * SAMPLE_RATE)]), abs=1e-3)


def test_a_stretch_over_a_join_comes_back_in_two_parts() -> None:
    spliced = splice([Region(10.0, 11.0), Region(20.0, 22.0)], 30.0)
    join = 1.0 + BEFORE_S + AFTER_S
    before, after = spliced.on_track(join - 0.3, join + 0.2)
    assert (before.start, before.end) == pytest.approx((11.0 + AFTER_S - 0.3, 11.0 + AFTER_S))
    assert (after.start, after.end) == pytest.approx((20.0 - BEFORE_S, 20.0 - BEFORE_S + 0.2))


def test_padding_stays_inside_the_track_and_never_overlaps_the_neighbour() -> None:
    spliced = splice([Region(0.1, 1.0), Region(1.2, 2.0)], 2.05)
    [first, second] = spliced.pieces
    assert (first.start, second.end) == (0.0, 2.05)
    assert first.end == second.start == pytest.approx(1.1)


def test_work_follows_speech_and_not_the_length_of_the_meeting() -> None:
    brief = [Region(minute * 60.0 + 1.0, minute * 60.0 + 3.0) for minute in range(60)]
    windows = pack(brief, HOUR, 28.0)
    assert len(windows) == 6  # 60 × 2.65 s, ten to a window; one window a minute would be 60
    assert all(window.seconds <= 28.0 for window in windows)


def test_windows_hold_every_region_once_and_in_order() -> None:
    regions = [Region(start, start + 7.0) for start in np.arange(5.0, 300.0, 11.0).tolist()]
    pieces = [piece for window in pack(regions, 400.0, 28.0) for piece in window.pieces]
    assert [(piece.start, piece.end) for piece in pieces] == [
        (region.start - BEFORE_S, region.end + AFTER_S) for region in regions
    ]


def test_a_region_longer_than_a_window_is_cut_and_nothing_of_it_is_lost() -> None:
    windows = pack([Region(1.0, 101.0)], HOUR, 28.0)
    assert all(window.seconds <= 28.0 for window in windows)
    assert sum(window.seconds for window in windows) == pytest.approx(100.0 + BEFORE_S + AFTER_S)


def test_no_speech_makes_no_window() -> None:
    assert pack([], HOUR, 28.0) == []
