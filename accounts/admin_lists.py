"""Lists of the administration that stay quick with millions of rows: bounded counts, periods, searches by an index."""

from __future__ import annotations

import json
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar
from uuid import UUID

from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.paginator import Paginator
from django.db import connection
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from accounts.models import User

if TYPE_CHECKING:
    Rows = Paginator[Any]
else:  # Django's own class is not generic
    Rows = Paginator

COUNTED = 10_000  # rows that are counted one by one, and that pages lead to: further ones are for filters and searches
PEOPLE_FOUND = 200


class BoundedPaginator(Rows):
    """Counts up to `COUNTED`; beyond, `total` is what the planner of PostgreSQL estimates."""

    @cached_property
    def count(self) -> int:
        return self._keys()[: COUNTED + 1].count()

    def _keys(self) -> QuerySet[Any, Any]:
        rows = self.object_list
        assert isinstance(rows, QuerySet)  # noqa: S101 -- lists of the administration are
        return rows.order_by().values("pk")

    @property
    def is_estimated(self) -> bool:
        return self.count > COUNTED

    @property
    def reached(self) -> int:
        """Rows that pages lead to."""
        return min(self.count, COUNTED)

    @cached_property
    def total(self) -> int:
        """To two digits where it is estimated."""
        return _two_digits(max(self.count, self._estimate())) if self.is_estimated else self.count

    @cached_property
    def num_pages(self) -> int:
        return max(1, -(-self.reached // self.per_page))

    def _estimate(self) -> int:
        statement, values = self._keys().query.sql_with_params()
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN (FORMAT JSON) {statement}", values)
            plan = cursor.fetchone()[0]
        plan = json.loads(plan) if isinstance(plan, str) else plan
        return int(plan[0]["Plan"]["Plan Rows"])


def _two_digits(number: int) -> int:
    unit: int = 10 ** max(0, len(str(number)) - 2)
    return int(round(number / unit) * unit)


class PeriodFilter(admin.SimpleListFilter):
    """Years, then months, then days, without asking the table which there are: `2026`, `2026-11`, `2026-11-30`."""

    title = _("period")
    parameter_name = "period"
    column: ClassVar[str]

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """What is above the chosen one, itself, and what is in it; the years that there are where none is chosen."""
        chosen = self.value()
        if chosen is None:
            return [(str(year), str(year)) for year in self._years(model_admin.get_queryset(request))]
        try:
            first, end = bounds(chosen)
        except ValueError as error:
            raise IncorrectLookupParameters from error
        parts = chosen.split("-")
        above = [("-".join(parts[:depth]), first) for depth in range(1, len(parts) + 1)]
        return [(period, _told(period, start)) for period, start in [*above, *_within(chosen, first, end)]]

    def _years(self, rows: QuerySet[Any]) -> range:
        oldest = rows.order_by(self.column).values_list(self.column, flat=True).first()
        this_year = timezone.localdate().year
        return range(this_year, (timezone.localtime(oldest).year if oldest else this_year) - 1, -1)

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        chosen = self.value()
        if chosen is None:
            return queryset
        zone = timezone.get_current_timezone()
        since, until = (datetime.combine(day, time(), zone) for day in bounds(chosen))
        return queryset.filter(**{f"{self.column}__gte": since, f"{self.column}__lt": until})


def by_period(name: str) -> type[PeriodFilter]:
    """For `list_filter`, of a column that has an index."""
    return type("Period", (PeriodFilter,), {"column": name})


def bounds(period: str) -> tuple[date, date]:
    """The first day, and the one after the last. Raises ValueError."""
    parts = [int(part) for part in period.split("-")]
    if not 1 <= len(parts) <= 3 or not 1 < parts[0] < 9999:
        raise ValueError(period)
    if len(parts) == 1:
        return date(parts[0], 1, 1), date(parts[0] + 1, 1, 1)
    if len(parts) == 2:
        first = date(parts[0], parts[1], 1)
        return first, (first + timedelta(days=31)).replace(day=1)
    first = date(*parts)
    return first, first + timedelta(days=1)


def _within(period: str, first: date, end: date) -> list[tuple[str, date]]:
    depth = period.count("-")
    if depth == 0:
        return [(f"{period}-{month:02}", first.replace(month=month)) for month in range(1, 13)]
    if depth == 1:
        days = [first + timedelta(days=number) for number in range((end - first).days)]
        return [(day.isoformat(), day) for day in days]
    return []


def _told(period: str, first: date) -> str:
    depth = period.count("-")
    return str(first.year) if depth == 0 else date_format(first, "F Y" if depth == 1 else "j F")


def found_by(queryset: QuerySet[Any], term: str, person: str) -> QuerySet[Any]:
    """By the identifier of the row, or by the person of the column `person`: name, first name or address."""
    try:
        return queryset.filter(pk=UUID(term.strip()))
    except ValueError:
        pass
    if not person:
        return queryset.none()
    people: QuerySet[User] = User.objects.all()
    for word in term.split():
        people = people.filter(person_by(word))
    return queryset.filter(**{f"{person}__in": list(people.values_list("pk", flat=True)[:PEOPLE_FOUND])})


def person_by(word: str) -> Q:
    """By the beginning of a word, which an index finds."""
    return Q(usual_name__istartswith=word) | Q(given_name__istartswith=word) | Q(email__istartswith=word)
