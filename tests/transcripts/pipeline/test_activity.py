"""Where somebody speaks, with the genuine silero-vad: cheaply, and as when it hears all of a track in a row."""

from __future__ import annotations

import time
from collections.abc import Sequence

import numpy as np
import pytest

from tests.transcripts.pipeline.conftest import Voices
from transcripts.pipeline import activity
from transcripts.pipeline.activity import SpeechDetector
from transcripts.pipeline.audio import SAMPLE_RATE, Waveform, decode
from transcripts.pipeline.speech import Region

pytestmark = pytest.mark.speech


@pytest.fixture(scope="module")
def detector() -> SpeechDetector:
    return SpeechDetector()


@pytest.fixture(scope="module")
def spoken(short_meeting: Voices) -> Waveform:
    return np.concatenate([decode(path) for path in short_meeting.tracks.values()])


def seconds_of(regions: Sequence[Region]) -> float:
    return sum(region.end - region.start for region in regions)


def overlap(ones: Sequence[Region], others: Sequence[Region]) -> float:
    return sum(max(0.0, min(a.end, b.end) - max(a.start, b.start)) for a in ones for b in others)


def test_hearing_stretches_side_by_side_finds_what_hearing_them_in_a_row_does(
    detector: SpeechDetector, spoken: Waveform
) -> None:
    import silero_vad
    import torch

    in_a_row = silero_vad.get_speech_timestamps(
        torch.from_numpy(spoken),
        silero_vad.load_silero_vad(),
        min_speech_duration_ms=200,
        min_silence_duration_ms=300,
        max_speech_duration_s=27.0,
        speech_pad_ms=0,
    )
    expected = [Region(span["start"] / SAMPLE_RATE, span["end"] / SAMPLE_RATE) for span in in_a_row]
    found = detector.find_speech(spoken)
    shared = overlap(found, expected)
    assert shared >= 0.98 * seconds_of(expected)
    assert shared >= 0.98 * seconds_of(found)


def test_what_is_said_is_found_and_its_pauses_are_not(detector: SpeechDetector, short_meeting: Voices) -> None:
    for who, path in short_meeting.tracks.items():
        said = [Region(word.start, word.end) for word in short_meeting.rendered.words if word.speaker == who]
        found = detector.find_speech(decode(path))
        assert overlap(found, said) >= 0.95 * seconds_of(said)
        assert seconds_of(found) <= 1.25 * seconds_of(said)


def clock(seconds: float) -> Waveform:
    return np.arange(round(seconds * SAMPLE_RATE), dtype=np.float64) / SAMPLE_RATE  # type: ignore[return-value]


def tone(*frequencies: float, seconds: float = 20.0) -> Waveform:
    waves = np.array([np.sin(2 * np.pi * frequency * clock(seconds)) for frequency in frequencies])
    return np.asarray(0.2 * waves.mean(axis=0), np.float32)


def tune(seconds: float = 20.0) -> Waveform:
    """Chords that change each half second, as music on hold does."""
    chords = [(262, 330, 392), (294, 349, 440), (247, 294, 392), (220, 262, 330)]
    notes = [tone(*chords[n % 4], seconds=0.5) * np.exp(-3 * clock(0.5)) for n in range(round(seconds * 2))]
    return np.concatenate(notes).astype(np.float32)


def beeps() -> Waveform:
    """425 Hz, on and off: a French line on hold."""
    return (tone(425) * (clock(20.0) % 1.0 < 0.5)).astype(np.float32)


@pytest.mark.parametrize("sound", [tone(440), tone(50, 100, 150), tone(697, 1209), tune(), beeps()], ids=range(5))
def test_tones_hum_and_music_on_hold_are_not_speech(detector: SpeechDetector, sound: Waveform) -> None:
    assert detector.find_speech(sound) == []


@pytest.mark.parametrize("samples", [0, 1, 511, 512, 513, 4_000])
def test_tracks_of_next_to_nothing_are_silent(detector: SpeechDetector, samples: int) -> None:
    assert detector.find_speech(np.full(samples, 0.01, np.float32)) == []


def faint_noise(decibels: float, seconds: float) -> Waveform:
    samples = np.random.default_rng(1).standard_normal(round(seconds * SAMPLE_RATE), np.float32)
    return np.asarray(samples * 10 ** (decibels / 20), np.float32)


@pytest.mark.parametrize("decibels", [-np.inf, -63.0], ids=["off", "microphone"])
def test_silence_costs_next_to_nothing(detector: SpeechDetector, spoken: Waveform, decibels: float) -> None:
    silence = faint_noise(decibels, 3600.0)
    with_silence = np.concatenate([silence, spoken])
    expected = detector.find_speech(spoken)
    before = time.process_time()
    found = detector.find_speech(with_silence)
    assert time.process_time() - before < 5.0
    assert not activity._is_loud(silence).any()  # which would be six seconds for this one
    assert seconds_of(found) == pytest.approx(seconds_of(expected), abs=0.2)
    assert found[0].start > 3600.0
