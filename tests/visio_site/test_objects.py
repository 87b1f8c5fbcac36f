"""The object store really checks who asks."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

import boto3
import pytest
import requests
from botocore.config import Config
from botocore.exceptions import ClientError

from tests.visio_site.running import Running

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

KEY = "meetings/m1/claire.opus"
BODY = b"what Claire said"


@pytest.fixture(scope="module")
def env(site: Running) -> dict[str, str]:
    return site.env


@pytest.fixture(scope="module")
def connect(env: dict[str, str]) -> Callable[[str], S3Client]:
    def connect(secret: str) -> S3Client:
        return boto3.client(
            "s3",
            endpoint_url=env["S3_ENDPOINT_URL"],
            region_name=env["S3_REGION"],
            aws_access_key_id=env["S3_ACCESS_KEY"],
            aws_secret_access_key=secret,
            config=Config(signature_version="s3v4", s3={"addressing_style": "path"}),
        )

    return connect


@pytest.fixture(scope="module")
def store(env: dict[str, str], connect: Callable[[str], S3Client]) -> S3Client:
    with open(env["S3_SECRET_KEY_FILE"]) as file:
        client = connect(file.read())
    client.put_object(Bucket=env["S3_BUCKET"], Key=KEY, Body=BODY)
    return client


def presign(store: S3Client, env: dict[str, str], *, seconds: int) -> str:
    return store.generate_presigned_url("get_object", {"Bucket": env["S3_BUCKET"], "Key": KEY}, seconds)


def test_presigned_download_gives_the_whole_or_a_range(store: S3Client, env: dict[str, str]) -> None:
    url = presign(store, env, seconds=60)
    assert requests.get(url, timeout=10).content == BODY
    part = requests.get(url, headers={"Range": "bytes=5-10"}, timeout=10)
    assert (part.status_code, part.content) == (206, b"Claire")


def test_expired_download_is_refused(store: S3Client, env: dict[str, str]) -> None:
    url = presign(store, env, seconds=1)
    time.sleep(2.1)
    assert requests.get(url, timeout=10).status_code == 403


def test_download_of_another_key_with_the_same_signature_is_refused(store: S3Client, env: dict[str, str]) -> None:
    url = presign(store, env, seconds=60).replace("claire.opus", "bilal.opus")
    assert requests.get(url, timeout=10).status_code == 403


@pytest.mark.parametrize("path", ["{bucket}/{key}", "v1/AUTH_visio/{bucket}/{key}", "{bucket}", ""])
@pytest.mark.usefixtures("store")
def test_nobody_reads_without_a_signature(path: str, env: dict[str, str]) -> None:
    url = f"{env['S3_ENDPOINT_URL']}/{path.format(bucket=env['S3_BUCKET'], key=KEY)}"
    answer = requests.get(url, timeout=10)
    assert answer.status_code in {400, 401, 403, 404, 412}
    assert BODY not in answer.content


def test_wrong_secret_is_refused(connect: Callable[[str], S3Client], env: dict[str, str]) -> None:
    with pytest.raises(ClientError) as refusal:
        connect("not the secret").get_object(Bucket=env["S3_BUCKET"], Key=KEY)
    assert refusal.value.response["ResponseMetadata"]["HTTPStatusCode"] == 403
