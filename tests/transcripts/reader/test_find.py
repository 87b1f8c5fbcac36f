"""Search within minutes: all of their lines, for who may read them, and no word of it in any log."""

from __future__ import annotations

import logging
import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import AuditEntry, User
from tests.cast import make_agent, make_meeting, make_minutes, make_participation, make_recording, make_room, make_track
from tests.transcripts.conftest import Held
from tests.transcripts.corrections.conftest import lines_of
from tests.transcripts.reader.conftest import COUNT
from transcripts.corrections import actions as corrections
from transcripts.models import Transcription
from transcripts.reader import hits
from transcripts.reader.hits import find_lines
from transcripts.reader.speakers import voice_of
from transcripts.search import read_question

WORDS = ("budget", "décidé", "réunion", "hélicoptère", "où", "budgets", "décidées", "Noël")
QUESTIONS = ("budget", "decidees", "réunions", "noel", "budget decide", '"budget décidé"', "helico*", "budget -réunion")


def said(place: int) -> str:
    """Every word every so often; two of them follow one another now and then."""
    there = [word for number, word in enumerate(WORDS, start=2) if place % number == 0]
    return f"Phrase {place}, {' '.join(there)}."


@pytest.fixture
def spoken(held: Held) -> Transcription:
    lines = [(held.bilal if place % 2 else held.claire, 2.0 * place, said(place)) for place in range(COUNT)]
    return make_minutes(held.recording, lines)


def ask(client: Client, name: str, minutes: Transcription, **asked: str) -> Any:
    client.force_login(make_agent(name))
    return client.post(reverse("minutes_find", args=[minutes.recording_id]), asked)


def has(text: str, *stems: str) -> bool:
    return all(re.search(rf"\b{stem}", text) for stem in stems)


NAIVE = {
    "budget": lambda text: has(text, "budget"),
    "decidees": lambda text: has(text, "décidées"),
    "réunions": lambda text: has(text, "réunion"),
    "noel": lambda text: has(text, "Noël"),
    "budget decide": lambda text: has(text, "budget", r"décidé\b"),
    '"budget décidé"': lambda text: has(text, r"budgets? décidé(es)?\b"),
    "helico*": lambda text: has(text, "hélico"),
    "budget -réunion": lambda text: has(text, "budget") and not has(text, "réunion"),
}


@pytest.mark.parametrize("question", QUESTIONS)
def test_hits_are_those_of_a_scan_of_all_lines_in_their_order(
    client: Client, spoken: Transcription, question: str
) -> None:
    answer = ask(client, "bilal", spoken, mots=question).json()
    expected = [(line.pk, line.start) for line in lines_of(spoken) if NAIVE[question](line.text)]
    assert [tuple(hit) for hit in answer["hits"]] == expected
    assert expected
    assert answer["html"].count("data-hit=") == len(expected)
    assert "<mark>" in answer["html"]


def test_words_come_in_the_forms_in_which_they_stand(client: Client, spoken: Transcription) -> None:
    assert ask(client, "claire", spoken, mots="DÉCIDÉ").json()["words"] == ["décidé", "décidées"]


def test_lines_of_one_voice_are_looked_through_where_the_page_shows_no_other(
    client: Client, spoken: Transcription
) -> None:
    bilal = lines_of(spoken)[1]
    answer = ask(client, "claire", spoken, mots="décidé", voix=str(bilal.pk)).json()
    theirs = [line.pk for line in lines_of(spoken) if "décidé" in line.text and line.index % 2]
    assert [line for line, _start in answer["hits"]] == theirs
    assert find_lines(spoken, read_question("décidé"), voice_of(spoken, bilal.pk)).has_more is False


@pytest.mark.parametrize("name", ["chen", "dora", "nobody"])
def test_who_may_not_read_learns_nothing(client: Client, spoken: Transcription, name: str) -> None:
    if name != "nobody":
        client.force_login(make_agent(name))
    for words in ("budget", "absent"):
        answer = client.post(reverse("minutes_find", args=[spoken.recording_id]), {"mots": words})
        assert answer.status_code == 404


def test_other_minutes_of_the_same_reader_stay_out(client: Client, spoken: Transcription, claire: User) -> None:
    meeting = make_meeting(make_room(claire, "Autre"))
    recording = make_recording(meeting)
    track = make_track(make_participation(meeting, claire), recording)
    other = make_minutes(recording, [(track, 1.0, "Un hélicoptère.")])
    assert len(ask(client, "claire", other, mots="hélicoptère").json()["hits"]) == 1


def test_what_was_taken_back_is_closed_at_once(client: Client, spoken: Transcription) -> None:
    assert ask(client, "bilal", spoken, mots="budget").status_code == 200
    type(spoken.recording).objects.update(readers="organisers")
    assert ask(client, "bilal", spoken, mots="budget").status_code == 404


def test_words_are_in_no_address_no_log_and_no_trail(
    client: Client, spoken: Transcription, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, logger="django.request")
    before = AuditEntry.objects.count()
    ask(client, "claire", spoken, mots="hélicoptère")
    ask(client, "chen", spoken, mots="hélicoptère")
    assert caplog.records  # the 404
    assert "copt" not in caplog.text
    assert client.get(reverse("minutes_find", args=[spoken.recording_id])).status_code == 405
    assert AuditEntry.objects.count() == before
    page = client.get(reverse("minutes", args=[spoken.recording_id])).content.decode()
    assert "data-finder" not in page
    client.force_login(make_agent("claire"))
    page = client.get(reverse("minutes", args=[spoken.recording_id])).content.decode()
    [form] = re.findall(r"<form[^>]*data-finder", page)
    assert 'method="post"' in form


@pytest.mark.parametrize("words", ["", " ", "-budget", "le la", "\x00", '"', "a" * 10_000, "'); DROP TABLE x;--", ":*"])
def test_questions_that_make_no_sense_find_nothing(client: Client, spoken: Transcription, words: str) -> None:
    answer = ask(client, "claire", spoken, mots=words)
    assert (answer.status_code, answer.json()["hits"]) == (200, [])


def test_hours_of_lines_cost_as_many_queries_as_a_few(client: Client, held: Held) -> None:
    minutes = make_minutes(held.recording, [(held.claire, 2.0 * place, said(place)) for place in range(5000)])

    def queries(words: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            client.post(reverse("minutes_find", args=[minutes.recording_id]), {"mots": words})
        return len(captured)

    many = ask(client, "claire", minutes, mots="phrase").json()
    assert (len(many["hits"]), many["hasMore"]) == (hits.MOST, True)
    assert queries("phrase") == queries("4999") <= 6
    [last] = ask(client, "claire", minutes, mots="4999").json()["hits"]
    assert last[1] == 9998.0


def test_corrected_line_is_found_by_what_it_says_now(client: Client, spoken: Transcription, claire: User) -> None:
    line = lines_of(spoken)[7]
    corrections.correct(spoken, line.pk, 0, "Le <b>paragraphe</b> sept.", actor=claire)
    answer = ask(client, "claire", spoken, mots="paragraphes").json()
    assert answer["hits"] == [[line.pk, line.start]]
    assert "&lt;b&gt;<mark>paragraphe</mark>&lt;/b&gt;" in answer["html"]


def test_two_people_of_one_name_are_told_apart(client: Client, held: Held) -> None:
    twin = make_track(make_participation(held.meeting, "Claire Fontaine"), held.recording)
    minutes = make_minutes(held.recording, [(held.claire, 1.0, "Un."), (twin, 4.0, "Deux."), (twin, 8.0, "Trois.")])
    client.force_login(make_agent("claire"))
    page = client.get(reverse("minutes", args=[minutes.recording_id])).content.decode()
    first, second, third = re.findall(r'data-by="(\w+)"', page)
    assert first != second == third
