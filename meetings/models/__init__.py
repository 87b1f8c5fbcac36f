"""Rows of meetings: places and people in `rooms`, what was kept of them in `recordings`."""

from meetings.models.recordings import Consent, Recording, Track
from meetings.models.rooms import Assurance, Meeting, Participation, Room

__all__ = ["Assurance", "Consent", "Meeting", "Participation", "Recording", "Room", "Track"]
