"""How wrong the network is: in words, in times, in where it listens, and in each frame."""

from __future__ import annotations

import math

import torch
import torch.nn.functional as functional
from torch import Tensor

from bench.models.whisper.batches import Batch
from bench.models.whisper.network import Output
from bench.models.whisper.vocabulary import TIMES, Vocabulary

_SHARES = {"words": 1.0, "times": 0.4, "aligned": 0.5, "behind": 0.3, "phones": 0.7, "heard": 0.6}
_FRAMES_ASKED = 0.3
_SPREAD = 1.2  # frames: a time that is nearly right is nearly right
_NEIGHBOURS = 3


def losses(output: Output, batch: Batch, vocabulary: Vocabulary) -> dict[str, Tensor]:
    logits = torch.cat([output.tokens[:, :-1], output.tokens[:, -1:] + math.log(vocabulary.unlearned)], 1)
    chances = logits.log_softmax(-1)
    is_time = batch.wanted >= vocabulary.first_time
    right = chances.gather(1, batch.wanted[:, None])[:, 0]
    half = len(output.attention) // 2  # Whisper finds words by all heads from this layer on
    return {
        "words": _mean(-(right * batch.weight)[~is_time]),
        "times": _mean(-_near(chances[is_time], batch.wanted[is_time], vocabulary)),
        "aligned": _mean(torch.stack([_elsewhere(layer, batch.aligned, batch) for layer in output.attention[half:]])),
        "behind": _behind(output.attention[:half], batch),
        "phones": _of_frames(output.phones, batch.phones),
        "heard": _of_frames(output.heard, batch.heard),
    }


def total(parts: dict[str, Tensor]) -> Tensor:
    return torch.stack([share * parts[name] for name, share in _SHARES.items()]).sum()


def _mean(values: Tensor) -> Tensor:
    return values.sum() / max(1, values.numel())


def _near(chances: Tensor, wanted: Tensor, vocabulary: Vocabulary) -> Tensor:
    around = torch.arange(-_NEIGHBOURS, _NEIGHBOURS + 1, device=wanted.device)
    shares = torch.exp(-((around / _SPREAD) ** 2) / 2)
    last = vocabulary.first_time + TIMES - 1
    near = (wanted[:, None] + around).clamp(vocabulary.first_time, last)
    return (chances.gather(1, near) * shares / shares.sum()).sum(1)


def _elsewhere(attention: Tensor, places: Tensor, batch: Batch, rows: Tensor | None = None) -> Tensor:
    """How little of the attention is inside the span, of each head; `rows`: which spans, all of them if None."""
    span = batch.span if rows is None else batch.span[rows]
    frames = torch.arange(attention.shape[-1], device=attention.device)
    inside = ((frames >= span[:, :1]) & (frames < span[:, 1:])).float()[:, None]
    return -((attention[places[:, 0], :, places[:, 1]] * inside).sum(-1) + 1e-5).log()


def _behind(layers: list[Tensor], batch: Batch) -> Tensor:
    """Half of the heads of the first layers listen to the token that was just given."""
    after = batch.aligned + torch.tensor([0, 1], device=batch.aligned.device)
    rows = (after[:, 1] < batch.given.shape[1]).nonzero()[:, 0]
    found = [_elsewhere(layer[:, : layer.shape[1] // 2], after[rows], batch, rows) for layer in layers]
    return _mean(torch.stack(found)) if found else batch.weight.new_zeros(())


def _of_frames(logits: Tensor, wanted: Tensor) -> Tensor:
    """Of some of the frames, drawn afresh each time."""
    count = wanted.numel()
    drawn = torch.randint(count, (max(1, int(count * _FRAMES_ASKED)),), device=wanted.device)
    return functional.cross_entropy(logits.flatten(0, 1)[drawn].float(), wanted.flatten()[drawn])
