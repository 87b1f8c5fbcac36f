"""Where everybody is in the picture. Knows nothing but its input: names of people, and sizes in pixels."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

WIDTH, HEIGHT = 1280, 720
STRIP_W, STRIP_H = 256, 144
IN_STRIP = WIDTH // STRIP_W
IN_GRID = 16
MARGIN = 16

Source = Literal["camera", "screen"]


@dataclass(frozen=True, slots=True)
class Tile:
    """All even: the colours of a picture have half its size."""

    person: str
    source: Source
    x: int
    y: int
    width: int
    height: int


Shown = tuple[str, Source]


def speaker(lead: str | None, others: Sequence[Shown]) -> list[Tile]:
    """Who speaks, and the others in a strip below, as many as there is room for."""
    if lead is None:
        return grid(others)
    if not others:
        return [Tile(lead, "camera", 0, 0, WIDTH, HEIGHT)]
    height = HEIGHT - STRIP_H
    large = Tile(lead, "camera", (WIDTH - height * 16 // 9) // 2, 0, height * 16 // 9, height)
    shown = others[:IN_STRIP]
    left = (WIDTH - len(shown) * STRIP_W) // 2
    strip = [
        Tile(person, source, left + n * STRIP_W, height, STRIP_W, STRIP_H) for n, (person, source) in enumerate(shown)
    ]
    return [large, *strip]


def grid(everybody: Sequence[Shown]) -> list[Tile]:
    """All of one size, the last row in the middle."""
    shown = everybody[:IN_GRID]
    if not shown:
        return []
    columns = math.ceil(math.sqrt(len(shown)))
    rows = math.ceil(len(shown) / columns)
    width, height = WIDTH // columns // 2 * 2, WIDTH // columns * 9 // 16 // 2 * 2
    top = (HEIGHT - rows * height) // 4 * 2
    tiles = []
    for n, (person, source) in enumerate(shown):
        row, column = divmod(n, columns)
        in_row = min(columns, len(shown) - row * columns)
        left = (WIDTH - in_row * width) // 4 * 2
        tiles.append(Tile(person, source, left + column * width, top + row * height, width, height))
    return tiles


def share(owner: str, lead: str | None) -> list[Tile]:
    """The screen, and who speaks in a corner of it."""
    screen = Tile(owner, "screen", 0, 0, WIDTH, HEIGHT)
    if lead is None:
        return [screen]
    corner = (WIDTH - STRIP_W - MARGIN, HEIGHT - STRIP_H - MARGIN)
    return [screen, Tile(lead, "camera", *corner, STRIP_W, STRIP_H)]
