"""What a chart shows, before it is drawn. Each stands beside a table that says the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from governance.figures.tables import Kind


class Form(StrEnum):
    BARS = "bars"
    STACKED = "stacked"
    LINES = "lines"


@dataclass(frozen=True, slots=True)
class Series:
    """One value for each label; None where there is none to tell."""

    name: str
    values: Sequence[float | None]


@dataclass(frozen=True, slots=True)
class Chart:
    title: str
    labels: Sequence[str]
    series: Sequence[Series]
    form: Form = Form.BARS
    kind: Kind = Kind.COUNT
    limit: Series | None = field(default=None)  # a dashed line; its first value counts
