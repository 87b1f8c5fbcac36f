"""Rules and decisions, in words for people."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from meetings.policy import Access, Lobby, Verb

LOBBIES = {
    Lobby.NOBODY: _("Nobody"),
    Lobby.GUESTS: _("Guests"),
    Lobby.OUTSIDERS: _("Guests and other institutions"),
    Lobby.EVERYBODY: _("Everybody"),
}
ACCESSES = {
    Access.NEVER: _("not allowed"),
    Access.ON_REQUEST: _("at an organiser’s request"),
    Access.ALLOWED: _("allowed"),
}
VERBS = {
    Verb.CREATE: _("Create meetings"),
    Verb.ENTER: _("Come in"),
    Verb.SKIP_LOBBY: _("Come in without waiting"),
    Verb.PUBLISH: _("Speak and show themselves"),
    Verb.SHARE_SCREEN: _("Share a screen"),
    Verb.RECORD: _("Record, with everybody’s consent"),
    Verb.TRANSCRIBE: _("Have minutes made"),
    Verb.CAPTION: _("Read live captions"),
    Verb.CONFIGURE: _("Change the settings"),
    Verb.MODERATE: _("Admit, mute and remove people, end the meeting"),
}
REASONS = {
    "organises": _("Organises the meeting."),
    "institution-allows": _("The institution allows it."),
    "may-enter": _("Allowed to whoever may come in."),
    "no-lobby": _("Nobody waits here."),
    "lobby": _("Waits to be let in."),
    "no-institution": _("For agents of an institution."),
    "creation-closed": _("The institution lets nobody create meetings."),
    "public-agents-only": _("The institution reserves it to public agents."),
    "too-many-rooms": _("You have as many rooms as your institution allows. Close one first."),
    "guests-not-allowed": _("Guests are not allowed."),
    "other-institutions-not-allowed": _("Other institutions are not allowed."),
    "closed-by-type": _("A sensitive meeting is for the institution alone."),
    "stronger-sign-in-needed": _("A stronger sign-in is required."),
    "recording-never": _("Recording is not allowed."),
    "transcription-never": _("Minutes are not allowed."),
    "staff-not-consulted": _("The staff representatives have not been consulted yet."),
    "no-trace-of-this-type": _("A meeting of this type leaves no trace."),
    "no-captions": _("Captions are not allowed."),
    "organisers-only": _("Organisers only."),
}
