"""What a meeting leaves behind, and for how long, in words for those who are about to join it."""

from __future__ import annotations

from typing import TypedDict

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from meetings import policy
from meetings.policy import Access, Assurance, MeetingType, Role, Rules, Standing, Verb

MAY_ALL = Standing(Role.ORGANISER, same_institution=True, public_agent=True, signed_in=True, assurance=Assurance.HIGH)
DAYS_A_YEAR = 365


class Kept(TypedDict):
    """`days` is 0 for what is never kept, or goes with the meeting."""

    what: str
    days: int
    name: str
    words: str


def kept_under(rules: Rules) -> list[Kept]:
    """If nobody whatever may record or have minutes made, there will be none."""
    recorded = policy.decide(MAY_ALL, rules, Verb.RECORD).allowed
    written = policy.decide(MAY_ALL, rules, Verb.TRANSCRIBE).allowed
    return [
        _sound(rules) if recorded else _nothing("sound", _("Sound"), _never_recorded(rules)),
        *(_writings(rules) if written else [_nothing("minutes", _("Minutes"), _("None in this meeting."))]),
        _nothing("pictures", _("Pictures and shared screens"), _("Never recorded.")),
        _nothing("chat", _("Chat"), _("Erased when the meeting ends.")),
    ]


def keeps_anything(kept: list[Kept]) -> bool:
    return any(one["days"] for one in kept)


def _nothing(what: str, name: str, words: str) -> Kept:
    return {"what": what, "days": 0, "name": name, "words": words}


def _never_recorded(rules: Rules) -> str:
    if rules.meeting_type != MeetingType.ORDINARY:
        return _("Never recorded: a meeting of this type leaves no trace.")
    return _("Never recorded: it is not allowed here.")


def _sound(rules: Rules) -> Kept:
    days = rules.audio_retention_days
    words = {
        Access.ON_REQUEST: _("If an organiser starts a recording, the sound of those who agree is kept for %(time)s."),
        Access.ALLOWED: _(
            "If an organiser, or an agent of their institution, starts a recording, the sound of those who agree is "
            "kept for %(time)s."
        ),
    }[rules.recording]
    return {"what": "sound", "days": days, "name": _("Sound"), "words": words % {"time": duration(days)}}


def _writings(rules: Rules) -> list[Kept]:
    transcript, minutes = rules.transcript_retention_days, rules.minutes_retention_days
    words = _("Written from the recording, and kept for %(time)s.")
    return [
        {
            "what": "transcript",
            "days": transcript,
            "name": _("Transcript"),
            "words": words % {"time": duration(transcript)},
        },
        {
            "what": "minutes",
            "days": minutes,
            "name": _("Minutes"),
            "words": _("Kept for %(time)s.") % {"time": duration(minutes)},
        },
    ]


def duration(days: int) -> str:
    """In whole years where they are: nobody counts 3650 days."""
    if days and days % DAYS_A_YEAR == 0:
        years = days // DAYS_A_YEAR
        return ngettext("%(count)d year", "%(count)d years", years) % {"count": years}
    return ngettext("%(count)d day", "%(count)d days", days) % {"count": days}
