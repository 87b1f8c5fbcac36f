"""A voice off the record in a neighbour's microphone: when it is suspected, who is told, which lines are marked."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEntry
from meetings.leaks import suspected
from meetings.models import Track, TrackLevels, UnrecordedSpeech
from meetings.pictures import levels
from meetings.unrecorded import Stretch
from tests.cast import make_minutes
from tests.meetings.pictures.conftest import Seeded, contents, seeded
from transcripts.minutes import read_lines

__all__ = ["contents", "seeded"]
WHOLE = [(0.0, 60.0)]
CONVERSED = [(0.0, 10.0), (14.0, 20.0)]  # and stops for who speaks from 10 to 14 s


@pytest.mark.parametrize(
    ("turns", "off_record", "is_shared", "expected"),
    [
        (CONVERSED, [(9.5, 14.2)], False, []),  # both talk for a moment, at each end
        (CONVERSED, [(30.0, 40.0)], False, []),  # one has left
        ([], [(1.0, 9.0)], True, []),
        (WHOLE, [(10.0, 12.0)], False, []),  # two seconds over somebody else: how people are
        (WHOLE, [(10.0, 12.0), (20.0, 22.0)], False, [(10.0, 12.0), (20.0, 22.0)]),  # and each time again
        (CONVERSED, [(5.0, 9.5), (30.0, 50.0)], False, [(5.0, 9.5)]),  # for longer than anybody talks over another
        (CONVERSED, [(9.0, 14.2)], True, [(9.0, 10.0)]),  # where several people sit, once is enough
    ],
)
def test_it_is_suspected_where_both_are_loud_again_and_again(
    turns: list[tuple[float, float]],
    off_record: list[tuple[float, float]],
    is_shared: bool,
    expected: list[tuple[float, float]],
) -> None:
    stretches = [Stretch(start, end) for start, end in off_record]
    assert suspected(turns, stretches, is_shared=is_shared) == expected


@pytest.mark.django_db
def test_organiser_is_warned_and_the_lines_are_marked_and_no_others(client: Client, seeded: Seeded) -> None:
    """Somebody off the record speaks from 4 s on, and so does Bilal's microphone, every time."""
    UnrecordedSpeech.objects.create(recording=seeded.recording, start=4.2, end=7.8)
    levels.measure_waiting()
    claire, bilal = (
        Track.objects.get(kind="microphone", participation=seeded.people[name]) for name in ("claire", "bilal")
    )
    assert TrackLevels.objects.get(track=bilal).leaks == [[4.2, 7.8]]
    assert TrackLevels.objects.get(track=claire).leaks == []
    assert AuditEntry.objects.get(verb="recording.leak-suspected").details == {"times": 1}
    minutes = make_minutes(seeded.recording, [(claire, 0.5, "Le budget est voté."), (bilal, 4.5, "Je suis d'accord.")])
    assert [line.is_suspect for line in read_lines(minutes)] == [False, True]
    for name in ("recording", "minutes"):
        for who, is_told in ((seeded.claire, True), (seeded.bilal, False)):
            client.force_login(who)
            page = client.get(reverse(name, args=[seeded.recording.pk])).content.decode()
            assert ("data-leaks" in page) == is_told
    assert page.count("data-suspect") == 1  # readers see the mark too


@pytest.mark.django_db
def test_nothing_is_suspected_where_nobody_spoke_off_the_record(seeded: Seeded) -> None:
    levels.measure_waiting()
    assert not TrackLevels.objects.exclude(leaks=[]).exists()
