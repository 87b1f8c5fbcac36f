"""Acronyms that somebody corrects are proposed to the glossary of the institution; names and words are not."""

from __future__ import annotations

import pytest

from accounts.models import User
from tests.transcripts.corrections.conftest import lines_of
from transcripts.corrections import actions
from transcripts.corrections.glossary import acronyms
from transcripts.models import GlossaryTerm, Transcription


@pytest.mark.parametrize(
    ("before", "after", "found"),
    [
        ("la dinome décide", "la DINUM décide", ["DINUM"]),
        ("la DINUM et l'ansi", "la DINUM et l'ANSSI", ["ANSSI"]),
        ("madame durant", "Madame Durand", []),
        ("bonjour à tous", "BONJOUR À TOUS", []),
        ("chez sens", "chez S3NS, à la DGFiP, avec McDonald", ["S3NS", "DGFiP"]),
        ("", "A B", []),
        ("", "X" * 40, []),
    ],
)
def test_acronyms_that_are_new_in_a_line(before: str, after: str, found: list[str]) -> None:
    assert acronyms(before, after) == found


def test_corrections_propose_and_count(minutes: Transcription, claire: User) -> None:
    first, second = lines_of(minutes)[:2]
    actions.correct(minutes, first.pk, 0, "Le budget de la DINUM est voté.", actor=claire)
    actions.correct(minutes, second.pk, 0, "Nous passons à la DINUM.", actor=claire)
    term = GlossaryTerm.objects.get()
    assert (term.term, term.is_used, term.times) == ("DINUM", False, 2)
    assert term.institution == minutes.recording.meeting.room.institution
