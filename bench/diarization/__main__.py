"""pyannote.audio at its true sizes with random weights: our one pass for all voices of a chunk, beside the library's.

Held equal: the process, one thread, the weights, the sound. `der_difference` is of our turns against the library's
with the demonstration model, which can tell voices apart; random weights cannot. The control is a library that does
all twice.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

from bench.corpus.scene import RATE_HZ, Samples, play
from bench.cpu import cost_of, use_one_thread
from bench.diarization.true_sizes import write_folder
from bench.report import FEWEST_RUNS, Report, Void, quartiles, ratio_of_medians, ratios, report, say, scaled
from transcripts.pipeline import environment
from transcripts.pipeline.diarize import PyannotePipeline
from transcripts.pipeline.models import DEMONSTRATION_MODELS

RUNS = 5
SECONDS = 60
DER_SECONDS = 300


async def measure() -> Report:
    return await asyncio.to_thread(_measure)


def _measure() -> Report:
    environment.prepare()
    sound = _mix(1, max(15, scaled(SECONDS)))
    with tempfile.TemporaryDirectory() as folder:
        write_folder(Path(folder))
        pipeline = PyannotePipeline(Path(folder))
    use_one_thread()
    ours, stock, control = [], [], []
    for number in range(1, scaled(RUNS, least=FEWEST_RUNS) + 1):
        ours.append(_embed(pipeline, sound, one_pass=True))
        stock.append(_embed(pipeline, sound, one_pass=False))
        say(f"{number}  CPU s for {len(sound) / RATE_HZ:.0f} s: ours {ours[-1]:.2f}, the library's {stock[-1]:.2f}")
    control.append(_embed(pipeline, sound, one_pass=False) + _embed(pipeline, sound, one_pass=False))
    if median(control) < 1.5 * median(stock):
        raise Void("twice the work costs no more: the clock is wrong")
    return Report(
        bench="diarization",
        figures={"cpu_ratio": ratio_of_medians(ours, stock), "der_difference": _der_difference()},
        spread={"cpu_ratio": quartiles(ratios(ours, stock))},
        runs=len(ours),
        information={
            "ours_rtf": median(ours) / len(sound) * RATE_HZ,
            "stock_rtf": median(stock) / len(sound) * RATE_HZ,
            "control_over_stock": median(control) / median(stock),
        },
    )


def _embed(pipeline: PyannotePipeline, sound: Samples, *, one_pass: bool) -> float:
    """CPU seconds of a whole diarization."""
    with _as(pipeline, one_pass=one_pass):
        return cost_of(lambda: pipeline.find_turns(sound, lambda _: None))[1]


class _as:
    """The pipeline as ours, or as the library made it."""

    def __init__(self, pipeline: PyannotePipeline, *, one_pass: bool) -> None:
        self._pipeline: Any = pipeline._pipeline  # noqa: SLF001
        self._one_pass = one_pass

    def __enter__(self) -> None:
        from pyannote.audio.pipelines import SpeakerDiarization

        self._before = type(self._pipeline)
        if not self._one_pass:
            self._pipeline.__class__ = SpeakerDiarization

    def __exit__(self, *_: object) -> None:
        self._pipeline.__class__ = self._before


def _der_difference() -> float:
    """Of the library's turns to ours: 0 when they are the same."""
    from pyannote.core import Annotation, Segment
    from pyannote.metrics.diarization import DiarizationErrorRate

    pipeline = PyannotePipeline(DEMONSTRATION_MODELS / "demo-diarization")
    sound = _mix(2, scaled(DER_SECONDS, least=60))
    found = []
    for one_pass in (True, False):
        annotation = Annotation()
        with _as(pipeline, one_pass=one_pass):
            for number, turn in enumerate(pipeline.find_turns(sound, lambda _: None)):
                annotation[Segment(turn.start, turn.end), number] = turn.speaker
        found.append(annotation)
    return float(DiarizationErrorRate()(found[1], found[0]))


def _mix(seed: int, seconds: float) -> Samples:
    scene = play(seed, ("claire", "bilal", "chen"), seconds)
    return np.asarray(np.sum(list(scene.voices.values()), axis=0), np.float32)


if __name__ == "__main__":
    sys.exit(report(measure))
