"""From what was heard to lines with a speaker: who it was, and how sure we are."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from meetings.models import Assurance, Track
from transcripts.models import SpeakerAssurance
from transcripts.pipeline.speech import Utterance, Word
from transcripts.pipeline.timeline import split_speaker_key

# PostgreSQL refuses NUL, XML most of the others, and lone surrogates are no text at all: a model that writes one
# must not cost the minutes.
_UNWRITABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_VOICE_OF = {
    Assurance.VERIFIED: SpeakerAssurance.VERIFIED,
    Assurance.LOCAL: SpeakerAssurance.LOCAL,
    Assurance.INVITED: SpeakerAssurance.INVITED,
    Assurance.DECLARED: SpeakerAssurance.DECLARED,
}


@dataclass(frozen=True, slots=True)
class Line:
    """Seconds from the start of the recording. `voice` counts the voices of a shared microphone, from 1."""

    start: float
    end: float
    track_id: UUID
    participation_id: UUID
    speaker_name: str
    assurance: SpeakerAssurance
    voice: int | None
    text: str
    words: tuple[Word, ...]


def attribute(
    utterances: Iterable[Utterance], tracks: Sequence[Track], names: Mapping[str, str] | None = None
) -> list[Line]:
    """Put a person on each utterance; `tracks` come with their participations.

    `names` are those that an imported file gives to its voices, by the utterances' speaker.
    """
    by_id = {str(track.pk): track for track in tracks}
    heard = list(utterances)
    voices = number_voices([split_speaker_key(utterance.speaker) for utterance in heard], by_id)
    lines = [_line(utterance, by_id, voices) for utterance in heard]
    named = [_named(line, (names or {}).get(each.speaker, "")) for line, each in zip(lines, heard, strict=True)]
    return [line for line in named if line.text]


def _named(line: Line, name: str) -> Line:
    """No proof: another product, or a list, said so."""
    named = writable(name)
    return replace(line, speaker_name=named, assurance=SpeakerAssurance.IMPORTED, voice=None) if named else line


def number_voices(keys: Iterable[tuple[str, str | None]], tracks: Mapping[str, Track]) -> dict[tuple[str, str], int]:
    """Number the voices of each shared microphone in the order in which they are first heard.

    Voices are told apart within one track only. Somebody who came back has a second track, whose "1" may be another
    person: its voices get numbers of their own.
    """
    numbers: dict[tuple[str, str], int] = {}
    counts: dict[UUID, int] = {}
    for track, voice in keys:
        if voice is not None and (track, voice) not in numbers:
            owner = tracks[track].participation_id
            counts[owner] = counts.get(owner, 0) + 1
            numbers[track, voice] = counts[owner]
    return numbers


def _line(utterance: Utterance, tracks: Mapping[str, Track], voices: Mapping[tuple[str, str], int]) -> Line:
    key, voice = split_speaker_key(utterance.speaker)
    track = tracks[key]
    return Line(
        start=utterance.start,
        end=utterance.end,
        track_id=track.pk,
        participation_id=track.participation_id,
        speaker_name=writable(track.participation.display_name),
        assurance=_assurance(track, voice),
        voice=voices[key, voice] if voice is not None else None,
        text=writable(utterance.text),
        words=tuple(
            Word(word.start, word.end, writable(word.text), probability=word.probability) for word in utterance.words
        ),
    )


def _assurance(track: Track, voice: str | None) -> SpeakerAssurance:
    """On a shared microphone, its owner's name proves nothing about who spoke."""
    if not track.shared_microphone:
        return _VOICE_OF[Assurance(track.participation.assurance)]
    return SpeakerAssurance.UNKNOWN if voice is None else SpeakerAssurance.SHARED_MICROPHONE


def writable(text: str) -> str:
    """`text` on one line, without the characters that no store or file can hold."""
    return " ".join(_UNWRITABLE.sub(" ", text).split())
