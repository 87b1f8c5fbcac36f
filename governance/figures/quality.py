"""How calls go, by day: who could not come in, who had to come back, whose network was weak."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from django.db.models import Sum
from django.db.models.functions import TruncDay
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from governance.figures import adoption, months
from governance.figures.charts import Chart, Form, Series
from governance.figures.pages import Page, Section
from governance.figures.reader import Reader
from governance.figures.tables import HIDDEN, Column, Kind, Table, Value
from governance.models import QualityHour
from meetings.counters import Happened

DAYS = 30
REPORT_MINUTES = 20 / 60  # a browser whose network is weak says so once in 20 s
Sums = dict[str, int]
NOTHING: Sums = {str(happened): 0 for happened in Happened}


def read(reader: Reader) -> list[Section]:
    by_day = _by_day(reader)
    sections = [_joins(by_day), _breaks(by_day), _network(by_day)]
    if reader.chosen and not _hours_of(reader).filter(adoption.told_lately(reader)).exists():
        sections = [_untold(section) for section in sections]
    return [*sections, _institutions(reader)]


def _untold(section: Section) -> Section:
    """Of one institution that has no figures, or has too few people for them."""
    words = _("There is nothing to tell, or fewer than 5 active agents.")
    return replace(section, chart=None, table=replace(section.table, rows=[]), empty=words)


def _hours_of(reader: Reader) -> Any:
    today = timezone.localtime(timezone=months.zone()).replace(hour=0, minute=0, second=0, microsecond=0)
    return QualityHour.objects.filter(institution__in=reader.asked, hour__gte=today - timedelta(days=DAYS - 1))


def _sums() -> dict[str, Sum]:
    return {f"sum_{happened}": Sum(happened) for happened in Happened}


def _by_day(reader: Reader) -> dict[date, Sums]:
    hours = _hours_of(reader).filter(adoption.told_lately(reader))
    days = hours.values(day=TruncDay("hour", tzinfo=months.zone())).annotate(**_sums()).order_by()
    found = {row["day"].date(): _taken(row) for row in days}
    today = timezone.localtime(timezone=months.zone()).date()
    return {day: found.get(day, NOTHING) for day in (today - timedelta(days=ago) for ago in reversed(range(DAYS)))}


def _taken(row: dict[str, Any]) -> Sums:
    return {str(happened): row[f"sum_{happened}"] for happened in Happened}


def failures(sums: Sums) -> int:
    return sums[Happened.FAILED] + sums[Happened.FULL]


def failure_share(sums: Sums) -> float | None:
    """Of those who should have come in. Refusals by the rules are no failures. A join whose media fail is in both."""
    tried = sums[Happened.JOINS] + sums[Happened.RETURNS] + sums[Happened.FULL]
    return min(1.0, failures(sums) / tried) if tried else None


def _labels(by_day: dict[date, Sums]) -> list[str]:
    return [str(date_format(day, "j N")) for day in by_day]


def _line(by_day: dict[date, Sums], name: str, happened: Happened, times: float = 1) -> Series:
    return Series(name, [sums[happened] * times for sums in by_day.values()])


def _joins(by_day: dict[date, Sums]) -> Section:
    title = _("Coming in, by day")
    columns = [
        Column(_("Day"), Kind.DAY),
        Column(_("Came in")),
        Column(_("Could not")),
        Column(_("Meeting full")),
        Column(_("Share of failures"), Kind.SHARE),
        Column(_("Refused by the rules")),
    ]
    rows: list[list[Value]] = [
        [
            day,
            sums[Happened.JOINS],
            sums[Happened.FAILED],
            sums[Happened.FULL],
            failure_share(sums),
            sums[Happened.REFUSED],
        ]
        for day, sums in reversed(by_day.items())
    ]
    shares = Series(_("Share of failures"), [failure_share(sums) for sums in by_day.values()])
    chart = Chart(_("Share of those who could not come in, by day"), _labels(by_day), [shares], Form.LINES, Kind.SHARE)
    words = (_("“Could not”: the media gateway did not answer, or Visio failed. Waiting to be let in is no failure."),)
    return Section("joins", title, Table(title, columns, rows), chart, words)


def _breaks(by_day: dict[date, Sums]) -> Section:
    title = _("Breaks and returns, by day")
    kinds = [
        (_("Came in again"), Happened.RETURNS),
        (_("Cut off"), Happened.CUT_OFF),
        (_("Lost by the gateway"), Happened.MEDIA_LOST),
        (_("Went on across a restart"), Happened.RESUMED),
    ]
    columns = [Column(_("Day"), Kind.DAY), *(Column(label) for label, _happened in kinds)]
    rows: list[list[Value]] = [
        [day, *(sums[happened] for _label, happened in kinds)] for day, sums in reversed(by_day.items())
    ]
    chart = Chart(title, _labels(by_day), [_line(by_day, *kind) for kind in kinds], Form.LINES)
    words = (
        _("“Came in again” counts every return to a meeting, those of people who had left it on purpose too."),
        _("“Cut off”: the browser fell silent, or the network closed the connection."),
    )
    return Section("breaks", title, Table(title, columns, rows), chart, words)


def _network(by_day: dict[date, Sums]) -> Section:
    title = _("Weak networks, by day")
    kinds = [
        (_("Fair"), Happened.NETWORK_FAIR),
        (_("Poor"), Happened.NETWORK_POOR),
        (_("Nothing gets through"), Happened.NETWORK_NONE),
    ]
    columns = [Column(_("Day"), Kind.DAY), *(Column(label, Kind.MINUTES) for label, _happened in kinds)]
    rows: list[list[Value]] = [
        [day, *(sums[happened] * REPORT_MINUTES for _label, happened in kinds)]
        for day, sums in reversed(by_day.items())
    ]
    series = [_line(by_day, label, happened, REPORT_MINUTES) for label, happened in kinds]
    chart = Chart(title, _labels(by_day), series, Form.STACKED, Kind.MINUTES)
    words = (
        _(
            "In minutes, about: a browser whose own connection is not good says so once in 20 seconds. “Fair”: more "
            "than 3% of losses, or 0.3 s there and back; “poor”: more than 10%, or 0.8 s."
        ),
    )
    return Section("network", title, Table(title, columns, rows), chart, words)


def _institutions(reader: Reader) -> Section:
    title = _("By institution, the last %(days)d days") % {"days": DAYS}
    grouped = _hours_of(reader).values("institution", "institution__label", "institution__siret").annotate(**_sums())
    told = {row["institution"] for row in grouped.filter(adoption.told_lately(reader)).order_by()}
    columns = [
        Column(_("Institution"), Kind.TEXT),
        Column(_("SIRET"), Kind.TEXT),
        Column(_("Came in")),
        Column(_("Share of failures"), Kind.SHARE),
        Column(_("Cut off")),
        Column(_("Minutes of poor network"), Kind.MINUTES),
    ]
    rows: list[list[Value]] = []
    for row in grouped.order_by("institution__label", "institution"):
        place: list[Value] = [row["institution__label"] or row["institution__siret"], row["institution__siret"]]
        if row["institution"] not in told:
            rows.append([*place, HIDDEN, None, None, None])
            continue
        sums = _taken(row)
        poor = (sums[Happened.NETWORK_POOR] + sums[Happened.NETWORK_NONE]) * REPORT_MINUTES
        rows.append([*place, sums[Happened.JOINS], failure_share(sums), sums[Happened.CUT_OFF], poor])
    words = (
        _("Institutions with fewer than 5 active agents in both of the last two months are left out of the sums."),
    )
    return Section("institutions", title, Table(title, columns, rows), None, words)


PAGE = Page(
    "qualite",
    gettext_lazy("Quality"),
    ("joins", "breaks", "network", "institutions"),
    read,
    charts=("joins", "breaks", "network"),
)
