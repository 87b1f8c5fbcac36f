"""What a browser may say: one class for each message, with what its fields may hold. The contract is PROTOCOL.md."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any

SOURCES = frozenset({"microphone", "camera", "screen", "sound"})
REACTIONS = frozenset({"thumbs-up", "clap", "heart", "laugh", "surprise", "party"})
CHOICES = frozenset({"accepted", "declined"})
WAYS = frozenset({"screen", "keyboard"})
LANGUAGES = frozenset({"fr", "en"})
SPOKEN = frozenset({"", "de", "en", "es", "fr", "it", "nl", "pt"})
PICTURES = frozenset({"camera", "screen"})
TILES_MAX = 60
WIDTH_MAX_PX = 16_384
MID = re.compile(r"[\w.+-]{1,16}", re.ASCII)
ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)

Check = Callable[[Any], bool]


def at_most(length: int) -> Check:
    return lambda value: len(value) <= length


def one_of(values: frozenset[str]) -> Check:
    return lambda value: value in values


def _is_id(value: str) -> bool:
    return ID.fullmatch(value) is not None


def _are_sources(sources: dict[Any, Any]) -> bool:
    named = list(sources.values())
    if not all(MID.fullmatch(mid) for mid in sources) or ("sound" in named and "screen" not in named):
        return False
    return all(isinstance(name, str) and name in SOURCES for name in named) and len(set(named)) == len(named)


def _are_tiles(tiles: list[Any]) -> bool:
    return len(tiles) <= TILES_MAX and all(map(_is_tile, tiles))


def _is_tile(tile: Any) -> bool:
    if type(tile) is not dict or set(tile) != {"participant", "source", "width"}:
        return False
    participant, source, width = tile["participant"], tile["source"], tile["width"]
    if type(participant) is not str or type(source) is not str or type(width) is not int:
        return False
    return _is_id(participant) and source in PICTURES and 0 <= width <= WIDTH_MAX_PX


def _is_level(value: int) -> bool:
    return 0 <= value <= 3


Id = Annotated[str, _is_id]
Name = Annotated[str, at_most(80)]
Code = Annotated[str, at_most(30)]
Token = Annotated[str, at_most(64)]
Switch = Annotated[str, one_of(SOURCES - {"sound"})]
Sources = Annotated[dict[str, str], _are_sources]  # mid → what the m-line carries


@dataclass(frozen=True, slots=True)
class Join:
    """`resume`: what the last `joined` gave, by a browser whose media connections still stand."""

    name: Name | None
    shared_microphone: bool
    resume: Token | None = None


@dataclass(frozen=True, slots=True)
class Publish:
    """An SDP offer for everything the browser sends."""

    sdp: str
    sources: Sources


@dataclass(frozen=True, slots=True)
class Answer:
    offer: int
    sdp: str


@dataclass(frozen=True, slots=True)
class Media:
    microphone: bool
    camera: bool
    screen: bool


@dataclass(frozen=True, slots=True)
class View:
    """The pictures that a browser shows: of whom, what, and how wide in pixels."""

    tiles: Annotated[list[dict[str, Any]], _are_tiles]


@dataclass(frozen=True, slots=True)
class Quality:
    """How well a browser's own connection carries sound: 3 well, 0 not at all."""

    level: Annotated[int, _is_level]


@dataclass(frozen=True, slots=True)
class StartRecording:
    """For the purpose of that code, or the only one. `announced`: a voice says so to everybody."""

    purpose: Code | None = None
    announced: bool = False


@dataclass(frozen=True, slots=True)
class StopRecording:
    pass


@dataclass(frozen=True, slots=True)
class Consent:
    """`choice` is about the sound; words and pictures are kept if that was said too."""

    recording: str
    choice: Annotated[str, one_of(CHOICES)]
    transcript: bool = False
    picture: bool = False
    way: Annotated[str, one_of(WAYS)] = "screen"
    language: Annotated[str, one_of(LANGUAGES)] = "fr"


@dataclass(frozen=True, slots=True)
class Chat:
    text: Annotated[str, at_most(2000)]


@dataclass(frozen=True, slots=True)
class Hand:
    up: bool


@dataclass(frozen=True, slots=True)
class React:
    reaction: Annotated[str, one_of(REACTIONS)]


@dataclass(frozen=True, slots=True)
class Captions:
    """Read captions, or no longer."""

    on: bool


@dataclass(frozen=True, slots=True)
class CaptionMe:
    """Let the others read what this person says, or not."""

    on: bool


@dataclass(frozen=True, slots=True)
class Speak:
    """The language in which this person is captioned; empty: that of the installation."""

    language: Annotated[str, one_of(SPOKEN)]


@dataclass(frozen=True, slots=True)
class Snapshot:
    pass


@dataclass(frozen=True, slots=True)
class Leave:
    pass


@dataclass(frozen=True, slots=True)
class Ping:
    pass


# Of those who moderate


@dataclass(frozen=True, slots=True)
class Admit:
    person: Id


@dataclass(frozen=True, slots=True)
class AdmitAll:
    pass


@dataclass(frozen=True, slots=True)
class Refuse:
    person: Id


@dataclass(frozen=True, slots=True)
class TellWaiting:
    text: Annotated[str, at_most(300)]


@dataclass(frozen=True, slots=True)
class Lock:
    on: bool


@dataclass(frozen=True, slots=True)
class Silence:
    participant: Id
    source: Switch


@dataclass(frozen=True, slots=True)
class SilenceAll:
    pass


@dataclass(frozen=True, slots=True)
class MayUnmute:
    on: bool


@dataclass(frozen=True, slots=True)
class LowerHand:
    participant: Id


@dataclass(frozen=True, slots=True)
class Remove:
    participant: Id


@dataclass(frozen=True, slots=True)
class MakeOrganiser:
    participant: Id


@dataclass(frozen=True, slots=True)
class HandOver:
    participant: Id


@dataclass(frozen=True, slots=True)
class End:
    pass


Message = (
    Join
    | Publish
    | Answer
    | Media
    | View
    | Quality
    | StartRecording
    | StopRecording
    | Consent
    | Chat
    | Hand
    | React
    | Captions
    | CaptionMe
    | Speak
    | Snapshot
    | Leave
    | Ping
    | Admit
    | AdmitAll
    | Refuse
    | TellWaiting
    | Lock
    | Silence
    | SilenceAll
    | MayUnmute
    | LowerHand
    | Remove
    | MakeOrganiser
    | HandOver
    | End
)
TYPES: dict[str, type[Message]] = {
    "join": Join,
    "publish": Publish,
    "answer": Answer,
    "media": Media,
    "view": View,
    "quality": Quality,
    "start-recording": StartRecording,
    "stop-recording": StopRecording,
    "consent": Consent,
    "chat": Chat,
    "hand": Hand,
    "react": React,
    "captions": Captions,
    "caption-me": CaptionMe,
    "speak": Speak,
    "snapshot": Snapshot,
    "leave": Leave,
    "ping": Ping,
    "admit": Admit,
    "admit-all": AdmitAll,
    "refuse": Refuse,
    "tell-waiting": TellWaiting,
    "lock": Lock,
    "silence": Silence,
    "silence-all": SilenceAll,
    "may-unmute": MayUnmute,
    "lower-hand": LowerHand,
    "remove": Remove,
    "make-organiser": MakeOrganiser,
    "hand-over": HandOver,
    "end": End,
}
