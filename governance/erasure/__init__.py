"""Erasing, with a proof: what is asked for is a row, which a worker carries out and a sweep takes up again.

    erase_recording(recording, what=What.SOUND, actor=user, reason=Reason.RETENTION) -> Proof
    erase_person(participations=…, users=…, invitations=…, actor=user, reason=Reason.REQUEST, mode=Mode.POLICY) -> Proof
    preview_person(participations=…, users=…, invitations=…) -> Preview

`ask_recording` and `ask_person` only write the row: it is carried out within a minute. `run` carries one out now.
They raise Held where a legal hold wins, and StorageUnavailable where the store is away: the row then waits.
"""

from __future__ import annotations

from governance.erasure.asking import ask_person, ask_recording, erase_person, erase_recording
from governance.erasure.errors import Busy, Held, NotOver
from governance.erasure.preview import Conflict, Preview, preview_person
from governance.erasure.proofs import Gone, Proof
from governance.erasure.running import run, sweep
from governance.erasure.subjects import Subject

__all__ = [
    "Busy",
    "Conflict",
    "Gone",
    "Held",
    "NotOver",
    "Preview",
    "Proof",
    "Subject",
    "ask_person",
    "ask_recording",
    "erase_person",
    "erase_recording",
    "preview_person",
    "run",
    "sweep",
]
