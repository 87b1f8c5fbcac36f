"""When the renderings may be believed, and what they say then."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bench.pages.seed import seed_agent
from bench.pages.verdict import Round, judge
from bench.report import Void
from meetings.models import AgendaEntry

ROUND = Round(few=0.010, some=0.011, many=0.012, control=0.060)


def test_growth_is_many_over_few() -> None:
    found = judge([ROUND] * 5, queries_max=7, information={"few_rows": 12})
    assert found.figures == {"queries_max": 7, "cpu_growth": pytest.approx(1.2)}
    assert found.spread["cpu_growth"] == pytest.approx((1.2, 1.2))
    assert found.information["control_growth"] == pytest.approx(5)
    assert found.information["few_rows"] == 12
    assert found.runs == 5


def test_control_that_costs_no_more_voids_the_run() -> None:
    with pytest.raises(Void, match="control"):
        judge([replace(ROUND, control=0.013)] * 5, queries_max=7, information={})


@pytest.mark.django_db
def test_seeds_fit_the_tables() -> None:
    agent = seed_agent("few", half=5)
    assert AgendaEntry.objects.filter(user=agent, occurrence=None).count() == 5
    assert AgendaEntry.objects.filter(user=agent, meeting=None).count() == 10
