"""Measure the speech models of this installation, or others, on recordings whose words are known."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from transcripts.pipeline.engines import SpeechModels
from transcripts.pipeline.errors import SpeechError
from transcripts.pipeline.evaluation.manifest import evaluate, read_manifest
from transcripts.pipeline.evaluation.reference import BadReference
from transcripts.pipeline.evaluation.score import Score
from transcripts.speech_settings import speech_models

_COLUMNS = ("der", "wer", "attribution_error", "phantoms_per_hour", "rtf")


class Command(BaseCommand):
    help = "Print DER, WER, attribution errors, phantom words per hour of silence and RTF, per recording and in all."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("manifest", type=Path, help="see docs/quality.md")
        parser.add_argument("--json", action="store_true", help="one JSON object instead of a table")
        parser.add_argument("--whisper", type=Path, help="another model for words than the installation's")
        parser.add_argument("--diarization", type=Path, help="another model for voices")

    def handle(self, *_: Any, **options: Any) -> None:
        models = speech_models(settings, whisper=options["whisper"], diarization=options["diarization"])
        try:
            scores = self._measure(options["manifest"], models)
        except (BadReference, SpeechError, OSError) as error:
            raise CommandError(f"{getattr(error, 'code', 'manifest')}: {error}") from error
        total = sum((score for score, _ in scores.values()), Score())
        if options["json"]:
            each = {name: {**score.rates(), "dropped": dropped} for name, (score, dropped) in scores.items()}
            self.stdout.write(json.dumps({"recordings": each, "all": total.rates()}, ensure_ascii=False, indent=1))
        else:
            self.stdout.write(table({**{name: score for name, (score, _) in scores.items()}, "(all)": total}))

    def _measure(self, manifest: Path, models: SpeechModels) -> dict[str, tuple[Score, dict[str, int]]]:
        scores = {}
        for known in read_manifest(manifest):
            score, meeting = evaluate(known, models, lambda name: self.stderr.write(name))
            scores[known.name] = (score, meeting.dropped)
        return scores


def table(scores: dict[str, Score]) -> str:
    width = max(map(len, scores))
    lines = [f"{'':{width}}  {'DER':>7} {'WER':>7} {'misnamed':>8} {'phantoms/h':>10} {'RTF':>6}"]
    for name, score in scores.items():
        der, wer, misnamed, phantoms, rtf = (score.rates()[column] for column in _COLUMNS)
        shown = f"{_percent(der):>7} {_percent(wer):>7} {_percent(misnamed):>8} {_plain(phantoms):>10} {_plain(rtf):>6}"
        lines.append(f"{name:{width}}  {shown}")
    return "\n".join(lines)


def _percent(value: float | None) -> str:
    return "-" if value is None else f"{value:.1%}"


def _plain(value: float | None) -> str:
    return "-" if value is None else f"{value:.3g}"
