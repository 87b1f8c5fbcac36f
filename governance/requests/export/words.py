"""What the page of an export calls things: its tables, their columns, and the codes in them."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

# Of each list of the data: its title, and the columns that people read
TABLES = {
    "accounts": (
        _("Account"),
        ("given_name", "usual_name", "email", "institution", "signs_in_by", "kinds_of_agent", "since", "last_sign_in"),
    ),
    "sessions": (_("Open sessions"), ("address", "browser", "since", "last_seen")),
    "second_factors": (_("Second factors"), ("kind", "since")),
    "roles": (_("Roles"), ("role", "institution", "since")),
    "calendar_feeds": (_("Address of a calendar"), ("since", "read_at")),
    "participations": (
        _("Meetings that you took part in"),
        ("joined_at", "title", "institution", "name_shown", "assurance", "left_at"),
    ),
    "invitations": (_("Invitations"), ("invited_at", "title", "email", "name", "answer", "withdrawn_at")),
    "consents": (
        _("What you answered about recordings"),
        ("at", "title", "choice", "words", "picture", "purpose", "text", "text_version"),
    ),
    "lines": (_("What you said, as it is written in minutes"), ("recorded_at", "title", "start", "text", "assurance")),
    "recognised_lines": (_("Your lines as they were recognised, before corrections"), ("minutes", "start", "text")),
    "line_changes": (_("Corrections of your lines"), ("at", "minutes", "before", "after")),
    "approved_lines": (_("Your lines in approved minutes"), ("minutes", "version", "start", "text")),
    "items": (_("Decisions, actions and questions that lean on your lines alone"), ("kind", "state", "text", "due")),
    "remarks": (_("Your remarks on minutes"), ("at", "minutes", "text")),
    "corrections": (_("Corrections that you made"), ("at", "minutes", "kind")),
    "reviews": (_("Minutes that you were asked to review"), ("at", "minutes")),
    "chat": (_("What you wrote in a chat that is going on"), ("at", "meeting", "text")),
    "rooms": (_("Rooms that you organise"), ("title", "as", "since")),
    "planned": (_("Meetings that you planned"), ("start", "title", "rule")),
    "imports": (_("Recordings that you brought"), ("at", "title", "held_on", "state")),
    "shared_with_me": (_("Minutes shared with you"), ("recording", "since", "until")),
    "requests": (_("Your requests"), ("reference", "kind", "received_on", "state")),
    "trail": (_("Trail of what was done"), ("at", "what", "by", "object")),
}

COLUMNS = {
    "given_name": _("First name"),
    "usual_name": _("Last name"),
    "email": _("E-mail address"),
    "institution": _("Institution"),
    "signs_in_by": _("Signs in by"),
    "kinds_of_agent": _("Kinds of agent"),
    "since": _("Since"),
    "until": _("Until"),
    "last_sign_in": _("Last sign-in"),
    "address": _("Network address"),
    "browser": _("Browser"),
    "last_seen": _("Last seen"),
    "kind": _("Kind"),
    "role": _("Role"),
    "read_at": _("Last read"),
    "joined_at": _("Arrival"),
    "left_at": _("Departure"),
    "title": _("Meeting"),
    "name_shown": _("Name shown"),
    "assurance": _("How sure the name is"),
    "invited_at": _("Invited on"),
    "withdrawn_at": _("Withdrawn on"),
    "name": _("Name"),
    "answer": _("Answer"),
    "at": _("When"),
    "choice": _("Sound"),
    "words": _("Words"),
    "picture": _("Picture"),
    "purpose": _("Purpose"),
    "text": _("Text"),
    "text_version": _("Version of the text"),
    "recorded_at": _("Recorded on"),
    "start": _("Seconds from the start"),
    "minutes": _("Minutes"),
    "before": pgettext_lazy("of a correction", "Before"),
    "after": pgettext_lazy("of a correction", "After"),
    "version": _("Version"),
    "state": _("State"),
    "due": _("To be done by"),
    "meeting": _("Meeting"),
    "as": _("As"),
    "rule": _("Repeats"),
    "held_on": _("Held on"),
    "recording": _("Recording"),
    "reference": _("Reference"),
    "received_on": _("Received on"),
    "what": _("What"),
    "by": _("By"),
    "object": _("Object"),
}

CODES: dict[str, dict[str, Any]] = {
    "assurance": {
        "verified": _("Verified identity"),
        "local": _("Local account"),
        "invited": _("Invited by name"),
        "declared": _("Declared name"),
        "attributed": _("Attributed by a person"),
    },
    "choice": {"accepted": _("agreed"), "declined": _("declined")},
    "signs_in_by": {"proconnect": "ProConnect", "local": _("local account")},
    "by": {"you": _("you"), "agent": _("an agent"), "guest": _("a guest"), "system": _("the service itself")},
    "as": {"organiser": _("organiser"), "co-organiser": _("co-organiser")},
    "answer": {
        "needs-action": _("none"),
        "accepted": _("accepted"),
        "declined": _("declined"),
        "tentative": _("tentative"),
    },
}

LEFT_OUT = {
    "lines_of_shared_microphones": _(
        "lines of a shared microphone: several people spoke there, and nobody can tell which of them you said"
    ),
    "sounds_with_other_voices": _("recordings of a microphone in which other people can, or may, be heard"),
    "shared_screens": _("recordings of screens that you shared: what they show is mostly other people’s"),
}
