"""Who a child runs as: PostgreSQL refuses root, and Janus parses what strangers send."""

from __future__ import annotations

import os
import pwd
import subprocess
from dataclasses import dataclass
from pathlib import Path

from visio_site.progress import CannotGoOn


@dataclass(frozen=True, slots=True)
class Account:
    """`prefix` goes before a command; its files belong to `uid` and `gid`."""

    uid: int
    gid: int
    prefix: tuple[str, ...] = ()


def account_named(name: str, folder: Path, *others: Path) -> Account:
    """The account for a child whose state lies below `folder`, an existing folder, and that also reads `others`.

    Not root: ourselves. Root: the account `name`. Root in a folder that `name` may not reach (a checkout
    below a 0700 home): still us for the kernel, without capabilities, in a user namespace that shows us as `name`.
    Raises CannotGoOn where that is not permitted either.
    """
    if os.geteuid() != 0:
        return Account(os.getuid(), os.getgid())
    person = pwd.getpwnam(name)
    other = ("setpriv", f"--reuid={person.pw_uid}", f"--regid={person.pw_gid}", "--init-groups", "--no-new-privs", "--")
    if all(_succeeds(*other, "test", "-x", str(path)) for path in (folder, *others)):
        return Account(person.pw_uid, person.pw_gid, other)
    shown_as = ("unshare", "--user", f"--map-user={person.pw_uid}", f"--map-group={person.pw_gid}", "--")
    if _succeeds(*shown_as, "true"):
        return Account(0, 0, shown_as)
    raise CannotGoOn(
        f"Le compte {name} ne peut pas atteindre {folder} : choisissez un autre dossier (VISIO_VAR).",
        f"The account {name} cannot reach {folder}: choose another folder (VISIO_VAR).",
    )


def _succeeds(*command: str) -> bool:
    return subprocess.run(command, check=False, cwd="/", stderr=subprocess.DEVNULL).returncode == 0
