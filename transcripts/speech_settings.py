"""Which speech models the settings name."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from transcripts.pipeline import models
from transcripts.pipeline.engines import Models, SpeechModels
from transcripts.pipeline.errors import ModelRejected
from transcripts.pipeline.models import ModelCard
from transcripts.pipeline.recognisers.choice import REMOTE, Server


@dataclass(frozen=True, slots=True)
class Speech:
    """What hears. `fingerprint` differs between recognisers that may give different words."""

    models: Models
    card: ModelCard
    fingerprint: str


def speech_by_name(settings: Any) -> Callable[[str], Speech]:
    """Names of SPEECH_OTHER_MODELS; "" is the usual one. The function raises ModelRejected."""

    def speech(name: str) -> Speech:
        if not name:
            return Speech(speech_models(settings), read_card(settings), _fingerprint(settings))
        if name not in settings.SPEECH_OTHER_MODELS:
            raise ModelRejected(f"{name}: not one of this installation's models")
        folder = _folder(settings.SPEECH_OTHER_MODELS[name])
        return Speech(speech_models(settings, whisper=folder), models.read_card(folder), _of_folder(settings, folder))

    return speech


def speech_models(settings: Any, *, whisper: Path | None = None, diarization: Path | None = None) -> SpeechModels:
    """`whisper` and `diarization` are folders that stand in place of the settings'."""
    server = None
    if settings.SPEECH_RECOGNISER == REMOTE:
        server = Server(settings.SPEECH_SERVER_URL, settings.SPEECH_SERVER_MODEL, settings.SPEECH_SERVER_KEY)
    return SpeechModels(
        whisper or _folder(settings.SPEECH_WHISPER_MODEL),
        diarization or _folder(settings.SPEECH_DIARIZATION_MODEL),
        threads=settings.SPEECH_THREADS,
        recogniser=settings.SPEECH_RECOGNISER,
        server=server,
    )


def read_card(settings: Any) -> ModelCard:
    """Of the recogniser. A server's model has the name by which it is asked for."""
    if settings.SPEECH_RECOGNISER == REMOTE:
        return ModelCard(settings.SPEECH_SERVER_MODEL, demonstration=False, description={})
    return models.read_card(_folder(settings.SPEECH_WHISPER_MODEL))


def _fingerprint(settings: Any) -> str:
    if settings.SPEECH_RECOGNISER == REMOTE:
        return f"{REMOTE} {settings.SPEECH_SERVER_URL} {settings.SPEECH_SERVER_MODEL}"
    return _of_folder(settings, _folder(settings.SPEECH_WHISPER_MODEL))


def _of_folder(settings: Any, folder: Path) -> str:
    """By what its manifest says; loading compares that with what is there."""
    try:
        manifest = (folder / models.MANIFEST).read_bytes()
    except OSError as error:
        raise ModelRejected(f"{folder.name}: no {models.MANIFEST}") from error
    return f"{settings.SPEECH_RECOGNISER} {hashlib.sha256(manifest).hexdigest()}"


def _folder(setting: str) -> Path:
    """The setting names a model's folder, or the checkpoint in it."""
    path = Path(setting)
    return path.parent if path.is_file() else path
