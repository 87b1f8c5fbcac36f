"""The way of a track, with engines that know what they will hear."""

from __future__ import annotations

import json
import wave
from pathlib import Path
from typing import Any

import pytest

from tests.fakes.speech import FakeModels
from transcripts.pipeline.diarize import SpeakerCount, clip_turns
from transcripts.pipeline.errors import AudioUnreadable
from transcripts.pipeline.hearing import Hints
from transcripts.pipeline.speech import Region, Turn, Word
from transcripts.pipeline.splice import AFTER_S, BEFORE_S
from transcripts.pipeline.track import Request, TrackSpeech, transcribe_track

WORDS = [Word(1.0, 1.4, "Bonjour", probability=0.9), Word(21.0, 21.5, "merci.", probability=0.8)]


def hear(path: Path, models: FakeModels, request: Request | None = None, kept: Any = None) -> TrackSpeech:
    return transcribe_track(path, request or Request(), models=models, progress=lambda _: None, kept=kept)


class Cancelled(Exception):
    pass


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Thirty seconds."""
    path = tmp_path / "track.wav"
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(16_000)
        file.writeframes(b"\0\0" * 16_000 * 30)
    return path


def test_words_of_an_ordinary_track_carry_no_voice_and_nothing_is_diarized(path: Path) -> None:
    models = FakeModels(WORDS, turns=[Turn(0.0, 30.0, "A")])
    speech = hear(path, models)
    assert [(word.start, word.text, word.speaker) for word in speech.words] == [
        (1.0, "Bonjour", None),
        (21.0, "merci.", None),
    ]
    assert (speech.seconds, speech.speech_seconds, speech.language, speech.dropped) == (30.0, 30.0, "fr", {})
    assert models.diarizer.heard_seconds == []


def test_on_a_shared_microphone_only_speech_is_diarized_and_voices_come_back_to_their_place(path: Path) -> None:
    regions = [Region(1.0, 2.0), Region(20.0, 22.0)]
    join = 1.0 + BEFORE_S + AFTER_S  # where the second region begins in the spliced audio
    words = [Word(BEFORE_S, BEFORE_S + 0.5, "Bonjour"), Word(join + BEFORE_S, join + BEFORE_S + 0.5, "merci.")]
    models = FakeModels(words, turns=[Turn(join, 9.0, "A"), Turn(0.0, join, "B")], regions=regions)
    speech = hear(path, models, Request(shared_microphone=True))
    assert [(word.text, word.start, word.speaker) for word in speech.words] == [
        ("Bonjour", 1.0, "1"),
        ("merci.", 20.0, "2"),
    ]
    assert models.diarizer.heard_seconds == [pytest.approx(3.0 + 2 * (BEFORE_S + AFTER_S))]
    assert speech.speech_seconds == 3.0
    assert speech.dropped == {}


def test_a_track_where_nobody_speaks_has_no_words(path: Path) -> None:
    models = FakeModels(WORDS, regions=[])
    speech = hear(path, models, Request(shared_microphone=True))
    assert (speech.words, speech.speech_seconds) == ((), 0.0)


@pytest.mark.parametrize("shared_microphone", [False, True])
def test_progress_rises_to_one(path: Path, shared_microphone: bool) -> None:
    shares: list[float] = []
    transcribe_track(path, Request(shared_microphone), models=FakeModels(WORDS), progress=shares.append)
    assert shares == sorted(shares)
    assert (shares[0] > 0.0, shares[-1]) == (True, 1.0)


def test_what_progress_raises_ends_the_work(path: Path) -> None:
    models = FakeModels(WORDS)

    def cancel(share: float) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        transcribe_track(path, Request(), models=models, progress=cancel)
    assert models.recogniser.heard_seconds == []


def test_an_unreadable_file_is_refused_before_any_model_is_loaded(tmp_path: Path) -> None:
    class NoModels:
        def load(self) -> None:
            raise AssertionError

    (tmp_path / "empty.opus").touch()
    with pytest.raises(AudioUnreadable):
        transcribe_track(
            tmp_path / "empty.opus",
            Request(),
            models=NoModels(),  # type: ignore[arg-type]
            progress=lambda _: None,
        )


def test_the_speech_of_a_track_survives_json() -> None:
    speech = TrackSpeech(30.0, 2.5, (Word(1.0, 1.4, "« Été »", "2", 0.9), Word(2.0, 2.1, "là")))
    speech = TrackSpeech(30.0, 2.5, speech.words, "fr", {"repeated": 2})
    assert TrackSpeech.from_json(json.loads(json.dumps(speech.to_json()))) == speech


def test_turns_are_clipped_to_the_audio_and_sorted() -> None:
    turns = [Turn(1.0, 2.957, "A"), Turn(-0.1, 0.4, "B"), Turn(1.5, 1.7, "A")]
    assert clip_turns(turns, 1.5) == [Turn(0.0, 0.4, "B"), Turn(1.0, 1.5, "A")]


def test_the_recogniser_is_told_the_language_and_what_may_be_said(path: Path) -> None:
    models = FakeModels(WORDS)
    hints = Hints(names=("Claire Fontaine",))
    hear(path, models, Request(language="en", hints=hints))
    assert (models.recogniser.languages[0], models.recogniser.hints[0]) == ("en", hints)


def test_a_language_that_is_not_given_is_detected_once_for_the_track(path: Path) -> None:
    models = FakeModels(WORDS)
    assert hear(path, models, Request(language=None)).language == "nl"
    assert set(models.recogniser.languages) == {"nl"}


def test_the_number_of_people_reaches_the_diarizer(path: Path) -> None:
    models = FakeModels(WORDS)
    hear(path, models, Request(shared_microphone=True, speakers=SpeakerCount(2, 4)))
    assert models.diarizer.speakers == [SpeakerCount(2, 4)]


@pytest.mark.parametrize(("least", "most"), [(0, None), (3, 2), (None, 0)])
def test_nobody_is_no_number_of_speakers(least: int | None, most: int | None) -> None:
    with pytest.raises(ValueError, match="speakers"):
        SpeakerCount(least, most)


def test_lines_that_nobody_said_are_counted_by_their_reason(path: Path) -> None:
    phantom = Word(5.0, 6.0, "Sous-titrage Société Radio-Canada")
    nowhere = Word(12.0, 12.4, "Budget")
    models = FakeModels([WORDS[0], phantom, nowhere], regions=[Region(0.5, 7.0)])
    speech = hear(path, models)
    assert ([word.text for word in speech.words], speech.dropped) == (
        ["Bonjour"],
        {"boilerplate": 1, "unsound": 1},
    )
