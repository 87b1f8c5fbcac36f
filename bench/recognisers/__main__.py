"""faster-whisper (CTranslate2, 8-bit weights) over openai-whisper, with random weights of the true architectures.

Held equal: the process, one thread, the sound, the number of tokens (random weights would never stop, or at once),
greedy decoding at temperature 0 without a second try, no times of words. CTranslate2's max_length counts double. The
control is openai-whisper with twice the tokens.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

from bench.cpu import cost_of, use_one_thread
from bench.recognisers.ctranslate2_folder import convert
from bench.report import FEWEST_RUNS, Report, Void, quartiles, ratio_of_medians, ratios, report, say, scaled
from transcripts.pipeline import environment

RUNS = 7
TOKENS = 100  # of half a minute of speech
SIZES = {"tiny": (384, 6, 4), "small": (768, 12, 12)}  # state, heads, layers
PROMPT = (50_258, 50_265, 50_359, 50_363)  # start of transcript, French, transcribe, no timestamps


@dataclass(frozen=True, slots=True)
class Sides:
    openai: Callable[[int], int]
    faster: Callable[[int], int]


async def measure() -> Report:
    return await asyncio.to_thread(_measure)


def _measure() -> Report:
    environment.prepare()
    try:
        import ctranslate2  # noqa: F401
    except ImportError as error:
        raise Void("faster-whisper is not installed (requirements-faster.txt)") from error
    figures: dict[str, float | None] = {}
    spread: dict[str, tuple[float, float]] = {}
    information: dict[str, float] = {}
    runs, tokens = scaled(RUNS, least=FEWEST_RUNS), scaled(TOKENS, least=20)
    for size in SIZES:
        sides = _sides(size)
        use_one_thread()
        ours, peers = _alternate(size, sides, runs, tokens)
        _require_control(sides, median(peers), tokens)
        name = f"faster_int8_over_openai_{size}"
        figures[name], spread[name] = ratio_of_medians(ours, peers), quartiles(ratios(ours, peers))
        information |= {f"openai_{size}_s": median(peers), f"faster_{size}_s": median(ours)}
    return Report("recognisers", figures, spread, runs, {**information, "tokens": float(tokens)})


def _alternate(size: str, sides: Sides, runs: int, tokens: int) -> tuple[list[float], list[float]]:
    ours, peers = [], []
    for side in (sides.openai, sides.faster):
        side(tokens)  # warm
    for number in range(1, runs + 1):
        ours.append(_cost(sides.faster, tokens))
        peers.append(_cost(sides.openai, tokens))
        say(f"{size} {number}/{runs}  CPU s of 30 s: faster {ours[-1]:.2f}, openai {peers[-1]:.2f}")
    return ours, peers


def _cost(side: Callable[[int], int], tokens: int) -> float:
    written, seconds = cost_of(lambda: side(tokens))
    if written != tokens:
        raise Void(f"{written} tokens were written instead of {tokens}")
    return seconds


def _require_control(sides: Sides, plain_s: float, tokens: int) -> None:
    if _cost(sides.openai, 2 * tokens) < 1.1 * plain_s:
        raise Void("twice the tokens cost no more: tokens are not what is measured")


def _sides(size: str) -> Sides:
    import ctranslate2
    import torch

    model = _random_model(size)
    mel = torch.from_numpy(np.random.default_rng(1).normal(size=(1, 80, 3000)).astype(np.float32))
    with tempfile.TemporaryDirectory() as folder:
        convert(model, Path(folder))
        faster = ctranslate2.models.Whisper(folder, device="cpu", compute_type="int8", intra_threads=1, inter_threads=1)
    features = ctranslate2.StorageView.from_array(mel.numpy())

    def hear_faster(tokens: int) -> int:
        found = faster.generate(
            faster.encode(features),
            [list(PROMPT)],
            beam_size=1,
            max_length=2 * tokens,  # it writes half as many
            suppress_blank=False,
            suppress_tokens=[_END],
        )
        return len(found[0].sequences_ids[0])

    return Sides(lambda tokens: _hear_openai(model, mel, tokens), hear_faster)


_END = 50_257


def _hear_openai(model: Any, mel: Any, tokens: int) -> int:
    import torch
    from whisper import DecodingOptions, decode

    options = DecodingOptions(
        language="fr",
        fp16=False,
        sample_len=tokens,
        suppress_blank=False,
        suppress_tokens=[_END],
        without_timestamps=True,
    )
    with torch.inference_mode():
        return len(decode(model, mel[0], options).tokens)


def _random_model(size: str) -> Any:
    import torch
    from whisper.model import ModelDimensions, Whisper

    state, heads, layers = SIZES[size]
    torch.manual_seed(1)
    audio = {"n_mels": 80, "n_audio_ctx": 1500, "n_audio_state": state, "n_audio_head": heads, "n_audio_layer": layers}
    text = {"n_vocab": 51_865, "n_text_ctx": 448, "n_text_state": state, "n_text_head": heads, "n_text_layer": layers}
    model = Whisper(ModelDimensions(**audio, **text)).eval()
    for weights in model.parameters():
        if not weights.abs().sum():
            torch.nn.init.normal_(weights, std=0.02)
    return model


if __name__ == "__main__":
    sys.exit(report(measure))
