"""openai-whisper in batches, with the demonstration model; and how its texts are cut, without it."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from bench.voices.script import CLAIRE
from tests.transcripts.pipeline.conftest import Voices
from transcripts.pipeline.audio import SAMPLE_RATE, Waveform, decode
from transcripts.pipeline.errors import ModelRejected
from transcripts.pipeline.hearing import NO_HINTS, Hints
from transcripts.pipeline.models import DEMONSTRATION_MODELS, checkpoint_of
from transcripts.pipeline.recognisers.openai_whisper import OpenAIWhisper, split_at_timestamps, windows_at_once
from transcripts.pipeline.speech import Region
from transcripts.pipeline.splice import splice

FIRST = 1_000  # the token of 0.00 s; 50 of them make a second


def at(seconds: float) -> int:
    return FIRST + round(seconds * 50)


def cut(*tokens: int) -> tuple[list[tuple[float, float, list[int]]], float | None]:
    segments, stopped = split_at_timestamps(tokens, FIRST, 28.0)
    return [
        (round(s["start"], 2), round(s["end"], 2), [t for t in s["tokens"] if t < FIRST]) for s in segments
    ], stopped


def test_two_timestamps_in_a_row_begin_a_segment() -> None:
    tokens = (at(0), 1, 2, at(2.5), at(2.5), 3, at(4.0))
    assert cut(*tokens) == ([(0.0, 2.5, [1, 2]), (2.5, 4.0, [3])], None)


def test_a_text_that_ends_with_two_timestamps_stopped_there() -> None:
    assert cut(at(0), 1, 2, at(2.5), at(2.5)) == ([(0.0, 2.5, [1, 2])], 2.5)


def test_a_text_without_pairs_is_one_segment() -> None:
    assert cut(at(0), 1, 2, at(2.5)) == ([(0.0, 2.5, [1, 2])], None)
    assert cut(at(0), 1, 2) == ([(0.0, 28.0, [1, 2])], None)
    assert cut() == ([(0.0, 28.0, [])], None)


@pytest.mark.parametrize(
    ("device", "layers", "width", "windows"),
    [("cpu", 4, 384, 8), ("cpu", 4, 1280, 8), ("cpu", 24, 1024, 3), ("cpu", 32, 1280, 2), ("cuda", 32, 1280, 12)],
    ids=["tiny", "turbo", "medium", "large", "large on a GPU"],
)
def test_a_batch_is_as_large_as_memory_allows(device: str, layers: int, width: int, windows: int) -> None:
    dims = SimpleNamespace(n_text_layer=layers, n_text_state=width, n_audio_ctx=1500)
    assert windows_at_once(dims, device) == windows
    assert windows_at_once(SimpleNamespace(n_text_layer=500, n_text_state=width, n_audio_ctx=1500), device) == 1


@pytest.fixture(scope="module")
def whisper() -> OpenAIWhisper:
    return OpenAIWhisper(checkpoint_of(DEMONSTRATION_MODELS / "demo-whisper"))


@pytest.fixture(scope="module")
def windows(short_meeting: Voices) -> list[Waveform]:
    return [decode(path)[: 20 * SAMPLE_RATE] for path in short_meeting.tracks.values()]


@pytest.mark.speech
def test_a_window_gives_the_same_words_alone_and_in_a_batch(whisper: OpenAIWhisper, windows: list[Waveform]) -> None:
    together = whisper.hear(windows, language="fr", hints=NO_HINTS)
    apart = [whisper.hear([window], language="fr", hints=NO_HINTS)[0] for window in windows]
    said = [[(word.text, word.start) for passage in window for word in passage.words] for window in together]
    assert said == [[(word.text, word.start) for passage in window for word in passage.words] for window in apart]
    assert all(said)


@pytest.mark.speech
def test_each_window_is_encoded_once(
    whisper: OpenAIWhisper, windows: list[Waveform], monkeypatch: pytest.MonkeyPatch
) -> None:
    encoded = []
    encoder = whisper._model.encoder
    forward = encoder.forward

    def counted(mels: Any) -> Any:
        encoded.append(len(mels))
        return forward(mels)

    monkeypatch.setattr(encoder, "forward", counted)
    whisper.hear(windows, language="fr", hints=NO_HINTS)
    assert sum(encoded) == len(windows)


@pytest.mark.speech
def test_what_an_unfinished_text_left_out_is_heard_again_from_there(
    whisper: OpenAIWhisper, short_meeting: Voices, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = [Region(word.start, word.end) for word in short_meeting.rendered.words if word.speaker == CLAIRE]
    window = splice(said, short_meeting.rendered.seconds).cut(decode(short_meeting.tracks[CLAIRE]))
    whole = whisper.hear([window], language="fr", hints=NO_HINTS)[0]
    assert len(whole) > 1
    decode_all = whisper._whisper.decode
    asked: list[Any] = []

    def stop_early(model: Any, features: Any, options: Any, **more: Any) -> Any:
        found = decode_all(model, features, options, **more)
        asked.append(found)
        if len(asked) > 1 or not isinstance(found, list):
            return found
        tokenizer = whisper._tokenizer("fr")
        times = [n for n, token in enumerate(found[0].tokens) if token >= tokenizer.timestamp_begin]
        object.__setattr__(found[0], "tokens", found[0].tokens[: times[2] + 1])  # after the first pair
        return [found[0]]

    monkeypatch.setattr(whisper._whisper, "decode", stop_early)
    heard = whisper.hear([window], language="fr", hints=NO_HINTS)[0]
    assert len(asked) > 1
    assert (heard[0].text, heard[-1].text) == (whole[0].text, whole[-1].text)
    assert [passage.words[0].start for passage in heard] == sorted(passage.words[0].start for passage in heard)


@pytest.mark.speech
def test_hints_reach_the_decoder(
    whisper: OpenAIWhisper, windows: list[Waveform], monkeypatch: pytest.MonkeyPatch
) -> None:
    prompts = []
    decode_all = whisper._whisper.decode

    def spy(model: Any, features: Any, options: Any, **more: Any) -> Any:
        prompts.append(options.prompt)
        return decode_all(model, features, options, **more)

    monkeypatch.setattr(whisper._whisper, "decode", spy)
    whisper.hear(windows[:1], language="fr", hints=Hints(names=("Claire Fontaine",)))
    whisper.hear(windows[:1], language="fr", hints=NO_HINTS)
    assert (prompts[0], prompts[-1]) == (" Claire Fontaine.", None)


@pytest.mark.speech
def test_the_language_is_detected_french_first(whisper: OpenAIWhisper, windows: list[Waveform]) -> None:
    assert whisper.detect_language(windows) == "fr"
    assert whisper.detect_language([]) == "fr"


@pytest.mark.speech
def test_a_model_that_knows_english_only_is_refused(tmp_path: Path) -> None:
    import torch
    from whisper.model import ModelDimensions, Whisper

    size = {"n_audio_ctx": 1500, "n_audio_state": 8, "n_audio_head": 1, "n_audio_layer": 1}
    size |= {"n_text_ctx": 448, "n_text_state": 8, "n_text_head": 1, "n_text_layer": 2}
    english = Whisper(ModelDimensions(n_mels=80, n_vocab=51_864, **size))
    torch.save({"dims": vars(english.dims), "model_state_dict": english.state_dict()}, tmp_path / "small.en.pt")
    with pytest.raises(ModelRejected, match="English"):
        OpenAIWhisper(tmp_path / "small.en.pt")


@pytest.mark.speech
def test_windows_of_nothing_give_no_passage(whisper: OpenAIWhisper) -> None:
    assert whisper.hear([], language="fr", hints=NO_HINTS) == []
    assert whisper.hear([np.zeros(3 * SAMPLE_RATE, np.float32)], language="fr", hints=NO_HINTS) == [[]]
