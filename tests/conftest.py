"""The cast, for every test that names them; and the language that holds where none is asked for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db.backends.postgresql.operations import DatabaseOperations
from django.utils import translation

from accounts.models import User
from tests.cast import make_agent

WRITTEN_ONCE = ("accounts_auditentry", "accounts_auditlink", "governance_auditseal")


@pytest.fixture(autouse=True, scope="session")
def _between_tests_the_trail_goes_too() -> Iterator[None]:
    """Tests that commit leave by TRUNCATE, which those tables refuse: as their owner, we switch that off for it."""
    flush = DatabaseOperations.sql_flush

    def flush_all(self: DatabaseOperations, style: Any, tables: Any, **options: Any) -> list[str]:
        switch = "ALTER TABLE {} {} TRIGGER USER"
        off, on = ([switch.format(table, how) for table in WRITTEN_ONCE] for how in ("DISABLE", "ENABLE"))
        statements = flush(self, style, tables, **options)
        return [*off, *statements, *on] if set(WRITTEN_ONCE) & set(tables) else statements

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DatabaseOperations, "sql_flush", flush_all)
        yield


@pytest.fixture(autouse=True)
def french() -> Iterator[None]:
    """Whatever language a request of the test before asked for."""
    translation.activate("fr")
    yield
    translation.deactivate()


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
