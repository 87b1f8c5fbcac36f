"""Telling people that minutes are there, or were shared with them. Not a word of the minutes is in the mail."""

from __future__ import annotations

from collections.abc import Iterable
from email.utils import formataddr

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.models import User
from meetings.invitations.ics import one_line
from meetings.models import Application, Recording
from transcripts import mail_queue
from transcripts.access import who_may_review
from transcripts.announcing import announce_minutes
from transcripts.models import Notice, Transcription
from transcripts.nudges import nudge_notices


def write(transcription: Transcription, kind: str, people: Iterable[User], *, by: User | None = None) -> None:
    """In the caller's transaction. Who was told of the same before is told again only of what is shared anew."""
    if kind == Notice.Kind.SHARED:
        Notice.objects.filter(transcription=transcription, kind=kind, user__in=list(people)).delete()
    language = get_language() or "" if by else ""
    rows = (Notice(transcription=transcription, kind=kind, user=user, by=by, language=language) for user in people)
    Notice.objects.bulk_create(rows, ignore_conflicts=True)
    transaction.on_commit(nudge_notices)


def tell_ready(transcription: Transcription) -> None:
    """All who may read them by their own name, once, however often they are made again; applications each time."""
    announce_minutes(Application.Event.MINUTES_READY, transcription)
    write(transcription, Notice.Kind.READY, who_may_review(transcription))


def send_waiting() -> int:
    return mail_queue.send_waiting(_rows, message_of)


def _rows() -> QuerySet[Notice]:
    return Notice.objects.select_related("user", "transcription__recording__meeting")


def message_of(notice: Notice) -> EmailMessage:
    """Raises ValueError for who may not read any more, or has no address."""
    recording = notice.transcription.recording
    if not Recording.objects.visible_to(notice.user).filter(pk=recording.pk).exists() or not notice.user.email:
        raise ValueError("nobody to tell")
    language = notice.language if notice.language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
    title = one_line(recording.meeting.title)
    with translation.override(language):
        subject = (
            _("Minutes: %(title)s") if notice.kind == Notice.Kind.READY else _("Minutes shared with you: %(title)s")
        )
        context = {
            "title": title,
            "sharer": one_line(notice.by.get_full_name()) if notice.by else "",
            "link": settings.PUBLIC_URL + reverse("minutes", args=[recording.pk]),
            "site": settings.PUBLIC_URL,
        }
        return EmailMessage(
            subject=subject % {"title": title[:150]},
            body=render_to_string(f"transcripts/mail/{notice.kind}.txt", context),
            to=[formataddr((one_line(notice.user.get_full_name()), notice.user.email))],
            headers={"Auto-Submitted": "auto-generated", "Content-Language": language},
        )
