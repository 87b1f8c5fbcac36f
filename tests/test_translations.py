"""No sentence reaches a French agent in English."""

from __future__ import annotations

import re
from pathlib import Path

CATALOGUE = Path(__file__).parent.parent / "locale" / "fr" / "LC_MESSAGES" / "django.po"


def entries() -> list[str]:
    """The entries of the catalogue but its head."""
    return CATALOGUE.read_text(encoding="utf-8").split("\n\n")[1:]


def test_every_sentence_has_its_french() -> None:
    empty = [entry for entry in entries() if re.search(r'^msgstr(\[\d\])? ""\n*\Z', entry, re.MULTILINE)]
    assert empty == []


def test_no_french_is_a_guess_of_the_tool() -> None:
    assert [entry for entry in entries() if "#, fuzzy" in entry] == []


def test_catalogue_knows_every_sentence_of_templates() -> None:
    root = CATALOGUE.parent.parent.parent.parent
    known = set(re.findall(r'^msgid "(.+)"$', CATALOGUE.read_text(encoding="utf-8"), re.MULTILINE))
    used = {
        sentence
        for template in (root / "templates").rglob("*.html")
        for sentence in re.findall(r"""{% translate "([^"]+)\"""", template.read_text(encoding="utf-8"))
    }
    assert used - {sentence.replace('\\"', '"') for sentence in known} == set()
