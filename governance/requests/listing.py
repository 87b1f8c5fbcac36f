"""What is kept about a person, as an officer looks at it: how much of each kind, then dates and places, never words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from accounts.trail_words import TARGETS, VERBS
from governance.requests.export.words import CODES
from governance.requests.holdings import Holdings, count

PER_PAGE = 50
Rows = Callable[[Holdings], QuerySet[Any]]
Told = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Kind:
    """`told` is when, where, and a state or a measure of it: nothing that somebody said or wrote."""

    title: Any
    rows: Rows
    told: Callable[[Any], Told]


@dataclass(frozen=True, slots=True)
class Counted:
    slug: str
    title: str
    count: int


@dataclass(frozen=True, slots=True)
class Listing:
    title: str
    rows: list[Told]
    page: Any


def _at(moment: Any) -> str:
    return date_format(localtime(moment), "SHORT_DATETIME_FORMAT") if moment else "–"


def _seconds(row: Any) -> str:
    minutes, seconds = divmod(round(row.duration), 60)
    return f"{minutes:02}:{seconds:02}"


def _word(column: str, code: str) -> str:
    return str(CODES[column].get(code, code))


def _of_minutes(row: Any) -> tuple[str, str]:
    recording = row.transcription.recording
    return _at(recording.started_at), recording.meeting.title


def _line(row: Any) -> Told:
    return (*_of_minutes(row), _word("assurance", row.assurance))


def _track(row: Any) -> Told:
    return _at(row.recording.started_at), row.recording.meeting.title, _seconds(row)


def _tracks(rows: QuerySet[Any]) -> QuerySet[Any]:
    return rows.select_related("recording__meeting")


def _on_minutes(rows: QuerySet[Any]) -> QuerySet[Any]:
    return rows.select_related("transcription__recording__meeting")


def _participation(row: Any) -> Told:
    return _at(row.joined_at), row.meeting.title, _word("assurance", row.assurance)


KINDS: dict[str, Kind] = {
    "comptes": Kind(
        _("Accounts"),
        lambda held: held.accounts.select_related("institution"),
        lambda row: (_at(row.created_at), str(row.institution or ""), row.get_source_display()),
    ),
    "participations": Kind(_("Meetings attended"), lambda held: held.participations, _participation),
    "invitations": Kind(
        _("Invitations"),
        lambda held: held.invitations,
        lambda row: (_at(row.created_at), row.series.title, _word("answer", row.answer)),
    ),
    "reponses": Kind(
        _("Answers about recordings"),
        lambda held: held.consents,
        lambda row: (_at(row.at), row.recording.meeting.title, _word("choice", row.choice)),
    ),
    "lignes": Kind(_("Lines of minutes"), lambda held: held.lines, _line),
    "lignes-partagees": Kind(
        _("Lines of shared microphones, perhaps another person’s"),
        lambda held: held.lines_of_shared_microphones,
        _line,
    ),
    "sons": Kind(_("Sound of the person’s voice"), lambda held: _tracks(held.sounds), _track),
    "sons-partages": Kind(_("Sound in which others may be heard"), lambda held: _tracks(held.sounds_left_out), _track),
    "images": Kind(_("Pictures of the person"), lambda held: _tracks(held.pictures), _track),
    "ecrans": Kind(_("Shared screens"), lambda held: _tracks(held.screens), _track),
    "messages": Kind(
        _("Chat messages of meetings that go on"),
        lambda held: held.chat.select_related("meeting"),
        lambda row: (_at(row.at), row.meeting.title, ""),
    ),
    "remarques": Kind(
        _("Remarks on minutes"),
        lambda held: _on_minutes(held.comments),
        lambda row: (_at(row.at), _of_minutes(row)[1], ""),
    ),
    "corrections": Kind(
        _("Corrections made"),
        lambda held: _on_minutes(held.edits),
        lambda row: (_at(row.at), _of_minutes(row)[1], ""),
    ),
    "imports": Kind(_("Recordings brought"), lambda held: held.imports, lambda row: (_at(row.at), row.title, "")),
    "salons": Kind(_("Rooms organised"), lambda held: held.rooms, lambda row: (_at(row.created_at), row.title, "")),
    "partages": Kind(
        _("Minutes shared with the person"),
        lambda held: held.shares.select_related("recording__meeting"),
        lambda row: (_at(row.at), row.recording.meeting.title, ""),
    ),
    "sessions": Kind(_("Open sessions"), lambda held: held.sessions, lambda row: (_at(row.created_at), "", "")),
    "journal": Kind(
        _("Rows of the trail"),
        lambda held: held.trail,
        lambda row: (_at(row.at), str(VERBS.get(row.verb, row.verb)), str(TARGETS.get(row.target_type, ""))),
    ),
}


def summary(held: Holdings) -> list[Counted]:
    """One query for each kind."""
    return [Counted(slug, str(kind.title), count(kind.rows(held))) for slug, kind in KINDS.items()]


def listed(held: Holdings, slug: str, *, page: str) -> Listing:
    kind = KINDS[slug]
    shown = Paginator(kind.rows(held), PER_PAGE).get_page(page)
    return Listing(str(kind.title), [kind.told(row) for row in shown], shown)
