"""Whom we listen to costs; whom we don't is only kept for a second, and loses no syllable."""

from __future__ import annotations

import numpy as np
import pytest

from tests.transcripts.live.sounds import packets, silence
from transcripts.live.ear import Decoder, Ear
from transcripts.live.engine import Heard, Tell
from transcripts.live.line import Caption, Person, listen_to_the_loudest
from transcripts.live.rtp import Packet
from transcripts.pipeline.audio import Waveform


def test_sound_comes_out_at_16_khz_with_its_length() -> None:
    decoder = Decoder(16_000)
    samples = np.concatenate([decoder.decode(packet) for packet in packets(1.0)])
    assert len(samples) == pytest.approx(16_000, abs=400)
    assert 0.1 < np.abs(samples[4000:]).max() < 0.5


def test_what_is_lost_keeps_its_place() -> None:
    decoder = Decoder(16_000)
    sent = list(packets(1.0))
    samples = np.concatenate([decoder.decode(packet) for packet in [*sent[:20], *sent[30:]]])
    assert len(samples) == pytest.approx(16_000, abs=400)


def test_what_comes_too_late_or_twice_is_left_out() -> None:
    decoder = Decoder(16_000)
    first, second, *_ = packets(0.1)
    assert len(decoder.decode(second)) > 0
    assert len(decoder.decode(first)) == 0
    assert len(decoder.decode(second)) == 0


def test_spoiled_packets_do_no_harm() -> None:
    decoder = Decoder(16_000)
    for number, payload in enumerate((b"", b"\xff" * 3, bytes(1200))):
        decoder.decode(Packet(1, number, number * 960, payload))
    assert len(decoder.decode(next(packets(0.02, first=10)))) > 0


def test_timestamps_go_round() -> None:
    decoder = Decoder(16_000)
    sent = list(packets(0.1))
    moved = [Packet(1, p.sequence, (p.timestamp + (1 << 32) - 960) % (1 << 32), p.payload, p.level) for p in sent]
    assert sum(len(decoder.decode(packet)) for packet in moved) > 1000


def test_nobody_is_decoded_before_they_speak_and_the_first_syllable_is_there() -> None:
    ear = Ear(16_000)
    for packet in silence(3.0):
        assert ear.hear(packet) is None
    assert not ear.speaks
    for packet in packets(0.3, first=150):
        assert ear.hear(packet) is None
    assert ear.speaks
    kept = ear.listen()
    assert len(kept) == pytest.approx(16_000, abs=500)  # a second, the 0.3 s of voice included
    assert np.abs(kept[-3000:]).max() > 0.1


@pytest.mark.parametrize("loud", [4, 3])
def test_a_click_is_no_voice(loud: int) -> None:
    ear = Ear(16_000)
    for packet in [*silence(1.0), *list(packets(0.02 * loud, first=50)), *silence(1.0, first=60)]:
        ear.hear(packet)
    assert not ear.speaks


def test_a_pause_ends_a_line() -> None:
    ear = Ear(16_000)
    for packet in packets(1.0):
        ear.hear(packet)
    assert ear.speaks
    for packet in silence(0.4, first=50):
        ear.hear(packet)
    assert ear.speaks
    for packet in silence(0.2, first=70):
        ear.hear(packet)
    assert not ear.speaks


def test_a_browser_without_levels_is_judged_by_the_size_of_what_it_sends() -> None:
    ear = Ear(16_000)
    for packet in packets(0.5, level=None):
        ear.hear(packet)
    assert ear.speaks
    quiet = Ear(16_000)
    for number in range(50):
        quiet.hear(Packet(1, number, number * 960, b"\x08\x00\x00"))
    assert not quiet.speaks


class Typist:
    """An engine that writes down how much it was given."""

    sample_rate = 16_000

    def __init__(self) -> None:
        self.lines: list[Line] = []
        self.languages: list[str | None] = []
        self.late_s = self.stuck_s = 0.0

    def warm_up(self) -> None: ...

    def open(self, language: str | None, tell: Tell) -> Line:
        self.languages.append(language)
        self.lines.append(Line(tell))
        return self.lines[-1]

    async def close(self) -> None: ...


class Line:
    def __init__(self, tell: Tell) -> None:
        self._tell = tell
        self.samples = 0
        self.is_finished = self.is_abandoned = False

    def feed(self, samples: Waveform, *, is_kept: bool = False) -> None:
        self.samples += len(samples)
        self._tell(Heard("", f"{self.samples}"))

    def finish(self) -> None:
        self.is_finished = True
        self._tell(Heard(f"{self.samples}", "", is_over=True))

    def abandon(self) -> None:
        self.is_abandoned = True


def speaking(engine: Typist, told: list[Caption], level: int, voice: str) -> Person:
    person = Person(voice, engine, told.append)
    for packet in packets(0.5, level=level):
        person.hear(packet)
    person.catch_up()
    return person


def test_the_two_loudest_are_listened_to_until_they_pause() -> None:
    engine, told = Typist(), list[Caption]()
    people = [speaking(engine, told, level, voice) for level, voice in ((40, "soft"), (10, "loud"), (20, "clear"))]
    listen_to_the_loudest(people)
    assert [person.ear.is_listened_to for person in people] == [False, True, True]
    for packet in packets(0.5, level=1, first=25):
        people[0].hear(packet)
    listen_to_the_loudest(people)  # nobody is interrupted by who is louder
    assert [person.ear.is_listened_to for person in people] == [False, True, True]
    for packet in silence(0.6, first=25):
        people[1].hear(packet)
    listen_to_the_loudest(people)
    assert [person.ear.is_listened_to for person in people] == [True, False, True]
    assert [caption.voice for caption in told if caption.is_over] == ["loud"]


def test_each_line_has_a_name_of_its_own() -> None:
    engine, told = Typist(), list[Caption]()
    person = speaking(engine, told, 10, "claire")
    person.begin()
    person.end()
    person.begin()
    assert len({caption.line for caption in told}) == 2
    assert [line.is_finished for line in engine.lines] == [True, False]


def test_who_objects_is_abandoned_at_once() -> None:
    engine, told = Typist(), list[Caption]()
    person = speaking(engine, told, 10, "claire")
    person.begin()
    before = len(told)
    person.forget()
    assert engine.lines[0].is_abandoned
    for packet in packets(0.2, first=30):
        person.hear(packet)
    person.catch_up()
    assert len(told) == before


def test_a_line_that_is_full_is_followed_by_another() -> None:
    engine, told = Typist(), list[Caption]()
    person = speaking(engine, told, 10, "claire")
    person.begin()
    engine.lines[0].is_finished = True
    for packet in packets(0.1, first=25):
        person.hear(packet)
    person.catch_up()
    assert len(engine.lines) == 2
    assert engine.lines[1].samples > 0
