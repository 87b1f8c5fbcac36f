"""The socket of a page that waits for its minutes."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest
from channels.db import database_sync_to_async as in_db
from channels.routing import URLRouter
from channels.testing import WebsocketCommunicator
from django.contrib.auth.models import AnonymousUser
from django.urls import path

from accounts import audit
from accounts.models import User
from meetings.models import Recording
from tests.cast import make_agent
from tests.transcripts.conftest import Held
from transcripts import actions, steps
from transcripts.consumer import ProgressConsumer
from transcripts.errors import LeaseLost
from transcripts.jobs import Lease
from transcripts.models import Transcription
from transcripts.turns import claim

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("broker")]


async def open_socket(recording_id: UUID, user: User | AnonymousUser) -> Any:
    consumer: Any = ProgressConsumer.as_asgi()
    route: Any = path("ws/minutes/<uuid:recording_id>/", consumer)
    browser: Any = WebsocketCommunicator(URLRouter([route]), f"/ws/minutes/{recording_id}/")
    browser.scope["user"] = user
    connected, _ = await browser.connect()
    assert connected
    return browser


def progress(state: str, **values: int) -> dict[str, object]:
    counts = {"done": 0, "total": 0, "percent": 0, "place": 0, "minutes": 0}
    return {"type": "progress", "state": state, **counts, **values}


def start(recording: Recording) -> Lease:
    """Of Claire's track, which is three seconds of five in all."""
    lease = claim(job=actions.request_transcription(recording, actor=audit.SYSTEM).pk)
    assert lease
    return lease


async def test_page_is_told_the_state_then_every_change(held: Held, bilal: User, claire: User) -> None:
    lease = await in_db(start)(held.recording)
    browser = await open_socket(held.recording.pk, bilal)
    assert await browser.receive_json_from() == progress("transcribing", total=3)
    await in_db(steps.note_progress)(lease, 0.5)
    assert await browser.receive_json_from() == progress("transcribing", total=3, percent=4)
    await in_db(steps.finish_plan)(lease, "key", {}, [10.0, 10.0])
    assert await browser.receive_json_from() == progress("transcribing", done=1, total=5, percent=4)
    await in_db(actions.cancel)(await in_db(job)(), actor=claire)
    assert (await browser.receive_json_from())["state"] == "cancelled"
    await browser.disconnect()


async def test_job_that_waits_is_told_its_place(held: Held, bilal: User) -> None:
    await in_db(actions.request_transcription)(held.recording, actor=audit.SYSTEM)
    browser = await open_socket(held.recording.pk, bilal)
    assert await browser.receive_json_from() == progress("queued", total=3, place=1)
    await browser.disconnect()


def job() -> Transcription:
    return Transcription.objects.select_related("recording__meeting__room").get()


async def test_failure_and_second_attempt_are_told_too(held: Held, claire: User) -> None:
    lease = await in_db(start)(held.recording)
    browser = await open_socket(held.recording.pk, claire)
    await browser.receive_json_from()
    await in_db(steps.fail)(lease, "model-rejected")
    assert (await browser.receive_json_from())["state"] == "failed"
    await in_db(actions.retry)(await in_db(job)(), actor=claire)
    assert (await browser.receive_json_from())["state"] == "queued"
    await browser.disconnect()


async def test_change_that_is_rolled_back_is_not_told(held: Held, claire: User) -> None:
    await in_db(start)(held.recording)
    browser = await open_socket(held.recording.pk, claire)
    await browser.receive_json_from()
    late = Lease(0, (await in_db(job)()).pk, "nobody", 1)
    with pytest.raises(LeaseLost):
        await in_db(steps.finish_chunk)(late, "key", {})
    assert await browser.receive_nothing()
    await browser.disconnect()


@pytest.mark.parametrize(
    ("status", "state"),
    [("active", "recording"), ("stopping", "collecting"), ("failed", "failed"), ("ready", "queued")],
)
async def test_state_before_there_is_a_job(held: Held, claire: User, status: str, state: str) -> None:
    await in_db(Recording.objects.update)(status=status)
    browser = await open_socket(held.recording.pk, claire)
    assert await browser.receive_json_from() == progress(state)
    await browser.disconnect()


@pytest.mark.parametrize("name", ["chen", "dora", None], ids=["an outsider", "the DPO", "a guest"])
async def test_outsider_is_told_nothing(held: Held, name: str | None) -> None:
    user = await in_db(make_agent)(name) if name else AnonymousUser()
    for recording_id in (held.recording.pk, uuid4()):
        browser = await open_socket(recording_id, user)
        assert await browser.receive_output() == {"type": "websocket.close", "code": 4404}
        await browser.disconnect()


async def test_what_a_browser_says_is_not_looked_at(held: Held, claire: User) -> None:
    browser = await open_socket(held.recording.pk, claire)
    await browser.receive_json_from()
    await browser.send_to(text_data='{"type": "progress", "state": "done"}')
    await browser.send_to(text_data="not even JSON")
    assert await browser.receive_nothing()
    await browser.disconnect()


@pytest.mark.parametrize("frame", [{"text_data": "x" * 1025}, {"bytes_data": b"x"}], ids=["too long", "binary"])
async def test_frame_that_no_page_of_ours_sends_closes(held: Held, claire: User, frame: dict[str, Any]) -> None:
    browser = await open_socket(held.recording.pk, claire)
    await browser.receive_json_from()
    await browser.send_to(**frame)
    assert await browser.receive_output() == {"type": "websocket.close", "code": 4400}
    await browser.disconnect()
