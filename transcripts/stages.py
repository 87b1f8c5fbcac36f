"""The stages of minutes in the making, in words: for the page as it is served, and for its script."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from transcripts.events import Progress, State

STEPS = 3


@dataclass(frozen=True, slots=True)
class Stage:
    """`step` of STEPS; `text` may hold {done} and {total}; `following` names the next step."""

    step: int
    title: str
    text: str
    following: str


def stages() -> dict[State, Stage]:
    """In the reader's language. What is done, failed or without minutes has a page of its own."""
    transcription, ready = _("Transcription"), _("Minutes ready")
    return {
        "recording": Stage(1, _("Recording"), _("The meeting is still being recorded."), transcription),
        "collecting": Stage(
            1, _("Collecting"), _("The tracks of those who agreed are being put in a safe place."), transcription
        ),
        "queued": Stage(2, transcription, _("Waiting for a machine to be free."), ready),
        "transcribing": Stage(2, transcription, _("Tracks transcribed: {done} of {total}."), ready),
    }


def describe(progress: Progress) -> str:
    return stages()[progress.state].text.format(done=progress.done, total=progress.total)
