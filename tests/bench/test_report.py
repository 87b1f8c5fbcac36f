"""What a benchmark's last line says, and when a benchmark must rather say nothing."""

from __future__ import annotations

import json

import pytest

from bench.report import (
    Report,
    Void,
    quartiles,
    ratio_of_medians,
    ratios,
    report,
    require_light_load,
    scaled,
)


def a_report(**changes: object) -> Report:
    values = {"bench": "join", "figures": {"first_frame_ratio": 1.0832}, "spread": {}, "runs": 10} | changes
    return Report(**values)  # type: ignore[arg-type]


def test_report_is_one_line_of_json_with_four_digits() -> None:
    line = a_report(
        spread={"first_frame_ratio": (1.020304, 1.15)}, information={"visio_first_frame_ms": 234.5678}
    ).line()
    assert "\n" not in line
    told = json.loads(line)
    assert told["bench"] == "join"
    assert told["figures"] == {"first_frame_ratio": 1.083}
    assert told["spread"] == {"first_frame_ratio": [1.02, 1.15]}
    assert told["information"] == {"visio_first_frame_ms": 234.6}
    assert told["runs"] == 10
    assert told["machine"].endswith(" cores")
    assert "why" not in told


def test_figure_without_value_says_why() -> None:
    why = {"first_frame_ratio": "no camera on this machine"}
    told = json.loads(a_report(figures={"first_frame_ratio": None}, why=why).line())
    assert told["figures"] == {"first_frame_ratio": None}
    assert told["why"] == why


@pytest.mark.parametrize(
    ("figures", "why"),
    [({"ratio": None}, {}), ({"ratio": 1.0}, {"ratio": "because"}), ({"ratio": 1.0}, {"other": "?"})],
)
def test_reason_comes_with_a_missing_figure_and_only_then(
    figures: dict[str, float | None], why: dict[str, str]
) -> None:
    with pytest.raises(ValueError, match="without a reason"):
        a_report(figures=figures, why=why)


def test_figure_that_is_no_number_is_not_told() -> None:
    with pytest.raises(ValueError, match="JSON"):
        a_report(figures={"first_frame_ratio": float("nan")}).line()


def test_ratio_of_medians_does_not_mind_one_bad_run() -> None:
    assert ratio_of_medians([200, 220, 5000], [100, 110, 90]) == 2.2


def test_ratios_compare_runs_that_were_neighbours() -> None:
    assert ratios([200, 900], [100, 300]) == [2, 3]


def test_quartiles_hold_the_middle_half() -> None:
    assert quartiles([5, 1, 4, 2, 3]) == (2, 4)


def test_scale_shrinks_but_leaves_enough_to_repeat(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("BENCH_SCALE", raising=False)
    assert scaled(200) == 200
    monkeypatch.setenv("BENCH_SCALE", "0.1")
    assert scaled(200) == 20
    assert scaled(10, least=5) == 5


@pytest.mark.parametrize("text", ["0", "-1", "2", "nan", "much"])
def test_scale_that_makes_no_sense_voids_the_run(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv("BENCH_SCALE", text)
    with pytest.raises(Void, match="BENCH_SCALE"):
        scaled(10)


def test_busy_load_side_voids_the_run() -> None:
    assert require_light_load(cpu_s=4.0, wall_s=5.0) == 0.8
    with pytest.raises(Void, match="90%"):
        require_light_load(cpu_s=4.5, wall_s=5.0)


def test_report_is_the_last_line_and_a_bad_figure_is_no_failure(capsys: pytest.CaptureFixture[str]) -> None:
    async def measure() -> Report:
        return a_report(figures={"first_frame_ratio": 99.0})

    assert report(measure) == 0
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["figures"] == {"first_frame_ratio": 99.0}


def test_void_run_says_why_and_fails_without_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    async def measure() -> Report:
        raise Void("the negative control does not show")

    assert report(measure) == 1
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err == "Void: the negative control does not show.\n"
