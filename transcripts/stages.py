"""The stages of minutes in the making, in words: for the page as it is served, and for its script."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from transcripts.events import Progress, State

STEPS = 3


@dataclass(frozen=True, slots=True)
class Stage:
    """`step` of STEPS; `text` may hold the names of Progress in braces; `following` names the next step.

    `unsure` is the text where the minutes that a job waits are not known.
    """

    step: int
    title: str
    text: str
    following: str
    unsure: str = ""


def stages() -> dict[State, Stage]:
    """In the reader's language. What is done, failed or without minutes has a page of its own."""
    transcription, ready = _("Transcription"), _("Minutes ready")
    return {
        "recording": Stage(1, _("Recording"), _("The meeting is still being recorded."), transcription),
        "collecting": Stage(
            1, _("Collecting"), _("The tracks of those who agreed are being put in a safe place."), transcription
        ),
        "queued": Stage(
            2,
            transcription,
            _("Waiting for a machine to be free: number {place} in the queue, about {minutes} min."),
            ready,
            _("Waiting for a machine to be free: number {place} in the queue."),
        ),
        "transcribing": Stage(2, transcription, _("Step {step} of {total}, {percent} %."), ready),
    }


def describe(progress: Progress) -> str:
    stage = stages()[progress.state]
    text = stage.unsure if stage.unsure and not progress.minutes else stage.text
    return text.format(
        step=min(progress.done + 1, progress.total),
        total=progress.total,
        percent=progress.percent,
        place=progress.place or 1,
        minutes=progress.minutes,
    )
