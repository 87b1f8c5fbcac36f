"""What a meeting would allow, to whom, and why: the answers of `policy.decide`, laid out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from meetings import policy
from meetings.policy import Assurance, Role, Rules, Standing, Verb
from meetings.rooms.words import REASONS, VERBS

STRONG = Assurance.HIGH
PEOPLE: list[tuple[Any, Standing]] = [
    (
        _("Organiser"),
        Standing(Role.ORGANISER, same_institution=True, public_agent=True, signed_in=True, assurance=STRONG),
    ),
    (
        _("Agent of the institution"),
        Standing(Role.AGENT, same_institution=True, public_agent=True, signed_in=True, assurance=STRONG),
    ),
    (_("Contractor of the institution"), Standing(Role.AGENT, same_institution=True, signed_in=True, assurance=STRONG)),
    (_("Agent of another institution"), Standing(Role.AGENT, public_agent=True, signed_in=True, assurance=STRONG)),
    (_("Guest"), Standing(Role.GUEST)),
]


@dataclass(frozen=True, slots=True)
class Cell:
    allowed: bool
    reason: Any


@dataclass(frozen=True, slots=True)
class Row:
    verb: Any
    cells: list[Cell]


def table(rules: Rules) -> list[Row]:
    """One row per verb, one cell per kind of person, in the order of PEOPLE."""
    return [Row(VERBS[verb], [_cell(who, rules, verb) for _label, who in PEOPLE]) for verb in Verb]


def _cell(who: Standing, rules: Rules, verb: Verb) -> Cell:
    decision = policy.decide(who, rules, verb)
    return Cell(decision.allowed, REASONS[decision.reason])
