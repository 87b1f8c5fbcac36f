"""The genuine libraries with the demonstration models. About a minute of processor in all."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from bench.voices.score import score
from bench.voices.script import BILAL, CLAIRE
from bench.voices.track import Rendered
from tests.transcripts.pipeline.conftest import Voices
from transcripts.pipeline.audio import SAMPLE_RATE, Waveform, decode
from transcripts.pipeline.diarize import PyannotePipeline, SpeakerCount
from transcripts.pipeline.errors import ModelRejected
from transcripts.pipeline.evaluation.manifest import evaluate, read_manifest
from transcripts.pipeline.evaluation.score import Score
from transcripts.pipeline.hearing import Hints
from transcripts.pipeline.models import checkpoint_of
from transcripts.pipeline.recognisers import openai_whisper
from transcripts.pipeline.recognisers.openai_whisper import OpenAIWhisper
from transcripts.pipeline.speech import Word
from transcripts.pipeline.track import Request, SpeechModels, TrackSpeech, hear_chunk, plan_track, transcribe_track
from visio_site.layout import ROOT

pytestmark = pytest.mark.speech


def transcribed(path: Path, models: SpeechModels) -> TrackSpeech:
    return transcribe_track(path, Request(), models=models, progress=lambda _: None)


def words_in(waveform: Waveform, models: SpeechModels) -> list[Word]:
    engines = models.load()
    plan = plan_track(waveform, Request(), engines, lambda _: None)
    chunks = [hear_chunk(waveform, plan, chunk, engines, Hints(), lambda _: None) for chunk in plan.chunks]
    return [word for chunk in chunks for word in chunk.words]


def noise(level: float, seconds: float = 6.0) -> Waveform:
    samples = np.random.default_rng(1).normal(scale=level, size=int(seconds * SAMPLE_RATE)) if level else None
    return np.zeros(int(seconds * SAMPLE_RATE), np.float32) if samples is None else samples.astype(np.float32)


@pytest.mark.parametrize("who", [CLAIRE, BILAL])
def test_what_is_said_is_recognised_where_it_is_said(short_meeting: Voices, models: SpeechModels, who: str) -> None:
    speech = transcribed(short_meeting.tracks[who], models)
    said = [word for word in short_meeting.rendered.words if word.speaker == who]
    seconds = short_meeting.rendered.seconds
    result = score(said, speech.words, loop_s=seconds, window=(0.0, seconds))
    assert result.recall >= 0.95
    assert min(result.offset, seconds - result.offset) < 0.1
    errors = [min(abs(word.start - other.start) for other in said if other.text == word.text) for word in speech.words]
    assert np.quantile(errors, 0.95) < 0.3


def test_the_same_track_gives_the_same_words(short_meeting: Voices, models: SpeechModels) -> None:
    first, second = (transcribed(short_meeting.tracks[CLAIRE], models).to_json() for _ in range(2))
    assert first == second


def test_sampling_is_seeded_and_leaves_no_trace_in_the_process(
    short_meeting: Voices, models: SpeechModels, monkeypatch: pytest.MonkeyPatch
) -> None:
    import torch

    monkeypatch.setattr(openai_whisper, "LEAST_PROBABLE", 0.0)
    monkeypatch.setattr(openai_whisper, "TEMPERATURES", (1.0,))
    torch.manual_seed(5)
    expected = torch.rand(1)
    torch.manual_seed(5)
    first, second = (transcribed(short_meeting.tracks[BILAL], models).to_json() for _ in range(2))
    assert first == second
    assert torch.rand(1) == expected


@pytest.mark.parametrize("level", [0.0, 0.0001, 0.02, 0.2], ids=["silence", "hiss", "noise", "loud noise"])
def test_silence_and_noise_give_no_words(models: SpeechModels, level: float) -> None:
    assert words_in(noise(level), models) == []


def test_noise_around_speech_adds_no_words(short_meeting: Voices, models: SpeechModels) -> None:
    track = decode(short_meeting.tracks[CLAIRE])
    words = words_in(np.concatenate([noise(0.05), track, noise(0.05)]), models)
    first, last = 6.0, 6.0 + len(track) / SAMPLE_RATE
    assert words
    assert all(first < word.start and word.end < last for word in words)


def test_whoever_has_a_track_has_their_words(tmp_path: Path, models: SpeechModels) -> None:
    """Also where there is noise, where people speak at once, and where each microphone hears everybody."""
    corpus = [sys.executable, "-m", "bench.corpus", str(tmp_path), "--seed", "31", "--seconds", "45"]
    subprocess.run(corpus, cwd=ROOT, check=True, capture_output=True)  # the same voices in each fresh process
    recordings = read_manifest(tmp_path / "manifest.json")
    known = [one for one in recordings if one.name in {"tracks", "tracks-noisy", "tracks-echo"}]
    scores = [evaluate(one, models, lambda _: None)[0] for one in known]
    total = sum(scores, Score())
    assert len(scores) == 3
    assert total.named_words > 150
    assert total.attribution_error is not None
    assert total.attribution_error <= 0.01


def test_two_people_at_one_microphone_are_two_voices(
    shared_microphone: tuple[Rendered, Path], models: SpeechModels
) -> None:
    rendered, path = shared_microphone
    # Left to itself, the demonstration model may hear a stray third voice in a few words.
    two = Request(shared_microphone=True, speakers=SpeakerCount(2, 2))
    speech = transcribe_track(path, two, models=models, progress=lambda _: None)
    heard = Counter(
        (said.speaker, word.speaker)
        for word in speech.words
        for said in rendered.words
        if said.text == word.text and abs(said.start - word.start) < 0.3
    )
    assert heard[CLAIRE, "1"] >= 0.95 * sum(word.speaker == CLAIRE for word in rendered.words)
    assert heard[BILAL, "2"] >= 0.95 * sum(word.speaker == BILAL for word in rendered.words)


def test_recognising_and_diarizing_look_up_no_host(
    short_meeting: Voices, models: SpeechModels, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked_up: list[object] = []

    def spy(host: object, *_: object, **__: object) -> list[object]:
        looked_up.append(host)
        raise socket.gaierror

    monkeypatch.setattr(socket, "getaddrinfo", spy)
    whisper = OpenAIWhisper(checkpoint_of(models.whisper))
    pyannote = PyannotePipeline(models.diarization)
    waveform = decode(short_meeting.tracks[CLAIRE])
    assert whisper.hear([waveform[: 20 * SAMPLE_RATE]], language="fr", hints=Hints()) != [[]]
    assert pyannote.find_turns(waveform, lambda _: None)
    time.sleep(1.5)  # pyannote.audio would report after half a second
    assert looked_up == []


def test_audio_too_short_for_the_models_has_no_turn(models: SpeechModels) -> None:
    assert models.load().diarizer().find_turns(noise(0.1, seconds=0.5), lambda _: None) == []


def test_diarization_tells_how_far_it_is_in_plain_numbers(short_meeting: Voices, models: SpeechModels) -> None:
    shares: list[float] = []
    models.load().diarizer().find_turns(decode(short_meeting.tracks[BILAL]), shares.append)
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    assert {type(share) for share in shares} == {float}


def test_models_are_loaded_once_per_process(models: SpeechModels) -> None:
    first, second = models.load(), models.load()
    assert first.recogniser is second.recogniser
    assert first.diarizer() is second.diarizer()


def test_a_model_that_was_tampered_with_is_never_loaded(tmp_path: Path, models: SpeechModels) -> None:
    copies = SpeechModels(tmp_path / "whisper", tmp_path / "diarization")
    shutil.copytree(models.whisper, copies.whisper)
    shutil.copytree(models.diarization, copies.diarization)
    with (copies.diarization / "config.yaml").open("a") as config:
        config.write("# harmless\n")
    engines = copies.load()
    with pytest.raises(ModelRejected):
        engines.diarizer()
    other = SpeechModels(tmp_path / "whisper-2", copies.diarization)
    shutil.copytree(copies.whisper, other.whisper)
    (other.whisper / "card.json").write_text("{}")
    with pytest.raises(ModelRejected):
        other.load()


def test_a_model_that_is_not_there_is_an_error_and_not_a_download(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        OpenAIWhisper(Path("tiny"))
    with pytest.raises(NotADirectoryError):
        PyannotePipeline(Path("pyannote/speaker-diarization-community-1"))
