"""Tables of figures: for pages, in the words of the reader's language, and for spreadsheets, as plain numbers."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import Enum, StrEnum, auto

from django.utils import formats
from django.utils.translation import gettext as _

from governance.models import FEW
from transcripts.exports.plain import cell, one_line

MOST_SHOWN = 100  # rows of a page; files hold all of them
UNBREAKABLE = "\u00a0"


class Hidden(Enum):
    FEW = auto()  # fewer people than are told of


HIDDEN = Hidden.FEW
Value = str | int | float | Decimal | date | Hidden | None


class Kind(StrEnum):
    TEXT = "text"
    COUNT = "count"
    HOURS = "hours"
    MINUTES = "minutes"
    SHARE = "share"  # 0 to 1
    BYTES = "bytes"
    EUROS = "euros"
    MONTH = "month"
    DAY = "day"


@dataclass(frozen=True, slots=True)
class Column:
    label: str
    kind: Kind = Kind.COUNT


@dataclass(frozen=True, slots=True)
class Shown:
    text: str
    is_number: bool
    is_header: bool


@dataclass(frozen=True, slots=True)
class Table:
    """The first column says what its row is about."""

    caption: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Value]]
    total: Sequence[Value] = field(default=())

    def shown(self) -> Iterator[list[Shown]]:
        return (self._shown(row) for row in self.rows[:MOST_SHOWN])

    def shown_total(self) -> list[Shown]:
        return self._shown(self.total)

    def _shown(self, row: Sequence[Value]) -> list[Shown]:
        return [
            Shown(written(value, column.kind), column.kind not in {Kind.TEXT, Kind.MONTH, Kind.DAY}, place == 0)
            for place, (value, column) in enumerate(zip(row, self.columns, strict=bool(row)))
        ]

    @property
    def left_out(self) -> int:
        return max(0, len(self.rows) - MOST_SHOWN)


def written(value: Value, kind: Kind) -> str:
    """For who reads a page."""
    if value is None:
        return "–"
    if value is HIDDEN:
        return f"<{UNBREAKABLE}{FEW}"
    if isinstance(value, date):
        form = "YEAR_MONTH_FORMAT" if kind == Kind.MONTH else "SHORT_DATE_FORMAT"
        return str(formats.date_format(value, form))
    if isinstance(value, str):
        return value
    assert not isinstance(value, Hidden)  # noqa: S101 -- there is one kind
    number = float(value)
    if kind == Kind.SHARE:
        return f"{grouped(number * 100, 1 if 0 < number < 0.1 else 0)}{UNBREAKABLE}%"
    if kind == Kind.BYTES:
        return weight(number)
    if kind == Kind.EUROS:
        return f"{grouped(number, 0)}{UNBREAKABLE}€"
    return grouped(number, 1 if kind == Kind.HOURS else 0)


def grouped(number: float, decimals: int) -> str:
    rounded = Decimal(str(round(number, decimals)))
    return str(formats.number_format(rounded, decimals, use_l10n=True, force_grouping=True))


def weight(size: float) -> str:
    """By thousands, as disks are sold."""
    units = (_("B"), _("kB"), _("MB"), _("GB"), _("TB"), _("PB"))
    power = min(len(units) - 1, max(0, (len(str(int(abs(size)))) - 1) // 3))
    shown = size / 1000**power
    return f"{grouped(shown, 0 if shown >= 100 or not power else 1)}{UNBREAKABLE}{units[power]}"


def as_csv(table: Table) -> bytes:
    """RFC 4180, with a mark of UTF-8 for Excel. Nothing in it becomes a formula."""
    out = io.StringIO()
    rows = csv.writer(out, quoting=csv.QUOTE_MINIMAL, lineterminator="\r\n")
    rows.writerow([cell(column.label) for column in table.columns])
    for row in (*table.rows, *([table.total] if table.total else [])):
        rows.writerow([_plain(value, column.kind) for value, column in zip(row, table.columns, strict=True)])
    return out.getvalue().encode("utf-8-sig")


def _plain(value: Value, kind: Kind) -> str:
    if value is None:
        return ""
    if value is HIDDEN:
        return f"<{FEW}"
    if isinstance(value, date):
        return value.strftime("%Y-%m") if kind == Kind.MONTH else value.isoformat()
    if isinstance(value, str):
        return cell(one_line(value))
    if isinstance(value, float):
        return f"{value:.4f}".rstrip("0").rstrip(".")
    return str(value)
