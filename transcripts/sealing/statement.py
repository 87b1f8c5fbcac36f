"""What the seal says of minutes. It holds no word that was said, and nobody's name: lines and people are there by their
digests.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Manager

from accounts.models import User
from transcripts.models import ApprovedVersion, RecognisedLine, Segment, Transcription
from transcripts.sealing.canonical import Content, canonical, digest, link, ms, salted
from transcripts.sealing.people import People
from transcripts.structure.reading import Structured, structure_of

FORMAT = "visio-minutes/3"
# The chain of each format: each link proves those before it. Versions that were sealed stay in the format of their day.
CHAINS = {
    "visio-minutes/1": ("tracks", "recognition", "corrections", "lines"),
    "visio-minutes/2": ("tracks", "recognition", "corrections", "lines", "items"),
    "visio-minutes/3": ("tracks", "recognition", "people", "corrections", "lines", "items"),
}
_RECOGNISED = ("index", "start", "end", "track_id", "speaker_name", "assurance", "voice", "text")


@dataclass(frozen=True, slots=True)
class Line(Content):
    """`line` is the segment's, which is in no content."""

    line: int
    participation_id: UUID | None


def read_lines(transcription: Transcription, people: People) -> list[Line]:
    rows = transcription.segments.defer("lexemes", "words").select_related("attributed_by").order_by("index", "part")
    return [_line(row, position, people) for position, row in enumerate(rows)]


def _line(row: Segment, position: int, people: People) -> Line:
    content = {
        "position": position,
        "start_ms": ms(row.start),
        "end_ms": ms(row.end),
        "track": str(row.track_id),
        "speaker": row.speaker_name,
        "assurance": row.assurance,
        "attributed_by": people.place_if(row.attributed_by),
        "voice": row.voice,
        "text": row.text,
    }
    return Line(salted(content), row.pk, row.participation_id)


@dataclass(frozen=True, slots=True)
class SealedPoint(Content):
    """A chapter or an item that somebody had accepted."""

    kind: str
    speakers: list[UUID]
    is_as_generated: bool


def read_points(transcription: Transcription, lines: Sequence[Line], people: People) -> list[SealedPoint]:
    """Drafts that nobody accepted are no part of what is approved."""
    positions = {line.line: position for position, line in enumerate(lines)}
    authors = {item.pk: item.by for item in transcription.items.select_related("by")}
    structure = enumerate(structure_of(transcription))
    return [_point(item, position, positions, people.place_if(authors[item.id])) for position, item in structure]


def _point(item: Structured, position: int, positions: Mapping[int, int], by: int | None) -> SealedPoint:
    content = {
        "position": position,
        "kind": item.kind,
        "start_ms": ms(item.start),
        "text": item.text,
        "who": item.who,
        "due": item.due.isoformat() if item.due else None,
        "lines": [positions[cited.line] for cited in item.lines],
        "by": by,
        "model": item.model or None,
        "as_generated": item.is_as_generated,
    }
    speakers = {cited.participation_id for cited in item.lines} - {None}
    return SealedPoint(salted(content), item.kind, [one for one in speakers if one], item.is_as_generated)


def make_statement(
    transcription: Transcription,
    lines: Sequence[Line],
    points: Sequence[SealedPoint],
    people: People,
    *,
    number: int,
    approved_by: User,
    approved_at: datetime,
) -> dict[str, Any]:
    recording = transcription.recording
    previous = transcription.versions.first()
    approved = {"by": people.place(approved_by), "at": approved_at.isoformat()}
    reviewers = [people.place(reviewer.user) for reviewer in transcription.reviewers.select_related("user")]
    corrections = _corrections(transcription, people)
    parts = {
        "tracks": _tracks(transcription),
        "recognition": _recognition(transcription),
        "people": [person.digest for person in people.all()],
        "corrections": corrections,
        "lines": [line.digest for line in lines],
        "items": [point.digest for point in points],
    }
    return {
        "format": FORMAT,
        "version": number,
        "supersedes": previous.digest if previous else None,
        "meeting": {
            "recording": str(recording.pk),
            "title": recording.meeting.title,
            "institution": str(recording.meeting.room.institution),
            "started_at": recording.started_at.isoformat(),
            "stopped_at": recording.stopped_at.isoformat() if recording.stopped_at else None,
        },
        **parts,
        "chain": make_chain(parts, FORMAT),
        "reviewers": reviewers,
        "approved": approved,
    }


def make_chain(parts: dict[str, Any], form: str) -> dict[str, str]:
    chain: dict[str, str] = {}
    reached = form
    for name in CHAINS[form]:
        chain[name] = reached = link(reached, parts[name])
    return chain


def _tracks(transcription: Transcription) -> list[dict[str, Any]]:
    return [
        {
            "id": str(track.pk),
            "sha256": track.sha256,
            "bytes": track.size_bytes,
            "start_ms": ms(track.start),
            "duration_ms": ms(track.duration),
        }
        for track in transcription.recording.tracks.order_by("start", "pk")
    ]


def _recognition(transcription: Transcription) -> dict[str, Any]:
    """What was recognised: by which model, with which parameters, and a digest of all lines as they were then."""
    finished = transcription.finished_at
    return {
        "model": transcription.model_name,
        "card": _whole(transcription.model_card),
        "finished_at": finished.isoformat() if finished else None,
        "lines_sha256": digest(canonical(_recognised(transcription))),
    }


def _whole(card: Any) -> Any:
    """A canonical form has no fractions: they are written as text."""
    if isinstance(card, dict):
        return {str(name): _whole(value) for name, value in card.items()}
    if isinstance(card, list):
        return [_whole(value) for value in card]
    return repr(card) if isinstance(card, float) else card


def _recognised(transcription: Transcription) -> list[list[Any]]:
    untouched = Segment.objects.filter(transcription=transcription, revision=0)
    kept = RecognisedLine.objects.filter(transcription=transcription)
    rows = [row for found in (untouched, kept) for row in found.values_list(*_RECOGNISED)]
    return [
        [index, ms(start), ms(end), str(track), name, assurance, voice, text]
        for index, start, end, track, name, assurance, voice, text in sorted(rows, key=lambda row: row[0])
    ]


def _corrections(transcription: Transcription, people: People) -> list[dict[str, Any]]:
    return [
        {
            "edit": edit.pk,
            "kind": edit.kind,
            "undoes": edit.undoes_id,
            "by": people.place_if(edit.by),
            "at": edit.at.isoformat(),
        }
        for edit in transcription.edits.select_related("by").order_by("pk")
    ]


def write_file(version: ApprovedVersion, key: str) -> bytes:
    """The sealed file that is given out: the statement, its signature, and the words and names that were not erased."""
    form = json.loads(version.statement)["format"]
    contents: dict[str, Manager[Any]] = {"lines": version.lines, "items": version.items, "people": version.people}
    file = {
        "format": form,
        "statement": version.statement,
        "signature": version.signature,
        "key": key,
        **{
            name: list(rows.order_by("position").values_list("content", flat=True))
            for name, rows in contents.items()
            if name in CHAINS[form]
        },
    }
    return canonical(file)
