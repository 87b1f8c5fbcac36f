"""Clocks in the database: what is due, what is counted, who is told."""

from __future__ import annotations

import random
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone

from accounts.models import AuditEntry, Institution, User
from governance import nightly, retention, warnings
from governance.clocks import Life, dates_of
from governance.erasure import holds
from governance.models import Erasure, ErasureWarning, Tombstone, What
from meetings import ceilings
from meetings.models import Invitation, Occurrence, Policy, Purpose, Recording, Room, Series
from tests.accounts.local_cast import give
from tests.cast import make_meeting, make_minutes, make_participation, make_recording, make_room, make_track
from transcripts.models import ApprovedVersion
from transcripts.sealing.actions import approve

pytestmark = pytest.mark.django_db
TODAY = date(2026, 6, 1)


@pytest.fixture
def dinum(claire: User) -> Institution:
    assert claire.institution
    Policy.objects.create(
        institution=claire.institution,
        audio_retention_days=30,
        transcript_retention_days=60,
        minutes_retention_days=400,
    )
    return claire.institution


def held_on(claire: User, day: date, *, words: bool = True, purpose: Purpose | None = None) -> Recording:
    meeting = make_meeting(make_room(claire), started_at=datetime(day.year, day.month, day.day, 9, tzinfo=UTC))
    recording = make_recording(meeting)
    Recording.objects.filter(pk=recording.pk).update(purpose=purpose)
    track = make_track(make_participation(meeting, claire), recording)
    if words:
        make_minutes(recording, [(track, 1.0, "Bonjour.")])
    recording.refresh_from_db()
    return recording


def due(institution: Institution, day: date) -> set[tuple[Any, str]]:
    return {(recording.pk, what) for recording, what, _ in retention.due(institution, day)}


def test_each_clock_comes_to_its_end(dinum: Institution, claire: User) -> None:
    recording = held_on(claire, date(2026, 5, 1))
    assert due(dinum, date(2026, 5, 30)) == set()
    assert due(dinum, date(2026, 5, 31)) == {(recording.pk, What.SOUND)}
    assert due(dinum, date(2026, 6, 30)) == {(recording.pk, What.ALL)}


def test_approval_begins_the_other_two_anew(dinum: Institution, claire: User) -> None:
    recording = held_on(claire, date(2026, 5, 1))
    approve(recording.transcription, actor=claire)
    approved = timezone.localdate()
    assert (recording.pk, What.TRANSCRIPT) not in due(dinum, approved + timedelta(59))
    assert (recording.pk, What.TRANSCRIPT) in due(dinum, approved + timedelta(60))
    assert (recording.pk, What.ALL) not in due(dinum, approved + timedelta(399))
    assert (recording.pk, What.ALL) in due(dinum, approved + timedelta(400))
    now = ApprovedVersion.objects.get().approved_at
    Tombstone.objects.create(erasure=recording.pk, what=What.TRANSCRIPT, recording=recording.pk, at=now + timedelta(1))
    assert (recording.pk, What.TRANSCRIPT) not in due(dinum, approved + timedelta(60))


def test_purpose_shortens_the_sound_and_never_lengthens_it(dinum: Institution, claire: User) -> None:
    texts = {"label_fr": "x", "label_en": "x", "text_fr": "x", "text_en": "x", "legal_basis": "consent"}
    short = Purpose.objects.create(institution=dinum, code="court", retention_days=10, **texts)
    long = Purpose.objects.create(institution=dinum, code="long", retention_days=900, **texts)
    one = held_on(claire, date(2026, 5, 1), purpose=short)
    other = held_on(claire, date(2026, 5, 1), purpose=long)
    assert due(dinum, date(2026, 5, 11)) == {(one.pk, What.SOUND)}
    assert due(dinum, date(2026, 5, 31)) == {(one.pk, What.SOUND), (other.pk, What.SOUND)}


def test_database_and_pure_function_agree(dinum: Institution, claire: User) -> None:
    chosen = random.Random(20260601)
    for _ in range(12):
        recording = held_on(claire, date(2026, 1, 1) + timedelta(chosen.randrange(90)), words=chosen.random() < 0.7)
        if hasattr(recording, "transcription") and chosen.random() < 0.5:
            approve(recording.transcription, actor=claire)
    days = retention.days_for(ceilings.rules_of_institution(dinum), None)
    expected: Counter[tuple[date, str]] = Counter()
    for recording in Recording.objects.select_related("meeting"):
        versions = ApprovedVersion.objects.filter(transcription__recording=recording)
        approved = timezone.localdate(versions[0].approved_at) if versions else None
        ended = timezone.localdate(recording.meeting.ended_at)
        dates = dates_of(Life(ended, hasattr(recording, "transcription"), approved), days)
        assert retention.dates_for(recording) == dates
        for what, day in ((What.SOUND, dates.sound), (What.TRANSCRIPT, dates.transcript), (What.ALL, dates.all)):
            if day:
                expected[day, what] += 1
    found = {(one.date, one.what): one.count for one in retention.tallies([dinum], date(2040, 1, 1))}
    assert found == dict(expected)


def test_preview_says_what_is_held(dinum: Institution, claire: User, dora: User) -> None:
    give(dora, "dpo", dinum)
    recording, _ = held_on(claire, date(2026, 5, 1)), held_on(claire, date(2026, 5, 1))
    holds.place(dinum, reason="x", recording=recording, actor=dora)
    sounds = [one for one in retention.tallies([dinum], date(2026, 5, 31)) if one.what == What.SOUND]
    assert [(one.date, one.count, one.held) for one in sounds] == [(date(2026, 5, 31), 2, 1)]


def test_night_asks_for_what_is_due_once(dinum: Institution, claire: User) -> None:
    recording = held_on(claire, date(2026, 5, 1))
    assert nightly.run(date(2026, 5, 31)) == 1
    assert nightly.run(date(2026, 5, 31)) == 0
    erasure = Erasure.objects.get()
    assert (erasure.recording_id, erasure.what, erasure.reason) == (recording.pk, What.SOUND, "retention")
    assert erasure.institution == dinum


def test_organisers_are_told_once_and_what_they_can_do(dinum: Institution, claire: User) -> None:
    held_on(claire, timezone.localdate() - timedelta(55))
    Recording.objects.update(sound_erased_at=timezone.now())
    nightly.run()
    nightly.run()
    assert [(one.what, one.user) for one in ErasureWarning.objects.all()] == [(What.ALL, claire)]
    assert warnings.send_waiting() == 1
    [told] = mail.outbox
    assert told.to == ["Claire Fontaine <claire@example.gouv.fr>"]
    assert "Tout ce qui reste de cette réunion sera effacé le" in told.body
    assert "l’approuver" in told.body
    assert "Bonjour" not in told.body
    assert warnings.send_waiting() == 0


def test_nobody_is_told_of_what_was_approved_meanwhile(dinum: Institution, claire: User) -> None:
    recording = held_on(claire, timezone.localdate() - timedelta(55))
    Recording.objects.update(sound_erased_at=timezone.now())
    nightly.run()
    approve(recording.transcription, actor=claire)
    assert warnings.send_waiting() == 0
    assert mail.outbox == []


def test_meetings_that_left_nothing_lose_their_names(dinum: Institution, claire: User, bilal: User, dora: User) -> None:
    old, newer, held = (timezone.now() - timedelta(days) for days in (61, 59, 61))
    rooms = [make_room(claire), make_room(claire), make_room(claire)]
    meetings = [make_meeting(room, started_at=at) for room, at in zip(rooms, (old, newer, held), strict=True)]
    for meeting in meetings:
        make_participation(meeting, bilal)
    series = make_series(rooms[0], bilal)
    Occurrence.objects.update(start=old, end=old + timedelta(hours=1))
    give(dora, "dpo", dinum)
    holds.place(dinum, reason="x", room=rooms[2], actor=dora)
    nightly.run()
    nightly.run()
    names = [meeting.participations.get().display_name for meeting in meetings]
    assert names == ["Personne effacée", "Bilal Mercier", "Bilal Mercier"]
    assert not meetings[0].participations.filter(user=bilal).exists()
    assert not series.invitations.exists()
    series.refresh_from_db()
    assert (series.title, series.agenda) == ("—", "")
    [told] = AuditEntry.objects.filter(verb="attendance.erased")
    assert told.details == {"attendance": 1, "invitations": 1, "planned": 1}


def make_series(room: Room, invited: User) -> Series:
    now = timezone.now()
    series = Series.objects.create(
        room=room, title="Suite", agenda="Budget", start=now, duration_minutes=60, time_zone="Europe/Paris", uid="u"
    )
    Occurrence.objects.create(series=series, original_start=now, start=now, end=now + timedelta(hours=1))
    Invitation.objects.create(series=series, user=invited, email=invited.email)
    return series
