"""A speech worker is killed at any step: another one repeats one chunk at most, and the minutes are the same."""

from __future__ import annotations

import json
import os
import signal
import sys
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from types import FrameType

import pytest
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connections
from django.utils import timezone

import transcripts
from accounts import audit
from meetings.models import Recording, Track
from tests.cast import make_track
from tests.fakes.tracks import ScriptedModels, make_tools, sound
from tests.forking import fork
from tests.transcripts.conftest import Held
from transcripts import actions, jobs, parameters
from transcripts.jobs import Lease
from transcripts.models import Segment, Step, Transcription
from transcripts.pipeline import chunks
from transcripts.pipeline.speech import Word
from transcripts.run import Desk, perform_step, work
from transcripts.sweep import sweep
from transcripts.telling import Teller

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("broker")]
OURS = str(Path(transcripts.__file__).parent)
EVERY = 1 if "SOAK_SECONDS" in os.environ else 11  # call or return, in `make soak`; a prime, to meet all sorts
WATCHED = ("run.py", "steps.py", "actions.py", "turns.py", "jobs.py", "joining.py", "scratch.py", "pipeline/track.py")
# By the length of a chunk: two of the long track, its rest, the short track
WORDS = {
    28.0: [Word(0.5, 1.0, "Ouvrons"), Word(1.0, 1.4, "la"), Word(1.4, 2.0, "séance.")],
    4.0: [Word(0.2, 0.9, "Merci."), Word(2.0, 2.5, "Bilal ?")],
    2.0: [Word(0.1, 0.5, "Le"), Word(0.5, 1.0, "budget"), Word(1.0, 1.6, "est"), Word(1.6, 2.0, "voté.")],
}


@pytest.fixture
def long(held: Held, monkeypatch: pytest.MonkeyPatch) -> Recording:
    """A track of three chunks, and a track of one."""
    monkeypatch.setattr(chunks, "WINDOWS_IN_CHUNK", 1)
    Track.objects.filter(pk=held.claire.pk).delete()
    make_track(held.claire.participation, held.recording, start=1.5, duration=60.0, content=sound(60.0))
    return held.recording


def steps_of(job: Callable[[], None], *, killed_at: int | None = None) -> int:
    """How many calls and returns of our functions `job` made; it is killed, in one's own process, at that number."""
    count = 0

    def profile(frame: FrameType, event: str, argument: object) -> None:
        nonlocal count
        name = frame.f_code.co_filename
        if event in {"call", "return"} and name.startswith(OURS) and name.endswith(WATCHED):
            count += 1
            if count == killed_at:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.setprofile(profile)
    try:
        job()
    finally:
        sys.setprofile(None)
    return count


def in_a_process(job: Callable[[], None], step: int) -> int:
    """The signal that ended it; 0 when it came to its end."""
    connections.close_all()
    child = fork()
    if child == 0:
        connections.close_all()
        status = 1
        try:
            steps_of(job, killed_at=step)
            status = 0
        finally:
            os._exit(status)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0
    return os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0


def minutes() -> str:
    """All that is kept of the lines, without what differs between two rows."""
    rows = Segment.objects.order_by("index").values()
    kept = [{name: value for name, value in row.items() if name not in {"id", "transcription_id"}} for row in rows]
    return json.dumps(kept, cls=DjangoJSONEncoder, ensure_ascii=False)


def bury() -> None:
    """Time passes, and the sweep comes by."""
    Step.objects.filter(state="running").update(alive_until=timezone.now() - timedelta(seconds=1))
    sweep()


def test_killed_at_every_step_it_goes_on_and_gives_the_same(long: Recording, tmp_path: Path) -> None:
    heard, scratch = tmp_path / "heard", tmp_path / "scratch"

    def hear(seconds: float) -> None:
        with heard.open("a") as file:
            file.write(f"{seconds}\n")

    tools = make_tools(ScriptedModels(WORDS, interrupt=hear), long, scratch)

    def job() -> None:
        work(tools)

    def request() -> None:
        Transcription.objects.all().delete()
        heard.write_text("")
        actions.request_transcription(long, actor=audit.SYSTEM)

    request()
    calls = steps_of(job)
    expected, once = minutes(), Counter(heard.read_text().split())
    assert len(json.loads(expected)) == 5
    assert sum(once.values()) == 4
    assert calls > 100
    print(f"{calls} steps, killed at one in {EVERY}.")  # noqa: T201
    for step in range(1, calls + 1, EVERY):
        request()
        assert in_a_process(job, step) == signal.SIGKILL, step
        bury()
        job()
        assert Transcription.objects.get().state == Transcription.State.DONE, step
        assert (step, minutes()) == (step, expected)
        again = Counter(heard.read_text().split()) - once
        assert sum(again.values()) <= 1, step
        assert list(scratch.iterdir()) == [], step
    connections.close_all()


def test_woken_twice_and_late_the_work_is_done_once(long: Recording, tmp_path: Path) -> None:
    models = ScriptedModels(WORDS)
    tools = make_tools(models, long, tmp_path)
    actions.request_transcription(long, actor=audit.SYSTEM)
    assert not work(tools)
    before = minutes()
    bury()
    assert not work(tools)
    assert len(models.heard) == 4
    assert minutes() == before


def test_step_of_a_dead_process_of_this_machine_is_taken_at_once(long: Recording, tmp_path: Path) -> None:
    """Nobody waits for the end of its heartbeat; that of another machine is left to it."""
    models = ScriptedModels(WORDS, interrupt=lambda seconds: os.kill(os.getpid(), signal.SIGKILL))
    actions.request_transcription(long, actor=audit.SYSTEM)

    def job() -> None:
        work(make_tools(models, long, tmp_path))

    assert in_a_process(job, step=-1) == signal.SIGKILL
    [left] = Step.objects.filter(state="running")
    home, _, token = left.owner.split(":")
    Step.objects.filter(pk=left.pk).update(owner=f"elsewhere/1:{2**22 + 1}:{token}")
    assert jobs.expire_dead() == []
    Step.objects.filter(pk=left.pk).update(owner=f"{home}:{os.getpid()}:{token}")
    assert jobs.expire_dead() == []
    Step.objects.filter(pk=left.pk).update(owner=left.owner)
    work(make_tools(ScriptedModels(WORDS), long, tmp_path))
    assert Transcription.objects.get().state == Transcription.State.DONE


class Upgraded(BaseException):
    """Visio is stopped, and begins again as another version."""


def test_a_job_that_an_upgrade_finds_half_done_is_planned_anew(
    long: Recording, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    models = ScriptedModels({**WORDS, 60.0: [Word(0.5, 1.0, "Autrement.")]})
    tools = make_tools(models, long, tmp_path / "scratch")

    def plan_alone(lease: Lease, desk: Desk, teller: Teller) -> None:
        if Step.objects.get(pk=lease.step_id).kind != Step.Kind.PLAN:
            raise Upgraded
        perform_step(lease, desk, teller)

    actions.request_transcription(long, actor=audit.SYSTEM)
    with pytest.raises(Upgraded):
        work(tools, perform=plan_alone)
    assert Step.objects.filter(kind=Step.Kind.CHUNK).count() == 3
    monkeypatch.setattr(parameters, "PLANNING", "of another version")
    monkeypatch.setattr(chunks, "WINDOW_S", 60.0)
    bury()
    work(tools)
    assert Transcription.objects.get().state == Transcription.State.DONE
    assert "Autrement." in minutes()
    assert models.heard.count(60.0) == 1
