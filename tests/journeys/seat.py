"""Where somebody is in a meeting, as their own browser shows it."""

from __future__ import annotations

from dataclasses import dataclass

from bench.browsers.participant import Participant

READ = """() => ({
  tiles: [...document.querySelectorAll("[data-tile][data-participant]")].map((tile) => tile.dataset.participant),
  people: [...document.querySelectorAll("[data-list=people] [data-participant]")].map((row) => row.dataset.participant),
  hands: [...document.querySelectorAll("[data-list=people] [data-participant]:has([data-mark=hand]:not([hidden]))")]
    .map((row) => row.dataset.participant),
  chat: [...document.querySelectorAll("[data-list=messages] > *")].map((message) => message.textContent),
})"""


@dataclass(frozen=True, slots=True)
class Seat:
    tiles: tuple[str, ...]
    people: tuple[str, ...]
    hands: tuple[str, ...]
    chat: tuple[str, ...]

    @property
    def place(self) -> tuple[tuple[str, ...], ...]:
        """All but what was said."""
        return self.tiles, self.people, self.hands


async def seat_of(person: Participant) -> Seat:
    found = await person.page.evaluate(READ)
    found["tiles"].sort()  # who speaks moves to the front
    return Seat(**{name: tuple(values) for name, values in found.items()})


async def hears_chat(person: Participant, text: str) -> bool:
    """Whether it is in the list, shown or not."""
    return any(text in message for message in (await seat_of(person)).chat)


async def banner_is_gone(person: Participant) -> None:
    await person.page.wait_for_selector('[data-banner="connection"]', state="hidden", timeout=60_000)
