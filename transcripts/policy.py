"""Who may do what with minutes, and why. Pure: no database, no network, no clock."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum


class Stage(StrEnum):
    DRAFT = "draft"
    IN_REVIEW = "in-review"
    APPROVED = "approved"


class Verb(StrEnum):
    READ = "read"
    CORRECT = "correct"
    COMMENT = "comment"
    ASK_REVIEW = "ask-review"
    APPROVE = "approve"
    REOPEN = "reopen"
    SHARE = "share"


@dataclass(frozen=True, slots=True)
class Standing:
    """Somebody, before the minutes of one meeting."""

    organises: bool = False
    took_part: bool = False  # in a meeting whose participants read its minutes
    shared: bool = False  # with them by name, or with their institution
    same_institution: bool = False
    reviews: bool = False  # was asked to, and may still read


@dataclass(frozen=True, slots=True)
class Decision:
    """`reason` is a stable code, for a refusal and for a permission too."""

    allowed: bool
    reason: str


def decide(who: Standing, stage: Stage, verb: Verb) -> Decision:
    """Who may not read may do nothing else."""
    reading = _may_read(who)
    return DECIDE[verb](who, stage) if reading.allowed and verb != Verb.READ else reading


def allowed_to(who: Standing, stage: Stage) -> frozenset[Verb]:
    """What a page may offer; the server asks again each time."""
    return frozenset(verb for verb in Verb if decide(who, stage, verb).allowed)


def _may_read(who: Standing) -> Decision:
    if who.organises:
        return Decision(True, "organises")
    if who.took_part:
        return Decision(True, "took-part")
    return Decision(who.shared, "shared" if who.shared else "not-there")


def _only_reads(who: Standing) -> bool:
    return not (who.organises or who.took_part)


def _may_correct(who: Standing, stage: Stage) -> Decision:
    if stage == Stage.APPROVED:
        return Decision(False, "approved")
    if who.organises or who.reviews:
        return Decision(True, "organises" if who.organises else "reviews")
    if _only_reads(who):
        return Decision(False, "only-reads")
    if stage == Stage.IN_REVIEW:
        return Decision(False, "in-review")
    return Decision(who.same_institution, "took-part" if who.same_institution else "other-institution")


def _may_comment(who: Standing, stage: Stage) -> Decision:
    if stage != Stage.IN_REVIEW:
        return Decision(False, "not-in-review")
    if _only_reads(who) and not who.reviews:
        return Decision(False, "only-reads")
    return Decision(True, "organises" if who.organises else "reviews" if who.reviews else "took-part")


def _leads(who: Standing, stage: Stage, stages: frozenset[Stage], otherwise: str) -> Decision:
    if not who.organises:
        return Decision(False, "organisers-only")
    return Decision(stage in stages, "organises" if stage in stages else otherwise)


NOT_APPROVED = frozenset({Stage.DRAFT, Stage.IN_REVIEW})
DECIDE: dict[Verb, Callable[[Standing, Stage], Decision]] = {
    Verb.CORRECT: _may_correct,
    Verb.COMMENT: _may_comment,
    Verb.ASK_REVIEW: lambda who, stage: _leads(who, stage, NOT_APPROVED, "approved"),
    Verb.APPROVE: lambda who, stage: _leads(who, stage, NOT_APPROVED, "approved"),
    Verb.SHARE: lambda who, stage: _leads(who, stage, frozenset(Stage), ""),
    Verb.REOPEN: lambda who, stage: _leads(who, stage, frozenset({Stage.APPROVED}), "not-approved"),
}
