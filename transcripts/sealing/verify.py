"""Is this sealed file what was approved? Each check says in words what holds, or what broke. No database here."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from transcripts.minutes import clock
from transcripts.sealing.canonical import canonical, digest
from transcripts.sealing.keys import PublicKey
from transcripts.sealing.statement import CHAINS, make_chain

CONTENTS = ("lines", "items", "people")  # of which the statement has the digests
Told = tuple[str, str]  # code and words of a finding
LARGEST_FILE = 32 * 1024 * 1024  # bytes: hundreds of hours


class Unreadable(Exception):
    """No sealed minutes at all."""


@dataclass(frozen=True, slots=True)
class Finding:
    """`code` is stable. `holds` is None for what is neither proof nor fault."""

    code: str
    holds: bool | None
    words: str


@dataclass(frozen=True, slots=True)
class Sealed:
    """A sealed file, taken apart; nothing in it is believed yet."""

    statement: dict[str, Any]
    written: bytes  # the statement as it was signed
    signature: str
    key: str
    lines: list[str | None]
    items: list[str | None] = field(default_factory=list)
    people: list[str | None] = field(default_factory=list)

    @property
    def chain(self) -> tuple[str, ...]:
        return CHAINS[self.statement["format"]]

    @property
    def approved_by(self) -> str:
        """As the file says it; empty where the name is missing or damaged."""
        by = self.statement["approved"]["by"]
        if "people" not in self.chain:
            return str(by)
        try:
            content = self.people[by]
            name = _("somebody whose name was erased") if content is None else str(json.loads(content)["name"])
            name.encode()  # half of a letter is no name
            return name
        except (ValueError, KeyError, TypeError, IndexError, RecursionError):
            return ""


def read_file(content: bytes) -> Sealed:
    """Raises Unreadable."""
    try:
        file = json.loads(content)
        written = file["statement"].encode()
        statement = json.loads(written)
        chain = CHAINS[statement["format"]]
        items, people = (file[name] if name in chain else [] for name in ("items", "people"))
        sealed = Sealed(statement, written, file["signature"], file["key"], file["lines"], items, people)
        well_formed = (
            statement["format"] == file["format"]
            and isinstance(sealed.signature, str)
            and isinstance(sealed.key, str)
            and all(one is None or isinstance(one, str) for one in [*sealed.lines, *items, *people])
            and all(isinstance(sum_, str) for name in CONTENTS for sum_ in statement.get(name, []))
            and isinstance(statement["chain"], dict)
            and all(isinstance(track, dict) for track in statement["tracks"])
            and {"recording", "title"} <= statement["meeting"].keys()
            and {"by", "at"} <= statement["approved"].keys()
            and isinstance(statement["version"], int)
            and set(chain) <= statement.keys()
        )
        canonical(statement)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise Unreadable from error
    if not well_formed:
        raise Unreadable
    return sealed


def check(sealed: Sealed, trusted: Mapping[str, PublicKey]) -> list[Finding]:
    """What the file proves by itself. In the order in which people ask."""
    return [_signature(sealed, trusted), *_chain(sealed), *_lines(sealed), *_items(sealed), *_people(sealed)]


def is_intact(findings: list[Finding]) -> bool:
    return all(finding.holds is not False for finding in findings)


def _signature(sealed: Sealed, trusted: Mapping[str, PublicKey]) -> Finding:
    key = next((key for key in trusted.values() if key.hex == sealed.key), None)
    if key is None:
        return Finding(
            "wrong-key", False, _("Wrong key: it was not signed by this installation. Anybody may have made this file.")
        )
    if not key.verifies(sealed.signature, sealed.written):
        return Finding("signature-broken", False, _("Broken signature: what was signed has been changed since."))
    return Finding("signature", True, _("Signed by this installation (key %(key)s).") % {"key": key.id})


def _link_words() -> dict[str, tuple[str, str]]:
    return {
        "tracks": (
            _("The recorded tracks are those that were transcribed."),
            _("Changed track: the list of recorded tracks is not the one that was sealed."),
        ),
        "recognition": (
            _("The recognition is the one that was sealed: model, parameters, lines."),
            _("Changed recognition: model, parameters or lines are not those that were sealed."),
        ),
        "people": (
            _("The list of those who took part in the minutes is the one that was sealed."),
            _("Changed people: those who approved, reviewed or corrected are not those who were sealed."),
        ),
        "corrections": (
            _("The corrections are those that were sealed: who, when, what."),
            _("Changed corrections: the list is not the one that was sealed."),
        ),
        "lines": (
            _("The list of approved lines is the one that was sealed."),
            _("Changed lines: lines were added, taken away or exchanged."),
        ),
        "items": (
            _("The list of approved chapters, decisions, actions and questions is the one that was sealed."),
            _("Changed items: chapters, decisions, actions or questions were added, taken away or exchanged."),
        ),
    }


def _chain(sealed: Sealed) -> Iterator[Finding]:
    """The first link that does not hold is what was changed: those after it follow."""
    chain = make_chain({name: sealed.statement[name] for name in sealed.chain}, sealed.statement["format"])
    words = _link_words()
    for name in sealed.chain:
        if chain[name] != sealed.statement["chain"].get(name):
            yield Finding(f"{name}-changed", False, words[name][1])
            return
        yield Finding(name, True, words[name][0])


def _lines(sealed: Sealed) -> Iterator[Finding]:
    expected = sealed.statement["lines"]
    if len(sealed.lines) != len(expected):
        yield Finding(
            "lines-missing",
            False,
            _("Lines missing or added: %(found)d instead of %(expected)d.")
            % {"found": len(sealed.lines), "expected": len(expected)},
        )
    altered = _altered(sealed.lines, expected)
    for place in altered:
        yield Finding(
            "text-changed", False, _("Changed text: %(line)s.") % {"line": _named(sealed.lines[place], place)}
        )
    if not altered:
        yield Finding("text", True, _("Each line says what was approved."))
    if erased := sum(line is None for line in sealed.lines):
        yield Finding(
            "erased",
            None,
            ngettext(
                "%(count)d line was erased since, as its speaker may ask; the seal of the others holds.",
                "%(count)d lines were erased since, as their speakers may ask; the seal of the others holds.",
                erased,
            )
            % {"count": erased},
        )


def _named(content: str | None, place: int) -> str:
    """Where the line says that it is, if it still can."""
    number = _("line %(number)d") % {"number": place + 1}
    try:
        return _("%(line)s, at %(clock)s") % {
            "line": number,
            "clock": clock(json.loads(content or "")["start_ms"] / 1000),
        }
    except (ValueError, KeyError, TypeError, OverflowError, RecursionError):
        return number


def _altered(contents: Sequence[str | None], sums: Sequence[str]) -> list[int]:
    """Where what is there is not what was sealed. A content that is None was erased."""
    pairs = enumerate(zip(contents, sums, strict=False))
    return [place for place, (content, sum_) in pairs if content is not None and digest(_bytes(content)) != sum_]


def _bytes(content: str) -> bytes:
    """JSON may hold half of a pair, which is no text: what was sealed has none."""
    return content.encode(errors="surrogatepass")


def _items(sealed: Sealed) -> Iterator[Finding]:
    return _apart(
        sealed.items,
        sealed.statement.get("items", []),
        ("items-missing", _("Chapters or items missing or added: %(found)d instead of %(expected)d.")),
        ("item-changed", _("Changed chapter or item: number %(number)d is not what was approved.")),
        ("items-erased", _("Chapters or items erased since, with the words that supported them: %(count)d.")),
    )


def _people(sealed: Sealed) -> Iterator[Finding]:
    erased = _("Names erased since, as those who bear them may ask: %(count)d; the seal of the rest holds.")
    return _apart(
        sealed.people,
        sealed.statement.get("people", []),
        ("people-missing", _("Names missing or added: %(found)d instead of %(expected)d.")),
        ("person-changed", _("Changed name: number %(number)d of those who took part in the minutes.")),
        ("people-erased", erased),
    )


def _apart(
    contents: Sequence[str | None], sums: Sequence[str], missing: Told, changed: Told, erased: Told
) -> Iterator[Finding]:
    if len(contents) != len(sums):
        yield Finding(missing[0], False, missing[1] % {"found": len(contents), "expected": len(sums)})
    for place in _altered(contents, sums):
        yield Finding(changed[0], False, changed[1] % {"number": place + 1})
    if count := sum(content is None for content in contents):
        yield Finding(erased[0], None, erased[1] % {"count": count})
