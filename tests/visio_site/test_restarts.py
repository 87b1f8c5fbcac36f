"""How often a child may die."""

from __future__ import annotations

from visio_site.restarts import FIRST_PAUSE_S, LONGEST_PAUSE_S, Restarts


def pauses(deaths: list[float], *, ready: bool = True, retry_start_s: float = 0.0) -> list[float | None]:
    """What each death, half a second after its start, leads to."""
    restarts = Restarts(0.0, retry_start_s)
    return [restarts.after_death(started=died - 0.5, died=died, was_ready=ready) for died in deaths]


def test_third_death_within_a_minute_is_the_last() -> None:
    assert pauses([10, 20, 69]) == [0.5, 1.0, None]
    assert pauses([10, 20, 71]) == [0.5, 1.0, 2.0]
    assert pauses([10, 20, 71, 79]) == [0.5, 1.0, 2.0, None]


def test_pause_grows_to_a_limit_and_starts_over_after_a_long_life() -> None:
    assert pauses([100 * n for n in range(1, 8)])[-1] == LONGEST_PAUSE_S
    restarts = Restarts(0.0, 0.0)
    assert restarts.after_death(started=0, died=1, was_ready=True) == FIRST_PAUSE_S
    assert restarts.after_death(started=2, died=63, was_ready=True) == FIRST_PAUSE_S


def test_failed_starts_are_not_deaths_while_patience_lasts() -> None:
    assert None not in pauses([1, 2, 4, 8], ready=False, retry_start_s=10)
    assert pauses([1, 11, 12, 13], ready=False, retry_start_s=10)[-1] is None


def test_patience_begins_anew_when_a_ready_child_dies() -> None:
    restarts = Restarts(0.0, 10.0)
    restarts.after_death(started=0, died=1000, was_ready=True)
    outcomes = [restarts.after_death(started=died, died=died, was_ready=False) for died in (1001, 1003, 1007, 1010)]
    assert None not in outcomes
