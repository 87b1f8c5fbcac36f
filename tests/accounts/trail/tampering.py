"""What somebody whom the database obeys may do to the trail. The owner of a table may switch its triggers off."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import connection

TABLES = ("accounts_auditentry", "accounts_auditlink", "governance_auditseal")


def tamper(*statements: str, args: Sequence[Any] = ()) -> None:
    with connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        for statement in statements:
            cursor.execute(statement, args)
        for table in TABLES:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
