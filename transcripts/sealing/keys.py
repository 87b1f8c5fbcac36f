"""The installation's key: Ed25519, made from its secret. Keys that it had before stay known by their public halves."""

from __future__ import annotations

from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from transcripts.sealing.canonical import digest

PURPOSE = b"visio minutes/1"  # what is signed for one purpose is no signature for another
AUDIT = b"visio audit/1"


@dataclass(frozen=True, slots=True)
class PublicKey:
    """32 bytes in hexadecimal."""

    hex: str

    @property
    def id(self) -> str:
        return digest(bytes.fromhex(self.hex))[:16]

    def verifies(self, signature: str, content: bytes, purpose: bytes = PURPOSE) -> bool:
        try:
            Ed25519PublicKey.from_public_bytes(bytes.fromhex(self.hex)).verify(
                bytes.fromhex(signature), purpose + b"\n" + content
            )
        except (InvalidSignature, ValueError):
            return False
        return True


def sign(content: bytes, purpose: bytes = PURPOSE) -> str:
    return _private().sign(purpose + b"\n" + content).hex()


def own_key() -> PublicKey:
    return PublicKey(_private().public_key().public_bytes_raw().hex())


def trusted_keys() -> dict[str, PublicKey]:
    """By their names: that of today, and those that signed before it."""
    keys = [own_key(), *(PublicKey(key) for key in settings.MINUTES_FORMER_KEYS)]
    return {key.id: key for key in keys}


def _private() -> Ed25519PrivateKey:
    secret = settings.MINUTES_SIGNING_KEY.encode()
    return Ed25519PrivateKey.from_private_bytes(HKDF(SHA256(), length=32, salt=None, info=PURPOSE).derive(secret))
