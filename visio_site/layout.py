"""One installation: its folders, its ports, its secrets."""

from __future__ import annotations

import hashlib
import os
import secrets
import stat
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Self

from visio_site.progress import CannotGoOn

ROOT = Path(__file__).resolve().parent.parent
LONGEST_SOCKET_PATH_BYTES = 107  # sun_path has 108, the last one a NUL
LONGEST_SOCKET_NAME_BYTES = len("/.s.PGSQL.5432")
NODE = "j1"  # the Janus of this machine; the first, where there are several
MOST_NODES = 8
MARK = ".visio-state"  # what tells a state folder of ours from somebody's home
SECRETS = (
    "django-secret-key",
    "s3-secret-key",
    "swift-hash",
    "janus-api-secret",
    "janus-admin-key",
    "janus-admin-secret",
    "oidc-client-secret",
    "mfa-encryption-key",
    "minutes-signing-key",
)


@dataclass(frozen=True, slots=True)
class Ports:
    web: int
    idp: int
    objects: int
    objects_account: int
    objects_container: int
    objects_object: int
    janus: int
    janus_admin: int
    mail: int
    mailbox: int

    @classmethod
    def starting_at(cls, first: int) -> Self:
        return cls(*range(first, first + 10))


@dataclass(frozen=True, slots=True)
class JanusNode:
    """One Janus, and the worker beside it."""

    name: str
    port: int
    admin_port: int
    rtp_ports: str
    recordings: Path

    def unit(self, name: str) -> str:
        """Of a process: those of the first node bear no number."""
        return name if self.name == NODE else f"{name}-{self.name}"


@dataclass(frozen=True, slots=True)
class Layout:
    var: Path
    ports: Ports
    rtp_ports: str
    public_url: str
    fsync: bool = True  # without: quicker tests, which need not survive a power cut
    node_count: int = 1

    @classmethod
    def from_environment(cls, *, fsync: bool = True) -> Self:
        ports = Ports.starting_at(_first_port(os.environ.get("VISIO_PORT", "8000")))
        return cls(
            var=Path(os.environ.get("VISIO_VAR") or ROOT / "var").absolute(),
            ports=ports,
            rtp_ports=os.environ.get("VISIO_RTP_PORTS", "20000-20999"),
            public_url=os.environ.get("VISIO_PUBLIC_URL", f"http://localhost:{ports.web}").rstrip("/"),
            fsync=fsync,
            node_count=_node_count(os.environ.get("JANUS_NODES") or "1"),
        )

    @property
    def run(self) -> Path:
        return self.var / "run"

    @property
    def logs(self) -> Path:
        return self.var / "log"

    @property
    def recordings(self) -> Path:
        return self.var / "recordings" / NODE

    @property
    def nodes(self) -> list[JanusNode]:
        """They share the RTP ports; those after the first listen after the ten ports."""
        beyond = self.ports.web + len(fields(Ports)) - 2
        listens = [(self.ports.janus, self.ports.janus_admin)]
        listens += [(beyond + 2 * number, beyond + 2 * number + 1) for number in range(1, self.node_count)]
        ranges = _shares(self.rtp_ports, self.node_count)
        return [
            JanusNode(f"j{number}", *ports, rtp_ports, self.var / "recordings" / f"j{number}")
            for number, (ports, rtp_ports) in enumerate(zip(listens, ranges, strict=True), start=1)
        ]

    def create(self) -> None:
        """Make the folders and secrets that are not there yet. Raises CannotGoOn in a folder of something else."""
        mark(self.var)
        # Others may not look inside; PostgreSQL's and Janus' own accounts must get through when we are root.
        self.var.chmod(0o711 if os.geteuid() == 0 else 0o700)
        for folder in (self.run, self.logs, self.var / "secrets"):
            folder.mkdir(mode=0o700, exist_ok=True)
        for name in SECRETS:
            self._create_secret(name)

    def secret_file(self, name: str) -> Path:
        return self.var / "secrets" / name

    def secret(self, name: str) -> str:
        return self.secret_file(name).read_text(encoding="ascii")

    def pid_file(self, name: str) -> Path:
        return self.run / f"{name}.pid"

    def socket_folder(self, name: str) -> Path:
        """Where a service listens: below `var`, or below /tmp when that path is too long for a socket."""
        folder = self.var / "sockets" / name
        if len(bytes(folder)) + LONGEST_SOCKET_NAME_BYTES <= LONGEST_SOCKET_PATH_BYTES:
            return folder
        digest = hashlib.sha256(f"{os.getuid()}:{self.var}".encode()).hexdigest()[:12]
        return Path(f"/tmp/visio-{digest}-{name}")  # noqa: S108 -- `own_folder` refuses one made by somebody else

    def _create_secret(self, name: str) -> None:
        path = self.secret_file(name)
        if path.exists():
            return
        fresh = path.with_suffix(".new")
        fresh.unlink(missing_ok=True)
        with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(48))
        fresh.rename(path)


def mark(var: Path) -> None:
    """Make `var` a state folder, which `make reset` may empty. Raises CannotGoOn when it holds something else."""
    var.mkdir(parents=True, exist_ok=True)
    if not (var / MARK).exists() and any(var.iterdir()):
        raise CannotGoOn(
            f"{var} contient autre chose que l'état de Visio : choisissez un dossier vide (VISIO_VAR).",
            f"{var} holds something else than Visio's state: choose an empty folder (VISIO_VAR).",
        )
    (var / MARK).touch()


def own_folder(path: Path, uid: int, gid: int) -> Path:
    """Make `path` a folder that only `uid` may enter. Raises CannotGoOn when a stranger's is in its place."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        path.mkdir(mode=0o700)
    except FileExistsError:
        found = path.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid not in {uid, os.getuid()}:
            raise CannotGoOn(
                f"{path} appartient à quelqu'un d'autre : supprimez-le ou changez VISIO_VAR.",
                f"{path} belongs to somebody else: remove it, or change VISIO_VAR.",
            ) from None
    path.chmod(0o700)
    os.chown(path, uid, gid)
    return path


def _shares(ports: str, count: int) -> list[str]:
    """`20000-20999` in `count` ranges."""
    if count == 1:
        return [ports]
    first, last = map(int, ports.split("-"))
    size = (last + 1 - first) // count
    return [f"{first + size * number}-{first + size * (number + 1) - 1}" for number in range(count)]


def _node_count(text: str) -> int:
    """How many Janus; one below `exec`, whose children hear by the same name where their nodes are."""
    if "=" in text:
        return 1
    if not text.isdigit() or not 1 <= int(text) <= MOST_NODES:
        raise CannotGoOn(
            f"JANUS_NODES doit être un nombre entre 1 et {MOST_NODES}, et non {text!r}.",
            f"JANUS_NODES must be a number between 1 and {MOST_NODES}, not {text!r}.",
        )
    return int(text)


def _first_port(text: str) -> int:
    if not text.isdigit() or not 1024 <= int(text) <= 65000:
        raise CannotGoOn(
            f"VISIO_PORT doit être un nombre entre 1024 et 65000, et non {text!r}.",
            f"VISIO_PORT must be a number between 1024 and 65000, not {text!r}.",
        )
    return int(text)
