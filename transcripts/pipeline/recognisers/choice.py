"""Which recogniser: a name, with the folder of its weights or the server that runs it."""

from __future__ import annotations

import functools
from dataclasses import dataclass, field
from pathlib import Path

from transcripts.pipeline import models as model_folders
from transcripts.pipeline.errors import RecogniserRefused
from transcripts.pipeline.hearing import Recogniser

OPENAI_WHISPER, FASTER_WHISPER, REMOTE = "openai-whisper", "faster-whisper", "remote"
RECOGNISERS = (OPENAI_WHISPER, FASTER_WHISPER, REMOTE)


@dataclass(frozen=True, slots=True)
class Server:
    """An OpenAI-compatible server: `url` is what precedes /audio/transcriptions, as https://speech.example/v1."""

    url: str
    model: str
    key: str = field(default="", repr=False)
    timeout_s: float = 120.0


@functools.cache
def load_recogniser(name: str, folder: Path, server: Server | None, threads: int) -> Recogniser:
    """The same again for the same choice. Raises ModelRejected, RecogniserRefused before anything is loaded."""
    if name == OPENAI_WHISPER:
        from transcripts.pipeline.recognisers.openai_whisper import OpenAIWhisper

        model_folders.verify(folder)
        return OpenAIWhisper(model_folders.checkpoint_of(folder))
    if name == FASTER_WHISPER:
        from transcripts.pipeline.recognisers.faster_whisper import FasterWhisper

        model_folders.verify(folder)
        return FasterWhisper(folder, threads)
    if name == REMOTE and server is not None:
        from transcripts.pipeline.recognisers.remote import RemoteRecogniser

        return RemoteRecogniser(server)
    raise RecogniserRefused(f"no recogniser {name}")
