"""Which lines of some minutes answer a question: all of its lines, those that the page does not hold yet included."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import QuerySet

from transcripts.models import Segment, Transcription
from transcripts.reader.speakers import Voice
from transcripts.search import Hit, Question, hit_of, matching_words, unwanted_of, words_of

MOST = 500  # lines: who finds more gives another word


@dataclass(frozen=True, slots=True)
class Found:
    """(number of a line, what it says) in their order; `words` as they stand there. `has_more`: nobody counted."""

    hits: tuple[tuple[int, Hit], ...] = ()
    words: frozenset[str] = frozenset()
    has_more: bool = False


def find_lines(transcription: Transcription, question: Question, voice: Voice | None = None) -> Found:
    """Of one voice, or of all. Two queries, however many lines."""
    wanted = words_of(question)
    if wanted is None:
        return Found()
    rows: QuerySet[Segment] = transcription.segments.filter(lexemes=wanted)
    for each in unwanted_of(question):
        rows = rows.exclude(lexemes=each)
    rows = rows if voice is None else voice.among(rows)
    lines = list(rows.defer("lexemes", "words").order_by("index", "part")[: MOST + 1])
    shown = lines[:MOST]
    words = matching_words((line.text for line in shown), question)
    return Found(tuple((line.pk, hit_of(line, words)) for line in shown), words, len(lines) > MOST)
