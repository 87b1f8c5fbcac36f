"""Errors that a recording or an installation may cause. `code` is stable, for programs."""

from __future__ import annotations


class SpeechError(Exception):
    code = "speech"


class AudioUnreadable(SpeechError):
    """The file is not a recording that we can decode: trying again would give the same."""

    code = "audio-unreadable"


class ModelRejected(SpeechError):
    """A model's folder is not what its manifest says. Nothing of it was loaded."""

    code = "model-rejected"


class RecogniserFailed(SpeechError):
    """A recogniser cannot be reached, or answers what is no transcription. Another try may do."""

    code = "recogniser-failed"


class NoTranscription(RecogniserFailed):
    """It answers what is no transcription of what it was given."""


class RecogniserRefused(SpeechError):
    """The setting names no recogniser that may be used here: unknown, not installed, or reached without encryption."""

    code = "recogniser-refused"
