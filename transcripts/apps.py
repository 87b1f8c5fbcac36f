"""Minutes: the jobs that make them, their pages, their search, their exports."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from meetings.models import Recording


class TranscriptsConfig(AppConfig):
    name = "transcripts"
    verbose_name = _("Minutes")

    def ready(self) -> None:
        from meetings.pictures import captions
        from meetings.signals import agreement_narrowed, recording_ready
        from transcripts.captions import captions_of
        from transcripts.forgetting import forget_when_narrowed

        agreement_narrowed.connect(forget_when_narrowed, dispatch_uid="transcripts.forget_when_narrowed")
        captions.provide(captions_of)
        recording_ready.connect(transcribe_when_ready, dispatch_uid="transcripts.transcribe_when_ready")


def transcribe_when_ready(recording: Recording, **__: Any) -> None:
    """The nudge. Should it be lost, `sweep.sweep` finds the recording by its row."""
    from accounts import audit
    from transcripts.actions import request_transcription

    if recording.for_minutes:
        request_transcription(recording, actor=audit.SYSTEM)
