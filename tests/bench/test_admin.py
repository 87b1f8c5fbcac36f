"""When the pages of the administration may be believed, and that its seeds fit the tables."""

from __future__ import annotations

import pytest

from bench.admin.seed import seed
from bench.admin.verdict import judge
from bench.report import Void
from meetings.models import Meeting, OutgoingMail, Recording

PAGES = {f"page {number}": float(number) for number in range(1, 21)}


def test_figures_are_the_most_queries_and_the_slow_end() -> None:
    found = judge([PAGES] * 5, [100.0] * 5, queries={"a": 7, "b": 5}, rows=10)
    assert found.figures == {"queries_max": 7, "p95_ms": pytest.approx(19.05)}
    assert found.information["slowest page 20"] == 20


def test_control_that_costs_no_more_voids_the_run() -> None:
    with pytest.raises(Void, match="control"):
        judge([PAGES] * 5, [12.0] * 5, queries={"a": 7}, rows=10)


@pytest.mark.django_db(transaction=True)
def test_seeds_fit_the_tables() -> None:
    readers = seed(2000)
    assert set(readers) == {"platform", "big", "small"}
    big, small = readers["big"].institution, readers["small"].institution
    counts = [Meeting.objects.filter(room__institution=place).count() for place in (big, small)]
    assert counts == [600, 2]
    assert Recording.objects.count() == OutgoingMail.objects.count() == 2000
