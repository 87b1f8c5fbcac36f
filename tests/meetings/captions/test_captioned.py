"""Which meetings get captions, and whose words are in them: from rows alone."""

from __future__ import annotations

from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from meetings import actions as meeting_actions
from meetings.captions import actions, lines
from meetings.captions.lines import Line
from meetings.consents import Answer, answer_consent
from meetings.models import Consent, Meeting, Participation, Policy, Recording
from meetings.persons import Person
from tests.cast import make_agent, make_recording, make_room

pytestmark = pytest.mark.django_db

LINE = Line(line="1", participant="2", name="Claire Fontaine", text="Le budget est voté.", language="fr", at=1.0)


@pytest.fixture
def speaker(claire: Participation) -> Participation:
    return claire


@pytest.fixture
def reader(guest: Participation) -> Participation:
    actions.want(guest.pk, on=True)
    return guest


@pytest.fixture
def meeting(claire: Participation) -> Meeting:
    return claire.meeting


def voices(meeting: Meeting) -> set[UUID] | None:
    """None where there are no captions at all."""
    chosen, _ = actions.captioned_on(meeting.node, 20)
    return next((({voice.participation_id for voice in each.voices}) for each in chosen), None)


def may_be_read(speaker: Participation) -> bool:
    return actions.may_be_read(speaker.meeting_id, speaker.pk)


def test_nothing_is_heard_where_nobody_reads(meeting: Meeting, speaker: Participation) -> None:
    assert voices(meeting) is None


def test_everybody_is_captioned_where_somebody_reads(
    meeting: Meeting, reader: Participation, speaker: Participation
) -> None:
    assert voices(meeting) == {reader.pk, speaker.pk}


def test_it_ends_with_the_last_reader(meeting: Meeting, reader: Participation, speaker: Participation) -> None:
    actions.want(reader.pk, on=False)
    assert voices(meeting) is None
    actions.want(reader.pk, on=True)
    meeting_actions.leave_meeting(reader.pk, reader.connection, for_good=True)
    assert voices(meeting) is None


def test_meetings_of_other_nodes_are_left_alone(meeting: Meeting, reader: Participation) -> None:
    assert actions.captioned_on("another", 20) == ([], [])


def test_rules_that_forbid_them_are_asked_each_time(meeting: Meeting, reader: Participation) -> None:
    meeting.room.captions = False
    meeting.room.save()
    assert voices(meeting) is None


def test_who_objects_is_left_out_and_everybody_is_told(
    meeting: Meeting, reader: Participation, speaker: Participation
) -> None:
    meeting.refresh_from_db()
    before = meeting.event_number
    actions.may_caption(speaker.pk, allowed=False)
    assert voices(meeting) == {reader.pk}
    assert not may_be_read(speaker)
    meeting.refresh_from_db()
    assert meeting.event_number == before + 1
    actions.may_caption(speaker.pk, allowed=True)
    assert voices(meeting) == {reader.pk, speaker.pk}


def test_who_is_silenced_is_not_written_down(meeting: Meeting, reader: Participation, speaker: Participation) -> None:
    Participation.objects.filter(pk=speaker.pk).update(held=["microphone"])
    assert voices(meeting) == {reader.pk}


@pytest.mark.parametrize(
    ("choice", "transcript", "captioned"),
    [(None, False, False), ("declined", False, False), ("accepted", False, False), ("accepted", True, True)],
)
def test_while_words_are_recorded_only_those_who_agree_are_captioned(
    meeting: Meeting,
    reader: Participation,
    speaker: Participation,
    choice: str | None,
    transcript: bool,
    captioned: bool,
) -> None:
    recording = make_recording(meeting)
    Recording.objects.filter(pk=recording.pk).update(status=Recording.Status.ACTIVE, for_minutes=True)
    if choice:
        Consent.objects.create(
            recording=recording, participation=speaker, choice=choice, transcript=transcript, text_version="1"
        )
    assert (speaker.pk in (voices(meeting) or set())) == captioned
    assert may_be_read(speaker) == captioned


def test_a_recording_without_minutes_says_nothing_about_words(
    meeting: Meeting, reader: Participation, speaker: Participation
) -> None:
    recording = make_recording(meeting)
    Recording.objects.filter(pk=recording.pk).update(status=Recording.Status.ACTIVE, for_minutes=False)
    assert voices(meeting) == {reader.pk, speaker.pk}


def test_there_are_captions_for_so_many_meetings_and_the_others_are_named(
    meeting: Meeting, reader: Participation
) -> None:
    room = make_room(make_agent("bilal"))
    other = meeting_actions.join_meeting(room, person=Person(room.organiser), shared_microphone=False)
    actions.want(other.pk, on=True)
    chosen, left_out = actions.captioned_on(meeting.node, 1)
    assert [each.meeting_id for each in chosen] == [meeting.pk]
    assert left_out == [room.pk]


def test_words_are_gone_with_the_meeting(
    meeting: Meeting, reader: Participation, django_capture_on_commit_callbacks: object
) -> None:
    lines.add(meeting.pk, LINE)
    assert lines.kept(meeting.pk) == [LINE]
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        meeting_actions.end(meeting, at=meeting.started_at)
    assert lines.kept(meeting.pk) == []


def test_only_the_newest_lines_are_kept(meeting: Meeting) -> None:
    for number in range(250):
        lines.add(meeting.pk, {**LINE, "line": str(number)})
    kept = lines.kept(meeting.pk)
    assert (len(kept), kept[-1]["line"]) == (lines.MOST_LINES, "249")


def test_who_objects_is_in_what_was_said_no_more(
    meeting: Meeting, reader: Participation, speaker: Participation, django_capture_on_commit_callbacks: object
) -> None:
    for person in (reader, speaker):
        lines.add(meeting.pk, {**LINE, "participant": str(person.pk)})
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        actions.may_caption(speaker.pk, allowed=False)
    assert [line["participant"] for line in lines.kept(meeting.pk)] == [str(reader.pk)]


@pytest.mark.parametrize("transcript", [True, False])
def test_who_agrees_to_the_transcription_no_more_is_in_what_was_said_no_more(
    meeting: Meeting,
    reader: Participation,
    speaker: Participation,
    transcript: bool,
    django_capture_on_commit_callbacks: object,
) -> None:
    recording = make_recording(meeting)
    Recording.objects.filter(pk=recording.pk).update(status=Recording.Status.ACTIVE, for_minutes=True)
    lines.add(meeting.pk, {**LINE, "participant": str(speaker.pk)})
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        answer_consent(speaker.pk, recording.pk, Answer(Consent.Choice.ACCEPTED, transcript=transcript))
    assert bool(lines.kept(meeting.pk)) == transcript


def test_who_speaks_another_language_is_captioned_in_it(
    meeting: Meeting, reader: Participation, speaker: Participation
) -> None:
    actions.speak(speaker.pk, "en")
    [captioned], _ = actions.captioned_on(meeting.node, 20)
    assert {voice.participation_id: voice.language for voice in captioned.voices} == {reader.pk: "", speaker.pk: "en"}


def test_where_there_are_too_many_meetings_policy_says_which_come_first(
    meeting: Meeting, reader: Participation
) -> None:
    room = make_room(make_agent("chen"))
    Policy.objects.create(institution=room.institution, captions_first=True)
    other = meeting_actions.join_meeting(room, person=Person(room.organiser), shared_microphone=False)
    actions.want(other.pk, on=True)
    chosen, left_out = actions.captioned_on(meeting.node, 1)
    assert ([each.room_id for each in chosen], left_out) == ([room.pk], [meeting.room_id])


def test_meetings_of_an_institution_cost_its_rules_once(meeting: Meeting, reader: Participation) -> None:
    with CaptureQueriesContext(connection) as alone:
        actions.captioned_on(meeting.node, 1)
    for name in ("bilal", "dora"):
        room = make_room(make_agent(name))
        other = meeting_actions.join_meeting(room, person=Person(room.organiser), shared_microphone=False)
        actions.want(other.pk, on=True)
    with CaptureQueriesContext(connection) as together:
        actions.captioned_on(meeting.node, 1)
    assert len(together) == len(alone)
