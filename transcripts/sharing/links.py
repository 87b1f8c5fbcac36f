"""Signed links to minutes, for people without an account. The row says whether a link still opens; it may be revoked.

A link tells which share somebody holds, never who they are. It opens one page: no sound, no file, no search.
"""

from __future__ import annotations

import base64
from uuid import UUID

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.urls import reverse

from meetings import ceilings
from meetings.models import RecordingShare

LONGEST = 120  # characters; a longer one is none of ours
_SIGNER = Signer(salt="transcripts.sharing.link", sep=".")


def address_of(share: RecordingShare) -> str:
    assert share.nonce  # noqa: S101  (a constraint of the table: this one is a link)
    both = base64.urlsafe_b64encode(share.pk.bytes + share.nonce.bytes).rstrip(b"=")
    return settings.PUBLIC_URL + reverse("minutes_by_link", args=[_SIGNER.sign(both.decode())])


def read(token: str) -> RecordingShare | None:
    """The share, as long as its link opens; forged, ended, revoked, forbidden since: all the same nothing."""
    if len(token) > LONGEST:
        return None
    try:
        both = base64.urlsafe_b64decode(_SIGNER.unsign(token) + "==")
        identifier, nonce = UUID(bytes=both[:16]), UUID(bytes=both[16:])
    except (BadSignature, ValueError):
        return None
    rows = RecordingShare.objects.current().select_related("recording__meeting__room__institution")
    share = rows.filter(pk=identifier, nonce=nonce, recording__restricted_at=None).first()
    return share if share and ceilings.rules_of_room(share.recording.meeting.room).reading_links else None
