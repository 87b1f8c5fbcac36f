"""All tracks of a meeting, from the words of each to lines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from transcripts.pipeline.crosstalk import remove_echoes
from transcripts.pipeline.phantoms import Reason
from transcripts.pipeline.speech import Utterance
from transcripts.pipeline.timeline import merge_tracks
from transcripts.pipeline.track import TrackSpeech


@dataclass(frozen=True, slots=True)
class MeetingSpeech:
    """`dropped` counts what is not in the lines, by the code of its reason."""

    lines: list[Utterance]
    dropped: dict[str, int]


def assemble(heard: Mapping[str, TrackSpeech], offsets: Mapping[str, float]) -> MeetingSpeech:
    """`offsets` are the seconds from the start of the meeting to the start of each track."""
    loudness = {track: speech.loudness for track, speech in heard.items()}
    words, echoes = remove_echoes({track: speech.words for track, speech in heard.items()}, loudness, offsets)
    dropped = Counter({str(Reason.CROSS_TALK): echoes})
    for speech in heard.values():
        dropped.update(speech.dropped)
    return MeetingSpeech(merge_tracks(words, offsets), dict(sorted((+dropped).items())))
