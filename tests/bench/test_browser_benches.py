"""When the benchmarks of the page and of the gateway may be believed, and what they say then."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bench import frontend, sfu
from bench.report import Void

ALONE = sfu.Watched(10, 1000, 0, [1.0] * 50, 0.1, 1.0)
BUSY = replace(ALONE, lost=3, jitters_ms=[1.5] * 50)
ROUND = sfu.Round(
    alone=ALONE, control=replace(ALONE, janus_us_per_packet=14), visio=replace(ALONE, janus_us_per_packet=11), busy=BUSY
)


def test_gateway_is_compared_with_itself() -> None:
    found = sfu.judge([ROUND] * 5)
    assert found.figures == pytest.approx({"cpu_ratio": 1.1, "jitter_ratio": 1.5, "extra_lost_packets": 3})


def test_gateway_that_is_asked_in_vain_voids_the_run() -> None:
    with pytest.raises(Void, match="control"):
        sfu.judge([replace(ROUND, control=ALONE)] * 5)


def test_page_is_weighed() -> None:
    found = frontend.judge({"a.js": 30, "b.js": 12}, 0, (10, [10.1, 10.4]), [5, 6, 7, 8, 9], 57)
    assert found.figures == pytest.approx(
        {
            "script_kb_compressed": 42,
            "other_origins": 0,
            "heap_growth_100_cycles_ratio": 1.04,
            "idle_main_thread_ms_per_s": 7,
        }
    )


def test_work_that_does_not_show_voids_the_run() -> None:
    with pytest.raises(Void, match="control"):
        frontend.judge({"a.js": 30}, 0, (10, [10]), [5] * 5, 6)
