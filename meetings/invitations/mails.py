"""The mail of one row of the outbox: words in the invitation's language, and the calendar object beside them."""

from __future__ import annotations

from dataclasses import dataclass
from email.utils import formataddr
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.encoding import punycode
from django.utils.translation import gettext as _

from meetings.invitations import events, tokens
from meetings.invitations.ics import Date, Event, Method, one_line, render
from meetings.models import Invitation, OutgoingMail

METHODS = {OutgoingMail.Kind.REQUEST.value: Method.REQUEST, OutgoingMail.Kind.CANCEL.value: Method.CANCEL}
MOST_IN_A_SUBJECT = 150  # characters of a title


@dataclass(frozen=True, slots=True)
class _Told:
    """The whole event, and the one date that the mail is about, if it is not about all of them."""

    event: Event
    only: Date | None
    dates: tuple[Date, ...]


def message_of(mail: OutgoingMail) -> EmailMultiAlternatives:
    """As things are now, not as they were when the row was written. Raises UnicodeError."""
    invitation = mail.invitation
    language = invitation.language if invitation.language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
    with translation.override(language), timezone.override(ZoneInfo(invitation.series.time_zone)):
        told = _told(mail)
        method = METHODS[mail.kind]
        calendar = render(method, [told.event], only=told.only)
        context = _context(invitation, told)
        template = "cancellation" if method is Method.CANCEL else "invitation"
        message = EmailMultiAlternatives(
            subject=_subject(mail, (told.only or told.event.whole).title),
            body=render_to_string(f"meetings/mail/{template}.txt", context),
            to=[_address(events.name_of(invitation), invitation.email)],
            reply_to=[_address(told.event.organiser.name, told.event.organiser.email)],
            headers=_headers(mail, language),
        )
        message.attach_alternative(render_to_string(f"meetings/mail/{template}.html", context), "text/html")
    message.attach_alternative(calendar.decode(), f"text/calendar; method={method}")
    message.attach("invitation.ics", calendar, "application/ics")  # for clients that skip the alternative
    return message


def _address(name: str, email: str) -> str:
    """With its domain in ASCII (RFC 5891). Raises UnicodeError: nothing in ASCII says what is before the "@"."""
    local, _at, domain = email.rpartition("@")
    return formataddr((one_line(name), f"{local}@{punycode(domain)}"))


def _told(mail: OutgoingMail) -> _Told:
    invitation, series = mail.invitation, mail.invitation.series
    link = tokens.join_link(invitation)
    attendees = events.attendees_for(invitation)
    event = events.event_of(series, stamp=timezone.now(), link=link, attendees=attendees)
    if mail.occurrence and series.rule:
        only = events.date_of(mail.occurrence, series, link)
        return _Told(event, only, (only,))
    rows = [row for row in series.occurrences.all() if row.cancelled_at is None or series.cancelled_at]
    return _Told(event, None, tuple(events.date_of(row, series, link) for row in rows))


def _subject(mail: OutgoingMail, title: str) -> str:
    title = one_line(title)[:MOST_IN_A_SUBJECT]
    if mail.kind == OutgoingMail.Kind.CANCEL:
        return _("Cancelled: %(title)s") % {"title": title}
    if mail.invitation.mails.filter(kind=mail.kind, status=OutgoingMail.Status.SENT).exists():
        return _("Updated invitation: %(title)s") % {"title": title}
    return _("Invitation: %(title)s") % {"title": title}


def _headers(mail: OutgoingMail, language: str) -> dict[str, str]:
    host = urlsplit(settings.PUBLIC_URL).hostname or "localhost"
    return {
        # The same at each attempt: a server that was asked twice can tell
        "Message-ID": f"<{mail.pk}@{host}>",
        "Auto-Submitted": "auto-generated",
        "Content-Language": language,
    }


def _context(invitation: Invitation, told: _Told) -> dict[str, object]:
    series = invitation.series
    future = [date for date in told.dates if date.end > timezone.now()] or list(told.dates)
    return {
        "title": one_line((told.only or told.event.whole).title),
        "organiser": one_line(told.event.organiser.name),
        "institution": series.room.institution,
        "zone": series.time_zone,
        "first": future[0] if future else told.event.whole,
        "last": future[-1] if future else told.event.whole,
        "count": len(future),
        "is_one_of_many": told.only is not None,
        "agenda": _agenda(told, invitation),
        "links": series.links,
        "join_link": told.event.link,
        "answer_link": tokens.answer_link(invitation),
        "site": settings.PUBLIC_URL,
        "asks": invitation.user_id is None,
    }


def _agenda(told: _Told, invitation: Invitation) -> str:
    if told.only is None:
        return invitation.series.agenda
    found = invitation.series.occurrences.filter(original_start=told.only.original_start).first()
    return invitation.series.agenda if found is None or found.agenda is None else found.agenda
