"""Names that only meet at run time: of tasks, in nudges and in the schedule."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from celery import Celery, current_app
from django.conf import settings

from meetings import nudges, tasks

IDENTIFIER = uuid.uuid4()


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, list[str], str]]:
    messages: list[tuple[str, list[str], str]] = []

    def send(
        app: Celery, name: str, args: Any = None, kwargs: Any = None, *, queue: str = "", **options: object
    ) -> None:
        messages.append((name, list(args or []), queue))

    monkeypatch.setattr(Celery, "send_task", send)
    return messages


@pytest.mark.parametrize("nudge", [nudges.nudge_collecting, nudges.nudge_closing, nudges.nudge_withdrawing])
def test_nudge_wakes_a_task_that_exists_beside_the_node(
    sent: list[tuple[str, list[str], str]], nudge: Callable[[uuid.UUID, str], None]
) -> None:
    nudge(IDENTIFIER, "j1")
    [(name, arguments, queue)] = sent
    assert name in current_app.tasks
    assert (arguments, queue) == ([str(IDENTIFIER)], "media.j1")


def test_rooms_are_swept_on_each_node(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[dict[str, Any]] = []
    monkeypatch.setattr(tasks.sweep_janus_rooms, "apply_async", lambda **how: asked.append(how))
    settings.JANUS_NODES = {"j1": "ws://a", "j2": "ws://b"}
    tasks.sweep_rooms()
    assert asked == [{"args": [node], "queue": f"media.{node}"} for node in ("j1", "j2")]


@pytest.mark.parametrize("entry", settings.CELERY_BEAT_SCHEDULE.values(), ids=lambda entry: str(entry["task"]))
def test_schedule_names_tasks_that_exist(entry: dict[str, Any]) -> None:
    current_app.loader.import_default_modules()
    assert entry["task"] in current_app.tasks


def test_sweeps_of_rooms_and_of_sessions_are_scheduled() -> None:
    names = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    assert {"meetings.tasks.sweep_rooms", "accounts.tasks.clear_sessions"} <= names
