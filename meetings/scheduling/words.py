"""Rules, refusals and choices, in words."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from meetings.models import Series
from meetings.rooms.words import REASONS
from meetings.scheduling import recurrence
from meetings.scheduling.recurrence import Day, Rule
from meetings.scheduling.repeats import Repeat, repeat_of

REPEATS = [
    (Repeat.NEVER.value, gettext_lazy("Never")),
    (Repeat.DAILY.value, gettext_lazy("Every day")),
    (Repeat.WORKING_DAYS.value, gettext_lazy("Every working day (Monday to Friday)")),
    (Repeat.WEEKLY.value, gettext_lazy("Every week, on the days chosen")),
    (Repeat.MONTHLY_BY_DATE.value, gettext_lazy("Every month, on the same date")),
    (
        Repeat.MONTHLY_BY_WEEKDAY.value,
        gettext_lazy("Every month, on the same weekday (for example the second Tuesday)"),
    ),
    (Repeat.YEARLY.value, gettext_lazy("Every year")),
]
DAY_NAMES = [
    gettext_lazy("Monday"),
    gettext_lazy("Tuesday"),
    gettext_lazy("Wednesday"),
    gettext_lazy("Thursday"),
    gettext_lazy("Friday"),
    gettext_lazy("Saturday"),
    gettext_lazy("Sunday"),
]
WEEKDAYS = [(str(number), name) for number, name in enumerate(DAY_NAMES)]
_REFUSALS = {
    "no-date": gettext_lazy("This repetition has no date: it ends before it begins."),
    "too-many": gettext_lazy("This repetition has more than 750 dates. Bring its end forward."),
    "too-far": gettext_lazy("This repetition goes on for more than three years. Bring its end forward."),
    "shifted-date": gettext_lazy("Clocks change on this date: choose another one to begin with."),
}

_ERRORS = {
    "no-institution": gettext_lazy("Your account has no institution: you can’t create meetings."),
    "past-date": gettext_lazy("This date has begun or is cancelled: it can’t be changed any more."),
    "changed-meanwhile": gettext_lazy(
        "Somebody has changed this meeting since you opened this form. Saved again, the form replaces their change."
    ),
    "series-cancelled": gettext_lazy("This meeting is cancelled. Restore it before you change it."),
}


def error(code: str) -> str:
    """Why an action was refused."""
    return str(_ERRORS.get(code) or REASONS.get(code, gettext_lazy("You may not do this.")))


def refusal(code: str) -> str:
    """Why a rule was refused."""
    return str(_REFUSALS.get(code, gettext_lazy("This repetition is not possible.")))


def rule_in_words(series: Series) -> str:
    """For example “Every 2 weeks, Monday and Thursday, until 30 June 2027”."""
    if not series.rule:
        return _("Once")
    rule = recurrence.parse(series.rule)
    parts = [_frequency(rule)]
    if rule.days and repeat_of(rule) != Repeat.WORKING_DAYS:
        parts.append(_listed([_day(day) for day in rule.days]))
    if rule.month_days:
        parts.append(_("on day %(days)s") % {"days": _listed([str(day) for day in rule.month_days])})
    return ", ".join([*parts, _end(rule, series.time_zone)])


def _frequency(rule: Rule) -> str:
    n = rule.interval
    if repeat_of(rule) == Repeat.WORKING_DAYS and n == 1:
        return _("Every working day")
    every = {
        "DAILY": ngettext("Every day", "Every %(n)d days", n),
        "WEEKLY": ngettext("Every week", "Every %(n)d weeks", n),
        "MONTHLY": ngettext("Every month", "Every %(n)d months", n),
        "YEARLY": ngettext("Every year", "Every %(n)d years", n),
    }[rule.frequency]
    return every % {"n": n} if n > 1 else every


def _day(day: Day) -> str:
    name = str(DAY_NAMES[day.weekday])
    if not day.nth:
        return name
    nth = {1: _("first"), 2: _("second"), 3: _("third"), 4: _("fourth"), 5: _("fifth"), -1: _("last")}
    return _("on the %(nth)s %(day)s") % {"nth": nth.get(day.nth, str(day.nth)), "day": name}


def _end(rule: Rule, time_zone: str) -> str:
    if rule.until:
        day = rule.until.astimezone(ZoneInfo(time_zone))
        return _("until %(day)s") % {"day": date_format(day, "DATE_FORMAT")}
    count = rule.count or 1
    return ngettext("%(count)d meeting", "%(count)d meetings", count) % {"count": count}


def _listed(items: list[str]) -> str:
    if len(items) < 2:
        return "".join(items)
    return _("%(some)s and %(last)s") % {"some": ", ".join(items[:-1]), "last": items[-1]}
