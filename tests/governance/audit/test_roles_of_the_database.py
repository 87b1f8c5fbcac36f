"""With the roles of deploy/database-roles.sql, the application writes the trail and may not change it."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest
from django.conf import settings
from django.core.checks import run_checks
from django.db import DatabaseError, connection, transaction

from accounts import audit
from accounts.models import AuditLink, User
from accounts.trail import chain
from governance.audit import ownership, seals
from tests.accounts.trail.tampering import TABLES

pytestmark = pytest.mark.django_db
GRANTS = (settings.BASE_DIR / "deploy" / "database-roles.sql").read_text()


@pytest.fixture(scope="module")
def role() -> Iterator[str]:
    """Made by the superuser of the cluster: ours may not."""
    host = connection.get_connection_params()["host"]
    with psycopg.connect(host=host, user="postgres", dbname="postgres", autocommit=True) as superuser:
        superuser.execute("CREATE ROLE visio_app")
        superuser.execute("CREATE ROLE visio_owner")
        superuser.execute("GRANT visio_app, visio_owner TO visio")
        yield "visio_app"
        superuser.execute("DROP ROLE visio_app, visio_owner")


@pytest.fixture
def as_the_application(role: str, claire: User) -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute(GRANTS)
        cursor.execute(f"SET LOCAL ROLE {role}")
    yield
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")


def test_application_writes_chains_and_signs(as_the_application: None, claire: User) -> None:
    audit.record("test.done", actor=claire, target=claire)
    assert chain.extend() == 1
    assert seals.seal()
    assert AuditLink.objects.count() == 1


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize(
    "statement",
    ["UPDATE {} SET id = id", "DELETE FROM {}", "TRUNCATE {}", "ALTER TABLE {} DISABLE TRIGGER ALL", "DROP TABLE {}"],
)
def test_application_may_not_change_it(as_the_application: None, table: str, statement: str) -> None:
    column = "position" if table == "accounts_auditlink" else "id"
    with pytest.raises(DatabaseError, match=r"permission denied|must be owner"), transaction.atomic():
        connection.cursor().execute(statement.format(table).replace("id = id", f"{column} = {column}"))


def test_role_that_may_not_is_told_apart(as_the_application: None) -> None:
    assert ownership.tables_at_risk() == []


def test_one_role_for_all_is_warned_of(db: None) -> None:
    assert ownership.tables_at_risk() == sorted(TABLES)
    warnings = run_checks(include_deployment_checks=True, databases=["default"], tags=["database"])
    assert [one.id for one in warnings] == ["visio.W010"]
