from __future__ import annotations

from pathlib import Path

from accounts.models import Institution, User
from meetings.models import Meeting, Recording
from tests.fakes.tracks import ScriptedModels, make_tools
from tests.meetings.invitations.conftest import invite, make_series
from tests.transcripts.conftest import Held
from transcripts.actions import request_transcription
from transcripts.hints import hints_of
from transcripts.models import GlossaryTerm, Transcription
from transcripts.run import work


def test_people_agenda_and_glossary_are_given_to_the_recogniser(held: Held, claire: User, tmp_path: Path) -> None:
    series = make_series(claire, title="Comité ANTAI")
    invite(series, "zoe.kerouac@example.org")
    series.invitations.update(name="Zoé Kérouac")
    series.agenda = "Point sur le projet Bercy Numérique\nBudget"
    series.save()
    Meeting.objects.update(occurrence=series.occurrences.first(), title=series.title)
    assert claire.institution
    ministry = Institution.objects.create(siret="11000201100044", label="Ministère")
    Institution.objects.filter(pk=claire.institution.pk).update(parent=ministry)
    GlossaryTerm.objects.create(institution=claire.institution, term="Chorus Pro")
    GlossaryTerm.objects.create(institution=ministry, term="DITP")
    GlossaryTerm.objects.create(institution=claire.institution, term="proposé", is_used=False)
    request_transcription(Recording.objects.get(), actor=claire)
    models = ScriptedModels({})
    work(make_tools(models, held.recording, tmp_path))
    [hints] = set(models.hints)
    assert sorted(hints.names[:3]) == ["Bilal Mercier", "Claire Fontaine", "Paul Invité"]
    assert hints.names[3:] == ("Zoé Kérouac",)
    assert hints.agenda == ("ANTAI", "Bercy", "Numérique")
    assert hints.glossary == ("Chorus Pro", "DITP")


def test_names_do_not_stay_in_the_row_of_a_finished_job(held: Held, claire: User, tmp_path: Path) -> None:
    request_transcription(held.recording, actor=claire)
    assert "Bilal Mercier" in Transcription.objects.get().parameters["hints"]["names"]
    work(make_tools(ScriptedModels({}), held.recording, tmp_path))
    assert Transcription.objects.get().parameters["hints"]["names"] == []


def test_glossary_of_another_institution_is_not_given(held: Held, chen: User) -> None:
    assert chen.institution
    GlossaryTerm.objects.create(institution=chen.institution, term="Secret")
    assert hints_of(held.recording).glossary == ()
