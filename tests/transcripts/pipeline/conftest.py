"""Voices of the demonstration script, through Opus as Janus records them, and the demonstration models."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from bench.voices.script import BILAL, CLAIRE, MEETING, SHORT_MEETING, VOICES
from bench.voices.track import Rendered, render, write
from transcripts.pipeline.models import DEMONSTRATION_MODELS
from transcripts.pipeline.track import SpeechModels


@dataclass(frozen=True, slots=True)
class Voices:
    rendered: Rendered
    tracks: dict[str, Path]


def to_opus(source: list[str], target: Path, *, filters: str = "anull") -> Path:
    """`source` are ffmpeg's input arguments."""
    command = ["ffmpeg", "-nostdin", "-loglevel", "error", "-y", *source, "-filter_complex", filters]
    subprocess.run([*command, "-ac", "1", "-c:a", "libopus", "-b:a", "28k", str(target)], check=True)
    return target


@pytest.fixture(scope="session")
def models() -> SpeechModels:
    return SpeechModels(DEMONSTRATION_MODELS / "demo-whisper", DEMONSTRATION_MODELS / "demo-diarization")


@pytest.fixture(scope="session")
def short_meeting(tmp_path_factory: pytest.TempPathFactory) -> Voices:
    folder = tmp_path_factory.mktemp("voices")
    rendered = render(SHORT_MEETING, VOICES)
    wavs = write(rendered, folder)
    return Voices(rendered, {who: to_opus(["-i", str(wav)], folder / f"{who}.opus") for who, wav in wavs.items()})


@pytest.fixture(scope="session")
def shared_microphone(tmp_path_factory: pytest.TempPathFactory) -> tuple[Rendered, Path]:
    """Claire and Bilal on one track: all that they say in the demonstration meeting, 54 s."""
    folder = tmp_path_factory.mktemp("shared")
    rendered = render([line for line in MEETING if line.speaker in {CLAIRE, BILAL}], VOICES)
    wavs = write(rendered, folder)
    sources = [argument for wav in wavs.values() for argument in ("-i", str(wav))]
    return rendered, to_opus(sources, folder / "shared.opus", filters="amix=inputs=2:normalize=0")
