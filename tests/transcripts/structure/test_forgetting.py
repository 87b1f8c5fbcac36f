"""Who takes their words back takes back what was made of them."""

from __future__ import annotations

from accounts.models import User
from tests.transcripts.conftest import Held
from transcripts import forgetting
from transcripts.models import Item, ItemChange, Transcription
from transcripts.structure import actions
from transcripts.structure.actions import Written
from transcripts.structure.reading import chapters_of, items_of

Kind = Item.Kind


def test_what_leaned_on_their_lines_alone_goes_with_its_history(
    minutes: Transcription, lines: list[int], held: Held, claire: User
) -> None:
    gone = actions.add(minutes, Written(Kind.DECISION, "Bilal l'a dit."), lines[1:3], actor=claire)
    stays = actions.add(minutes, Written(Kind.DECISION, "Nous l'avons dit."), lines, actor=claire)
    other = actions.add(minutes, Written(Kind.DECISION, "Je l'ai dit."), lines[:1], actor=claire)
    actions.remove(minutes, gone.pk, 0, actor=claire)  # what was removed is there still, until now
    forgetting.forget(held.recording, held.bilal.participation)
    assert set(Item.objects.values_list("pk", flat=True)) == {stays.pk, other.pk}
    assert {line.line for item in items_of(minutes) for line in item.lines} == {lines[0], lines[3]}
    assert set(ItemChange.objects.values_list("item", flat=True)) == {other.pk}


def test_what_a_machine_made_of_their_lines_goes_even_when_it_was_accepted(
    minutes: Transcription, lines: list[int], draft: Item, held: Held, claire: User
) -> None:
    both = actions.propose(draft.proposals, Written(Kind.ACTION, "Relire."), lines) if draft.proposals else draft
    actions.accept(minutes, both.pk, 0, actor=claire)
    forgetting.forget(held.recording, held.bilal.participation)
    assert list(Item.objects.all()) == [draft]
    forgetting.forget(held.recording, held.claire.participation)
    assert not Item.objects.exists()


def test_chapter_that_a_person_wrote_is_a_place_in_time(
    minutes: Transcription, lines: list[int], held: Held, claire: User
) -> None:
    actions.add(minutes, Written(Kind.CHAPTER, "Point deux"), lines[1:2], actor=claire)
    forgetting.forget(held.recording, held.bilal.participation)
    assert [(chapter.text, chapter.start) for chapter in chapters_of(minutes)] == [("Point deux", 4.0)]
