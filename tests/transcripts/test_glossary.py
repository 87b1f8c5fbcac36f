from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Institution, RoleGrant, User
from tests.accounts.local_cast import with_second_factor
from tests.cast import make_minutes
from tests.transcripts.conftest import Held
from transcripts.corrections.actions import correct
from transcripts.hints import hints_of
from transcripts.models import GlossaryTerm, Transcription


def test_correction_proposes_terms_that_somebody_has_to_accept(held: Held, claire: User) -> None:
    minutes = make_minutes(held.recording, [(held.claire, 2.0, "La ditto avance."), (held.bilal, 5.0, "La dit.")])
    for line in minutes.segments.order_by("index"):
        correct(minutes, line.pk, line.revision, "La DITP avance avec Zoé.", actor=claire)
    [term] = GlossaryTerm.objects.all()
    assert (term.institution, term.term, term.times, term.is_used) == (claire.institution, "DITP", 2, False)
    assert hints_of(held.recording).glossary == ()
    GlossaryTerm.objects.update(is_used=True)
    assert hints_of(held.recording).glossary == ("DITP",)


@pytest.fixture
def administrator(dora: User) -> User:
    RoleGrant.objects.create(user=dora, role="institution-admin", institution=dora.institution)
    return dora


def test_administrator_sees_how_many_lines_were_left_out_and_why_and_no_word(
    client: Client, held: Held, administrator: User
) -> None:
    with_second_factor(client, administrator)
    minutes = make_minutes(held.recording, [(held.claire, 2.0, "Bonjour secret.")])
    Transcription.objects.update(dropped={"boilerplate": 3, "repeated": 1})
    page = client.get(reverse("admin:transcripts_transcription_changelist"), headers={"accept-language": "en"})
    assert ">4<" in page.content.decode()
    one = client.get(
        reverse("admin:transcripts_transcription_change", args=[minutes.pk]), headers={"accept-language": "en"}
    ).content.decode()
    assert "credits of subtitles, and other habits of recognisers : 3" in one
    for words in ("secret", "Claire Fontaine", "Comité de suivi"):
        assert words not in one + page.content.decode()


def test_administrator_of_an_institution_sets_its_glossary_and_not_its_share(
    client: Client, administrator: User, chen: User
) -> None:
    with_second_factor(client, administrator)
    add = reverse("admin:transcripts_glossaryterm_add")
    assert administrator.institution
    assert chen.institution
    client.post(add, {"institution": administrator.institution.pk, "term": "Chorus Pro", "is_used": "on"})
    client.post(add, {"institution": chen.institution.pk, "term": "Ailleurs", "is_used": "on"})
    assert list(GlossaryTerm.objects.values_list("term", flat=True)) == ["Chorus Pro"]
    assert client.get(reverse("admin:transcripts_speechshare_changelist")).status_code == 403


def test_administrator_elsewhere_sees_nothing(client: Client, held: Held, chen: User) -> None:
    make_minutes(held.recording, [(held.claire, 2.0, "Bonjour.")])
    RoleGrant.objects.create(user=chen, role="institution-admin", institution=Institution.objects.get(label="CNRS"))
    with_second_factor(client, chen)
    page = client.get(reverse("admin:transcripts_transcription_changelist")).content.decode()
    assert str(Transcription.objects.get().pk) not in page
