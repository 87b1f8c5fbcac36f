"""Objects that are written from here: whole, with the sums that prove it, or not at all."""

from __future__ import annotations

import hashlib
from base64 import b64encode
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Self

from meetings import storage

if TYPE_CHECKING:
    from mypy_boto3_s3.type_defs import CompletedPartTypeDef

PART_BYTES = 8 * 1024 * 1024  # above, an object goes in parts
SUMMED_BYTES = 1024 * 1024  # at once


def put(key: str, content: bytes | Path, *, content_type: str) -> None:
    """Write an object whole, or not at all; see `Upload`. Raises StorageUnavailable."""
    with Upload(key, content_type=content_type) as upload:
        if isinstance(content, bytes):
            upload.write(content)
        else:
            with content.open("rb") as file:
                while chunk := file.read(storage.COPY_BYTES):
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
            with suppress(storage.StorageUnavailable):
                storage.call("abort_multipart_upload", Key=self.key, UploadId=self._upload_id)

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
        answer = storage.call(
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
        answer = storage.call("put_object", Key=self.key, Body=body, ContentType=self._content_type, **sums)
        self._verify(answer["ETag"], md5.hex())

    def _send_part(self) -> None:
        storage.require("multipart")
        if not self._upload_id:
            answer = storage.call("create_multipart_upload", Key=self.key, ContentType=self._content_type)
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
        answer = storage.call(
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
        if etag.strip('"') != expected and storage.sha256_of(self.key) != self.sha256:
            raise storage.StorageUnavailable("verify", "store-corrupts")


def _new_md5(content: bytes = b"") -> hashlib._Hash:
    return hashlib.md5(content, usedforsecurity=False)
