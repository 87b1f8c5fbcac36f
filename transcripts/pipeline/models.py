"""Folders of weights: what they are, and that they are what was installed. A checkpoint is code (pickle)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from transcripts.pipeline.errors import ModelRejected

DEMONSTRATION_MODELS = Path(__file__).resolve().parent.parent / "speech_models"
MANIFEST = "MANIFEST.sha256"
CARD = "card.json"


@dataclass(frozen=True, slots=True)
class ModelCard:
    """`demonstration` models are made for tests and shows; the minutes say so. `description` is by language.

    `version`: what the card says, or the first digits of the sum of the manifest, which change with the weights.
    """

    name: str
    demonstration: bool
    description: dict[str, str]
    version: str = ""


def verify(folder: Path) -> None:
    """Read every file, and compare with the manifest of `folder` (the format of sha256sum, paths relative to it).

    Raises ModelRejected if a file is missing, changed or not listed, or if something is not a plain file.
    """
    listed = _read_manifest(folder)
    found = {path.relative_to(folder).as_posix() for path in _plain_files(folder)} - {MANIFEST}
    if missing := sorted(listed.keys() - found):
        raise ModelRejected(f"{folder.name}: missing {missing[0]}")
    if unlisted := sorted(found - listed.keys()):
        raise ModelRejected(f"{folder.name}: not in the manifest: {unlisted[0]}")
    for name, digest in listed.items():
        if _digest(folder / name) != digest:
            raise ModelRejected(f"{folder.name}: changed {name}")


def seal(folder: Path, card: ModelCard | None = None) -> None:
    """Write the card, if one is given, and the manifest of what is in `folder` now: once, when installing a model."""
    if card is not None:
        said = {name: value for name, value in asdict(card).items() if name != "version" or value}
        text = json.dumps(said, ensure_ascii=False, indent=2)
        (folder / CARD).write_text(text + "\n", encoding="utf-8")
    names = sorted(path.relative_to(folder).as_posix() for path in _plain_files(folder))
    lines = [f"{_digest(folder / name)}  {name}\n" for name in names if name != MANIFEST]
    (folder / MANIFEST).write_text("".join(lines), encoding="utf-8")


def read_card(folder: Path) -> ModelCard:
    """Raises ModelRejected if there is none, or if it is not one."""
    try:
        fields = json.loads((folder / CARD).read_text(encoding="utf-8"))
        version = str(fields.get("version") or _digest(folder / MANIFEST)[:12])
        return ModelCard(str(fields["name"]), bool(fields["demonstration"]), dict(fields["description"]), version)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelRejected(f"{folder.name}: no {CARD}") from error


def checkpoint_of(folder: Path) -> Path:
    """The one `.pt` file of a folder for Whisper. Raises ModelRejected if there is none, or more than one."""
    checkpoints = sorted(folder.glob("*.pt"))
    if len(checkpoints) != 1:
        raise ModelRejected(f"{folder.name}: {len(checkpoints)} checkpoints (*.pt) instead of one")
    return checkpoints[0]


def _read_manifest(folder: Path) -> dict[str, str]:
    try:
        lines = (folder / MANIFEST).read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise ModelRejected(f"{folder.name}: no {MANIFEST}") from error
    listed = {name: digest for digest, mark, name in (line.partition("  ") for line in lines) if mark}
    if not listed:
        raise ModelRejected(f"{folder.name}: empty {MANIFEST}")
    return listed


def _plain_files(folder: Path) -> Iterator[Path]:
    """A link could be pointed elsewhere after it was verified."""
    for path in folder.rglob("*"):
        if path.is_symlink() or not (path.is_file() or path.is_dir()):
            raise ModelRejected(f"{folder.name}: not a plain file: {path.name}")
        if path.is_file():
            yield path


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
