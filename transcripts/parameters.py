"""How minutes are to be made. Fixed when they are asked for, so that every step of a job does the same."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Self

from meetings.models import Track
from transcripts.pipeline.chunks import Chunk
from transcripts.pipeline.diarize import SpeakerCount
from transcripts.pipeline.hearing import FRENCH, NO_HINTS, Hints
from transcripts.pipeline.track import Plan, Request

PLANNING = "3"  # raise it with what changes the plan of a track, other than its parameters
HEARING = "2"  # the same for what is heard of a chunk


@dataclass(frozen=True, slots=True)
class Parameters:
    """`language` as in track.Request; with `each_their_own`, who said in the room that they speak another is heard in
    that. `model` is a name of the settings, "" for the usual one.
    """

    language: str | None = FRENCH
    speakers: SpeakerCount = field(default_factory=SpeakerCount)
    model: str = ""
    hints: Hints = NO_HINTS
    each_their_own: bool = False

    def request(self, track: Track) -> Request:
        own = track.participation.speaks if self.each_their_own else ""
        return Request(track.shared_microphone, own or self.language, self.hints, self.speakers)

    def forgotten(self) -> Self:
        """What may stay in the row once the work is over: no names."""
        return replace(self, hints=NO_HINTS)

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, fields: dict[str, Any]) -> Self:
        """Of a row that was written before there were parameters too."""
        hints = {name: tuple(terms) for name, terms in fields.get("hints", {}).items()}
        speakers = SpeakerCount(**fields.get("speakers", {}))
        return cls(
            language=fields.get("language", FRENCH),
            speakers=speakers,
            model=fields.get("model", ""),
            hints=Hints(**hints),
            each_their_own=fields.get("each_their_own", False),
        )


def plan_key(track_sha256: str, request: Request) -> str:
    """Of all that the plan of a track depends on."""
    speakers = asdict(request.speakers) if request.shared_microphone else {}
    return _digest(PLANNING, track_sha256, request.shared_microphone, request.language, speakers)


def chunk_key(track_sha256: str, plan: Plan, chunk: Chunk, hints: Hints, fingerprint: str) -> str:
    """Of all that the words of a chunk depend on. `fingerprint` is that of the recogniser."""
    places = chunk.key(track_sha256, plan.language or "", fingerprint)
    return _digest(HEARING, places, asdict(hints))


def _digest(*parts: object) -> str:
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False, sort_keys=True).encode()).hexdigest()
