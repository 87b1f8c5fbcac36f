"""Asking for a review, and remarks on lines. All raise Forbidden."""

from __future__ import annotations

from collections.abc import Collection

from django.db import transaction
from django.utils import timezone
from django.utils.translation import get_language

from accounts import audit
from accounts.models import User
from transcripts.access import who_may_review
from transcripts.corrections.editing import lock
from transcripts.corrections.errors import Forbidden, NoSuchLine, NothingThere, TooLong
from transcripts.lines import writable
from transcripts.models import Comment, Reviewer, Transcription
from transcripts.nudges import nudge_reviews
from transcripts.policy import Stage, Verb

LONGEST_COMMENT = 2000


@transaction.atomic
def ask_review(transcription: Transcription, reviewers: Collection[User], *, actor: User) -> list[Reviewer]:
    """Those who were not asked before. Who may not read the minutes is not asked: raises Forbidden."""
    transcription = lock(transcription.pk, actor, Verb.ASK_REVIEW)
    if not reviewers or not set(reviewers) <= set(who_may_review(transcription)):
        raise Forbidden("not-there")
    known = set(transcription.reviewers.values_list("user", flat=True))
    asked = [
        Reviewer(
            transcription=transcription,
            user=user,
            asked_by=actor,
            language=get_language() or "",
            next_attempt_at=timezone.now(),
        )
        for user in reviewers
        if user.pk not in known
    ]
    Reviewer.objects.bulk_create(asked)
    Transcription.objects.filter(pk=transcription.pk, stage=Stage.DRAFT).update(stage=Stage.IN_REVIEW)
    audit.record("minutes.review-asked", actor=actor, target=transcription, reviewers=len(asked))
    transaction.on_commit(nudge_reviews)
    return asked


@transaction.atomic
def comment(transcription: Transcription, line_id: int, text: str, *, actor: User) -> Comment:
    """Raises NothingThere, TooLong, NoSuchLine too."""
    transcription = lock(transcription.pk, actor, Verb.COMMENT)
    words = writable(text)
    if not words:
        raise NothingThere
    if len(words) > LONGEST_COMMENT:
        raise TooLong
    line = transcription.segments.defer("lexemes").filter(pk=line_id).first()
    if line is None:
        raise NoSuchLine
    written = Comment.objects.create(
        transcription=transcription, line=line_id, participation_id=line.participation_id, by=actor, text=words
    )
    audit.record("minutes.commented", actor=actor, target=written)
    return written
