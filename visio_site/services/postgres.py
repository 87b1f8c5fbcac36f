"""PostgreSQL 15: a cluster of our own in `var/postgres`, on a socket, with the database and role `visio`."""

from __future__ import annotations

import functools
import shutil
import signal
import subprocess
from pathlib import Path

import psycopg
from psycopg import sql

from visio_site.account import Account, account_named
from visio_site.layout import Layout, own_folder
from visio_site.progress import CannotGoOn
from visio_site.units import Child

BINARIES = Path("/usr/lib/postgresql/15/bin")  # Debian's own place: not on the PATH
ENV = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TZ": "UTC"}
EXTENSIONS = ("unaccent", "pg_trgm")
SETTINGS = {
    "listen_addresses": "",
    "max_connections": "200",
    # An error's statement and detail hold what people said, and their names: neither belongs in a log.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
}
NO_FSYNC_SETTINGS = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}


def child(layout: Layout) -> Child:
    account = account_named("postgres", layout.var)
    sockets = layout.socket_folder("postgres")
    settings = SETTINGS | ({} if layout.fsync else NO_FSYNC_SETTINGS)
    options = [option for name, value in settings.items() for option in ("-c", f"{name}={value}")]
    return Child(
        name="postgres",
        command=(f"{BINARIES}/postgres", "-D", str(_cluster(layout)), "-k", str(sockets), *options),
        env=ENV,
        prefix=account.prefix,
        prepare=functools.partial(_create_cluster, layout, account),
        probe=functools.partial(_has_database, sockets),
        hushed=("the database system is starting up",),
        stop_signal=signal.SIGINT,  # "fast": on SIGTERM it waits for its last client to leave
        stop_grace_s=4.0,
        retry_start_s=10.0,  # after a kill -9, orphan backends hold the shared memory for a while
    )


def database_url(layout: Layout) -> str:
    return f"postgresql://visio@/visio?host={layout.socket_folder('postgres')}&port=5432"


def _cluster(layout: Layout) -> Path:
    return layout.var / "postgres" / "15"


def _create_cluster(layout: Layout, account: Account) -> None:
    own_folder(layout.socket_folder("postgres"), account.uid, account.gid)
    cluster = _cluster(layout)
    if cluster.exists():
        return
    parent = own_folder(cluster.parent, account.uid, account.gid)
    unfinished = parent / "unfinished"
    shutil.rmtree(unfinished, ignore_errors=True)
    command = (
        *(f"{BINARIES}/initdb", "-D", str(unfinished), "--username=postgres", "--auth=trust", "--encoding=UTF8"),
        *("--locale=C.UTF-8", "--locale-provider=icu", "--icu-locale=fr", "--no-instructions", "--no-sync"),
    )
    outcome = subprocess.run([*account.prefix, *command], env=ENV, cwd="/", capture_output=True, text=True, check=False)
    if outcome.returncode:
        raise CannotGoOn(
            "La base PostgreSQL n'a pas pu être créée.",
            "The PostgreSQL cluster could not be created.",
            last_lines=tuple((outcome.stdout + outcome.stderr).splitlines()[-15:]),
        )
    unfinished.rename(cluster)


async def _has_database(sockets: Path) -> bool:
    """Whether it answers; what is missing inside is created on the way."""
    try:
        await _create_database(sockets)
    except psycopg.OperationalError:
        return False
    return True


async def _create_database(sockets: Path) -> None:
    connect = functools.partial(psycopg.AsyncConnection.connect, host=str(sockets), autocommit=True)
    async with await connect(user="postgres", dbname="postgres") as connection:
        if not await _has(connection, "SELECT 1 FROM pg_roles WHERE rolname = 'visio'"):
            await connection.execute("CREATE ROLE visio LOGIN CREATEDB")  # tests make databases of their own
        if not await _has(connection, "SELECT 1 FROM pg_database WHERE datname = 'visio'"):
            await connection.execute("CREATE DATABASE visio OWNER visio")
    async with await connect(user="visio", dbname="visio") as connection:
        for name in EXTENSIONS:  # both are "trusted": the owner of the database may create them
            await connection.execute(sql.SQL("CREATE EXTENSION IF NOT EXISTS {}").format(sql.Identifier(name)))


async def _has(connection: psycopg.AsyncConnection, query: str) -> bool:
    cursor = await connection.execute(query.encode())
    return await cursor.fetchone() is not None
