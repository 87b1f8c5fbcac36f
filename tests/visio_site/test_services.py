"""The real services: who they run as, where they listen, what they refuse."""

from __future__ import annotations

import dataclasses
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import redis

from tests.visio_site.conftest import wait_until
from tests.visio_site.running import Running, running
from visio_site.layout import Layout

ROOT_ONLY = pytest.mark.skipif(os.geteuid() != 0, reason="only root runs children as somebody else")


@pytest.fixture
def open_folder(layout: Layout) -> Iterator[Layout]:
    """An installation below folders that anybody may cross, unlike those of pytest."""
    folder = Path(tempfile.mkdtemp(prefix="visio-test-"))
    folder.chmod(0o755)
    yield dataclasses.replace(layout, var=folder / "state")
    shutil.rmtree(folder)


def status(layout: Layout, name: str) -> dict[str, str]:
    """What the kernel says of this child."""
    pid = layout.pid_file(name).read_text().strip()
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return {line.partition(":")[0]: line.partition(":")[2].strip() for line in lines}


@ROOT_ONLY
def test_root_runs_postgres_and_janus_as_others_without_any_power(open_folder: Layout) -> None:
    with running(open_folder, "postgres,janus"):
        for name, account in (("postgres", "postgres"), ("janus", "nobody")):
            seen = status(open_folder, name)
            assert set(seen["Uid"].split()) == {str(pwd.getpwnam(account).pw_uid)}
            assert int(seen["CapEff"], 16) == 0
            assert seen["NoNewPrivs"] == "1"
        for folder in (open_folder.recordings, open_folder.var / "janus"):
            assert (folder.owner(), folder.stat().st_mode & 0o777) == ("nobody", 0o700)


@ROOT_ONLY
def test_root_in_a_folder_that_nobody_may_cross_runs_both_all_the_same(layout: Layout, tmp_path: Path) -> None:
    assert (tmp_path.parent.stat().st_mode | tmp_path.stat().st_mode) & 0o001 == 0
    with running(layout, "postgres,janus") as site:
        with psycopg.connect(site.env["DATABASE_URL"]) as connection:
            assert connection.execute("SELECT current_user").fetchone() == ("visio",)
        for name in ("postgres", "janus"):
            assert int(status(layout, name)["CapEff"], 16) == 0


def test_deep_checkout_starts_and_its_short_folders_are_gone_afterwards(layout: Layout) -> None:
    deep = dataclasses.replace(layout, var=layout.var / ("d" * 90) / "state")
    folders = [deep.socket_folder(name) for name in ("postgres", "redis")]
    with running(deep, "postgres,redis") as site:
        assert all(folder.stat().st_mode & 0o777 == 0o700 for folder in folders)
        psycopg.connect(site.env["DATABASE_URL"]).close()
    assert not any(folder.exists() for folder in folders)


def test_database_has_what_search_and_tests_need(site: Running) -> None:
    with psycopg.connect(site.env["DATABASE_URL"], autocommit=True) as connection:
        extensions = {name for (name,) in connection.execute("SELECT extname FROM pg_extension")}
        assert {"unaccent", "pg_trgm"} <= extensions
        names = connection.execute("SELECT name FROM (VALUES ('Zoé'), ('Élodie'), ('Eve')) AS t(name) ORDER BY name")
        assert [name for (name,) in names] == ["Élodie", "Eve", "Zoé"]
        connection.execute("CREATE DATABASE test_visio")
        assert connection.execute("SHOW listen_addresses").fetchone() == ("",)


def test_postgres_comes_back_after_kill_9_with_a_client_at_work(site: Running) -> None:
    busy = psycopg.connect(site.env["DATABASE_URL"])
    busy.execute("CREATE TABLE unfinished AS SELECT generate_series(1, 1000)")
    os.kill(int(site.layout.pid_file("postgres").read_text()), signal.SIGKILL)
    wait_until(lambda: answers(site.env["DATABASE_URL"]), timeout_s=20)
    with psycopg.connect(site.env["DATABASE_URL"]) as connection:
        assert connection.execute("SELECT to_regclass('unfinished')").fetchone() == (None,)


def test_errors_of_the_database_keep_words_and_names_out_of_the_log(site: Running) -> None:
    with psycopg.connect(site.env["DATABASE_URL"], autocommit=True) as connection:
        connection.execute("CREATE TABLE said (words text UNIQUE)")
        connection.execute("INSERT INTO said VALUES ('budget confidentiel')")
        with pytest.raises(psycopg.errors.UniqueViolation):
            connection.execute("INSERT INTO said VALUES ('budget confidentiel')")
    log = site.layout.logs / "postgres.log"
    wait_until(lambda: "duplicate key" in log.read_text())
    assert "confidentiel" not in log.read_text()


def test_queued_work_survives_a_restart_of_redis(site: Running) -> None:
    client = redis.Redis.from_url(site.env["REDIS_URL"])
    client.lpush("celery", "job")
    first = site.layout.pid_file("redis").read_text()
    os.kill(int(first), signal.SIGTERM)
    wait_until(lambda: site.layout.pid_file("redis").exists() and site.layout.pid_file("redis").read_text() != first)
    wait_until(lambda: length(client) == 1)
    assert client.config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}


def test_no_secret_is_on_a_command_line_or_in_an_environment(site: Running) -> None:
    secrets = [path.read_text() for path in (site.layout.var / "secrets").iterdir()]
    pids = pids_of(site)
    assert len(pids) == 9  # the supervisor, and eight children
    for pid in pids:
        words = Path(f"/proc/{pid}/cmdline").read_text() + Path(f"/proc/{pid}/environ").read_text()
        assert not any(secret in words for secret in secrets)


def test_services_listen_on_loopback_only(site: Running) -> None:
    lines = subprocess.run(["ss", "-Hltnup"], capture_output=True, text=True, check=True).stdout.splitlines()
    ours = [line for line in lines if any(f"pid={pid}," in line for pid in pids_of(site))]
    assert {line.split()[4].rpartition(":")[0] for line in ours} == {"127.0.0.1"}
    assert len(ours) >= 7  # four of the object store, two of Janus, the identity provider


def pids_of(site: Running) -> set[int]:
    return {int(path.read_text()) for path in site.layout.run.glob("*.pid")}


def length(client: redis.Redis) -> int:
    try:
        return int(client.llen("celery"))
    except redis.ConnectionError:
        return -1


def answers(database_url: str) -> bool:
    try:
        psycopg.connect(database_url).close()
    except psycopg.OperationalError:
        return False
    return True
