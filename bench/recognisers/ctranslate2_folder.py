"""Write a model of openai-whisper, whatever its weights, as the folder that faster-whisper loads: no hub is asked.

python -m bench.recognisers.ctranslate2_folder CHECKPOINT.pt FOLDER
"""

from __future__ import annotations

import argparse
import itertools
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

_END, _LANGUAGES, _VOCABULARY = 50_257, 99, 51_865


def convert(model: Any, folder: Path, quantization: str | None = "int8") -> None:
    """`model` is a whisper.model.Whisper that knows several languages."""
    import ctranslate2.specs.whisper_spec as specs

    size = model.dims
    spec = specs.WhisperSpec(size.n_audio_layer, size.n_audio_head, size.n_text_layer, size.n_text_head)
    _fill_encoder(spec.encoder, model.encoder)
    _fill_decoder(spec.decoder, model.decoder)
    spec.register_vocabulary(_tokens(size.n_vocab))
    first = _END + 1 + 1  # <|fr|> and the others follow <|endoftext|> and <|startoftranscript|>
    spec.config.suppress_ids, spec.config.suppress_ids_begin = _suppressed()
    spec.config.lang_ids = list(range(first, first + model.num_languages))
    spec.config.alignment_heads = [tuple(head) for head in model.alignment_heads.indices().T.tolist()]
    spec.validate()
    spec.optimize(quantization=quantization)
    folder.mkdir(parents=True, exist_ok=True)
    spec.save(str(folder))
    write_tokenizer(folder, size.n_vocab)
    features = {"feature_size": size.n_mels, "sampling_rate": 16_000, "hop_length": 160, "n_fft": 400}
    (folder / "preprocessor_config.json").write_text(json.dumps({**features, "chunk_length": 30}), encoding="utf-8")


def write_tokenizer(folder: Path, vocabulary: int) -> None:
    """tokenizer.json, which faster-whisper would else ask of a hub: byte-level pairs, rebuilt from their ranks."""
    from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers

    ranks, special = _tables(vocabulary)
    letters = _byte_letters()

    def shown(token: bytes) -> str:
        return "".join(letters[byte] for byte in token)

    halves = (_halves(token, rank, ranks) for token, rank in ranks.items() if len(token) > 1)
    merges = [(shown(one), shown(other)) for one, other in halves]
    tokenizer = Tokenizer(models.BPE(vocab={shown(token): rank for token, rank in ranks.items()}, merges=merges))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    named = sorted(special, key=special.__getitem__)
    tokenizer.add_special_tokens([AddedToken(token, special=True, normalized=False) for token in named])
    tokenizer.save(str(folder / "tokenizer.json"))


def _tables(vocabulary: int) -> tuple[dict[bytes, int], dict[str, int]]:
    """Tokens by their ranks, and the special ones, of the multilingual encoding of so many."""
    from whisper.tokenizer import get_encoding

    encoding = get_encoding("multilingual", num_languages=_LANGUAGES + vocabulary - _VOCABULARY)
    return encoding._mergeable_ranks, encoding._special_tokens  # noqa: SLF001 (tiktoken tells them nowhere else)


def _halves(token: bytes, rank: int, ranks: dict[bytes, int]) -> tuple[bytes, bytes]:
    """The two tokens that `token` is made of: merging its bytes as usual, but for the last merge."""
    parts = [bytes([byte]) for byte in token]
    while len(parts) > 2:
        pairs = [ranks.get(one + other, rank) for one, other in itertools.pairwise(parts)]
        best = int(np.argmin(pairs))
        parts[best : best + 2] = [parts[best] + parts[best + 1]]
    return parts[0], parts[1]


def _byte_letters() -> dict[int, str]:
    """GPT-2's: bytes that can be shown are themselves, the others are letters from 256 on."""
    shown = [*range(33, 127), *range(161, 173), *range(174, 256)]
    others = [byte for byte in range(256) if byte not in shown]
    return {byte: chr(byte) for byte in shown} | {byte: chr(256 + place) for place, byte in enumerate(others)}


def _tokens(vocabulary: int) -> list[str]:
    """Unique names, those that CTranslate2 looks for among them."""
    ranks, special = _tables(vocabulary)
    letters = _byte_letters()
    names = {rank: "".join(letters[byte] for byte in token) for token, rank in ranks.items()}
    names |= {number: token for token, number in special.items()}
    return [names.get(number, f"<|unused{number}|>") for number in range(vocabulary)]


def _suppressed() -> tuple[list[int], list[int]]:
    """What is never said, and what is never said first: as openai-whisper's decoding has them."""
    from whisper.tokenizer import get_tokenizer

    tokenizer = get_tokenizer(multilingual=True, language="fr", task="transcribe")
    special = [tokenizer.transcribe, tokenizer.translate, tokenizer.sot, tokenizer.sot_prev, tokenizer.sot_lm]
    return sorted({*tokenizer.non_speech_tokens, *special}), [*tokenizer.encode(" "), tokenizer.eot]


def _fill_encoder(spec: Any, module: Any) -> None:
    for name in ("conv1", "conv2"):
        layer = getattr(module, name)
        getattr(spec, name).weight, getattr(spec, name).bias = _array(layer.weight), _array(layer.bias)
    spec.position_encodings.encodings = _array(module.positional_embedding)
    _fill_norm(spec.layer_norm, module.ln_post)
    for layer, block in zip(spec.layer, module.blocks, strict=True):
        _fill_block(layer, block)


def _fill_decoder(spec: Any, module: Any) -> None:
    spec.embeddings.weight = spec.projection.weight = _array(module.token_embedding.weight)
    spec.position_encodings.encodings = _array(module.positional_embedding)
    _fill_norm(spec.layer_norm, module.ln)
    for layer, block in zip(spec.layer, module.blocks, strict=True):
        _fill_block(layer, block)
        _fill_norm(layer.attention.layer_norm, block.cross_attn_ln)
        _fill_linear(layer.attention.linear[0], [block.cross_attn.query])
        _fill_linear(layer.attention.linear[1], [block.cross_attn.key, block.cross_attn.value])
        _fill_linear(layer.attention.linear[2], [block.cross_attn.out])


def _fill_block(spec: Any, block: Any) -> None:
    _fill_norm(spec.self_attention.layer_norm, block.attn_ln)
    _fill_linear(spec.self_attention.linear[0], [block.attn.query, block.attn.key, block.attn.value])
    _fill_linear(spec.self_attention.linear[1], [block.attn.out])
    _fill_norm(spec.ffn.layer_norm, block.mlp_ln)
    _fill_linear(spec.ffn.linear_0, [block.mlp[0]])
    _fill_linear(spec.ffn.linear_1, [block.mlp[2]])


def _fill_linear(spec: Any, layers: Sequence[Any]) -> None:
    """Whisper's keys have no bias."""
    spec.weight = np.concatenate([_array(layer.weight) for layer in layers])
    biases = [np.zeros(len(layer.weight), np.float32) if layer.bias is None else _array(layer.bias) for layer in layers]
    spec.bias = np.concatenate(biases)


def _fill_norm(spec: Any, layer: Any) -> None:
    spec.gamma, spec.beta = _array(layer.weight), _array(layer.bias)


def _array(tensor: Any) -> Any:
    return tensor.detach().float().cpu().numpy().copy()


def main() -> None:
    import whisper

    parser = argparse.ArgumentParser(prog="python -m bench.recognisers.ctranslate2_folder", description=__doc__)
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--quantization", default="int8")
    options = parser.parse_args()
    convert(whisper.load_model(str(options.checkpoint.resolve())), options.folder, options.quantization)


if __name__ == "__main__":
    main()
