"""A broker that is told of everything, and does nothing; or is away."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NoReturn

from kombu.exceptions import OperationalError


@dataclass(slots=True)
class FakeBroker:
    """Stands where Celery's current app does. `sent` are the names of tasks."""

    sent: list[str] = field(default_factory=list)
    is_away: bool = False

    def send_task(self, name: str, queue: str) -> None:
        if self.is_away:
            raise OperationalError
        self.sent.append(name)

    def connection_for_read(self) -> NoReturn:
        raise OperationalError
