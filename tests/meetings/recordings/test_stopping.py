"""A recording stops by itself, and everybody is told why."""

from __future__ import annotations

import shutil
from collections import namedtuple
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import AuditEntry
from meetings import actions, consents, events, recordings, tasks
from meetings.errors import Refused
from meetings.models import JanusNode, Meeting, Participation, Policy, Recording
from meetings.persons import Person

pytestmark = pytest.mark.django_db
MB = 1024 * 1024
Usage = namedtuple("Usage", "total used free")


def reason_of(recording: Recording) -> str:
    """Empty while it goes on."""
    recording.refresh_from_db()
    assert (recording.status == Recording.Status.ACTIVE) == (not recording.stop_reason)
    return recording.stop_reason


def test_last_of_those_who_agreed_leaves(claire: Participation, bilal: Participation, going_on: Recording) -> None:
    guest = actions.join_meeting(claire.meeting.room, person=Person(None, "g" * 20, "Invitée"), shared_microphone=False)
    consents.answer_consent(guest.pk, going_on.pk, "declined")
    actions.leave_meeting(claire.pk, claire.connection, for_good=True)
    assert reason_of(going_on) == ""
    actions.leave_meeting(bilal.pk, bilal.connection, for_good=True)
    assert reason_of(going_on) == "nobody-left"
    assert AuditEntry.objects.get(verb="meeting.recording-stopped").reason == "nobody-left"


def test_those_who_were_cut_off_are_waited_for(
    claire: Participation, bilal: Participation, going_on: Recording
) -> None:
    actions.join_meeting(claire.meeting.room, person=Person(None, "g" * 20, "Invitée"), shared_microphone=False)
    for person in (claire, bilal):
        actions.leave_meeting(person.pk, person.connection, for_good=False)
    assert recordings.stop_what_must() == 0
    long_ago = timezone.now() - actions.ABANDONED_AFTER * 2
    Participation.objects.filter(left_at__isnull=False).update(left_at=long_ago)
    assert recordings.stop_what_must() == 1
    assert reason_of(going_on) == "nobody-left"


def test_recording_that_nobody_has_answered_yet_goes_on(claire: Participation, bilal: Participation) -> None:
    recording = actions.start_recording(claire.pk)
    actions.leave_meeting(bilal.pk, bilal.connection, for_good=True)
    assert recordings.stop_what_must() == 0
    assert reason_of(recording) == ""


def test_length_is_that_of_the_policy(claire: Participation) -> None:
    Policy.objects.create(institution=claire.meeting.room.institution, recording_max_minutes=30)
    recording = actions.start_recording(claire.pk)
    assert recording.ends_by
    assert recording.ends_by - recording.started_at == pytest.approx(timedelta(minutes=30), abs=timedelta(seconds=1))
    tasks.stop_recordings()
    assert reason_of(recording) == ""
    Recording.objects.update(ends_by=timezone.now())
    tasks.stop_recordings()
    assert reason_of(recording) == "too-long"


def test_recording_without_a_policy_ends_after_eight_hours(going_on: Recording) -> None:
    assert going_on.ends_by
    assert going_on.ends_by - timezone.now() == pytest.approx(timedelta(hours=8), abs=timedelta(seconds=5))


def test_disk_that_fills_up_stops_what_is_recorded_there_and_nothing_begins(
    folder: Path, claire: Participation, going_on: Recording, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.RECORDINGS_DISK_MIN_MB = 100
    node = Meeting.objects.get().node

    def with_free(free: int) -> bool:
        monkeypatch.setattr(shutil, "disk_usage", lambda path: Usage(0, 0, free * MB))
        return recordings.watch_disk(node)

    assert not with_free(101)
    assert reason_of(going_on) == ""
    assert with_free(99)
    assert reason_of(going_on) == "disk-full"
    with pytest.raises(Refused, match="disk-full"):
        actions.start_recording(claire.pk)
    assert with_free(110)  # not enough again
    assert not with_free(130)
    assert JanusNode.objects.get(name=node).free_bytes == 130 * MB
    assert actions.start_recording(claire.pk)


def test_disk_of_another_node_stops_nothing_here(
    folder: Path, going_on: Recording, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda path: Usage(0, 0, 0))
    assert recordings.watch_disk("elsewhere")
    assert reason_of(going_on) == ""


def test_why_goes_to_all_browsers(claire: Participation, going_on: Recording) -> None:
    recording = actions.stop_recording(claire.pk)
    assert events.recording_stopped(recording)["reason"] == "asked"
    assert reason_of(recording) == "asked"
