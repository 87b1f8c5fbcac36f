"""Find a sentence in the minutes that one may read. French, with or without accents."""

from __future__ import annotations

import functools
import itertools
import operator
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.search import SearchQuery
from django.db import connection
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from accounts.models import User
from transcripts.finding import Filters, find
from transcripts.lines import writable
from transcripts.minutes import anchor, clock, speaker_label
from transcripts.models import Segment, SpeakerAssurance

MOST_HITS = 50
MOST_FACETS = 8
LONGEST_QUESTION = 200  # characters: a sentence. More is a mistake, or an attack
_UNWANTED = re.compile(r'(?:^|(?<=\s))-("[^"]*"?|\S+)')
_BEGINNING = re.compile(r"(?:^|(?<=\s))(\w{2,})\*(?=\s|$)")
_WORD = re.compile(r"(\w+)")

# Which of `words` are one of `asked`, in another form perhaps? PostgreSQL is asked: it alone knows its stems.
_MATCHING = """
    SELECT word FROM unnest(%(words)s::text[]) AS word
    WHERE (to_tsvector('french', word) || to_tsvector('visio_fr', word)) @@ (
        SELECT coalesce(string_agg(query::text, ' | '), '')::tsquery
        FROM unnest(%(asked)s::text[]) AS asked,
        LATERAL (VALUES (plainto_tsquery('french', asked)), (plainto_tsquery('visio_fr', asked))) AS stems (query)
        WHERE numnode(query) > 0
    ) OR EXISTS (
        SELECT FROM unnest(%(beginnings)s::text[]) AS beginning
        WHERE starts_with(lower(unaccent(word)), lower(unaccent(beginning)))
    )
"""


@dataclass(frozen=True, slots=True)
class Question:
    """`wanted` keeps the syntax of web searches (quotes, or); a sentence with one of `unwanted` is no answer.

    `beginnings`: of words, given with a star: names are not in the dictionary of stems.
    """

    wanted: str
    unwanted: tuple[str, ...]
    beginnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Hit:
    """A sentence; `text` is HTML, with the words that were looked for marked."""

    start: float
    speaker: str
    text: SafeString

    @property
    def anchor(self) -> str:
        return anchor(self.start)

    @property
    def clock(self) -> str:
        return clock(self.start)


@dataclass(frozen=True, slots=True)
class MinutesHits:
    recording_id: UUID
    title: str
    started_at: datetime
    hits: tuple[Hit, ...]


@dataclass(frozen=True, slots=True)
class Facets:
    """Ways to narrow: (value, words, how many of what is shown)."""

    people: tuple[tuple[str, int], ...] = ()
    rooms: tuple[tuple[str, str, int], ...] = ()
    institutions: tuple[tuple[str, str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Results:
    """Newest meetings first. `has_more`: nobody counted what comes after the first MOST_HITS."""

    minutes: tuple[MinutesHits, ...]
    count: int
    has_more: bool
    facets: Facets = Facets()


NOTHING = Results((), 0, has_more=False)
NO_FILTERS = Filters()


def read_question(text: str) -> Question:
    """Make sense of what somebody typed, whatever it is.

    What is unwanted is taken out first: a word has a stem in each of the two configurations, and one of them is
    enough for a sentence to be found, whereas it has to be free of both.
    """
    typed = writable(text[:LONGEST_QUESTION])
    unwanted = tuple(_bare(words) for words in _UNWANTED.findall(typed))
    typed = _UNWANTED.sub(" ", typed)
    beginnings = tuple(_BEGINNING.findall(typed))
    return Question(" ".join(_BEGINNING.sub(" ", typed).split()), unwanted, beginnings)


def _bare(words: str) -> str:
    """Without what made it unwanted; in quotes again where it was a phrase, closed or not."""
    inner = words.strip('"- ')
    return f'"{inner}"' if words.startswith('"') else inner


def search_minutes(user: User | AnonymousUser, question: Question, filters: Filters = NO_FILTERS) -> Results:
    """At most MOST_HITS sentences; queries grow with the parts that are looked through, see `finding`."""
    words = words_of(question)
    if words is None:
        return NOTHING
    found = find(user, words, unwanted_of(question), filters, most=MOST_HITS + 1)
    segments = found[:MOST_HITS]
    marked = matching_words((segment.text for segment in segments), question)
    minutes = tuple(
        MinutesHits(
            recording.pk, recording.meeting.title, recording.started_at, tuple(hit_of(each, marked) for each in group)
        )
        for recording, group in itertools.groupby(segments, key=lambda segment: segment.transcription.recording)
    )
    return Results(minutes, len(segments), len(found) > MOST_HITS, _facets(segments))


def _facets(segments: list[Segment]) -> Facets:
    """Of what was found and is shown: nothing is counted that cannot be read."""
    meetings = [segment.transcription.recording.meeting for segment in segments]
    rooms = Counter((meeting.room_id, meeting.room.title) for meeting in meetings)
    institutions = Counter((meeting.room.institution_id, str(meeting.room.institution)) for meeting in meetings)
    people = Counter(segment.speaker_name for segment in segments)
    return Facets(
        people=tuple(people.most_common(MOST_FACETS)),
        rooms=tuple((str(pk), title, count) for (pk, title), count in rooms.most_common(MOST_FACETS)),
        institutions=tuple((str(pk), name, count) for (pk, name), count in institutions.most_common(MOST_FACETS)),
    )


def words_of(question: Question) -> SearchQuery | None:
    """All that is wanted: words in either configuration, and beginnings of names as they are written."""
    parts = [_french(question.wanted) | _unaccented(question.wanted)] if question.wanted else []
    parts += [SearchQuery(f"{name}:*", config="visio_names", search_type="raw") for name in question.beginnings]
    return functools.reduce(operator.and_, parts) if parts else None


def unwanted_of(question: Question) -> list[SearchQuery]:
    return [_french(phrase) | _unaccented(phrase) for phrase in question.unwanted]


def _french(words: str) -> SearchQuery:
    return SearchQuery(words, config="french", search_type="websearch")


def _unaccented(words: str) -> SearchQuery:
    return SearchQuery(words, config="visio_fr", search_type="websearch")


def hit_of(segment: Segment, marked: frozenset[str]) -> Hit:
    return Hit(
        start=segment.start,
        speaker=speaker_label(segment.speaker_name, SpeakerAssurance(segment.assurance), segment.voice),
        text=mark_words(segment.text, marked),
    )


def mark_words(text: str, marked: frozenset[str]) -> SafeString:
    """HTML: every piece escaped, then put between tags of ours."""
    pieces = (("<mark>{}</mark>" if piece in marked else "{}", piece) for piece in _WORD.split(text))
    return format_html_join("", "{}", ((format_html(form, piece),) for form, piece in pieces))


def matching_words(texts: Iterable[str], question: Question) -> frozenset[str]:
    """Those words of `texts` that are looked for, in the forms in which they stand there. One query."""
    words = {word for text in texts for word in _WORD.findall(text)}
    asked = {"words": list(words), "asked": _WORD.findall(question.wanted), "beginnings": list(question.beginnings)}
    with connection.cursor() as cursor:
        cursor.execute(_MATCHING, asked)
        return frozenset(word for (word,) in cursor.fetchall())
