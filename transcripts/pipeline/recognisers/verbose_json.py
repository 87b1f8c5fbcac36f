"""Read an answer in OpenAI's verbose_json: nothing in it is taken on trust."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from transcripts.pipeline.errors import NoTranscription
from transcripts.pipeline.hearing import Passage
from transcripts.pipeline.speech import Word

MOST_WORDS = 2_000  # in half a minute
# Servers name languages in English words, or by code.
_NAMES = {"french": "fr", "english": "en", "german": "de", "spanish": "es", "italian": "it", "dutch": "nl"}
_NAMES |= {"portuguese": "pt", "polish": "pl", "romanian": "ro", "arabic": "ar"}


def read_answer(answer: Any, language: str | None) -> list[Passage]:
    """The passages of one window. Raises NoTranscription for what is no transcription in `language`."""
    if not isinstance(answer, Mapping):
        raise NoTranscription("not an object")
    spoken = str(answer.get("language") or language or "").lower()
    if language and _NAMES.get(spoken, spoken) != language:
        raise NoTranscription("another language than was asked for")
    words = [_word(fields) for fields in _objects(answer, "words")]
    segments = _objects(answer, "segments")
    text = str(answer.get("text") or "")
    if not words and any(character.isalnum() for character in text):
        raise NoTranscription("no times of words")
    if len(words) > MOST_WORDS:
        raise NoTranscription("too many words")
    if not segments:
        return [Passage(tuple(words))] if words else []
    return [passage for passage in _passages(segments, words) if passage.words]


def _passages(segments: Sequence[Mapping[str, Any]], words: Sequence[Word]) -> Iterator[Passage]:
    """A word belongs to the last segment that had begun when it was half said."""
    starts = [_number(segment, "start") for segment in segments]
    for number, segment in enumerate(segments):
        begins = starts[number] if number else -math.inf
        ends = starts[number + 1] if number + 1 < len(starts) else math.inf
        said = [word for word in words if begins <= (word.start + word.end) / 2 < ends]
        log_probability, no_speech = _number(segment, "avg_logprob", 0.0), _number(segment, "no_speech_prob", 0.0)
        yield Passage(tuple(_as_written(said, str(segment.get("text") or ""))), log_probability, no_speech)


def _as_written(words: Sequence[Word], text: str) -> Sequence[Word]:
    """Some servers give words bare: their punctuation is in the text of the segment."""
    written: list[str] = []
    for piece in text.split():
        if written and not any(character.isalnum() for character in piece):
            written[-1] += f" {piece}"
        else:
            written.append(piece)
    if len(written) != len(words):
        return words
    return [
        Word(word.start, word.end, piece, probability=word.probability)
        for word, piece in zip(words, written, strict=True)
    ]


def _word(fields: Mapping[str, Any]) -> Word:
    text = fields.get("word")
    if not isinstance(text, str):
        raise NoTranscription("a word without text")
    probability = _number(fields, "probability", math.nan)
    known = round(min(max(probability, 0.0), 1.0), 3) if math.isfinite(probability) else None
    return Word(_number(fields, "start"), _number(fields, "end"), text.strip(), probability=known)


def _objects(answer: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    found = answer.get(name) or []
    if not isinstance(found, list) or not all(isinstance(item, Mapping) for item in found):
        raise NoTranscription(f"{name}: not a list of objects")
    return found


def _number(fields: Mapping[str, Any], name: str, default: float | None = None) -> float:
    value = fields.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise NoTranscription(f"{name}: not a number")
    if name in {"start", "end"} and not math.isfinite(value):
        raise NoTranscription(f"{name}: not a time")
    return float(value)
