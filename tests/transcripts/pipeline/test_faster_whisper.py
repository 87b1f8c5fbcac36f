"""faster-whisper, where it is installed (requirements-faster.txt), on the demonstration model made CTranslate2's."""

from __future__ import annotations

import platform
import socket
from pathlib import Path

import numpy as np
import pytest

from bench.voices.script import CLAIRE
from tests.transcripts.pipeline.conftest import Voices
from transcripts.pipeline.audio import SAMPLE_RATE, decode
from transcripts.pipeline.errors import ModelRejected
from transcripts.pipeline.hearing import NO_HINTS, Hints
from transcripts.pipeline.models import DEMONSTRATION_MODELS, ModelCard, checkpoint_of, seal
from transcripts.pipeline.recognisers import faster_whisper
from transcripts.pipeline.recognisers.choice import FASTER_WHISPER, load_recogniser
from transcripts.pipeline.recognisers.faster_whisper import FasterWhisper
from transcripts.pipeline.recognisers.openai_whisper import OpenAIWhisper
from transcripts.pipeline.track import Request, SpeechModels, transcribe_track


@pytest.mark.parametrize("missing", ["model.bin", "tokenizer.json"])
def test_a_folder_that_lacks_a_file_is_refused_before_a_hub_is_asked(tmp_path: Path, missing: str) -> None:
    for name in ("model.bin", "config.json", "tokenizer.json", "vocabulary.json"):
        if name != missing:
            (tmp_path / name).touch()
    with pytest.raises(ModelRejected, match=missing):
        FasterWhisper(tmp_path, 1)


INTEL = "vendor_id\t: GenuineIntel\nflags\t\t: fpu avx2\n"
AMD = "vendor_id\t: AuthenticAMD\nflags\t\t: fpu avx2\n"
AMD_WITH_VNNI = "vendor_id\t: AuthenticAMD\nflags\t\t: fpu avx2 avx512_vnni\n"


@pytest.mark.parametrize(
    ("machine", "told", "expected"),
    [
        ("x86_64", INTEL, "int8"),
        ("x86_64", AMD_WITH_VNNI, "int8"),
        ("x86_64", AMD, "float32"),
        ("x86_64", None, "int8"),
        ("aarch64", "Features\t: fp asimd\n", "int8"),
    ],
)
def test_eight_bits_are_for_processors_that_lose_nothing_by_them(
    machine: str, told: str | None, expected: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if told is not None:
        (tmp_path / "cpuinfo").write_text(told, encoding="utf-8")
    monkeypatch.setattr(faster_whisper, "_PROCESSOR", tmp_path / "cpuinfo")
    monkeypatch.setattr(platform, "machine", lambda: machine)
    assert faster_whisper.processor_type() == expected


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    pytest.importorskip("faster_whisper")
    import whisper

    from bench.recognisers.ctranslate2_folder import convert

    folder = tmp_path_factory.mktemp("faster") / "demo"
    convert(whisper.load_model(str(checkpoint_of(DEMONSTRATION_MODELS / "demo-whisper"))), folder)
    seal(folder, ModelCard("demo", True, {}))
    return folder


@pytest.mark.speech
def test_it_hears_the_words_that_openai_whisper_hears_and_asks_nobody(
    folder: Path, short_meeting: Voices, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked_up: list[object] = []
    monkeypatch.setattr(socket, "getaddrinfo", lambda host, *_, **__: looked_up.append(host))
    faster = FasterWhisper(folder, 1)
    window = decode(short_meeting.tracks[CLAIRE])
    openai = OpenAIWhisper(checkpoint_of(DEMONSTRATION_MODELS / "demo-whisper"))
    theirs = [word for passage in openai.hear([window], language="fr", hints=NO_HINTS)[0] for word in passage.words]
    ours = [word for passage in faster.hear([window], language="fr", hints=NO_HINTS)[0] for word in passage.words]
    assert [word.text for word in ours] == [word.text for word in theirs]
    assert np.quantile([abs(a.start - b.start) for a, b in zip(ours, theirs, strict=True)], 0.9) < 0.3
    assert all(word.probability is not None and 0 < word.probability <= 1 for word in ours)
    assert faster.detect_language([window]) == "fr"
    assert faster.hear([window[:SAMPLE_RATE]], language="fr", hints=Hints(names=("Claire",)))
    assert looked_up == []


@pytest.mark.speech
def test_a_track_is_transcribed_with_it_by_choice(folder: Path, short_meeting: Voices) -> None:
    models = SpeechModels(folder, DEMONSTRATION_MODELS / "demo-diarization", recogniser=FASTER_WHISPER)
    first, second = (
        transcribe_track(short_meeting.tracks[CLAIRE], Request(), models=models, progress=lambda _: None)
        for _ in range(2)
    )
    assert first == second
    assert len(first.words) > 10


@pytest.mark.speech
def test_a_folder_that_was_changed_is_refused(folder: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    copy.mkdir()
    for path in folder.iterdir():
        (copy / path.name).write_bytes(path.read_bytes())
    (copy / "config.json").write_text("{}")
    with pytest.raises(ModelRejected):
        load_recogniser(FASTER_WHISPER, copy, None, 1)
