"""Files that people bring are looked into before anything decodes them."""

from __future__ import annotations

import os
import struct
import subprocess
import wave
from pathlib import Path

import pytest

from transcripts.pipeline import probe as probing
from transcripts.pipeline.audio import decode, duration_of
from transcripts.pipeline.errors import AudioUnreadable
from transcripts.pipeline.probe import probe

SINE = ["-f", "lavfi", "-i", "sine=duration=2"]
PICTURE = ["-f", "lavfi", "-i", "color=black:size=32x32:duration=2"]


def make(path: Path, *arguments: str) -> Path:
    subprocess.run(["ffmpeg", "-nostdin", "-loglevel", "error", *arguments, path], check=True)
    return path


@pytest.mark.parametrize(
    ("name", "codec"),
    [
        ("a.mp4", "aac"),
        ("a.m4a", "aac"),
        ("a.mp3", "mp3"),
        ("a.wav", "pcm_s16le"),
        ("a.ogg", "vorbis"),
        ("a.opus", "opus"),
        ("a.webm", "opus"),
        ("a.mkv", "vorbis"),
        ("a.flac", "flac"),
    ],
)
def test_recordings_of_all_sorts_are_known_and_can_be_decoded(tmp_path: Path, name: str, codec: str) -> None:
    sound = ["-c:a", "libopus"] if codec == "opus" else []
    pictures = PICTURE if name.endswith((".mp4", ".mkv")) else []
    path = make(tmp_path / name, *SINE, *pictures, *sound)
    found = probe(path)
    assert (found.codec, found.audio_streams) == (codec, 1)
    assert found.seconds == pytest.approx(2.0, abs=0.1)
    assert duration_of(decode(path)) == pytest.approx(2.0, abs=0.1)


def refusal(path: Path) -> str:
    with pytest.raises(AudioUnreadable) as refused:
        probe(path)
    return str(refused.value)


def test_an_empty_file_and_one_that_is_not_there_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a.mp4").touch()
    assert refusal(tmp_path / "a.mp4") == "empty"
    assert refusal(tmp_path / "b.mp4") == "no such file"


def test_a_film_without_sound_is_refused(tmp_path: Path) -> None:
    assert refusal(make(tmp_path / "a.mp4", *PICTURE)) == "no audio"


def test_a_tenth_of_a_second_is_a_recording_and_a_hundredth_is_none(tmp_path: Path) -> None:
    assert probe(make(tmp_path / "a.wav", "-f", "lavfi", "-i", "sine=duration=0.1")).seconds == pytest.approx(0.1)
    assert refusal(make(tmp_path / "b.wav", "-f", "lavfi", "-i", "sine=duration=0.01")) == "too short"


def test_a_file_of_a_thousand_streams_is_refused(tmp_path: Path) -> None:
    streams = [argument for _ in range(1_000) for argument in ("-map", "0:a")]
    path = make(tmp_path / "a.mkv", "-f", "lavfi", "-i", "sine=duration=0.1", *streams, "-c:a", "pcm_s16le")
    assert refusal(path) == "too many streams"


def test_a_header_that_promises_eight_hours_is_not_believed(tmp_path: Path) -> None:
    path = make(tmp_path / "a.flac", "-f", "lavfi", "-i", "sine=duration=1")
    data = bytearray(path.read_bytes())
    # STREAMINFO begins at 8; its total of samples is 36 bits, the last of the 8 bytes at 18.
    packed = struct.unpack(">Q", data[18:26])[0]
    data[18:26] = struct.pack(">Q", packed >> 36 << 36 | 8 * 3600 * 44_100)
    path.write_bytes(data)
    assert refusal(path) == "shorter than it says"


def test_a_recording_past_the_longest_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(probing, "LONGEST_S", 1.0)
    assert refusal(make(tmp_path / "a.wav", *SINE)) == "too long"


@pytest.mark.parametrize(
    "content",
    [
        "#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:2,\nfile://{secret}\n#EXT-X-ENDLIST\n",
        "#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:2,\nhttp://127.0.0.1:9/a.ts\n#EXT-X-ENDLIST\n",
        "ffconcat version 1.0\nfile '{secret}'\n",
        "subfile,,start,0,end,9999,,:{secret}",
        "<?xml version='1.0'?><MPD><BaseURL>file://{secret}</BaseURL></MPD>",
        "[playlist]\nFile1={secret}\n",
        "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nm=audio 9 RTP/AVP 0\n",
    ],
    ids=["hls", "hls-http", "concat", "subfile", "dash", "pls", "sdp"],
)
@pytest.mark.parametrize("name", ["a.mp4", "a.m3u8", "a.wav"])
def test_a_list_of_other_files_is_refused_under_any_name(tmp_path: Path, content: str, name: str) -> None:
    secret = make(tmp_path / "secret.wav", *SINE)
    path = tmp_path / name
    path.write_text(content.format(secret=secret))
    for look in (probe, decode):
        with pytest.raises(AudioUnreadable):
            look(path)


def test_a_film_that_refers_to_another_file_gives_nothing_of_it(tmp_path: Path) -> None:
    """QuickTime's external references: moov/…/dref with an alias."""
    path = make(tmp_path / "a.mov", *SINE, "-c:a", "pcm_s16le")
    other = make(tmp_path / "other.mov", "-f", "lavfi", "-i", "anoisesrc=duration=2:amplitude=0.9", "-c:a", "pcm_s16le")
    data = path.read_bytes()
    url = b"\x00\x00\x00\x0curl \x00\x00\x00\x01"  # flags 1: the sound is in this file
    assert url in data
    path.write_bytes(data.replace(url, b"\x00\x00\x00\x0curl \x00\x00\x00\x00"))
    before = other.stat().st_atime_ns
    try:
        probe(path)
        decode(path)
    except AudioUnreadable:
        pass
    assert other.stat().st_atime_ns == before


@pytest.mark.parametrize("content", [b"OggS", os.urandom(4096), b"\x1aE\xdf\xa3" * 50, b"RIFF\xff\xff\xff\xffWAVE"])
def test_what_is_not_audio_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.wav"
    path.write_bytes(content)
    with pytest.raises(AudioUnreadable):
        probe(path)


def test_a_wav_whose_header_gives_no_length_can_be_a_recording(tmp_path: Path) -> None:
    """A dictaphone that was switched off."""
    path = tmp_path / "a.wav"
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(16_000)
        file.writeframes(bytes(64_000))
    data = bytearray(path.read_bytes())
    data[4:8] = data[40:44] = b"\xff\xff\xff\xff"
    path.write_bytes(data)
    probe(path)
    assert duration_of(decode(path)) == pytest.approx(2.0, abs=0.1)


def test_a_probe_that_takes_for_ever_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(probing, "_TIMEOUT_S", 0.0)
    assert refusal(make(tmp_path / "a.wav", *SINE)) == "too slow to decode"
