"""`manage.py check_storage`, against the real store and against one that does wrong."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from meetings import storage, storage_check
from tests.fakes.store import store_before


def run() -> tuple[str, bool]:
    """What it wrote, and whether it was content."""
    out = StringIO()
    try:
        call_command("check_storage", stdout=out)
    except CommandError:
        return out.getvalue(), False
    return out.getvalue(), True


def test_store_that_is_right_passes_and_nothing_is_left_there() -> None:
    words, is_right = run()
    assert is_right, words
    assert words.count("  ok   ") == len(storage_check.CHECKS)
    assert "Contents" not in storage.call("list_objects_v2", Prefix=storage_check.FOLDER)


def test_bucket_that_anybody_may_read_is_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(storage_check, "_get", lambda address: (200, {}, b"hello"))
    words, is_right = run()
    assert not is_right
    assert "WRONG anonymous access: WITHOUT A SIGNATURE" in words


def test_clock_that_is_off_is_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(storage_check, "_date", lambda: datetime.now(UTC) + timedelta(minutes=14))
    words, is_right = run()
    assert not is_right
    assert "WRONG clock: its clock differs from ours by +840 s" in words


@pytest.fixture
def versioned(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Turned on a moment after this process has seen it off."""
    monkeypatch.setattr(storage, "_versioning", storage._Versioning(asked_at=time.monotonic(), is_on=False))
    storage.call("put_bucket_versioning", VersioningConfiguration={"Status": "Enabled"})
    yield
    storage.call("put_bucket_versioning", VersioningConfiguration={"Status": "Suspended"})


def test_versions_that_can_be_removed_are_right(versioned: None) -> None:
    words, is_right = run()
    assert is_right, words
    assert "versioning: on: what is erased goes with its older versions" in words
    assert storage.versions_under(f"{storage_check.FOLDER}/") == []


def test_versions_that_would_stay_are_wrong(versioned: None, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(storage, "erase", lambda place: [])
        words, is_right = run()
    storage.erase(f"{storage_check.FOLDER}/")
    assert not is_right
    assert "WRONG versioning: on, and older versions can't be listed" in words


@pytest.mark.parametrize("fault", ["503", "down", "lies", "truncated"])
def test_store_that_fails_is_told_without_a_traceback(settings: Any, fault: str) -> None:
    with store_before(settings.S3_ENDPOINT_URL) as store:
        settings.S3_ENDPOINT_URL, store.fault = store.url, fault
        storage._client.cache_clear()
        try:
            words, is_right = run()
        finally:
            storage._client.cache_clear()
    assert not is_right
    assert "WRONG round trip: " in words
    assert "WRONG multipart: " in words
