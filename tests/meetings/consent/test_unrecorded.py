from __future__ import annotations

from datetime import timedelta
from unittest import mock

import pytest

from meetings import actions, consents, unrecorded
from meetings.models import Participation, Recording, UnrecordedSpeech

pytestmark = pytest.mark.django_db


@pytest.fixture
def recording(claire: Participation) -> Recording:
    recording = actions.start_recording(claire.pk)
    recording.started_at -= timedelta(minutes=1)
    recording.save()
    return recording


def speak(recording: Recording, who: Participation, start: float, end: float) -> None:
    since, until = (recording.started_at + timedelta(seconds=at) for at in (start, end))
    unrecorded.note(who.pk, since, until)


def noted() -> list[tuple[float, float]]:
    return [(round(row.start, 3), round(row.end, 3)) for row in UnrecordedSpeech.objects.all()]


@pytest.mark.parametrize("choice", ["declined", None], ids=["declined", "has not answered"])
def test_times_are_kept_and_no_name(recording: Recording, guest: Participation, choice: str | None) -> None:
    if choice:
        consents.answer_consent(guest.pk, recording.pk, choice)
    speak(recording, guest, 3.0, 7.5)
    assert noted() == [(3.0, 7.5)]
    assert {field.name for field in UnrecordedSpeech._meta.get_fields()} == {"id", "recording", "start", "end"}


def test_nothing_is_noted_of_who_is_on_the_record(recording: Recording, guest: Participation) -> None:
    with mock.patch("django.utils.timezone.now", return_value=recording.started_at + timedelta(seconds=5)):
        consents.answer_consent(guest.pk, recording.pk, "accepted")
    speak(recording, guest, 3.0, 8.0)
    speak(recording, guest, 10.0, 18.0)
    assert noted() == [(3.0, 5.0)]


def test_only_the_time_of_the_recording_counts(
    recording: Recording, claire: Participation, guest: Participation
) -> None:
    speak(recording, guest, -30.0, -10.0)
    speak(recording, guest, -5.0, 2.0)
    stopped = actions.stop_recording(claire.pk)
    assert stopped.stopped_at
    length = (stopped.stopped_at - recording.started_at).total_seconds()
    speak(recording, guest, length - 1, length + 9)
    speak(recording, guest, length + 20, length + 30)
    assert noted() == [(0.0, 2.0), (round(length - 1, 3), round(length, 3))]


def test_breaths_are_joined_and_coughs_are_left_out(recording: Recording, guest: Participation) -> None:
    for start, end in ((30.0, 30.5), (4.0, 5.0), (6.0, 9.0), (6.5, 7.0)):
        speak(recording, guest, start, end)
    [stretch] = unrecorded.speech_of(recording)
    assert (stretch.start, stretch.end) == pytest.approx((4.0, 9.0))
