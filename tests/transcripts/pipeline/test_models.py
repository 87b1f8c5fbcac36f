from __future__ import annotations

from pathlib import Path

import pytest

from transcripts.pipeline import seal as sealing
from transcripts.pipeline.errors import ModelRejected
from transcripts.pipeline.models import DEMONSTRATION_MODELS, MANIFEST, checkpoint_of, read_card, seal, verify


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A sealed model of two files."""
    model = tmp_path / "model"
    (model / "embedding").mkdir(parents=True)
    (model / "large.pt").write_bytes(b"weights")
    (model / "embedding" / "pytorch_model.bin").write_bytes(b"more weights")
    assert sealing.main([str(model), "a model"]) == 0
    return model


def test_a_sealed_folder_is_accepted(folder: Path) -> None:
    verify(folder)


def test_a_changed_byte_is_refused(folder: Path) -> None:
    (folder / "large.pt").write_bytes(b"weightS")
    with pytest.raises(ModelRejected, match=r"changed large\.pt"):
        verify(folder)


def test_a_missing_file_is_refused(folder: Path) -> None:
    (folder / "embedding" / "pytorch_model.bin").unlink()
    with pytest.raises(ModelRejected, match=r"missing embedding/pytorch_model\.bin"):
        verify(folder)


def test_an_extra_file_is_refused_wherever_it_is(folder: Path) -> None:
    (folder / "embedding" / "hook.py").write_text("print()")
    with pytest.raises(ModelRejected, match=r"not in the manifest: embedding/hook\.py"):
        verify(folder)


def test_a_link_is_refused_even_to_the_right_bytes(folder: Path) -> None:
    (folder / "large.pt").rename(folder.parent / "elsewhere.pt")
    (folder / "large.pt").symlink_to(folder.parent / "elsewhere.pt")
    with pytest.raises(ModelRejected, match="not a plain file"):
        verify(folder)


@pytest.mark.parametrize("manifest", ["", "not a manifest\n"])
def test_an_empty_manifest_vouches_for_nothing(folder: Path, manifest: str) -> None:
    (folder / MANIFEST).write_text(manifest)
    with pytest.raises(ModelRejected, match="empty"):
        verify(folder)


def test_a_folder_without_manifest_or_no_folder_at_all_is_refused(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "nowhere"):
        with pytest.raises(ModelRejected, match="no MANIFEST"):
            verify(path)


def test_a_model_installed_by_an_operator_is_not_a_demonstration(folder: Path) -> None:
    card = read_card(folder)
    assert (card.name, card.demonstration) == ("a model", False)


def test_a_folder_without_a_card_is_refused(folder: Path) -> None:
    (folder / "card.json").write_text("{}")
    with pytest.raises(ModelRejected, match="card"):
        read_card(folder)


def test_whisper_wants_one_checkpoint_and_only_one(folder: Path) -> None:
    assert checkpoint_of(folder) == folder / "large.pt"
    (folder / "small.pt").write_bytes(b"")
    with pytest.raises(ModelRejected, match="2 checkpoints"):
        checkpoint_of(folder)


def test_sealing_again_after_a_change_is_what_accepts_it(folder: Path) -> None:
    (folder / "large.pt").write_bytes(b"other weights")
    seal(folder)
    verify(folder)


@pytest.mark.parametrize("name", ["demo-whisper", "demo-diarization"])
def test_the_models_of_the_repository_are_whole_and_say_what_they_are(name: str) -> None:
    verify(DEMONSTRATION_MODELS / name)
    card = read_card(DEMONSTRATION_MODELS / name)
    assert card.demonstration
    assert set(card.description) == {"fr", "en"}
