"""Who comes to a meeting, before there is a row of theirs in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from accounts.models import User
from meetings.models import Assurance, Invitation

NAME_CHARS = 120


@dataclass(frozen=True, slots=True)
class Person:
    """Who knocks: an agent, or a guest known by their session and their own words."""

    user: User | None
    guest_key: str = ""
    name: str = ""
    acr: str = ""  # of the session: how strongly the agent has signed in
    invitation: Invitation | None = None  # of a guest who came by the link that was sent to them

    def key(self) -> dict[str, Any]:
        """By which rows of theirs are found."""
        return {"user": self.user} if self.user else {"guest_key": self.guest_key}

    def identity(self) -> dict[str, Any]:
        """What others read about them: fields of Participation and of Knock."""
        if self.user is None:
            assurance = Assurance.INVITED if self.invitation else Assurance.DECLARED
            return {"display_name": self.name[:NAME_CHARS], "invitation": self.invitation, "assurance": assurance}
        return {
            "display_name": self.user.get_full_name()[:NAME_CHARS],
            "institution_label": str(self.user.institution or ""),
            "assurance": Assurance.LOCAL if self.user.source == User.Source.LOCAL else Assurance.VERIFIED,
        }
