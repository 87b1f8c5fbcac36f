"""Four people, ten minutes, a track each; beside it openai-whisper and pyannote.audio on the mix, the same weights.

Held equal: the process, one thread, the weights, the speech, Opus for both. The peer transcribes the mix as the library
does by default but for `condition_on_previous_text`, which the demonstration model can't have, and gives each word the
speaker of the turn that it overlaps most. The control is the peer on the mix twice over.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from bench.corpus.scene import RATE_HZ, Scene, play
from bench.corpus.sounds import noise, write
from bench.cpu import cost_of, use_one_thread
from bench.report import FEWEST_RUNS, Report, Void, quartiles, ratio_of_medians, ratios, report, say, scaled
from transcripts.pipeline import environment
from transcripts.pipeline.audio import decode
from transcripts.pipeline.evaluation.reference import Reference, Said, turns_of
from transcripts.pipeline.evaluation.score import Score, score
from transcripts.pipeline.meeting import assemble
from transcripts.pipeline.models import DEMONSTRATION_MODELS, checkpoint_of
from transcripts.pipeline.speakers import assign_speakers
from transcripts.pipeline.speech import Turn, Word
from transcripts.pipeline.track import Request, SpeechModels, transcribe_track

RUNS = 5
SECONDS = 600
PEOPLE = ("claire", "bilal", "chen", "dora")
MODELS = SpeechModels(DEMONSTRATION_MODELS / "demo-whisper", DEMONSTRATION_MODELS / "demo-diarization")
LEAST_ERROR = 1e-4  # stands for no error at all under a ratio


async def measure() -> Report:
    return await asyncio.to_thread(_measure)


def _measure() -> Report:
    environment.prepare()
    scene = play(1, PEOPLE, scaled(SECONDS, least=60))
    with tempfile.TemporaryDirectory() as folder:
        tracks, mix = _write(scene, Path(folder))
        MODELS.load()
        peer = Peer()
        use_one_thread()
        ours_s, peers_s, ours, peers = [], [], Score(), Score()
        _ours(scene, tracks), peer.transcribe(scene, mix)  # warm
        runs = scaled(RUNS, least=FEWEST_RUNS)
        for number in range(1, runs + 1):
            ours, seconds = cost_of(lambda: _ours(scene, tracks))
            ours_s.append(seconds)
            peers, seconds = cost_of(lambda: peer.transcribe(scene, mix))
            peers_s.append(seconds)
            say(f"{number}/{runs}  CPU s: ours {ours_s[-1]:.1f}, the peer's {peers_s[-1]:.1f}")
        _, twice_s = cost_of(lambda: (peer.transcribe(scene, mix), peer.transcribe(scene, mix)))
        if twice_s < 1.5 * min(peers_s):
            raise Void("twice the work costs no more: the clock is wrong")
    return Report(
        bench="transcription",
        figures={
            "cpu_ratio": ratio_of_medians(ours_s, peers_s),
            "attribution_error_ratio": _error(ours.attribution_error) / _error(peers.attribution_error),
            "wer_ratio": _error(ours.wer) / _error(peers.wer),
            "whisperx_cpu_ratio": None,
        },
        spread={"cpu_ratio": quartiles(ratios(ours_s, peers_s))},
        runs=runs,
        information={
            **{f"ours_{name}": value for name, value in ours.rates().items() if value is not None and name != "rtf"},
            **{f"peer_{name}": value for name, value in peers.rates().items() if value is not None and name != "rtf"},
            "ours_rtf": sorted(ours_s)[len(ours_s) // 2] / scene.seconds,
        },
        why={"whisperx_cpu_ratio": "whisperx does not install beside this torch"},
    )


def _write(scene: Scene, folder: Path) -> tuple[dict[str, Path], Path]:
    tracks = {speaker: folder / f"{speaker}.opus" for speaker in scene.voices}
    for number, (speaker, voice) in enumerate(scene.voices.items()):
        write(tracks[speaker], voice + noise(number, len(voice), -65))
    mixed = np.sum(list(scene.voices.values()), axis=0) + noise(9, round(scene.seconds * RATE_HZ), -60)
    write(folder / "mix.opus", mixed.astype(np.float32))
    return tracks, folder / "mix.opus"


def _ours(scene: Scene, tracks: dict[str, Path]) -> Score:
    heard = {
        who: transcribe_track(path, Request(), models=MODELS, progress=lambda _: None) for who, path in tracks.items()
    }
    meeting = assemble(heard, dict.fromkeys(heard, 0.0))
    return _score(scene, [Said(w.start, w.end, w.text, line.speaker) for line in meeting.lines for w in line.words])


class Peer:
    """The two libraries as they come."""

    def __init__(self) -> None:
        import whisper
        from pyannote.audio import Pipeline

        self._whisper: Any = whisper.load_model(str(checkpoint_of(MODELS.whisper)))
        self._pyannote: Any = Pipeline.from_pretrained(MODELS.diarization)

    def transcribe(self, scene: Scene, mix: Path) -> Score:
        import torch

        waveform = decode(mix)
        torch.manual_seed(1)
        found = self._whisper.transcribe(
            waveform, language="fr", word_timestamps=True, condition_on_previous_text=False, fp16=False
        )
        words = [
            Word(float(word["start"]), float(word["end"]), word["word"].strip())
            for segment in found["segments"]
            for word in segment["words"]
        ]
        spoken = [said for word in assign_speakers(words, self._turns(waveform)) for said in _as_said(word)]
        return _score(scene, spoken)

    def _turns(self, waveform: Any) -> Sequence[Turn]:
        import torch

        file = {"waveform": torch.from_numpy(waveform)[None], "sample_rate": RATE_HZ, "uri": "mix"}
        exclusive = self._pyannote(file).exclusive_speaker_diarization
        return [Turn(span.start, span.end, voice) for span, _, voice in exclusive.itertracks(yield_label=True)]


def _as_said(word: Word) -> Sequence[Said]:
    return [Said(word.start, word.end, word.text, f"voice {word.speaker}")] if word.text else []


def _score(scene: Scene, heard: Sequence[Said]) -> Score:
    return score(Reference(scene.words, tuple(turns_of(scene.words))), heard, seconds=scene.seconds)


def _error(rate: float | None) -> float:
    return max(rate or 0.0, LEAST_ERROR)


if __name__ == "__main__":
    sys.exit(report(measure))
