"""Entries by what people type: names, addresses, identifiers, codes, or the words that stand for them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from accounts import trail_words
from accounts.models import AuditEntry, Institution, User

FOUND = 200  # people or institutions that one word stands for
LARGEST = 2**63 - 1


def matching(entries: QuerySet[AuditEntry], question: str) -> QuerySet[AuditEntry]:
    """Those that each word of `question` is about. Every one leads to columns that have an index."""
    for word in question.replace("\0", " ").split():
        entries = entries.filter(_about(word))
    return entries


def _about(word: str) -> Q:
    try:
        identifier = UUID(word)
    except ValueError:
        return _number(word) if word.isascii() and word.isdigit() else _words(word)
    return Q(target_id=str(identifier)) | Q(request_id=identifier) | Q(actor_id=identifier)


def _number(word: str) -> Q:
    """Of an entry or of an object, or a SIRET."""
    here = list(Institution.objects.filter(siret=word).values_list("pk", flat=True))
    found = Q(target_id=word) | Q(institution_id__in=here)
    return found | Q(pk=int(word)) if len(word) < 20 and int(word) <= LARGEST else found


def _words(word: str) -> Q:
    """A name stands for what that person did, an address for what was done to them too."""
    people = User.objects.filter(
        Q(usual_name__istartswith=word) | Q(given_name__istartswith=word) | Q(email__istartswith=word)
    )
    found = list(people.values_list("pk", flat=True)[:FOUND])
    institutions = list(Institution.objects.filter(label__istartswith=word).values_list("pk", flat=True)[:FOUND])
    about = Q(verb__in=_codes(trail_words.VERBS, word)) | Q(target_type__in=_codes(trail_words.TARGETS, word))
    about |= Q(reason=word) | Q(actor_id__in=found) | Q(institution_id__in=institutions)
    if "@" in word:
        about |= Q(target_type=User._meta.label_lower, target_id__in=[str(one) for one in found])
    return about | Q(verb=word)


def _codes(known: Mapping[str, Any], word: str) -> list[str]:
    """Whose words, or which themselves, hold it. What was never said of anything leads to no code."""
    sought = word.casefold()
    return [code for code, words in known.items() if sought in code or sought in str(words).casefold()]
