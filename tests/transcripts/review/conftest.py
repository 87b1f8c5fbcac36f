from __future__ import annotations

from tests.transcripts.corrections.conftest import minutes

__all__ = ["minutes"]
