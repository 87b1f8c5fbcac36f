"""Rows of meetings: places and people, what is planned, what institutions allow, what was kept."""

from meetings.models.agenda import AgendaEntry
from meetings.models.lobby import ChatMessage, Knock
from meetings.models.nodes import JanusNode
from meetings.models.policies import Policy
from meetings.models.recordings import Consent, Recording, RecordingPart, Track
from meetings.models.rooms import Assurance, Meeting, Participation, Room, RoomOrganiser
from meetings.models.schedule import CalendarFeed, Invitation, Occurrence, OutgoingMail, Series

__all__ = [
    "AgendaEntry",
    "Assurance",
    "CalendarFeed",
    "ChatMessage",
    "Consent",
    "Invitation",
    "JanusNode",
    "Knock",
    "Meeting",
    "Occurrence",
    "OutgoingMail",
    "Participation",
    "Policy",
    "Recording",
    "RecordingPart",
    "Room",
    "RoomOrganiser",
    "Series",
    "Track",
]
