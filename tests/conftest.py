"""The cast, for every test that names them."""

from __future__ import annotations

import pytest

from accounts.models import User
from tests.cast import make_agent


@pytest.fixture
def claire(db: None) -> User:
    """Organises."""
    return make_agent("claire")


@pytest.fixture
def bilal(db: None) -> User:
    """Takes part."""
    return make_agent("bilal")


@pytest.fixture
def chen(db: None) -> User:
    """Is an agent, and has nothing to do with it."""
    return make_agent("chen")


@pytest.fixture
def dora(db: None) -> User:
    """Is the DPO, and was not in the meeting either."""
    return make_agent("dora")
