"""Whatever was said, and however somebody is called: every file stays whole, and words stay words."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import docx
import lxml.html
import pysrt
import pytest
import webvtt
from hypothesis import example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from tests.transcripts.exports.conftest import (
    DOCUMENT,
    HOSTILE,
    WORD,
    saying,
    spoken,
    text_of,
    text_of_odt,
    text_of_pdf,
    through_libreoffice,
)
from transcripts.exports import FORMATS, export
from transcripts.exports.document import Chapter, Document
from transcripts.exports.plain import cell, one_line

ANYTHING = st.text(st.characters(codec=None), max_size=200)
NAME = st.text(st.characters(codec=None), max_size=40)
examples = [
    HOSTILE,
    "=cmd|' /C calc'!A0",
    "]]>",
    "\u202eabc",
    "𝄞𝄞",
    "\x00\x1b[31m",
    "\ud800",
    "|a|b|",
    "*x* [a](http://b) `c`",
]


def with_examples(test: Callable[..., None]) -> Callable[..., None]:
    for text in examples:
        test = example(text=text, name=text)(test)
    return test


@with_examples
@given(text=ANYTHING, name=NAME)
@settings(max_examples=25, deadline=None)
def test_any_words_and_names_leave_every_light_file_whole(text: str, name: str) -> None:
    document = saying(text, "Fin.", title=name, name=name)
    said = one_line(text)
    vtt = text_of(document, "vtt")
    assert vtt.count("-->") == len(webvtt.from_string(vtt).captions) == 2
    cues = pysrt.from_string(text_of(document, "srt"), error_handling=pysrt.ERROR_RAISE)
    assert len(cues) == 3
    lines = text_of(document, "txt").splitlines()
    assert len([line for line in lines if line.startswith("[00:0")]) == 2
    found = json.loads(text_of(document, "json"))
    assert found["chapters"][0]["lines"][0]["text"] == said
    [row, _] = csv.DictReader(io.StringIO(text_of(document, "csv")))
    assert row["What"].removeprefix("'") == said.removeprefix("'")
    assert row["What"][:1] not in tuple("=+-@\t\r|%")
    assert_harmless_html(lxml.html.fromstring(export(document, "html")), said)
    markdown = lxml.html.fromstring(MarkdownIt("commonmark").enable("table").render(text_of(document, "md")))
    assert {each.tag for each in markdown.iter()} <= {
        *["div", "h1", "h2", "h3", "p", "ul", "li", "strong", "code", "table", "thead", "tbody", "tr", "th", "td"]
    }
    assert said in words(markdown.text_content()) or not said


def words(text: str) -> str:
    return " ".join(text.split())


def assert_harmless_html(page: lxml.html.HtmlElement, said: str) -> None:
    assert not page.xpath("//script | //img | //a | //iframe | //link | //@onerror | //@onload | //@href | //@src")
    assert said in words(page.find("body").text_content())


@with_examples
@given(text=ANYTHING, name=NAME)
@settings(max_examples=8, deadline=None)
def test_any_words_and_names_leave_every_office_file_whole(text: str, name: str) -> None:
    document = saying(text, "Fin.", title=name, name=name)
    word = docx.Document(io.BytesIO(export(document, "docx")))
    assert [each.text for each in word.paragraphs if each.text.endswith("Fin.") and "00:01" in each.text]
    assert one_line(text) in "\n".join(each.text for each in word.paragraphs)
    assert words(one_line(text)) in words(text_of_odt(export(document, "odt")))
    assert "Fin." in text_of_pdf(export(document, "pdf"))


@pytest.mark.parametrize("file_format", sorted(FORMATS.keys() - {"zip"}))
def test_word_of_ten_thousand_letters_is_written(file_format: str) -> None:
    lines = (spoken(0.0, WORD),)
    content = export(replace(DOCUMENT, chapters=(Chapter("", 0.0, lines),)), file_format)
    if file_format in {"txt", "json", "srt", "vtt", "md", "html"}:
        assert WORD in content.decode()


@pytest.mark.parametrize("file_format", ["docx", "odt"])
def test_libreoffice_opens_hostile_words(file_format: str, tmp_path: Path) -> None:
    text = through_libreoffice(export(saying(HOSTILE, "Fin.", name=HOSTILE), file_format), file_format, tmp_path)
    assert "<b>faux</b> ]]>" in text
    assert text.rstrip().count("Fin.") >= 1


def test_direction_is_not_turned_by_a_name() -> None:
    page = text_of(saying("Oui.", name="\u202egro.live\u202c Claire"), "html")
    assert "\u202e" not in page
    assert "gro.live Claire" in page


@given(st.text())
def test_one_line_is_one_line_for_everybody_who_splits_lines(text: str) -> None:
    assert len(one_line(text).splitlines()) <= 1


@pytest.mark.parametrize("text", ["=1+1", "+33", "-1", "@SUM(A1)", " =1", "\t=1", "|x", "%0", "＝1"])
def test_formula_is_text(text: str) -> None:
    assert cell(text) == f"'{text}"


@pytest.mark.parametrize("text", ["Écrire", "1 + 1 = 2", "", "a=b"])
def test_plain_text_stays_as_it_is_in_a_cell(text: str) -> None:
    assert cell(text) == text


def test_nobody_makes_a_title_that_is_two_lines() -> None:
    document: Document = replace(saying("Oui."), institution="A\r\nSet-Cookie: b")
    assert "\r" not in text_of(document, "txt")
    assert "\nSet-Cookie" not in text_of(document, "txt")
