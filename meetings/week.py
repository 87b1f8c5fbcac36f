"""What "My meetings" shows: read from the agenda, page by page, from a place in time and never from a count."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.formats import time_format
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from accounts.models import User
from meetings.models import AgendaEntry, Invitation, Participation, Recording, Room

if TYPE_CHECKING:
    from django.http import QueryDict
    from django_stubs_ext import StrPromise

PAGE_SIZE = 20
OPENS_BEFORE = timedelta(minutes=15)
MOST_TO_ANSWER = 5
LOOKED_AT_TO_ANSWER = 50  # dates: those of one series that fill it hide others only until they have their answer
MOST_GOING_ON = 10
LONGEST_SEARCH = 100  # characters
MOST_WORDS = 8
PLACE = re.compile(r"(\d{1,16})-([0-9a-f-]{36}|\d{1,18})", re.ASCII)
Kind = TypeVar("Kind", bound=StrEnum)
Fields = Mapping[str, Any]  # of an agenda entry, by the names of `_PLANNED` or `_HELD`


class Tab(StrEnum):
    """Their values are in addresses."""

    TODAY = "aujourdhui"
    COMING = "a-venir"
    PAST = "passees"
    ROOMS = "salles"


class Part(StrEnum):
    """Whose meetings."""

    ALL = ""
    ORGANISED = "organisees"
    INVITED = "invitations"


@dataclass(frozen=True, slots=True)
class Place:
    """Between two rows: the time and the id of the one before. Written in addresses as `microseconds-id`."""

    start: datetime
    pk: str

    def __str__(self) -> str:
        return f"{(self.start - EPOCH) // timedelta(microseconds=1)}-{self.pk}"


EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the reader asked for, by the address of the page."""

    tab: Tab
    part: Part = Part.ALL
    recorded: bool = False
    words: str = ""
    after: Place | None = None

    @property
    def is_narrowed(self) -> bool:
        return bool(self.words or self.part or self.recorded)

    def query(self) -> dict[str, str]:
        """The address's parameters, without the place."""
        said = {"onglet": self.tab, "qui": self.part, "enregistrees": "1" if self.recorded else "", "q": self.words}
        return {name: str(value) for name, value in said.items() if value}


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the page: a date, or a meeting. No models: making four for a line costs as much as showing it."""

    title: str
    code: str
    start: datetime  # by the reader's wall clock, as `end`
    end: datetime | None  # none: the meeting goes on
    organised: str  # by whom, in words
    is_open: bool  # one may enter: it goes on, or is about to begin
    is_cancelled: bool = False
    series_id: UUID | None = None  # of a date
    answered: str = ""  # what, in words; empty: nobody asked
    recordings: Sequence[Recording] = ()

    @property
    def day(self) -> date:
        return self.start.date()

    @property
    def begins(self) -> str:
        return _clock(get_language(), self.start.hour, self.start.minute)

    @property
    def ends(self) -> str:
        return _clock(get_language(), self.end.hour, self.end.minute) if self.end else ""


@cache
def _clock(language: str | None, hour: int, minute: int) -> str:
    """In `language`, which is the active one."""
    return time_format(time(hour, minute), "TIME_FORMAT")


@dataclass(frozen=True, slots=True)
class Page:
    rows: list[Row] = field(default_factory=list)
    after: Place | None = None  # where the next page begins, if there is one


@dataclass(frozen=True, slots=True)
class RoomPage:
    rooms: list[Room] = field(default_factory=list)
    after: Place | None = None


def read_wanted(query: QueryDict) -> Wanted:
    """Whatever is not understood counts as not said."""
    return Wanted(
        tab=_one_of(Tab, query.get("onglet"), Tab.TODAY),
        part=_one_of(Part, query.get("qui"), Part.ALL),
        recorded=query.get("enregistrees") == "1",
        words=" ".join(query.get("q", "").replace("\x00", "").split())[:LONGEST_SEARCH],
        after=_read_place(query.get("apres", "")),
    )


def _one_of(kinds: type[Kind], text: str | None, otherwise: Kind) -> Kind:
    try:
        return kinds(text or otherwise)
    except ValueError:
        return otherwise


def _read_place(text: str) -> Place | None:
    found = PLACE.fullmatch(text)
    return Place(EPOCH + timedelta(microseconds=int(found[1])), found[2]) if found else None


def read_planned(user: User, wanted: Wanted, now: datetime) -> Page:
    """Dates of today, or those that come after now, the nearest first."""
    entries = _narrowed(_entries(user).filter(occurrence__isnull=False), wanted, _PLANNED_WORDS)
    if wanted.tab == Tab.TODAY:
        day, night = _midnights(now)
        # A day more: a meeting may have begun before midnight
        entries = entries.filter(start__gte=day - timedelta(days=1), start__lt=night, end__gt=day)
    else:
        entries = entries.filter(start__gte=now)
    if wanted.after and wanted.after.pk.isdigit():
        place = wanted.after
        entries = entries.filter(Q(start__gte=place.start), Q(start__gt=place.start) | Q(pk__gt=int(place.pk)))
    found = list(entries.order_by("start", "pk").values("pk", "start", "end", "organises", **_PLANNED)[: PAGE_SIZE + 1])
    page = found[:PAGE_SIZE]
    answers = _answers(user, page)
    return Page([_planned_row(user, entry, answers, now) for entry in page], _end(found))


def _midnights(now: datetime) -> tuple[datetime, datetime]:
    """Around `now`, by the reader's wall clock: a day may have 23 or 25 hours."""
    today = timezone.localtime(now).date()
    first, second = (datetime.combine(day, time()) for day in (today, today + timedelta(days=1)))
    return timezone.make_aware(first), timezone.make_aware(second)


def read_held(user: User, wanted: Wanted) -> Page:
    """Meetings that are over, the newest first."""
    entries = _narrowed(_entries(user).filter(meeting__isnull=False, end__isnull=False), wanted, _HELD_WORDS)
    if wanted.recorded:
        entries = entries.filter(recorded=True)
    if wanted.after and wanted.after.pk.isdigit():
        place = wanted.after
        entries = entries.filter(Q(start__lte=place.start), Q(start__lt=place.start) | Q(pk__lt=int(place.pk)))
    found = list(entries.order_by("-start", "-pk").values("pk", "start", "end", **_HELD)[: PAGE_SIZE + 1])
    return Page(_held_rows(user, found[:PAGE_SIZE]), _end(found))


def read_going_on(user: User) -> list[Row]:
    """Meetings that somebody is in right now."""
    entries = _entries(user).filter(meeting__isnull=False, end=None).order_by("-start")
    return _held_rows(user, list(entries.values("pk", "start", "end", **_HELD)[:MOST_GOING_ON]))


def read_to_answer(user: User, now: datetime) -> list[Row]:
    """The next date of each series to which `user` owes an answer, the nearest first."""
    waiting = _entries(user).filter(awaits_answer=True, start__gte=now).order_by("start")
    nearest = (
        AgendaEntry.objects.filter(pk__in=waiting.values("pk")[:LOOKED_AT_TO_ANSWER])
        .filter(occurrence__cancelled_at=None, occurrence__series__cancelled_at=None)
        .order_by("occurrence__series", "start")
        .distinct("occurrence__series")
    )
    first = AgendaEntry.objects.filter(pk__in=nearest.values("pk")).order_by("start").values("pk")[:MOST_TO_ANSWER]
    found = AgendaEntry.objects.filter(pk__in=first).order_by("start")
    entries = found.values("pk", "start", "end", "organises", **_PLANNED)
    return [_planned_row(user, entry, {}, now) for entry in entries]


def read_rooms(user: User, wanted: Wanted) -> RoomPage:
    """The lasting rooms that `user` organises, alone or with others, the newest first."""
    lasting = _rooms_after(Room.objects.filter(institution=user.institution, is_lasting=True, closed_at=None), wanted)
    newest = lasting.order_by("-created_at", "-pk").values("pk")
    organised = newest.filter(organiser=user)[: PAGE_SIZE + 1]
    shared = newest.filter(co_organisers=user)[: PAGE_SIZE + 1]
    ids = organised.union(shared)
    said = ("title", "code", "created_at", "organiser__given_name", "organiser__usual_name")
    both = Room.objects.filter(pk__in=ids).select_related("organiser").only(*said)
    found = list(both.order_by("-created_at", "-pk")[: PAGE_SIZE + 1])
    last = found[PAGE_SIZE - 1] if len(found) > PAGE_SIZE else None
    return RoomPage(found[:PAGE_SIZE], Place(last.created_at, str(last.pk)) if last else None)


def _rooms_after(rooms: QuerySet[Room], wanted: Wanted) -> QuerySet[Room]:
    for word in wanted.words.split()[:MOST_WORDS]:
        rooms = rooms.filter(title__unaccent__icontains=word)
    if wanted.after and len(wanted.after.pk) == len(str(UUID(int=0))):
        place = wanted.after
        rooms = rooms.filter(Q(created_at__lte=place.start), Q(created_at__lt=place.start) | Q(pk__lt=_uuid(place.pk)))
    return rooms


def _uuid(text: str) -> UUID:
    return UUID(hex=text.replace("-", "").ljust(32, "0")[:32])


def _entries(user: User) -> QuerySet[AgendaEntry]:
    return AgendaEntry.objects.filter(user=user)


_PLANNED_WORDS = (
    "occurrence__title",
    "occurrence__agenda",
    "occurrence__series__title",
    "occurrence__series__agenda",
    "occurrence__series__room__organiser__given_name",
    "occurrence__series__room__organiser__usual_name",
)
_HELD_WORDS = (
    "meeting__title",
    "meeting__occurrence__agenda",
    "meeting__occurrence__series__agenda",
    "meeting__room__organiser__given_name",
    "meeting__room__organiser__usual_name",
)


def _narrowed(entries: QuerySet[AgendaEntry], wanted: Wanted, fields: Iterable[str]) -> QuerySet[AgendaEntry]:
    """Every word is in one of `fields`, with or without its accents and capitals."""
    if wanted.part:
        entries = entries.filter(organises=wanted.part == Part.ORGANISED)
    for word in wanted.words.split()[:MOST_WORDS]:
        somewhere = Q()
        for name in fields:
            somewhere |= Q(**{f"{name}__unaccent__icontains": word})
        entries = entries.filter(somewhere)
    return entries


# What a line of a date says, and what it takes to know whether one may enter
_PLANNED = {
    "own_title": F("occurrence__title"),
    "cancelled_at": F("occurrence__cancelled_at"),
    "series": F("occurrence__series"),
    "title": F("occurrence__series__title"),
    "series_cancelled_at": F("occurrence__series__cancelled_at"),
    "code": F("occurrence__series__room__code"),
    "closed_at": F("occurrence__series__room__closed_at"),
    "organiser": F("occurrence__series__room__organiser"),
    "given_name": F("occurrence__series__room__organiser__given_name"),
    "usual_name": F("occurrence__series__room__organiser__usual_name"),
}


def _end(found: Sequence[Fields]) -> Place | None:
    """Of the page, when there is more."""
    last = found[PAGE_SIZE - 1] if len(found) > PAGE_SIZE else None
    return Place(last["start"], str(last["pk"])) if last else None


def _answers(user: User, page: Sequence[Fields]) -> dict[UUID, str]:
    asked = [entry["series"] for entry in page if not entry["organises"]]
    if not asked:
        return {}
    invitations = Invitation.objects.filter(user=user, series__in=asked, revoked_at=None)
    return {series: str(_ANSWERED[answer]) for series, answer in invitations.values_list("series", "answer")}


_ANSWERED: dict[str, StrPromise] = {
    Invitation.Answer.NONE: gettext_lazy("You have not answered yet"),
    Invitation.Answer.ACCEPTED: gettext_lazy("You accepted"),
    Invitation.Answer.DECLINED: gettext_lazy("You declined"),
    Invitation.Answer.TENTATIVE: gettext_lazy("You answered “perhaps”"),
}


def _organised(user: User, entry: Fields) -> str:
    if entry["organiser"] == user.pk:
        return _("You organise it")
    return _("Organised by %(name)s") % {"name": f"{entry['given_name']} {entry['usual_name']}".strip()}


def _planned_row(user: User, entry: Fields, answers: dict[UUID, str], now: datetime) -> Row:
    is_cancelled = bool(entry["cancelled_at"] or entry["series_cancelled_at"])
    is_now = entry["start"] - OPENS_BEFORE <= now < entry["end"]
    return Row(
        title=entry["own_title"] or entry["title"],
        code=entry["code"],
        start=timezone.localtime(entry["start"]),
        end=timezone.localtime(entry["end"]),
        organised=_organised(user, entry),
        series_id=entry["series"],
        answered=answers.get(entry["series"], ""),
        is_cancelled=is_cancelled,
        is_open=is_now and not is_cancelled and not entry["closed_at"],
    )


_HELD = {
    "title": F("meeting__title"),
    "held": F("meeting"),
    "code": F("meeting__room__code"),
    "organiser": F("meeting__room__organiser"),
    "given_name": F("meeting__room__organiser__given_name"),
    "usual_name": F("meeting__room__organiser__usual_name"),
}


def _held_rows(user: User, page: Sequence[Fields]) -> list[Row]:
    recordings: dict[UUID, list[Recording]] = {entry["held"]: [] for entry in page}
    was_there = Exists(Participation.objects.filter(user=user, meeting=OuterRef("meeting")))
    held = Recording.objects.visible_to(user).filter(meeting__in=recordings).annotate(was_there=was_there)
    for recording in held.order_by("started_at"):
        recordings[recording.meeting_id].append(recording)
    return [_held_row(user, entry, recordings[entry["held"]]) for entry in page]


def _held_row(user: User, entry: Fields, recordings: list[Recording]) -> Row:
    return Row(
        title=entry["title"],
        code=entry["code"],
        start=timezone.localtime(entry["start"]),
        end=timezone.localtime(entry["end"]) if entry["end"] else None,
        organised=_organised(user, entry),
        is_open=not entry["end"],
        recordings=recordings,
    )
