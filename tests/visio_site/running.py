"""Services of the tests' own, started by the real command, in a folder of their own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from visio_site.layout import ROOT, Layout


@dataclass(frozen=True, slots=True)
class Running:
    """Services that are up, and the environment that a command beside them is given."""

    layout: Layout
    env: dict[str, str]


TELL_AND_WAIT = "import json, os, sys; print(json.dumps(dict(os.environ)), flush=True); sys.stdin.read()"


@contextmanager
def running(layout: Layout, services: str) -> Iterator[Running]:
    env = os.environ | {"VISIO_VAR": str(layout.var), "VISIO_PORT": str(layout.ports.web)}
    command = [sys.executable, "-m", "visio_site", "exec", "--no-fsync", "--services", services, "--"]
    with subprocess.Popen(
        [*command, sys.executable, "-c", TELL_AND_WAIT],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env=env,
    ) as process:
        assert process.stdin
        assert process.stdout
        assert process.stderr
        told = process.stdout.readline()
        assert told, process.stderr.read()
        try:
            yield Running(layout, json.loads(told))
        finally:
            process.stdin.close()
            assert process.wait(20) == 0
