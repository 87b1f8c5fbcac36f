"""Months are counted exactly, at their edges too, and again without a change; what was erased stays counted."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models import Institution, User
from governance.figures import counting, months, stored
from governance.models import MonthlyFigures, MonthlyStorage, PersonExport
from meetings.models import Composition, Meeting, Policy, Track
from tests.cast import make_meeting, make_participation, make_recording
from tests.governance.figures.cast import OCTOBER, hold, make_agents, room_of
from transcripts.models import Import

pytestmark = pytest.mark.django_db
MONTH = date(2026, 10, 1)


def figures(institution: Institution | None, month: date = MONTH) -> dict[str, int]:
    row = MonthlyFigures.objects.get(institution=institution, month=month)
    return {column: getattr(row, column) for column in counting.COUNTS if getattr(row, column)}


def test_two_institutions_are_counted_exactly(claire: User, bilal: User, chen: User) -> None:
    here, there = room_of(claire), room_of(chen)
    hold(here, [claire, bilal, chen, "Invitée"], minutes=60, recorded_bytes=1000)
    hold(here, [claire, bilal], minutes=30)
    hold(there, [chen, "Visiteur"], minutes=45)
    counting.count_month(MONTH)
    assert figures(claire.institution) == {
        "active_agents": 2,
        "meetings": 2,
        "meeting_seconds": 90 * 60,
        "attendances": 6,
        "guests": 1,
        "recorded_meetings": 1,
        "recorded_seconds": 29 * 60,
    }
    assert figures(chen.institution) == {
        "active_agents": 1,
        "meetings": 1,
        "meeting_seconds": 45 * 60,
        "attendances": 2,
        "guests": 1,
    }


@pytest.mark.parametrize(
    ("began", "month"),
    [
        (datetime(2026, 9, 30, 21, 59, 59, tzinfo=UTC), date(2026, 9, 1)),  # 23:59:59 in Paris
        (datetime(2026, 9, 30, 22, 0, 0, tzinfo=UTC), date(2026, 10, 1)),  # midnight, still by summer time
        (datetime(2026, 10, 31, 22, 59, 59, tzinfo=UTC), date(2026, 10, 1)),  # by winter time
        (datetime(2026, 10, 31, 23, 0, 0, tzinfo=UTC), date(2026, 11, 1)),
    ],
)
def test_months_are_those_of_paris(claire: User, began: datetime, month: date) -> None:
    hold(room_of(claire), [claire], at=began)
    for counted in (date(2026, 9, 1), date(2026, 10, 1), date(2026, 11, 1)):
        counting.count_month(counted)
    assert [row.month for row in MonthlyFigures.objects.filter(meetings=1)] == [month]


def test_year_turns() -> None:
    assert months.back(date(2026, 1, 1)) == date(2025, 12, 1)
    assert months.back(date(2025, 12, 1), -1) == date(2026, 1, 1)
    assert months.bounds(date(2026, 12, 1))[1].isoformat() == "2027-01-01T00:00:00+01:00"


def test_counting_again_changes_nothing(claire: User, chen: User) -> None:
    hold(room_of(claire), [claire, chen], recorded_bytes=10)
    counting.count_month(MONTH)
    before = figures(claire.institution)
    counting.count_month(MONTH)
    assert figures(claire.institution) == before
    assert MonthlyFigures.objects.count() == 2


def test_what_came_late_is_added_and_what_was_erased_stays(claire: User, bilal: User) -> None:
    room = room_of(claire)
    hold(room, [claire, bilal], recorded_bytes=10)
    counting.count_month(MONTH)
    hold(room, [claire], minutes=20)
    counting.count_month(MONTH)
    assert figures(claire.institution)["meetings"] == 2
    counted = figures(claire.institution)
    Track.objects.all().delete()
    bilal.participations.update(user=None)
    counting.count_month(MONTH)
    assert figures(claire.institution) == counted


def test_who_was_forgotten_does_not_become_a_guest(claire: User, bilal: User) -> None:
    hold(room_of(claire), [claire, bilal])
    bilal.participations.update(user=None)
    counting.count_month(MONTH)
    assert "guests" not in figures(claire.institution)


def test_import_is_no_meeting(claire: User) -> None:
    assert claire.institution
    meeting = make_meeting(room_of(claire), started_at=OCTOBER)
    Meeting.objects.filter(pk=meeting.pk).update(node="")
    make_participation(meeting, claire)
    brought = Import.objects.create(
        user=claire,
        institution=claire.institution,
        title="Dictaphone",
        held_on="2026-10-01",
        state="ready",
        recording=make_recording(meeting),
    )
    Import.objects.filter(pk=brought.pk).update(at=OCTOBER)
    counting.count_month(MONTH)
    assert figures(claire.institution) == {"imports": 1}


def test_meeting_that_goes_on_counts_until_now(claire: User) -> None:
    meeting = hold(room_of(claire), [claire], at=timezone.now() - timedelta(minutes=10))
    Meeting.objects.filter(pk=meeting.pk).update(ended_at=None)
    month = months.current()
    counting.count_month(month if meeting.started_at >= months.bounds(month)[0] else months.back(month))
    assert 590 <= MonthlyFigures.objects.get().meeting_seconds <= 660


def test_institutions_cost_no_more_queries(
    claire: User, chen: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    hold(room_of(claire), [claire])
    with django_assert_num_queries(11):  # a savepoint, seven counts with the rows that are there, one insert
        counting.count_month(MONTH)
    MonthlyFigures.objects.all().delete()
    for number in range(6):
        institution = Institution.objects.create(siret=f"{number:014}")
        agents = make_agents(institution, 2)
        hold(room_of(agents[0]), list(agents))
    with django_assert_num_queries(11):
        counting.count_month(MONTH)
    assert MonthlyFigures.objects.count() == 7


def test_storage_is_weighed_by_kind_and_month(claire: User, chen: User) -> None:
    assert claire.institution
    Policy.objects.create(institution=claire.institution, audio_retention_days=60)
    current = months.bounds(months.current())[0]
    now, before = current + timedelta(minutes=1), months.bounds(months.back(months.current()))[0]
    room = room_of(claire)
    hold(room, [claire], at=before, recorded_bytes=300)
    meeting = hold(room, [claire], at=now, recorded_bytes=50)
    recording = meeting.recordings.get()
    picture = recording.tracks.get()
    picture.pk, picture.kind, picture.source_name, picture.size_bytes = None, Track.Kind.CAMERA, "camera", 400
    picture.save()
    Composition.objects.create(
        recording=recording, layout="grid", state="done", key="video", size_bytes=900, finished_at=now
    )
    hold(room_of(chen), [chen], at=now, recorded_bytes=7)
    PersonExport.objects.create(user=chen, asked_by=chen, state="done", size_bytes=70, finished_at=now)
    PersonExport.objects.create(user=chen, asked_by=chen, state="erased", size_bytes=900, finished_at=now)
    stored.count()
    rows = MonthlyStorage.objects.filter(institution=claire.institution)
    current_rows = {row.kind: (row.bytes_in, row.bytes_kept) for row in rows.filter(month=months.current())}
    assert current_rows == {"sound": (50, 350), "pictures": (400, 400), "videos": (900, 900)}
    assert rows.get(month=months.back(months.current())).bytes_in == 300
    assert {row.kept_days for row in rows} == {60}
    there = MonthlyStorage.objects.filter(institution=chen.institution)
    assert {row.kind: (row.bytes_kept, row.kept_days) for row in there} == {"sound": (7, 90), "exports": (70, 30)}
    Track.objects.all().delete()
    stored.count()
    sound = rows.get(month=months.current(), kind="sound")
    assert (sound.bytes_in, sound.bytes_kept) == (50, 0)
