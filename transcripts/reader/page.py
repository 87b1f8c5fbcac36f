"""What the page of minutes shows of their words: one part of the lines, and all that leads to the others."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Max

from transcripts.minutes import read_about
from transcripts.models import Transcription
from transcripts.reader.marks import marks_of
from transcripts.reader.parts import Asked, read_part
from transcripts.reader.speakers import speakers_of, voice_of
from transcripts.reader.wave import has_wave
from transcripts.structure.page import structure_page
from transcripts.structure.reading import shown_and_gone

LARGEST = 2**31 - 1  # of an index in the database, and more seconds than any meeting has


def read_asked(transcription: Transcription, query: Mapping[str, str]) -> Asked:
    """Addresses are typed by people too: what makes no sense is as good as nothing."""
    line = _whole(query.get("voix"))
    return Asked(
        after=_whole(query.get("apres")),
        before=_whole(query.get("avant")),
        seconds=_seconds(query.get("t")),
        whole="tout" in query,
        voice=voice_of(transcription, line) if line is not None else None,
    )


def _whole(typed: str | None) -> int | None:
    return int(typed) if typed and typed.isascii() and typed.isdigit() and int(typed[:12]) <= LARGEST else None


def _seconds(typed: str | None) -> float | None:
    try:
        seconds = float(typed or "")
    except ValueError:
        return None
    return seconds if 0 <= seconds <= LARGEST else None


def read_page(transcription: Transcription, asked: Asked) -> dict[str, Any]:
    """About twenty queries, however many lines."""
    structure, gone = shown_and_gone(transcription)
    about, speakers = read_about(transcription), speakers_of(transcription)
    return {
        "minutes": about,
        "marks": marks_of([*(one.assurance for one in about.people), *(one.assurance for one in speakers)]),
        "part": read_part(transcription, asked, structure),
        "asked": asked,
        "speakers": speakers,
        "structure": structure_page(transcription, structure, gone),
        "seconds": round(seconds_of(transcription)),
        "has_wave": has_wave(transcription.recording),
    }


def seconds_of(transcription: Transcription) -> float:
    """Of the whole recording; up to its last word, where nobody knows when it stopped."""
    recording = transcription.recording
    if recording.stopped_at:
        return (recording.stopped_at - recording.started_at).total_seconds()
    return transcription.segments.aggregate(last=Max("end"))["last"] or 0.0
