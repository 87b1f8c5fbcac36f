"""The door to the object store, against a real one."""

from __future__ import annotations

import hashlib
import os
import urllib.request
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.error import HTTPError

import pytest

from meetings import storage, storage_uploads


def test_large_file_goes_in_parts_and_comes_back_whole(tmp_path: Path) -> None:
    large, copy = tmp_path / "large", tmp_path / "copy"
    large.write_bytes(os.urandom(2 * storage_uploads.PART_BYTES + 1))
    storage_uploads.put("tests/large", large, content_type="application/octet-stream")
    storage.get_to_file("tests/large", copy)
    assert hashlib.sha256(copy.read_bytes()).digest() == hashlib.sha256(large.read_bytes()).digest()
    storage.delete("tests/large")
    with pytest.raises(storage.StorageUnavailable):
        storage.get_range("tests/large", 0, 1)


def test_upload_that_breaks_leaves_nothing_open(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    large = tmp_path / "large"
    large.write_bytes(os.urandom(2 * storage_uploads.PART_BYTES + 1))
    call = storage.call
    with monkeypatch.context() as patch:
        patch.setattr(storage, "STALE_UPLOAD", timedelta(days=-1))
        storage.abort_stale()  # those of other tests

    def breaks(verb: str, **parameters: Any) -> Any:
        if parameters.get("PartNumber") == 2:
            raise storage.StorageUnavailable(verb)
        return call(verb, **parameters)

    with monkeypatch.context() as patch:
        patch.setattr(storage, "call", breaks)
        with pytest.raises(storage.StorageUnavailable):
            storage_uploads.put("tests/broken", large, content_type="application/octet-stream")
    monkeypatch.setattr(storage, "STALE_UPLOAD", timedelta(days=-1))
    assert storage.abort_stale() == 0


def test_upload_of_a_killed_process_is_swept_when_it_is_old(monkeypatch: pytest.MonkeyPatch) -> None:
    storage.call("create_multipart_upload", Key="tests/killed", ContentType="audio/ogg")
    assert storage.abort_stale() == 0
    monkeypatch.setattr(storage, "STALE_UPLOAD", timedelta(days=-1))
    assert storage.abort_stale() == 1
    assert storage.abort_stale() == 0


def test_copy_and_range_give_the_bytes_asked_for() -> None:
    storage_uploads.put("tests/first", b"0123456789", content_type="text/plain")
    storage.copy("tests/first", "tests/second")
    assert storage.get_range("tests/second", 2, 4) == b"234"
    for key in ("tests/first", "tests/second", "tests/absent"):
        storage.delete(key)


def test_signed_address_downloads_under_its_name_and_an_unsigned_one_does_not() -> None:
    storage_uploads.put("tests/signed", b"bonjour", content_type="text/plain")
    address = storage.presign("tests/signed", seconds=60, file_name="compte rendu é.txt")
    with urllib.request.urlopen(address) as answer:
        assert answer.read() == b"bonjour"
        assert "compte%20rendu%20%C3%A9.txt" in answer.headers["Content-Disposition"]
    unsigned, forged = address.split("?")[0], address.replace("tests/signed", "tests/other")
    with pytest.raises(HTTPError) as error:
        urllib.request.urlopen(forged)
    assert error.value.code == 403
    with pytest.raises(HTTPError) as error:
        urllib.request.urlopen(unsigned)
    assert error.value.code in {400, 403}  # Swift takes it for a request of its own protocol, and a malformed one
    storage.delete("tests/signed")


@pytest.mark.parametrize("capability", ["sse", "object_lock", "lifecycle", "anything"])
def test_what_the_store_can_not_do_is_refused_before_a_byte_is_written(capability: str) -> None:
    with pytest.raises(storage.CapabilityMissing):
        storage.require(capability)
