"""What is given to a machine, and what it proposes. Plain data, without Django."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Said:
    """A line. Seconds from the start of the recording; `lexemes` are its words as the search knows them."""

    line: int
    start: float
    speaker: str
    text: str
    lexemes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Draft:
    """`kind` is chapter, decision, action or question. `who` and `due` (ISO) are empty unless somebody said them."""

    kind: str
    text: str
    lines: tuple[int, ...]
    who: str = ""
    due: str = ""
