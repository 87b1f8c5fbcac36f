"""Corrections propose terms for the glossary of the institution: acronyms that somebody wrote in the place of others.

Acronyms alone: a name that was said in one meeting is nobody's business elsewhere, and could not be taken back there.
"""

from __future__ import annotations

import re

from django.db import IntegrityError, transaction
from django.db.models import F

from accounts.models import Institution
from transcripts.models import GlossaryTerm

_ACRONYM = re.compile(r"(?<!\w)[A-ZÀ-Þ][A-ZÀ-Þ0-9]\w{0,10}(?!\w)")  # CNRS, S3NS, DGFiP
_SHOUTED = 0.5  # of the words: a text in capitals has no acronyms
MOST = 5  # terms of one line


def propose(institution: Institution, before: str, after: str) -> None:
    """Not used until an administrator says so."""
    for term in acronyms(before, after):
        known = GlossaryTerm.objects.filter(institution=institution, term__iexact=term)
        if not known.update(times=F("times") + 1):
            _add(institution, term)


def acronyms(before: str, after: str) -> list[str]:
    """Those of `after` that `before` did not have."""
    words = after.split()
    if sum(word.isupper() for word in words) > max(1, _SHOUTED * len(words)):
        return []
    there = set(_ACRONYM.findall(before))
    return [term for term in dict.fromkeys(_ACRONYM.findall(after)) if term not in there][:MOST]


def _add(institution: Institution, term: str) -> None:
    try:
        with transaction.atomic():
            GlossaryTerm.objects.create(institution=institution, term=term, is_used=False, times=1)
    except IntegrityError:  # somebody else corrected the same word meanwhile
        pass
