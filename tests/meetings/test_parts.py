"""A recording whose files lie on two nodes: collected from each, or given up, and what it lacks is said."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import AuditEntry
from meetings import actions, consents, gaps, placement, recordings, storage, tasks
from meetings.gaps import Gap
from meetings.models import JanusNode, Meeting, Participation, Recording, RecordingPart
from meetings.persons import Person
from meetings.recordings import sources
from tests.meetings.test_recordings import folder, write

pytestmark = pytest.mark.django_db
__all__ = ["folder"]
Nudges = list[tuple[str, str]]


@pytest.fixture(autouse=True)
def two_nodes(settings: Any) -> None:
    settings.JANUS_NODES = {"j1": "ws://a", "j2": "ws://b"}
    settings.JANUS_NODE = "j1"


@pytest.fixture
def nudges(monkeypatch: pytest.MonkeyPatch) -> Nudges:
    sent: Nudges = []
    monkeypatch.setattr(tasks, "nudge_collecting", lambda recording_id, node: sent.append((str(recording_id), node)))
    return sent


@pytest.fixture
def moved(claire: Participation) -> Recording:
    """A minute on j1, which is lost after 30 s; the meeting is on j2 2 s later, and both are stopped."""
    Meeting.objects.update(node="j1")
    recording = actions.start_recording(claire.pk)
    consents.answer_consent(claire.pk, recording.pk, "accepted")
    placement.mark_down("j1", None)
    person = Person(claire.user)
    actions.join_meeting(claire.meeting.room, person=person, shared_microphone=False)
    start = timezone.now() - timedelta(minutes=20)
    Recording.objects.update(started_at=start)
    first, second = RecordingPart.objects.all()
    for part, begin, end in ((first, 0, 30), (second, 32, None)):
        part.started_at = start + timedelta(seconds=begin)
        part.ended_at = start + timedelta(seconds=end) if end else None
        part.save()
    JanusNode.objects.filter(name="j1").update(down_since=first.ended_at)
    actions.stop_recording(claire.pk)
    Recording.objects.update(stopped_at=start + timedelta(minutes=1))
    recording.refresh_from_db()
    return recording


def collect_on(node: str, recording: Recording, settings: Any) -> None:
    settings.JANUS_NODE = node
    recordings.collect(recording)
    recording.refresh_from_db()


def test_recording_is_ready_when_the_last_node_has_given_its_files(
    folder: Path, moved: Recording, claire: Participation, settings: Any, nudges: Nudges
) -> None:
    write(folder, moved, claire.pk, after_s=27)
    placement.note_answer("j1")  # it is back
    tasks.sweep_recordings()
    assert nudges == [(str(moved.pk), "j1"), (str(moved.pk), "j2")]
    collect_on("j1", moved, settings)
    assert moved.status == Recording.Status.STOPPING
    assert moved.nodes() == ["j2"]
    write(folder, moved, claire.pk, take=2, after_s=33)
    collect_on("j2", moved, settings)
    assert moved.status == Recording.Status.READY
    [gap] = gaps.gaps_of(moved)
    assert (gap.start, gap.end) == pytest.approx((29.0, 33.0), abs=0.05)
    manifest = json.loads(storage.get_range(moved.manifest_key, 0, 100_000))
    assert len(manifest["tracks"]) == 2
    assert [round(value) for value in manifest["gaps"][0].values()] == [29, 33]
    assert gaps.missing_seconds(moved) == 4


def test_part_on_a_node_that_stays_away_is_given_up_and_its_seconds_are_counted(
    folder: Path, moved: Recording, claire: Participation, settings: Any, nudges: Nudges
) -> None:
    write(folder, moved, claire.pk, take=2, after_s=33)
    collect_on("j2", moved, settings)
    assert moved.status == Recording.Status.STOPPING
    tasks.sweep_recordings()
    moved.refresh_from_db()
    assert moved.status == Recording.Status.READY
    assert nudges == []
    assert gaps.missing_seconds(moved) == 33
    assert AuditEntry.objects.get(verb="recording.part-lost").details == {"node": "j1"}
    late = write(folder, moved, claire.pk, after_s=1)  # the node is back, with its disk
    collect_on("j1", moved, settings)
    recordings.delete_orphans(folder)
    assert not late.exists()
    assert moved.tracks.count() == 1


def test_part_of_a_node_that_is_back_is_still_waited_for(moved: Recording, nudges: Nudges) -> None:
    assert placement.note_answer("j1") == 2
    tasks.sweep_recordings()
    assert [node for _, node in nudges] == ["j1", "j2"]


def test_recording_of_which_nothing_is_left_has_failed(moved: Recording, nudges: Nudges) -> None:
    JanusNode.objects.get_or_create(name="j2")
    JanusNode.objects.update(down_since=moved.started_at)
    tasks.sweep_recordings()
    moved.refresh_from_db()
    assert moved.status == Recording.Status.FAILED
    assert gaps.gaps_of(moved) == [Gap(0.0, 60.0)]


def test_sweep_finishes_what_a_killed_collector_left(moved: Recording, nudges: Nudges) -> None:
    RecordingPart.objects.update(state=RecordingPart.State.COLLECTED)
    tasks.sweep_recordings()
    moved.refresh_from_db()
    assert moved.status == Recording.Status.READY


def test_meeting_that_stayed_where_it_was_lacks_nothing(folder: Path, claire: Participation, settings: Any) -> None:
    Meeting.objects.update(node="j1")
    recording = actions.start_recording(claire.pk)
    consents.answer_consent(claire.pk, recording.pk, "accepted")
    Recording.objects.update(started_at=timezone.now() - timedelta(minutes=1))
    recording.refresh_from_db()
    actions.stop_recording(claire.pk)
    write(folder, recording, claire.pk, after_s=40)
    collect_on("j1", recording, settings)
    assert gaps.gaps_of(recording) == []


def test_node_that_died_and_came_back_under_the_meeting_leaves_a_gap(
    folder: Path, claire: Participation, guest: Participation, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sources, "CLOSING_TIMEOUT_S", 0.0)
    recording = stay_on_j1(claire, guest)
    write(folder, recording, claire.pk, take=1, after_s=10, suffix="-audio-0.mjr.tmp", cut=30)
    write(folder, recording, guest.pk, take=1, after_s=10.2, suffix="-audio-0.mjr.tmp", cut=30)
    write(folder, recording, claire.pk, take=2, after_s=15)
    write(folder, recording, guest.pk, take=2, after_s=16)
    collect_on("j1", recording, settings)
    [gap] = gaps.gaps_of(recording)
    assert (gap.start, gap.end) == pytest.approx((12.2, 15.0), abs=0.1)
    assert [track.recovered for track in recording.tracks.all()] == [True, True, False, False]


def test_file_that_was_left_open_while_others_went_on_leaves_none(
    folder: Path, claire: Participation, guest: Participation, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sources, "CLOSING_TIMEOUT_S", 0.0)
    recording = stay_on_j1(claire, guest)
    write(folder, recording, claire.pk, take=1, after_s=10, suffix="-audio-0.mjr.tmp")
    write(folder, recording, guest.pk, take=1, after_s=10, seconds=30)
    write(folder, recording, claire.pk, take=2, after_s=15)
    collect_on("j1", recording, settings)
    assert gaps.gaps_of(recording) == []


def stay_on_j1(*people: Participation) -> Recording:
    """A minute, without a move."""
    Meeting.objects.update(node="j1")
    recording = actions.start_recording(people[0].pk)
    for person in people:
        consents.answer_consent(person.pk, recording.pk, "accepted")
    Recording.objects.update(started_at=timezone.now() - timedelta(minutes=1))
    recording.refresh_from_db()
    actions.stop_recording(people[0].pk)
    return recording
