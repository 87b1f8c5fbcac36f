"""Make a demonstration diarization model: python -m bench.models.diarization FOLDER [--device cuda].

Prints its scores on voices and conversations that it never heard, as one line of JSON.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from bench.models.diarization import embedding, segmentation
from bench.models.diarization.checkpoints import CONFIG, save
from bench.models.diarization.conversations import Manner, converse
from bench.models.diarization.voices import HELD_OUT, SAMPLE_RATE, TRAINED, Speaker, make_speakers
from bench.report import say
from transcripts.pipeline import environment

SEGMENTATION_STEPS, EMBEDDING_STEPS = 423, 551  # of the model that is shipped
CONVERSATIONS = (2, 3, 4, 2, 3, 3, 4, 2, 3, 1)  # people in each
CONVERSATION_S = 90.0


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.models.diarization", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--segmentation-steps", type=int, default=SEGMENTATION_STEPS)
    parser.add_argument("--embedding-steps", type=int, default=EMBEDDING_STEPS)
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--conversations", type=int, default=len(CONVERSATIONS), help="how many to measure on")
    parser.add_argument("--variants", type=int, default=len(TRAINED), help="how many of the voices: few for a trial")
    options = parser.parse_args(arguments)
    environment.prepare()
    known = make_speakers(TRAINED[: options.variants], of_each=3, utterances=14, seed=options.seed)
    unknown = make_speakers(HELD_OUT[: options.variants], of_each=2, utterances=16, seed=options.seed + 1)
    say(f"{len(known)} speakers to learn from, {len(unknown)} to be measured on")
    error = write_folder(options.folder, known, unknown, options)
    told = {
        "equal_error_rate": round(error, 4),
        **measure(options.folder, unknown, CONVERSATIONS[: options.conversations], options.seed),
    }
    sys.stdout.write(json.dumps(told) + "\n")
    return 0


def write_folder(folder: Path, known: list[Speaker], unknown: list[Speaker], options: argparse.Namespace) -> float:
    """Train both, write what pyannote.audio loads; the equal error rate on voices never heard."""
    told: dict[str, Any] = {"seed": options.seed, "device": options.device}
    voices = embedding.train(known, steps=options.embedding_steps, **told)
    save(voices, folder / "embedding", steps=options.embedding_steps, half=True)
    vectors, who = embedding.embed(voices, known, of_each=6, seed=3)
    embedding.save_plda(vectors, who, folder / "plda")
    turns = segmentation.train(known, steps=options.segmentation_steps, **told)
    save(turns, folder / "segmentation", steps=options.segmentation_steps)
    (folder / "config.yaml").write_text(CONFIG, encoding="utf-8")
    return embedding.equal_error_rate(*embedding.embed(voices, unknown, of_each=6, seed=3))


def measure(folder: Path, unknown: Sequence[Speaker], counts: Sequence[int], seed: int) -> dict[str, float]:
    """Diarization error rate, no collar, overlaps included; with the number of speakers told, and without.

    `counts` are the people in each conversation.
    """
    import torch
    from pyannote.audio import Pipeline
    from pyannote.core import Annotation, Segment
    from pyannote.metrics.diarization import DiarizationErrorRate

    pipeline: Any = Pipeline.from_pretrained(folder)
    rates = {"der": DiarizationErrorRate(), "der_told": DiarizationErrorRate()}
    chance = np.random.default_rng(seed)
    for number, count in enumerate(counts):
        people = min(count, len(unknown))
        sound, turns = converse(chance, unknown, people, CONVERSATION_S, Manner(overlap=0.2, silence=0.03))
        truth: Any = Annotation(uri=str(number))
        for place, turn in enumerate(turns):
            truth[Segment(turn.start, turn.end), place] = turn.speaker
        audio = {"waveform": torch.from_numpy(sound)[None], "sample_rate": SAMPLE_RATE, "uri": str(number)}
        rates["der"](truth, pipeline(audio).speaker_diarization)
        rates["der_told"](truth, pipeline(audio, num_speakers=people).speaker_diarization)
        say(f"conversation {number + 1}/{len(counts)}")
    return {name: round(float(abs(rate)), 4) for name, rate in rates.items()}


if __name__ == "__main__":
    sys.exit(main())
