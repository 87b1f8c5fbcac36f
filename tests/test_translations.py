"""No sentence reaches a French agent in English."""

from __future__ import annotations

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parent.parent
CATALOGUE = ROOT / "locale" / "fr" / "LC_MESSAGES" / "django.po"


def entries() -> list[str]:
    """The entries of the catalogue but its head."""
    return CATALOGUE.read_text(encoding="utf-8").split("\n\n")[1:]


def test_every_sentence_has_its_french() -> None:
    empty = [entry for entry in entries() if re.search(r'^msgstr(\[\d\])? ""\n*\Z', entry, re.MULTILINE)]
    assert empty == []


def test_no_french_is_a_guess_of_the_tool() -> None:
    assert [entry for entry in entries() if "#, fuzzy" in entry] == []


def test_catalogue_knows_every_sentence_of_templates() -> None:
    known = set(re.findall(r'^msgid "(.+)"$', CATALOGUE.read_text(encoding="utf-8"), re.MULTILINE))
    used = {
        sentence
        for template in (ROOT / "templates").rglob("*.html")
        for sentence in re.findall(r"""{% translate "([^"]+)\"""", template.read_text(encoding="utf-8"))
    }
    assert used - {sentence.replace('\\"', '"') for sentence in known} == set()


def modules() -> list[tuple[Path, ast.Module]]:
    files = [
        file
        for app in ("accounts", "meetings", "transcripts", "governance", "visio_site")
        for file in (ROOT / app).rglob("*.py")
    ]
    return [(file.relative_to(ROOT), ast.parse(file.read_text(encoding="utf-8"))) for file in files]


def test_extraction_knows_each_name_of_gettext() -> None:
    """A name that makemessages does not know hides its sentences from the catalogue."""
    aliases = {
        (str(file), alias.asname)
        for file, module in modules()
        for node in ast.walk(module)
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation"
        for alias in node.names
        if alias.asname not in (None, "_")
    }
    assert aliases == set()


def test_catalogue_knows_every_sentence_of_the_code() -> None:
    known = {entry.replace('\\"', '"').replace("\\n", "\n") for entry in sentences_of_the_catalogue()}
    used = {
        (str(file), node.args[0].value)
        for file, module in modules()
        for node in ast.walk(module)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in ("_", "gettext", "gettext_lazy", "ngettext")
        and node.args
        and isinstance(node.args[0], ast.Constant)
    }
    assert {found for found in used if found[1] not in known} == set()


def sentences_of_the_catalogue() -> list[str]:
    text = re.sub(r'"\n"', "", CATALOGUE.read_text(encoding="utf-8"))
    return re.findall(r'^msgid "(.+)"$', text, re.MULTILINE)
