"""The pipeline alone: python -m transcripts.pipeline FILE… prints the lines of a meeting as JSON."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from transcripts.pipeline.errors import SpeechError
from transcripts.pipeline.models import DEMONSTRATION_MODELS
from transcripts.pipeline.speech import Utterance
from transcripts.pipeline.timeline import merge_tracks
from transcripts.pipeline.track import SpeechModels, transcribe_track


def main(arguments: Sequence[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    try:
        lines = _transcribe(options)
    except SpeechError as error:
        sys.stderr.write(f"{error.code}: {error}\n")
        return 1
    json.dump([asdict(line) for line in lines], sys.stdout, ensure_ascii=False, indent=1)
    sys.stdout.write("\n")
    return 0


def _transcribe(options: argparse.Namespace) -> list[Utterance]:
    models = SpeechModels(options.whisper, options.diarization)
    words = {
        path.name: transcribe_track(
            path, shared_microphone=options.shared_microphone, models=models, progress=lambda _: None
        ).words
        for path in options.files
    }
    return merge_tracks(words, dict.fromkeys(words, 0.0))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m transcripts.pipeline", description=__doc__)
    parser.add_argument("files", type=Path, nargs="+", metavar="FILE", help="tracks that began at the same instant")
    parser.add_argument("--shared-microphone", action="store_true", help="several people speak on each file")
    parser.add_argument("--whisper", type=Path, default=DEMONSTRATION_MODELS / "demo-whisper")
    parser.add_argument("--diarization", type=Path, default=DEMONSTRATION_MODELS / "demo-diarization")
    return parser


if __name__ == "__main__":
    sys.exit(main())
