"""Calendar objects, read back by another parser (vobject), and by icalendar with nothing ignored."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import vobject
from dateutil import rrule
from icalendar import Calendar

from accounts.models import User
from meetings.invitations import events, ics
from meetings.invitations.ics import Method
from meetings.invitations.zones import vtimezone
from meetings.models import Invitation, Occurrence, Series
from tests.meetings.invitations.conftest import BEFORE_OCTOBER, TOMORROW, invite, make_series

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
PARIS = ZoneInfo("Europe/Paris")
HOSTILE = [
    "Point\r\nATTENDEE:mailto:intruder@example.org",
    "a;b,c\\d:e\"f'g^n",
    "x\nEND:VEVENT\nBEGIN:VALARM\nACTION:DISPLAY",
    "nul\x00bell\x07escape\x1b[2Jnext\x85line\u2028para\u2029",
    "😀é" * 90,
    " \t ",
]


def rendered(series: Series, method: Method = Method.REQUEST, *, only: Occurrence | None = None) -> bytes:
    attendees = [
        ics.Attendee(ics.Person('Zoé; "Z"\nX:1', "zoe@example.org"), required=False, answer="needs-action"),
        ics.Attendee(ics.Person("", "o'brien+visio@example.org"), required=True, answer="accepted"),
    ]
    event = events.event_of(series, stamp=NOW, attendees=attendees)
    date = events.date_of(only, series, event.link) if only else None
    return ics.render(method, [event], only=date)


def read(content: bytes) -> Any:
    """By vobject, after icalendar has found no fault and lines are as long as they may be."""
    assert all(len(line) <= 75 for line in content.split(b"\r\n"))
    assert b"\n" not in content.replace(b"\r\n", b"")
    strict = Calendar.from_ical(content)
    assert isinstance(strict, Calendar)
    assert [component.errors for component in strict.walk() if component.errors] == []
    return vobject.readOne(content.decode())


def test_series_without_a_date_left_says_so(claire: User) -> None:
    series = make_series(claire, rule="FREQ=DAILY;COUNT=3")
    series.occurrences.update(cancelled_at=NOW)
    assert read(rendered(series)).vevent.status.value == "CANCELLED"


def test_invitation_says_what_when_who_and_where(series: Series) -> None:
    calendar = read(rendered(series))
    event = calendar.vevent
    assert (calendar.method.value, calendar.version.value) == ("REQUEST", "2.0")
    assert (event.uid.value, event.sequence.value, event.status.value) == (series.uid, "0", "CONFIRMED")
    assert event.summary.value == "Comité de suivi"
    assert event.dtstart.value == series.start
    assert event.dtend.value == series.start + timedelta(minutes=30)
    assert event.dtstart.params["X-VOBJ-ORIGINAL-TZID"] == ["Europe/Paris"]
    link = events.room_link(series)
    assert {event.location.value, event.url.value, event.conference.value} == {link}
    assert "1. Budget\n2. Calendrier" in event.description.value
    assert link in event.description.value
    assert event.organizer.value == "mailto:claire@example.gouv.fr"
    assert event.organizer.params["CN"] == ["Claire Fontaine"]
    guest, other = event.attendee_list
    assert (guest.value, other.value) == ("mailto:zoe@example.org", "mailto:o'brien+visio@example.org")
    assert (guest.params["ROLE"], guest.params["PARTSTAT"]) == (["OPT-PARTICIPANT"], ["NEEDS-ACTION"])
    assert (other.params["ROLE"], other.params["PARTSTAT"], other.params["RSVP"]) == (
        ["REQ-PARTICIPANT"],
        ["ACCEPTED"],
        ["TRUE"],
    )


@pytest.mark.parametrize("title", HOSTILE)
def test_hostile_words_stay_words(claire: User, title: str) -> None:
    series = make_series(claire, title=title.replace("\x00", "")[:200], agenda=title.replace("\x00", ""))
    calendar = read(rendered(series))
    assert len(calendar.contents["vevent"]) == 1
    assert "valarm" not in calendar.vevent.contents
    assert [attendee.value for attendee in calendar.vevent.attendee_list] == [
        "mailto:zoe@example.org",
        "mailto:o'brien+visio@example.org",
    ]
    assert "\n" not in calendar.vevent.summary.value
    assert calendar.vevent.summary.value == ics.one_line(title.replace("\x00", "")[:200])
    assert not any(sign in calendar.vevent.description.value for sign in "\x07\x1b\x85\u2028")


def test_nul_never_reaches_a_calendar() -> None:
    """PostgreSQL refuses it; a name from elsewhere could hold it."""
    assert ics.one_line("a\x00b\r\nc") == "a b c"


def test_daily_meeting_stays_at_half_past_nine_across_october(claire: User) -> None:
    series = make_series(claire, start=BEFORE_OCTOBER, rule="FREQ=DAILY;COUNT=12")
    event = read(rendered(series)).vevent
    dates = list(event.getrruleset(addRDate=False))
    assert len(dates) == 12
    assert {date.astimezone(PARIS).strftime("%H:%M") for date in dates} == {"09:30"}
    assert {date.astimezone(UTC).hour for date in dates} == {7, 8}
    ours = list(series.occurrences.order_by("start").values_list("start", flat=True))
    assert [date.astimezone(UTC) for date in dates] == ours
    again = rrule.rrulestr(event.rrule.value, dtstart=BEFORE_OCTOBER.astimezone(PARIS).replace(tzinfo=None))
    assert {date.strftime("%H:%M") for date in again} == {"09:30"}


def test_until_is_in_utc_and_ends_the_series(claire: User) -> None:
    series = make_series(claire, start=BEFORE_OCTOBER, rule="FREQ=WEEKLY;UNTIL=20271122T083000Z")
    event = read(rendered(series)).vevent
    assert event.rrule.value == "FREQ=WEEKLY;UNTIL=20271122T083000Z"
    assert series.occurrences.count() == 5


def test_cancelled_date_is_left_out_and_moved_one_replaced(claire: User) -> None:
    series = make_series(claire, start=BEFORE_OCTOBER, rule="FREQ=DAILY;COUNT=5")
    first, second, third, *_ = series.occurrences.order_by("start")
    Occurrence.objects.filter(pk=second.pk).update(cancelled_at=NOW)
    moved = third.start + timedelta(hours=2)
    Occurrence.objects.filter(pk=third.pk).update(
        start=moved, end=moved + timedelta(hours=1), title="Autre titre", is_exception=True
    )
    calendar = read(rendered(series))
    master, override = calendar.vevent_list
    assert [date for exdate in master.exdate_list for date in exdate.value] == [second.original_start]
    assert "recurrence-id" not in master.contents
    assert (override.uid.value, override.recurrence_id.value) == (series.uid, third.original_start)
    assert (override.dtstart.value, override.summary.value) == (moved, "Autre titre")
    assert first.original_start in [date.astimezone(UTC) for date in master.getrruleset()]


def test_dates_that_the_rule_does_not_give_are_added(claire: User) -> None:
    """What had begun stays when the rule of the rest changes."""
    series = make_series(claire, start=BEFORE_OCTOBER, rule="FREQ=DAILY;COUNT=3")
    extra = BEFORE_OCTOBER - timedelta(days=9)
    Occurrence.objects.create(series=series, original_start=extra, start=extra, end=extra + timedelta(minutes=30))
    series.occurrences.get(original_start=BEFORE_OCTOBER).delete()
    event = read(rendered(series)).vevent
    assert [date for rdate in event.rdate_list for date in rdate.value] == [extra]
    assert [date for exdate in event.exdate_list for date in exdate.value] == [BEFORE_OCTOBER]


def test_one_date_of_a_series_is_cancelled_alone(claire: User) -> None:
    series = make_series(claire, start=BEFORE_OCTOBER, rule="FREQ=DAILY;COUNT=5")
    third = series.occurrences.order_by("start")[2]
    calendar = read(rendered(series, Method.CANCEL, only=third))
    assert calendar.method.value == "CANCEL"
    assert len(calendar.vevent_list) == 1
    assert (calendar.vevent.status.value, calendar.vevent.recurrence_id.value) == ("CANCELLED", third.original_start)
    assert "rrule" not in calendar.vevent.contents


def test_cancelling_a_series_keeps_its_identity(claire: User) -> None:
    series = make_series(claire, rule="FREQ=DAILY;COUNT=3")
    Series.objects.filter(pk=series.pk).update(cancelled_at=NOW, sequence=4)
    series.occurrences.update(cancelled_at=NOW)
    series.refresh_from_db()
    event = read(rendered(series, Method.CANCEL)).vevent
    assert (event.uid.value, event.sequence.value, event.status.value) == (series.uid, "4", "CANCELLED")
    assert "RSVP" not in event.attendee.params


def test_single_meeting_that_moved_is_no_exception(series: Series) -> None:
    moved = TOMORROW + timedelta(days=3)
    series.occurrences.update(start=moved, end=moved + timedelta(hours=1), is_exception=True)
    event = read(rendered(series)).vevent
    assert event.dtstart.value == moved
    assert "recurrence-id" not in event.contents


def test_published_calendar_names_no_attendee(series: Series) -> None:
    calendar = read(rendered(series, Method.PUBLISH))
    assert calendar.method.value == "PUBLISH"
    assert "attendee" not in calendar.vevent.contents
    assert "organizer" in calendar.vevent.contents


def test_agents_see_who_is_invited_and_addresses_see_themselves(zoe: Invitation, bilals: Invitation) -> None:
    assert [attendee.person.email for attendee in events.attendees_for(zoe)] == ["zoe@example.org"]
    assert [attendee.person.email for attendee in events.attendees_for(bilals)] == [bilals.email, "zoe@example.org"]


def test_somebody_who_was_removed_is_not_shown_to_others(series: Series, zoe: Invitation, bilals: Invitation) -> None:
    gone = invite(series, "gone@example.org")
    Invitation.objects.filter(pk=gone.pk).update(revoked_at=NOW)
    assert "gone@example.org" not in [attendee.person.email for attendee in events.attendees_for(bilals)]


@pytest.mark.parametrize(
    "name", ["Europe/Paris", "America/Martinique", "Indian/Reunion", "Pacific/Noumea", "America/Miquelon",
             "Africa/Casablanca", "Australia/Lord_Howe", "UTC"]
)  # fmt: skip
def test_zone_gives_the_offset_of_every_hour(name: str) -> None:
    """Against the machine's own data, around each change of three years."""
    zone, first = ZoneInfo(name), datetime(2026, 1, 1, tzinfo=UTC)
    component = vtimezone(name, first, first + timedelta(days=1000))
    theirs = component.to_tz(lookup_tzid=False)
    for hour in range(0, 1000 * 24, 1):
        wall = (first + timedelta(hours=hour)).astimezone(zone)
        if wall.replace(fold=1).utcoffset() != wall.replace(fold=0).utcoffset():
            continue  # the hour that comes twice, or never
        assert theirs.utcoffset(wall.replace(tzinfo=None)) == wall.utcoffset(), wall


def test_zone_of_paris_is_the_rule_that_calendars_know() -> None:
    text = vtimezone("Europe/Paris", NOW, NOW).to_ical().decode()
    assert "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3" in text
    assert "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10" in text
    assert "DTSTART:20250330T020000" in text
    assert "DTSTART:20251026T030000" in text
