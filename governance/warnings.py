"""Telling organisers, once, what will be erased and what they can do before. No word of the minutes is in the mail."""

from __future__ import annotations

from datetime import date
from email.utils import formataddr

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import Q, QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import User
from governance import retention
from governance.models import ErasureWarning, What
from governance.nudges import nudge_warnings
from meetings.invitations.ics import one_line
from meetings.models import Recording
from transcripts import mail_queue
from transcripts.models import transcription_of


@transaction.atomic
def write(recording: Recording, what: What, goes_on: date) -> None:
    """Nobody is told twice of the same, though the date may have moved. Nobody is told of what is not there."""
    if what == What.SOUND and not recording.tracks.filter(erased_at=None).exists():
        return
    rows = [
        ErasureWarning(recording=recording, what=what, goes_on=goes_on, user=user) for user in organisers_of(recording)
    ]
    ErasureWarning.objects.bulk_create(rows, ignore_conflicts=True)
    transaction.on_commit(nudge_warnings)


def organisers_of(recording: Recording) -> list[User]:
    """Who can still do something about it."""
    room = recording.meeting.room
    organising = Q(pk=room.organiser_id) | Q(pk__in=room.room_organisers.values("user"))
    return list(User.objects.filter(organising, institution=room.institution_id, is_active=True).order_by("pk"))


def send_waiting() -> int:
    return mail_queue.send_waiting(_rows, message_of)


def _rows() -> QuerySet[ErasureWarning]:
    return ErasureWarning.objects.select_related("user", "recording__meeting__room__institution", "recording__purpose")


def message_of(warning: ErasureWarning) -> EmailMessage:
    """Raises ValueError for who may not see it any more, or has no address; and once it is gone, or is kept longer."""
    recording, user = warning.recording, warning.user
    if not Recording.objects.visible_to(user).filter(pk=recording.pk).exists() or not user.email:
        raise ValueError("nobody to tell")
    goes_on = getattr(retention.dates_for(recording), warning.what)
    if goes_on is None or goes_on > warning.goes_on:  # another mail tells of that, in its time
        raise ValueError("nothing to tell")
    title = one_line(recording.meeting.title)
    transcription = transcription_of(recording)
    with translation.override(settings.LANGUAGE_CODE):
        context = {
            "what": warning.what,
            "title": title,
            "goes_on": date_format(goes_on),
            "is_draft": transcription is not None and not transcription.versions.exists(),
            "minutes": settings.PUBLIC_URL + reverse("minutes", args=[recording.pk]) if transcription else "",
            "link": settings.PUBLIC_URL + reverse("recording", args=[recording.pk]),
            "site": settings.PUBLIC_URL,
        }
        return EmailMessage(
            subject=_("Erased on %(date)s: %(title)s") % {"date": context["goes_on"], "title": title[:120]},
            body=render_to_string("governance/mail/warning.txt", context),
            to=[formataddr((one_line(user.get_full_name()), user.email))],
            headers={"Auto-Submitted": "auto-generated", "Content-Language": settings.LANGUAGE_CODE},
        )
