"""A list of recordings whose words are known, and their way through the pipeline.

{"recordings": [{"name": "comite", "tracks": [{"file": "claire.opus", "speaker": "claire", "start": 0.0},
 {"file": "salle.opus", "speakers": [2, 4]}], "reference": ["comite.json"], "language": "fr"}]}

A track with "speaker" has that one person; one without has several, as many as "speakers" says if it does.
"""

from __future__ import annotations

import json
import resource
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from transcripts.pipeline.diarize import ANY_NUMBER, SpeakerCount
from transcripts.pipeline.evaluation.reference import BadReference, Reference, Said, read_reference
from transcripts.pipeline.evaluation.score import Score, score
from transcripts.pipeline.hearing import FRENCH
from transcripts.pipeline.meeting import MeetingSpeech, assemble
from transcripts.pipeline.track import Models, Request, transcribe_track


@dataclass(frozen=True, slots=True)
class KnownTrack:
    path: Path
    speaker: str | None
    start: float
    speakers: SpeakerCount


@dataclass(frozen=True, slots=True)
class Known:
    """A recording whose words are known."""

    name: str
    tracks: tuple[KnownTrack, ...]
    reference: Reference
    language: str | None


def read_manifest(path: Path) -> list[Known]:
    """Paths are relative to the manifest. Raises BadReference, OSError."""
    try:
        return [_known(fields, path.parent) for fields in json.loads(path.read_text(encoding="utf-8"))["recordings"]]
    except BadReference:
        raise
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise BadReference(f"{path.name}: {type(error).__name__} {error}") from error


def evaluate(known: Known, models: Models, told: Callable[[str], None] = lambda _: None) -> tuple[Score, MeetingSpeech]:
    """Raises SpeechError. The processor's seconds are of this process and of the programs that it started."""
    models.load()  # not what is measured
    before = _cpu_seconds()
    heard = {}
    for number, track in enumerate(known.tracks):
        request = Request(track.speaker is None, known.language, speakers=track.speakers)
        heard[str(number)] = transcribe_track(track.path, request, models=models, progress=lambda _: None)
    meeting = assemble(heard, {str(number): track.start for number, track in enumerate(known.tracks)})
    cpu_seconds = _cpu_seconds() - before
    told(known.name)
    seconds = max(track.start + heard[str(number)].seconds for number, track in enumerate(known.tracks))
    return score(known.reference, list(_words(meeting, known)), seconds=seconds, cpu_seconds=cpu_seconds), meeting


def _words(meeting: MeetingSpeech, known: Known) -> Iterator[Said]:
    for line in meeting.lines:
        number = line.speaker.split("#")[0]
        speaker = known.tracks[int(number)].speaker
        for word in line.words:
            yield Said(word.start, word.end, word.text, speaker if speaker is not None else f"voice {line.speaker}")


def _known(fields: dict[str, Any], folder: Path) -> Known:
    tracks = tuple(_track(track, folder) for track in fields["tracks"])
    if not tracks:
        raise BadReference("a recording without tracks")
    reference = read_reference([folder / name for name in fields["reference"]])
    return Known(str(fields["name"]), tracks, reference, fields.get("language", FRENCH))


def _track(fields: dict[str, Any], folder: Path) -> KnownTrack:
    speakers = SpeakerCount(*fields["speakers"]) if "speakers" in fields else ANY_NUMBER
    return KnownTrack(folder / fields["file"], fields.get("speaker"), float(fields.get("start", 0.0)), speakers)


def _cpu_seconds() -> float:
    usages = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)
