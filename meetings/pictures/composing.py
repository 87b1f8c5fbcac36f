"""From a row that waits to a stored video. May be told twice, killed at any point, and overtaken by a withdrawal."""

from __future__ import annotations

import logging
import os
import secrets
import select
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts import audit
from meetings import storage, storage_uploads
from meetings.agreement import agreed_pictures, agreed_tracks
from meetings.models import Composition, Track
from meetings.pictures import cutting, jobs, sandbox, script
from meetings.pictures.actions import agreed_ids
from meetings.pictures.jobs import Lease, LeaseLost

logger = logging.getLogger(__name__)

CPU_S = 48 * 3600
MEMORY_BYTES = 6 << 30  # of addresses: a dozen decoders, an encoder, and their libraries
LARGEST_BYTES = 32 << 30
SILENT_S = 120.0  # the renderer tells how far it is once a second
COPY_BYTES = 8 << 20
TYPES = {"mp4": "video/mp4", "webm": "video/webm"}


class RendererKilled(Exception):
    """By somebody or something else: a machine that is short of memory, an operator."""


class RenderFailed(Exception):
    """`code` is stable."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def compose(composition_id: UUID) -> None:
    """Make the video, if nobody else does."""
    clear_scratch()
    lease = jobs.claim(composition_id)
    if lease is None:
        return
    folder = scratch() / str(composition_id) / secrets.token_hex(4)
    folder.mkdir(parents=True)
    try:
        _compose(lease, folder)
    except LeaseLost:
        logger.info("composition %s: no longer ours", composition_id)
    except storage.StorageUnavailable as error:
        logger.warning("composition %s put off: %s", composition_id, error.code)
        jobs.put_back(lease)
    except RendererKilled:
        logger.warning("composition %s: its renderer was killed", composition_id)
        jobs.try_again(lease)
    except RenderFailed as error:
        _fail(lease, error.code)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _compose(lease: Lease, folder: Path) -> None:
    composition = jobs.held(lease).select_related("recording__meeting").get()
    if composition.key:  # of a worker that died
        storage.delete(composition.key)
    tracks = _tracks(composition)
    if not any(track.kind == Track.Kind.MICROPHONE for track in tracks):
        raise RenderFailed("nothing-to-show")
    name = f"{composition.pk}-{secrets.token_hex(4)}.{composition.container}"
    key = f"recordings/{composition.recording_id}/videos/{name}"
    # Before there is anything under that key: whoever erases knows where to look
    jobs.write(lease, key=key, made_of=[str(track.pk) for track in tracks])
    paths = {track: _fetch(lease, track, folder) for track in tracks}
    output, plan = folder / f"video.{composition.container}", folder / "script.json"
    script.write(cutting.script_of(composition, tracks, paths, output), plan)
    _render(lease, plan, folder)
    _store(lease, composition, key, output)


def _tracks(composition: Composition) -> list[Track]:
    recording = composition.recording
    found = [*agreed_tracks(recording).select_related("participation")]
    return [*found, *agreed_pictures(recording).select_related("participation")]


def _fetch(lease: Lease, track: Track, folder: Path) -> Path:
    path = folder / f"{track.pk}.track"
    storage.get_to_file(track.key, path)
    jobs.write(lease)
    return path


def _render(lease: Lease, plan: Path, folder: Path) -> None:
    """In a process of its own. Raises RenderFailed, RendererKilled, LeaseLost."""
    command = [sys.executable, "-m", "meetings.pictures.render", str(plan)]
    limits = {"cpu_s": CPU_S, "memory_bytes": MEMORY_BYTES, "largest_bytes": LARGEST_BYTES}
    with sandbox.start(command, **limits, folder=settings.BASE_DIR) as rendering:
        try:
            _follow(lease, rendering)
        finally:
            rendering.kill()
    if rendering.returncode in {-signal.SIGKILL, -signal.SIGTERM}:
        raise RendererKilled
    if rendering.returncode:
        raise RenderFailed("unreadable")


def _follow(lease: Lease, rendering: subprocess.Popen[bytes]) -> None:
    assert rendering.stdout  # noqa: S101 -- it is a pipe
    while True:
        ready, _, _ = select.select([rendering.stdout], [], [], SILENT_S)
        if not ready:
            raise RenderFailed("too-slow")
        told = os.read(rendering.stdout.fileno(), 4096)
        if not told:
            rendering.wait()
            return
        jobs.write(lease, progress=min(1.0, float(told.split()[-1])))


def _store(lease: Lease, composition: Composition, key: str, output: Path) -> None:
    with storage_uploads.Upload(key, content_type=TYPES[composition.container]) as upload, output.open("rb") as video:
        while chunk := video.read(COPY_BYTES):
            upload.write(chunk)
            jobs.write(lease)
        upload.finish()
    try:
        _finish(lease, upload.sha256, upload.size_bytes)
    except LeaseLost:
        storage.delete(key)
        raise


@transaction.atomic
def _finish(lease: Lease, sha256: str, size_bytes: int) -> None:
    """Unless somebody took their agreement back meanwhile: it is then made again. Raises LeaseLost."""
    composition = jobs.held(lease).select_for_update().first()
    if composition is None:
        raise LeaseLost
    if not agreed_ids(composition.recording).issuperset(composition.made_of):
        jobs.put_back(lease)
        transaction.on_commit(lambda: storage.delete(composition.key))
        return
    done = {"state": Composition.State.DONE, "progress": 1.0, "finished_at": timezone.now(), "lease_owner": ""}
    jobs.held(lease).update(**done, lease_until=None, sha256=sha256, size_bytes=size_bytes)
    audit.record("composition.stored", actor=audit.SYSTEM, target=composition, size_bytes=size_bytes)


def _fail(lease: Lease, code: str) -> None:
    failed = {"state": Composition.State.FAILED, "failure": code, "lease_owner": "", "lease_until": None}
    with transaction.atomic():
        composition = jobs.held(lease).select_for_update().first()
        if composition and jobs.held(lease).update(**failed, finished_at=timezone.now()):
            audit.record("composition.failed", actor=audit.SYSTEM, target=composition, failure=code)


def scratch() -> Path:
    folder: Path = settings.VAR_DIR / "pictures"
    return folder


def clear_scratch() -> None:
    """What killed workers left on this machine: files of people, who may have taken their agreement back."""
    running = set(Composition.objects.filter(state=Composition.State.RUNNING).values_list("pk", flat=True))
    for folder in scratch().iterdir() if scratch().exists() else ():
        if folder.name not in {str(pk) for pk in running}:
            shutil.rmtree(folder, ignore_errors=True)
