from __future__ import annotations

from datetime import timedelta

import pytest

from accounts.models import User
from meetings.errors import SeriesCancelled
from meetings.scheduling import actions, cancelling
from tests.meetings.scheduling.conftest import WEEKS, WORDING, Clock, Plan, at, days, mails, nth, timing

pytestmark = pytest.mark.django_db


def test_a_cancelled_series_is_restored_as_it_was(plan: Plan, clock: Clock, claire: User) -> None:
    series = plan()
    cancelling.cancel_occurrence(nth(series, 1).pk, actor=claire)
    clock.now += timedelta(minutes=1)
    mails()
    cancelling.cancel_series(series.pk, actor=claire)
    cancelling.cancel_series(series.pk, actor=claire)
    assert (days(series), mails()) == ([], [("cancel", 2)] * 2)
    with pytest.raises(SeriesCancelled):
        actions.change_series(series.pk, WORDING, timing(), actor=claire)
    series = cancelling.restore_series(series.pk, actor=claire)
    assert (days(series), series.sequence, mails()) == ([WEEKS[0], *WEEKS[2:]], 3, [("request", 3)] * 2)


def test_a_cancelled_date_is_restored(plan: Plan, claire: User) -> None:
    series = plan()
    mails()
    for _ in range(2):
        cancelling.cancel_occurrence(nth(series, 1).pk, actor=claire)
    assert (days(series), mails()) == ([WEEKS[0], *WEEKS[2:]], [("cancel", 1)] * 2)
    cancelling.restore_occurrence(nth(series, 1).pk, actor=claire)
    assert (days(series), mails()) == (WEEKS, [("request", 2)] * 2)


def test_this_and_following_are_cancelled_together(plan: Plan, claire: User) -> None:
    series = plan()
    cancelling.cancel_following(nth(series, 2).pk, actor=claire)
    assert days(series) == WEEKS[:2]
    series = cancelling.cancel_following(nth(series, 0).pk, actor=claire)
    assert series.cancelled_at


def test_all_dates_cancelled_one_by_one_cancel_the_series(plan: Plan, clock: Clock, claire: User) -> None:
    series = plan("FREQ=WEEKLY;COUNT=2")
    mails()
    for row in series.occurrences.all():
        clock.now += timedelta(minutes=1)
        assert cancelling.cancel_occurrence(row.pk, actor=claire).cancelled_at
    series.refresh_from_db()
    assert series.cancelled_at
    assert mails() == [("cancel", 1), ("cancel", 1), ("cancel", 2), ("cancel", 2)]
    cancelling.restore_series(series.pk, actor=claire)
    assert days(series) == WEEKS[1:2]


def test_cancelling_the_rest_of_a_series_without_a_date_before_cancels_it(plan: Plan, claire: User) -> None:
    series = plan()
    cancelling.cancel_occurrence(nth(series, 0).pk, actor=claire)
    assert cancelling.cancel_following(nth(series, 1).pk, actor=claire).cancelled_at


def test_series_with_a_date_that_was_held_is_not_cancelled_with_its_last(
    plan: Plan, clock: Clock, claire: User
) -> None:
    series = plan("FREQ=WEEKLY;COUNT=2")
    clock.now = at(11, 25)
    cancelling.cancel_occurrence(nth(series, 1).pk, actor=claire)
    series.refresh_from_db()
    assert (series.cancelled_at, days(series)) == (None, WEEKS[:1])
