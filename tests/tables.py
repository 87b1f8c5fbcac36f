"""Tables are made once, by the migrations: each process of the tests, and each run on the same server, copies them."""

from __future__ import annotations

import os
import subprocess
import sys
from urllib.parse import urlsplit

import psycopg
from django.conf import settings
from psycopg import sql

COPIED, BEING_MADE = "visio_tables", "visio_tables_being_made"
ONE_AT_A_TIME = 1


def make_tables() -> str:
    """The name of the database to copy. Raises subprocess.CalledProcessError where a migration fails."""
    with psycopg.connect(_address("postgres"), autocommit=True) as server:
        server.execute("SELECT pg_advisory_lock(%s)", [ONE_AT_A_TIME])  # until the connection ends
        if not server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [COPIED]).fetchone():
            names = {"made": sql.Identifier(BEING_MADE), "copied": sql.Identifier(COPIED)}
            server.execute(sql.SQL("DROP DATABASE IF EXISTS {made}").format(**names))
            server.execute(sql.SQL("CREATE DATABASE {made}").format(**names))
            subprocess.run(
                [sys.executable, settings.BASE_DIR / "manage.py", "migrate", "--verbosity=0"],
                env={**os.environ, "DATABASE_URL": _address(BEING_MADE)},
                check=True,
            )
            server.execute(sql.SQL("ALTER DATABASE {made} RENAME TO {copied}").format(**names))
    return COPIED


def _address(database: str) -> str:
    return urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{database}").geturl()
