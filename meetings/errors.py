"""Errors that a person, a browser or Janus may cause.

Each MeetingError carries a `code`: stable, machine-readable, put into words by the browser
(`static/js/room/words.js`). Anything that is not one of these is our own fault, and is logged
with its traceback.
"""

from __future__ import annotations


class MeetingError(Exception):
    """The request was understood and refused; the connection goes on."""

    code = "refused"


class NotAllowed(MeetingError):
    code = "not-allowed"


class NothingWaits(MeetingError):
    """There is nothing to try again: it was done meanwhile."""

    code = "nothing-waits"


class NoInstitution(MeetingError):
    """An invited external has no institution whose rooms they could create."""

    code = "no-institution"


class NotJoined(MeetingError):
    """`join` comes first."""

    code = "not-joined"


class NameRequired(MeetingError):
    """A guest declares a name before they enter."""

    code = "name-required"


class Refused(MeetingError):
    """By the institution's policy or the room's own choices; `code` is the reason that `policy.decide` gave."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class RoomLocked(MeetingError):
    """Those who were there may come back; nobody new comes in."""

    code = "room-locked"


class RoomClosed(MeetingError):
    """Its organiser is done with it."""

    code = "room-closed"


class MeetingFull(MeetingError):
    code = "meeting-full"


class MicrophoneHeld(MeetingError):
    """An organiser has turned it off, and only organisers may turn microphones on."""

    code = "microphone-held"


class NotHere(MeetingError):
    """Somebody who has left, or was never there; or oneself, where another person is meant."""

    code = "not-here"


class NotOfTheInstitution(MeetingError):
    """Only agents of its institution organise a room."""

    code = "not-of-the-institution"


class OfferRefused(MeetingError):
    """The SDP asks for more, or for something else, than what may be sent here."""

    code = "offer-refused"


class AlreadyRecording(MeetingError):
    code = "already-recording"


class NotRecording(MeetingError):
    code = "not-recording"


class NoPurpose(MeetingError):
    """The institution records for nothing of that name."""

    code = "no-purpose"


class MediaUnavailable(MeetingError):
    """Janus did not answer, or answered with an error."""

    code = "media-unavailable"


class PastDate(MeetingError):
    """What has begun is not planned any more."""

    code = "past-date"


class SeriesCancelled(MeetingError):
    """It must be restored before it can be changed."""

    code = "series-cancelled"


class ChangedMeanwhile(MeetingError):
    """Somebody else was faster. `version` is that of what they left."""

    code = "changed-meanwhile"

    def __init__(self, version: str) -> None:
        super().__init__(version)
        self.version = version


class ProtocolError(Exception):
    """The browser does not speak our protocol; the connection ends."""

    code = "protocol"
