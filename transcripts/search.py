"""Find a sentence in the minutes that one may read. French, with or without accents."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.search import SearchQuery
from django.db import connection, models
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from accounts.models import User
from transcripts.lines import writable
from transcripts.minutes import anchor, clock, speaker_label
from transcripts.models import Segment, SpeakerAssurance

MOST_HITS = 50
LONGEST_QUESTION = 200  # characters: a sentence. More is a mistake, or an attack
_UNWANTED = re.compile(r'(?:^|(?<=\s))-("[^"]*"?|\S+)')
_WORD = re.compile(r"(\w+)")

# Which of `words` are one of `asked`, in another form perhaps? PostgreSQL is asked: it alone knows its stems.
_MATCHING = """
    SELECT word FROM unnest(%(words)s::text[]) AS word
    WHERE (to_tsvector('french', word) || to_tsvector('visio_fr', word)) @@ (
        SELECT coalesce(string_agg(query::text, ' | '), '')::tsquery
        FROM unnest(%(asked)s::text[]) AS asked,
        LATERAL (VALUES (plainto_tsquery('french', asked)), (plainto_tsquery('visio_fr', asked))) AS stems (query)
        WHERE numnode(query) > 0
    )
"""


@dataclass(frozen=True, slots=True)
class Question:
    """`wanted` keeps the syntax of web searches (quotes, or); a sentence with one of `unwanted` is no answer."""

    wanted: str
    unwanted: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Hit:
    """A sentence; `text` is HTML, with the words that were looked for marked."""

    anchor: str
    clock: str
    speaker: str
    text: SafeString


@dataclass(frozen=True, slots=True)
class MinutesHits:
    recording_id: UUID
    title: str
    started_at: datetime
    hits: tuple[Hit, ...]


@dataclass(frozen=True, slots=True)
class Results:
    """Newest meetings first. `has_more`: nobody counted what comes after the first MOST_HITS."""

    minutes: tuple[MinutesHits, ...]
    count: int
    has_more: bool


def read_question(text: str) -> Question:
    """Make sense of what somebody typed, whatever it is.

    What is unwanted is taken out first: a word has a stem in each of the two configurations, and one of them is
    enough for a sentence to be found, whereas it has to be free of both.
    """
    typed = writable(text[:LONGEST_QUESTION])
    unwanted = tuple(_bare(words) for words in _UNWANTED.findall(typed))
    return Question(" ".join(_UNWANTED.sub(" ", typed).split()), unwanted)


def _bare(words: str) -> str:
    """Without what made it unwanted; in quotes again where it was a phrase, closed or not."""
    inner = words.strip('"- ')
    return f'"{inner}"' if words.startswith('"') else inner


def search_minutes(user: User | AnonymousUser, question: Question) -> Results:
    """Two queries, at most MOST_HITS sentences."""
    if not question.wanted:
        return Results((), 0, has_more=False)
    found = list(_find(user, question)[: MOST_HITS + 1])
    segments = found[:MOST_HITS]
    marked = _matching_words((segment.text for segment in segments), question.wanted)
    minutes = tuple(
        MinutesHits(
            recording.pk, recording.meeting.title, recording.started_at, tuple(_hit(each, marked) for each in group)
        )
        for recording, group in itertools.groupby(segments, key=lambda segment: segment.transcription.recording)
    )
    return Results(minutes, len(segments), has_more=len(found) > MOST_HITS)


def _find(user: User | AnonymousUser, question: Question) -> models.QuerySet[Segment]:
    segments = Segment.objects.visible_to(user).filter(lexemes=_french(question.wanted) | _unaccented(question.wanted))
    for words in question.unwanted:
        segments = segments.exclude(lexemes=_french(words) | _unaccented(words))
    return (
        segments.select_related("transcription__recording__meeting")
        .defer("lexemes", "words")
        .order_by("-transcription__recording__started_at", "transcription", "index")
    )


def _french(words: str) -> SearchQuery:
    return SearchQuery(words, config="french", search_type="websearch")


def _unaccented(words: str) -> SearchQuery:
    return SearchQuery(words, config="visio_fr", search_type="websearch")


def _hit(segment: Segment, marked: frozenset[str]) -> Hit:
    return Hit(
        anchor=anchor(segment.start),
        clock=clock(segment.start),
        speaker=speaker_label(segment.speaker_name, SpeakerAssurance(segment.assurance), segment.voice),
        text=mark_words(segment.text, marked),
    )


def mark_words(text: str, marked: frozenset[str]) -> SafeString:
    """HTML: every piece escaped, then put between tags of ours."""
    pieces = (("<mark>{}</mark>" if piece in marked else "{}", piece) for piece in _WORD.split(text))
    return format_html_join("", "{}", ((format_html(form, piece),) for form, piece in pieces))


def _matching_words(texts: Iterable[str], asked: str) -> frozenset[str]:
    words = {word for text in texts for word in _WORD.findall(text)}
    with connection.cursor() as cursor:
        cursor.execute(_MATCHING, {"words": list(words), "asked": _WORD.findall(asked)})
        return frozenset(word for (word,) in cursor.fetchall())
