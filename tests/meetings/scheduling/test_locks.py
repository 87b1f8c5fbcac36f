"""Two people at once: nobody waits for somebody who waits for them, and a room stays open while it is planned in."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from accounts.models import User
from meetings import actions as meeting_actions
from meetings.invitations import answers
from meetings.models import Invitation, Room, RoomOrganiser, Series
from meetings.persons import Person
from meetings.scheduling import actions, people
from meetings.scheduling.plan import People, RoomChoices, Timing
from tests.cast import make_agent
from tests.meetings.scheduling.conftest import WORDING, Clock, Plan, at, timing

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def room(claire: User) -> Room:
    return meeting_actions.create_room("Salle", actor=claire, is_lasting=True)


def elsewhere(act: Callable[[], Any]) -> Future[Any]:
    """Do it in a transaction of its own. Raises OperationalError after 5 s at a lock."""

    def run() -> Any:
        try:
            with connection.cursor() as cursor:
                cursor.execute("SET lock_timeout = '5s'")
            return act()
        finally:
            connection.close()

    return ThreadPoolExecutor(1).submit(run)


def until_somebody_waits(other: Future[Any], come: threading.Event | None = None) -> None:
    """For a lock; or is done, or has come as far."""
    end = time.monotonic() + 5
    while time.monotonic() < end and not other.done() and not (come and come.is_set()):
        with connection.cursor() as cursor:
            cursor.execute("SELECT FROM pg_locks WHERE NOT granted")
            if cursor.fetchone() is not None:
                return
        time.sleep(0.01)


def plan_in(room: Room, actor: User, *co_organisers: User) -> Series:
    asked = People((), co_organisers)
    return actions.schedule(WORDING, timing(), asked, RoomChoices(room=room), key=uuid4(), actor=actor)


def test_a_lasting_room_is_entered_while_a_series_in_it_is_being_written(
    clock: Clock, room: Room, claire: User, bilal: User
) -> None:
    with transaction.atomic():
        plan_in(room, claire)
        joining = elsewhere(lambda: meeting_actions.join_meeting(room, person=Person(bilal), shared_microphone=False))
        assert joining.result(10).connection == 1


def test_an_invitation_is_answered_while_its_series_is_moved(
    plan: Plan, claire: User, bilal: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    series = plan()
    invitation = series.invitations.get(user=bilal)
    answering: list[Future[bool]] = []
    ask_again = people.ask_again

    def ask_while_they_answer(changed: Series) -> None:
        accept = lambda: answers.answer(invitation, Invitation.Answer.ACCEPTED, actor=bilal)  # noqa: E731
        answering.append(elsewhere(accept))
        until_somebody_waits(answering[0])
        ask_again(changed)

    monkeypatch.setattr(people, "ask_again", ask_while_they_answer)
    later = replace(Timing.of(series), start=at(11, 24, 11, 0))
    assert actions.change_series(series.pk, WORDING, later, actor=claire).start == later.start
    assert answering[0].result(10)


def test_two_organisers_of_a_room_plan_in_it_with_somebody_else(
    clock: Clock, room: Room, claire: User, bilal: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    dora = make_agent("dora")
    RoomOrganiser.objects.create(room=room, user=bilal)
    come, here = threading.Event(), threading.get_ident()
    planning: list[Future[Series]] = []
    set_co_organisers = people.set_co_organisers

    def set_together(*args: Any, **kwargs: Any) -> None:
        if threading.get_ident() == here:
            planning.append(elsewhere(lambda: plan_in(room, bilal, dora)))
            until_somebody_waits(planning[0], come)
        come.set()
        set_co_organisers(*args, **kwargs)

    monkeypatch.setattr(people, "set_co_organisers", set_together)
    assert plan_in(room, claire, dora)
    assert planning[0].result(10)
    assert set(room.co_organisers.all()) == {bilal, dora}


def test_two_organisers_of_a_room_add_somebody_to_different_series(
    clock: Clock, room: Room, claire: User, bilal: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_agent("dora")
    RoomOrganiser.objects.create(room=room, user=bilal)
    come, here = threading.Event(), threading.get_ident()
    changing: list[Future[int]] = []
    change_people = people.change_people

    def change(series: Series, actor: User) -> int:
        client, address = Client(), reverse("change_series", args=[series.pk])
        client.force_login(actor)
        form = client.get(address).context["form"]
        typed = {name: form[name].value() for name in form.fields if form[name].value() is not None}
        added = {"time": "11:00", "co_organisers": f"{typed['co_organisers']}, dora@example.gouv.fr"}
        return client.post(address, {**typed, "date": "2026-11-24", **added}).status_code

    def change_together(*args: Any, **kwargs: Any) -> None:
        if threading.get_ident() == here:
            changing.append(elsewhere(lambda: change(others, bilal)))
            until_somebody_waits(changing[0], come)
        come.set()
        change_people(*args, **kwargs)

    own, others = plan_in(room, claire), plan_in(room, bilal)
    monkeypatch.setattr(people, "change_people", change_together)
    assert change(own, claire) == 302
    assert changing[0].result(10) in {200, 302}
    assert {user.email for user in room.co_organisers.all()} == {"bilal@example.gouv.fr", "dora@example.gouv.fr"}
