from __future__ import annotations

import pytest

from meetings.rooms.words import REASONS
from meetings.scheduling import words


@pytest.mark.parametrize("code", ["too-many-rooms", "creation-closed", "public-agents-only", "stronger-sign-in-needed"])
def test_refusal_to_create_a_room_says_why(code: str) -> None:
    assert words.error(code) == str(REASONS[code])


def test_what_is_known_to_nobody_is_refused_all_the_same() -> None:
    assert words.error("no-institution") != words.error("not-allowed") == words.error("x")
