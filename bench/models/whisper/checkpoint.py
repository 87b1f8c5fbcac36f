"""Write what whisper.load_model reads: the whole vocabulary again, numbers of 16 bits, packed."""

from __future__ import annotations

import io
import zipfile
from dataclasses import asdict
from pathlib import Path

import torch

from bench.models.whisper.network import Recogniser
from bench.models.whisper.vocabulary import SIZE, TIMES

_EPOCH = (1980, 1, 1, 0, 0, 0)


@torch.no_grad()
def save(model: Recogniser, path: Path) -> None:
    """The same weights give the same bytes."""
    weights = {name: values.cpu().half() for name, values in model.whisper.state_dict().items()}
    weights["decoder.token_embedding.weight"] = all_embeddings(model).half()
    plain = io.BytesIO()
    torch.save({"dims": asdict(model.whisper.dims), "model_state_dict": weights}, plain)
    path.parent.mkdir(parents=True, exist_ok=True)
    _pack(plain, path)


def all_embeddings(model: Recogniser) -> torch.Tensor:
    """(SIZE, width): those that were never learned all have one row, far from the others."""
    vocabulary, own = model.vocabulary, model.embeddings().float().cpu()
    rows = own[-1:].repeat(SIZE, 1)
    rows[torch.tensor(vocabulary.numbers)] = own[: vocabulary.first_time]
    first = vocabulary.first_time_of_whisper
    rows[first : first + TIMES] = own[vocabulary.first_time : vocabulary.unknown]
    return rows


def _pack(plain: io.BytesIO, path: Path) -> None:
    """torch.save never deflates, which torch.load reads as well: 17 MB become 4."""
    with zipfile.ZipFile(plain) as source, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as packed:
        for name in source.namelist():
            packed.writestr(zipfile.ZipInfo(name, _EPOCH), source.read(name), zipfile.ZIP_DEFLATED)
