"""Participations without a name: that somebody was there stays, and who it was goes."""

from __future__ import annotations

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from meetings.captions import lines as captions
from meetings.models import ChatMessage, Meeting, Participation


def erased_name() -> str:
    """In the language of the installation: it is written into rows."""
    with translation.override(settings.LANGUAGE_CODE):
        return _("Erased person")


def make_nameless(participation: Participation) -> str:
    """The name under which they are from now on: numbered, so that two of them can be told apart."""
    if is_nameless(participation):
        return participation.display_name
    label = erased_name()
    others = Participation.objects.filter(meeting=participation.meeting_id, user=None, display_name__startswith=label)
    name = f"{label} {others.exclude(pk=participation.pk).count() + 1}"
    Participation.objects.filter(pk=participation.pk).update(display_name=name, **NAMELESS)
    return name


NAMELESS = {"user": None, "invitation": None, "guest_key": "", "institution_label": ""}


def is_nameless(participation: Participation) -> bool:
    return participation.user_id is None and participation.display_name.startswith(erased_name())


def make_all_nameless(meeting: Meeting) -> int:
    """Everybody who was there, the meeting's title, and what is left of its chat."""
    label = erased_name()
    ChatMessage.objects.filter(meeting=meeting).delete()
    captions.erase(meeting.pk)
    Meeting.objects.filter(pk=meeting.pk).update(title="—", waiting_text="")
    there = Participation.objects.filter(meeting=meeting)
    named = list(there.order_by("joined_at", "pk"))
    for number, participation in enumerate(named, start=1):
        there.filter(pk=participation.pk).update(display_name=f"{label} {number}", **NAMELESS)
    return len(named)
