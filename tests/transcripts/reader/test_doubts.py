"""Words that the recogniser was not sure of are shown as such, until a person has corrected their line."""

from __future__ import annotations

import re
from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from tests.cast import make_agent
from tests.transcripts.corrections.conftest import lines_of, minutes
from transcripts.corrections import actions as corrections
from transcripts.corrections import handlers
from transcripts.models import Segment, Transcription
from transcripts.reader.doubts import Doubt, doubts_of, doubts_of_lines

__all__ = ["minutes"]


def words(*some: tuple[str, float | None]) -> list[dict[str, Any]]:
    return [
        {"start": place, "end": place + 0.5, "text": text, "probability": probability}
        for place, (text, probability) in enumerate(some)
    ]


def page_of(client: Client, minutes: Transcription) -> str:
    client.force_login(make_agent("claire"))
    page = client.get(reverse("minutes", args=[minutes.recording_id]), headers={"accept-language": "fr"})
    return page.content.decode()


def test_doubts_are_placed_as_browsers_count() -> None:
    text = "👩‍🚀 le budget, le contrat"
    found = doubts_of(text, words(("👩‍🚀", 0.9), ("le", 0.9), ("budget,", 0.49), ("le", 0.2), ("contrat", 0.5)))
    assert found == (Doubt(9, 16, "budget,"), Doubt(17, 19, "le"))
    assert text.encode("utf-16-le")[18:32].decode("utf-16-le") == "budget,"


def test_an_engine_that_does_not_tell_has_no_doubts() -> None:
    assert doubts_of("le budget", words(("le", None), ("budget", None))) == ()
    assert doubts_of("le budget", [{"start": 0.0, "end": 1.0, "text": "budget"}]) == ()


def test_page_marks_them_and_says_them(client: Client, minutes: Transcription, claire: User) -> None:
    line, other = lines_of(minutes)[:2]
    Segment.objects.filter(pk=line.pk).update(text="Le budget est là.", words=words(("Le", 0.9), ("budget", 0.1)))
    page = page_of(client, minutes)
    assert re.findall(r'data-doubtful="([^"]*)"', page) == ["3-9"]
    assert "Mots incertains\u00a0: budget</p>" in page
    assert "data-doubtful-legend hidden" in page
    assert doubts_of_lines([other.pk]) == {}
    corrections.correct(minutes, line.pk, line.revision, "Le budget est voté.", actor=claire)
    assert "data-doubtful=" not in page_of(client, minutes)


def test_a_line_that_comes_back_with_its_text_as_it_was_keeps_its_doubts(minutes: Transcription) -> None:
    line = lines_of(minutes)[0]
    Segment.objects.filter(pk=line.pk).update(text="Le budget est là.", words=words(("Le", 0.9), ("budget", 0.1)))
    [answer] = handlers.shown(minutes, [line.pk])
    assert 'data-doubtful="3-9"' in answer["html"]


def test_all_lines_cost_one_query(minutes: Transcription) -> None:
    Segment.objects.update(text="oui", words=words(("oui", 0.1)))
    with CaptureQueriesContext(connection) as captured:
        found = doubts_of_lines([line.pk for line in lines_of(minutes)])
    assert len(found) > 1
    assert sum("jsonb_path_exists" in query["sql"] for query in captured) == 1
