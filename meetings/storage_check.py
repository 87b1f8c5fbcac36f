"""What the object store really does, tried with objects of our own: for `manage.py check_storage`.

Each check returns what was found, in words for the operator; raises Wrong when Visio can't work so.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
import uuid
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import ProxyHandler, Request, build_opener

from django.conf import settings

from meetings import storage, storage_uploads
from meetings.storage import StorageUnavailable

FOLDER = "check"
CLOCKS_MAX_S = 60  # signatures are refused from 15 minutes on
ANSWER_TIMEOUT_S = 10
REFUSALS = range(400, 500)  # Swift takes an unsigned request for one of its own protocol, and a malformed one
_opener = build_opener(ProxyHandler({}))


class Wrong(Exception):
    """The store does not do what Visio needs."""


@dataclass(frozen=True, slots=True)
class Finding:
    name: str
    is_right: bool
    words: str


def examine() -> Iterator[Finding]:
    """One after the other; what was written is deleted in the end."""
    trial = Trial(f"{FOLDER}/{uuid.uuid4().hex}")
    try:
        for name, check in CHECKS.items():
            yield _finding(name, check, trial)
    finally:
        trial.clean()


def _finding(name: str, check: Callable[[Trial], str], trial: Trial) -> Finding:
    try:
        return Finding(name, True, check(trial))
    except Wrong as error:
        return Finding(name, False, str(error))
    except StorageUnavailable as error:
        return Finding(name, False, f"{error} ({type(error.__cause__).__name__}: {error.__cause__})")


class Trial:
    """Two objects of ours, small and large."""

    def __init__(self, folder: str) -> None:
        self.small, self.large = f"{folder}/small", f"{folder}/large"
        self.content = os.urandom(4096)

    def clean(self) -> None:
        for key in (self.small, self.large):
            with suppress(StorageUnavailable):
                storage.erase(key)  # versions too, whatever is known of the bucket from before


def _clock(trial: Trial) -> str:
    skew = (_date() - datetime.now(UTC)).total_seconds()
    if abs(skew) > CLOCKS_MAX_S:
        raise Wrong(f"its clock differs from ours by {skew:+.0f} s: signatures will be refused. Use NTP on both")
    return f"{skew:+.1f} s from ours"


def _date() -> datetime:
    """What its answers bear, refused or not."""
    status, headers, _ = _get(settings.S3_ENDPOINT_URL)
    if "Date" not in headers:
        raise Wrong(f"no date in its answer ({status})")
    return parsedate_to_datetime(headers["Date"])


def _round_trip(trial: Trial) -> str:
    storage_uploads.put(trial.small, trial.content, content_type="application/octet-stream")
    if storage.sha256_of(trial.small) != hashlib.sha256(trial.content).hexdigest():
        raise Wrong("other bytes came back")
    return f"{len(trial.content)} bytes written, and the same read"


def _range(trial: Trial) -> str:
    if storage.get_range(trial.small, 100, 199) != trial.content[100:200]:
        raise Wrong("other bytes than those asked for")
    return "bytes 100 to 199 read alone"


def _signed(trial: Trial) -> str:
    status, _, body = _get(storage.presign(trial.small, seconds=60))
    if status != 200 or body != trial.content:
        raise Wrong(f"a signed address gives {status}")
    status, _, _ = _get(storage.presign(trial.small, seconds=60).replace("small", "large"))
    if status not in REFUSALS:
        raise Wrong(f"an address signed for another object gives {status}: signatures are not checked")
    return "an address of 60 s reads one object, and no other"


def _anonymous(trial: Trial) -> str:
    address = storage.presign(trial.small, seconds=60).split("?")[0]
    found = {path: _get(path)[0] for path in (address, address.removesuffix(trial.small))}
    open_ones = [f"{path} gives {status}" for path, status in found.items() if status not in REFUSALS]
    if open_ones:
        raise Wrong("WITHOUT A SIGNATURE, " + ", ".join(open_ones) + ": make the bucket private")
    return "refused, for an object and for the list"


def _multipart(trial: Trial) -> str:
    size = 2 * storage_uploads.PART_BYTES + 1
    with tempfile.TemporaryDirectory(prefix="visio-check-") as scratch:
        path = Path(scratch) / "large"
        path.write_bytes(os.urandom(size))
        storage_uploads.put(trial.large, path, content_type="application/octet-stream")
        with path.open("rb") as file:
            written = hashlib.file_digest(file, "sha256").hexdigest()
    if storage.sha256_of(trial.large) != written:
        raise Wrong("other bytes came back")
    return f"{size} bytes in 3 parts, and the same read"


def _unfinished(trial: Trial) -> str:
    storage.abort_stale()
    return "uploads that were left unfinished can be listed and removed"


def _delete(trial: Trial) -> str:
    storage.delete(trial.small)
    try:
        storage.get_range(trial.small, 0, 1)
    except StorageUnavailable:
        return "what was deleted is gone"
    raise Wrong("what was deleted can still be read: is the bucket versioned?")


def _versioning(trial: Trial) -> str:
    """A version that stays would break each promise of erasure."""
    if storage.setting("get_bucket_versioning", "Status") is None:
        return "off: what is erased is gone"
    for content in (trial.content, trial.content[::-1]):
        storage_uploads.put(trial.small, content, content_type="application/octet-stream")
    there = storage.erase(trial.small)
    if not there or storage.versions_under(trial.small):
        raise Wrong("on, and older versions can't be listed and removed: what is erased would stay")
    return f"on: what is erased goes with its older versions ({len(there)} of one object)"


def _encryption(trial: Trial) -> str:
    return _announced("sse", "get_bucket_encryption", "ServerSideEncryptionConfiguration")


def _lifecycle(trial: Trial) -> str:
    return _announced("lifecycle", "get_bucket_lifecycle_configuration", "Rules")


def _announced(capability: str, verb: str, name: str) -> str:
    if capability not in storage.CAPABILITIES.get(settings.S3_FLAVOUR, frozenset()):
        return f"not counted on with S3_FLAVOUR={settings.S3_FLAVOUR}"
    return "set on the bucket" if storage.setting(verb, name) else "possible, and not set on the bucket"


def _get(address: str) -> tuple[int, dict[str, str], bytes]:
    try:
        request = Request(address, headers={"User-Agent": "visio-check"})  # noqa: S310 -- of the settings
        with _opener.open(request, timeout=ANSWER_TIMEOUT_S) as answer:
            return answer.status, dict(answer.headers), answer.read(1 << 20)
    except HTTPError as error:
        return error.code, dict(error.headers), b""
    except (URLError, OSError) as error:
        raise Wrong(f"no answer at {settings.S3_ENDPOINT_URL}: {error}") from error


CHECKS: dict[str, Callable[[Trial], str]] = {
    "clock": _clock,
    "round trip": _round_trip,
    "range": _range,
    "signed address": _signed,
    "anonymous access": _anonymous,
    "multipart": _multipart,
    "unfinished uploads": _unfinished,
    "versioning": _versioning,
    "encryption": _encryption,
    "lifecycle": _lifecycle,
    "deletion": _delete,
}
