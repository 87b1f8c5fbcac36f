"""Merge the words of all tracks into lines on the meeting's clock."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from transcripts.pipeline.speech import Utterance, Word

PAUSE_S = 1.2
LONGEST_LINE_S = 30.0  # a model may write no full stop for minutes; a line is also what one plays by a click
VOICE_MARK = "#"
_SENTENCE_ENDS = (".", "!", "?", "…")
_CLOSING = "»”\")’' \u00a0\u202f"
_ABBREVIATIONS = frozenset({"m.", "mm.", "mme.", "mlle.", "dr.", "pr.", "me.", "cf.", "art.", "n°.", "p.", "al."})


def merge_tracks(words_by_track: Mapping[str, Sequence[Word]], offsets: Mapping[str, float]) -> list[Utterance]:
    """Lines in the order in which they began; speech over speech stays as two lines, each with its own speaker.

    `offsets` are the seconds from the start of the meeting to the start of each track; every track needs one.
    """
    lines = itertools.chain.from_iterable(
        _lines_of(_on_meeting_clock(words, track, offsets[track])) for track, words in words_by_track.items()
    )
    return sorted(lines, key=lambda line: (line.start, line.end, line.speaker))


def speaker_key(track: str, voice: str | None) -> str:
    """The bare track stands for its one person or, on a shared microphone, for a voice that could not be told."""
    return track if voice is None else f"{track}{VOICE_MARK}{voice}"


def split_speaker_key(key: str) -> tuple[str, str | None]:
    """Return (track, voice of a shared microphone or None)."""
    track, mark, voice = key.rpartition(VOICE_MARK)
    return (track, voice) if mark else (key, None)


def _on_meeting_clock(words: Sequence[Word], track: str, offset: float) -> list[Word]:
    moved = (
        replace(
            word,
            start=round(word.start + offset, 3),
            end=round(word.end + offset, 3),
            speaker=speaker_key(track, word.speaker),
        )
        for word in words
    )
    return sorted(moved, key=lambda word: (word.start, word.end))


def _lines_of(words: Sequence[Word]) -> Iterator[Utterance]:
    line: list[Word] = []
    for word in words:
        if line and _is_cut(line, word):
            yield _line(line)
            line = []
        line.append(word)
    if line:
        yield _line(line)


def _is_cut(line: Sequence[Word], following: Word) -> bool:
    last = line[-1]
    return (
        following.speaker != last.speaker
        or following.start - last.end >= PAUSE_S
        or following.end - line[0].start > LONGEST_LINE_S
        or _ends_sentence(last.text)
    )


def _ends_sentence(text: str) -> bool:
    bare = text.rstrip(_CLOSING)
    return bare.endswith(_SENTENCE_ENDS) and bare.lower() not in _ABBREVIATIONS


def _line(words: Sequence[Word]) -> Utterance:
    first = words[0]
    return Utterance(
        start=first.start,
        end=max(word.end for word in words),
        speaker=first.speaker or "",
        text=" ".join(word.text for word in words),
        words=tuple(words),
    )
