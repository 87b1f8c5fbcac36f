"""Why lines were left out of minutes, in words, for administrators."""

from __future__ import annotations

from django.utils.translation import gettext as _

from transcripts.pipeline.phantoms import Reason


def reason_words(code: str) -> str:
    words: dict[str, str] = {
        Reason.NO_SPEECH: _("nobody spoke"),
        Reason.IMPROBABLE: _("the recogniser was not sure at all"),
        Reason.REPEATED: _("went round in circles"),
        Reason.BOILERPLATE: _("credits of subtitles, and other habits of recognisers"),
        Reason.OUTSIDE_SPEECH: _("said where there was silence"),
        Reason.UNSOUND: _("with impossible times"),
        Reason.CROSS_TALK: _("another’s voice at this microphone"),
        Reason.BACKGROUND: _("a voice in the background"),
    }
    return words.get(code, code)
