"""Asking reviewers by mail: the rows wait until they are sent, at least once. See `mail_queue`."""

from __future__ import annotations

from email.utils import formataddr

from django.conf import settings
from django.core.mail import EmailMessage
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import User
from meetings.invitations.ics import one_line
from transcripts import mail_queue
from transcripts.models import Reviewer
from transcripts.policy import Stage


def send_waiting() -> int:
    return mail_queue.send_waiting(_rows, message_of)


def _rows() -> QuerySet[Reviewer]:
    """Nobody is asked to review what is approved already."""
    return Reviewer.objects.filter(transcription__stage=Stage.IN_REVIEW)


def message_of(asked: Reviewer) -> EmailMessage:
    """Raises ValueError for an account without an address."""
    if not asked.user.email:
        raise ValueError("no address")
    language = asked.language if asked.language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
    recording = asked.transcription.recording
    title = one_line(recording.meeting.title)
    with translation.override(language):
        context = {
            "asker": _name(asked.asked_by),
            "title": title,
            "link": settings.PUBLIC_URL + reverse("minutes", args=[recording.pk]),
            "site": settings.PUBLIC_URL,
        }
        return EmailMessage(
            subject=_("Minutes to review: %(title)s") % {"title": title[:150]},
            body=render_to_string("transcripts/mail/review.txt", context),
            to=[formataddr((_name(asked.user), asked.user.email))],
            headers={"Auto-Submitted": "auto-generated", "Content-Language": language},
        )


def _name(user: User | None) -> str:
    return one_line(user.get_full_name()) if user else ""
