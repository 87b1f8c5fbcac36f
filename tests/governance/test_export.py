"""An export holds all of the person, and of nobody else: opened, and compared with what is known to be there."""

from __future__ import annotations

import io
import json
from typing import Any
from zipfile import ZipFile

import jsonschema
import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from governance.models import PersonExport
from governance.requests import actions, letters, subjects
from governance.requests.errors import RequestRefused
from governance.requests.export import jobs
from meetings import storage, storage_uploads
from meetings.models import ChatMessage, TrackLevels
from tests.governance.conftest import GUEST, SAID, VOICES, Held, ask
from transcripts.corrections import actions as corrections
from transcripts.models import Segment

pytestmark = pytest.mark.django_db


@pytest.fixture
def stored(held: Held) -> Held:
    for name, track in held.tracks.items():
        storage_uploads.put(track.key, VOICES[name], content_type="audio/ogg")
    for name, person in held.people.items():
        ChatMessage.objects.create(meeting=held.meeting, participation=person, text=f"écrit par {name}")
    return held


def made(export: PersonExport) -> tuple[bytes, dict[str, bytes], dict[str, Any]]:
    jobs.make_waiting()
    export.refresh_from_db()
    assert export.state == "done"
    content = b"".join(storage.chunks(export.key))
    with ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        files = {name: archive.read(name) for name in archive.namelist()}
    return content, files, json.loads(files["data.json"])


def words_of(*names: str) -> list[str]:
    return [words for name in names for words in SAID[name]]


def test_own_export_holds_all_of_oneself_and_of_nobody_else(stored: Held, claire: User) -> None:
    _content, files, data = made(jobs.ask_own(claire))
    jsonschema.validate(data, json.loads((settings.BASE_DIR / "docs" / "person-export.schema.json").read_text()))
    assert [line["text"] for line in data["lines"]] == SAID["claire"]
    assert [row["text"] for row in data["chat"]] == ["écrit par claire"]
    assert [row["title"] for row in data["participations"]] == ["Comité de pilotage"]
    assert [row["choice"] for row in data["consents"]] == ["accepted"]
    assert data["accounts"][0]["email"] == claire.email
    own = stored.tracks["claire"]
    assert files[f"audio/{own.pk}.ogg"] == VOICES["claire"]
    assert [name for name in files if name.startswith("audio/")] == [f"audio/{own.pk}.ogg"]
    whole = b"\n".join(files.values())
    of_others = [*words_of("bilal", "guest"), GUEST, "Mercier", "bilal@example", "écrit par bilal", "écrit par guest"]
    assert [words for words in of_others if words.encode() in whole] == []
    assert [name for name in ("bilal", "guest") if VOICES[name] in whole] == []


def test_page_is_read_in_two_languages_and_without_script(stored: Held, claire: User) -> None:
    _content, files, _data = made(jobs.ask_own(claire))
    french, english = files["index.html"].decode(), files["index.en.html"].decode()
    assert '<html lang="fr">' in french
    assert '<html lang="en">' in english
    assert "Identité vérifiée" in french
    assert "Verified identity" in english
    for page in (french, english):
        assert "<script" not in page
        assert SAID["claire"][0] in page


def test_same_rows_give_the_same_bytes(stored: Held, claire: User) -> None:
    export = jobs.ask_own(claire)
    first = made(export)[0]
    again = PersonExport.objects.filter(pk=export.pk)
    again.update(state="queued", sha256="")
    assert made(export)[0] == first


def test_officer_exports_a_guest_whom_they_have_ticked(stored: Held, claire: User, dora: User) -> None:
    row = ask(claire, actor=dora)
    with pytest.raises(RequestRefused):
        jobs.ask(row.pk, actor=dora)
    actions.check_identity(row.pk, "call", actor=dora)
    with pytest.raises(RequestRefused) as refused:
        jobs.ask(row.pk, actor=dora)
    assert refused.value.code == "nobody"
    subjects.choose(row.pk, [], [stored.people["guest"].pk], [], actor=dora)
    _content, files, data = made(jobs.ask(row.pk, actor=dora))
    assert [line["text"] for line in data["lines"]] == SAID["guest"]
    assert data["request"] == row.reference
    whole = b"\n".join(files.values())
    assert [words for words in [*words_of("claire", "bilal"), "Fontaine", "Mercier"] if words.encode() in whole] == []


def test_shared_microphone_is_nobodys_own(stored: Held, claire: User) -> None:
    lines = Segment.objects.filter(participation=stored.people["claire"])
    lines.update(assurance="shared-microphone", voice=1)
    stored.tracks["claire"].shared_microphone = True
    stored.tracks["claire"].save()
    _content, files, data = made(jobs.ask_own(claire))
    assert data["lines"] == []
    assert data["left_out"] == {
        "lines_of_shared_microphones": 2, "sounds_with_other_voices": 1, "shared_screens": 0,
    }  # fmt: skip
    assert [name for name in files if name.startswith("audio/")] == []


def test_sound_in_which_another_may_be_heard_stays_out(stored: Held, claire: User) -> None:
    TrackLevels.objects.create(track=stored.tracks["claire"], step_ms=100, steps=b"", leaks=[[1.0, 6.0]])
    _content, files, data = made(jobs.ask_own(claire))
    assert data["sounds"] == []
    assert data["left_out"]["sounds_with_other_voices"] == 1
    assert [name for name in files if name.startswith("audio/")] == []


def test_line_put_under_another_name_goes_to_that_person(stored: Held, claire: User, bilal: User) -> None:
    """Bilal spoke at Claire's microphone: it was recognised as hers, and an organiser said so since."""
    line = Segment.objects.get(text=SAID["claire"][1])
    name = bilal.get_full_name()
    corrections.name_speaker(stored.minutes, line.pk, line.revision, name, everywhere=False, actor=claire)
    hers, his = made(jobs.ask_own(claire))[1], made(jobs.ask_own(bilal))[1]
    assert SAID["claire"][1].encode() not in b"\n".join(hers.values())
    assert [row["text"] for row in json.loads(his["data.json"])["lines"]] == [SAID["claire"][1], *SAID["bilal"]]


def test_export_is_downloaded_by_its_owner_alone(client: Client, stored: Held, claire: User, bilal: User) -> None:
    export = jobs.ask_own(claire)
    jobs.make_waiting()
    client.force_login(bilal)
    assert client.get(reverse("my_data_download", args=[export.pk])).status_code == 404
    client.force_login(claire)
    answer = client.get(reverse("my_data_download", args=[export.pk]))
    assert answer.status_code == 302
    assert export.key in answer.headers["location"]


def test_export_by_link_asks_once_more_and_ends(client: Client, stored: Held, claire: User, dora: User) -> None:
    row = ask(claire, actor=dora)
    actions.check_identity(row.pk, "call", actor=dora)
    subjects.choose(row.pk, [claire.pk], [], [], actor=dora)
    export = jobs.ask(row.pk, actor=dora)
    jobs.make_waiting()
    export.refresh_from_db()
    place = letters.link_to(export).partition("/retrait/")[2]
    address = f"/retrait/{place}"
    assert client.get(address).status_code == 200
    assert export.key in client.post(address).headers["location"]
    assert client.get(f"/retrait/{export.pk}.x.y/").status_code == 404
    jobs.erase(export)
    assert client.get(address).status_code == 404
    assert client.post(address).status_code == 404


def test_export_goes_after_thirty_days(stored: Held, claire: User) -> None:
    export = jobs.ask_own(claire)
    made(export)
    assert jobs.erase_old() == 0
    PersonExport.objects.update(erase_at=timezone.now())
    assert jobs.erase_old() == 1
    with pytest.raises(storage.StorageUnavailable):
        b"".join(storage.chunks(export.key))
    export.refresh_from_db()
    assert export.state == "erased"
    assert jobs.erase_old() == 0


def test_worker_that_died_leaves_its_export_to_another(stored: Held, claire: User) -> None:
    export = jobs.ask_own(claire)
    dead = jobs._claim()
    assert dead is not None
    jobs.make_waiting()
    export.refresh_from_db()
    assert export.state == "running"
    PersonExport.objects.update(lease_until=timezone.now() - jobs.LEASE)
    made(export)
    with pytest.raises(jobs.LeaseLost):
        jobs._write(dead, progress=0.5)


def test_export_that_is_erased_while_it_is_made_leaves_nothing(stored: Held, claire: User) -> None:
    export = jobs.ask_own(claire)
    mine = jobs._claim()
    assert mine is not None
    jobs.erase(export)
    with pytest.raises(jobs.LeaseLost):
        jobs._make(mine)
    with pytest.raises(storage.StorageUnavailable):
        b"".join(storage.chunks(export.key))
