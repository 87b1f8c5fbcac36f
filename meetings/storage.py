"""The one door to the object store (S3). Objects are private; people get short-lived signed addresses."""

from __future__ import annotations

import hashlib
import math
import time
from base64 import b64encode
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import quote

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from django.conf import settings

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import CompletedPartTypeDef

PART_BYTES = 8 * 1024 * 1024  # above, an object goes in parts
SUMMED_BYTES = 1024 * 1024  # at once
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


def put(key: str, content: bytes | Path, *, content_type: str) -> None:
    """Write an object whole, or not at all; see `Upload`. Raises StorageUnavailable."""
    with Upload(key, content_type=content_type) as upload:
        if isinstance(content, bytes):
            upload.write(content)
        else:
            with content.open("rb") as file:
                while chunk := file.read(COPY_BYTES):
                    upload.write(chunk)
        upload.finish()


class Upload:
    """An object that is written piece by piece, in memory that does not grow with it.

    Nobody sees it before `finish`, which returns once the store has shown to hold exactly these bytes. Left
    without, it never was; what a killed process leaves open, `abort_stale` removes. Raises StorageUnavailable.
    """

    def __init__(self, key: str, *, content_type: str) -> None:
        self.key, self.size_bytes = key, 0
        self._content_type = content_type
        self._waiting = bytearray()
        self._summed = 0  # of those that wait
        self._sha256, self._md5 = hashlib.sha256(), _new_md5()  # of all, of the part
        self._upload_id = ""
        self._parts: list[CompletedPartTypeDef] = []
        self._md5s: list[bytes] = []  # of the parts
        self._thread = ThreadPoolExecutor(max_workers=1)  # sums and sends what there is while more is made
        self._sending: Future[None] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *args: object) -> None:
        self._thread.shutdown()
        if self._upload_id:  # not finished
            with suppress(StorageUnavailable):
                call("abort_multipart_upload", Key=self.key, UploadId=self._upload_id)

    @property
    def sha256(self) -> str:
        return self._sha256.hexdigest()

    def write(self, data: bytes) -> None:
        self._waiting += data
        self.size_bytes += len(data)
        if len(self._waiting) >= PART_BYTES:
            self._send_part()
        elif len(self._waiting) - self._summed >= SUMMED_BYTES:
            self._sum()

    def finish(self) -> None:
        if not self._upload_id:
            self._put_whole()
            return
        if self._waiting:
            self._send_part()
        self._sent()
        answer = call(
            "complete_multipart_upload",
            Key=self.key,
            UploadId=self._upload_id,
            MultipartUpload={"Parts": self._parts},
        )
        self._upload_id = ""
        self._verify(answer["ETag"], f"{_new_md5(b''.join(self._md5s)).hexdigest()}-{len(self._parts)}")

    def _put_whole(self) -> None:
        self._sum().result()
        body, md5 = bytes(self._waiting), self._md5.digest()
        sums = {"ContentMD5": b64encode(md5).decode()}
        answer = call("put_object", Key=self.key, Body=body, ContentType=self._content_type, **sums)
        self._verify(answer["ETag"], md5.hex())

    def _send_part(self) -> None:
        require("multipart")
        if not self._upload_id:
            answer = call("create_multipart_upload", Key=self.key, ContentType=self._content_type)
            self._upload_id = answer["UploadId"]
        self._sum()
        self._sent()
        self._sending = self._thread.submit(self._send, bytes(self._waiting))
        self._waiting.clear()
        self._summed = 0

    def _sum(self) -> Future[None]:
        piece = self._waiting[self._summed :]
        self._summed = len(self._waiting)
        return self._thread.submit(self._add, piece)

    def _add(self, piece: bytearray) -> None:
        self._sha256.update(piece)
        self._md5.update(piece)

    def _sent(self) -> None:
        """The part before is in the store."""
        if self._sending:
            self._sending.result()

    def _send(self, body: bytes) -> None:
        md5, number = self._md5.digest(), len(self._parts) + 1
        self._md5 = _new_md5()
        answer = call(
            "upload_part",
            Key=self.key,
            UploadId=self._upload_id,
            PartNumber=number,
            Body=body,
            ContentMD5=b64encode(md5).decode(),  # the store refuses what arrives otherwise
        )
        self._md5s.append(md5)
        self._parts.append({"PartNumber": number, "ETag": answer["ETag"]})

    def _verify(self, etag: str, expected: str) -> None:
        """By the sum that the store says; read back where that is of another kind (some encryptions), or wrong."""
        if etag.strip('"') != expected and sha256_of(self.key) != self.sha256:
            raise StorageUnavailable("verify", "store-corrupts")


def _new_md5(content: bytes = b"") -> hashlib._Hash:
    return hashlib.md5(content, usedforsecurity=False)


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
