"""Leaving, being cut off, vanishing: when a meeting ends, and its recording with it."""

from __future__ import annotations

import pytest
from django.utils import timezone

from meetings import actions
from meetings.models import Meeting, Participation, Recording
from meetings.persons import Person

pytestmark = pytest.mark.django_db


def test_last_one_to_leave_stops_the_recording(claire: Participation) -> None:
    recording = actions.start_recording(claire.pk)
    assert actions.leave_meeting(claire.pk, claire.connection, for_good=True)
    recording.refresh_from_db()
    assert recording.status == Recording.Status.STOPPING


def test_recording_goes_on_for_people_who_were_all_cut_off(claire: Participation) -> None:
    recording = actions.start_recording(claire.pk)
    assert not actions.leave_meeting(claire.pk, claire.connection, for_good=False)
    again = actions.join_meeting(claire.meeting.room, person=Person(claire.user), shared_microphone=False)
    assert (again.pk, again.meeting_id) == (claire.pk, claire.meeting_id)
    recording.refresh_from_db()
    assert recording.status == Recording.Status.ACTIVE
    Meeting.objects.update(empty_since=None)
    assert actions.end_abandoned() == []


def test_meeting_to_which_nobody_comes_back_ends_when_it_became_empty(claire: Participation) -> None:
    recording = actions.start_recording(claire.pk)
    actions.leave_meeting(claire.pk, claire.connection, for_good=False)
    assert actions.end_abandoned() == []
    emptied = timezone.now() - actions.ABANDONED_AFTER * 2
    Meeting.objects.update(empty_since=emptied)
    [meeting] = actions.end_abandoned()
    assert meeting.ended_at == emptied
    recording.refresh_from_db()
    assert recording.status == Recording.Status.STOPPING
    assert actions.end_abandoned() == []


def test_people_whose_process_died_are_taken_out(claire: Participation, guest: Participation) -> None:
    Participation.objects.filter(pk=guest.pk).update(seen_at=timezone.now() - actions.UNSEEN_AFTER * 2)
    assert actions.remove_unseen() == 1
    assert list(Participation.objects.filter(left_at=None)) == [claire]
