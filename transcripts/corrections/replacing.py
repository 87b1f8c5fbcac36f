"""Find and replace: shown first, then done on the lines that were chosen, as one edit."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction

from accounts.models import User
from transcripts.corrections.actions import LONGEST_LINE, rewrite
from transcripts.corrections.editing import begin
from transcripts.corrections.errors import NothingFound, NothingThere, TooLong, TooManyLines
from transcripts.lines import writable
from transcripts.models import Edit, Transcription

MOST_REPLACED = 1000  # lines: more is a mistake, and each is shown
LONGEST_SOUGHT = 200


@dataclass(frozen=True, slots=True)
class Replacement:
    find: str
    replace: str
    whole_words: bool
    match_case: bool

    def pattern(self) -> re.Pattern[str]:
        """Raises NothingThere, TooLong."""
        sought = writable(self.find)
        if not sought:
            raise NothingThere
        if len(sought) > LONGEST_SOUGHT or len(self.replace) > LONGEST_SOUGHT:
            raise TooLong
        edged = rf"(?<!\w){re.escape(sought)}(?!\w)" if self.whole_words else re.escape(sought)
        return re.compile(edged, re.NOFLAG if self.match_case else re.IGNORECASE)

    def apply(self, pattern: re.Pattern[str], text: str) -> str:
        return writable(pattern.sub(lambda _: writable(self.replace), text))


@dataclass(frozen=True, slots=True)
class Found:
    """A line that would change."""

    line: int
    revision: int
    before: str
    after: str


def preview(transcription: Transcription, wanted: Replacement) -> list[Found]:
    """In the order of the minutes. Raises NothingThere, TooLong, TooManyLines. One query."""
    pattern = wanted.pattern()
    rows = transcription.segments.order_by("index", "part").values_list("pk", "revision", "text")
    found = [
        Found(pk, revision, text, fresh)
        for pk, revision, text in rows
        if 0 < len(fresh := wanted.apply(pattern, text)) <= LONGEST_LINE and fresh != text
    ]
    if len(found) > MOST_REPLACED:
        raise TooManyLines
    return found


@transaction.atomic
def replace(transcription: Transcription, wanted: Replacement, lines: Mapping[int, int], *, actor: User) -> Edit:
    """In `lines`, by their revisions: all of them, or none. Raises what `preview` raises, LineChanged, NothingFound."""
    editing = begin(transcription, Edit.Kind.REPLACE, actor)
    if len(lines) > MOST_REPLACED:
        raise TooManyLines
    pattern = wanted.pattern()
    for line_id, revision in sorted(lines.items()):
        line = editing.line(line_id, revision)
        fresh = wanted.apply(pattern, line.text)
        if fresh and fresh != line.text:
            if len(fresh) > LONGEST_LINE:
                raise TooLong
            rewrite(editing, line, fresh)
    if not editing.changes:
        raise NothingFound
    return editing.finish()
