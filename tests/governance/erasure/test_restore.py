"""A restore from yesterday's backup: PostgreSQL's own dump, taken before an erasure, and put back after it."""

from __future__ import annotations

import os
import subprocess
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection

from accounts import audit
from accounts.models import User
from governance.erasure import erase_person, erase_recording
from governance.models import Mode, Reason, Tombstone, What
from meetings import storage_uploads
from tests.governance.erasure.conftest import TRACES, VOICE, Scene
from tests.governance.erasure.scan import found
from transcripts.models import Segment

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def yesterday(scene: Scene, tmp_path: Path) -> Path:
    backup = tmp_path / "backup.sql"
    _postgres("pg_dump", "--data-only", "--disable-triggers", f"--file={backup}", *_tables())
    return backup


def _tables() -> list[str]:
    return [
        "--exclude-table=django_migrations",
        "--exclude-table=django_content_type",
        "--exclude-table=auth_permission",
    ]


def _restore(backup: Path) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        names = {name for (name,) in cursor.fetchall()} - {
            "django_migrations",
            "django_content_type",
            "auth_permission",
        }
    empty = f"SET session_replication_role = replica; TRUNCATE {', '.join(sorted(names))} CASCADE"
    _postgres("psql", "--quiet", "--set=ON_ERROR_STOP=1", f"--command={empty}")
    _postgres("psql", "--quiet", "--set=ON_ERROR_STOP=1", f"--file={backup}")


def _postgres(program: str, *arguments: str) -> None:
    """As the superuser of the private cluster, who alone may put rows past triggers."""
    host = connection.get_connection_params()["host"]
    name = str(connection.settings_dict["NAME"])
    command = [program, f"--host={host}", "--username=postgres", f"--dbname={name}", *arguments]
    subprocess.run(command, check=True, env={**os.environ, "LC_ALL": "C.UTF-8"}, capture_output=True)


def replay() -> str:
    out = StringIO()
    call_command("replay_tombstones", stdout=out)
    return out.getvalue()


def test_what_a_restore_brings_back_goes_again(yesterday: Path, scene: Scene, claire: User) -> None:
    erase_person(users=[scene.person.pk], participations=[scene.as_guest.pk], actor=claire, mode=Mode.NOTHING)
    assert found(TRACES) == []
    _restore(yesterday)
    storage_uploads.put(scene.track.key, VOICE.encode(), content_type="audio/ogg")  # its backup too
    assert not Tombstone.objects.exists()
    assert found(TRACES) != []
    words = replay()
    assert "read from the store: 1" in words
    assert "carried out again: 1" in words
    assert found(TRACES) == []
    assert [line.text for line in Segment.objects.all()] == ["Merci beaucoup."]
    again = replay()
    assert "read from the store: 0" in again
    assert "carried out again: 0" in again


def test_recordings_go_again_by_their_clock(yesterday: Path, scene: Scene) -> None:
    for what in (What.SOUND, What.ALL):
        erase_recording(scene.recording, what=what, actor=audit.SYSTEM, reason=Reason.RETENTION)
    _restore(yesterday)
    assert Segment.objects.count() == 3
    assert "read from the store: 2" in replay()
    assert not Segment.objects.exists()
    assert found([VOICE]) == []
