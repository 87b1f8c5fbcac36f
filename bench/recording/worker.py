"""One run in a process of its own, which says on stdout what it cost: ours, the peer, or the control.

Ours is what the media worker does once a recording was stopped, to the row READY: convert, store, verify, delete the
file. The peer is janus-pp-rec, then a plain upload to the same store by boto3's own transfer manager. The control
is ours, after it has read and converted the file once for nothing.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import django

django.setup()

from django.conf import settings  # noqa: E402

from accounts.models import Institution, User  # noqa: E402
from bench.recording.files import Spoken  # noqa: E402
from bench.report import Void  # noqa: E402
from meetings import actions, consents, recordings, storage  # noqa: E402
from meetings.models import Meeting, Recording, RecordingPart, Track  # noqa: E402
from meetings.persons import Person  # noqa: E402
from meetings.recordings.tracks import convert  # noqa: E402

NODE = "bench"  # no worker of the services takes it for its own
TOLERANCE_S = 1.0


class Nowhere:
    def write(self, data: bytes) -> None:
        pass


def ours(folder: Path, source: Path, spoken: Spoken) -> Callable[[], None]:
    """The work, once everything around it is there."""
    settings.JANUS_RECORDINGS_DIR, settings.JANUS_NODE = folder, NODE
    recording = _stopped(spoken)
    participation = recording.consents.get().participation
    os.link(source, folder / f"{recording.pk.hex}.{participation.pk.hex}.1.1-audio-0.mjr")

    def work() -> None:
        recordings.collect(recording)

    return work


def control(folder: Path, source: Path, spoken: Spoken) -> Callable[[], None]:
    collect = ours(folder, source, spoken)

    def work() -> None:
        convert(source, Nowhere(), begin=spoken.begin, end=time.time())
        collect()

    return work


def peer(folder: Path, source: Path, spoken: Spoken) -> Callable[[], None]:
    target = folder / "peer.opus"
    client = storage._client()  # noqa: SLF001 -- the same store, with the same account

    def work() -> None:
        subprocess.run(["janus-pp-rec", source, target], check=True, capture_output=True)
        client.upload_file(str(target), settings.S3_BUCKET, "bench/peer.opus")

    return work


def _stopped(spoken: Spoken) -> Recording:
    """A recording of that time, which has just been stopped. Without minutes: nobody transcribes beside us."""
    institution, _ = Institution.objects.get_or_create(siret="13002526500013", defaults={"label": "DINUM"})
    agent, _ = User.objects.get_or_create(
        sub="bench-recording",
        defaults={"given_name": "B", "email": "bench@example.gouv.fr", "institution": institution},
    )
    room = actions.create_room("Mesure", actor=agent)
    participation = actions.join_meeting(room, person=Person(agent), shared_microphone=False)
    Meeting.objects.filter(pk=participation.meeting_id).update(node=NODE)
    recording = actions.start_recording(participation.pk)
    consents.answer_consent(participation.pk, recording.pk, "accepted")
    Recording.objects.filter(pk=recording.pk).update(
        status=Recording.Status.STOPPING,
        started_at=datetime.fromtimestamp(spoken.begin, UTC),
        stopped_at=datetime.now(UTC),
        for_minutes=False,
    )
    RecordingPart.objects.filter(recording=recording).update(node=NODE)
    recording.refresh_from_db()
    return recording


def _bytes_read() -> int:
    """By this process and its children that have ended, from files."""
    fields = dict(line.split(": ") for line in Path("/proc/self/io").read_text(encoding="ascii").splitlines())
    return int(fields["rchar"])


def _cpu() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def main(side: str, folder: Path, source: Path, spoken: Spoken) -> None:
    work = {"ours": ours, "control": control, "peer": peer}[side](folder, source, spoken)
    storage._client()  # noqa: SLF001 -- made once in a worker's life
    before, cpu, start = _bytes_read(), _cpu(), time.monotonic()
    work()
    found = {
        "wall_s": time.monotonic() - start,
        "cpu_s": _cpu() - cpu,
        "peak_kb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss,
        "passes": (_bytes_read() - before) / source.stat().st_size,
    }
    if side != "peer":
        _check_and_delete(spoken)
    print(json.dumps(found))


def _check_and_delete(spoken: Spoken) -> None:
    track = Track.objects.latest("recording__stopped_at")
    if track.recording.status != Recording.Status.READY or abs(track.duration - spoken.seconds) > TOLERANCE_S:
        raise Void("not all of the recording was stored")
    storage.delete(track.key)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]), Spoken(float(sys.argv[4]), float(sys.argv[5])))
