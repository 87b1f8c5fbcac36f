"""The one door to the object store (S3). Objects are private; people get short-lived signed addresses."""

from __future__ import annotations

import hashlib
import math
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from django.conf import settings

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

COPY_BYTES = 1024 * 1024
STALE_UPLOAD = timedelta(days=1)
VERSIONING_KNOWN_S = 60.0  # the operator may turn it on

# What each store really does, as measured. Asking for something that is not here fails before any
# byte is written: Swift, for one, accepts the headers of encryption and of locks, and ignores them.
CAPABILITIES: dict[str, frozenset[str]] = {
    "swift": frozenset({"presign", "multipart", "range", "copy"}),
    "outscale": frozenset({"presign", "multipart", "range", "copy", "sse", "lifecycle"}),
}


class StorageUnavailable(Exception):
    """The store did not answer, refused, or does not hold what it was given. `code` is stable."""

    def __init__(self, verb: str, code: str = "store-down") -> None:
        super().__init__(f"{verb}: {code}")
        self.code = code


class CapabilityMissing(Exception):
    """This store can't do what was asked; doing without would break a promise."""


def require(capability: str) -> None:
    """Raises CapabilityMissing."""
    if capability not in CAPABILITIES.get(settings.S3_FLAVOUR, frozenset()):
        raise CapabilityMissing(capability)


@cache
def _client() -> S3Client:
    return boto3.client(
        "s3",
        endpoint_url=settings.S3_ENDPOINT_URL,
        region_name=settings.S3_REGION,
        aws_access_key_id=settings.S3_ACCESS_KEY,
        aws_secret_access_key=settings.S3_SECRET_KEY,
        config=Config(
            signature_version="s3v4",
            s3={"addressing_style": "path"},
            retries={"max_attempts": 3, "mode": "standard"},
            connect_timeout=5,
            read_timeout=60,
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
        ),
    )


def get_to_file(key: str, path: Path) -> None:
    """Raises StorageUnavailable."""
    with path.open("wb") as file:
        for chunk in chunks(key):
            file.write(chunk)


def sha256_of(key: str) -> str:
    """Of what the store holds, read to its end. Raises StorageUnavailable."""
    digest = hashlib.sha256()
    for chunk in chunks(key):
        digest.update(chunk)
    return digest.hexdigest()


def chunks(key: str) -> Iterator[bytes]:
    """Of an object, from its beginning. Raises StorageUnavailable."""
    with _errors("get_object"):
        yield from call("get_object", Key=key)["Body"].iter_chunks(COPY_BYTES)


def get_range(key: str, start: int, end: int) -> bytes:
    """Bytes `start` to `end`, both included."""
    require("range")
    with _errors("get_object"):
        content: bytes = call("get_object", Key=key, Range=f"bytes={start}-{end}")["Body"].read()
    return content


def copy(source: str, key: str) -> None:
    require("copy")
    call("copy_object", Key=key, CopySource={"Bucket": settings.S3_BUCKET, "Key": source})


def delete(key: str) -> None:
    """Absent is deleted. In a bucket that keeps versions, all of them go."""
    call("delete_object", Key=key)
    if keeps_versions():
        erase(key)


@dataclass(frozen=True, slots=True)
class Stored:
    """One version of an object; the mark of a deletion is one too. `version` is empty where the store keeps none."""

    key: str
    version: str
    size_bytes: int
    etag: str
    is_mark: bool = False


def erase(place: str) -> list[Stored]:
    """An object, or everything under a folder (`place` then ends with "/"): versions, marks, open uploads.

    Returns what there was. Raises StorageUnavailable, also when the store still holds something afterwards.
    """
    abort_under(place)
    found = versions_under(place)
    for one in found:
        call("delete_object", Key=one.key, **({"VersionId": one.version} if one.version else {}))
    if found and versions_under(place):
        raise StorageUnavailable("erase", "store-keeps")
    return found


def versions_under(place: str) -> list[Stored]:
    """All that the store holds of an object, or of a folder. Raises StorageUnavailable."""
    answers = _pages("list_object_versions", place)
    if answers is None:  # this store knows of no versions
        listed = _pages("list_objects_v2", place) or []
        found = [_stored(row) for answer in listed for row in answer.get("Contents", [])]
    else:
        found = [_stored(row) for answer in answers for row in answer.get("Versions", [])]
        found += [_stored(row, is_mark=True) for answer in answers for row in answer.get("DeleteMarkers", [])]
    return [one for one in found if place.endswith("/") or one.key == place]


def _stored(row: dict[str, Any], *, is_mark: bool = False) -> Stored:
    return Stored(row["Key"], row.get("VersionId", ""), row.get("Size", 0), row.get("ETag", "").strip('"'), is_mark)


def _pages(verb: str, prefix: str) -> list[dict[str, Any]] | None:
    """All answers of a list; None where the store does not know the question."""
    answers: list[dict[str, Any]] = []
    following: dict[str, str] = {}
    while True:
        try:
            answer = call(verb, Prefix=prefix, **following)
        except StorageUnavailable as error:
            if _is_unknown(error):
                return None
            raise
        answers.append(answer)
        if not answer.get("IsTruncated"):
            return answers
        following = {
            asked: answer[told]
            for asked, told in (
                ("KeyMarker", "NextKeyMarker"),
                ("VersionIdMarker", "NextVersionIdMarker"),
                ("ContinuationToken", "NextContinuationToken"),
            )
            if answer.get(told)
        }


def abort_under(place: str) -> int:
    """Uploads of an object, or under a folder, that nobody has finished; how many there were."""
    uploads = call("list_multipart_uploads", Prefix=place).get("Uploads", [])
    for upload in uploads:
        abort_parts(upload["Key"], upload["UploadId"])
    return len(uploads)


def keys_under(folder: str) -> list[str]:
    """Raises StorageUnavailable."""
    answers = _pages("list_objects_v2", folder) or []
    return [row["Key"] for answer in answers for row in answer.get("Contents", [])]


def keeps_versions() -> bool:
    """Whether the bucket keeps versions, or has kept them: those of then are still there. Asked once in a while."""
    now = time.monotonic()
    if now - _versioning.asked_at > VERSIONING_KNOWN_S:
        _versioning.is_on = setting("get_bucket_versioning", "Status") is not None
        _versioning.asked_at = now
    return _versioning.is_on


@dataclass(slots=True)
class _Versioning:
    asked_at: float = -math.inf
    is_on: bool = False


_versioning = _Versioning()


def presign(key: str, *, seconds: int, file_name: str | None = None) -> str:
    """An address that reads one object, for a while. With `file_name`, it downloads under that name."""
    parameters = {"Key": key}
    if file_name:
        parameters["ResponseContentDisposition"] = f"attachment; filename*=UTF-8''{quote(file_name, safe='')}"
    return presigned("get_object", parameters, seconds=seconds)


def presigned(verb: str, parameters: dict[str, Any], *, seconds: int) -> str:
    require("presign")
    address: str = _client().generate_presigned_url(
        verb, Params={"Bucket": settings.S3_BUCKET, **parameters}, ExpiresIn=seconds
    )
    return address


def abort_parts(key: str, upload_id: str) -> None:
    """What is not there any more is aborted. Raises StorageUnavailable."""
    try:
        call("abort_multipart_upload", Key=key, UploadId=upload_id)
    except StorageUnavailable as error:
        cause = error.__cause__
        if not isinstance(cause, ClientError) or cause.response["ResponseMetadata"]["HTTPStatusCode"] != 404:
            raise


def abort_stale() -> int:
    """Remove uploads that nobody will finish; return how many."""
    before = datetime.now(UTC) - STALE_UPLOAD
    uploads = call("list_multipart_uploads").get("Uploads", [])
    stale = [upload for upload in uploads if upload["Initiated"] < before]
    for upload in stale:
        call("abort_multipart_upload", Key=upload["Key"], UploadId=upload["UploadId"])
    return len(stale)


def setting(verb: str, name: str) -> Any:
    """What the bucket is set to; None where it is not, or the store knows of no such thing."""
    try:
        return call(verb).get(name)
    except StorageUnavailable as error:
        if _is_unknown(error):
            return None
        raise


def _is_unknown(error: StorageUnavailable) -> bool:
    """To the store: it knows of no such thing."""
    cause = error.__cause__
    unknown = {400, 404, 501}
    return isinstance(cause, ClientError) and cause.response["ResponseMetadata"]["HTTPStatusCode"] in unknown


def call(verb: str, **parameters: Any) -> Any:
    with _errors(verb):
        return getattr(_client(), verb)(Bucket=settings.S3_BUCKET, **parameters)


@contextmanager
def _errors(verb: str) -> Iterator[None]:
    try:
        yield
    except ClientError as error:
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 500)
        raise StorageUnavailable(verb, "store-refuses" if status in {401, 403} else "store-down") from error
    except BotoCoreError as error:
        raise StorageUnavailable(verb) from error
