"""Minutes: the jobs that make them, their pages, their search, their exports."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.apps import AppConfig

if TYPE_CHECKING:
    from meetings.models import Recording


class TranscriptsConfig(AppConfig):
    name = "transcripts"
    verbose_name = "Comptes rendus"

    def ready(self) -> None:
        from meetings.signals import recording_ready

        recording_ready.connect(transcribe_when_ready, dispatch_uid="transcripts.transcribe_when_ready")


def transcribe_when_ready(recording: Recording, **_: Any) -> None:
    """The nudge. Should it be lost, `sweep.sweep` finds the recording by its row."""
    from accounts import audit
    from transcripts.actions import request_transcription

    if recording.for_minutes:
        request_transcription(recording, actor=audit.SYSTEM)
