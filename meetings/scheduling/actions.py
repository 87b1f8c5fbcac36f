"""The verbs of planning: schedule, and change this one, this and following, or all.

Each locks its series, writes in one transaction, counts SEQUENCE up (RFC 5546, 2.1.4), queues the mails that tell of
it, and leaves an audit row. Sending the same change twice changes nothing the second time.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from urllib.parse import urlsplit
from uuid import UUID, uuid4, uuid5

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts import audit
from accounts.models import User
from meetings.errors import NotAllowed, PastDate
from meetings.invitations import outbox
from meetings.models import Occurrence, OutgoingMail, Room, Series
from meetings.scheduling import people, recurrence, rooms, rows
from meetings.scheduling.plan import People, RoomChoices, Timing, Wording
from meetings.scheduling.recurrence import RuleError

Kind = OutgoingMail.Kind


def schedule(
    wording: Wording, timing: Timing, asked: People, choices: RoomChoices, *, key: UUID, actor: User, acr: str = ""
) -> Series:
    """Plan a meeting. `key` was drawn with the form: what is sent twice is planned once, and what was changed
    before it was sent again is another meeting.

    `acr` is that of the session. Raises NoInstitution, NotAllowed, Refused, PastDate, RuleError.
    """
    try:
        with transaction.atomic():
            return _schedule(wording, timing, asked, choices, key=key, actor=actor, acr=acr)
    except IntegrityError:  # it was sent twice at the same time: now it is there
        with transaction.atomic():
            return _schedule(wording, timing, asked, choices, key=key, actor=actor, acr=acr)


def _schedule(
    wording: Wording, timing: Timing, asked: People, choices: RoomChoices, *, key: UUID, actor: User, acr: str
) -> Series:
    for free in (key, uuid5(key, repr((wording, timing))), uuid4()):
        planned = Series.objects.filter(pk=free).first()
        if planned is None:
            break
        if planned.created_by == actor and _is_planned_so(planned, wording, timing):
            people.invite(planned.pk, asked.invitees, actor=actor)
            people.add_co_organisers(planned.room, asked.co_organisers, actor=actor)
            return planned
    dates = _dates_to_come(timing)
    room = rooms.room_for(wording.title, choices, actor=actor, acr=acr)
    if asked.co_organisers:
        rooms.lock(room)
    series = _create(free, room, wording, timing, dates[0], actor=actor)
    rows.create(series, dates)
    people.add_co_organisers(room, asked.co_organisers, actor=actor)
    people.add(series, asked.invitees, actor=actor)
    outbox.queue(Kind.REQUEST, series)
    audit.record("series.scheduled", actor=actor, target=series, occurrences=len(dates), invited=len(asked.invitees))
    return series


def _is_planned_so(planned: Series, wording: Wording, timing: Timing) -> bool:
    first = replace(timing, start=timing.dates()[0])
    return planned.cancelled_at is None and (wording, first) == (Wording.of(planned), Timing.of(planned))


def _dates_to_come(timing: Timing) -> list[datetime]:
    dates = timing.dates()
    if dates[0] <= timezone.now():
        raise PastDate
    return dates


def _create(key: UUID, room: Room, wording: Wording, timing: Timing, first: datetime, *, actor: User) -> Series:
    series = Series(pk=key, room=room, created_by=actor, uid=f"{key}@{urlsplit(settings.PUBLIC_URL).hostname}")
    wording.write(series)
    timing.write(series, first)
    series.save(force_insert=True)
    return series


@transaction.atomic
def change_series(series_id: UUID, wording: Wording, timing: Timing, *, actor: User) -> Series:
    """Change every date to come; `timing` is compared with `rest`. Returns the series that they are in now.

    When some dates have begun, other words go to the series itself, and another time to a new one that continues it.
    Raises NotAllowed, SeriesCancelled, PastDate, RuleError.
    """
    series = rows.locked_and_on(series_id, actor=actor)
    pivot, current = rest(series)
    if timing == current:
        return _reword(series, wording, actor=actor)
    return _change_from(series, pivot, wording, timing, actor=actor)


@transaction.atomic
def change_following(occurrence_id: UUID, wording: Wording, timing: Timing, *, actor: User) -> Series:
    """This date and those after it: the series ends before, another one continues it. Returns the latter.

    Raises NotAllowed, SeriesCancelled, PastDate, RuleError.
    """
    pivot = _occurrence(occurrence_id)
    series = rows.locked_and_on(pivot.series_id, actor=actor)
    pivot.refresh_from_db()
    if pivot.series_id != series.pk:
        raise NotAllowed("schedule")  # another change has just moved it
    if pivot.start <= timezone.now():
        raise PastDate
    if (wording, timing) == (Wording.of(series), rest_from(series, pivot)):
        return series
    return _change_from(series, pivot, wording, timing, actor=actor)


def _change_from(series: Series, pivot: Occurrence, wording: Wording, timing: Timing, *, actor: User) -> Series:
    if series.occurrences.filter(original_start__lt=pivot.original_start).exists():
        return _continue(series, pivot, wording, timing, actor=actor)
    return _change_whole(series, wording, timing, actor=actor)


def _reword(series: Series, wording: Wording, *, actor: User) -> Series:
    if wording == Wording.of(series):
        return series
    rows.keep_words_of_past(series)
    rooms.rename(series, wording.title)
    wording.write(series)
    rows.bump(series)
    outbox.queue(Kind.REQUEST, series)
    audit.record("series.changed", actor=actor, target=series, sequence=series.sequence)
    return series


def _change_whole(series: Series, wording: Wording, timing: Timing, *, actor: User) -> Series:
    """Nothing of it has begun."""
    before, dates = Timing.of(series), _dates_to_come(timing)
    rooms.rename(series, wording.title)
    wording.write(series)
    timing.write(series, dates[0])
    rows.bump(series)
    rows.bring_in_line(series, dates, zone_before=before.time_zone, duration_before=before.duration)
    if before != timing:
        people.ask_again(series)
    outbox.queue(Kind.REQUEST, series)
    audit.record("series.changed", actor=actor, target=series, sequence=series.sequence, occurrences=len(dates))
    return series


def _continue(series: Series, pivot: Occurrence, wording: Wording, timing: Timing, *, actor: User) -> Series:
    before, dates = Timing.of(series), _dates_to_come(timing)
    if before.rule is None:
        raise RuleError("no-such-date")
    halves = recurrence.split(before.rule, before.start, before.time_zone, pivot.original_start)
    same_time = timing == rest_from(series, pivot)
    follower = _create(uuid4(), series.room, wording, timing, dates[0], actor=actor)
    follower.continues = series
    follower.save(update_fields=["continues"])
    series.occurrences.filter(original_start__gte=pivot.original_start).update(series=follower)
    rows.bring_in_line(follower, dates, zone_before=before.time_zone, duration_before=before.duration)
    people.copy(series, follower, keep_answers=same_time)
    series.rule = str(halves.before)
    rows.bump(series)
    for changed in (series, follower):
        outbox.queue(Kind.REQUEST, changed)
    audit.record("series.split", actor=actor, target=series, follower=str(follower.pk), occurrences=len(dates))
    return follower


@transaction.atomic
def change_occurrence(
    occurrence_id: UUID, *, title: str, agenda: str, start: datetime, end: datetime, actor: User
) -> Occurrence:
    """This date alone; if there is no other, the series. Words equal to the series' own follow it.

    Raises NotAllowed, SeriesCancelled, PastDate.
    """
    occurrence = _occurrence(occurrence_id)
    series = rows.locked_and_on(occurrence.series_id, actor=actor)
    occurrence.refresh_from_db()
    if occurrence.series_id != series.pk:
        raise NotAllowed("schedule")
    if occurrence.cancelled_at or min(start, occurrence.start) <= timezone.now():
        raise PastDate
    if not series.rule:
        _change_only_date(series, Wording(title, agenda, Wording.of(series).links), start, end, actor=actor)
        return _occurrence(occurrence_id)
    values = ("" if title == series.title else title, None if agenda == series.agenda else agenda, start, end)
    if values == (occurrence.title, occurrence.agenda, occurrence.start, occurrence.end):
        return occurrence
    occurrence.title, occurrence.agenda, occurrence.start, occurrence.end = values
    occurrence.is_exception = True
    occurrence.save()
    rows.bump(series)
    outbox.queue(Kind.REQUEST, series, occurrence=occurrence)
    audit.record("occurrence.changed", actor=actor, target=occurrence, sequence=series.sequence)
    return occurrence


def _change_only_date(series: Series, wording: Wording, start: datetime, end: datetime, *, actor: User) -> None:
    minutes = round((end - start) / timedelta(minutes=1))
    change_series(series.pk, wording, Timing(start, minutes, series.time_zone), actor=actor)


def rest(series: Series) -> tuple[Occurrence, Timing]:
    """The first date to come, and the rule from there on. Raises PastDate: there is none.

    A date that was put off is none if its day in the rule is past: a rule can't begin before now.
    """
    now = timezone.now()
    to_come = series.occurrences.filter(start__gt=now, original_start__gt=now).order_by("original_start")
    for occurrence in to_come:
        try:
            return occurrence, rest_from(series, occurrence)
        except RuleError:  # a date that the spring change shifts: a rule can't start there
            continue
    raise PastDate


def rest_from(series: Series, pivot: Occurrence) -> Timing:
    """The series' timing, as if it began with `pivot`. Raises RuleError."""
    whole = Timing.of(series)
    if whole.rule is None or pivot.original_start <= whole.start:
        return whole
    halves = recurrence.split(whole.rule, whole.start, whole.time_zone, pivot.original_start)
    return replace(whole, start=halves.after_start, rule=halves.after)


def _occurrence(occurrence_id: UUID) -> Occurrence:
    found = Occurrence.objects.filter(pk=occurrence_id).first()
    if found is None:
        raise NotAllowed("schedule")
    return found
