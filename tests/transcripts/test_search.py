from __future__ import annotations

import html
import re
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.contrib.postgres.search import SearchQuery
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from accounts.models import User
from meetings.models import Meeting, Recording
from tests.cast import (
    HELD_AT,
    make_agent,
    make_meeting,
    make_minutes,
    make_participation,
    make_recording,
    make_room,
    make_track,
)
from tests.transcripts.conftest import Held
from transcripts import finding
from transcripts.finding import Filters
from transcripts.models import Import, Item, Segment
from transcripts.search import MOST_HITS, mark_words, read_question, search_minutes
from transcripts.structure import actions as structure
from transcripts.structure.actions import Written

EVERYTHING = [
    "Nous avons décidé de voter le budget.",
    "Les mesures décidées hier sont reportées.",
    "La décision a été prise à Noël.",
    "L’école de l’été ouvrira où nous voulons.",
    "Il faut planifier la réunion du comité.",
]


def found(user: User, text: str) -> list[str]:
    results = search_minutes(user, read_question(text))
    return [html.unescape(re.sub("</?mark>", "", hit.text)) for group in results.minutes for hit in group.hits]


@pytest.fixture
def minutes(held: Held) -> None:
    make_minutes(held.recording, [(held.claire, float(number), text) for number, text in enumerate(EVERYTHING)])


@pytest.mark.parametrize(
    ("asked", "sentences"),
    [
        ("décidé", [0, 1]),
        ("décidées", [0, 1]),
        ("DÉCIDÉE", [0, 1]),
        ("decide", [0]),
        ("decidees", [1]),
        ("reunion", [4]),
        ("réunions", [4]),
        ("planifié", [4]),
        ("ecole", [3]),
        ("noel", [2]),
        ("decide budgets", [0]),
        ("reunion comité", [4]),
        ("budget reunion", []),
        ("budget or réunion", [0, 4]),
        ('"voter le budget"', [0]),
        ('"budget voter"', []),
        ("budget or réunion -budgets", [4]),
        ("décidé -voter", [1]),
        ("mesures -décidé", []),
        ("mesures -decidees", []),
        ('budget or réunion -"le budget"', [4]),
        ('budget -"budget voter"', [0]),
        ("-budget", []),
        ("le la", []),
        ("", []),
    ],
)
def test_words_are_found_in_their_forms_with_or_without_accents(
    minutes: None, claire: User, asked: str, sentences: list[int]
) -> None:
    assert found(claire, asked) == [EVERYTHING[number] for number in sentences]


def test_minutes_of_others_are_never_found(minutes: None, claire: User, bilal: User, chen: User, dora: User) -> None:
    theirs = make_meeting(make_room(chen, "À part"))
    recording = make_recording(theirs)
    track = make_track(make_participation(theirs, chen), recording)
    make_minutes(recording, [(track, 1.0, "Le budget du laboratoire.")])
    assert found(claire, "budget") == found(bilal, "budget") == [EVERYTHING[0]]
    assert found(chen, "budget") == ["Le budget du laboratoire."]
    assert found(dora, "budget") == []


def test_hits_are_grouped_by_meeting_newest_first(claire: User) -> None:
    room = make_room(claire, "Point")
    for days in (1, 3, 2):
        meeting = make_meeting(room, started_at=HELD_AT + timedelta(days=days))
        recording = make_recording(meeting)
        track = make_track(make_participation(meeting, claire), recording)
        make_minutes(recording, [(track, 1.0, f"Budget {days}, un."), (track, 4.0, f"Budget {days}, deux.")])
    results = search_minutes(claire, read_question("budget"))
    assert [len(group.hits) for group in results.minutes] == [2, 2, 2]
    assert found(claire, "budget") == [f"Budget {day}, {n}." for day in (3, 2, 1) for n in ("un", "deux")]


def test_more_than_the_page_holds_is_said_and_cut(held: Held, claire: User, client: Client) -> None:
    make_minutes(held.recording, [(held.claire, float(n), "Le budget.") for n in range(MOST_HITS + 1)])
    results = search_minutes(claire, read_question("budget"))
    assert (results.count, results.has_more) == (MOST_HITS, True)
    client.force_login(claire)
    page = client.get(reverse("search"), {"q": "budget"}, headers={"accept-language": "en"}).content.decode()
    assert "More than 50 sentences found" in page


def test_words_that_were_looked_for_are_marked_in_all_their_forms(minutes: None, claire: User) -> None:
    results = search_minutes(claire, read_question("decide ecole -planifier"))
    assert results.count == 0
    [hit] = search_minutes(claire, read_question("mesures décidé")).minutes[0].hits
    assert hit.text == "Les <mark>mesures</mark> <mark>décidées</mark> hier sont reportées."


def test_hit_opens_the_minutes_at_its_second(minutes: None, held: Held, client: Client) -> None:
    client.force_login(make_agent("bilal"))
    page = client.get(reverse("search"), {"q": "noel"}).content.decode()
    assert f'href="{reverse("minutes", args=[held.recording.pk])}?t=2.00#t=2.00"' in page
    assert 'id="t=2.00"' in client.get(reverse("minutes", args=[held.recording.pk])).content.decode()


def test_hostile_sentence_stays_text_around_its_marks(held: Held, client: Client, claire: User) -> None:
    make_minutes(held.recording, [(held.claire, 1.0, "<script>alert(1)</script> budget <img src=x onerror=alert(1)>")])
    client.force_login(claire)
    page = client.get(reverse("search"), {"q": 'budget or script or "><script>alert(2)</script>'}).content.decode()
    assert "<mark>budget</mark>" in page
    assert "<script>alert" not in page
    assert "<img src=x" not in page


@given(st.text(), st.lists(st.text(max_size=5)))
def test_marking_neither_adds_nor_loses_a_sign(text: str, words: list[str]) -> None:
    marked = mark_words(text, frozenset(words))
    assert html.unescape(re.sub("</?mark>", "", marked)) == html.unescape(html.escape(text))
    assert "<" not in re.sub("</?mark>", "", marked)


@pytest.mark.parametrize(
    "text",
    [
        "\x00",
        "a" * 10_000,
        "'); DROP TABLE accounts_user;--",
        "& | ! <-> :*",
        '"',
        "-",
        "--",
        '-"',
        "\\",
        "é\u0301\u200b",
        "or or or",
        "%",
        "a&q=b",
    ],
)
def test_hostile_question_is_answered_calmly(minutes: None, client: Client, claire: User, text: str) -> None:
    client.force_login(claire)
    assert client.get(reverse("search"), {"q": text}).status_code == 200


@given(st.text(st.characters(codec=None), max_size=300))
@example('-"budget')
@example("a -- -\x00- 'b'")
@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_no_question_breaks_the_search(minutes: None, claire: User, text: str) -> None:
    results = search_minutes(claire, read_question(text))
    assert results.count <= len(EVERYTHING)


def test_search_costs_the_same_for_one_hit_and_for_many(held: Held, client: Client, claire: User) -> None:
    make_minutes(
        held.recording, [(held.claire, float(n), "Le budget.") for n in range(30)] + [(held.claire, 90, "Rare.")]
    )
    client.force_login(claire)

    def queries(text: str) -> int:
        client.get(reverse("search"), {"q": text})
        with CaptureQueriesContext(connection) as captured:
            client.get(reverse("search"), {"q": text})
        return len(captured)

    assert queries("rare") == queries("budget")


def test_search_asks_to_sign_in(client: Client) -> None:
    answer = client.get(reverse("search"), {"q": "budget"})
    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("login"))


def test_page_has_a_state_for_no_question_no_answer_and_no_word(minutes: None, client: Client, claire: User) -> None:
    client.force_login(claire)
    texts = {"": "nobody else’s", "zzz": "Nothing found", "-budget": "at least one word", "budget": "1 sentence found"}
    for asked, text in texts.items():
        page = client.get(reverse("search"), {"q": asked}, headers={"accept-language": "en"}).content.decode()
        assert text in page


@pytest.mark.parametrize(
    ("asked", "sentences"),
    [
        ("plan*", [4]),
        ("Noe*", [2]),
        ("DÉC* mesures", [1]),
        ("réu* com*", [4]),
        ("bud* -voter", []),
        ("*", []),
    ],
)
def test_beginnings_of_words_are_found_with_a_star(
    minutes: None, claire: User, asked: str, sentences: list[int]
) -> None:
    assert found(claire, asked) == [EVERYTHING[number] for number in sentences]


@pytest.fixture
def three(claire: User, bilal: User) -> list[Meeting]:
    """Newest last; Bilal spoke in the second one."""
    meetings = []
    for days, title, speaker in ((1, "Point", claire), (2, "Comité", bilal), (3, "Point", claire)):
        meeting = make_meeting(make_room(claire, title), started_at=HELD_AT + timedelta(days=days))
        recording = make_recording(meeting)
        track = make_track(make_participation(meeting, speaker), recording)
        make_minutes(recording, [(track, 1.0, f"Budget {days}.")])
        meetings.append(meeting)
    return meetings


def narrowed(user: User, **filters: Any) -> list[str]:
    results = search_minutes(user, read_question("budget"), Filters(**filters))
    return [html.unescape(re.sub("</?mark>", "", hit.text)) for group in results.minutes for hit in group.hits]


def test_filters_narrow(three: list[Meeting], claire: User, chen: User) -> None:
    day = (HELD_AT + timedelta(days=2)).date()
    assert narrowed(claire, person="mer") == narrowed(claire, person="BILAL") == ["Budget 2."]
    assert narrowed(claire, person="ercier") == narrowed(claire, person=".*") == []
    assert narrowed(claire, since=day) == ["Budget 3.", "Budget 2."]
    assert narrowed(claire, until=day) == ["Budget 2.", "Budget 1."]
    assert narrowed(claire, room=three[0].room_id) == ["Budget 1."]
    assert len(narrowed(claire, institution=claire.institution_id)) == 3
    assert narrowed(claire, institution=chen.institution_id) == []
    assert narrowed(chen, room=three[0].room_id) == []


def test_imported_recordings_are_told_from_meetings(three: list[Meeting], claire: User, client: Client) -> None:
    recording = three[1].recordings.get()
    Import.objects.create(
        user=claire,
        institution=three[1].room.institution,
        title="Dictaphone",
        held_on=HELD_AT.date(),
        state=Import.State.READY,
        recording=recording,
    )
    assert narrowed(claire, is_imported=True) == ["Budget 2."]
    assert narrowed(claire, is_imported=False) == ["Budget 3.", "Budget 1."]
    client.force_login(claire)
    for source, shown in (("importee", {2}), ("tenue", {1, 3}), ("", {1, 2, 3})):
        page = client.get(reverse("search"), {"q": "budget", "source": source}).content.decode()
        assert {day for day in (1, 2, 3) if f"</mark> {day}." in page} == shown


def test_lines_that_support_a_decision_are_found(three: list[Meeting], claire: User) -> None:
    line = Segment.objects.get(text="Budget 2.")
    structure.add(line.transcription, Written(Item.Kind.DECISION, "Voté"), [line.pk], actor=claire)
    assert narrowed(claire, kind="decision") == ["Budget 2."]
    assert narrowed(claire, kind="action") == []


def test_facets_count_what_is_shown_and_nothing_else(three: list[Meeting], claire: User, bilal: User) -> None:
    facets = search_minutes(claire, read_question("budget")).facets
    assert dict(facets.people) == {"Claire Fontaine": 2, "Bilal Mercier": 1}
    assert sorted(title for _, title, _ in facets.rooms) == ["Comité", "Point", "Point"]
    theirs = search_minutes(bilal, read_question("budget")).facets
    assert (dict(theirs.people), [title for _, title, _ in theirs.rooms]) == ({"Bilal Mercier": 1}, ["Comité"])


def test_older_meetings_are_looked_through_until_there_is_enough(
    three: list[Meeting], claire: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finding, "FIRST", 1)
    monkeypatch.setattr(finding, "GROWTH", 1)
    assert narrowed(claire) == ["Budget 3.", "Budget 2.", "Budget 1."]
    with CaptureQueriesContext(connection) as captured:
        lines = finding.find(claire, SearchQuery("budget", config="french"), [], Filters(), most=1)
    assert [line.text for line in lines] == ["Budget 3."]
    assert len(captured) == 3  # which minutes, one part, the words


@pytest.mark.parametrize(
    ("looked", "found", "following"), [(100, 0, 5_000), (100, 10, 600), (100, 40, 100), (700, 7, 6_450)]
)
def test_how_often_a_word_was_found_says_how_many_meetings_come_next(looked: int, found: int, following: int) -> None:
    assert finding._next(looked, found, 50) == following


def test_month_of_a_line_is_that_of_its_recording_whoever_writes_either(three: list[Meeting], claire: User) -> None:
    began = datetime(2031, 3, 31, 23, 30, tzinfo=UTC)
    for meeting in three:
        Recording.objects.filter(meeting=meeting).update(started_at=began)
    assert set(Segment.objects.values_list("month", flat=True)) == {2031 * 12 + 3}
    assert sorted(narrowed(claire)) == ["Budget 1.", "Budget 2.", "Budget 3."]
    Segment.objects.update(month=7)
    assert set(Segment.objects.values_list("month", flat=True)) == {2031 * 12 + 3}


def test_meetings_are_not_gone_through_one_by_one(three: list[Meeting]) -> None:
    """Of a plan that looks for the words in each meeting in turn, 700 of them took seven minutes."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_sort = off")  # an index that gives the order would be taken, if there were one
    plan = finding._in_order(Segment.objects.filter(lexemes=SearchQuery("budget", config="french")))[:200].explain()
    assert "Sort Key" in plan
    assert "Presorted Key" not in plan


def test_what_is_taken_back_between_two_statements_is_not_shown(
    three: list[Meeting], claire: User, bilal: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    matching = finding._matching

    def take_back(*arguments: Any, most: int) -> list[tuple[int, UUID]]:
        Recording.objects.update(readers="organisers")
        return matching(*arguments, most=most)

    assert found(bilal, "budget") == ["Budget 2."]
    monkeypatch.setattr(finding, "_matching", take_back)
    assert found(bilal, "budget") == []


@pytest.mark.parametrize(
    "query",
    [
        {"du": "hier"},
        {"salon": "1"},
        {"objet": "x"},
        {"source": "x"},
        {"institution": "-1"},
        {"qui": "\x00"},
        {"qui": "("},
    ],
)
def test_what_is_no_filter_is_answered_calmly(
    minutes: None, client: Client, claire: User, query: dict[str, str]
) -> None:
    client.force_login(claire)
    assert client.get(reverse("search"), {"q": "budget", **query}).status_code == 200
