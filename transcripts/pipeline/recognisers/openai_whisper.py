"""Recognise words with openai-whisper: windows decoded in batches, each encoded once."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from transcripts.pipeline import environment
from transcripts.pipeline.audio import SAMPLE_RATE, Waveform, duration_of
from transcripts.pipeline.errors import ModelRejected
from transcripts.pipeline.hearing import Hints, Passage, choose_language
from transcripts.pipeline.recognisers.whisper_words import words_of

# A window is tried again a little warmer when the first text is repetitive or improbable; 0.0 alone would keep it.
TEMPERATURES = (0.2, 0.4)
SEED = 1
MOST_WINDOWS = {"cpu": 8, "cuda": 12}
# Of the keys and values that the decoder keeps of the sound of a batch; what else a batch takes comes on top.
MOST_CACHE_BYTES = {"cpu": 1 << 30, "cuda": 4 << 30}
# As in whisper.transcribe.
MOST_REPETITIVE = 2.4
LEAST_PROBABLE = -1.0
NO_SPEECH = 0.6
_TOKEN_S = 0.02  # of audio, for one timestamp token
_SHORTEST_REST_S = 1.0  # what a text leaves out at the end of its window is heard again from here on
_DETECTION_WINDOWS = 3


@dataclass(slots=True)
class _Stretch:
    """A window, or what an unfinished text left of it: from `start`, on the clock of the window."""

    window: int
    start: float
    samples: Waveform
    mel: Any = None
    features: Any = None
    passages: list[Passage] = field(default_factory=list)
    heard_until: float | None = None  # on its own clock; None if the text goes to the end


class OpenAIWhisper:
    """Loads torch and the weights of `model_path`, on the first GPU if there is one."""

    def __init__(self, model_path: Path) -> None:
        if not model_path.is_file():  # a bare name would be downloaded
            raise FileNotFoundError(model_path)
        environment.prepare()
        import whisper

        self._whisper = whisper
        self._model: Any = whisper.load_model(str(model_path))
        if not self._model.is_multilingual:
            raise ModelRejected(f"{model_path.name}: knows English only")
        # The heads whose attention follows the audio; an official file does not carry its own, but its name tells.
        heads = whisper._ALIGNMENT_HEADS.get(model_path.stem)  # noqa: SLF001
        if heads is not None:
            self._model.set_alignment_heads(heads)
        self._has_gpu = self._model.device.type == "cuda"
        self.windows_at_once = windows_at_once(self._model.dims, self._model.device.type)

    def hear(self, windows: Sequence[Waveform], *, language: str | None, hints: Hints) -> list[list[Passage]]:
        import torch

        language = language or self.detect_language(windows)
        heard: list[list[Passage]] = [[] for _ in windows]
        waiting = [_Stretch(number, 0.0, window) for number, window in enumerate(windows)]
        with torch.random.fork_rng(), torch.inference_mode():
            while waiting:
                batch, waiting = waiting[: self.windows_at_once], waiting[self.windows_at_once :]
                self._encode(batch)
                self._recognise(batch, language, hints.prompt())
                for stretch in batch:
                    heard[stretch.window] += stretch.passages
                    waiting += _rest_of(stretch)
        return [sorted(passages, key=lambda passage: passage.words[0].start) for passages in heard]

    def detect_language(self, windows: Sequence[Waveform]) -> str:
        import torch

        stretches = [_Stretch(number, 0.0, window) for number, window in enumerate(windows[:_DETECTION_WINDOWS])]
        if not stretches:
            return choose_language([])
        with torch.inference_mode():
            self._encode(stretches)
            _, probabilities = self._model.detect_language(torch.stack([stretch.features for stretch in stretches]))
        return choose_language(probabilities)

    def _encode(self, batch: Sequence[_Stretch]) -> None:
        import torch

        audio = self._whisper.audio
        for stretch in batch:
            # Padded as whisper.transcribe does: silence while the loudest is sought, then zeros of the spectrogram.
            mel = audio.log_mel_spectrogram(stretch.samples, self._model.dims.n_mels, padding=audio.N_SAMPLES)
            frames = min(mel.shape[-1] - audio.N_FRAMES, audio.N_FRAMES)
            stretch.mel = audio.pad_or_trim(mel[:, :frames], audio.N_FRAMES)
        mels = torch.stack([stretch.mel for stretch in batch]).to(self._model.device)
        features = self._model.encoder(mels.half() if self._has_gpu else mels)
        for stretch, encoded in zip(batch, features, strict=True):
            stretch.features = encoded

    def _recognise(self, batch: Sequence[_Stretch], language: str, prompt: str) -> None:
        import torch

        options = self._whisper.DecodingOptions(
            language=language, prompt=f" {prompt}" if prompt else None, fp16=self._has_gpu
        )
        features = torch.stack([stretch.features for stretch in batch])
        tokenizer = self._tokenizer(language)
        for stretch, result in zip(batch, self._whisper.decode(self._model, features, options), strict=True):
            self._read(stretch, self._try_warmer(stretch, result, options), tokenizer)

    def _try_warmer(self, stretch: _Stretch, result: Any, options: Any) -> Any:
        """Sampling is seeded for each window, whatever its batch."""
        import torch

        for temperature in TEMPERATURES:
            if _is_silence(result) or not _is_doubtful(result):
                break
            torch.manual_seed(SEED)
            result = self._whisper.decode(self._model, stretch.features, options, temperature=temperature)
        return result

    def _read(self, stretch: _Stretch, result: Any, tokenizer: Any) -> None:
        from whisper.timing import add_word_timestamps

        seconds = duration_of(stretch.samples)
        segments, stretch.heard_until = split_at_timestamps(result.tokens, tokenizer.timestamp_begin, seconds)
        add_word_timestamps(
            segments=segments,
            model=_Encoded(self._model, stretch.features),
            tokenizer=tokenizer,
            mel=stretch.mel,
            num_frames=min(
                round(seconds * SAMPLE_RATE) // self._whisper.audio.HOP_LENGTH, self._whisper.audio.N_FRAMES
            ),
            last_speech_timestamp=0.0,
        )
        for segment in segments:
            words = tuple(words_of([_moved(part, stretch.start) for part in segment.get("words", ())]))
            if words:
                stretch.passages.append(Passage(words, float(result.avg_logprob), float(result.no_speech_prob)))

    def _tokenizer(self, language: str) -> Any:
        return self._whisper.tokenizer.get_tokenizer(
            multilingual=True, num_languages=self._model.num_languages, language=language, task="transcribe"
        )


def windows_at_once(dims: Any, device: str) -> int:
    """A batch costs little more than its longest window: as many as MOST_CACHE_BYTES allow, of a model of `dims`."""
    value_bytes = 2 if device == "cuda" else 4
    window_bytes = 2 * dims.n_text_layer * dims.n_audio_ctx * dims.n_text_state * value_bytes
    return max(1, int(min(MOST_WINDOWS.get(device, 1), MOST_CACHE_BYTES.get(device, 0) // window_bytes)))


def split_at_timestamps(
    tokens: Sequence[int], first_timestamp: int, seconds: float
) -> tuple[list[dict[str, Any]], float | None]:
    """Whisper's segments, each between two timestamps; and where an unfinished text stopped, or None.

    Two timestamps in a row begin a new segment. A text that ends with two stopped there: what follows was not heard.
    """
    is_time = [token >= first_timestamp for token in tokens]
    cuts = [number for number in range(1, len(tokens)) if is_time[number] and is_time[number - 1]]
    ends_alone = is_time[-2:] == [False, True]
    if not cuts:
        return [_segment(tokens, first_timestamp, seconds)], None
    bounds = [0, *cuts, *([len(tokens)] if ends_alone else [])]
    parts = [tokens[start:end] for start, end in itertools.pairwise(bounds)]
    stopped = None if ends_alone else (tokens[cuts[-1] - 1] - first_timestamp) * _TOKEN_S
    return [_segment(part, first_timestamp, seconds) for part in parts], stopped


def _segment(tokens: Sequence[int], first_timestamp: int, seconds: float) -> dict[str, Any]:
    times = [(token - first_timestamp) * _TOKEN_S for token in tokens if token >= first_timestamp]
    start, end = (times[0], times[-1]) if times else (0.0, seconds)
    return {"seek": 0, "start": start, "end": end if end > start else seconds, "tokens": list(tokens)}


def _rest_of(stretch: _Stretch) -> Iterator[_Stretch]:
    """What follows the last word, if it is worth a try; never the same samples again."""
    if stretch.heard_until is None or not stretch.passages:
        return
    last_word = stretch.passages[-1].words[-1].end - stretch.start
    until = min(max(last_word, stretch.heard_until), duration_of(stretch.samples))
    if until >= _SHORTEST_REST_S <= duration_of(stretch.samples) - until:
        yield _Stretch(stretch.window, stretch.start + until, stretch.samples[round(until * SAMPLE_RATE) :])


def _moved(part: dict[str, Any], seconds: float) -> dict[str, Any]:
    return {**part, "start": part["start"] + seconds, "end": part["end"] + seconds}


def _is_doubtful(result: Any) -> bool:
    return bool(result.compression_ratio > MOST_REPETITIVE or result.avg_logprob < LEAST_PROBABLE)


def _is_silence(result: Any) -> bool:
    return bool(result.no_speech_prob > NO_SPEECH and result.avg_logprob < LEAST_PROBABLE)


class _Encoded:
    """Stands for the model where Whisper times words: what was encoded once is not encoded again."""

    def __init__(self, model: Any, features: Any) -> None:
        self.decoder, self.dims, self.device = model.decoder, model.dims, model.device
        self.alignment_heads = model.alignment_heads
        self._features = features

    def __call__(self, _mel: Any, tokens: Any) -> Any:
        return self.decoder(tokens, self._features[None])
