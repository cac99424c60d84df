"""Which kind a document is, and that every kind keeps its promises."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.exchange.papers import down, paper, pdf
from threatwright.errors import InputError
from threatwright.exchange import documents
from threatwright.exchange.documents.document import MAX_TEXT, READABLE, Document
from threatwright.exchange.documents.formats import FORMATS, HEAD, DocumentFormat, format_of
from threatwright.model.places import Unit

SAID = "The scoring API is public."
SAYING = {
    "PDF": pdf(down(SAID)),
    "Word": paper(SAID),
    "HTML": f"<!doctype html><p>{SAID}</p>".encode(),
    "Markdown and plain text": SAID.encode(),
}
every_format = pytest.mark.parametrize("kind", FORMATS, ids=lambda kind: kind.name)


def read(content: bytes, file: str) -> Document:
    return format_of(content[:HEAD], file, file).read(content, file)


@every_format
def test_every_kind_gives_the_text(kind: DocumentFormat) -> None:
    assert kind.read(SAYING[kind.name], "x").text.strip() == SAID


@every_format
def test_every_kind_is_told_by_its_content_whatever_the_file_is_called(
    kind: DocumentFormat,
) -> None:
    assert format_of(SAYING[kind.name][:HEAD], "x.bin", "x.bin") is kind


@every_format
def test_every_kind_is_told_by_its_name_where_the_content_does_not_say(
    kind: DocumentFormat,
) -> None:
    for extension in kind.extensions:
        assert format_of(b"anything", f"x{extension.upper()}", "x") is kind


@every_format
def test_every_kind_stands_among_those_that_errors_list(kind: DocumentFormat) -> None:
    assert kind.name in READABLE
    assert kind.extensions[0] in READABLE


def test_every_file_that_reads_documents_is_listed() -> None:
    folder = Path(documents.__file__ or "").parent
    readers = {
        path.stem for path in folder.glob("*.py") if "\ndef read(" in path.read_text("utf-8")
    }
    assert readers == {kind.read.__module__.rpartition(".")[2] for kind in FORMATS}


def test_no_library_is_imported_before_a_document_needs_it() -> None:
    seen = "import sys; import threatwright.exchange.documents.formats; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", seen], capture_output=True, text=True, check=True)
    assert not {"bs4", "charset_normalizer", "defusedxml", "mammoth", "pypdf"} & {
        *done.stdout.split()
    }


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"\x89PNG\r\n\x1a\n", "a picture"),
        (b"\xff\xd8\xff\xe0", "a picture"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "old Office programs, or one that a password protects"),
        (b"{\\rtf1\\ansi", "rich text"),
        (b"\x1f\x8b\x08", "a compressed file"),
        (b'<?xml version="1.0"?><mxfile/>', "XML"),
        (b"\xef\xbb\xbf\n<mxfile>", "draw.io"),
        (b"Subject: Exported\r\nMIME-Version: 1.0\r\n", "web archive"),
    ],
)
def test_another_kind_is_called_what_it_is(content: bytes, what: str) -> None:
    with pytest.raises(InputError, match=what) as told:
        format_of(content, "design.docx", "design.docx")
    assert told.value.fix == READABLE


def test_a_text_that_speaks_of_a_kind_is_not_of_it() -> None:
    for text in (b"A file begins with %PDF-1.7.", b"Use <html> here.", b"PK is a district."):
        assert format_of(text, "notes.md", "notes.md") is FORMATS[-1]


def test_xhtml_is_read_as_html() -> None:
    page = b'<?xml version="1.0"?>\n<!DOCTYPE html><html><body><p>Hello.</p></body></html>'
    assert read(page, "x.xhtml").text == "Hello.\n"


@every_format
@settings(max_examples=40)
@given(chance=st.data())
def test_a_damaged_document_is_read_or_refused_and_nothing_else(
    kind: DocumentFormat, chance: st.DataObject
) -> None:
    content = bytearray(SAYING[kind.name])
    for _ in range(chance.draw(st.integers(1, 30))):
        place = chance.draw(st.integers(0, len(content) - 1))
        content[place] = chance.draw(st.integers(0, 255))
    cut = bytes(content[: chance.draw(st.integers(0, len(content)))])
    for damaged in (bytes(content), cut):
        try:
            found = kind.read(damaged, "x")
        except InputError:
            continue
        assert len(found.text) <= MAX_TEXT


@every_format
def test_what_is_longer_than_anybody_reads_is_refused(kind: DocumentFormat) -> None:
    words = "word " * (MAX_TEXT // 5 + 1)
    much = {
        "PDF": pdf(*[down(*[words[:5000]] * 50) for _ in range(5)]),
        "Word": paper(words),
        "HTML": words.encode(),
        "Markdown and plain text": words.encode(),
    }
    with pytest.raises(InputError, match="more than 1 million characters"):
        kind.read(much[kind.name], "x")


def test_places_are_counted_in_what_a_reader_can_count() -> None:
    units = {kind.name: kind.read(SAYING[kind.name], "x").places.unit for kind in FORMATS}
    assert units == {
        "PDF": Unit.PAGE,
        "Word": Unit.PARAGRAPH,
        "HTML": Unit.PARAGRAPH,
        "Markdown and plain text": Unit.LINE,
    }
