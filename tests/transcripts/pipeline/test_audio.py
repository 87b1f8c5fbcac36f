from __future__ import annotations

import math
import os
import subprocess
import wave
from pathlib import Path

import numpy as np
import pytest

from transcripts.pipeline import audio
from transcripts.pipeline.audio import SAMPLE_RATE, decode, duration_of
from transcripts.pipeline.errors import AudioUnreadable


@pytest.fixture
def tone(tmp_path: Path) -> Path:
    """Half a second of silence, then a second and a half of 440 Hz; stereo, 44.1 kHz."""
    path = tmp_path / "tone.wav"
    seconds = np.arange(int(44_100 * 2.0)) / 44_100
    samples = (np.sin(2 * math.pi * 440 * seconds) * (seconds >= 0.5) * 16_000).astype(np.int16)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(44_100)
        file.writeframes(np.stack([samples, samples], axis=1).tobytes())
    return path


def encode(source: Path, target: Path, *options: str) -> Path:
    subprocess.run(["ffmpeg", "-nostdin", "-loglevel", "error", "-i", source, *options, target], check=True)
    return target


@pytest.mark.parametrize("name", ["tone.wav", "tone.opus", "tone.mp3", "tone.m4a", "tone.webm", "tone.flac"])
def test_what_people_record_is_decoded_to_16_khz_mono(tone: Path, tmp_path: Path, name: str) -> None:
    path = tone if name == tone.name else encode(tone, tmp_path / name)
    waveform = decode(path)
    assert waveform.dtype == np.float32
    assert waveform.ndim == 1
    assert duration_of(waveform) == pytest.approx(2.0, abs=0.1)
    assert abs(waveform[: int(0.4 * SAMPLE_RATE)]).max() < 0.02
    assert abs(waveform[SAMPLE_RATE:]).max() == pytest.approx(16_000 / 32_768, abs=0.05)


def test_a_hole_in_the_stream_is_silence_so_that_words_keep_their_place(tone: Path, tmp_path: Path) -> None:
    late = "asetpts=PTS+if(gte(T\\,1)\\,3/TB\\,0)"  # from its second second on, three seconds later
    path = encode(tone, tmp_path / "hole.webm", "-af", f"asetnsamples=960,{late}", "-c:a", "libopus")
    waveform = decode(path)
    assert duration_of(waveform) == pytest.approx(5.0, abs=0.1)
    assert abs(waveform[int(1.5 * SAMPLE_RATE) : int(3.5 * SAMPLE_RATE)]).max() < 0.01


def test_names_that_mean_something_to_a_shell_or_to_ffmpeg_are_only_names(tone: Path, tmp_path: Path) -> None:
    for name in ("-i.wav", "$(touch x) 'a'.wav", "a:b%03d.wav"):
        path = tone.rename(tmp_path / name)
        assert duration_of(decode(path)) == pytest.approx(2.0, abs=0.1)
        tone = path


@pytest.mark.parametrize(
    "playlist",
    [
        "#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:2,\nfile://{folder}/secret.ts\n#EXT-X-ENDLIST\n",
        "ffconcat version 1.0\nfile 'secret.ts'\n",
    ],
    ids=["hls", "concat"],
)
def test_a_playlist_under_an_innocent_name_does_not_open_another_file(
    tone: Path, tmp_path: Path, playlist: str
) -> None:
    encode(tone, tmp_path / "secret.ts", "-c:a", "aac")
    disguised = tmp_path / "track.opus"
    disguised.write_text(playlist.format(folder=tmp_path))
    with pytest.raises(AudioUnreadable):
        decode(disguised)


@pytest.mark.parametrize("content", [b"", b"OggS", os.urandom(4096), b"\x1aE\xdf\xa3" * 50], ids=range(4))
def test_what_is_not_audio_is_unreadable(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "track.opus"
    path.write_bytes(content)
    with pytest.raises(AudioUnreadable):
        decode(path)


def test_a_file_cut_in_its_headers_is_unreadable_and_one_cut_later_gives_what_is_left(
    tone: Path, tmp_path: Path
) -> None:
    whole = encode(tone, tmp_path / "track.opus", "-page_duration", "200000").read_bytes()
    path = tmp_path / "cut.opus"
    path.write_bytes(whole[:60])
    with pytest.raises(AudioUnreadable):
        decode(path)
    path.write_bytes(whole[: len(whole) * 3 // 4])
    assert 0.5 < duration_of(decode(path)) < 1.9


def test_a_film_without_sound_is_unreadable(tmp_path: Path) -> None:
    path = tmp_path / "film.mp4"
    picture = ["-f", "lavfi", "-i", "color=black:size=32x32:duration=0.2"]
    subprocess.run(["ffmpeg", "-nostdin", "-loglevel", "error", *picture, path], check=True)
    with pytest.raises(AudioUnreadable):
        decode(path)


def test_a_file_that_is_not_there_is_unreadable(tmp_path: Path) -> None:
    with pytest.raises(AudioUnreadable):
        decode(tmp_path / "nothing.opus")


def test_a_recording_past_the_longest_is_refused_rather_than_cut_short(
    tone: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audio, "LONGEST_S", 1)
    with pytest.raises(AudioUnreadable, match="too long"):
        decode(tone)


def test_a_file_that_takes_for_ever_is_given_up(tone: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audio, "TIMEOUT_S", 0.0)
    with pytest.raises(AudioUnreadable, match="too slow"):
        decode(tone)


def test_decoding_leaves_no_file_behind(tone: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(temporary))
    waveform = decode(tone)
    assert list(temporary.iterdir()) == []
    assert len(waveform) > 0
