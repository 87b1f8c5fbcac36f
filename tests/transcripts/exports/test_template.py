"""Minutes in the Word document of an institution: what is kept of it, what is not taken, and who sets it."""

from __future__ import annotations

import io
import random
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import docx
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEntry, Institution, User
from tests.accounts.local_cast import give, with_second_factor
from tests.cast import make_minutes
from tests.transcripts.conftest import Held
from tests.transcripts.exports.conftest import DOCUMENT, PRODUCTION, text_of_docx, through_libreoffice
from transcripts.exports import export
from transcripts.exports.compose import compose
from transcripts.exports.document import Shows
from transcripts.exports.template import MAX_BYTES, TemplateRefused, check
from transcripts.exports.zipping import without_clock
from transcripts.models import ExportTemplate

MINISTRY = "Ministère des essais"
ADD = "admin:transcripts_exporttemplate_add"


def letterhead(change: Callable[[docx.document.Document], object] = lambda word: None) -> bytes:
    word = docx.Document()
    word.styles["Heading 1"].font.name = "Marianne"
    word.sections[0].header.paragraphs[0].text = MINISTRY
    word.sections[0].footer.paragraphs[0].text = "20, avenue de Ségur"
    word.add_paragraph("Diffusion restreinte")
    change(word)
    written = io.BytesIO()
    word.save(written)
    return written.getvalue()


def with_part(name: str, content: bytes, of: bytes = b"") -> bytes:
    """`of`, or a letterhead, where a file has this content."""
    found = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(of or letterhead())) as source,
        zipfile.ZipFile(found, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for each in source.namelist():
            if each != name:
                target.writestr(each, source.read(each))
        target.writestr(name, content)
    return found.getvalue()


def replaced(part: str, old: bytes, new: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(letterhead())) as source:
        content = source.read(part)
    assert old in content
    return with_part(part, content.replace(old, new))


def with_foot(extension: str, element: str, name: str) -> bytes:
    """A foot that fetches, where its content type is told in this way."""
    attribute = "PartName" if element == "Override" else "Extension"
    told = f'<{element} {attribute}="{name}" ContentType="application/x+xml"/></Types>'
    foot = b"<ftr><instrText>INCLUDETEXT x</instrText></ftr>"
    return with_part(f"word/foot.{extension}", foot, replaced("[Content_Types].xml", b"</Types>", told.encode()))


def written_in(template: bytes) -> docx.document.Document:
    return docx.Document(io.BytesIO(export(replace(DOCUMENT, template=template), "docx")))


# What is kept


def test_page_styles_head_and_foot_are_those_of_the_institution() -> None:
    word = written_in(letterhead())
    section = word.sections[0]
    assert [line.text for line in section.header.paragraphs] == [MINISTRY, DOCUMENT.title]
    assert section.footer.paragraphs[0].text == "20, avenue de Ségur"
    assert "model demo-whisper" in section.footer.paragraphs[1].text
    assert word.styles["Heading 1"].font.name == "Marianne"
    assert [line.text for line in word.paragraphs[:2]] == ["Diffusion restreinte", DOCUMENT.title]


def test_without_one_the_head_and_foot_are_one_paragraph_each() -> None:
    section = written_in(b"").sections[0]
    assert [line.text for line in section.header.paragraphs] == [DOCUMENT.title]
    assert len(section.footer.paragraphs) == 1


def test_all_that_minutes_say_is_there_and_opens_elsewhere(tmp_path: Path) -> None:
    content = export(replace(DOCUMENT, template=letterhead()), "docx")
    for text in (text_of_docx(content), " ".join(through_libreoffice(content, "docx", tmp_path).split())):
        assert [sentence for sentence in PRODUCTION if sentence not in text] == []
    assert MINISTRY in through_libreoffice(content, "docx", tmp_path)
    assert export(replace(DOCUMENT, template=letterhead()), "docx") == content


def test_first_and_even_pages_say_how_they_were_made_too() -> None:
    def vary(word: docx.document.Document) -> None:
        word.sections[0].different_first_page_header_footer = True
        word.settings.odd_and_even_pages_header_footer = True

    section = written_in(letterhead(vary)).sections[0]
    for foot in (section.footer, section.first_page_footer, section.even_page_footer):
        assert "model demo-whisper" in foot.paragraphs[-1].text


def test_styles_that_a_document_lacks_are_added() -> None:
    def without(word: docx.document.Document) -> None:
        for name in ("Title", "Heading 1", "Heading 2", "List Bullet", "Table Grid"):
            element = word.styles[name].element
            element.getparent().remove(element)

    word = written_in(letterhead(without))
    said = [line for line in word.paragraphs if line.style and line.style.name == "List Bullet"]
    assert said
    assert all(line.text.startswith("• ") for line in said)
    grid = word.tables[0].style
    assert grid is not None
    assert grid.name == "Table Grid"


# What is not taken


ELSEWHERE = (
    '<Relationship Id="x1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/image"'
    ' Target="https://far.example/p.png" TargetMode = "External"/>'
)
MACRO_ENABLED = b"ms-word.document.macroEnabled.main"
FIELD_IN_TWO = b"</w:t><w:instrText>INCLUDE</w:instrText><w:instrText>PICTURE https://far.example/</w:instrText>"
REFUSED: dict[str, tuple[str, Callable[[], bytes]]] = {
    "nothing": ("not-word", lambda: b""),
    "half a ZIP": ("not-word", lambda: letterhead()[:900]),
    "another format": ("not-word", lambda: b"%PDF-1.7 is no document of Word's"),
    "torn styles": ("not-word", lambda: with_part("word/styles.xml", b"<w:styles")),
    "entities": ("not-word", lambda: with_part("word/styles.xml", b'<!DOCTYPE a [<!ENTITY b "bb">]><a>&b;</a>')),
    "relationships in UTF-16": (
        "fetches",
        lambda: with_part("word/_rels/x.rels", f"<Relationships>{ELSEWHERE}</Relationships>".encode("utf-16")),
    ),
    "relationships in letters by number": (
        "fetches",
        lambda: with_part(
            "word/_rels/x.rels",
            f"<R>{ELSEWHERE}</R>".replace("External", "&#69;xternal").encode(),
        ),
    ),
    "elements without an end": ("not-word", lambda: with_part("word/styles.xml", b"<a>" + b"<Relationship " * 300_000)),
    "a part of XML that is long": ("too-large", lambda: with_part("word/styles.xml", b"<a>" + bytes(6_000_000))),
    "a field in a part of another name": ("fetches", lambda: with_foot("dat", "Override", "/word/foot.dat")),
    "a field in a part of another extension": ("fetches", lambda: with_foot("dat", "Default", "DAT")),
    "a mail merge": ("fetches", lambda: with_part("word/x.xml", b"<s><mailMerge/></s>")),
    "an object of another name": (
        "runs",
        lambda: with_part("word/_rels/x.rels", f"<R>{ELSEWHERE}</R>".replace("/image", "/oleObject").encode()),
    ),
    "macros by type": (
        "runs",
        lambda: replaced("[Content_Types].xml", b"officedocument.wordprocessingml.document.main", MACRO_ENABLED),
    ),
    "macros": ("runs", lambda: with_part("word/vbaProject.bin", b"macro")),
    "an object": ("runs", lambda: with_part("word/embeddings/oleObject1.bin", b"object")),
    "a page of HTML": ("runs", lambda: with_part("word/afchunk.htm", b"<p>")),
    "a large file": ("too-large", lambda: b"a" * (MAX_BYTES + 1)),
    "a small file of many zeros": ("too-large", lambda: with_part("word/media/zeros.png", bytes(40_000_000))),
    "a picture of elsewhere": (
        "fetches",
        lambda: replaced("word/_rels/document.xml.rels", b"</Relationships>", f"{ELSEWHERE}</Relationships>".encode()),
    ),
    "a field in two runs": (
        "fetches",
        lambda: replaced("word/document.xml", b"Diffusion restreinte</w:t>", FIELD_IN_TWO),
    ),
    "a command": (
        "fetches",
        lambda: replaced(
            "word/document.xml", b"<w:t>Diffusion restreinte</w:t>", b'<w:fldSimple w:instr="DDEAUTO c:/cmd.exe"/>'
        ),
    ),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_runs_fetches_hides_or_is_no_document_is_refused(what: str) -> None:
    code, make = REFUSED[what]
    with pytest.raises(TemplateRefused) as refusal:
        check(make())
    assert refusal.value.code == code


def test_links_and_numbers_of_pages_are_taken() -> None:
    link = (
        b'<Relationship Id="x1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink"'
        b' Target="https://www.service-public.fr/" TargetMode="External"/></Relationships>'
    )
    check(replaced("word/_rels/document.xml.rels", b"</Relationships>", link))
    check(replaced("word/document.xml", b"<w:t>Diffusion", b"<w:instrText>PAGE</w:instrText><w:t>Diffusion"))


def test_spoiled_documents_are_refused_and_never_break_us() -> None:
    chance, whole = random.Random(7), without_clock(letterhead())
    for _ in range(150):
        spoiled = bytearray(whole)
        for _ in range(chance.randrange(1, 30)):
            spoiled[chance.randrange(len(spoiled))] = chance.randrange(256)
        try:
            check(bytes(spoiled))
        except TemplateRefused:
            continue
        export(replace(DOCUMENT, template=bytes(spoiled)), "docx")


# Who sets it


@pytest.fixture
def administrator(client: Client, claire: User, chen: User) -> User:
    """Of the institution of Claire."""
    give(chen, "institution-admin", claire.institution)
    with_second_factor(client, chen)
    return chen


def upload(client: Client, institution: Institution, content: bytes) -> str:
    file = SimpleUploadedFile("../papier à en-tête.docx", content)
    answer = client.post(reverse(ADD), {"institution": institution.pk, "file": file}, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


def test_administrator_sets_it_sees_an_example_and_minutes_wear_it(
    client: Client, administrator: User, held: Held
) -> None:
    institution = held.recording.meeting.room.institution
    upload(client, institution, letterhead())
    found = ExportTemplate.objects.get()
    assert found.file_name == "papier à en-tête.docx"
    page = client.get(reverse("admin:transcripts_exporttemplate_change", args=[found.pk])).content.decode()
    example = reverse("admin:transcripts_exporttemplate_example", args=[found.pk])
    assert example in page
    assert "Exemple de compte rendu" in text_of_docx(client.get(example).content)
    assert AuditEntry.objects.get(verb="template.added").details == {"fields": "file,institution"}
    minutes = make_minutes(held.recording, [(held.bilal, 65.5, "Le budget est voté.")])
    word = docx.Document(io.BytesIO(export(compose(minutes, Shows()), "docx")))
    assert word.sections[0].header.paragraphs[0].text == MINISTRY


def test_institutions_below_wear_it_until_they_have_their_own(client: Client, administrator: User, held: Held) -> None:
    institution = held.recording.meeting.room.institution
    above = Institution.objects.create(siret="1" * 14, label="Au-dessus")
    Institution.objects.filter(pk=institution.pk).update(parent=above)
    theirs = letterhead()  # written once: its date is in the file
    ExportTemplate.objects.create(institution=above, content=theirs, file_name="a.docx")
    minutes = make_minutes(held.recording, [(held.bilal, 65.5, "Le budget est voté.")])
    minutes.recording.meeting.room.institution.refresh_from_db()
    assert compose(minutes, Shows()).template == theirs
    own = letterhead(lambda word: word.add_paragraph("À nous"))
    ExportTemplate.objects.create(institution=institution, content=own, file_name="b.docx")
    assert compose(minutes, Shows()).template == own


def test_what_is_refused_is_told_and_nothing_is_set(client: Client, administrator: User, claire: User) -> None:
    assert claire.institution
    page = upload(client, claire.institution, with_part("word/vbaProject.bin", b"macro"))
    assert "macros" in page
    assert not ExportTemplate.objects.exists()


def test_example_of_somebody_elses_template_is_nobodys(client: Client, administrator: User) -> None:
    far = Institution.objects.create(siret="2" * 14, label="Ailleurs")
    found = ExportTemplate.objects.create(institution=far, content=letterhead(), file_name="a.docx")
    example = reverse("admin:transcripts_exporttemplate_example", args=[found.pk])
    assert client.get(example).status_code == 404


def test_officer_who_administers_nothing_sees_no_example(client: Client, dora: User, claire: User) -> None:
    assert claire.institution
    give(dora, "dpo", claire.institution)
    with_second_factor(client, dora)
    found = ExportTemplate.objects.create(institution=claire.institution, content=letterhead(), file_name="a.docx")
    assert client.get(reverse("admin:transcripts_exporttemplate_example", args=[found.pk])).status_code == 403
