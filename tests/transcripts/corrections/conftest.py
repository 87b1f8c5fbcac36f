"""Minutes of four lines: Claire alone, Bilal's microphone shared by two voices, Claire again."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from tests.cast import make_minutes
from tests.transcripts.conftest import Held
from transcripts.models import Segment, Transcription

SAID = ["Le budget est voté.", "Nous passons au point deux.", "Je suis d'accord.", "Merci à tous."]


@pytest.fixture
def minutes(held: Held) -> Transcription:
    transcription = make_minutes(
        held.recording,
        [
            (held.claire, 2.0, SAID[0]),
            (held.bilal, 4.0, SAID[1]),
            (held.bilal, 6.0, SAID[2]),
            (held.claire, 8.0, SAID[3]),
        ],
    )
    return Transcription.objects.select_related("recording__meeting__room").get(pk=transcription.pk)


@pytest.fixture
def shared(minutes: Transcription, held: Held) -> Transcription:
    """Two voices on Bilal's microphone. As recognised: written before anything was corrected."""
    lines = [line.pk for line in lines_of(minutes)]
    minutes.segments.all().delete()
    for place, (line, text) in enumerate(zip(lines, SAID, strict=True)):
        bilal = place in (1, 2)
        track = held.bilal if bilal else held.claire
        Segment.objects.create(
            pk=line,
            transcription=minutes,
            index=place,
            start=2.0 * place,
            end=2.0 * place + 2,
            track=track,
            participation=track.participation,
            speaker_name=track.participation.display_name,
            assurance="shared-microphone" if bilal else "verified",
            voice=2 if bilal else None,
            text=text,
        )
    return minutes


def lines_of(minutes: Transcription) -> list[Segment]:
    return list(minutes.segments.order_by("index", "part"))


def texts_of(minutes: Transcription) -> list[str]:
    return [line.text for line in lines_of(minutes)]


def ask(client: Client, minutes: Transcription, user: User, **asked: Any) -> tuple[int, dict[str, Any]]:
    client.force_login(user)
    address = reverse("minutes_correct", args=[minutes.recording_id])
    answer = client.post(address, json.dumps(asked), content_type="application/json")
    return answer.status_code, answer.json()
