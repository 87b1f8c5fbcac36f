"""The work of a proposal: lines are read, a machine proposes, drafts are kept. Outside any transaction."""

from __future__ import annotations

import logging

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.search import SearchVector
from django.db.models import Func, TextField

from transcripts.minutes import speaker_label
from transcripts.models import Proposals, SpeakerAssurance, Transcription
from transcripts.structure.proposing import actions, extract, server
from transcripts.structure.proposing.draft import Draft, Said

logger = logging.getLogger(__name__)

AT_ONCE = 20


def run_waiting() -> int:
    """How many were done."""
    done = 0
    for _place in range(AT_ONCE):
        asked = actions.claim()
        if asked is None:
            break
        done += _run(asked)
    return done


def _run(asked: Proposals) -> bool:
    try:
        said = read(asked.transcription)
        model, drafts, refused = propose(asked, said)
    except server.ServerFailed as error:
        logger.warning("proposals %s: %s", asked.pk, error.code)
        actions.fail(asked, error.code, lasts=error.lasts)
        return False
    except Exception:
        logger.exception("proposals %s failed", asked.pk)
        actions.fail(asked, "internal", lasts=False)
        return False
    actions.keep(asked, model, drafts, refused, frozenset(line.line for line in said))
    return True


def read(transcription: Transcription) -> list[Said]:
    rows = transcription.segments.order_by("index", "part").annotate(
        stems=Func(
            SearchVector("text", config="french"), function="tsvector_to_array", output_field=ArrayField(TextField())
        )
    )
    names = rows.values_list("pk", "start", "speaker_name", "assurance", "voice", "text", "stems")
    return [
        Said(pk, start, speaker_label(name, SpeakerAssurance(assurance), voice), text, tuple(stems))
        for pk, start, name, assurance, voice, text, stems in names
    ]


def propose(proposals: Proposals, said: list[Said]) -> tuple[str, list[Draft], int]:
    """The model's name, its drafts, and how many were refused already. Raises ServerFailed."""
    if proposals.method == Proposals.Method.EXTRACT:
        return extract.MODEL, extract.propose(said), 0
    asked = server.Server(settings.MINUTES_MODEL_URL, settings.MINUTES_MODEL_NAME, settings.MINUTES_MODEL_KEY)
    drafts: list[Draft] = []
    refused = 0
    for window in server.windows(said):
        actions.renew(proposals)
        answer = server.propose(asked, window)
        drafts += answer.drafts
        refused += answer.refused
    return asked.model[:100], drafts, refused
