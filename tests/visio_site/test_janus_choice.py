"""Which Janus runs here."""

from __future__ import annotations

from pathlib import Path

import pytest

from visio_site import janus_choice
from visio_site.janus_choice import DEBIAN, advice, chosen_tree
from visio_site.progress import CannotGoOn


@pytest.fixture
def built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(janus_choice, "BUILT", tmp_path / ".janus")
    monkeypatch.delenv("VISIO_JANUS", raising=False)
    (tmp_path / ".janus").mkdir()
    (tmp_path / ".janus" / "version").write_text("1.4.1+ds-4~bpo12+1\n")
    return tmp_path / ".janus"


def test_built_janus_is_used_where_there_is_one(built: Path) -> None:
    tree = chosen_tree()
    assert (tree.root, tree.version) == (built, (1, 4, 1))
    assert tree.program == built / "usr" / "bin" / "janus"


def test_without_one_debian_s_is_used(built: Path) -> None:
    (built / "version").unlink()  # as of a build that was interrupted
    assert chosen_tree().root == DEBIAN


def test_either_can_be_asked_for(built: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VISIO_JANUS", "debian")
    assert chosen_tree().root == DEBIAN
    monkeypatch.setenv("VISIO_JANUS", "built")
    assert chosen_tree().root == built


@pytest.mark.parametrize("wanted", ["built", "1.4.1"])
def test_what_is_not_there_is_told_and_nothing_taken_in_its_place(
    wanted: str, built: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (built / "version").unlink()
    monkeypatch.setenv("VISIO_JANUS", wanted)
    with pytest.raises(CannotGoOn, match="make janus" if wanted == "built" else "VISIO_JANUS"):
        chosen_tree()


@pytest.mark.parametrize("language", ["fr_FR.UTF-8", "en_GB.UTF-8"])
def test_advice_names_the_version_and_what_to_do(language: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", language)
    assert "1.1.2" in advice("1.1.2")
    assert "make janus" in advice("1.1.2")
