"""Make a demonstration recogniser: python -m bench.models.whisper FOLDER [--device cuda] [--minutes 60].

Prints its scores on voices and sentences that it never heard, as one line of JSON.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from bench.models.whisper import checkpoint, measure, training
from bench.models.whisper.network import SHIPPED, Size
from bench.models.whisper.utterances import make_pool
from bench.report import say
from transcripts.pipeline import environment

NAME = "fr-demo.pt"
SENTENCES = 14_000  # about ten hours
STEPS = 9_000


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.models.whisper", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--sentences", type=int, default=SENTENCES, help="to learn from")
    parser.add_argument("--steps", type=int, default=STEPS)
    parser.add_argument(
        "--minutes", type=float, default=float("inf"), help="of training at most; not the same twice if it ends so"
    )
    parser.add_argument("--seconds", type=float, default=32.0, help="of sound in a step: 240 and more on a GPU")
    parser.add_argument("--narrow", action="store_true", help="sums of 16 bits (bfloat16)")
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--threads", type=int, default=1, help="of the processor")
    parser.add_argument("--width", type=int, default=SHIPPED.width, help="a multiple of 32")
    parser.add_argument("--measured", type=int, default=60, help="how many sentences to measure on; 0 for none")
    options = parser.parse_args(arguments)
    if options.steps < 1 or options.minutes <= 0 or options.sentences < 1 or options.measured < 0 or options.width % 32:
        parser.error("steps, minutes and sentences are above 0, and the width is a multiple of 32")
    sys.stdout.write(json.dumps(make(options)) + "\n")
    return 0


def make(options: argparse.Namespace) -> dict[str, float | int | None]:
    """Train, write the checkpoint alone in the folder, measure it as it was written."""
    import torch

    environment.prepare()
    torch.set_num_threads(options.threads)
    pool = make_pool(options.sentences, options.seed)
    say(f"{options.sentences} sentences, {pool.hours():.1f} hours of speech, {len(pool.tokens())} pieces of words")
    model = training.train(
        pool,
        steps=options.steps,
        minutes=options.minutes,
        seed=options.seed,
        device=options.device,
        seconds=options.seconds,
        narrow=options.narrow,
        size=Size(width=options.width),
    )
    path = options.folder / NAME
    checkpoint.save(model, path)
    told: dict[str, float | int | None] = {
        "trained_hours": round(pool.hours(), 2),
        "megabytes": round(path.stat().st_size / 1e6, 2),
    }
    if options.measured:
        told |= measure.measure(path, sentences=options.measured, seed=options.seed + 1, device=options.device)
    return told


if __name__ == "__main__":
    sys.exit(main())
