"""A line as the history keeps it: what makes up a line of the minutes, as plain data."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from accounts.models import User
from transcripts.models import Segment

CONTENT = ("start", "end", "speaker_name", "assurance", "voice", "text", "words")
PLACE = ("index", "part")


def state_of(line: Segment) -> dict[str, Any]:
    kept = {name: getattr(line, name) for name in (*PLACE, *CONTENT, "revision")}
    namer = line.attributed_by_id
    return {**kept, "track": str(line.track_id), "attributed_by": str(namer) if namer else None}


def says(line: Segment, state: dict[str, Any]) -> bool:
    """Wherever it stands, and whatever its revision."""
    now = state_of(line)
    return all(now[name] == state[name] for name in (*CONTENT, "attributed_by"))


def put_back(line: Segment, state: dict[str, Any]) -> Segment:
    """The content of `state` in `line`, where it is now."""
    for name in CONTENT:
        setattr(line, name, state[name])
    namer = state["attributed_by"]  # whose account may have been closed since
    line.attributed_by = User.objects.filter(pk=namer).first() if namer else None
    return line


def rebuilt(
    line_id: int | None, transcription_id: UUID, participation_id: UUID | None, state: dict[str, Any]
) -> Segment:
    """A line that is no more, as it was; or a new one like it."""
    line = Segment(
        pk=line_id,
        transcription_id=transcription_id,
        participation_id=participation_id,
        track_id=UUID(state["track"]),
        **{name: state[name] for name in PLACE},
    )
    return put_back(line, state)
