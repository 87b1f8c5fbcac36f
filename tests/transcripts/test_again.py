"""Jobs that are cancelled, tried again, or asked for in another way: what there was stays until it is replaced."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEntry, User
from meetings.errors import NotAllowed
from meetings.models import Track
from tests.cast import make_agent, make_minutes
from tests.fakes.tracks import ScriptedModels, make_tools
from tests.transcripts.conftest import Held
from transcripts import actions, steps
from transcripts.corrections import actions as corrections
from transcripts.corrections.errors import Forbidden
from transcripts.errors import LeaseLost, WrongState
from transcripts.models import ApprovedVersion, Edit, Item, SealedLine, Segment, Transcription
from transcripts.parameters import Parameters
from transcripts.pipeline.diarize import SpeakerCount
from transcripts.pipeline.speech import Turn, Word
from transcripts.run import work
from transcripts.sealing.actions import approve
from transcripts.structure.actions import Written, add
from transcripts.turns import claim

State = Transcription.State
NEW = {3.0: [Word(0.2, 1.4, "Bonsoir.")], 2.0: [Word(0.1, 1.6, "Voté.")]}


@pytest.fixture
def made(held: Held) -> Transcription:
    return make_minutes(held.recording, [(held.claire, 2.0, "Bonjour."), (held.bilal, 5.0, "Le budget est voté.")])


def texts() -> list[str]:
    return list(Segment.objects.order_by("index").values_list("text", flat=True))


def in_english() -> Parameters:
    return Parameters(language="en", speakers=SpeakerCount(2, 2))


def test_new_version_takes_the_place_of_the_old_one_when_it_is_there(
    made: Transcription, held: Held, claire: User, tmp_path: Path
) -> None:
    actions.make_again(made, in_english(), actor=claire)
    made.refresh_from_db()
    assert (made.state, made.version, texts()) == (State.QUEUED, 1, ["Bonjour.", "Le budget est voté."])
    work(make_tools(ScriptedModels(NEW), held.recording, tmp_path))
    made.refresh_from_db()
    assert (made.state, made.version, texts()) == (State.DONE, 2, ["Bonsoir.", "Voté."])
    assert made.parameters["language"] == "en"
    entry = AuditEntry.objects.get(verb="minutes.asked-again")
    assert entry.details["version"] == 2


def test_parameters_reach_the_models(made: Transcription, held: Held, claire: User, tmp_path: Path) -> None:
    Track.objects.filter(pk=held.bilal.pk).update(shared_microphone=True)
    models = ScriptedModels(NEW, [Turn(0.0, 2.0, "A")])
    actions.make_again(made, in_english(), actor=claire)
    work(make_tools(models, held.recording, tmp_path))
    assert set(models.languages) == {"en"}
    assert models.speakers == [SpeakerCount(2, 2)]


def test_old_minutes_are_read_meanwhile_and_not_corrected(
    client: Client, made: Transcription, held: Held, claire: User
) -> None:
    actions.make_again(made, in_english(), actor=claire)
    client.force_login(claire)
    answer = client.get(reverse("minutes", args=[held.recording.pk]), headers={"accept-language": "en"})
    page = answer.content.decode()
    assert "Le budget est voté." in page
    assert "A new version is being made" in page
    assert client.get(reverse("minutes_download", args=[held.recording.pk, "txt"])).status_code == 200
    [line, _] = Segment.objects.order_by("index")
    with pytest.raises(Forbidden, match="being-made-again"):
        corrections.correct(made, line.pk, line.revision, "Autre.", actor=claire)
    with pytest.raises(Forbidden, match="being-made-again"):
        approve(made, actor=claire)


def test_corrections_go_with_the_lines_that_they_were_about(
    client: Client, made: Transcription, held: Held, claire: User, tmp_path: Path
) -> None:
    line, last = Segment.objects.order_by("index")
    corrections.correct(made, line.pk, line.revision, "Bonjour à tous.", actor=claire)
    client.force_login(claire)
    page = client.get(reverse("minutes_again", args=[held.recording.pk]), headers={"accept-language": "en"})
    assert "Corrections: 1." in page.content.decode()
    add(made, Written(Item.Kind.DECISION, "Le budget est voté."), [last.pk], actor=claire)
    actions.make_again(made, in_english(), actor=claire)
    work(make_tools(ScriptedModels(NEW), held.recording, tmp_path))
    assert texts() == ["Bonsoir.", "Voté."]
    assert not Edit.objects.exists()
    assert not Item.objects.exists()


@pytest.mark.parametrize("end", ["cancel", "fail"])
def test_version_that_is_not_made_leaves_the_old_one(
    client: Client, made: Transcription, held: Held, claire: User, end: str
) -> None:
    actions.make_again(made, in_english(), actor=claire)
    if end == "cancel":
        actions.cancel(made, actor=claire)
    else:
        lease = claim()
        assert lease
        steps.fail(lease, "model-rejected")
    made.refresh_from_db()
    assert (made.state, made.version, len(texts())) == (State.DONE, 1, 2)
    client.force_login(claire)
    page = client.get(reverse("minutes", args=[held.recording.pk]), headers={"accept-language": "en"}).content.decode()
    assert "The new version was not made" in page
    assert ("The speech model of this installation is missing" in page) == (end == "fail")
    assert reverse("minutes_again", args=[held.recording.pk]) in page


def test_approved_minutes_are_never_altered(made: Transcription, claire: User) -> None:
    approve(made, actor=claire)
    sealed = list(SealedLine.objects.values())
    with pytest.raises(WrongState, match="approved"):
        actions.make_again(made, in_english(), actor=claire)
    # Whatever else goes wrong, the worker looks too
    Transcription.objects.update(stage="draft")
    actions.make_again(made, in_english(), actor=claire)
    made.steps.all().delete()
    actions.note_steps(Transcription.objects.get())
    Transcription.objects.update(stage="approved")
    lease = claim()
    assert lease
    steps.store_minutes(lease, [])
    made.refresh_from_db()
    assert (made.state, made.failure, made.version, len(texts())) == (State.DONE, "approved", 1, 2)
    assert (ApprovedVersion.objects.count(), list(SealedLine.objects.values())) == (1, sealed)


def test_cancelled_job_stops_its_workers_and_can_be_taken_up(
    client: Client, held: Held, claire: User, tmp_path: Path
) -> None:
    job = actions.request_transcription(held.recording, actor=claire)
    lease = claim()
    assert lease
    client.force_login(claire)
    client.post(reverse("minutes_cancel", args=[held.recording.pk]))
    job.refresh_from_db()
    assert (job.state, job.steps.count()) == (State.CANCELLED, 0)
    assert not steps.note_progress(lease, 0.5)
    with pytest.raises(LeaseLost):
        steps.finish_plan(lease, "key", {}, [])
    page = client.get(reverse("minutes", args=[held.recording.pk]), headers={"accept-language": "en"})
    assert "The transcription was cancelled" in page.content.decode()
    client.post(reverse("minutes_retry", args=[held.recording.pk]))
    work(make_tools(ScriptedModels(NEW), held.recording, tmp_path))
    assert texts() == ["Bonsoir.", "Voté."]


@pytest.mark.parametrize("verb", [actions.retry, actions.cancel])
def test_verb_out_of_its_time_changes_nothing(made: Transcription, claire: User, verb: object) -> None:
    with pytest.raises(WrongState):
        verb(made, actor=claire)  # type: ignore[operator]
    made.refresh_from_db()
    assert made.state == State.DONE


def test_who_was_there_reads_and_does_not_manage(client: Client, made: Transcription, held: Held, bilal: User) -> None:
    for verb in (actions.retry, actions.cancel):
        with pytest.raises(NotAllowed):
            verb(made, actor=bilal)
    with pytest.raises(NotAllowed):
        actions.make_again(made, in_english(), actor=bilal)
    client.force_login(bilal)
    for name in ("minutes_retry", "minutes_cancel", "minutes_again"):
        assert client.post(reverse(name, args=[held.recording.pk])).status_code == 403


def test_form_says_what_it_does_not_understand(client: Client, made: Transcription, held: Held) -> None:
    client.force_login(make_agent("claire"))
    address = reverse("minutes_again", args=[held.recording.pk])
    for wrong in ({"language": "xx"}, {"language": "fr", "speakers": "0"}, {"language": "fr", "speakers": "many"}):
        answer = client.post(address, wrong)
        assert answer.status_code == 200
        assert b"fr-error-text" in answer.content or b"fr-message--error" in answer.content
    assert client.post(address, {"language": "auto", "speakers": "3"}).status_code == 302
    made.refresh_from_db()
    assert made.parameters["language"] is None
    assert made.parameters["speakers"] == {"least": 3, "most": 3}


def test_model_of_the_settings_is_offered(client: Client, made: Transcription, held: Held, settings: object) -> None:
    settings.SPEECH_OTHER_MODELS = {"grand": "/nowhere"}  # type: ignore[attr-defined]
    client.force_login(make_agent("claire"))
    address = reverse("minutes_again", args=[held.recording.pk])
    assert b"grand" in client.get(address).content
    assert client.post(address, {"language": "fr", "model": "autre"}).status_code == 200
    assert client.post(address, {"language": "fr", "model": "grand"}).status_code == 302
    made.refresh_from_db()
    assert made.parameters["model"] == "grand"
