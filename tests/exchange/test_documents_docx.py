from __future__ import annotations

import io
import zipfile

import pytest

from tests.exchange.papers import paper, part_of, rezipped, word
from threatwright.errors import InputError
from threatwright.exchange.documents import docx
from threatwright.exchange.documents.docx import read

BODY = "word/document.xml"


def changed(content: bytes, old: bytes, new: bytes) -> bytes:
    body = part_of(content, BODY)
    assert old in body
    return rezipped(content, {BODY: body.replace(old, new, 1)})


def archive(**files: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        for name, text in files.items():
            made.writestr(name.replace("__", "/"), text)
    return out.getvalue()


def test_headings_paragraphs_lists_and_tables_are_kept() -> None:
    content = word(
        ("Title", "Payments"),
        ("Heading 1", "Parts"),
        ("Normal", "Clients call the API."),
        ("List Bullet", "one"),
        ("List Bullet", "two"),
        ("List Number", "first"),
        [["Part", "Sign-in"], ["API", "API key"]],
        ("Heading 2", "Data"),
    )
    assert read(content, "x").text == (
        "# Payments\n\n# Parts\n\nClients call the API.\n\n- one\n- two\n1. first\n\n"
        "| Part | Sign-in |\n| API | API key |\n\n## Data\n"
    )


def test_what_was_deleted_is_left_out_and_what_was_inserted_is_read() -> None:
    said = b"<w:t>The API is public.</w:t>"
    content = changed(
        paper("The API is public."),
        b"<w:r>" + said + b"</w:r>",
        b'<w:ins w:id="1"><w:r><w:t>It is internal.</w:t></w:r></w:ins>'
        b'<w:del w:id="2"><w:r><w:delText>It is public.</w:delText></w:r></w:del>',
    )
    assert read(content, "x").text == "It is internal.\n"


def test_a_field_of_a_form_is_read() -> None:
    run = b"<w:r><w:t>The API is public.</w:t></w:r>"
    inside = b"<w:sdt><w:sdtContent>" + run + b"</w:sdtContent></w:sdt>"
    assert read(changed(paper("The API is public."), run, inside), "x").text == (
        "The API is public.\n"
    )


def test_a_table_of_contents_says_nothing() -> None:
    content = changed(
        paper("Parts\nThe API."), b"<w:p>", b'<w:p><w:pPr><w:pStyle w:val="TOC1"/></w:pPr>'
    )
    styles = part_of(content, "word/styles.xml")
    toc = (
        b'<w:style w:type="paragraph" w:styleId="TOC1"><w:name w:val="toc 1"/></w:style></w:styles>'
    )
    content = rezipped(content, {"word/styles.xml": styles.replace(b"</w:styles>", toc)})
    assert read(content, "x").text == "The API.\n"


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (archive(xl__workbook="x"), "an Excel workbook"),
        (archive(ppt__presentation="x"), "a PowerPoint presentation"),
        (archive(**{"content.xml": "x"}), "an OpenDocument file"),
        (archive(README="x"), "an archive of files"),
        (archive(), "an archive of files"),
    ],
)
def test_another_archive_is_called_what_it_is(content: bytes, what: str) -> None:
    with pytest.raises(InputError, match=what) as told:
        read(content, "design.docx")
    assert ".docx" in told.value.fix


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"no archive",
        b"PK\x03\x04 and no more",
        paper("x")[:-200],
        archive(word__document="x"),
        archive(**{"word/document.xml": "<a>"}),
        rezipped(paper("x"), {BODY: b"<a/>"}),
        rezipped(paper("x"), {"word/numbering.xml": b"<w:"}),
    ],
)
def test_what_is_damaged_is_told(content: bytes) -> None:
    with pytest.raises(InputError, match="cannot be read as a Word document"):
        read(content, "design.docx")


def test_an_archive_that_unpacks_to_far_more_is_not_unpacked() -> None:
    filling = b"<a>" + b" " * docx.MAX_XML + b"</a>"
    bomb = rezipped(paper("x"), {"word/filling.xml": filling})
    assert len(bomb) < 200_000
    with pytest.raises(InputError, match="unpacks to far more than a document holds: over 15 MB"):
        read(bomb, "design.docx")


def test_countless_elements_are_refused_before_they_fill_the_memory() -> None:
    body = part_of(paper("x"), BODY)
    many = body.replace(b"<w:sectPr", b"<w:p/>" * docx.MAX_ELEMENTS + b"<w:sectPr", 1)
    with pytest.raises(InputError, match="or 500,000 elements"):
        read(rezipped(paper("x"), {BODY: many}), "design.docx")


def test_an_archive_of_countless_parts_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(docx, "MAX_PARTS", 3)
    with pytest.raises(InputError, match="unpacks to far more"):
        read(paper("x"), "design.docx")


def test_pictures_count_for_nothing() -> None:
    content = rezipped(paper("The API."), {"word/media/a.png": b"\0" * (docx.MAX_XML + 1)})
    assert read(content, "x").text == "The API.\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_entities_are_refused_wherever_they_stand(encoding: str) -> None:
    laughs = (
        f'<?xml version="1.0" encoding="{encoding}"?><!DOCTYPE a [<!ENTITY b "ha">'
        '<!ENTITY c "&b;&b;&b;">]><a>&c;</a>'
    )
    for part in (BODY, "word/styles.xml", "_rels/.rels"):
        content = rezipped(paper("x"), {part: laughs.encode(encoding)})
        with pytest.raises(InputError, match="declares entities") as told:
            read(content, "design.docx")
        assert part in told.value.problem


def test_no_file_beside_the_document_is_read() -> None:
    relations = part_of(paper("x"), "word/_rels/document.xml.rels")
    outside = (
        b'<Relationship Id="rId99" TargetMode="External" Target="file:///etc/passwd"'
        b' Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/image"/>'
        b"</Relationships>"
    )
    content = rezipped(
        paper("The API."),
        {"word/_rels/document.xml.rels": relations.replace(b"</Relationships>", outside)},
    )
    assert read(content, "x").text == "The API.\n"
