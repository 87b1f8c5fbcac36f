"""The state folder of an installation: locked while it is in use, emptied on demand."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Collection, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from visio_site.layout import MARK, Layout
from visio_site.progress import CannotGoOn

LOCK = "supervisor.lock"
SOCKETS = ("postgres", "redis")


@contextmanager
def locked(layout: Layout, *, fresh: bool = False) -> Iterator[None]:
    """Hold the state folder, emptied first when `fresh`. Raises CannotGoOn when somebody else holds it."""
    layout.create()
    with _held(layout.run / LOCK):
        if fresh:
            # Static files are made from the code alone, and slow to collect: their stamp says when to do it again.
            _empty(layout.var, keep={layout.var / MARK, layout.run, layout.var / "static"})
            layout.create()
        pid_file = layout.pid_file("supervisor")
        pid_file.write_text(f"{os.getpid()}\n", encoding="ascii")
        try:
            yield
        finally:
            pid_file.unlink(missing_ok=True)
            _remove_outside_sockets(layout)


def reset(layout: Layout) -> None:
    """Empty the state folder, and those of tests and benchmarks inside it."""
    if not (layout.var / MARK).exists():
        return
    with ExitStack() as locks:
        for lock in [layout.run / LOCK, *layout.var.glob(f"*/run/{LOCK}")]:
            if lock.exists():
                locks.enter_context(_held(lock))
        _empty(layout.var)


def running_pid(layout: Layout) -> int:
    """Of the supervisor that holds the state folder. Raises CannotGoOn when there is none."""
    lock = layout.run / LOCK
    if lock.exists():
        try:
            with _held(lock):
                pass
        except CannotGoOn:
            return int(layout.pid_file("supervisor").read_text(encoding="ascii"))
    raise CannotGoOn(
        "Visio ne tourne pas : lancez d'abord « make run ».", "Visio is not running: start `make run` first."
    )


@contextmanager
def _held(lock: Path) -> Iterator[None]:
    with lock.open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CannotGoOn(
                f"Visio tourne déjà dans {lock.parent.parent} : arrêtez-le d'abord (Ctrl-C).",
                f"Visio is already running in {lock.parent.parent}: stop it first (Ctrl-C).",
            ) from None
        yield


def _empty(folder: Path, *, keep: Collection[Path] = ()) -> None:
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name == MARK):  # the mark last: we may be interrupted
        if entry in keep:
            continue
        try:
            shutil.rmtree(entry) if entry.is_dir() and not entry.is_symlink() else entry.unlink()
        except PermissionError as error:
            raise CannotGoOn(
                f"{error.filename} appartient à un autre compte : videz {folder} avec ce compte-là.",
                f"{error.filename} belongs to another account: empty {folder} from that one.",
            ) from error


def _remove_outside_sockets(layout: Layout) -> None:
    for name in SOCKETS:
        folder = layout.socket_folder(name)
        if not folder.is_relative_to(layout.var):
            shutil.rmtree(folder, ignore_errors=True)
