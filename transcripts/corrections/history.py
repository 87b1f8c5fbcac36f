"""What a line was, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from transcripts.minutes import speaker_label
from transcripts.models import Comment, Edit, LineChange, RecognisedLine, Segment, SpeakerAssurance, Transcription


@dataclass(frozen=True, slots=True)
class Step:
    """One change. `text` and `speaker` are those before it, where they differ from those after it."""

    at: datetime
    by: str
    did: str
    text: str
    speaker: str


@dataclass(frozen=True, slots=True)
class History:
    line: int
    original: str
    steps: tuple[Step, ...]
    comments: tuple[Comment, ...]


DID = {
    Edit.Kind.TEXT: lambda: _("Text corrected"),
    Edit.Kind.SPLIT: lambda: _("Split in two"),
    Edit.Kind.MERGE: lambda: _("Merged with the line before it"),
    Edit.Kind.REMOVE: lambda: _("Removed"),
    Edit.Kind.SPEAKER: lambda: _("Speaker named"),
    Edit.Kind.REPLACE: lambda: _("Corrected by a replacement"),
    Edit.Kind.UNDO: lambda: _("Correction undone"),
}


def history_of(transcription: Transcription, line_id: int) -> History | None:
    """None of a line that these minutes never had, or whose speaker took it back. Newest steps first."""
    changes = LineChange.objects.filter(edit__transcription=transcription, line=line_id)
    steps = [_step(change) for change in changes.select_related("edit__by").order_by("-pk")]
    original = _original(transcription, line_id)
    if original is None and not steps:
        return None
    comments = transcription.comments.filter(line=line_id).select_related("by")
    return History(line_id, original or "", tuple(steps), tuple(comments))


def _original(transcription: Transcription, line_id: int) -> str | None:
    kept = RecognisedLine.objects.filter(transcription=transcription, line=line_id)
    untouched = Segment.objects.filter(transcription=transcription, pk=line_id, revision=0)
    return kept.values_list("text", flat=True).first() or untouched.values_list("text", flat=True).first()


def _step(change: LineChange) -> Step:
    before, after = change.before or {}, change.after or {}
    text = before.get("text", "")
    speaker = _speaker(before) if before else ""
    return Step(
        at=change.edit.at,
        by=change.edit.by.get_full_name() if change.edit.by else _("an account that was closed"),
        did=DID[Edit.Kind(change.edit.kind)](),
        text=text if text != after.get("text") else "",
        speaker=speaker if not after or speaker != _speaker(after) else "",
    )


def _speaker(state: dict[str, object]) -> str:
    return speaker_label(str(state["speaker_name"]), SpeakerAssurance(str(state["assurance"])), state["voice"])  # type: ignore[arg-type]
