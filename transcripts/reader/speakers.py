"""Who spoke, for how long: counted by the database, one row for each voice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Count, F, Min, QuerySet, Sum

from transcripts.minutes import anchor, clock, speaker_label
from transcripts.models import Segment, SpeakerAssurance, Transcription

_VOICE = ("participation", "speaker_name", "voice", "assurance")


@dataclass(frozen=True, slots=True)
class Voice:
    """A voice, as addresses name it: the lines that say that they are of the same one as `line`."""

    line: int
    name: str
    filters: Mapping[str, Any]

    def among(self, rows: QuerySet[Segment]) -> QuerySet[Segment]:
        return rows.filter(**self.filters)


@dataclass(frozen=True, slots=True)
class Speaker:
    """`line` is the first one; `share` of the time in which anybody spoke, 0 to 100."""

    line: int
    name: str
    assurance: SpeakerAssurance
    seconds: float
    lines: int
    share: int
    start: float

    @property
    def clock(self) -> str:
        return clock(self.seconds)

    @property
    def anchor(self) -> str:
        return anchor(self.start)


def speakers_of(transcription: Transcription) -> list[Speaker]:
    """Who spoke longest first. One query."""
    rows = list(
        transcription.segments.values(*_VOICE)
        .annotate(seconds=Sum(F("end") - F("start")), count=Count("pk"), first=Min("pk"), since=Min("start"))
        .order_by("-seconds", "since")
    )
    total = sum(row["seconds"] for row in rows) or 1.0
    return [_speaker(row, total) for row in rows]


def _speaker(row: Mapping[str, Any], total: float) -> Speaker:
    assurance = SpeakerAssurance(row["assurance"])
    return Speaker(
        line=row["first"],
        name=speaker_label(row["speaker_name"], assurance, row["voice"]),
        assurance=assurance,
        seconds=row["seconds"],
        lines=row["count"],
        share=round(100 * row["seconds"] / total),
        start=row["since"],
    )


def voice_of(transcription: Transcription, line_id: int) -> Voice | None:
    """Of one of its lines; None of a line that is not there."""
    row = transcription.segments.filter(pk=line_id).values(*_VOICE).first()
    if row is None:
        return None
    participation: UUID | None = row["participation"]
    name = speaker_label(row["speaker_name"], SpeakerAssurance(row["assurance"]), row["voice"])
    return Voice(line_id, name, row | {"participation": participation})
