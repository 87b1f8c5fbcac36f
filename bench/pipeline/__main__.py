"""What the pipeline costs around its models: a stub stands for the recogniser, which costs what its windows last.

`overhead` is all but the stub, over the stub. Held equal in `tracks_growth`: the speech, dealt to 1, 4 or 12 tracks of
the same meeting; in `silence_growth`: the speech, with ten times the silence. `memory_growth_4h` is the peak of a
process that hears four hours over that of one that hears a quarter of an hour. The detector, ffmpeg and all else are
the real ones. The control takes silence for speech.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median

import numpy as np

from bench.corpus.scene import RATE_HZ, Samples, play
from bench.corpus.sounds import noise, write
from bench.cpu import cost_of, use_one_thread
from bench.pipeline.stub import StubModels
from bench.report import FEWEST_RUNS, Report, Void, quartiles, report, say, scaled
from transcripts.pipeline.meeting import assemble
from transcripts.pipeline.track import Request, transcribe_track

RUNS = 5
SPEECH_SECONDS = 300
LONG_SECONDS = 4 * 3600
COUNTS = (1, 4, 12)


async def measure() -> Report:
    return await asyncio.to_thread(_measure)


def _measure() -> Report:
    seconds = scaled(SPEECH_SECONDS, least=60)
    speech = play(1, ("claire",), seconds, pause_s=0.5).voices["claire"]
    models = StubModels()
    models.load()
    use_one_thread()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        tracks = {count: _deal(folder, speech, count) for count in COUNTS}
        sparse = [_write(folder / "sparse.opus", _spread(speech, 11))]
        rounds = []
        runs = scaled(RUNS, least=FEWEST_RUNS)
        _cost(tracks[1], models)  # warm
        for number in range(1, runs + 1):
            models.recogniser.spent_s = 0.0
            plain = _cost(tracks[1], models)
            overhead = (plain - models.recogniser.spent_s) / models.recogniser.spent_s
            others = [_cost(tracks[4], models), _cost(tracks[12], models), _cost(sparse, models)]
            rounds.append((overhead, others[1] / plain, others[2] / plain, others[0] / plain))
            say(f"{number}/{runs}  overhead {overhead:.3f}, 12 tracks {rounds[-1][1]:.2f}, silence {rounds[-1][2]:.2f}")
        _require_control(sparse, tracks[1])
        memory = _memory_growth(folder)
    overheads, by_tracks, by_silence, by_four = map(list, zip(*rounds, strict=True))
    return Report(
        bench="pipeline",
        figures={
            "overhead": median(overheads),
            "tracks_growth": median(by_tracks),
            "silence_growth": median(by_silence),
            "memory_growth_4h": memory,
        },
        spread={
            "overhead": quartiles(overheads),
            "tracks_growth": quartiles(by_tracks),
            "silence_growth": quartiles(by_silence),
        },
        runs=runs,
        information={"speech_s": float(seconds), "tracks_growth_4": median(by_four)},
    )


def _cost(paths: list[Path], models: StubModels) -> float:
    def transcribe() -> None:
        heard = {path.name: transcribe_track(path, Request(), models=models, progress=lambda _: None) for path in paths}
        assemble(heard, dict.fromkeys(heard, 0.0))

    return cost_of(transcribe)[1]


def _require_control(sparse: list[Path], plain: list[Path]) -> None:
    everything = StubModels(hears_silence=True)
    if _cost(sparse, everything) < 2 * _cost(plain, everything):
        raise Void("silence that is recognised costs nothing: the stub is wrong")


def _deal(folder: Path, speech: Samples, count: int) -> list[Path]:
    """The same meeting, each ten seconds of it on the next of `count` tracks; elsewhere a microphone's faint noise."""
    owner = np.arange(len(speech)) // (10 * RATE_HZ) % count
    return [
        _write(folder / f"{count}-{number}.opus", np.where(owner == number, speech, 0).astype(np.float32))
        for number in range(count)
    ]


def _spread(speech: Samples, times: int) -> Samples:
    """`times` as long: silence between each ten seconds of speech."""
    step = 10 * RATE_HZ
    parts = [speech[start : start + step] for start in range(0, len(speech), step)]
    silence = np.zeros((times - 1) * step, np.float32)
    return np.concatenate([part for piece in parts for part in (piece, silence)])


def _write(path: Path, sound: Samples) -> Path:
    write(path, sound + noise(1, len(sound), -75))
    return path


def _memory_growth(folder: Path) -> float:
    """Of processes of their own: a peak never goes down."""
    speech = play(2, ("claire",), 60).voices["claire"]
    peaks = {}
    for seconds in (900, scaled(LONG_SECONDS, least=1800)):
        path = _write(folder / f"{seconds}.opus", np.tile(speech, seconds // 60))
        command = [sys.executable, "-m", "bench.pipeline.peak", str(path)]
        peaks[seconds] = int(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
        say(f"{seconds} s: {peaks[seconds] / 1024:.0f} MB")
    short, long = peaks.values()
    return long / short


if __name__ == "__main__":
    sys.exit(report(measure))
