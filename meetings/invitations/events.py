"""Series, as calendar events: for one invitation, or for a calendar that somebody reads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from meetings.invitations.ics import Attendee, Date, Event, Person
from meetings.models import Invitation, Occurrence, Series
from meetings.scheduling import recurrence


def event_of(series: Series, *, stamp: datetime, link: str = "", attendees: Sequence[Attendee] = ()) -> Event:
    """`link` is a personal one; without it, the room's own. Reads the occurrences, prefetched or not."""
    link = link or room_link(series)
    rows = sorted(series.occurrences.all(), key=lambda row: row.original_start)
    on = [row for row in rows if row.cancelled_at is None]
    alive = on or rows
    event = Event(
        uid=series.uid,
        sequence=series.sequence,
        stamp=stamp,
        time_zone=series.time_zone,
        link=link,
        organiser=Person(series.room.organiser.get_full_name(), series.room.organiser.email),
        whole=_whole(series, alive, link),
        attendees=tuple(attendees),
        rule=series.rule,
        cancelled=series.cancelled_at is not None or not on,
    )
    return _with_dates(event, series, alive, link) if series.rule else event


def date_of(occurrence: Occurrence, series: Series, link: str) -> Date:
    return Date(
        occurrence.original_start,
        occurrence.start,
        occurrence.end,
        occurrence.title or series.title,
        description(series, occurrence, link),
    )


def description(series: Series, occurrence: Occurrence | None, link: str) -> str:
    agenda = series.agenda if occurrence is None or occurrence.agenda is None else occurrence.agenda
    documents = [f"{document['label']} : {document['url']}" for document in series.links]
    notice = _("If this meeting is recorded, you will be asked first, and may refuse without leaving it.")
    parts = [agenda.strip(), "\n".join(documents), _("Join the meeting: %(link)s") % {"link": link}, notice]
    return "\n\n".join(part for part in parts if part)


def attendees_for(invitation: Invitation) -> list[Attendee]:
    """An agent of the directory sees who is invited; an address outside of it sees itself alone."""
    if invitation.user_id is None:
        return [_attendee(invitation)]
    shown = invitation.series.invitations.filter(revoked_at=None).select_related("user").order_by("created_at", "pk")
    others = [_attendee(other) for other in shown if other.pk != invitation.pk]
    return [_attendee(invitation), *others]


def room_link(series: Series) -> str:
    return f"{settings.PUBLIC_URL}{reverse('room', args=[series.room.code])}"


def _attendee(invitation: Invitation) -> Attendee:
    return Attendee(Person(name_of(invitation), invitation.email), invitation.required, invitation.answer)


def name_of(invitation: Invitation) -> str:
    return invitation.user.get_full_name() if invitation.user else invitation.name


def _whole(series: Series, rows: list[Occurrence], link: str) -> Date:
    if rows and not series.rule:  # one date: nothing of it is an exception
        return date_of(rows[0], series, link)
    end = series.start + timedelta(minutes=series.duration_minutes)
    return Date(series.start, series.start, end, series.title, description(series, None, link))


def _with_dates(event: Event, series: Series, alive: list[Occurrence], link: str) -> Event:
    """The rows are the truth: what the rule gives besides is excluded, what it does not give is added."""
    by_rule = recurrence.starts(recurrence.parse(series.rule), series.start, series.time_zone)
    kept = {row.original_start for row in alive}
    length = timedelta(minutes=series.duration_minutes)
    plain = {start: Date(start, start, start + length, event.whole.title, event.whole.description) for start in kept}
    dates = [date_of(row, series, link) for row in alive]
    return replace(
        event,
        excluded=tuple(start for start in by_rule if start not in kept),
        added=tuple(sorted(kept - set(by_rule))),
        changed=tuple(date for date in dates if date != plain[date.original_start]),
    )
