"""The cast, for every test that names them; and the language that holds where none is asked for."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import PurePath
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from django.db.backends.postgresql.operations import DatabaseOperations
from django.utils import translation
from xdist.scheduler import LoadScopeScheduling

from accounts.models import User
from meetings import counters, storage
from tests.cast import make_agent
from tests.tables import make_tables

ALWAYS_THE_SAME = {"auth_permission", "django_content_type"}


@pytest.fixture(autouse=True, scope="session")
def _between_tests_goes_what_is_there() -> Iterator[None]:
    """Tests that commit leave by TRUNCATE of all tables, which takes long, and which those of the trail refuse. Instead
    the rows that there are go, while no trigger keeps them; but not those that each migration would write again.
    """

    def flush(self: DatabaseOperations, style: Any, tables: Any, **options: Any) -> list[str]:
        looks = (f"SELECT '{each}' WHERE EXISTS (SELECT FROM {each})" for each in tables if each not in ALWAYS_THE_SAME)
        with self.connection.cursor() as cursor:
            cursor.execute(" UNION ALL ".join(looks))
            filled = [name for (name,) in cursor.fetchall()]
        off, on = ([f"ALTER TABLE {each} {how} TRIGGER USER" for each in filled] for how in ("DISABLE", "ENABLE"))
        return [*off, *(f"DELETE FROM {each}" for each in filled), "SET CONSTRAINTS ALL IMMEDIATE", *on]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DatabaseOperations, "sql_flush", flush)
        yield


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    settings.DATABASES["default"]["TEST"]["TEMPLATE"] = make_tables()


class WholeFiles(LoadScopeScheduling):  # type: ignore[misc]
    """Where several processes work (`-n`), a file stays in one; so do those that empty the whole of Redis's cache."""

    def _split_scope(self, nodeid: str) -> str:
        file = PurePath(nodeid.partition("::")[0])
        return str(file.parent if file.parent.name == "erasure" else file)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> WholeFiles:
    return WholeFiles(config, log)


@pytest.fixture(autouse=True, scope="session")
def _each_process_has_its_own() -> Iterator[None]:
    """Bucket and counters, as it has its own database."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "")
    if not worker:
        yield
        return
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(counters, "DATABASE", counters.DATABASE + 1 + int(worker.removeprefix("gw")))
        patch.setattr(settings, "S3_BUCKET", f"{settings.S3_BUCKET}-{uuid4()}")
        storage.call("create_bucket")
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
