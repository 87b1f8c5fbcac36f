"""Rows of meetings: places and people, what is planned, what institutions allow, what was kept."""

from meetings.models.agenda import AgendaEntry
from meetings.models.applications import Application, Delivery
from meetings.models.compositions import Composition, TrackLevels
from meetings.models.lobby import ChatMessage, Knock
from meetings.models.nodes import JanusNode
from meetings.models.policies import Policy
from meetings.models.purposes import Purpose
from meetings.models.recordings import Consent, Recording, RecordingPart, Track, UnrecordedSpeech
from meetings.models.rooms import Assurance, Meeting, Participation, Room, RoomOrganiser
from meetings.models.schedule import CalendarFeed, Invitation, Occurrence, OutgoingMail, Series
from meetings.models.shares import RecordingShare

__all__ = [
    "AgendaEntry",
    "Application",
    "Assurance",
    "CalendarFeed",
    "ChatMessage",
    "Composition",
    "Consent",
    "Delivery",
    "Invitation",
    "JanusNode",
    "Knock",
    "Meeting",
    "Occurrence",
    "OutgoingMail",
    "Participation",
    "Policy",
    "Purpose",
    "Recording",
    "RecordingPart",
    "RecordingShare",
    "Room",
    "RoomOrganiser",
    "Series",
    "Track",
    "TrackLevels",
    "UnrecordedSpeech",
]
