"""Minutes with everything in them, and the programs of others that read the files."""

from __future__ import annotations

import io
import shutil
import subprocess
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import uuid4

import mammoth
import odf.opendocument
import odf.teletype
import odf.text
import pytest

from transcripts.exports import export
from transcripts.exports.document import Approval, Chapter, Document, Item, ItemKind, Production
from transcripts.minutes import Model, Person, Spoken, Unrecorded
from transcripts.models import SpeakerAssurance

HOSTILE = (
    "1\n\n00:00.000 --> 00:09.000\n<v Chen>& <b>faux</b> ]]> --> \u2028 \x0b NOTE \u202egro.live\u202c "
    "=cmd|' /C calc'!A0"
)
WORD = "é𝄞" * 5_000


def spoken(start: float, text: str, name: str = "Claire Fontaine", voice: int | None = None) -> Spoken:
    assurance = SpeakerAssurance.SHARED_MICROPHONE if voice else SpeakerAssurance.VERIFIED
    return Spoken(start, start + 2.5, name, assurance, voice, text, uuid4(), start, start + 2.5)


DOCUMENT = Document(
    language="en",
    title="Comité : suivi & budget",
    institution="DINUM",
    started_at=datetime(2026, 11, 19, 9, 1, tzinfo=UTC),
    stopped_at=datetime(2026, 11, 19, 9, 30, tzinfo=UTC),
    people=(
        Person("Claire Fontaine", "DINUM", SpeakerAssurance.VERIFIED, shared_microphone=False),
        Person("Salle 3", "", SpeakerAssurance.DECLARED, shared_microphone=True),
    ),
    off_record=1,
    chapters=(
        Chapter("", 0.0, (replace(spoken(1.5, "Bonjour à tous."), is_suspect=True), Unrecorded(5.0, 9.0))),
        Chapter("Budget <2027>", 3700.0, (spoken(3725.25, "Oui, أهلا وسهلا.", "Salle 3", 2),)),
    ),
    items=(
        Item(ItemKind.DECISION, "Voter le budget", at=(3725.25,)),
        Item(ItemKind.ACTION, "Écrire la note", "Claire Fontaine", date(2026, 12, 1), at=(1.5,)),
        Item(ItemKind.ACTION, "=HYPERLINK(1)", validated=False, generated=True),
        Item(ItemKind.QUESTION, "Qui paie ?", generated=True),
    ),
    production=Production(
        model=Model("demo-whisper", is_demonstration=True, description="670 words.", version="0a1b2c"),
        made_at=datetime(2026, 11, 19, 10, 0, tzinfo=UTC),
        corrections=3,
        correctors=("Bilal Mercier",),
        approval=Approval(1, "Claire Fontaine", datetime(2026, 11, 20, 8, 0, tzinfo=UTC), "d1" * 32, "k1"),
        missing_s=12,
    ),
)
# What each copy that is read by people says, whatever its format.
PRODUCTION = [
    "model demo-whisper, version 0a1b2c",
    "They may contain errors: the recording counts.",
    "Corrected by hand: 3 corrections (Bilal Mercier).",
    "Version 1, approved by Claire Fontaine",
    "d1d1d1d1d1d1d1d1",
    "generated, not validated",
    "[generated, accepted by a person]",
    "Decisions, actions and questions that are marked as generated were written by a machine.",
    "Off the record: 1 person",
    "1 line is to be read again, as somebody off the record spoke near that microphone: 00:01.",
    "12 seconds are missing from the recording, after a failure.",
]


def saying(*texts: str, title: str = "T", name: str = "Claire Fontaine") -> Document:
    """Minutes in which `texts` were said, one after the other."""
    lines = tuple(spoken(float(number), text, name) for number, text in enumerate(texts))
    items = tuple(Item(kind, text, owner=name) for kind in ItemKind for text in texts)
    return replace(DOCUMENT, title=title, chapters=(Chapter(title, 0.0, lines),), items=items)


def text_of_docx(content: bytes) -> str:
    return str(mammoth.extract_raw_text(io.BytesIO(content)).value)


def text_of_odt(content: bytes) -> str:
    found = odf.opendocument.load(io.BytesIO(content))
    return "\n".join(
        odf.teletype.extractText(each) for kind in (odf.text.H, odf.text.P) for each in found.getElementsByType(kind)
    )


def text_of_pdf(content: bytes) -> str:
    """By Poppler: pypdf loses a whole page over one letter of four bytes."""
    command = ["pdftotext", "-nopgbrk", "-", "-"]
    found = subprocess.run(command, input=content, check=True, capture_output=True, timeout=60).stdout.decode()
    return " ".join(found.split())


def through_libreoffice(content: bytes, extension: str, folder: Path) -> str:
    """Opened by LibreOffice, printed by it as PDF, and read."""
    if not shutil.which("soffice"):
        pytest.fail("LibreOffice is missing: deploy/debian lists it for tests")
    source = folder / f"minutes.{extension}"
    source.write_bytes(content)
    profile = f"-env:UserInstallation=file://{folder}/profile"
    command = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", str(folder), str(source)]
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    return text_of_pdf((folder / "minutes.pdf").read_bytes())


def text_of(document: Document, file_format: str) -> str:
    return export(document, file_format).decode("utf-8-sig")
