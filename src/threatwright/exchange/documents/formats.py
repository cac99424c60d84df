"""The kinds of documents that can be read. A new one is a file and a line here."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import PurePath
from typing import NamedTuple

from threatwright.errors import InputError
from threatwright.exchange.documents import docx, html, pdf, text
from threatwright.exchange.documents.document import READABLE, Document

HEAD = 1024
"""Bytes at the beginning of a file that show what it is."""


class DocumentFormat(NamedTuple):
    """A kind of document."""

    name: str
    extensions: tuple[str, ...]
    limit: int
    """Bytes of the largest that is read."""
    begins: Callable[[bytes], bool]
    """Whether the first `HEAD` bytes of a file are of this kind, and of no other."""
    read: Callable[[bytes, str], Document]
    """From the bytes, and what errors call them. Raises InputError."""


def _begins_pdf(head: bytes) -> bool:
    return head.lstrip().startswith(b"%PDF-")


def _begins_zip(head: bytes) -> bool:
    return head.startswith((b"PK\x03\x04", b"PK\x05\x06"))


def _begins_html(head: bytes) -> bool:
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    is_xhtml = start.startswith(b"<?xml") and b"<html" in start
    return is_xhtml or start.startswith((b"<!doctype html", b"<html"))


def _never(head: bytes) -> bool:
    return False


FORMATS: tuple[DocumentFormat, ...] = (
    DocumentFormat("PDF", (".pdf",), 25_000_000, _begins_pdf, pdf.read),
    DocumentFormat("Word", (".docx",), 25_000_000, _begins_zip, docx.read),
    DocumentFormat("HTML", (".html", ".htm", ".xhtml"), 5_000_000, _begins_html, html.read),
    DocumentFormat("Markdown and plain text", (".md", ".txt"), 1_000_000, _never, text.read),
)
"""Every kind; the last is for whatever is none of the others."""

_OTHERS: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"\xd0\xcf\x11\xe0", "a file of old Office programs, or one that a password protects"),
    (b"{\\rtf", "rich text (RTF)"),
    (b"%!PS", "PostScript"),
    (b"\x1f\x8b", "a compressed file"),
    (b"<?xml", "XML"),
    (b"<mxfile", "a drawing of draw.io"),
)


def format_of(head: bytes, file: str, name: str) -> DocumentFormat:
    """The kind of a document, by its first bytes, else by the name of its file.

    `name` is what errors call it. Raises InputError for what is of a kind that cannot be read.
    """
    for kind in FORMATS:
        if kind.begins(head):
            return kind
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if b"\nMIME-Version:" in b"\n" + head:
        what = "an e-mail or web archive (MIME), as some wikis export it"
        raise InputError(f"{name} is {what}, which cannot be read.", READABLE)
    for magic, what in _OTHERS:
        if start.startswith(magic):
            raise InputError(f"{name} is {what}, which cannot be read.", READABLE)
    extension = PurePath(file).suffix.lower()
    return next((kind for kind in FORMATS if extension in kind.extensions), FORMATS[-1])
