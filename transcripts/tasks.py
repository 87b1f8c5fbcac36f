"""Celery's doors: an id in, one function called. The speech libraries are imported by workers alone, inside."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

from celery import shared_task
from django.conf import settings

from transcripts import sweep


@shared_task  # type: ignore[untyped-decorator]
def transcribe_recording(transcription_id: str) -> None:
    """In the queue `speech`. May be told twice: the row's lease lets one in."""
    from transcripts.pipeline.models import read_card
    from transcripts.pipeline.track import SpeechModels
    from transcripts.run import Tools, run_transcription

    whisper = _folder(settings.SPEECH_WHISPER_MODEL)
    models = SpeechModels(whisper, _folder(settings.SPEECH_DIARIZATION_MODEL))
    tools = Tools(models, lambda: read_card(whisper), scratch=settings.VAR_DIR / "speech")
    run_transcription(UUID(transcription_id), tools)


@shared_task  # type: ignore[untyped-decorator]
def sweep_transcriptions() -> None:
    sweep.sweep()


def _folder(setting: str) -> Path:
    """The setting names a model's folder, or the checkpoint in it."""
    path = Path(setting)
    return path.parent if path.is_file() else path
