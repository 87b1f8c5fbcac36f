"""Scores of a checkpoint, by the genuine library, on sentences that it never heard."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from bench.models.whisper.grammar import SCRIPTS, unknown_sentences
from bench.models.whisper.voices import (
    FRAMES_A_SECOND,
    HELD_OUT,
    ONCE_FAILING,
    SAMPLE_RATE,
    Samples,
    choose_voice,
    render,
    to_16_khz,
)
from bench.report import say
from bench.voices.espeak import SpokenWord
from bench.voices.script import VOICES
from transcripts.pipeline.evaluation.score import plain_words

OPUS_KBITS = 24
_A_LONG_ONE = 22  # sentences: about 70 s
_LONGEST_TEXT = 224  # Whisper's; a model that invents one is stopped earlier in a short track
_NOISE_DB = (-40, -30, -20)  # of full scale
_NOISE_S = 6


@dataclass(frozen=True, slots=True)
class Heard:
    """`words`: times in seconds of the sound."""

    samples: Samples
    words: tuple[SpokenWord, ...]


@dataclass(frozen=True, slots=True)
class Score:
    said: int
    wrong: int
    start_errors_s: tuple[float, ...]

    @property
    def wer(self) -> float:
        return self.wrong / self.said


def measure(checkpoint: Path, *, sentences: int, seed: int, device: str = "cpu") -> dict[str, float | int | None]:
    """Rates of wrong words; `long` ones are tracks of a minute, with the text so far told to the model and without."""
    import whisper

    model = whisper.load_model(str(checkpoint), device=device)
    chance = random.Random(seed)
    unheard = list(_alone(chance, sentences, HELD_OUT))
    told = {
        "wer": (unheard, None, False),
        "wer_opus": (unheard, OPUS_KBITS, False),
        "wer_once_failing": (list(_alone(chance, sentences, ONCE_FAILING)), None, False),
        "wer_script": ([_script(chance, sentences)], OPUS_KBITS, False),
        "wer_long": ([_long(chance, min(sentences, _A_LONG_ONE))], OPUS_KBITS, False),
    }
    told["wer_long_previous_text"] = (told["wer_long"][0], OPUS_KBITS, True)
    scores = {}
    for name, (tracks, kbits, previous) in told.items():
        scores[name] = _score(model, tracks, kbits, previous=previous)
        say(f"{name}: {scores[name].wer:.1%} of {scores[name].said} words")
    errors = scores["wer"].start_errors_s
    return {
        "sentences": sentences,
        "words": scores["wer"].said,
        **{name: round(score.wer, 4) for name, score in scores.items()},
        "word_start_median_s": _quantile(errors, 0.5),
        "word_start_p90_s": _quantile(errors, 0.9),
        "words_in_noise": sum(len(_recognise(model, _noise(db), previous=False)) for db in _NOISE_DB),
    }


def compare(said: Sequence[SpokenWord], found: Sequence[SpokenWord]) -> Score:
    """Errors in the starts of words that are right; but not of the first of a track, which Whisper starts at 0."""
    import jiwer

    known, heard = _plain(said), _plain(found)
    if not heard:
        return Score(len(known), len(known), ())
    done = jiwer.process_words(" ".join(text for text, _ in known), " ".join(text for text, _ in heard))
    errors = [
        abs(known[chunk.ref_start_idx + place][1] - heard[chunk.hyp_start_idx + place][1])
        for chunk in done.alignments[0]
        if chunk.type == "equal"
        for place in range(chunk.ref_end_idx - chunk.ref_start_idx)
        if chunk.hyp_start_idx + place > 0
    ]
    return Score(len(known), done.substitutions + done.deletions + done.insertions, tuple(errors))


def _plain(words: Sequence[SpokenWord]) -> list[tuple[str, float]]:
    """Whisper gives « l » and « 'ordre » apart: one word here becomes what WER counts, each with its start."""
    return [(text, word.start) for word in words for text in plain_words(word.text)]


def _score(model: Any, tracks: Sequence[Heard], kbits: int | None, *, previous: bool) -> Score:
    found = [
        compare(track.words, _recognise(model, to_16_khz(track.samples, kbits), previous=previous)) for track in tracks
    ]
    errors = tuple(error for score in found for error in score.start_errors_s)
    return Score(sum(score.said for score in found), sum(score.wrong for score in found), errors)


def _recognise(model: Any, samples: Samples, *, previous: bool) -> list[SpokenWord]:
    result = model.transcribe(
        samples.astype(np.float32) / 32768,
        language="fr",
        word_timestamps=True,
        condition_on_previous_text=previous,
        temperature=0.0,  # without its warmer attempts, which differ from run to run
        sample_len=min(_LONGEST_TEXT, _LONGEST_TEXT * len(samples) // (15 * SAMPLE_RATE) + 20),
        fp16=model.device.type == "cuda",
    )
    return [
        SpokenWord(float(word["start"]), float(word["end"]), word["word"])
        for segment in result["segments"]
        for word in segment.get("words", ())
    ]


def _alone(chance: random.Random, count: int, variants: Sequence[str]) -> Iterator[Heard]:
    for text in unknown_sentences(chance, count):
        yield _render(chance, [text], [choose_voice(chance, variants)])


def _long(chance: random.Random, count: int) -> Heard:
    voices = [choose_voice(chance, HELD_OUT) for _ in range(2)]
    return _render(chance, unknown_sentences(chance, count), voices)


def _script(chance: random.Random, count: int) -> Heard:
    return _render(chance, SCRIPTS[-1][:count], list(VOICES.values()))


def _render(chance: random.Random, texts: Sequence[str], voices: Sequence[Any]) -> Heard:
    """Half as loud as espeak-ng; pauses of 0.3 to 1.2 s."""
    track, placed = render(chance, texts, voices, gaps=[chance.randint(15, 60) for _ in texts])
    words = [
        SpokenWord(
            sentence.start / FRAMES_A_SECOND + word.start, sentence.start / FRAMES_A_SECOND + word.end, word.text
        )
        for sentence in placed
        for word in sentence.speech.words
    ]
    return Heard(track // 2, tuple(words))


def _noise(level_db: float) -> Samples:
    draws = np.random.default_rng(1).normal(size=_NOISE_S * SAMPLE_RATE)
    return np.clip(draws * 32768 * 10 ** (level_db / 20), -32768, 32767).astype(np.int16)


def _quantile(values: Sequence[float], share: float) -> float | None:
    return round(float(np.quantile(values, share)), 3) if values else None
