"""One person is erased: nothing of them is anywhere afterwards, and everything of the others is."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from accounts import audit
from accounts.models import AuditEntry, User
from governance.erasure import ask_person, erase_person, holds, preview_person, run, sweep, tombstones
from governance.models import Erasure, Mode, Reason, Tombstone
from meetings import ceilings, storage
from meetings.models import Application, Consent, Delivery, Participation, Policy, RoomOrganiser, Track
from meetings.recordings import withdrawing
from tests.cast import hold_join, make_agent
from tests.governance.erasure.conftest import EMAIL, FIRST, GUEST, NAME, TRACES, VOICE, WORD, Scene, sign_in
from tests.governance.erasure.scan import found
from transcripts import steps
from transcripts.actions import request_transcription
from transcripts.corrections import actions as corrections
from transcripts.errors import LeaseLost
from transcripts.models import ApprovedVersion, Item, Reviewer, Segment, Step, Transcription
from transcripts.sealing import verify
from transcripts.sealing.actions import approve
from transcripts.sealing.keys import own_key
from transcripts.sealing.statement import write_file
from transcripts.structure import actions as structure
from transcripts.structure.actions import Written

FOLDERS = [settings.VAR_DIR / "speech", settings.VAR_DIR / "pictures", settings.JANUS_RECORDINGS_DIR]


def everything(scene: Scene) -> dict[str, Any]:
    return {"users": [scene.person.pk], "participations": [scene.as_guest.pk]}


def test_scan_finds_what_there_is_before(scene: Scene) -> None:
    places = found(TRACES)
    tables = {place.removeprefix("table ") for place in places if place.startswith("table ")}
    assert tables >= {
        "accounts_user",
        "account_emailaddress",
        "meetings_participation",
        "meetings_invitation",
        "meetings_knock",
        "meetings_chatmessage",
        "transcripts_segment",
        "transcripts_recognisedline",
        "transcripts_linechange",
        "transcripts_comment",
        "transcripts_item",
        "transcripts_glossaryterm",
        "django_session",
    }
    kinds = Counter(place.split()[0] for place in places)
    assert kinds["object"] == 1
    assert kinds["redis"] >= 1


def test_nothing_of_the_person_is_left_anywhere(scene: Scene, claire: User) -> None:
    proof = erase_person(**everything(scene), actor=claire, mode=Mode.NOTHING)
    assert found(TRACES, FOLDERS) == []
    assert [line.text for line in Segment.objects.all()] == ["Merci beaucoup."]
    assert storage.get_range(scene.other.key, 0, 10) == b"claire"
    assert [one.key for one in proof.objects] == [scene.track.key]
    assert proof.objects[0].sha256 == scene.track.sha256
    assert proof.counts["lines"] == 2
    assert proof.counts["accounts"] == 1
    assert proof.held == ()


def test_applications_are_told_and_not_of_whom(scene: Scene, claire: User, settings: Any) -> None:
    settings.WEBHOOK_HOSTS = ["archives.gouv.fr"]
    institution = scene.recording.meeting.room.institution
    Application.objects.create(
        institution=institution, name="A", url="https://archives.gouv.fr/", events=["recording.erased"]
    )
    erase_person(**everything(scene), actor=claire, mode=Mode.NOTHING)
    held = {"institution": institution.siret, "meeting": str(scene.recording.meeting_id)}
    data = {**held, "recording": str(scene.recording.pk), "what": "person"}
    assert {json.loads(one.body)["data"] == data for one in Delivery.objects.all()} == {True}
    assert found(TRACES, FOLDERS) == []


def test_proof_tombstone_and_trail_hold_no_content(scene: Scene, claire: User) -> None:
    proof = erase_person(**everything(scene), actor=claire)
    tombstone = Tombstone.objects.get()
    assert tombstone.counts == proof.counts
    written = b"".join(storage.chunks(f"tombstones/{tombstone.pk}.json"))
    trail = "".join(str(entry.details) for entry in AuditEntry.objects.all())
    erasure = Erasure.objects.get()
    for text in (written.decode(), trail, str(erasure.proof), str(erasure.subject), str(tombstone.subject)):
        assert not [word for word in TRACES if word.lower() in text.lower()]
    assert erasure.state == Erasure.State.DONE
    assert erasure.proof["sha256"] == proof.sha256
    assert AuditEntry.objects.filter(verb="erasure.done", institution=claire.institution).count() == 1


def test_the_ledger_says_that_the_agreement_was_taken_back(scene: Scene, claire: User) -> None:
    erase_person(**everything(scene), actor=claire)
    newest = Consent.objects.filter(participation=scene.participation).latest("pk")
    assert (newest.choice, newest.way) == ("declined", "erasure")
    assert Consent.objects.filter(participation=scene.participation, choice="accepted").exists()


def test_the_account_is_nobody_and_opens_no_page(scene: Scene, claire: User) -> None:
    client = sign_in(scene.person)
    erase_person(users=[scene.person.pk], actor=claire)
    scene.person.refresh_from_db()
    assert not scene.person.is_active
    assert str(scene.person) == "Personne effacée"
    assert scene.person.sub == f"erased-{scene.person.pk}"
    assert client.get(reverse("meetings")).status_code == 302


def test_approved_minutes_keep_the_words_without_the_name(scene: Scene, claire: User) -> None:
    version = approve(scene.transcription, actor=claire)
    proof = erase_person(**everything(scene), actor=claire)
    theirs = Segment.objects.filter(participation=scene.participation)
    assert {(line.speaker_name, line.assurance) for line in theirs} == {("Personne effacée 1", "erased")}
    assert WORD in theirs[0].text
    assert proof.counts["lines_nameless"] == 2
    sealed = verify.read_file(write_file(version, own_key().hex))
    findings = verify.check(sealed, {own_key().id: own_key()})
    assert verify.is_intact(findings)
    assert "erased" in {finding.code for finding in findings}
    assert NAME not in "".join(line or "" for line in sealed.lines)
    assert found([NAME, GUEST, VOICE], FOLDERS) == []
    assert Track.objects.get(pk=scene.track.pk).erased_at is not None  # its lines lean on it


def test_policy_may_have_the_words_of_approved_minutes_go_too(scene: Scene, claire: User) -> None:
    assert claire.institution
    Policy.objects.create(institution=claire.institution, erased_words="nothing")
    version = approve(scene.transcription, actor=claire)
    assert ceilings.rules_of_institution(claire.institution).erased_words == "nothing"
    erase_person(**everything(scene), actor=claire)
    assert found(TRACES, FOLDERS) == []
    sealed = verify.read_file(write_file(version, own_key().hex))
    assert verify.is_intact(verify.check(sealed, {own_key().id: own_key()}))


@pytest.fixture
def sealed_by_them(scene: Scene, claire: User) -> ApprovedVersion:
    """The person organises with Claire: corrects, says whose a voice is, decides, reviews, approves."""
    room = scene.recording.meeting.room
    RoomOrganiser.objects.create(room=room, user=scene.person, added_by=claire)
    minutes, by = scene.transcription, {"actor": scene.person}
    line = Segment.objects.get(participation=scene.other.participation)
    corrections.correct(minutes, line.pk, line.revision, "Merci à tous.", **by)
    Segment.objects.filter(pk=line.pk).update(attributed_by=scene.person, assurance="attributed")
    structure.add(minutes, Written(Item.Kind.DECISION, "Clore"), [line.pk], **by)
    asked = {"asked_by": claire, "next_attempt_at": timezone.now()}
    Reviewer.objects.create(transcription=minutes, user=scene.person, **asked)
    return approve(minutes, **by)


def test_who_approved_goes_from_the_seal_and_it_verifies(
    scene: Scene, claire: User, sealed_by_them: ApprovedVersion
) -> None:
    assert "table transcripts_sealedperson" in found([NAME, EMAIL])
    assert preview_person(users=[scene.person.pk]).counts["sealed_names"] == 1
    proof = erase_person(**everything(scene), actor=claire)
    assert proof.counts["sealed_names"] == 1
    assert found([FIRST, EMAIL], FOLDERS) == []
    sealed = verify.read_file(write_file(sealed_by_them, own_key().hex))
    findings = verify.check(sealed, {own_key().id: own_key()})
    assert verify.is_intact(findings)
    assert "people-erased" in {finding.code for finding in findings}
    assert sealed.approved_by == "une personne dont le nom a été effacé"
    assert any("Clore" in (item or "") for item in sealed.items)  # what others decide on stays


def test_seal_that_a_hold_keeps_names_who_approved_until_it_is_lifted(
    scene: Scene, dpo: User, sealed_by_them: ApprovedVersion
) -> None:
    assert dpo.institution
    Participation.objects.filter(user=scene.person).update(user=None)  # approved it, and was not there
    hold = holds.place(dpo.institution, reason="Instruction", recording=scene.recording, actor=dpo)
    assert "held" in {conflict.code for conflict in preview_person(users=[scene.person.pk]).conflicts}
    proof = erase_person(users=[scene.person.pk], actor=dpo)
    assert proof.held == (scene.recording.pk,)
    theirs = sealed_by_them.people.filter(user=scene.person)
    assert theirs.exclude(content=None).exists()
    holds.lift(hold, because="Fini", actor=dpo)
    sweep()
    assert not theirs.exclude(content=None).exists()
    assert sealed_by_them.people.exclude(content=None).count() == 1  # Claire corrected


def test_lines_said_at_anothers_microphone_go_by_their_number(scene: Scene, claire: User) -> None:
    line = Segment.objects.get(participation=scene.other.participation)
    Segment.objects.filter(pk=line.pk).update(speaker_name="Mme Voix Deux", assurance="attributed")
    approve(Transcription.objects.get(), actor=claire)
    erase_person(lines=[line.pk], actor=claire)
    assert not Segment.objects.filter(pk=line.pk).exists()
    assert found(["Mme Voix Deux", "Merci beaucoup"]) == []


def test_name_that_somebody_gave_in_their_meetings_goes_with_its_lines(scene: Scene, claire: User) -> None:
    line = Segment.objects.get(participation=scene.other.participation)
    Segment.objects.filter(pk=line.pk).update(speaker_name=NAME.upper(), assurance="attributed")
    erase_person(**everything(scene), actor=claire, mode=Mode.NOTHING)
    assert found(TRACES, FOLDERS) == []


def test_preview_counts_what_goes_and_says_what_stays(scene: Scene, claire: User) -> None:
    approve(scene.transcription, actor=claire)
    preview = preview_person(users=[scene.person.pk], participations=[scene.as_guest.pk])
    assert preview.counts["lines"] == 2
    assert preview.counts["tracks"] == 1
    assert preview.counts["participations"] == 2
    assert preview.counts["accounts"] == 1
    assert [(one.code, one.recording) for one in preview.conflicts] == [("nameless", scene.recording.pk)]
    assert not preview.is_held
    assert Segment.objects.count() == 3


def test_erasing_while_transcribing_brings_nothing_back(scene: Scene, claire: User) -> None:
    Transcription.objects.all().delete()
    transcription = request_transcription(scene.recording, actor=audit.SYSTEM)
    lease = hold_join(transcription)
    erase_person(**everything(scene), actor=claire)
    with pytest.raises(LeaseLost):
        steps.store_minutes(lease, [])
    transcription.refresh_from_db()
    assert NAME not in str(transcription.parameters)
    assert [(step.kind, step.state) for step in Step.objects.all()] == [("join", "waiting")]
    assert found(TRACES, FOLDERS) == []


def test_files_still_on_a_node_are_nobodys(scene: Scene, claire: User, tmp_path: Path) -> None:
    scene.recording.status = "active"
    scene.recording.stopped_at = None
    scene.recording.save()
    name = f"{scene.recording.pk.hex}.{scene.participation.pk.hex}.1.1-audio-0.mjr"
    (tmp_path / name).write_bytes(VOICE.encode())
    erase_person(**everything(scene), actor=claire)
    withdrawing.delete_withdrawn(tmp_path)
    assert found(TRACES, [tmp_path]) == []


def test_it_is_done_once_and_again_without_harm(scene: Scene, claire: User) -> None:
    erasure = ask_person(users=[scene.person.pk], actor=claire, reason=Reason.REQUEST)
    assert sweep() == 1
    assert sweep() == 0
    proof = erase_person(users=[scene.person.pk], actor=claire)
    assert proof.counts == {}
    erasure.refresh_from_db()
    assert erasure.state == Erasure.State.DONE
    assert Participation.objects.get(pk=scene.participation.pk).display_name == "Personne effacée 1"


def test_nobody_is_somebody(scene: Scene, claire: User) -> None:
    chen = make_agent("chen")
    proof = erase_person(users=[uuid4()], participations=[uuid4()], actor=chen)
    assert proof.counts == {}
    assert Segment.objects.count() == 3


def test_killed_in_between_it_goes_on(scene: Scene, claire: User, monkeypatch: pytest.MonkeyPatch) -> None:
    erasure = ask_person(users=[scene.person.pk], actor=claire)

    class Killed(BaseException):
        pass

    def killed(erasure_id: object) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(tombstones, "store", killed)
        with pytest.raises(Killed):
            run(erasure)
    assert Erasure.objects.get().state == Erasure.State.RUNNING
    Erasure.objects.update(next_attempt_at=scene.recording.started_at)
    assert sweep() == 1
    proof = Erasure.objects.get().proof
    assert proof["counts"]["lines"] == 2
    assert [one["sha256"] for one in proof["objects"]] == [scene.track.sha256]
    assert Tombstone.objects.count() == 1
