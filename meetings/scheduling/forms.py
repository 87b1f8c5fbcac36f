"""What an organiser fills in to plan a meeting, or to change it."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from django import forms
from django.conf import settings
from django.forms import BoundField
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from accounts.formbase import VisioForm
from accounts.models import User
from meetings import ceilings
from meetings.models import Room
from meetings.policy import PLATFORM
from meetings.rooms.actions import CHOICES
from meetings.rooms.fields import read_rules, rule_fields
from meetings.scheduling import directory, recurrence, words
from meetings.scheduling.fields import AddressesField, LinksField, addresses_in
from meetings.scheduling.plan import Invitee, People, RoomChoices, Shown, Timing, Wording
from meetings.scheduling.recurrence import RuleError
from meetings.scheduling.repeats import Repeat, rule_of
from meetings.scheduling.rooms import lasting_rooms
from meetings.scheduling.zones import ZONES

LATEST = timedelta(days=5 * 366)  # further than that, it is a mistake
MAX_MINUTES = 24 * 60
PEOPLE = ("required_people", "optional_people", "co_organisers", "language")
REPETITION = ("repeat", "interval", "weekdays", "ends", "count", "until")


def _date(**options: Any) -> forms.DateField:
    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    return forms.DateField(widget=widget, input_formats=["%Y-%m-%d", "%d/%m/%Y"], **options)


def _time(**options: Any) -> forms.TimeField:
    widget = forms.TimeInput(format="%H:%M", attrs={"type": "time"})
    return forms.TimeField(widget=widget, input_formats=["%H:%M", "%H:%M:%S", "%Hh%M"], **options)


class DateForm(VisioForm):
    """One date: also what every longer form begins with."""

    title = forms.CharField(label=gettext_lazy("Title of the meeting"), max_length=200)
    date = _date(label=gettext_lazy("Date"))
    time = _time(label=gettext_lazy("Start time"))
    duration = forms.IntegerField(
        label=gettext_lazy("Duration, in minutes"),
        min_value=5,
        max_value=MAX_MINUTES,
        initial=60,
        help_text=gettext_lazy("60 is one hour"),
    )
    agenda = forms.CharField(
        label=gettext_lazy("Agenda"), required=False, max_length=10_000, widget=forms.Textarea(attrs={"rows": 6})
    )
    time_zone_name = "Europe/Paris"  # where the form does not ask

    def zone(self) -> str:
        return str(self.cleaned_data.get("time_zone") or self.time_zone_name)

    def clean(self) -> dict[str, Any]:
        typed: dict[str, Any] = super().clean() or self.cleaned_data
        if "date" in typed and "time" in typed and "time_zone" not in self.errors:
            self._check_start(datetime.combine(typed["date"], typed["time"]))
        return typed

    def _check_start(self, wall: datetime) -> None:
        now = timezone.now()
        start = wall.replace(tzinfo=ZoneInfo("UTC")) if not 2000 < wall.year < 2200 else self._aware(wall)
        if start <= now:
            self.add_error("date", _("This date is past."))
        elif start > now + LATEST:
            self.add_error("date", _("This date is more than five years away."))
        elif not recurrence.exists(wall, self.zone()):
            self.add_error("time", _("Clocks change that day: this time does not exist."))

    def _aware(self, wall: datetime) -> datetime:
        return wall.replace(tzinfo=ZoneInfo(self.zone()))

    def start(self) -> datetime:
        return self._aware(datetime.combine(self.cleaned_data["date"], self.cleaned_data["time"]))

    def end(self) -> datetime:
        return self.start() + timedelta(minutes=self.cleaned_data["duration"])


class Versioned(VisioForm):
    """A form on what others may change meanwhile: see `versions`."""

    version = forms.CharField(widget=forms.HiddenInput, required=False)
    is_outdated = False
    data: QueryDict

    def refuse_outdated(self, version: str) -> None:
        """What was typed stays. Sent again, it is for `version`."""
        self.is_outdated = True
        self.data = self.data.copy()
        self.data["version"] = version


class SeriesForm(DateForm):
    """Every date of a series, or those from one on."""

    time_zone = forms.ChoiceField(label=gettext_lazy("Time zone"), choices=ZONES, initial="Europe/Paris")
    repeat = forms.ChoiceField(label=gettext_lazy("Repeat"), choices=words.REPEATS, initial=Repeat.NEVER.value)
    interval = forms.IntegerField(
        label=gettext_lazy("Every"),
        min_value=1,
        max_value=99,
        initial=1,
        required=False,
        help_text=gettext_lazy("1: each day, week, month or year; 2: every other one"),
    )
    weekdays = forms.MultipleChoiceField(
        label=gettext_lazy("Days of the week"),
        choices=words.WEEKDAYS,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("If it repeats weekly; without a choice, the day of the first date"),
    )
    ends = forms.ChoiceField(
        label=gettext_lazy("End of the repetition"),
        choices=[("count", gettext_lazy("After a number of meetings")), ("until", gettext_lazy("On a date"))],
        widget=forms.RadioSelect,
        initial="count",
        required=False,
    )
    count = forms.IntegerField(
        label=gettext_lazy("Number of meetings"),
        min_value=1,
        max_value=recurrence.MAX_OCCURRENCES,
        initial=10,
        required=False,
    )
    until = _date(label=gettext_lazy("Last date"), required=False)
    links = LinksField(
        label=gettext_lazy("Documents"),
        help_text=gettext_lazy("One a line: a few words, then the address, which begins with https://"),
    )
    required_people = AddressesField(
        label=gettext_lazy("Required people"),
        help_text=gettext_lazy("E-mail addresses, one a line or separated by commas"),
    )
    optional_people = AddressesField(
        label=gettext_lazy("Optional people"), help_text=gettext_lazy("E-mail addresses, in the same way")
    )
    language = forms.ChoiceField(label=gettext_lazy("Language of the invitations"), choices=settings.LANGUAGES)
    co_organisers = AddressesField(
        label=gettext_lazy("Co-organisers"),
        help_text=gettext_lazy(
            "E-mail addresses of agents of your institution, who will organise this meeting with you"
        ),
    )

    def __init__(self, *args: Any, user: User, **options: Any) -> None:
        self.user = user
        super().__init__(*args, **options)
        self.fields["language"].initial = get_language()

    def clean(self) -> dict[str, Any]:
        typed = super().clean()
        if typed.get("repeat") not in {None, Repeat.NEVER.value}:
            end = "until" if typed.get("ends") == "until" else "count"
            if not typed.get(end) and end not in self.errors:
                self.add_error(end, _("Say when the repetition ends."))
            elif end == "until" and typed.get("until", date.min) > (timezone.now() + LATEST).date():
                self.add_error("until", _("This date is more than five years away."))
        if not self.errors:
            self._check_rule()
        return typed

    def _check_rule(self) -> None:
        try:
            self.timing().dates()
        except RuleError as refused:
            self.add_error("repeat", words.refusal(refused.code))

    def clean_co_organisers(self) -> list[User]:
        found, missing = self._agents(self.cleaned_data["co_organisers"])
        if missing:
            raise forms.ValidationError(
                _("“%(address)s” is not an agent of your institution known to Visio.") % {"address": missing[0]}
            )
        return list(found.values())

    def _agents(self, addresses: list[str]) -> tuple[dict[str, User], list[str]]:
        return directory.by_address(self.user, addresses)

    def shows_repetition(self) -> bool:
        """Folded away while there is none."""
        return self["repeat"].value() != Repeat.NEVER.value or bool(self.errors.keys() & set(REPETITION))

    def wording(self) -> Wording:
        return Wording(self.cleaned_data["title"], self.cleaned_data["agenda"], self.cleaned_data["links"])

    def timing(self) -> Timing:
        typed = self.cleaned_data
        first: date = typed["date"]
        rule = rule_of(
            Repeat(typed["repeat"]),
            first,
            interval=typed["interval"] or 1,
            weekdays=[int(day) for day in typed["weekdays"]],
            count=typed["count"],
            until=typed["until"] if typed["ends"] == "until" else None,
            time_zone=self.zone(),
        )
        return Timing(self.start(), typed["duration"], self.zone(), rule)

    def people(self) -> People:
        required, optional = self.cleaned_data["required_people"], self.cleaned_data["optional_people"]
        known, _missing = directory.by_address(self.user, required + optional)
        language = self.cleaned_data["language"]
        asked = {
            address.lower(): Invitee(address, address in required, known.get(address.lower()), language)
            for address in optional + required
        }
        return People(tuple(asked.values()), tuple(self.cleaned_data["co_organisers"]))


class ChangeDateForm(Versioned, DateForm):
    """One date of a series that is planned."""


class ChangeForm(Versioned, SeriesForm):
    """A series that is planned. It keeps what it showed of the people."""

    def __init__(self, *args: Any, room: Room, **options: Any) -> None:
        self.room = room
        super().__init__(*args, **options)
        for name in PEOPLE:
            self.fields[name].show_hidden_initial = True

    def _agents(self, addresses: list[str]) -> tuple[dict[str, User], list[str]]:
        """Who organises it already may stay, though their account was closed or moved."""
        found, missing = super()._agents(addresses)
        there = {user.email.lower(): user for user in self.room.co_organisers.all()}
        kept = {address.lower(): there[address.lower()] for address in addresses if address.lower() in there}
        return found | kept, [address for address in missing if address.lower() not in kept]

    def shown(self) -> Shown:
        required, optional, co_organisers, language = (self._shown(name) for name in PEOPLE)
        invitees = addresses_in(f"{required}\n{optional}".lower())
        return Shown(frozenset(invitees), frozenset(addresses_in(co_organisers.lower())), language)

    def changes_organisers(self) -> bool:
        typed = {user.email.lower() for user in self.cleaned_data["co_organisers"]}
        return typed != self.shown().co_organisers

    def _shown(self, name: str) -> str:
        return str(self.data.get(self[name].html_initial_name, self[name].initial))


class ScheduleForm(SeriesForm):
    """A new series, and where it is held."""

    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)
    room: forms.ModelChoiceField[Room] = forms.ModelChoiceField(
        label=gettext_lazy("Room"),
        queryset=None,
        required=False,
        empty_label=gettext_lazy("A new room for this meeting"),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["room"].queryset = lasting_rooms(self.user)
        self.fields["room"].label_from_instance = lambda room: f"{room.title} ({room.code})"
        institution = self.user.institution
        self.fields.update(rule_fields(ceilings.rules_of_institution(institution) if institution else PLATFORM))

    def shows_rules(self) -> bool:
        return bool(self.errors.keys() & set(CHOICES)) or any(field.value() != field.initial for field in self.rules())

    def rules(self) -> list[BoundField]:
        """Those of a new room."""
        return [self[name] for name in CHOICES]

    def room_choices(self) -> RoomChoices:
        return RoomChoices(self.cleaned_data["room"], read_rules(self.cleaned_data))
