"""The files, read by programs that are not ours."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from uuid import uuid4

import docx
import mammoth
import pytest
import webvtt
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.cast import make_minutes
from tests.transcripts.conftest import Held
from transcripts.docx_export import as_docx
from transcripts.export import as_text, as_vtt, file_name, one_line
from transcripts.minutes import Minutes, Model, Person, Spoken, read_minutes
from transcripts.models import SpeakerAssurance

HOSTILE = "1\n\n00:00.000 --> 00:09.000\n<v Chen>& <b>faux</b> --> \u2028 \x0b NOTE"


def spoken(start: float, text: str, name: str = "Claire Fontaine", voice: int | None = None) -> Spoken:
    assurance = SpeakerAssurance.SHARED_MICROPHONE if voice else SpeakerAssurance.VERIFIED
    return Spoken(start, start + 2.5, name, assurance, voice, text, uuid4(), start, start + 2.5)


MINUTES = Minutes(
    title="Comité : suivi & budget",
    started_at=datetime(2026, 11, 19, 9, 1, tzinfo=UTC),
    stopped_at=datetime(2026, 11, 19, 9, 30, tzinfo=UTC),
    people=(
        Person("Claire Fontaine", "DINUM", SpeakerAssurance.VERIFIED, shared_microphone=False),
        Person("Salle 3", "", SpeakerAssurance.DECLARED, shared_microphone=True),
    ),
    off_record=1,
    lines=(spoken(1.5, "Bonjour à tous."), spoken(3725.25, "Oui.", "Salle 3", 2)),
    model=Model("demo-whisper", is_demonstration=True, description="670 words."),
    made_at=datetime(2026, 11, 19, 10, 0, tzinfo=UTC),
)


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with translation.override("en"):
        yield


def text_of_docx(content: bytes) -> str:
    return str(mammoth.extract_raw_text(io.BytesIO(content)).value)


def test_text_holds_who_when_what_and_how_it_was_made() -> None:
    text = as_text(MINUTES)
    assert text.startswith("Comité : suivi & budget\n=====")
    assert "- Claire Fontaine, DINUM (Verified identity)\n- Salle 3 (Declared name, shared microphone)\n" in text
    assert "Off the record: 1 person\n" in text
    assert "[00:01] Claire Fontaine (Verified identity): Bonjour à tous.\n" in text
    assert "[1:02:05] Salle 3, voice 2 (Shared microphone): Oui.\n" in text
    assert "model demo-whisper" in text
    assert "670 words." in text


def test_subtitles_are_read_with_their_times_and_voices() -> None:
    cues = webvtt.from_string(as_vtt(MINUTES)).captions
    assert [(cue.start, cue.end, cue.voice, cue.text) for cue in cues] == [
        ("00:00:01.500", "00:00:04.000", "Claire Fontaine", "Bonjour à tous."),
        ("01:02:05.250", "01:02:07.750", "Salle 3, voice 2", "Oui."),
    ]


def test_document_is_read_with_its_title_people_lines_and_statement() -> None:
    content = as_docx(MINUTES)
    text = text_of_docx(content)
    for words in ("Comité : suivi & budget", "Claire Fontaine, DINUM (Verified identity)", "Off the record: 1 person"):
        assert words in text
    assert "1:02:05  Salle 3, voice 2 (Shared microphone): Oui." in text
    document = docx.Document(io.BytesIO(content))
    assert "model demo-whisper" in document.sections[0].footer.paragraphs[0].text
    assert document.core_properties.title == MINUTES.title
    assert (document.core_properties.author, document.core_properties.language) == ("Visio", "en-GB")


def test_same_minutes_give_the_same_bytes_whenever_they_are_written(monkeypatch: pytest.MonkeyPatch) -> None:
    first = as_docx(MINUTES)
    monkeypatch.setattr(zipfile.time, "time", lambda: 2_000_000_000.0)  # type: ignore[attr-defined]
    monkeypatch.setattr(zipfile.time, "localtime", lambda *_: (2033, 5, 18, 3, 33, 20, 2, 138, 0))  # type: ignore[attr-defined]
    assert as_docx(MINUTES) == first


def test_minutes_without_a_line_are_whole_files() -> None:
    empty = replace(MINUTES, lines=(), people=(), off_record=0)
    assert "Nobody spoke, or nobody agreed to be recorded." in as_text(empty)
    assert "Nobody spoke, or nobody agreed to be recorded." in text_of_docx(as_docx(empty))
    assert webvtt.from_string(as_vtt(empty)).captions == []


def test_hostile_words_make_no_cue_no_voice_and_no_line_of_their_own() -> None:
    minutes = replace(MINUTES, title=HOSTILE, lines=(spoken(1.0, HOSTILE, HOSTILE), spoken(4.0, "Fin.")))
    vtt = as_vtt(minutes)
    assert len(webvtt.from_string(vtt)) == 2
    assert vtt.count("-->") == 2
    assert vtt.count("<v ") == 2
    assert as_text(minutes).count("\n[") == 2


@given(st.text(st.characters(codec="utf-8"), max_size=200), st.text(st.characters(codec="utf-8"), max_size=60))
@settings(max_examples=30, deadline=None)
def test_any_words_and_names_leave_every_file_whole(text: str, name: str) -> None:
    minutes = replace(MINUTES, title=name, lines=(spoken(1.0, text, name), spoken(4.0, "Fin.")))
    with translation.override("en"):
        vtt, lines = as_vtt(minutes), as_text(minutes).splitlines()
        document = docx.Document(io.BytesIO(as_docx(minutes)))
    assert vtt.count("-->") == 2
    assert len([line for line in vtt.split("\n") if line.startswith("<v ")]) == 2
    assert "[00:04] Claire Fontaine (Verified identity): Fin." in lines
    assert document.paragraphs[-1].text == "00:04  Claire Fontaine (Verified identity): Fin."


@given(st.text())
def test_one_line_is_one_line_for_everybody_who_splits_lines(text: str) -> None:
    assert len(one_line(text).splitlines()) <= 1


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Comité de suivi", "compte-rendu-2026-11-19-comite-de-suivi.txt"),
        ("../../etc/passwd\r\nX: y", "compte-rendu-2026-11-19-etcpasswd-x-y.txt"),
        ("会議", "compte-rendu-2026-11-19-reunion.txt"),
        ("x" * 200, f"compte-rendu-2026-11-19-{'x' * 60}.txt"),
    ],
)
def test_file_names_are_plain_whatever_the_title(title: str, name: str) -> None:
    assert file_name(replace(MINUTES, title=title), "txt") == name


def test_stored_minutes_are_exported_as_they_are_shown(held: Held) -> None:
    minutes = read_minutes(make_minutes(held.recording, [(held.bilal, 65.5, "Le budget est voté.")]))
    assert "[01:05] Bilal Mercier (Verified identity): Le budget est voté." in as_text(minutes)
    assert [cue.voice for cue in webvtt.from_string(as_vtt(minutes)).captions] == ["Bilal Mercier"]
    assert "Paul Invité" not in as_text(minutes) + as_vtt(minutes) + text_of_docx(as_docx(minutes))
