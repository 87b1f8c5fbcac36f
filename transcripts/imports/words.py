"""What people read about imports."""

from __future__ import annotations

from django.utils.translation import gettext as _

# Of the one microphone of an import, in the language of who brought it: it stays in the minutes
SPEAKER_NAME = {"fr": "Enregistrement importé", "en": "Imported recording"}


def refusal(code: str) -> str:
    """A sentence for each code; and for those of a later version."""
    words: dict[str, str] = {
        "no-institution": _("Your account belongs to no institution."),
        "not-allowed": _("Your institution does not allow recordings with minutes."),
        "quota": _("Your institution has used its hours of recording for this month."),
        "too-many": _("Five uploads are under way already. Finish one of them, or give it up."),
        "empty": _("This file is empty."),
        "too-large": _("This file is too large."),
        "elsewhere": _("This upload goes on in another window, or was given up."),
        "not-finished": _("The upload was not finished within a day."),
        "no-audio": _("There is no sound in this file."),
        "not-a-recording": _("This file is not a recording."),
        "too-many-streams": _("This file holds too many tracks: export its sound alone."),
        "too-long": _("This recording lasts more than twelve hours."),
        "too-short": _("This recording is too short."),
        "shorter-than-it-says": _("This file is damaged: it says that it is longer than it is."),
        "too-slow-to-decode": _("This file takes too long to decode."),
        "internal": _("Something went wrong on our side. Try again later."),
    }
    return words.get(code, _("This file can’t be read. MP3, M4A, WAV, FLAC, OGG, MP4, WebM and MKV can."))


def sentences() -> dict[str, str]:
    """For the script of the page that uploads. Braces are its own."""
    return {
        "sending": _("{percent} % of {total} MB sent. Keep this page open."),
        "waiting": _("No connection. The upload goes on as soon as there is one."),
        "checking": _("Everything is sent."),
        "choose": _("Choose a file first."),
        "failed": _("The upload failed. Try again: what was sent is kept."),
    }
