from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as checks
from hypothesis import strategies as st

from accounts.models import AuditEntry, User
from meetings.actions import create_room
from meetings.errors import MeetingError, NotAllowed, PastDate
from meetings.models import Invitation, Occurrence, Policy, Room, RoomOrganiser, Series
from meetings.scheduling import actions, cancelling, people
from meetings.scheduling.plan import Invitee, People, RoomChoices, Shown, Wording
from meetings.scheduling.recurrence import RuleError
from tests.cast import make_room
from tests.meetings.scheduling.conftest import WEEKS, WORDING, Clock, Plan, at, days, mails, nth, timing

pytestmark = pytest.mark.django_db
NOTHING_SHOWN = Shown(frozenset(), frozenset(), "fr")


def test_a_planned_series_has_its_room_its_dates_its_people_and_their_mails(plan: Plan, claire: User) -> None:
    series = plan()
    assert days(series) == WEEKS
    assert (series.room.title, series.room.organiser, series.sequence) == ("Comité", claire, 0)
    assert series.uid == f"{series.pk}@{series.uid.split('@')[1]}"
    assert mails() == [("request", 0), ("request", 0)]
    entry = AuditEntry.objects.get(verb="series.scheduled")
    assert entry.details == {"occurrences": 6, "invited": 2}


def test_the_same_form_sent_twice_plans_once(clock: Clock, claire: User) -> None:
    key = uuid4()
    planned = {actions.schedule(WORDING, timing(), People(), RoomChoices(), key=key, actor=claire).pk for _ in range(2)}
    assert planned == {key}
    assert Room.objects.count() == Series.objects.count() == 1


def test_a_long_host_has_its_place_in_the_calendars_identifier(plan: Plan, settings: Any) -> None:
    settings.PUBLIC_URL = f"https://{'.'.join(['a' * 49] * 5)}"
    assert plan().uid.endswith("a" * 49)


def test_somebody_elses_key_gives_nobody_their_series(plan: Plan, chen: User) -> None:
    series = plan()
    other = actions.schedule(WORDING, timing(), People(), RoomChoices(), key=series.pk, actor=chen)
    assert other.pk != series.pk
    assert other.room.organiser == chen


def test_a_series_uses_a_lasting_room_of_theirs_only(clock: Clock, claire: User, chen: User) -> None:
    room = make_room(claire)
    Room.objects.filter(pk=room.pk).update(is_lasting=True)
    asked = RoomChoices(room=room)
    assert actions.schedule(WORDING, timing(), People(), asked, key=uuid4(), actor=claire).room == room
    with pytest.raises(NotAllowed):
        actions.schedule(WORDING, timing(), People(), asked, key=uuid4(), actor=chen)


def test_planning_in_a_lasting_room_asks_the_institution_too(clock: Clock, claire: User) -> None:
    room = make_lasting_room(claire)
    asked = RoomChoices(room=room)
    Policy.objects.create(institution=room.institution, assurance="mfa")
    with pytest.raises(MeetingError, match="stronger-sign-in-needed"):
        actions.schedule(WORDING, timing(), People(), asked, key=uuid4(), actor=claire)
    assert actions.schedule(WORDING, timing(), People(), asked, key=uuid4(), actor=claire, acr="eidas2")
    Policy.objects.update(creators="nobody")
    with pytest.raises(MeetingError, match="creation-closed"):
        actions.schedule(WORDING, timing(), People(), asked, key=uuid4(), actor=claire, acr="eidas2")


def make_lasting_room(organiser: User) -> Room:
    return create_room("Salle", actor=organiser, is_lasting=True)


def test_nothing_is_planned_in_the_past(clock: Clock, claire: User) -> None:
    with pytest.raises(PastDate):
        actions.schedule(WORDING, timing(start=at(11, 23)), People(), RoomChoices(), key=uuid4(), actor=claire)
    assert not Room.objects.exists()


def test_other_words_for_all_dates_leave_those_that_have_begun_alone(plan: Plan, clock: Clock, claire: User) -> None:
    series = plan()
    mails()
    clock.now = at(12, 1, 12)
    _pivot, current = actions.rest(series)
    changed = actions.change_series(series.pk, Wording("Autre", "2."), current, actor=claire)
    assert (changed.pk, changed.title, changed.sequence, changed.uid) == (series.pk, "Autre", 1, series.uid)
    assert Room.objects.get().title == "Autre"
    assert [row.title for row in changed.occurrences.all()] == ["Comité", "Comité", "", "", "", ""]
    assert nth(changed, 0).agenda == "1. Budget"
    assert mails() == [("request", 1), ("request", 1)]


def test_a_change_that_changes_nothing_tells_nobody(plan: Plan, claire: User) -> None:
    series = plan()
    mails()
    actions.change_series(series.pk, WORDING, timing(), actor=claire)
    actions.change_following(nth(series, 2).pk, WORDING, actions.rest_from(series, nth(series, 2)), actor=claire)
    row = nth(series, 3)
    actions.change_occurrence(row.pk, title="Comité", agenda="1. Budget", start=row.start, end=row.end, actor=claire)
    series.refresh_from_db()
    assert (series.sequence, mails(), Series.objects.count()) == (0, [], 1)


def test_another_time_for_all_dates_keeps_what_was_changed_on_its_own(plan: Plan, claire: User) -> None:
    series = plan()
    moved, cancelled = nth(series, 1), nth(series, 2)
    actions.change_occurrence(
        moved.pk, title="Spécial", agenda="", start=at(12, 2, 15), end=at(12, 2, 16), actor=claire
    )
    cancelling.cancel_occurrence(cancelled.pk, actor=claire)
    series = actions.change_series(series.pk, WORDING, timing(start=at(11, 24, 10, 0)), actor=claire)
    expected = ["11-24 10:00", "12-02 15:00", "12-15 10:00", "12-22 10:00", "12-29 10:00"]
    assert days(series) == expected
    assert nth(series, 1).pk == moved.pk
    assert nth(series, 1).original_start == at(12, 1, 10, 0)
    assert nth(series, 2).cancelled_at
    assert series.sequence == 3


def test_another_time_asks_people_again(plan: Plan, claire: User) -> None:
    series = plan()
    series.invitations.update(answer=Invitation.Answer.ACCEPTED)
    actions.change_series(series.pk, Wording("Autre", "1. Budget"), timing(), actor=claire)
    assert set(series.invitations.values_list("answer", flat=True)) == {"accepted"}
    actions.change_series(series.pk, Wording("Autre"), timing(start=at(11, 24, 10)), actor=claire)
    assert set(series.invitations.values_list("answer", flat=True)) == {"needs-action"}


def test_a_meeting_held_once_keeps_its_address_when_it_is_moved(plan: Plan, claire: User) -> None:
    series = plan("")
    row = series.occurrences.get()
    actions.change_series(series.pk, WORDING, timing("", at(12, 3)), actor=claire)
    assert (series.occurrences.get().pk, days(series)) == (row.pk, ["12-03 09:30"])


def test_this_and_following_ends_the_series_and_continues_it_in_another(plan: Plan, claire: User) -> None:
    series = plan()
    mails()
    pivot = nth(series, 2)
    rest = actions.rest_from(series, pivot)
    other = actions.change_following(pivot.pk, Wording("Suite"), replace(rest, start=at(12, 8, 14)), actor=claire)
    series.refresh_from_db()
    assert (series.rule, series.sequence, days(series)) == ("FREQ=WEEKLY;COUNT=2", 1, WEEKS[:2])
    assert days(other) == ["12-08 14:00", "12-15 14:00", "12-22 14:00", "12-29 14:00"]
    assert (other.continues, other.room, other.rule) == (series, series.room, "FREQ=WEEKLY;COUNT=4")
    assert other.uid != series.uid
    assert nth(other, 0).pk == pivot.pk
    assert set(other.invitations.values_list("email")) == set(series.invitations.values_list("email"))
    assert mails() == [("request", 0)] * 2 + [("request", 1)] * 2


def test_another_time_for_all_dates_of_a_series_that_has_begun_continues_it(
    plan: Plan, clock: Clock, claire: User
) -> None:
    series = plan()
    clock.now = at(12, 1, 12)
    _pivot, current = actions.rest(series)
    assert current.start == at(12, 8)
    other = actions.change_series(series.pk, WORDING, replace(current, start=at(12, 8, 11)), actor=claire)
    series.refresh_from_db()
    assert days(series) == WEEKS[:2]
    assert days(other) == ["12-08 11:00", "12-15 11:00", "12-22 11:00", "12-29 11:00"]


def test_what_has_begun_is_neither_changed_nor_cancelled(plan: Plan, clock: Clock, claire: User) -> None:
    series = plan()
    begun = nth(series, 0)
    clock.now = at(11, 24, 9, 45)
    for act in (
        lambda: actions.change_following(begun.pk, Wording("Autre"), timing(), actor=claire),
        lambda: actions.change_occurrence(
            begun.pk, title="Autre", agenda="", start=begun.start, end=begun.end, actor=claire
        ),
        lambda: cancelling.cancel_occurrence(begun.pk, actor=claire),
        lambda: cancelling.cancel_following(begun.pk, actor=claire),
    ):
        with pytest.raises(PastDate):
            act()
    cancelling.cancel_series(series.pk, actor=claire)
    assert days(series) == WEEKS[:1]


def test_people_are_invited_changed_and_told_when_they_are_not_any_more(plan: Plan, claire: User) -> None:
    series = plan()
    mails()
    people.invite(series.pk, [Invitee("GUEST@example.org", True), Invitee("new@example.org")], actor=claire)
    assert series.invitations.get(email="guest@example.org").required
    assert (mails(), series.invitations.count()) == ([("request", 0)], 3)
    guest = series.invitations.get(email="guest@example.org")
    for _ in range(2):
        people.uninvite(series.pk, guest.pk, actor=claire)
    assert mails() == [("cancel", 1)]
    shown = Shown(frozenset({"bilal@example.gouv.fr", "new@example.org"}), frozenset(), "fr")
    people.change_people(series.pk, People((Invitee("guest@example.org"),)), shown, actor=claire)
    assert [row.email for row in series.invitations.filter(revoked_at=None)] == ["guest@example.org"]
    assert mails() == [("cancel", 2), ("cancel", 2), ("request", 3)]


def test_meeting_held_once_moves_whole_from_its_date(plan: Plan, claire: User) -> None:
    series = plan("")
    series.invitations.update(answer=Invitation.Answer.ACCEPTED)
    row = series.occurrences.get()
    moved = actions.change_occurrence(
        row.pk, title="Autre", agenda="2.", start=at(12, 3, 14), end=at(12, 3, 16), actor=claire
    )
    series.refresh_from_db()
    assert (moved.pk, moved.start, moved.original_start) == (row.pk, at(12, 3, 14), at(12, 3, 14))
    assert (series.start, series.duration_minutes, series.title, series.agenda) == (at(12, 3, 14), 120, "Autre", "2.")
    assert (moved.title, moved.agenda, moved.is_exception) == ("", None, False)
    assert set(series.invitations.values_list("answer", flat=True)) == {"needs-action"}
    actions.change_series(series.pk, WORDING, timing("", at(12, 3, 9)), actor=claire)
    assert days(series) == ["12-03 09:00"]


def test_series_that_becomes_one_date_leaves_nothing_changed_on_its_own(plan: Plan, claire: User) -> None:
    series = plan()
    actions.change_occurrence(
        nth(series, 0).pk, title="Spécial", agenda="", start=at(11, 24, 15), end=at(11, 24, 16), actor=claire
    )
    actions.change_series(series.pk, WORDING, timing("", at(11, 24, 10)), actor=claire)
    row = series.occurrences.get()
    assert (days(series), row.title, row.is_exception) == (["11-24 10:00"], "", False)


def test_date_that_was_put_off_does_not_stop_a_change_of_all(plan: Plan, clock: Clock, claire: User) -> None:
    series = plan()
    actions.change_occurrence(
        nth(series, 0).pk, title="Comité", agenda="1. Budget", start=at(11, 26), end=at(11, 26, 11), actor=claire
    )
    clock.now = at(11, 25)
    pivot, current = actions.rest(series)
    assert (pivot.pk, current.start) == (nth(series, 1).pk, at(12, 1))
    other = actions.change_series(series.pk, WORDING, replace(current, start=at(12, 1, 11)), actor=claire)
    assert days(series) == ["11-26 09:30"]
    assert days(other) == [f"{day[:5]} 11:00" for day in WEEKS[1:]]


def test_form_changed_and_sent_again_plans_another_meeting(clock: Clock, claire: User) -> None:
    key = uuid4()

    def sent(title: str = "Comité", rule: str = "", *emails: str) -> Series:
        asked = People(tuple(Invitee(email) for email in emails))
        return actions.schedule(Wording(title), timing(rule), asked, RoomChoices(), key=key, actor=claire)

    first = sent()
    assert sent("Comité", "", "late@example.org") == first
    assert first.invitations.get().email == "late@example.org"
    assert sent("Autre").title == "Autre"
    assert sent("Autre") == sent("Autre")
    assert sent("Comité", "FREQ=WEEKLY;COUNT=2").occurrences.count() == 2
    cancelling.cancel_series(first.pk, actor=claire)
    assert sent() != first
    assert Series.objects.count() == Room.objects.count() == 4


Act = Callable[[Series, User], object]
VERBS: dict[str, Act] = {
    "change all": lambda s, u: actions.change_series(s.pk, Wording("Autre"), timing(), actor=u),
    "change following": lambda s, u: actions.change_following(nth(s, 1).pk, Wording("Autre"), timing(), actor=u),
    "change one": lambda s, u: actions.change_occurrence(
        nth(s, 1).pk, title="Autre", agenda="", start=at(12, 1), end=at(12, 1, 11), actor=u
    ),
    "cancel all": lambda s, u: cancelling.cancel_series(s.pk, actor=u),
    "cancel following": lambda s, u: cancelling.cancel_following(nth(s, 1).pk, actor=u),
    "cancel one": lambda s, u: cancelling.cancel_occurrence(nth(s, 1).pk, actor=u),
    "restore all": lambda s, u: cancelling.restore_series(s.pk, actor=u),
    "restore one": lambda s, u: cancelling.restore_occurrence(nth(s, 1).pk, actor=u),
    "invite": lambda s, u: people.invite(s.pk, [Invitee("x@example.org")], actor=u),
    "uninvite": lambda s, u: people.uninvite(s.pk, s.invitations.all()[0].pk, actor=u),
    "make optional": lambda s, u: people.set_required(s.pk, s.invitations.all()[0].pk, required=False, actor=u),
    "people": lambda s, u: people.change_people(s.pk, People(), NOTHING_SHOWN, actor=u),
}


@pytest.mark.parametrize("verb", VERBS)
def test_organisers_may_and_nobody_else(verb: str, plan: Plan, bilal: User, chen: User, dora: User) -> None:
    series = plan()
    before = AuditEntry.objects.count()
    for person in (bilal, chen):
        with pytest.raises(NotAllowed):
            VERBS[verb](series, person)
    assert AuditEntry.objects.count() == before
    RoomOrganiser.objects.create(room=series.room, user=dora)
    VERBS[verb](series, dora)


EDITS = st.lists(
    st.tuples(st.sampled_from(["split", "time", "one", "cancel"]), st.integers(0, 11), st.integers(0, 5)), max_size=6
)


@checks(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(EDITS)
def test_edits_of_all_sorts_lose_and_double_no_date(
    plan: Plan, clock: Clock, claire: User, edits: list[tuple[str, int, int]]
) -> None:
    clock.now = at(11, 24, 8)
    first = plan("FREQ=WEEKLY;BYDAY=TU,TH;COUNT=12")
    rows = Occurrence.objects.filter(series__room=first.room)
    whole = {row.original_start.date() for row in rows}
    ids = {row.pk for row in rows}
    for kind, index, hour in edits:
        row = rows.order_by("original_start")[index]
        try:
            _edit(kind, row, hour, claire)
        except (MeetingError, RuleError):
            continue
        clock.now += timedelta(days=2)
    assert {row.pk for row in rows.all()} == ids
    assert sorted(row.original_start.date() for row in rows.all()) == sorted(whole)


def _edit(kind: str, row: Occurrence, hour: int, actor: User) -> None:
    if kind == "cancel":
        cancelling.cancel_occurrence(row.pk, actor=actor)
    elif kind == "one":
        start = row.start + timedelta(hours=hour)
        actions.change_occurrence(
            row.pk, title=f"n° {hour}", agenda="", start=start, end=start + timedelta(hours=1), actor=actor
        )
    elif kind == "split":
        actions.change_following(row.pk, Wording(f"Suite {hour}"), actions.rest_from(row.series, row), actor=actor)
    else:
        _pivot, current = actions.rest(row.series)
        moved = replace(current, start=current.start + timedelta(minutes=10 * hour))
        actions.change_series(row.series_id, Wording.of(row.series), moved, actor=actor)
