"""What is likely to be said in a meeting: its people, its agenda, the terms of its institution."""

from __future__ import annotations

import re

from meetings import ceilings
from meetings.models import Meeting, Recording
from transcripts.models import GlossaryTerm, Import
from transcripts.pipeline.hearing import Hints

MOST_NAMES, MOST_TERMS, MOST_AGENDA = 60, 200, 40
_WORD = re.compile(r"[^\W\d_][\w'’-]*")


def hints_of(recording: Recording) -> Hints:
    """Most useful first: the recogniser takes as many as fit its prompt."""
    meeting = recording.meeting
    return Hints(
        names=tuple(dict.fromkeys(_names_of_import(recording) or _names(meeting)))[:MOST_NAMES],
        agenda=tuple(dict.fromkeys(_agenda(meeting)))[:MOST_AGENDA],
        glossary=_glossary(meeting),
    )


def _names_of_import(recording: Recording) -> list[str]:
    """Those that its uploader gave, and that its subtitles name."""
    source = Import.objects.filter(recording=recording).first()
    return [*source.names, *(name for _, _, name in source.cues)] if source else []


def _names(meeting: Meeting) -> list[str]:
    """Who was there, then who was invited."""
    there = meeting.participations.order_by("joined_at", "pk").values_list("display_name", flat=True)
    if meeting.occurrence is None:
        return list(there)
    invited = meeting.occurrence.series.invitations.filter(revoked_at=None).select_related("user").order_by("pk")
    return [
        *there,
        *(invitation.user.get_full_name() if invitation.user else invitation.name for invitation in invited),
    ]


def _agenda(meeting: Meeting) -> list[str]:
    """Names and acronyms of the title and the agenda: words that begin with a capital inside a sentence, or are all."""
    occurrence = meeting.occurrence
    texts = [meeting.title]
    if occurrence is not None:
        texts.append(occurrence.series.agenda if occurrence.agenda is None else occurrence.agenda)
    return [word for text in texts for line in text.splitlines() for word in _proper(line)]


def _proper(line: str) -> list[str]:
    found = list(_WORD.finditer(line))
    return [
        word[0]
        for place, word in enumerate(found)
        if len(word[0]) > 1 and (word[0].isupper() or (place > 0 and word[0][0].isupper()))
    ]


def _glossary(meeting: Meeting) -> tuple[str, ...]:
    """Of the institution, then of those above it. Newest first: they are of what goes on."""
    terms: dict[str, None] = {}
    for institution in ceilings.lineage(meeting.room.institution):
        rows = GlossaryTerm.objects.filter(institution=institution, is_used=True).order_by("-pk")
        terms.update(dict.fromkeys(rows.values_list("term", flat=True)[:MOST_TERMS]))
    return tuple(terms)[:MOST_TERMS]
