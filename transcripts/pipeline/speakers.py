"""Put a speaker on each word: where Whisper's words meet pyannote's turns."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from transcripts.pipeline.speech import Turn, Word


def assign_speakers(words: Iterable[Word], turns: Sequence[Turn]) -> list[Word]:
    """Give each word the speaker of the turn that it overlaps most.

    `turns` are exclusive (at most one voice at a time): pyannote's `exclusive_speaker_diarization`, not its
    `speaker_diarization`. A word outside every turn, however near, keeps `speaker=None`: a wrong name is worse
    than none.
    """
    return [replace(word, speaker=_speaker_of(word, turns)) for word in words]


def number_voices(turns: Iterable[Turn]) -> list[Turn]:
    """Name voices "1", "2"… in the order in which they are first heard, so that names do not depend on a model."""
    ordered = sorted(turns, key=lambda turn: turn.start)
    numbers = {name: str(number) for number, name in enumerate(dict.fromkeys(turn.speaker for turn in ordered), 1)}
    return [replace(turn, speaker=numbers[turn.speaker]) for turn in ordered]


def _speaker_of(word: Word, turns: Sequence[Turn]) -> str | None:
    overlaps = [(min(word.end, turn.end) - max(word.start, turn.start), turn.speaker) for turn in turns]
    seconds, speaker = max(overlaps, default=(0.0, ""))
    return speaker if seconds > 0 else None
