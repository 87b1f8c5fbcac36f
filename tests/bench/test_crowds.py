"""When the benchmarks without browsers may be believed, and what they say then."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench import deaf, room, signalling
from bench.report import Void
from bench.signalling import Times
from meetings.signalling import sdp

OFFERS = Path(__file__).resolve().parents[1] / "meetings/signalling/offers"
OPS = [30, *[20] * 49]
STEEP = [10 + number for number in range(50)]


def test_joins_that_cost_the_same_do_not_grow() -> None:
    found = room.judge([0.01] * 5, [0.02] * 19 + [0.04], 3, 0.2, [OPS] * 5, STEEP)
    assert found.figures["errors"] == 3
    assert found.figures["ops_per_join_growth"] == 1
    assert found.figures["join_p95_over_p50"] == pytest.approx(4, rel=0.1)


def test_control_of_the_room_that_does_not_grow_voids_the_run() -> None:
    with pytest.raises(Void, match="control"):
        room.judge([0.01] * 5, [0.02] * 20, 0, 0.2, [OPS] * 5, OPS)


def times(milliseconds: float, cpu_s: float, load_cores: float = 0.3) -> Times:
    values = [milliseconds / 1000] * 10
    return Times({"ping": values, "publish": values}, {"ping": cpu_s, "publish": cpu_s}, load_cores)


def sides(control_ms: float, load_cores: float = 0.3) -> dict[int, dict[str, Times]]:
    visio, direct, control = times(4, 0.002), times(1, 0.001, load_cores), times(control_ms, 0.001)
    return {size: {"visio": visio, "direct": direct, "control": control} for size in (1, 20)}


def test_what_visio_adds_is_told_at_its_worst() -> None:
    rounds = [sides(6)] * 5
    found = signalling.judge(rounds, {"ping": 0.0, "publish": 2.0}, 55)
    assert found.figures == pytest.approx(
        {
            "added_p50_ms": 3,
            "added_p95_ms": 3,
            "throughput_ratio": 0.5,
            "sql_per_message": 0,
            "kb_per_connection": 55,
        }
    )


def test_control_of_messages_that_does_not_show_voids_the_run() -> None:
    with pytest.raises(Void, match="control"):
        signalling.judge([sides(1)] * 5, {"ping": 0.0, "publish": 2.0}, 55)


def test_busy_load_side_voids_the_run() -> None:
    with pytest.raises(Void, match="load side"):
        signalling.judge([sides(6, load_cores=0.95)] * 5, {"ping": 0.0, "publish": 2.0}, 55)


@pytest.mark.parametrize("offer", sorted((OFFERS / "accepted").iterdir()), ids=lambda path: path.stem)
def test_who_is_deaf_answers_by_the_rules(offer: Path) -> None:
    answer = deaf.answer_to(offer.read_text())
    rebuilt = sdp.answer_for_janus(answer, (1, 1, 2))
    assert rebuilt.count("a=recvonly") == offer.read_text().count("m=")
