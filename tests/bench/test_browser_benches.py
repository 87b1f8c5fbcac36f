"""When the benchmarks of the page and of the gateway may be believed, and what they say then."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bench import frontend, sfu
from bench.browsers.heap import Heap, sizes
from bench.report import Void

ALONE = sfu.Watched(10, 1000, 0, [0.2] * 50, [1.0] * 50, 0.1, 1.0)
BUSY = replace(ALONE, lost=3, delays_ms=[0.3] * 50, jitters_ms=[2.0] * 50)
ROUND = sfu.Round(
    alone=ALONE, control=replace(ALONE, janus_us_per_packet=14), visio=replace(ALONE, janus_us_per_packet=11), busy=BUSY
)
HEAPS = [Heap(10, 1), Heap(10.1, 2), Heap(10.4, 3)]
LEAKING = Heap(11, 3)


def test_gateway_is_compared_with_itself() -> None:
    found = sfu.judge([ROUND] * 5)
    assert found.figures == pytest.approx({"cpu_ratio": 1.1, "jitter_ratio": 1.5, "extra_lost_packets": 3})


def test_gateway_that_is_asked_in_vain_voids_the_run() -> None:
    with pytest.raises(Void, match="control"):
        sfu.judge([replace(ROUND, control=ALONE)] * 5)


def test_page_is_weighed() -> None:
    found = frontend.judge({"a.js": 30, "b.js": 12}, 0, (HEAPS, LEAKING), ([5, 6, 7, 8, 9], 57))
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
        frontend.judge({"a.js": 30}, 0, (HEAPS, LEAKING), ([5] * 5, 6))


def test_leak_that_does_not_show_voids_the_run() -> None:
    with pytest.raises(Void, match="what leaks"):
        frontend.judge({"a.js": 30}, 0, (HEAPS, HEAPS[-1]), ([5] * 5, 55))


def test_what_the_browser_compiled_is_not_what_the_page_keeps() -> None:
    meta = {"node_fields": ["type", "name", "self_size"], "node_types": [["object", "code", "native"], "string"]}
    nodes = [0, 7, 1_000_000, 1, 7, 20_000, 2, 7, 500_000]
    assert sizes({"snapshot": {"meta": meta}, "nodes": nodes}) == Heap(1.5, 0.02)
