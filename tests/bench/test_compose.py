"""The benchmark of composed videos: what it says, and when it says nothing."""

from __future__ import annotations

import pytest

from bench.compose.__main__ import Cost, judge
from bench.report import Void

COSTS = {4: [Cost(100.0, 150.0, 200_000)] * 5, 12: [Cost(200.0, 300.0, 300_000)] * 5}


def test_it_says_how_much_faster_than_the_meeting_and_how_memory_grows() -> None:
    found = judge(COSTS, Cost(110.0, 160.0, 900_000), Cost(600.0, 900.0, 210_000), 600)
    assert found.figures == {
        "realtime_multiple_4": 6.0,
        "realtime_multiple_12": 3.0,
        "peak_memory_growth_1h": pytest.approx(1.05),
    }


def test_it_says_nothing_when_pictures_that_are_kept_do_not_show() -> None:
    with pytest.raises(Void, match="negative control"):
        judge(COSTS, Cost(110.0, 160.0, 210_000), Cost(600.0, 900.0, 210_000), 600)
