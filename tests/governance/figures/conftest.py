from __future__ import annotations

import pytest
from django.core.cache import cache
from django.test import Client

from accounts.models import Institution, User
from tests.accounts.local_cast import give, make_local, with_second_factor


@pytest.fixture
def dinum(claire: User) -> Institution:
    assert claire.institution
    return claire.institution


@pytest.fixture
def cnrs(chen: User) -> Institution:
    assert chen.institution
    return chen.institution


@pytest.fixture
def administrator(client: Client, claire: User, dinum: Institution) -> User:
    """Claire administers DINUM."""
    cache.clear()
    give(claire, "institution-admin", dinum)
    with_second_factor(client, claire)
    return claire


@pytest.fixture
def platform(client: Client, db: None) -> User:
    cache.clear()
    user = make_local()
    give(user, "platform-admin")
    with_second_factor(client, user)
    return user
