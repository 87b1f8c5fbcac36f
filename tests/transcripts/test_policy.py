"""Who may do what with minutes, stage by stage: the whole table."""

from __future__ import annotations

import pytest

from transcripts.policy import Stage, Standing, Verb, allowed_to, decide

CLAIRE = Standing(organises=True, same_institution=True)
BILAL = Standing(took_part=True, same_institution=True)
CHEN = Standing(took_part=True)
READER = Standing(took_part=True, reviews=True)
DORA = Standing(shared=True, same_institution=True)
NAMED = Standing(shared=True, reviews=True)
NOBODY = Standing(same_institution=True, reviews=True)
DRAFT, REVIEW, APPROVED = Stage.DRAFT, Stage.IN_REVIEW, Stage.APPROVED

TABLE = {
    (DRAFT, "organiser"): {Verb.READ, Verb.CORRECT, Verb.ASK_REVIEW, Verb.APPROVE, Verb.SHARE},
    (DRAFT, "participant"): {Verb.READ, Verb.CORRECT},
    (DRAFT, "participant from elsewhere"): {Verb.READ},
    (DRAFT, "reviewer"): {Verb.READ, Verb.CORRECT},
    (DRAFT, "not there"): set(),
    (DRAFT, "shared with"): {Verb.READ},
    (DRAFT, "shared with, reviewer"): {Verb.READ, Verb.CORRECT},
    (REVIEW, "shared with"): {Verb.READ},
    (REVIEW, "shared with, reviewer"): {Verb.READ, Verb.CORRECT, Verb.COMMENT},
    (APPROVED, "shared with"): {Verb.READ},
    (REVIEW, "organiser"): {Verb.READ, Verb.CORRECT, Verb.COMMENT, Verb.ASK_REVIEW, Verb.APPROVE, Verb.SHARE},
    (REVIEW, "participant"): {Verb.READ, Verb.COMMENT},
    (REVIEW, "participant from elsewhere"): {Verb.READ, Verb.COMMENT},
    (REVIEW, "reviewer"): {Verb.READ, Verb.CORRECT, Verb.COMMENT},
    (REVIEW, "not there"): set(),
    (APPROVED, "organiser"): {Verb.READ, Verb.REOPEN, Verb.SHARE},
    (APPROVED, "participant"): {Verb.READ},
    (APPROVED, "participant from elsewhere"): {Verb.READ},
    (APPROVED, "reviewer"): {Verb.READ},
    (APPROVED, "not there"): set(),
}
PEOPLE = {
    "organiser": CLAIRE,
    "participant": BILAL,
    "participant from elsewhere": CHEN,
    "reviewer": READER,
    "shared with": DORA,
    "shared with, reviewer": NAMED,
    "not there": NOBODY,
}


@pytest.mark.parametrize(("stage", "who"), TABLE)
def test_each_may_what_the_table_says_and_no_more(stage: Stage, who: str) -> None:
    assert allowed_to(PEOPLE[who], stage) == TABLE[stage, who]


@pytest.mark.parametrize(
    ("who", "stage", "verb", "reason"),
    [
        (NOBODY, DRAFT, Verb.CORRECT, "not-there"),
        (CHEN, DRAFT, Verb.CORRECT, "other-institution"),
        (DORA, DRAFT, Verb.CORRECT, "only-reads"),
        (DORA, REVIEW, Verb.COMMENT, "only-reads"),
        (DORA, DRAFT, Verb.SHARE, "organisers-only"),
        (BILAL, REVIEW, Verb.CORRECT, "in-review"),
        (CLAIRE, APPROVED, Verb.CORRECT, "approved"),
        (BILAL, DRAFT, Verb.APPROVE, "organisers-only"),
        (CLAIRE, DRAFT, Verb.REOPEN, "not-approved"),
        (BILAL, DRAFT, Verb.COMMENT, "not-in-review"),
    ],
)
def test_refusals_say_why(who: Standing, stage: Stage, verb: Verb, reason: str) -> None:
    assert decide(who, stage, verb).reason == reason
