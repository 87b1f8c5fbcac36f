"""The secret that an application shares with Visio, and what proves that a message is ours (Standard Webhooks 1.0).

Derived from the key of the installation: who reads the database forges nothing.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import datetime

from django.utils.crypto import salted_hmac

from meetings.models import Application

SALT = "visio.applications"
PREFIX = "whsec_"


def secret_of(application: Application) -> str:
    """As it is given to who runs the application."""
    return PREFIX + base64.b64encode(_key_of(application)).decode()


def headers_of(application: Application, identifier: str, at: datetime, body: bytes) -> dict[str, str]:
    seconds = str(int(at.timestamp()))
    signed = b".".join((identifier.encode(), seconds.encode(), body))
    signature = base64.b64encode(hmac.digest(_key_of(application), signed, "sha256")).decode()
    return {"webhook-id": identifier, "webhook-timestamp": seconds, "webhook-signature": f"v1,{signature}"}


def _key_of(application: Application) -> bytes:
    value = f"{application.pk}:{application.key_number}"
    return salted_hmac(SALT, value, algorithm=hashlib.sha256().name).digest()
