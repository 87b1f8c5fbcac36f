"""An identity provider without a process."""

from __future__ import annotations

import pytest
import requests
from django.core.cache import cache

from tests.accounts.provider import FakeProvider


@pytest.fixture
def provider(monkeypatch: pytest.MonkeyPatch) -> FakeProvider:
    cache.clear()
    provider = FakeProvider()
    monkeypatch.setattr(requests, "get", provider.get)
    monkeypatch.setattr(requests, "post", provider.post)
    return provider
