"""A video survives the end of whatever makes it: SIGKILL of its renderer and of its worker, in the middle of frames."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import connections

from meetings import storage
from meetings.models import Composition
from meetings.pictures import actions, composing, jobs, sandbox
from tests.forking import fork
from tests.meetings.pictures.conftest import Seeded

pytestmark = pytest.mark.django_db(transaction=True)
State = Composition.State
RENDERER = b"meetings.pictures.render"


def renderers() -> list[int]:
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if RENDERER in (folder / "cmdline").read_bytes() and (folder / "stat").read_text().split()[2] != "Z":
                found.append(int(folder.name))
        except (FileNotFoundError, ProcessLookupError):
            continue
    return found


def until(is_so: Callable[[], object], within_s: float = 60) -> None:
    deadline = time.monotonic() + within_s
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def asked(seeded: Seeded) -> Composition:
    return actions.request(seeded.recording, "grid", "mp4", actor=seeded.claire)


def made(composition: Composition) -> str:
    """The hash of what is in the store, once it is done."""
    composing.compose(composition.pk)
    composition.refresh_from_db()
    assert composition.state == State.DONE
    assert storage.sha256_of(composition.key) == composition.sha256
    return composition.sha256


def test_renderer_that_is_killed_is_started_again_and_not_for_ever(
    seeded: Seeded, monkeypatch: pytest.MonkeyPatch
) -> None:
    composition, started = asked(seeded), sandbox.start

    def start_and_kill(*arguments: object, **options: object) -> object:
        process = started(*arguments, **options)  # type: ignore[arg-type]
        assert process.stdout
        process.stdout.read(1)  # it has drawn
        os.kill(process.pid, signal.SIGKILL)
        return process

    monkeypatch.setattr(sandbox, "start", start_and_kill)
    composing.compose(composition.pk)
    composition.refresh_from_db()
    assert (composition.state, composition.attempts) == (State.QUEUED, 1)
    for _ in range(jobs.MOST_ATTEMPTS):
        composing.compose(composition.pk)
    jobs.give_up()
    composition.refresh_from_db()
    assert (composition.state, composition.failure) == (State.FAILED, "tried-too-often")


def test_worker_that_is_killed_leaves_no_renderer_and_the_next_one_makes_the_same_video(seeded: Seeded) -> None:
    composition = asked(seeded)
    connections.close_all()
    worker = fork()
    if worker == 0:
        try:
            storage._client.cache_clear()
            composing.compose(composition.pk)
        finally:
            os._exit(1)
    until(lambda: Composition.objects.filter(pk=composition.pk, progress__gt=0).exists())
    os.kill(worker, signal.SIGKILL)
    os.waitpid(worker, 0)
    until(lambda: not renderers())  # nobody reads what it tells
    composition.refresh_from_db()
    assert composition.state == State.RUNNING
    assert any((composing.scratch() / str(composition.pk)).iterdir())  # files of people
    Composition.objects.update(lease_until="2026-01-01T00:00:00Z")
    again = made(composition)
    assert composition.attempts == 2
    composing.clear_scratch()
    assert not (composing.scratch() / str(composition.pk)).exists()
    Composition.objects.all().delete()
    assert made(asked(seeded)) == again
