"""Whisper itself, small, with what only training needs: a short vocabulary, and two heads that are dropped after."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import torch
import torch.nn.functional as functional
from torch import Tensor, nn

from bench.models.whisper.batches import Batch
from bench.models.whisper.vocabulary import SIZE, TIMES, Vocabulary

MELS, PLACES, TEXT_PLACES = 80, 1500, 448
_LONGEST_WAVE = 500  # frames, divided by 2 pi
_UNKNOWN_BELOW = 0.3  # tokens that are never learned start far below the others


@dataclass(frozen=True, slots=True)
class Size:
    width: int = 128
    heads: int = 4
    encoder_layers: int = 4
    decoder_layers: int = 3


SHIPPED = Size()


@dataclass(frozen=True, slots=True)
class Output:
    """For a batch: `tokens` (a, own vocabulary), logits of what is asked; `attention`, of each layer of the decoder
    (w, heads, t, f); `phones` and `heard` (w, f, ...), logits for each frame.
    """

    tokens: Tensor
    attention: list[Tensor]
    phones: Tensor
    heard: Tensor


class Recogniser(nn.Module):
    def __init__(self, vocabulary: Vocabulary, phones: int, size: Size = SHIPPED) -> None:
        from whisper.model import ModelDimensions, Whisper

        super().__init__()
        width, words = size.width, vocabulary.first_time
        audio = (MELS, PLACES, width, size.heads, size.encoder_layers)
        dimensions = ModelDimensions(*audio, SIZE, TEXT_PLACES, width, size.heads, size.decoder_layers)
        self.whisper: Any = Whisper(dimensions)
        self.vocabulary = vocabulary
        self.words = nn.Parameter(torch.randn(words, width) * 0.05)
        low = torch.randn(width).sign() * _UNKNOWN_BELOW
        self.unknown = nn.Parameter(-low[None].clone())
        self.times = nn.Parameter(torch.randn(width, width) * 0.05 / math.sqrt(width / 2))
        self.clock: Tensor
        self.register_buffer("clock", make_clock(TIMES, width), persistent=False)
        self.phone_head = nn.Sequential(nn.LayerNorm(width), nn.Linear(width, phones))
        self.token_head = nn.Linear(width, words + 1)
        self._start(low)

    def embeddings(self) -> Tensor:
        """Rows of our own vocabulary; those of times are waves, so that one is learned by its neighbours."""
        return torch.cat([self.words, self.clock @ self.times, self.unknown])

    def forward(self, batch: Batch) -> Output:
        embeddings = self.embeddings()
        sound, middle = self._encode(batch.mel, batch.offset)
        text, attention = self._decode(embeddings[batch.given], sound)
        asked = text[batch.asked[:, 0], batch.asked[:, 1]]
        return Output((asked @ embeddings.T).float(), attention, self.phone_head(middle), self.token_head(sound))

    def _encode(self, mel: Tensor, offset: Tensor) -> tuple[Tensor, Tensor]:
        """Windows stand at `offset` within the 30 s. Gives the end, and what half of the layers make."""
        encoder = self.whisper.encoder
        sound = functional.gelu(encoder.conv2(functional.gelu(encoder.conv1(mel)))).permute(0, 2, 1)
        places = offset[:, None] + torch.arange(sound.shape[1], device=sound.device)
        sound = middle = sound + encoder.positional_embedding[places]
        for number, block in enumerate(encoder.blocks, 1):
            sound = block(sound)
            if number == max(1, len(encoder.blocks) // 2):
                middle = sound
        return encoder.ln_post(sound), middle

    def _decode(self, text: Tensor, sound: Tensor) -> tuple[Tensor, list[Tensor]]:
        """As Whisper's own, which keeps to itself where it attends to."""
        decoder = self.whisper.decoder
        text = text + decoder.positional_embedding[: text.shape[1]]
        attention = []
        for block in decoder.blocks:
            text = text + block.attn(block.attn_ln(text), mask=decoder.mask)[0]
            added, weights = _attend(block.cross_attn, block.cross_attn_ln(text), sound)
            text = text + added
            text = text + block.mlp(block.mlp_ln(text))
            attention.append(weights)
        return decoder.ln(text), attention

    def _start(self, low: Tensor) -> None:
        from whisper.model import sinusoids

        encoder, decoder = self.whisper.encoder, self.whisper.decoder
        width = len(low)
        decoder.token_embedding.weight.requires_grad_(False)
        decoder.positional_embedding.data = sinusoids(TEXT_PLACES, width) * 0.1
        for layer in self.whisper.modules():
            if isinstance(layer, nn.Linear):
                nn.init.normal_(layer.weight, std=0.6 / math.sqrt(layer.in_features))
                if layer.bias is not None:
                    nn.init.zeros_(layer.bias)
        decoder.ln.bias.data = low.clone()
        encoder.positional_embedding.data = make_clock(PLACES, width)
        with torch.no_grad():
            look_around(encoder, width)


def make_clock(places: int, width: int) -> Tensor:
    """(places, width): waves in the first half of the channels; the other half is left to what is heard."""
    angles = torch.arange(places)[:, None] * _frequencies(width)
    waves = torch.cat([angles.sin(), angles.cos()], 1)
    return functional.pad(waves, (0, width - waves.shape[1]))


def look_around(encoder: Any, width: int) -> None:
    """Start each head of the encoder at one distance from its frame, as a convolution would; training goes on from it.

    A query is its place's waves turned by that distance, a key the waves as they stand: they agree there most.
    """
    waves = width // 4
    frequencies = _frequencies(width)
    encoder.conv1.weight *= 2.5
    encoder.conv2.weight *= 4
    encoder.conv2.weight[: 2 * waves] = 0
    encoder.conv2.bias[: 2 * waves] = 0
    for number, block in enumerate(encoder.blocks):
        query, key, heads = block.attn.query.weight, block.attn.key.weight, block.attn.n_head
        first = 0 if number < 2 else waves // 4  # later layers look further, by slower waves
        for head, distance in zip(range(heads), _DISTANCES[number % len(_DISTANCES)], strict=False):
            for place in range(min(width // heads // 2, waves - first)):
                sine, cosine = first + place, waves + first + place
                row = head * (width // heads) + 2 * place
                turn = float(frequencies[sine]) * distance
                query[row : row + 2] = key[row : row + 2] = 0
                query[row, sine], query[row, cosine] = math.cos(turn), math.sin(turn)
                query[row + 1, cosine], query[row + 1, sine] = math.cos(turn), -math.sin(turn)
                key[row, sine] = key[row + 1, cosine] = 1
        block.attn.out.weight[: 2 * waves] *= 0.1
        block.mlp[2].weight[: 2 * waves] *= 0.1


_DISTANCES = ((-3, -1, 1, 3), (-4, -2, 2, 4), (-10, -3, 3, 10), (-20, -6, 6, 20))  # frames of 20 ms, by layer


def _frequencies(width: int) -> Tensor:
    waves = width // 4
    return torch.exp(-torch.arange(waves) * math.log(_LONGEST_WAVE) / (waves - 1))


def _attend(layer: Any, text: Tensor, sound: Tensor) -> tuple[Tensor, Tensor]:
    """What is added to the text, and the weights (w, heads, t, f)."""

    def by_head(values: Tensor) -> Tensor:
        return values.view(*values.shape[:2], layer.n_head, -1).transpose(1, 2)

    query, key, value = by_head(layer.query(text)), by_head(layer.key(sound)), by_head(layer.value(sound))
    weights = (query @ key.transpose(-1, -2) / math.sqrt(query.shape[-1])).float().softmax(-1)
    added: Tensor = layer.out((weights.to(value.dtype) @ value).transpose(1, 2).flatten(2))
    return added, weights
