"""Relays for browsers that cannot reach the media nodes by themselves: who may use them, and how long. Pure.

The credentials are those of draft-uberti-behave-turn-rest: coturn holds the same secret, and no list of users.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Sequence

IceServer = dict[str, str | list[str]]


def ice_servers(urls: Sequence[str], secret: str, person: str, *, expiry: int) -> list[IceServer]:
    """As `RTCConfiguration.iceServers` wants them; none where there is no relay. `expiry` is in Unix time.

    `person` comes back in coturn's log and counts against its quota: it is a pseudonym, never a name.
    """
    if not urls:
        return []
    username = f"{expiry}:{person}"
    return [{"urls": list(urls), "username": username, "credential": password(secret, username)}]


def password(secret: str, username: str) -> str:
    # HMAC-SHA1 is what coturn checks; of HMAC, unlike of bare signatures, SHA-1 is not broken.
    return base64.b64encode(hmac.digest(secret.encode(), username.encode(), hashlib.sha1)).decode()


def pseudonym(secret: str, identity: str) -> str:
    """Always the same for `identity`, and not to be guessed from it without the secret."""
    return hmac.digest(secret.encode(), f"person:{identity}".encode(), hashlib.sha256).hex()[:16]
