"""Each file, read by a program that is not ours, says what was said."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import docx
import jsonschema
import lxml.html
import pypdf
import pysrt
import pytest
import webvtt
from django.conf import settings
from markdown_it import MarkdownIt

from tests.transcripts.exports.conftest import (
    DOCUMENT,
    PRODUCTION,
    text_of,
    text_of_docx,
    text_of_odt,
    text_of_pdf,
    through_libreoffice,
)
from transcripts.exports import FORMATS, export
from transcripts.exports.document import Attachment, Shows
from transcripts.exports.pdf import fetch_nothing
from transcripts.exports.wording import file_name
from transcripts.models import SpeakerAssurance


def text_of_html(content: bytes) -> str:
    return str(lxml.html.fromstring(content).find("body").text_content())


def text_of_markdown(content: bytes) -> str:
    page = MarkdownIt("commonmark").enable("table").render(content.decode())
    return str(lxml.html.fromstring(page).text_content())


READERS: dict[str, Callable[[bytes], str]] = {
    "docx": text_of_docx,
    "odt": text_of_odt,
    "pdf": text_of_pdf,
    "html": text_of_html,
    "md": text_of_markdown,
    "txt": bytes.decode,
}
SPOKEN = [
    ("00:01", "Claire Fontaine (Verified identity): Bonjour à tous."),
    ("00:05", "[speech not recorded]"),
    ("1:02:05", "Salle 3, voice 2 (Shared microphone): Oui, "),
]


def words(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize("file_format", READERS)
def test_document_says_who_what_when_and_how_it_was_made(file_format: str) -> None:
    text = words(READERS[file_format](export(DOCUMENT, file_format)))
    assert "Comité : suivi & budget" in text
    assert "Claire Fontaine, DINUM (Verified identity)" in text
    assert "Budget <2027>" in text
    for clock, said in SPOKEN:
        assert re.search(rf"\[?{clock}\]? {re.escape(said)}", text)
    for sentence in PRODUCTION:
        assert without_spaces(sentence) in without_spaces(text)
    for item in DOCUMENT.items:
        assert item.text in text


@pytest.mark.parametrize("file_format", READERS)
def test_what_the_reader_did_not_want_is_left_out(file_format: str) -> None:
    bare = replace(DOCUMENT, shows=Shows(times=False, speakers=False, chapters=False))
    text = words(READERS[file_format](export(bare, file_format)))
    assert "Bonjour à tous." in text
    assert "[speech not recorded]" in text
    for left_out in ("1:02:05 Salle", "Salle 3, voice 2", "Budget <2027>", "Claire Fontaine (Verified identity):"):
        assert left_out not in text


@pytest.mark.parametrize("file_format", FORMATS)
def test_same_minutes_give_the_same_bytes_whenever_they_are_written(
    file_format: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = export(DOCUMENT, file_format)
    monkeypatch.setattr(zipfile.time, "time", lambda: 2_000_000_000.0)  # type: ignore[attr-defined]
    monkeypatch.setattr(zipfile.time, "localtime", lambda *_: (2033, 5, 18, 3, 33, 20, 2, 138, 0))  # type: ignore[attr-defined]
    assert export(DOCUMENT, file_format) == first


@pytest.mark.parametrize("file_format", FORMATS)
def test_minutes_without_a_line_are_whole_files(file_format: str) -> None:
    empty = replace(DOCUMENT, chapters=(), people=(), items=(), off_record=0)
    content = export(empty, file_format)
    if file_format in READERS:
        text = words(READERS[file_format](content))
        assert "Nobody spoke, or nobody agreed to be recorded." in text
        assert "Nobody stayed off the record." in text


@pytest.mark.parametrize("file_format", ["docx", "odt"])
def test_libreoffice_opens_and_prints_it(file_format: str, tmp_path: Path) -> None:
    text = without_spaces(through_libreoffice(export(DOCUMENT, file_format), file_format, tmp_path))
    for said in (*(line for _, line in SPOKEN), "Écrire la note", "=HYPERLINK(1)", *PRODUCTION):
        assert without_spaces(said) in text


def without_spaces(text: str) -> str:
    """A program that prints breaks lines where it wants."""
    return "".join(text.split())


def test_word_document_has_styles_a_table_with_a_head_a_header_and_a_statement_at_the_foot() -> None:
    word = docx.Document(io.BytesIO(export(DOCUMENT, "docx")))
    headings = [each.text for each in word.paragraphs if each.style and each.style.name in {"Heading 1", "Heading 2"}]
    assert headings == [
        "On the record",
        "Decisions",
        "Actions",
        "Open questions",
        "Minutes",
        "Budget <2027>",
        "How these minutes were made",
    ]
    [table] = word.tables
    assert [cell.text for cell in table.rows[0].cells] == ["What", "Who", "When", "Said at", "State"]
    assert [cell.text for cell in table.rows[1].cells] == [
        "Écrire la note",
        "Claire Fontaine",
        "01/12/2026",
        "00:01",
        "validated",
    ]
    assert "w:tblHeader" in table.rows[0]._tr.xml
    [section] = word.sections
    assert section.header.paragraphs[0].text == DOCUMENT.title
    assert "model demo-whisper" in section.footer.paragraphs[0].text
    assert (word.core_properties.author, word.core_properties.language) == ("Visio", "en-GB")


def test_pdf_is_tagged_with_bookmarks_a_language_and_every_font_inside() -> None:
    reader = pypdf.PdfReader(io.BytesIO(export(DOCUMENT, "pdf")))
    root: Any = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "en"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert b"pdfuaid" in root["/Metadata"].get_object().get_data()
    assert {"H1", "H2", "H3", "P", "L", "LI", "Table", "TH"} <= tags_of(root["/StructTreeRoot"])
    assert [str(mark.title) for mark in reader.outline if not isinstance(mark, list)] == [DOCUMENT.title]
    pages: Any = reader.pages
    for page in pages:
        for font in page["/Resources"]["/Font"].values():
            assert "/FontFile" in str(
                font.get_object()["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object()
            )
    assert reader.metadata is not None
    assert (reader.metadata.title, reader.metadata.author) == (DOCUMENT.title, "Visio")


def tags_of(node: Any) -> set[str]:
    """Of the structure tree of a PDF, which is what a screen reader goes through."""
    found: set[str] = set()
    todo = [node]
    while todo:
        each = todo.pop()
        each = each.get_object() if hasattr(each, "get_object") else each
        if isinstance(each, list):
            todo.extend(each)
        elif isinstance(each, dict):
            found.add(str(each.get("/S", "")).lstrip("/"))
            todo.extend([each["/K"]] if "/K" in each else [])
    return found


def test_nothing_is_fetched_for_the_pdf() -> None:
    with pytest.raises(ValueError, match="nothing is fetched"):
        fetch_nothing("file:///etc/passwd")
    page = text_of(DOCUMENT, "html")
    assert "http:" not in page.replace("http-equiv", "")
    assert "https:" not in page
    assert "src=" not in page.replace("default-src", "").replace("style-src", "")


def test_subtitles_are_read_with_their_times_and_voices() -> None:
    cues = webvtt.from_string(text_of(DOCUMENT, "vtt")).captions
    assert [(cue.start, cue.end, cue.voice, cue.text) for cue in cues] == [
        ("00:00:01.500", "00:00:04.000", "Claire Fontaine", "Bonjour à tous."),
        ("00:00:05.000", "00:00:09.000", None, "[speech not recorded]"),
        ("01:02:05.250", "01:02:07.750", "Salle 3, voice 2", "Oui, أهلا وسهلا."),
    ]
    bare = replace(DOCUMENT, shows=Shows(speakers=False))
    assert {cue.voice for cue in webvtt.from_string(text_of(bare, "vtt")).captions} == {None}


def test_subrip_has_names_before_the_words_and_the_statement_last() -> None:
    cues = pysrt.from_string(text_of(DOCUMENT, "srt"))
    assert [(str(cue.start), str(cue.end), cue.text) for cue in cues[:3]] == [
        ("00:00:01,500", "00:00:04,000", "Claire Fontaine: Bonjour à tous."),
        ("00:00:05,000", "00:00:09,000", "[speech not recorded]"),
        ("01:02:05,250", "01:02:07,750", "Salle 3, voice 2: Oui, أهلا وسهلا."),
    ]
    assert PRODUCTION[0] in cues[3].text


def schema() -> dict[str, object]:
    found: dict[str, object] = json.loads((settings.BASE_DIR / "docs" / "minutes.schema.json").read_text())
    return found


@pytest.mark.parametrize("shows", [Shows(), Shows(speakers=False, chapters=False)], ids=["all", "less"])
def test_data_keeps_to_its_schema(shows: Shows) -> None:
    found = json.loads(text_of(replace(DOCUMENT, shows=shows), "json"))
    jsonschema.validate(found, schema(), cls=jsonschema.Draft202012Validator)
    [first, last] = found["chapters"]
    assert first["lines"][1] == {"start": 5.0, "end": 9.0, "recorded": False}
    assert last["lines"][0]["text"] == "Oui, أهلا وسهلا."
    assert ("speaker" in last["lines"][0]) == shows.speakers
    assert [item["owner"] for item in found["items"]] == [None, "Claire Fontaine", None, None]
    assert found["production"]["approval"]["key"] == "k1"


def test_schema_knows_every_assurance() -> None:
    text = json.dumps(schema())
    assert [kind for kind in SpeakerAssurance if f'"{kind.value}"' not in text] == []


def test_imported_recording_says_so() -> None:
    brought = replace(DOCUMENT, production=replace(DOCUMENT.production, imported=True))
    assert "from an imported recording" in text_of(brought, "txt")
    assert "one audio track for each person" not in text_of(brought, "txt")


def test_actions_are_rows_and_no_cell_is_a_formula() -> None:
    rows = list(csv.DictReader(io.StringIO(text_of(DOCUMENT, "csv"))))
    assert [(row["What"], row["Who"], row["When"], row["State"]) for row in rows] == [
        ("Écrire la note", "Claire Fontaine", "2026-12-01", "validated"),
        ("'=HYPERLINK(1)", "", "", "generated, not validated"),
    ]
    assert "model demo-whisper" in rows[0]["How it was made"]


def test_archive_holds_every_format_the_statement_and_the_seal() -> None:
    sealed = replace(DOCUMENT, attachments=(Attachment("sceau-v1.json", b"{}"),))
    with zipfile.ZipFile(io.BytesIO(export(sealed, "zip"))) as archive:
        assert archive.testzip() is None
        names = archive.namelist()
        assert names[0] == "production.txt"
        assert {name.rpartition(".")[2] for name in names[1:-1]} == FORMATS.keys() - {"zip"}
        assert archive.read("sceau-v1.json") == b"{}"
        assert archive.read("compte-rendu.docx") == export(sealed, "docx")
        for sentence in PRODUCTION:
            assert sentence in archive.read("production.txt").decode() or sentence.strip("[]").startswith("generated, ")


def test_french_words_surround_what_was_said() -> None:
    text = text_of(replace(DOCUMENT, language="fr"), "txt")
    assert "Hors enregistrement\u00a0: 1 personne" in text
    assert "Bonjour à tous." in text


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Comité de suivi", "compte-rendu-2026-11-19-comite-de-suivi.txt"),
        ("../../etc/passwd\r\nX: y", "compte-rendu-2026-11-19-etcpasswd-x-y.txt"),
        ("会議", "compte-rendu-2026-11-19-reunion.txt"),
        ("x" * 200, f"compte-rendu-2026-11-19-{'x' * 60}.txt"),
    ],
)
def test_file_names_are_plain_whatever_the_title(title: str, name: str) -> None:
    assert file_name(replace(DOCUMENT, title=title), "txt") == name
