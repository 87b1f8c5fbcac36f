"""The table of docs/reliability.md, written by journeys."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.journeys import recoveries

EMPTY = f"Before.\n{recoveries.BEGIN}{recoveries.HEAD}{recoveries.END}\nAfter.\n"


def test_row_comes_last_and_a_newer_one_takes_its_place() -> None:
    page = recoveries.with_row(EMPTY, ("Redis", "gap"), "9.9 s", "1 s")
    page = recoveries.with_row(page, ("Web", "gap"), "0.2 s", "1 s")
    page = recoveries.with_row(page, ("Redis", "gap"), "0.1 s", "1 s")
    assert page == EMPTY.replace(
        recoveries.END, f"| Redis | gap | 0.1 s | 1 s |\n| Web | gap | 0.2 s | 1 s |\n{recoveries.END}"
    )


def test_page_is_left_alone_unless_it_is_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = tmp_path / "page.md"
    page.write_text(EMPTY)
    monkeypatch.setattr(recoveries, "PAGE", page)
    monkeypatch.delenv("RELIABILITY_TABLE", raising=False)
    recoveries.note("Redis", "gap", "0.1 s", "1 s")
    assert page.read_text() == EMPTY
    monkeypatch.setenv("RELIABILITY_TABLE", "1")
    monkeypatch.setenv("VISIO_JANUS", "built")
    recoveries.note("Redis", "gap", "0.1 s", "1 s")
    assert "| Redis (Janus built here) | gap | 0.1 s | 1 s |\n" in page.read_text()


def test_page_of_the_documentation_has_the_table() -> None:
    page = recoveries.PAGE.read_text(encoding="utf-8")
    assert recoveries.with_row(page, ("Nothing", "nothing"), "0 s", "–").count(recoveries.HEAD) == 1
