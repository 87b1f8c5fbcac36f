"""The picture as it is drawn: planes of brightness and colour, tiles, names, initials."""

from __future__ import annotations

import importlib.util
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from meetings.pictures.decoding import GREY, Planes
from meetings.pictures.layouts import HEIGHT, WIDTH, Tile
from meetings.pictures.script import Face

GROUND = 24  # of 16 (black) to 235 (white)
EMPTY_TILE = 52
BADGE = 100
INK = 235
NAME_PX, INITIALS_SHARE = 20, 0.3
SMALLEST_NAME_PX = 13
DARKENING = 0.35
PAD = 6


@dataclass(slots=True)
class Canvas:
    planes: Planes

    @classmethod
    def empty(cls) -> Canvas:
        half = (HEIGHT // 2, WIDTH // 2)
        return cls(
            (np.full((HEIGHT, WIDTH), GROUND, np.uint8), np.full(half, GREY, np.uint8), np.full(half, GREY, np.uint8))
        )

    def paste(self, tile: Tile, picture: Planes) -> None:
        for plane, content, part in zip(self.planes, picture, (1, 2, 2), strict=True):
            y, x = tile.y // part, tile.x // part
            plane[y : y + content.shape[0], x : x + content.shape[1]] = content

    def placeholder(self, tile: Tile, face: Face) -> None:
        """Initials, where there is no picture."""
        grey = np.full((tile.height // 2, tile.width // 2), GREY, np.uint8)
        self.paste(tile, (_initials(face.initials, tile.width, tile.height), grey, grey))

    def name(self, tile: Tile, face: Face) -> None:
        """At the lower left, over whatever is there."""
        words = _name(face.name, face.assurance, tile.width, NAME_PX if tile.width > 300 else SMALLEST_NAME_PX)
        height, width = words.shape
        brightness, *colours = self.planes
        bottom = tile.y + tile.height
        under = brightness[bottom - height : bottom, tile.x : tile.x + width]
        share = words / 255.0
        under[:] = (under * DARKENING * (1 - share) + INK * share).astype(np.uint8)
        for colour in colours:
            colour[(bottom - height) // 2 : bottom // 2, tile.x // 2 : (tile.x + width) // 2] = GREY


@cache
def _font(pixels: int) -> ImageFont.FreeTypeFont:
    """DejaVu, which has the letters of all languages of the State's agents; it comes with matplotlib."""
    found = importlib.util.find_spec("matplotlib")
    if found is None or found.origin is None:
        raise FileNotFoundError("DejaVuSans.ttf")
    return ImageFont.truetype(str(Path(found.origin).parent / "mpl-data/fonts/ttf/DejaVuSans.ttf"), pixels)


@cache
def _initials(initials: str, width: int, height: int) -> NDArray[np.uint8]:
    image = Image.new("L", (width, height), EMPTY_TILE)
    draw = ImageDraw.Draw(image)
    middle, radius = (width / 2, height / 2), min(width, height) * INITIALS_SHARE
    draw.ellipse([middle[0] - radius, middle[1] - radius, middle[0] + radius, middle[1] + radius], fill=BADGE)
    draw.text(middle, initials, fill=INK, font=_font(max(8, int(radius * 0.8))), anchor="mm")
    return np.asarray(image)


@cache
def _name(name: str, assurance: str, width: int, pixels: int) -> NDArray[np.uint8]:
    """How much of each pixel is ink; even in both directions."""
    font = _font(pixels)
    words = _shortened(f"{name} ({assurance})" if assurance else name, font, width - 2 * PAD)
    size = (min(width, int(font.getlength(words)) + 2 * PAD) // 2 * 2, (pixels + 2 * PAD) // 2 * 2)
    image = Image.new("L", size, 0)
    ImageDraw.Draw(image).text((PAD, size[1] / 2), words, fill=255, font=font, anchor="lm")
    return np.asarray(image)


def _shortened(words: str, font: ImageFont.FreeTypeFont, width: int) -> str:
    if font.getlength(words) <= width:
        return words
    while words and font.getlength(f"{words}…") > width:
        words = words[:-1]
    return f"{words}…"
