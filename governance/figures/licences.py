"""Leaving the licences of former tools: how many, and what that saves, against what running Visio costs."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Q, QuerySet, Sum
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from governance.figures import months, savings
from governance.figures.charts import Chart, Form, Series
from governance.figures.pages import Page, Section
from governance.figures.reader import Reader
from governance.figures.savings import Batch
from governance.figures.tables import Column, Kind, Table, Value, grouped
from governance.models import Assumptions, FormerTool, OperatingCost

Tool = FormerTool.Tool


def read(reader: Reader) -> list[Section]:
    rows = FormerTool.objects.filter(institution__in=reader.asked)
    return [_tools(rows), _euros(reader, rows), _institutions(rows)]


def _today() -> date:
    return timezone.localtime(timezone=months.zone()).date()


def _sums(today: date) -> dict[str, Sum]:
    held = Q(given_up_on=None) | Q(given_up_on__gt=today)
    return {
        "held": Sum("licences", filter=held, default=0),
        "gone": Sum("licences", filter=Q(given_up_on__lte=today), default=0),
        "users": Sum("agents"),  # none where no number was entered
    }


def _tools(rows: QuerySet[FormerTool]) -> Section:
    title = _("Licences by former tool")
    sums: Any = rows.values("tool").annotate(**_sums(_today())).order_by()
    found = {row["tool"]: row for row in sums}
    order = [tool for tool in Tool if tool in found]
    columns = [
        Column(_("Tool"), Kind.TEXT),
        Column(_("Agents who used it")),
        Column(_("Licences still held")),
        Column(_("Licences given up")),
    ]
    table: list[list[Value]] = [
        [str(tool.label), *(found[tool][name] for name in ("users", "held", "gone"))] for tool in order
    ]
    total: list[Value] = [
        _("Together"),
        *(sum(found[tool][name] or 0 for tool in order) for name in ("users", "held", "gone")),
    ]
    series = [
        Series(_("Licences still held"), [found[tool]["held"] for tool in order]),
        Series(_("Licences given up"), [found[tool]["gone"] for tool in order]),
    ]
    chart = Chart(title, [str(tool.label) for tool in order], series, Form.STACKED) if order else None
    words = (_("Entered by administrators of institutions. Agents are counted where their number was entered."),)
    return Section("tools", title, Table(title, columns, table, total), chart, words)


def _euros(reader: Reader, rows: QuerySet[FormerTool]) -> Section:
    """Costs are those of the whole platform: they are set against all institutions together, or not at all."""
    title = _("Euros saved, by year")
    formula = Assumptions.objects.get(pk=1)
    batches = [
        Batch(licences, day, price)
        for licences, day, price in rows.exclude(given_up_on=None).values_list(
            "licences", "given_up_on", "yearly_price"
        )
        if day
    ]
    costs = {cost.year: cost.total for cost in OperatingCost.objects.all()} if _compares(reader) else {}
    years = _years(batches, costs)
    columns = [
        Column(_("Year"), Kind.TEXT),
        Column(_("Saved, by the published formula"), Kind.EUROS),
        Column(_("Saved, by the prices entered"), Kind.EUROS),
    ]
    table: list[list[Value]] = []
    for year in reversed(years):
        saved = savings.by_formula(batches, year, formula.euros_per_user)
        row: list[Value] = [str(year), saved, savings.by_contract(batches, year)]
        if _compares(reader):
            cost = costs.get(year)
            row += [cost, saved - cost if cost is not None else None]
        table.append(row)
    if _compares(reader):
        columns += [
            Column(_("Cost of Visio, as entered"), Kind.EUROS),
            Column(_("Formula less cost"), Kind.EUROS),
        ]
    return Section("euros", title, Table(title, columns, table), _chart(title, table, years), _words(formula, batches))


def _compares(reader: Reader) -> bool:
    return reader.is_of_the_platform and reader.chosen is None


def _years(batches: list[Batch], costs: dict[int, Decimal]) -> list[int]:
    """From the first that something is known of, to the current one; in order."""
    current = _today().year
    known = [*(batch.given_up_on.year for batch in batches), *costs]
    return list(range(min(known), max(current, *costs, current) + 1)) if known else []


def _chart(title: str, table: list[list[Value]], years: list[int]) -> Chart | None:
    names = [_("Saved, by the published formula"), _("Saved, by the prices entered"), _("Cost of Visio, as entered")]
    columns = list(zip(*reversed(table), strict=True))[1:4]
    series = [
        Series(name, [None if value is None else float(str(value)) for value in column])
        for name, column in zip(names, columns, strict=False)
    ]
    return Chart(title, [str(year) for year in years], series, Form.BARS, Kind.EUROS) if years else None


def _words(formula: Assumptions, batches: list[Batch]) -> tuple[str, ...]:
    licences = sum(batch.licences for batch in batches)
    priced = sum(batch.licences for batch in batches if batch.price is not None)
    told = _(
        "Formula: %(euros)s € per year for %(users)s users who leave their licences, that is %(each)s € per user and "
        "year. Source: %(source)s"
    ) % {
        "euros": grouped(formula.euros, 0),
        "users": grouped(formula.for_users, 0),
        "each": grouped(float(formula.euros_per_user), 2).removesuffix(",00").removesuffix(".00"),
        "source": formula.source or _("not entered."),
    }
    return (
        told,
        _(
            "A licence that was given up counts as one user, from that day on; an agent who had two counts twice. It "
            "is an estimate by a rule of thumb, not an account."
        ),
        _(
            "Prices of contracts were entered for %(priced)s of %(licences)s licences given up; the others count for 0 "
            "there."
        )
        % {"priced": grouped(priced, 0), "licences": grouped(licences, 0)},
    )


def _institutions(rows: QuerySet[FormerTool]) -> Section:
    title = _("By institution")
    columns = [
        Column(_("Institution"), Kind.TEXT),
        Column(_("Tool"), Kind.TEXT),
        Column(_("Licences")),
        Column(_("Agents who used it")),
        Column(_("Given up on"), Kind.DAY),
    ]
    table: list[list[Value]] = [
        [str(row.institution), row.get_tool_display(), row.licences, row.agents, row.given_up_on]
        for row in rows.select_related("institution").order_by("institution__label", "tool", "given_up_on", "pk")
    ]
    return Section("institutions", title, Table(title, columns, table))


PAGE = Page(
    "licences",
    gettext_lazy("Leaving the licences"),
    ("tools", "euros", "institutions"),
    read,
    charts=("tools", "euros"),
    permission="governance.view_formertool",
)
