"""Adoption, by month and institution."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from governance.figures import months
from governance.figures.charts import Chart, Form, Series
from governance.figures.pages import Page, Section
from governance.figures.reader import Reader
from governance.figures.tables import HIDDEN, Column, Kind, Table, Value
from governance.models import MonthlyFigures
from governance.models.figures import MonthlyFiguresQuerySet

HOUR_S = 3600
SUMS = (
    *("active_agents", "meetings", "meeting_seconds", "attendances", "guests", "recorded_meetings"),
    *("recorded_seconds", "minutes_made", "imports"),
)
Sums = dict[str, int]


def read(reader: Reader) -> list[Section]:
    by_month = _by_month(reader)
    return [
        _agents(reader, by_month),
        _hours(reader, by_month),
        _records(reader, by_month),
        _institutions(reader),
    ]


def _by_month(reader: Reader) -> dict[date, Sums]:
    """Two queries. Institutions that are not told of are in no sum: nobody finds them by subtraction."""
    asked = MonthlyFigures.objects.filter(institution__in=reader.asked, month__in=months.last(months.SHOWN))
    told = asked.told(reader.own).values("month").annotate(**{f"sum_{name}": Sum(name) for name in SUMS})
    few = dict(asked.of_few(reader.own).values_list("month").annotate(Count("pk")))
    rows: Any = told.order_by()
    sums = {row["month"]: {name: row[f"sum_{name}"] for name in SUMS} for row in rows}
    return {
        month: {**dict.fromkeys(SUMS, 0), **sums.get(month, {}), "few": few.get(month, 0)}
        for month in months.last(months.SHOWN)
    }


def _table(
    reader: Reader, by_month: dict[date, Sums], caption: str, columns: list[tuple[Column, Callable[[Sums], Value]]]
) -> Table:
    """By month, the newest first."""
    is_one = reader.chosen is not None
    rows: list[list[Value]] = []
    for month, sums in reversed(by_month.items()):
        is_hidden = is_one and sums["few"]
        told: list[Value] = [HIDDEN if is_hidden else value(sums) for _column, value in columns]
        rows.append([month, *told] if is_one else [month, *told, sums["few"]])
    labels = [Column(_("Month"), Kind.MONTH), *(column for column, _value in columns)]
    return Table(caption, labels if is_one else [*labels, Column(_("Institutions left out"))], rows)


def _line(by_month: dict[date, Sums], name: str, value: Callable[[Sums], float | None]) -> Series:
    return Series(name, [value(sums) for sums in by_month.values()])


def labels_of(shown: Any) -> list[str]:
    return [str(date_format(month, "N y")) for month in shown]


def _agents(reader: Reader, by_month: dict[date, Sums]) -> Section:
    title = _("Active agents and meetings, by month")
    columns: list[tuple[Column, Callable[[Sums], Value]]] = [
        (Column(_("Active agents")), lambda sums: sums["active_agents"]),
        (Column(_("Meetings")), lambda sums: sums["meetings"]),
        (Column(_("Attendances")), lambda sums: sums["attendances"]),
        (Column(_("of them guests")), lambda sums: sums["guests"]),
    ]
    series = [
        _line(by_month, _("Active agents"), lambda sums: sums["active_agents"]),
        _line(by_month, _("Meetings"), lambda sums: sums["meetings"]),
    ]
    words = (
        _("An agent is active in a month who was in at least one meeting, anywhere. Each counts once in each month."),
        _("Meetings and attendances are those of the institution’s rooms, by the month in which the meeting began."),
    )
    return Section(
        "agents", title, _table(reader, by_month, title, columns), Chart(title, labels_of(by_month), series), words
    )


def _hours(reader: Reader, by_month: dict[date, Sums]) -> Section:
    title = _("Hours of meetings, by month")
    columns: list[tuple[Column, Callable[[Sums], Value]]] = [
        (Column(_("Hours of meetings"), Kind.HOURS), lambda sums: sums["meeting_seconds"] / HOUR_S),
        (Column(_("Hours recorded"), Kind.HOURS), lambda sums: sums["recorded_seconds"] / HOUR_S),
        (Column(_("Mean length, in minutes"), Kind.MINUTES), lambda sums: _mean(sums["meeting_seconds"], sums)),
    ]
    series = [
        _line(
            by_month, _("Hours recorded"), lambda sums: min(sums["recorded_seconds"], sums["meeting_seconds"]) / HOUR_S
        ),
        _line(
            by_month,
            _("Hours not recorded"),
            lambda sums: max(0, sums["meeting_seconds"] - sums["recorded_seconds"]) / HOUR_S,
        ),
    ]
    chart = Chart(title, labels_of(by_month), series, Form.STACKED, Kind.HOURS)
    return Section("hours", title, _table(reader, by_month, title, columns), chart)


def _mean(seconds: int, sums: Sums) -> float | None:
    return seconds / 60 / sums["meetings"] if sums["meetings"] else None


def _share(sums: Sums) -> float | None:
    return sums["recorded_meetings"] / sums["meetings"] if sums["meetings"] else None


def _records(reader: Reader, by_month: dict[date, Sums]) -> Section:
    title = _("Share of meetings that were recorded, by month")
    columns: list[tuple[Column, Callable[[Sums], Value]]] = [
        (Column(_("Meetings")), lambda sums: sums["meetings"]),
        (Column(_("of them recorded")), lambda sums: sums["recorded_meetings"]),
        (Column(_("Share recorded"), Kind.SHARE), _share),
        (Column(_("Minutes made")), lambda sums: sums["minutes_made"]),
        (Column(_("Recordings imported")), lambda sums: sums["imports"]),
    ]
    chart = Chart(title, labels_of(by_month), [_line(by_month, _("Share recorded"), _share)], Form.LINES, Kind.SHARE)
    words = (_("A meeting counts as recorded when sound of somebody who agreed was stored."),)
    return Section("records", title, _table(reader, by_month, title, columns), chart, words)


def _institutions(reader: Reader) -> Section:
    rows = MonthlyFigures.objects.filter(institution__in=reader.asked, month=reader.month)
    told = _sorted(rows.told(reader.own))
    few = rows.of_few(reader.own).select_related("institution").order_by("institution__label", "pk")
    title = _("By institution, %(month)s") % {"month": date_format(reader.month, "YEAR_MONTH_FORMAT")}
    columns = [
        Column(_("Institution"), Kind.TEXT),
        Column(_("SIRET"), Kind.TEXT),
        Column(_("Active agents")),
        Column(_("Meetings")),
        Column(_("Hours of meetings"), Kind.HOURS),
        Column(_("Attendances")),
        Column(_("Share recorded"), Kind.SHARE),
    ]
    shown: list[list[Value]] = [_row(row) for row in told]
    shown += [[str(row.institution), row.institution.siret, HIDDEN, None, None, None, None] for row in few]
    return Section("institutions", title, Table(title, columns, shown))


def _sorted(rows: MonthlyFiguresQuerySet) -> QuerySet[MonthlyFigures]:
    return rows.select_related("institution").order_by("-active_agents", "institution__label", "pk")


def _row(row: MonthlyFigures) -> list[Value]:
    share = row.recorded_meetings / row.meetings if row.meetings else None
    hours = row.meeting_seconds / HOUR_S
    place: list[Value] = [str(row.institution), row.institution.siret]
    return [*place, row.active_agents, row.meetings, hours, row.attendances, share]


def told_lately(reader: Reader) -> Q:
    """For other figures by institution: of those that are told of, by their last two months."""
    lately = MonthlyFigures.objects.filter(month__in=months.last(2)).told(frozenset())
    return Q(institution__in=lately.values("institution")) | Q(institution__in=reader.own)


PAGE = Page(
    "adoption",
    gettext_lazy("Adoption"),
    ("agents", "hours", "records", "institutions"),
    read,
    charts=("agents", "hours", "records"),
    by_month=True,
    intro=gettext_lazy(
        "A month in which an institution has fewer than 5 active agents would tell of single persons: its figures are "
        "shown to its own administrators, and are in nobody else’s sums."
    ),
)
