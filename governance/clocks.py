"""The three clocks of a recording: from rules and states to dates. Pure: no database, no network, no clock.

Something goes in the night that begins its date. Days are counted from the end of the meeting or, of an import, from
the day on which it was brought; of the transcript and of the minutes, from their approval, once there is one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True, slots=True)
class Days:
    """For how long each is kept, by the rules of the institution and the purpose of the recording."""

    sound: int
    transcript: int
    minutes: int


@dataclass(frozen=True, slots=True)
class Life:
    """Of one recording. `ended` is None while it goes on; `has_words`: a transcription was made, or is being made."""

    ended: date | None
    has_words: bool = False
    approved: date | None = None


@dataclass(frozen=True, slots=True)
class Dates:
    """None: there is no such thing, or the meeting goes on. With `all`, whatever is left goes too."""

    sound: date | None = None
    transcript: date | None = None
    all: date | None = None
    was_approved: bool = False


def dates_of(life: Life, days: Days) -> Dates:
    if life.ended is None:
        return Dates()
    sound = life.ended + timedelta(days.sound)
    if not life.has_words:
        return Dates(sound, None, sound)
    transcript = (life.approved or life.ended) + timedelta(days.transcript)
    if life.approved:
        last = max(sound, transcript, life.approved + timedelta(days.minutes))
        return Dates(sound, transcript, last, was_approved=True)
    return Dates(sound, transcript, max(sound, transcript))
