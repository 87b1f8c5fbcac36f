"""Which engine: by a setting."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ImproperlyConfigured

from transcripts.live.engine import Engine
from transcripts.pipeline.hearing import Recogniser

WHISPER, KYUTAI = "whisper", "kyutai"


def open_engine(settings: Any) -> Engine:
    """In a running event loop. Raises ImproperlyConfigured."""
    if settings.CAPTIONS_ENGINE == KYUTAI:
        from transcripts.live.kyutai import KyutaiEngine

        if not settings.CAPTIONS_SERVERS:
            raise ImproperlyConfigured("CAPTIONS_SERVERS names no server")
        return KyutaiEngine(settings.CAPTIONS_SERVERS, settings.CAPTIONS_SERVER_KEY)
    if settings.CAPTIONS_ENGINE != WHISPER:
        raise ImproperlyConfigured(f"no engine of captions {settings.CAPTIONS_ENGINE}")
    from transcripts.live.whisper import WhisperEngine

    return WhisperEngine(lambda: _recogniser(settings))


def _recogniser(settings: Any) -> Recogniser:
    """The one of the minutes, without what else they need."""
    from transcripts.speech_settings import speech_models

    return speech_models(settings).load().recogniser
