"""Which pictures one browser gets, and which layer of each: those that it shows, and a while longer those it showed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

Picture = tuple[str, str]  # participant (hexadecimal), source

KEPT_S = 30.0  # out of view, a picture is paused at once, and given up after that
# Layers of a camera are 160, 320 and 640 pixels wide (peer.js): a tile may be a little wider.
NARROW_PX = 200
MIDDLE_PX = 400
BEST_LAYER = 2


@dataclass(slots=True)
class View:
    """Until the browser says what it shows, all of it is. Sound is not asked about: everybody is heard."""

    widths: dict[Picture, int] | None = None
    left_at: dict[Picture, float] = field(default_factory=dict)  # out of view, since when

    def show(self, widths: dict[Picture, int], known: set[Picture], now: float) -> None:
        """`known`: the pictures that there are. `now`: seconds, any growing clock."""
        before = known if self.widths is None else set(self.widths)
        self.left_at.update(dict.fromkeys(before - set(widths), now))
        self.left_at = {picture: at for picture, at in self.left_at.items() if picture not in widths}
        self.widths = widths

    def kept(self) -> list[list[str | int]] | None:
        """What `of` reads."""
        return None if self.widths is None else [[*picture, width] for picture, width in self.widths.items()]

    @classmethod
    def of(cls, kept: list[Any] | None) -> View:
        return cls(None if kept is None else {(who, source): width for who, source, width in kept})

    def shows(self, picture: Picture) -> bool:
        return self.widths is None or picture in self.widths

    def keeps(self, picture: Picture, now: float) -> bool:
        """Whether it is shown, or was a moment ago."""
        return self.shows(picture) or now - self.left_at.get(picture, -KEPT_S) < KEPT_S

    def layer(self, picture: Picture) -> int:
        """Of simulcast: 0 is the smallest."""
        width = (self.widths or {}).get(picture)
        if width is None:
            return BEST_LAYER
        return 0 if width <= NARROW_PX else 1 if width <= MIDDLE_PX else BEST_LAYER
