"""Words that the recogniser was not sure of. A line that a person has corrected has none: they have read it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import BooleanField, F, Func, Value

from transcripts.models import Segment
from transcripts.reader.words import Words, placed, units

SURE = 0.5  # probability; of the demonstration model's words, 41 % of those below are wrong, 3 % of those above


@dataclass(frozen=True, slots=True)
class Doubt:
    """[start, end) in UTF-16 units of the line's text: what browsers count."""

    start: int
    end: int
    text: str


def doubts_of_lines(ids: Collection[int]) -> dict[int, tuple[Doubt, ...]]:
    """By line, of those that have any. One query, which reads their words alone."""
    is_doubtful = Func(
        F("words"),
        Value(f"$[*].probability ? (@ < {SURE})"),
        function="jsonb_path_exists",
        template="%(function)s(%(expressions)s::jsonpath)",
        output_field=BooleanField(),
    )
    rows = Segment.objects.filter(is_doubtful, pk__in=ids).values_list("pk", "text", "words")
    return {line: found for line, text, words in rows if (found := doubts_of(text, words))}


def doubts_of(text: str, words: Words) -> tuple[Doubt, ...]:
    """Engines that do not tell how sure they are have no doubts."""
    return tuple(
        Doubt(*units(text, start, end), text[start:end])
        for word, start, end in placed(text, words)
        if (probability := word.get("probability")) is not None and probability < SURE
    )
