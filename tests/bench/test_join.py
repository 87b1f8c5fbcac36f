"""When the joins may be believed, and what they say then."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bench.join.measure import Join
from bench.join.verdict import Round, judge
from bench.report import Void

BARE = Join(
    joined_ms=20,
    first_frame_ms=200,
    first_audio_ms=100,
    server_cpu_s=0.1,
    load_cpu_s=0.5,
    strangers_cpu_s=0.25,
    watched_s=2.5,
)
VISIO = replace(BARE, joined_ms=60, first_frame_ms=220, first_audio_ms=150, server_cpu_s=0.2)
CONTROL = replace(BARE, first_frame_ms=390)
ROUND = Round(VISIO, BARE, CONTROL)


def test_figures_are_visio_over_bare() -> None:
    found = judge([ROUND] * 5)
    assert found.figures == {"first_frame_ratio": pytest.approx(1.1), "first_audio_ratio": pytest.approx(1.5)}
    assert found.spread["first_frame_ratio"] == pytest.approx((1.1, 1.1))
    assert found.information["visio_joined_ms"] == 60
    assert found.information["bare_server_cpu_s"] == pytest.approx(0.1)
    assert found.information["control_added_ms"] == 190
    assert found.information["strangers_cores"] == pytest.approx(0.1)
    assert found.runs == 5


def test_slow_control_that_looks_like_the_bare_page_voids_the_run() -> None:
    with pytest.raises(Void, match="control"):
        judge([replace(ROUND, control=BARE)] * 5)


def test_control_that_is_far_too_slow_voids_the_run() -> None:
    with pytest.raises(Void, match="control"):
        judge([replace(ROUND, control=replace(BARE, first_frame_ms=900))] * 5)


def test_busy_load_side_voids_the_run() -> None:
    busy = replace(BARE, load_cpu_s=2.4)
    with pytest.raises(Void, match="load side"):
        judge([replace(ROUND, visio=busy, bare=busy, control=replace(CONTROL, load_cpu_s=2.4))] * 5)
