"""The same database twice: one stays small while the other grows, and the two sides alternate in one weather."""

from __future__ import annotations

from typing import Any

import psycopg
from django.db import connection
from psycopg import sql

OWN = str(connection.settings_dict["NAME"])
COPY = f"{OWN}_small"


def copy() -> None:
    """As it is now."""
    given: dict[str, Any] = {**connection.get_connection_params(), "dbname": "postgres"}
    wanted = {name: given[name] for name in ("host", "port", "user", "password", "dbname") if given.get(name)}
    _close()
    with psycopg.connect(**wanted, autocommit=True) as cluster:
        statement = sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(COPY), sql.Identifier(OWN))
        cluster.execute(statement)


def use(name: str) -> None:
    _close()
    connection.settings_dict["NAME"] = name


def _close() -> None:
    connection.close()
    connection.close_pool()  # type: ignore[attr-defined]
