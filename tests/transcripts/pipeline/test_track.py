"""The way of a track, with engines that know what they will hear."""

from __future__ import annotations

import json
import wave
from pathlib import Path

import pytest

from tests.fakes.speech import FakeModels
from transcripts.pipeline.diarize import clip_turns
from transcripts.pipeline.errors import AudioUnreadable
from transcripts.pipeline.speech import Region, Turn, Word
from transcripts.pipeline.splice import PADDING_S
from transcripts.pipeline.track import TrackSpeech, transcribe_track

WORDS = [Word(1.0, 1.4, "Bonjour", probability=0.9), Word(21.0, 21.5, "merci.", probability=0.8)]


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
    speech = transcribe_track(path, shared_microphone=False, models=models, progress=lambda _: None)
    assert speech == TrackSpeech(seconds=30.0, speech_seconds=30.0, words=tuple(WORDS))
    assert models.diarizer.heard_seconds == []


def test_on_a_shared_microphone_only_speech_is_diarized_and_voices_come_back_to_their_place(path: Path) -> None:
    regions = [Region(1.0, 2.0), Region(20.0, 22.0)]
    join = 1.0 + 2 * PADDING_S  # where the second region begins in the spliced audio
    models = FakeModels(WORDS, turns=[Turn(join, 9.0, "A"), Turn(0.0, join, "B")], regions=regions)
    speech = transcribe_track(path, shared_microphone=True, models=models, progress=lambda _: None)
    assert [(word.text, word.speaker) for word in speech.words] == [("Bonjour", "1"), ("merci.", "2")]
    assert models.diarizer.heard_seconds == [pytest.approx(3.0 + 4 * PADDING_S)]
    assert speech.speech_seconds == 3.0


def test_a_track_where_nobody_speaks_has_no_words(path: Path) -> None:
    models = FakeModels(WORDS, regions=[])
    speech = transcribe_track(path, shared_microphone=True, models=models, progress=lambda _: None)
    assert (speech.words, speech.speech_seconds) == ((), 0.0)


@pytest.mark.parametrize("shared_microphone", [False, True])
def test_progress_rises_to_one(path: Path, shared_microphone: bool) -> None:
    shares: list[float] = []
    transcribe_track(path, shared_microphone=shared_microphone, models=FakeModels(WORDS), progress=shares.append)
    assert shares == sorted(shares)
    assert (shares[0] > 0.0, shares[-1]) == (True, 1.0)


def test_what_progress_raises_ends_the_work(path: Path) -> None:
    models = FakeModels(WORDS)

    def cancel(share: float) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        transcribe_track(path, shared_microphone=False, models=models, progress=cancel)
    assert models.recogniser.heard_seconds == []


def test_an_unreadable_file_is_refused_before_any_model_is_loaded(tmp_path: Path) -> None:
    class NoModels:
        def load(self) -> None:
            raise AssertionError

    (tmp_path / "empty.opus").touch()
    with pytest.raises(AudioUnreadable):
        transcribe_track(
            tmp_path / "empty.opus",
            shared_microphone=False,
            models=NoModels(),  # type: ignore[arg-type]
            progress=lambda _: None,
        )


def test_the_speech_of_a_track_survives_json() -> None:
    speech = TrackSpeech(30.0, 2.5, (Word(1.0, 1.4, "« Été »", "2", 0.9), Word(2.0, 2.1, "là")))
    assert TrackSpeech.from_json(json.loads(json.dumps(speech.to_json()))) == speech


def test_turns_are_clipped_to_the_audio_and_sorted() -> None:
    turns = [Turn(1.0, 2.957, "A"), Turn(-0.1, 0.4, "B"), Turn(1.5, 1.7, "A")]
    assert clip_turns(turns, 1.5) == [Turn(0.0, 0.4, "B"), Turn(1.0, 1.5, "A")]
