"""The pages of figures: what each is called, who may read it, and of which sections it is made."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from governance.figures.charts import Chart
from governance.figures.reader import Reader
from governance.figures.tables import Table

VIEW = "governance.view_monthlyfigures"


@dataclass(frozen=True, slots=True)
class Section:
    """`name` is that of its files. A chart never stands without a table."""

    name: str
    title: str
    table: Table
    chart: Chart | None = None
    words: Sequence[str] = ()
    empty: str = ""  # said in the place of a table without rows


@dataclass(frozen=True, slots=True)
class Page:
    slug: str
    title: Any  # translated when it is read
    sections: tuple[str, ...]  # their names, for addresses
    read: Callable[[Reader], list[Section]]
    charts: tuple[str, ...] = ()
    permission: str = VIEW
    by_institution: bool = True
    by_month: bool = False
    intro: Any = ""
    is_live: bool = False
