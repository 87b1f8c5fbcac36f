"""What is stored, and what will be."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import Any

from django.db.models import Min, Sum
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from governance.figures import forecast, months
from governance.figures.adoption import labels_of
from governance.figures.charts import Chart, Form, Series
from governance.figures.forecast import Flow
from governance.figures.pages import Page, Section
from governance.figures.reader import Reader
from governance.figures.tables import Column, Kind, Table, Value, weight
from governance.models import Assumptions, MonthlyStorage

KINDS = MonthlyStorage.Kind
AVERAGED = 3  # months that are over
SHOWN_AHEAD = 12
GIGABYTE = 10**9


def read(reader: Reader) -> list[Section]:
    rows = MonthlyStorage.objects.filter(institution__in=reader.asked)
    return [_kept(rows), _came_in(rows), _forecast(reader, rows), _institutions(rows)]


def _by_month(rows: Any, column: str) -> dict[date, dict[str, int]]:
    found: dict[date, dict[str, int]] = defaultdict(lambda: dict.fromkeys(KINDS.values, 0))
    shown = months.last(months.SHOWN)
    sums = rows.filter(month__in=shown).order_by().values_list("month", "kind").annotate(Sum(column))
    for month, kind, total in sums:
        found[month][kind] = total
    return {month: found[month] for month in shown}


def _section(name: str, title: str, by_month: dict[date, dict[str, int]], words: tuple[str, ...]) -> Section:
    kinds = [(KINDS(kind), str(KINDS(kind).label)) for kind in KINDS.values]
    columns = [Column(_("Month"), Kind.MONTH), *(Column(label, Kind.BYTES) for _kind, label in kinds)]
    rows: list[list[Value]] = [
        [month, *(sums[kind] for kind, _label in kinds), sum(sums.values())]
        for month, sums in reversed(by_month.items())
    ]
    series = [Series(label, [sums[kind] for sums in by_month.values()]) for kind, label in kinds]
    chart = Chart(title, labels_of(by_month), series, Form.STACKED, Kind.BYTES)
    return Section(name, title, Table(title, [*columns, Column(_("Together"), Kind.BYTES)], rows), chart, words)


def _kept(rows: Any) -> Section:
    words = (
        _("At the last count of each month. Documents that are downloaded are made then, and are not stored."),
        _("Weights are those of the files that Visio knows; the store’s own copies come on top."),
    )
    return _section("kept", _("Stored at the end of each month"), _by_month(rows, "bytes_kept"), words)


def _came_in(rows: Any) -> Section:
    words = (_("What was erased before it was first counted is missing."),)
    return _section("came_in", _("Came in, by month"), _by_month(rows, "bytes_in"), words)


def flows(rows: Any) -> tuple[list[Flow], int]:
    """By institution and kind, and over how many months that are over what comes in was averaged; 0: none is."""
    current = months.current()
    since = rows.aggregate(Min("month"))["month__min"]
    over = [
        month for month in (months.back(current, ago) for ago in range(1, AVERAGED + 1)) if since and month >= since
    ]
    came: dict[tuple[int, str], int] = {
        (institution, kind): total
        for institution, kind, total in rows.filter(month__in=over)
        .order_by()
        .values_list("institution", "kind")
        .annotate(Sum("bytes_in"))
    }
    newest = rows.filter(month__in=[current, *over]).order_by("institution", "kind", "-month")
    found = []
    for row in newest.distinct("institution", "kind"):
        kept = row.bytes_kept if row.month == current else 0
        per_month = came.get((row.institution_id, row.kind), 0) / len(over) if over else 0
        found.append(Flow(kept, per_month, row.kept_days))
    return found, len(over)


def _limit(reader: Reader) -> int | None:
    """Of the whole platform: it says nothing of one institution."""
    if reader.chosen or not reader.is_of_the_platform:
        return None
    bought = Assumptions.objects.get(pk=1).storage_limit_gb
    return bought * GIGABYTE if bought else None


def _forecast(reader: Reader, rows: Any) -> Section:
    title = _("Forecast")
    found, averaged = flows(rows)
    columns = [Column(_("Month"), Kind.MONTH), Column(_("Expected"), Kind.BYTES)]
    if not averaged:
        words = (_("A forecast takes one whole month that was counted."),)
        return Section("forecast", title, Table(title, columns, []), None, words)
    limit = _limit(reader)
    ahead = range(SHOWN_AHEAD + 1)
    shown = [months.back(months.current(), -month) for month in ahead]
    weights = [forecast.expected(found, month) for month in ahead]
    table: list[list[Value]] = [[month, round(size)] for month, size in zip(shown, weights, strict=True)]
    if limit:
        columns.append(Column(_("Share of the space bought"), Kind.SHARE))
        table = [[*row, size / limit] for row, size in zip(table, weights, strict=True)]
    chart = Chart(
        title,
        labels_of(shown),
        [Series(_("Expected"), weights)],
        Form.LINES,
        Kind.BYTES,
        Series(_("Space bought"), [limit]) if limit else None,
    )
    return Section("forecast", title, Table(title, columns, table), chart, _words(found, averaged, limit))


def _words(found: list[Flow], averaged: int, limit: int | None) -> tuple[str, ...]:
    per_month = sum(flow.per_month for flow in found)
    told = [
        _(
            "%(size)s come in per month (mean of the last whole months that were counted: %(months)d). Each stays as "
            "long as the policy of its institution keeps sound, exports 30 days; what is there now is taken to leave "
            "evenly over the same time. If as much comes in as now, it levels off at %(level)s."
        )
        % {"size": weight(per_month), "months": averaged, "level": weight(forecast.level(found))}
    ]
    if limit:
        told.append(_reached(found, limit))
    return tuple(told)


def _reached(found: list[Flow], limit: int) -> str:
    ahead = forecast.reached_in(found, limit)
    if ahead is None:
        words = _("The space bought, %(limit)s, is not reached within %(months)d months.")
        return words % {"limit": weight(limit), "months": forecast.FURTHEST}
    if ahead == 0:
        return _("The space bought, %(limit)s, is used up.") % {"limit": weight(limit)}
    month = date_format(months.back(months.current(), -ahead), "YEAR_MONTH_FORMAT")
    return _("The space bought, %(limit)s, is reached in %(month)s.") % {"limit": weight(limit), "month": month}


def _institutions(rows: Any) -> Section:
    title = _("By institution, at the last count")
    sums: dict[tuple[str, str], dict[str, int]] = defaultdict(lambda: dict.fromkeys(KINDS.values, 0))
    days: dict[tuple[str, str], int] = {}
    for row in rows.filter(month=months.current()).select_related("institution"):
        place = (str(row.institution), row.institution.siret)
        sums[place][row.kind] = row.bytes_kept
        days[place] = row.kept_days
    heaviest = sorted(sums, key=lambda place: (-sum(sums[place].values()), place))
    columns = [
        Column(_("Institution"), Kind.TEXT),
        Column(_("SIRET"), Kind.TEXT),
        *(Column(str(KINDS(kind).label), Kind.BYTES) for kind in KINDS.values),
        Column(_("Together"), Kind.BYTES),
        Column(_("Days kept, by policy")),
    ]
    table: list[list[Value]] = [
        [*place, *(sums[place][kind] for kind in KINDS.values), sum(sums[place].values()), days[place]]
        for place in heaviest
    ]
    return Section("institutions", title, Table(title, columns, table))


PAGE = Page(
    "stockage",
    gettext_lazy("Storage"),
    ("kept", "came_in", "forecast", "institutions"),
    read,
    charts=("kept", "came_in", "forecast"),
)
