"""Celery's doors."""

from __future__ import annotations

from celery import shared_task
from django.core.management import call_command

from accounts.trail import chain


@shared_task  # type: ignore[untyped-decorator]
def clear_sessions() -> None:
    """Delete the sessions that are over."""
    call_command("clearsessions")


@shared_task  # type: ignore[untyped-decorator]
def chain_trail() -> None:
    chain.extend()
