"""Uploads whose parts a browser sends straight to the store."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from meetings import storage


@dataclass(frozen=True, slots=True)
class Part:
    """Of an upload that is under way, as the store holds it."""

    number: int
    size_bytes: int
    etag: str


def begin(key: str, *, content_type: str) -> str:
    """Open an upload whose parts come from elsewhere; its identifier. Raises StorageUnavailable."""
    storage.require("multipart")
    identifier: str = storage.call("create_multipart_upload", Key=key, ContentType=content_type)["UploadId"]
    return identifier


def address_of(key: str, upload_id: str, number: int, *, size_bytes: int, seconds: int) -> str:
    """An address that takes one part of exactly this length, for a while."""
    parameters = {"Key": key, "UploadId": upload_id, "PartNumber": number, "ContentLength": size_bytes}
    return storage.presigned("upload_part", parameters, seconds=seconds)


def listed(key: str, upload_id: str) -> list[Part]:
    """Raises StorageUnavailable."""
    found: list[Part] = []
    marker = 0
    while True:
        answer = storage.call("list_parts", Key=key, UploadId=upload_id, PartNumberMarker=marker)
        parts = answer.get("Parts", [])
        found += (Part(part["PartNumber"], part["Size"], part["ETag"]) for part in parts)
        if not parts or not answer.get("IsTruncated"):
            return found
        marker = found[-1].number


def complete(key: str, upload_id: str, parts: Sequence[Part]) -> None:
    """Raises StorageUnavailable."""
    numbered = [{"PartNumber": part.number, "ETag": part.etag} for part in parts]
    storage.call("complete_multipart_upload", Key=key, UploadId=upload_id, MultipartUpload={"Parts": numbered})
