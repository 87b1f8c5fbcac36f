from __future__ import annotations

import pytest

from tests.cast import make_minutes
from tests.transcripts.conftest import Held
from transcripts.models import Transcription

COUNT = 450


@pytest.fixture
def long(held: Held) -> Transcription:
    """Claire and Bilal in turn, a line every two seconds."""
    said = [(held.bilal if place % 2 else held.claire, 2.0 * place, f"Phrase {place}.") for place in range(COUNT)]
    return make_minutes(held.recording, said)
