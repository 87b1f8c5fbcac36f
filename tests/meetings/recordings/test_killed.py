"""The worker is killed at any step of collecting, or woken twice: one result, the same bytes."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from django.db import connections

import meetings
from meetings import recordings, storage, storage_uploads, tasks
from meetings.models import Participation, Recording, Track
from tests.forking import fork
from tests.meetings.test_recordings import write

pytestmark = pytest.mark.django_db(transaction=True)
OURS = str(Path(meetings.__file__).parent)
EVERY = 1 if "SOAK_SECONDS" in os.environ else 13  # step, in `make soak`; a prime, to meet all sorts
WATCHED = ("recordings/collecting.py", "recordings/tracks.py", "recordings/manifest.py", "storage.py", "retries.py")


@pytest.fixture
def ready_to_collect(
    folder: Path, stopped: Recording, claire: Participation, bilal: Participation, settings: Any
) -> Recording:
    settings.JANUS_NODE = stopped.parts.get().node
    for person, take in ((claire, 1), (claire, 2), (bilal, 1)):
        write(folder, stopped, person.pk, take=take, after_s=float(take))
    return stopped


def steps_of(work: Callable[[], None], *, killed_at: int | None = None) -> int:
    """How many calls and returns of functions that write or delete `work` made; it is killed, in one's own process,
    at that number of them.
    """
    count = 0

    def profile(frame: FrameType, event: str, argument: object) -> None:
        nonlocal count
        code = frame.f_code
        if event not in {"call", "return"} or code.co_flags & 0x20:  # a generator's: as many as there are packets
            return
        if code.co_filename.startswith(OURS) and code.co_filename.endswith(WATCHED) and code.co_name != "write":
            count += 1
            if count == killed_at:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.setprofile(profile)
    try:
        work()
    finally:
        sys.setprofile(None)
    return count


def in_a_process(work: Callable[[], None], step: int) -> int:
    """The signal that ended it; 0 when it came to its end."""
    connections.close_all()
    child = fork()
    if child == 0:
        connections.close_all()
        storage._client.cache_clear()
        status = 1
        try:
            steps_of(work, killed_at=step)
            status = 0
        finally:
            os._exit(status)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0
    return os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0


def sums() -> dict[str, str]:
    """Of what lies in the store, by the name of its file."""
    return {track.source_name.split(".", 1)[1]: storage.sha256_of(track.key) for track in Track.objects.all()}


def refill(folder: Path, files: dict[str, bytes], recording: Recording) -> None:
    """Everything as it was before it was collected."""
    for path in folder.iterdir():
        path.unlink()
    for name, content in files.items():
        (folder / name).write_bytes(content)
    for track in Track.objects.all():
        storage.delete(track.key)
    Track.objects.all().delete()
    Recording.objects.update(status=Recording.Status.STOPPING, manifest_key="")
    recording.parts.update(state="pending", attempts=0, failing_since=None, next_try_at=None, failure="")


def test_killed_at_every_step_it_goes_on_and_gives_the_same(folder: Path, ready_to_collect: Recording) -> None:
    recording = ready_to_collect
    files = {path.name: path.read_bytes() for path in folder.iterdir()}

    def collect() -> None:
        recordings.collect(Recording.objects.get(pk=recording.pk))

    steps = steps_of(collect)
    assert steps > 100
    print(f"{steps} steps, killed at one in {EVERY}.")  # noqa: T201
    expected = sums()
    assert len(expected) == len(files)
    for step in range(1, steps + 1, EVERY):
        refill(folder, files, recording)
        assert in_a_process(collect, step) == signal.SIGKILL, step
        collect()
        assert (step, sums()) == (step, expected)
        assert list(folder.iterdir()) == [], step
        assert Recording.objects.get().status == Recording.Status.READY, step
    connections.close_all()


def test_delivered_twice_late_and_before_the_end_it_is_done_once(
    folder: Path, ready_to_collect: Recording, bilal: Participation
) -> None:
    recording = ready_to_collect
    Recording.objects.update(status=Recording.Status.ACTIVE)
    tasks.collect_recording(str(recording.pk))  # of a recording that goes on
    assert len(list(folder.iterdir())) == 3
    Recording.objects.update(status=Recording.Status.STOPPING)
    tasks.collect_recording(str(recording.pk))
    before = (sums(), Recording.objects.get().manifest_key, storage.sha256_of(Recording.objects.get().manifest_key))
    for _ in range(2):
        tasks.collect_recording(str(recording.pk))
        tasks.sweep_recordings()
    late = write(folder, recording, bilal.pk, take=9)
    tasks.collect_recording(str(recording.pk))
    after = (sums(), Recording.objects.get().manifest_key, storage.sha256_of(Recording.objects.get().manifest_key))
    assert after == before
    tasks.delete_orphans()
    assert not late.exists()


def test_unfinished_uploads_of_killed_workers_do_not_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    def upload() -> None:
        with storage_uploads.Upload("tests/killed", content_type="text/plain") as upload:
            upload.write(bytes(storage_uploads.PART_BYTES))
            upload._sent()
            os.kill(os.getpid(), signal.SIGKILL)

    monkeypatch.setattr(storage, "STALE_UPLOAD", -storage.STALE_UPLOAD)
    storage.abort_stale()  # those of other tests
    assert in_a_process(upload, step=-1) == signal.SIGKILL
    assert storage.abort_stale() == 1
    assert storage.call("list_multipart_uploads").get("Uploads", []) == []
