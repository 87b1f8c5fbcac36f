"""Drawn people who sit before a camera, so that a meeting of browsers looks like a meeting."""

from __future__ import annotations

import io
import math
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageDraw, ImageFilter

SIZE = (640, 360)
FRAMES = 60  # two seconds at Chromium's 30 a second, then again
SCALE = 2  # drawn larger, then reduced: smooth edges

Colour = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Look:
    wall: Colour
    light: Colour
    skin: Colour
    hair: Colour
    clothes: Colour
    has_long_hair: bool


LOOKS = (
    Look((92, 107, 128), (196, 208, 222), (226, 178, 150), (74, 48, 36), (38, 64, 120), has_long_hair=True),
    Look((120, 110, 96), (224, 214, 198), (176, 124, 92), (34, 28, 26), (70, 92, 84), has_long_hair=False),
    Look((96, 88, 110), (210, 200, 220), (240, 200, 176), (150, 96, 60), (150, 62, 70), has_long_hair=True),
    Look((84, 112, 106), (204, 222, 214), (204, 156, 124), (96, 90, 88), (60, 58, 72), has_long_hair=False),
)


def draw_person(path: Path, number: int) -> Path:
    """Write an MJPEG of the person `number`, for Chromium's fake camera."""
    look = LOOKS[number % len(LOOKS)]
    wall = _draw_wall(look)
    with path.open("wb") as file:
        for frame in range(FRAMES):
            file.write(_draw_frame(wall, look, 2 * math.pi * frame / FRAMES))
    return path


def _draw_wall(look: Look) -> Image.Image:
    """A wall with a window's light on it, out of focus."""
    width, height = SIZE[0] * SCALE, SIZE[1] * SCALE
    wall = Image.new("RGB", (width, height), look.wall)
    draw = ImageDraw.Draw(wall)
    draw.rectangle((width * 0.06, -20, width * 0.3, height * 0.7), fill=look.light)
    draw.rectangle((width * 0.175, -20, width * 0.185, height * 0.7), fill=look.wall)
    draw.rectangle((width * 0.74, height * 0.2, width * 0.95, height * 0.24), fill=look.hair)
    for book in range(7):
        left = width * (0.755 + 0.026 * book)
        draw.rectangle(
            (left, height * (0.06 + 0.01 * (book % 3)), left + width * 0.019, height * 0.2), fill=look.clothes
        )
    return wall.filter(ImageFilter.GaussianBlur(14))


def _draw_frame(wall: Image.Image, look: Look, phase: float) -> bytes:
    image = wall.copy()
    draw = ImageDraw.Draw(image)
    x = SIZE[0] * SCALE / 2 + 9 * math.sin(phase)
    y = SIZE[1] * SCALE * 0.44 + 5 * math.sin(2 * phase)
    _draw_shoulders(draw, look, x, y)
    _draw_head(draw, look, x, y, mouth=6 + 5 * math.sin(6 * phase))
    buffer = io.BytesIO()
    image.resize(SIZE, Image.Resampling.LANCZOS).save(buffer, "JPEG", quality=88)
    return buffer.getvalue()


def _draw_shoulders(draw: ImageDraw.ImageDraw, look: Look, x: float, y: float) -> None:
    draw.rounded_rectangle((x - 250, y + 190, x + 250, y + 700), radius=150, fill=look.clothes)
    draw.polygon([(x - 70, y + 185), (x + 70, y + 185), (x, y + 300)], fill=look.light)
    draw.rounded_rectangle((x - 48, y + 90, x + 48, y + 240), radius=48, fill=_darker(look.skin))


def _draw_head(draw: ImageDraw.ImageDraw, look: Look, x: float, y: float, *, mouth: float) -> None:
    if look.has_long_hair:
        draw.rounded_rectangle((x - 142, y - 170, x + 142, y + 190), radius=130, fill=look.hair)
    else:
        draw.ellipse((x - 124, y - 176, x + 124, y + 60), fill=look.hair)
    draw.ellipse((x - 112, y - 140, x + 112, y + 150), fill=look.skin)
    draw.chord((x - 116, y - 165, x + 116, y + 20), 180, 360, fill=look.hair)
    for side in (-1, 1):
        draw.ellipse((x + side * 46 - 9, y - 12, x + side * 46 + 9, y + 8), fill=look.hair)
    draw.arc((x - 18, y + 10, x + 18, y + 48), 20, 160, fill=_darker(look.skin), width=5)
    draw.ellipse((x - 30, y + 84 - mouth, x + 30, y + 84 + mouth), fill=(150, 70, 70))


def _darker(colour: Colour) -> Colour:
    red, green, blue = (value * 4 // 5 for value in colour)
    return red, green, blue
