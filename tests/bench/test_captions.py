"""The benchmark of captions: its engine knows a word by its pitch, and its figures are those of what was read."""

from __future__ import annotations

import numpy as np
import pytest

from bench.captions.__main__ import Found, Window, judge
from bench.captions.engine import DELAY_S, LOWEST_HZ, RATE, STEP_HZ, Hearing, name_of
from bench.captions.people import waits
from bench.report import Void

FRAME = 1_920


def tone(number: int, seconds: float) -> np.ndarray:
    times = np.arange(round(seconds * RATE)) / RATE
    return (0.3 * np.sin(2 * np.pi * (LOWEST_HZ + STEP_HZ * number) * times)).astype(np.float32)


def test_engine_knows_words_by_their_pitch_and_when_their_last_sound_came() -> None:
    silence = np.zeros(RATE // 4, np.float32)
    sound = np.concatenate([silence, tone(3, 0.3), silence, tone(19, 0.3), silence])
    hearing, found = Hearing(), []
    for place, start in enumerate(range(0, len(sound) - FRAME, FRAME)):
        found += hearing.hear(sound[start : start + FRAME], 0.08 * place)
    assert [word for word, _ in found] == ["mot03", "mot19"]
    assert [at for _, at in found] == pytest.approx([0.55, 1.1], abs=0.08)


def test_each_word_is_counted_once_and_those_that_nobody_read_too() -> None:
    ends = [(0, 10.0), (1, 11.0), (20, 14.0)]
    read = [(name_of(0), 10.7), (name_of(20), 14.6)]
    found, missing = waits(ends, read)
    assert found == pytest.approx([0.7, 0.6])
    assert missing == 1


def window(wait_s: float, cpu_s: float = 0.02) -> Window:
    return Window([wait_s] * 20, words=20, missing=0, cpu_s=cpu_s, web_s=0.1, load_cores=0.1)


def test_what_the_engine_takes_is_left_out() -> None:
    few, many, control = window(DELAY_S + 0.2), window(DELAY_S + 0.3, 0.021), window(DELAY_S + 0.5)
    figures = judge(Found([few] * 5, [many] * 5, [control] * 5)).figures
    assert figures == pytest.approx(
        {"p50_s": 0.2, "p95_s": 0.2, "cpu_percent_per_stream": 2.0, "listeners_growth_200": 1.05}
    )


def test_run_whose_slow_engine_is_not_seen_is_void() -> None:
    with pytest.raises(Void, match="control"):
        judge(Found([window(0.7)] * 5, [window(0.7)] * 5, [window(0.7)] * 5))
