"""Packets on the wall clock, where browsers, networks or gateways are held up, as five browsers on two cores were."""

from __future__ import annotations

import pytest

from tests.meetings.janus.test_mjr import TONE, found_at, heard, rtp

WORD = TONE + b"word"
STEP_MS = 20


def frames_of(arrivals_ms: list[int], *, word_at: int) -> list[tuple[int, bytes]]:
    """A packet each 20 ms of the sender's clock; one of them is a word."""
    return [
        (arrival, rtp(number, 960 * number, WORD if number == word_at else TONE))
        for number, arrival in enumerate(arrivals_ms)
    ]


def on_time(seconds: float) -> list[int]:
    return [STEP_MS * number for number in range(round(seconds * 1000 / STEP_MS))]


def stalled(arrivals_ms: list[int], begin_s: float, end_s: float) -> list[int]:
    """What should have come meanwhile comes at once at the end."""
    return [round(end_s * 1000) if begin_s * 1000 <= at < end_s * 1000 else at for at in arrivals_ms]


@pytest.mark.parametrize("stall_s", [1.0, 3.0, 7.0])
def test_what_a_network_held_up_is_neither_late_nor_left_out(stall_s: float) -> None:
    arrivals = stalled(on_time(60), 10, 10 + stall_s)
    for word_at in (10 * 50 + 5, 30 * 50):
        frames = frames_of(arrivals, word_at=word_at)
        assert found_at(frames, WORD) == pytest.approx(word_at * 0.02, abs=0.02)
    found = heard(frames)
    assert (found.packets, found.unusable, found.holes) == (3000, 0, [])


@pytest.mark.parametrize("lost_ms", [60, 120, 240])
@pytest.mark.parametrize("late_ms", [[0], [0, 120, 100, 80, 60, 40, 20]])
def test_what_a_busy_browser_lost_is_put_in_at_once(lost_ms: int, late_ms: list[int]) -> None:
    """Its clock stands still meanwhile: all that comes later arrives later than that clock says."""
    lost_at = 20 * 50
    arrivals = [
        at + late_ms[number % len(late_ms)] + (lost_ms if number >= lost_at else 0)
        for number, at in enumerate(on_time(60))
    ]
    for word_at in (10 * 50, 25 * 50, 50 * 50):
        said_ms = STEP_MS * word_at + (lost_ms if word_at >= lost_at else 0)
        assert found_at(frames_of(arrivals, word_at=word_at), WORD) * 1000 == pytest.approx(said_ms, abs=40)


def test_a_stall_of_a_browser_that_loses_sound_leaves_nothing_late() -> None:
    """2.3 s late, then back but for 90 ms: it stayed 250 ms late until its end."""
    arrivals = stalled(on_time(20), 10, 12.3)
    arrivals += [at + 20_090 for at in on_time(40)]
    word_at = 40 * 50
    assert found_at(frames_of(arrivals, word_at=word_at), WORD) == pytest.approx(40.09, abs=0.04)
    assert heard(frames_of(arrivals, word_at=word_at)).unusable == 0
