"""Words about people that are burnt into a video: their names, and how sure we are of them."""

from __future__ import annotations

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from meetings.models import Assurance, Participation
from meetings.pictures.script import Face

MOST_INITIALS = 2


def face_of(participation: Participation) -> Face:
    """In the language of the platform: everybody watches the same video."""
    with override(settings.LANGUAGE_CODE):
        name = participation.display_name
        return Face(name, str(_assurance(participation)), initials(name))


def _assurance(participation: Participation) -> str:
    if participation.shared_microphone:  # its owner's name proves nothing
        return _("Shared microphone")
    return {
        Assurance.VERIFIED.value: _("Verified identity"),
        Assurance.LOCAL.value: _("Local account"),
        Assurance.INVITED.value: _("Invited by name"),
        Assurance.DECLARED.value: _("Declared name"),
    }[participation.assurance]


def initials(name: str) -> str:
    words = [word for word in name.replace("-", " ").split() if word[0].isalnum()]
    chosen = words if len(words) <= MOST_INITIALS else [words[0], words[-1]]
    return "".join(word[0] for word in chosen).upper()
