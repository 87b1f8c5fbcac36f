"""What an erasure can show afterwards: sums and counts, and no content."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, Self
from uuid import UUID

FORMAT = "visio-erasure/1"


@dataclass(frozen=True, slots=True)
class Gone:
    """An object of the store. `sha256` is of its content; empty for what was never noted, such as half an upload."""

    key: str
    sha256: str
    size_bytes: int
    versions: int


@dataclass(frozen=True, slots=True)
class Proof:
    """`counts` of rows by kind. `held`: recordings of which something stays, because of a legal hold."""

    erasure: UUID
    what: str
    reason: str
    at: datetime
    recording: UUID | None = None
    subject: dict[str, list[str]] = field(default_factory=dict)
    objects: tuple[Gone, ...] = ()
    counts: dict[str, int] = field(default_factory=dict)
    held: tuple[UUID, ...] = ()

    @property
    def sha256(self) -> str:
        """Of everything else that the proof says."""
        return hashlib.sha256(json.dumps(self._content(), sort_keys=True).encode()).hexdigest()

    def to_json(self) -> dict[str, Any]:
        return {**self._content(), "sha256": self.sha256}

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> Self:
        return cls(
            erasure=UUID(kept["erasure"]),
            what=kept["what"],
            reason=kept["reason"],
            at=datetime.fromisoformat(kept["at"]),
            recording=UUID(kept["recording"]) if kept["recording"] else None,
            subject=kept["subject"],
            objects=tuple(Gone(**one) for one in kept["objects"]),
            counts=kept["counts"],
            held=tuple(UUID(one) for one in kept["held"]),
        )

    def _content(self) -> dict[str, Any]:
        return {
            "format": FORMAT,
            "erasure": str(self.erasure),
            "what": self.what,
            "reason": self.reason,
            "at": self.at.isoformat(),
            "recording": str(self.recording) if self.recording else None,
            "subject": self.subject,
            "objects": [asdict(one) for one in self.objects],
            "counts": self.counts,
            "held": [str(one) for one in self.held],
        }
