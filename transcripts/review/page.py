"""What the page of minutes shows of their state, and offers to whom."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from accounts.models import User
from transcripts.access import verbs_of, who_may_review
from transcripts.models import Transcription
from transcripts.policy import Verb


def states_of(transcription: Transcription, user: User) -> dict[str, Any]:
    may = verbs_of(user, transcription)
    asked = list(transcription.reviewers.select_related("user"))
    known = {reviewer.user_id for reviewer in asked}
    everybody = who_may_review(transcription) if Verb.ASK_REVIEW in may else []
    return {
        "stage": transcription.stage,
        "may": {verb.name.lower() for verb in may},
        "reviewers": asked,
        "candidates": [one for one in everybody if one.pk not in known and one != user],
        "versions": list(transcription.versions.all()),
        "words": editor_words() if Verb.CORRECT in may else {},
    }


def editor_words() -> dict[str, str]:
    """What the editor says: by the code of a state, or of a refusal."""
    return {
        "on": _("You are correcting. Enter writes in a line, the arrows change lines, ? shows the keys."),
        "saving": _("Saving…"),
        "saved": _("Saved"),
        "undone": _("Correction undone"),
        "redone": _("Correction done again"),
        "nothing-to-undo": _("Nothing to undo"),
        "nothing-to-redo": _("Nothing to do again"),
        "offline": _("Not saved yet: no connection. Your text stays here, and is tried again."),
        "changed-meanwhile": _("Somebody changed this line meanwhile. Nothing is lost: choose which text stays."),
        "undo-changed": _("Somebody changed this line since: it is no longer yours to undo."),
        "empty": _("A line has words: remove it if nobody said anything."),
        "too-long": _("This is too long."),
        "nothing-to-split": _("Put the cursor between two words to split the line."),
        "nothing-before": _("There is no line before this one."),
        "other-speaker": _("Lines of two people are not merged."),
        "no-such-line": _("This line is no longer there: somebody merged or removed it."),
        "nothing-found": _("Nothing to replace"),
        "too-many-lines": _("Too many lines: look for something longer."),
        "in-review": _("These minutes are in review: only reviewers and organisers correct them."),
        "approved": _("These minutes are approved: they do not change any more."),
        "being-made-again": _("A new version of these minutes is being made: they can’t be changed meanwhile."),
        "other-institution": _("Only agents of the institution that organised the meeting correct these minutes."),
        "not-in-review": _("Remarks are made while minutes are in review."),
        "refused": _("This was refused. Load the page again."),
        "textOf": _("Text of the line:"),
        "found": _("Lines that would change:"),
    }
