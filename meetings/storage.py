"""The one door to the object store (S3). Objects are private; people get short-lived signed addresses."""

from __future__ import annotations

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
    from mypy_boto3_s3.type_defs import CompletedPartTypeDef

MULTIPART_ABOVE_BYTES = 16 * 1024 * 1024
PART_BYTES = 8 * 1024 * 1024
STALE_UPLOAD = timedelta(days=1)

# What each store really does, as measured. Asking for something that is not here fails before any
# byte is written: Swift, for one, accepts the headers of encryption and of locks, and ignores them.
CAPABILITIES: dict[str, frozenset[str]] = {
    "swift": frozenset({"presign", "multipart", "range", "copy"}),
    "outscale": frozenset({"presign", "multipart", "range", "copy", "sse", "lifecycle"}),
}


class StorageUnavailable(Exception):
    """The store did not answer, or refused."""


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
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
        ),
    )


def put(key: str, content: bytes | Path, *, content_type: str) -> None:
    """Write an object whole, or not at all. Raises StorageUnavailable."""
    if isinstance(content, Path) and content.stat().st_size > MULTIPART_ABOVE_BYTES:
        return multipart(key, content, content_type=content_type)
    body = content.read_bytes() if isinstance(content, Path) else content
    _call("put_object", Key=key, Body=body, ContentType=content_type)


def multipart(key: str, path: Path, *, content_type: str) -> None:
    """Write a large file in parts; what a killed process leaves open, `abort_stale` removes."""
    require("multipart")
    upload = _call("create_multipart_upload", Key=key, ContentType=content_type)["UploadId"]
    parts: list[CompletedPartTypeDef] = []
    try:
        with path.open("rb") as file:
            while chunk := file.read(PART_BYTES):
                number = len(parts) + 1
                answer = _call("upload_part", Key=key, UploadId=upload, PartNumber=number, Body=chunk)
                parts.append({"PartNumber": number, "ETag": answer["ETag"]})
        _call("complete_multipart_upload", Key=key, UploadId=upload, MultipartUpload={"Parts": parts})
    except BaseException:
        _call("abort_multipart_upload", Key=key, UploadId=upload)
        raise


def get_to_file(key: str, path: Path) -> None:
    """Raises StorageUnavailable."""
    body = _call("get_object", Key=key)["Body"]
    with path.open("wb") as file:
        for chunk in body.iter_chunks(PART_BYTES):
            file.write(chunk)


def get_range(key: str, start: int, end: int) -> bytes:
    """Bytes `start` to `end`, both included."""
    require("range")
    content: bytes = _call("get_object", Key=key, Range=f"bytes={start}-{end}")["Body"].read()
    return content


def copy(source: str, key: str) -> None:
    require("copy")
    _call("copy_object", Key=key, CopySource={"Bucket": settings.S3_BUCKET, "Key": source})


def delete(key: str) -> None:
    """Absent is deleted."""
    _call("delete_object", Key=key)


def presign(key: str, *, seconds: int, file_name: str | None = None) -> str:
    """An address that reads one object, for a while. With `file_name`, it downloads under that name."""
    require("presign")
    parameters = {"Bucket": settings.S3_BUCKET, "Key": key}
    if file_name:
        parameters["ResponseContentDisposition"] = f"attachment; filename*=UTF-8''{quote(file_name, safe='')}"
    address: str = _client().generate_presigned_url("get_object", Params=parameters, ExpiresIn=seconds)
    return address


def abort_stale() -> int:
    """Remove uploads that nobody will finish; return how many."""
    before = datetime.now(UTC) - STALE_UPLOAD
    uploads = _call("list_multipart_uploads").get("Uploads", [])
    stale = [upload for upload in uploads if upload["Initiated"] < before]
    for upload in stale:
        _call("abort_multipart_upload", Key=upload["Key"], UploadId=upload["UploadId"])
    return len(stale)


def _call(verb: str, **parameters: Any) -> Any:
    try:
        return getattr(_client(), verb)(Bucket=settings.S3_BUCKET, **parameters)
    except (BotoCoreError, ClientError) as error:
        raise StorageUnavailable(verb) from error
