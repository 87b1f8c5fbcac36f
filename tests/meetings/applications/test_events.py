"""Which verbs of meetings tell applications, and of which meetings nobody is told."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from meetings import actions, erasure, recordings
from meetings.models import Application, Delivery, Participation
from tests.meetings.test_recordings import folder, record, write

__all__ = ["folder"]
pytestmark = pytest.mark.django_db


def test_applications_are_told_of_what_is_stored_and_of_the_end(
    folder: Path, claire: Participation, settings: Any
) -> None:
    settings.WEBHOOK_HOSTS = ["archives.gouv.fr"]
    institution = claire.meeting.room.institution
    Application.objects.create(
        institution=institution, name="A", url="https://archives.gouv.fr/", events=Application.Event.values
    )
    recording = record(claire, {claire: "accepted"})
    write(folder, recording, claire.pk)
    recordings.collect(recording)
    actions.end(claire.meeting, at=timezone.now())
    told = [json.loads(one.body) for one in Delivery.objects.order_by("created_at")]
    assert [one["type"] for one in told] == ["recording.ready", "meeting.ended"]
    assert told[0]["data"]["recording"] == str(recording.pk)
    assert {one["data"]["meeting"] for one in told} == {str(claire.meeting_id)}


@pytest.mark.parametrize("meeting_type", ["personnel", "sensitive"])
def test_the_end_of_meetings_without_traces_is_told_nobody(
    claire: Participation, settings: Any, meeting_type: str
) -> None:
    settings.WEBHOOK_HOSTS = ["archives.gouv.fr"]
    room = claire.meeting.room
    room.meeting_type = meeting_type
    room.save()
    Application.objects.create(
        institution=room.institution, name="A", url="https://archives.gouv.fr/", events=Application.Event.values
    )
    actions.end(claire.meeting, at=timezone.now())
    assert not Delivery.objects.exists()


def test_applications_are_told_when_an_agreement_is_taken_back(
    folder: Path, claire: Participation, settings: Any
) -> None:
    settings.WEBHOOK_HOSTS = ["archives.gouv.fr"]
    Application.objects.create(
        institution=claire.meeting.room.institution,
        name="A",
        url="https://archives.gouv.fr/",
        events=["recording.erased"],
    )
    recording = record(claire, {claire: "accepted"})
    erasure.take_back(recording, claire, only=erasure.Only.ALL, language="fr")
    [told] = Delivery.objects.all()
    assert json.loads(told.body)["data"]["what"] == "person"
