"""What each code of the trail means, for who reads it in the administration. The codes themselves never change."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

VERBS = {
    # Accounts
    "account.signed-in": _("Signed in"),
    "account.refused": _("Sign-in refused"),
    "account.opened": _("Local account opened"),
    "account.changed": _("Account changed"),
    "account.invited": _("Invitation to a local account sent"),
    "account.invitation-withdrawn": _("Invitation to a local account withdrawn"),
    "account.institution-changed": _("Person moved to another institution"),
    "account.session-ended": _("Session ended from another one"),
    "account.second-factor-added": _("Second factor added"),
    "account.second-factor-removed": _("Second factor removed"),
    "account.recovery-codes-renewed": _("Recovery codes renewed"),
    "institution.added": _("Institution added"),
    "institution.changed": _("Institution changed"),
    "role.granted": _("Role given"),
    "role.withdrawn": _("Role withdrawn"),
    "policy.added": _("Policy added"),
    "policy.changed": _("Policy changed"),
    "node.changed": _("Media node changed"),
    # Rooms
    "room.created": _("Room created"),
    "room.configured": _("Settings of a room changed"),
    "room.locked": _("Room locked"),
    "room.unlocked": _("Room unlocked"),
    "room.link-renewed": _("Link of a room renewed"),
    "room.closed": _("Room closed"),
    "room.co-organiser-added": _("Co-organiser added"),
    "room.co-organiser-removed": _("Co-organiser removed"),
    "room.organiser-added": _("Organiser added"),
    "room.handed-over": _("Room handed over"),
    "room.organisers-changed": _("Co-organisers changed"),
    # Planned meetings
    "series.scheduled": _("Meeting planned"),
    "series.changed": _("Planned meeting changed"),
    "series.split": _("Planned meeting changed from one date on"),
    "series.shortened": _("Planned meeting ended earlier"),
    "series.cancelled": _("Planned meeting cancelled"),
    "series.restored": _("Planned meeting restored"),
    "series.invited": _("People invited to a planned meeting"),
    "series.uninvited": _("Invitations to a planned meeting withdrawn"),
    "series.invitation-changed": _("Invitation to a planned meeting changed"),
    "occurrence.changed": _("Date of a planned meeting changed"),
    "occurrence.cancelled": _("Date of a planned meeting cancelled"),
    "occurrence.restored": _("Date of a planned meeting restored"),
    "invitation.answered": _("Invitation to a planned meeting answered"),
    "calendar-feed.created": _("Address of a calendar created"),
    "calendar-feed.renewed": _("Address of a calendar renewed"),
    "calendar-feed.revoked": _("Address of a calendar revoked"),
    # Meetings being held
    "meeting.ended": _("Meeting ended for everybody"),
    "meeting.moved": _("Meeting moved to another media node"),
    "meeting.removed": _("Person removed from a meeting"),
    "meeting.silenced": _("Microphone, camera or screen of a person cut"),
    # What was kept
    "meeting.recording-started": _("Recording started"),
    "meeting.recording-stopped": _("Recording stopped"),
    "consent.accepted": _("Recording of one’s voice agreed to"),
    "consent.declined": _("Recording of one’s voice declined"),
    "recording.collected": _("Sound of a recording put away"),
    "recording.part-lost": _("Part of a recording given up: its media node was lost"),
    "recording.failed": _("Recording failed"),
    "recording.audio-opened": _("Sound of a recording opened"),
    "minutes.requested": _("Minutes requested"),
    "minutes.retried": _("Minutes asked for again"),
    "minutes.stored": _("Minutes written"),
    "minutes.failed": _("Minutes failed"),
    "minutes.downloaded": _("Minutes downloaded"),
}

TARGETS = {
    "accounts.user": _("person"),
    "accounts.institution": _("institution"),
    "accounts.rolegrant": _("role given"),
    "accounts.accountinvitation": _("invitation to a local account"),
    "usersessions.usersession": _("session of an account"),
    "meetings.policy": _("policy"),
    "meetings.janusnode": _("media node"),
    "meetings.room": _("room of meetings"),
    "meetings.series": _("planned meeting"),
    "meetings.occurrence": _("date of a planned meeting"),
    "meetings.invitation": _("invitation to a planned meeting"),
    "meetings.calendarfeed": _("address of a calendar"),
    "meetings.meeting": _("meeting that was held"),
    "meetings.participation": _("participation in a meeting"),
    "meetings.recording": _("recording of a meeting"),
    "meetings.consent": _("answer to a recording"),
    "meetings.track": _("sound of one person"),
    "transcripts.transcription": _("minutes of a meeting"),
}


def told(words: Mapping[str, Any], code: str) -> SafeString:
    """The words and the code, which searches ask for; a code without words is shown alone."""
    code_shown = format_html("<code>{}</code>", code)
    return format_html("{} {}", words[code], code_shown) if code in words else code_shown
