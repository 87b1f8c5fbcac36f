"""The head of the chain, signed each day: whoever cuts off its end, or makes all of it anew, lacks the key.

A seal in the same database may be cut off too: one copy of the newest belongs elsewhere (docs/operator.md).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import AuditLink
from accounts.trail import chain
from accounts.trail.verify import Finding
from governance.models import AuditSeal
from transcripts.sealing import keys
from transcripts.sealing.canonical import canonical

FORMAT = "visio audit/1"


class Unreadable(Exception):
    """No seal at all."""


@transaction.atomic
def seal() -> AuditSeal | None:
    """The newest: none of a trail without an entry; that of before where nothing was added since."""
    chain.extend()
    last = AuditLink.objects.order_by("-position").first()
    if last is None:
        return None
    now = timezone.now()
    statement = canonical(
        {
            "format": FORMAT,
            "position": last.position,
            "digest": bytes(last.digest).hex(),
            "at": now.isoformat(),
            "key": keys.own_key().hex,
        }
    )
    signed = {
        "at": now,
        "statement": statement.decode(),
        "signature": keys.sign(statement, keys.AUDIT),
        "key_id": keys.own_key().id,
    }
    return AuditSeal.objects.get_or_create(position=last.position, defaults=signed)[0]


def written(seal: AuditSeal) -> str:
    """One line, to keep elsewhere."""
    return canonical({"statement": seal.statement, "signature": seal.signature}).decode()


def read(line: str) -> tuple[str, str]:
    """Statement and signature. Raises Unreadable."""
    try:
        file: dict[str, Any] = json.loads(line)
        statement, signature = file["statement"], file["signature"]
        _position_of(statement)
    except (ValueError, KeyError, TypeError) as error:
        raise Unreadable from error
    return statement, str(signature)


def check(kept_elsewhere: tuple[str, str] | None = None) -> Iterator[Finding]:
    """Is the chain the one whose heads were signed?"""
    found = AuditSeal.objects.order_by("position").values_list("statement", "signature").iterator(chunk_size=1000)
    faults = count = 0
    for statement, signature in found:
        count += 1
        for finding in _check(statement, signature):
            faults += 1
            yield finding
    if not count:
        yield Finding("no-seal", None, _("No head of the chain was signed yet: a missing end would not be seen."))
    elif not faults:
        words = _("The chain goes on from each of the %(count)d heads that were signed.") % {"count": count}
        yield Finding("sealed", True, words)
    if kept_elsewhere:
        findings = list(_check(*kept_elsewhere))
        kept = Finding("kept-head", True, _("The chain goes on from the head that was kept elsewhere."))
        yield from findings or [kept]


def _check(statement: str, signature: str) -> Iterator[Finding]:
    position, digest = _position_of(statement)
    place = {"place": position}
    if not any(key.verifies(signature, statement.encode(), keys.AUDIT) for key in keys.trusted_keys().values()):
        words = _("Broken signature: the head at place %(place)d was not signed by this installation.") % place
        yield Finding("head-forged", False, words, position=position)
        return
    link = AuditLink.objects.filter(position=position).first()
    if link is None:
        words = _("The end is missing: the chain was signed at place %(place)d, which is not there.") % place
        yield Finding("end-removed", False, words, position=position)
    elif bytes(link.digest).hex() != digest:
        words = _("Another chain: place %(place)d is not what was signed; it was made anew.") % place
        yield Finding("chain-replaced", False, words, link.entry_id, position)


def _position_of(statement: str) -> tuple[int, str]:
    said = json.loads(statement)
    return int(said["position"]), str(said["digest"])
