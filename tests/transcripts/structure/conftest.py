from __future__ import annotations

import pytest

from tests.transcripts.corrections.conftest import lines_of, minutes
from transcripts.models import Item, Proposals, Transcription
from transcripts.structure import actions
from transcripts.structure.actions import Written

__all__ = ["minutes"]


@pytest.fixture
def lines(minutes: Transcription) -> list[int]:
    """Claire, Bilal, Bilal, Claire."""
    return [line.pk for line in lines_of(minutes)]


@pytest.fixture
def draft(minutes: Transcription, lines: list[int]) -> Item:
    """Of a machine's, from what Claire said."""
    asked = Proposals.objects.create(transcription=minutes, method="extract", state="done", model="extraits/1")
    return actions.propose(asked, Written(Item.Kind.DECISION, "Le budget est voté."), [lines[0]])
