"""The object store: OpenStack Swift with its S3 API, four servers on loopback, one disk in `var/objects`."""

from __future__ import annotations

import asyncio
import functools
import os
import pwd
from pathlib import Path

from visio_site.layout import ROOT, Layout
from visio_site.probes import answers_http
from visio_site.services import swift_conf
from visio_site.units import Child, Probe, Program, Step

BINARIES = ROOT / ".venv-objects" / "bin"
RINGS = ROOT / "deploy" / "objects" / "write_rings.py"
ENV = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TZ": "UTC"}
ACCESS_KEY = "visio:app"
REGION = "us-east-1"
BUCKET = "visio-media"
STORAGE = ("account", "container", "object")


def units(layout: Layout) -> list[Program]:
    ports = layout.ports
    storage_ports = (ports.objects_account, ports.objects_container, ports.objects_object)
    folder = _folder(layout)
    rings = Step(
        name="objects-rings",
        group="objects",
        command=(str(BINARIES / "python"), str(RINGS), str(folder), *map(str, storage_ports)),
        env=ENV,
        is_needed=lambda: not (folder / "object.ring.gz").exists(),
    )
    storage = [_storage(layout, kind, port) for kind, port in zip(STORAGE, storage_ports, strict=True)]
    return [rings, *storage, _proxy(layout, after=tuple(server.name for server in storage))]


def endpoint(layout: Layout) -> str:
    return f"http://127.0.0.1:{layout.ports.objects}"


def _storage(layout: Layout, kind: str, port: int) -> Child:
    text = swift_conf.storage_server(kind, port=port, user=_user(), folder=_folder(layout))
    probe = functools.partial(answers_http, f"http://127.0.0.1:{port}/healthcheck")
    return _child(layout, kind, text, port, probe=probe, after=("objects-rings",))


def _proxy(layout: Layout, after: tuple[str, ...]) -> Child:
    port, secret = layout.ports.objects, layout.secret("s3-secret-key")
    text = swift_conf.proxy_server(port=port, user=_user(), folder=_folder(layout), secret=secret, region=REGION)
    return _child(layout, "proxy", text, port, probe=functools.partial(_has_bucket, layout), after=after)


def _child(layout: Layout, kind: str, text: str, port: int, *, probe: Probe, after: tuple[str, ...]) -> Child:
    return Child(
        name=f"objects-{kind}",
        group="objects",
        command=(str(BINARIES / f"swift-{kind}-server"), str(_folder(layout) / f"{kind}.conf"), "-v"),
        env=ENV,
        after=after,
        ports=(port,),
        prepare=functools.partial(_write_conf, layout, kind, text),
        probe=probe,
    )


def _folder(layout: Layout) -> Path:
    """A folder for these ports: rings hold them."""
    return layout.var / "objects" / f"etc-{layout.ports.objects}"


def _user() -> str:
    return pwd.getpwuid(os.getuid()).pw_name


def _write_conf(layout: Layout, kind: str, text: str) -> None:
    """This server's file, and the one that all share: whole at any time, since four may be starting."""
    folder = _folder(layout)
    (layout.var / "objects" / "devices" / "d1").mkdir(parents=True, exist_ok=True)
    for name, contents in ((f"{kind}.conf", text), ("swift.conf", swift_conf.shared(layout.secret("swift-hash")))):
        fresh = folder / f"{name}.{kind}"
        fresh.touch(mode=0o600)
        fresh.write_text(contents, encoding="utf-8")
        fresh.rename(folder / name)


async def _has_bucket(layout: Layout) -> bool:
    if not await answers_http(f"{endpoint(layout)}/healthcheck"):
        return False
    return await asyncio.to_thread(_create_bucket, layout)


def _create_bucket(layout: Layout) -> bool:
    import boto3  # 0.2 s, which a start without the object store need not spend
    from botocore.config import Config
    from botocore.exceptions import BotoCoreError, ClientError

    client = boto3.client(
        "s3",
        endpoint_url=endpoint(layout),
        aws_access_key_id=ACCESS_KEY,
        aws_secret_access_key=layout.secret("s3-secret-key"),
        region_name=REGION,
        config=Config(signature_version="s3v4", s3={"addressing_style": "path"}, proxies={}),
    )
    try:
        client.create_bucket(Bucket=BUCKET)
    except client.exceptions.BucketAlreadyOwnedByYou:
        return True
    except (BotoCoreError, ClientError):  # a storage server that is not quite there yet
        return False
    return True
