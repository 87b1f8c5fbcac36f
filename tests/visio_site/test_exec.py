"""`python -m visio_site exec`: what the command gets, and what becomes of its outcome."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable

import pytest

from tests.visio_site.conftest import wait_until
from visio_site import services
from visio_site.layout import ROOT, Layout
from visio_site.progress import INTERRUPTED, CannotGoOn
from visio_site.units import choose

EXEC = [sys.executable, "-m", "visio_site", "exec", "--no-fsync", "--services"]


def execute(services_: str, *command: str, **env: str) -> subprocess.CompletedProcess[str]:
    words = [*EXEC, services_, "--", *command]
    return subprocess.run(words, capture_output=True, text=True, check=False, cwd=ROOT, env=os.environ | env)


@pytest.mark.usefixtures("layout")
def test_status_of_the_command_is_ours_and_its_output_alone_is_on_stdout() -> None:
    outcome = execute("redis", "sh", "-c", "echo figures; exit 7")
    assert (outcome.returncode, outcome.stdout) == (7, "figures\n")
    assert "redis" in outcome.stderr


@pytest.mark.usefixtures("layout")
def test_command_killed_by_a_signal_ends_as_a_shell_would_say() -> None:
    assert execute("redis", "sh", "-c", "kill -SEGV $$").returncode == 128 + signal.SIGSEGV


def test_settings_of_the_caller_are_kept_and_secrets_come_as_files(layout: Layout) -> None:
    show = "echo $DJANGO_SETTINGS_MODULE; cat $SECRET_KEY_FILE; echo; echo $AWS_PROFILE; env | grep -c ^SECRET_KEY="
    outcome = execute("redis", "sh", "-c", show, DJANGO_SETTINGS_MODULE="visio_site.settings.test", AWS_PROFILE="mine")
    settings, secret, profile, secrets_by_value = outcome.stdout.splitlines()
    assert settings == "visio_site.settings.test"
    assert secret == layout.secret("django-secret-key")
    assert (profile, secrets_by_value) == ("", "0")


def test_interrupted_command_ends_before_its_services(layout: Layout, family: Callable[[], set[int]]) -> None:
    script = 'trap "redis-cli -s $1 ping; exit 5" TERM; echo up; while :; do sleep 0.1; done'
    socket = layout.socket_folder("redis") / "redis.sock"
    command = [*EXEC, "redis", "--", "sh", "-c", script, "sh", str(socket)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, cwd=ROOT) as process:
        assert process.stdout
        process.stdout.readline()
        process.send_signal(signal.SIGTERM)
        assert process.stdout.read() == "PONG\n"
        assert process.wait(10) == 5
    wait_until(lambda: family() == set())


def test_ctrl_c_in_the_middle_of_a_start_leaves_nothing(layout: Layout, family: Callable[[], set[int]]) -> None:
    with subprocess.Popen([*EXEC, "postgres,redis,objects,janus", "--", "true"], stderr=subprocess.DEVNULL) as process:
        wait_until(lambda: layout.pid_file("postgres").exists())
        start = time.monotonic()
        process.send_signal(signal.SIGINT)
        assert process.wait(10) == INTERRUPTED
    assert time.monotonic() - start < 10
    assert family() == set()
    assert list(layout.run.glob("*.pid")) == []


def test_service_brings_what_it_stands_on_and_nothing_else(layout: Layout) -> None:
    layout.create()
    units = services.all_units(layout)
    assert [unit.name for unit in choose(units, {"worker-default"})] == [
        *("postgres", "redis", "objects-rings", "objects-account", "objects-container", "objects-object"),
        *("objects-proxy", "migrate", "worker-default"),
    ]
    assert choose(units, {"all"}) == units
    assert choose(units, set()) == []


def test_unknown_service_is_named_with_those_that_exist(layout: Layout) -> None:
    layout.create()
    with pytest.raises(CannotGoOn, match=r"Service inconnu : pg\. Il y a : postgres, redis"):
        choose(services.all_units(layout), {"pg", "redis"})
