"""Reads the text of PDF files, its places counted in pages."""

from __future__ import annotations

import io
import logging
import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from threatwright.errors import InputError
from threatwright.exchange.documents.document import MAX_TEXT, Document, too_long
from threatwright.exchange.documents.pdf_lines import Line, lines_of
from threatwright.exchange.documents.pdf_text import text_of
from threatwright.model.places import Places, Unit

if TYPE_CHECKING:
    from pypdf import PageObject, PdfReader

_BROKEN = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    EOFError,
    LookupError,
    NotImplementedError,
    OSError,
    RecursionError,
    TypeError,
    ValueError,
    struct.error,
    zlib.error,
)
"""What pypdf raises besides its own errors for a file that is damaged, by where it stumbles."""


def read(content: bytes, name: str) -> Document:
    """The text of all pages.

    Raises InputError for a file that is damaged, that only a password opens, or that holds no text.
    """
    from pypdf.errors import DependencyError, PyPdfError

    try:
        with _quiet():
            pages, pictures = _pages(content, name)
    except DependencyError as error:
        raise _locked(name) from error
    except (PyPdfError, *_BROKEN) as error:
        raise InputError(
            f"{name} cannot be read as a PDF: it is damaged, or something else.",
            "Open it in a viewer and print it into a new PDF, or hand in its text as .txt.",
        ) from error
    text, starts = text_of(pages)
    if not text:
        raise _without_text(name, len(pages), len(pictures))
    places = Places(unit=Unit.PAGE, pages=starts)
    if not pictures:
        return Document(text, places)
    return Document(
        text,
        places,
        left_out=f"{name}: there is no text on {_listed(pictures)}, only pictures.",
        remedy="Say in an interview what they show, or run text recognition (OCR) on it first.",
    )


def _pages(content: bytes, name: str) -> tuple[list[list[Line]], list[int]]:
    """The lines of each page, and the numbers of the pages with pictures and no text."""
    from pypdf import PdfReader

    reader = PdfReader(io.BytesIO(content))
    if reader.is_encrypted and not reader.decrypt(""):
        raise _locked(name)
    pages: list[list[Line]] = []
    pictures: list[int] = []
    left = MAX_TEXT
    for page in _each(reader):
        pages.append(lines_of(page))
        left -= sum(len(line.text) for line in pages[-1])
        if left < 0:
            raise too_long(name)
        if not pages[-1] and len(page.images):
            pictures.append(len(pages))
    return pages, pictures


def _each(reader: PdfReader) -> Iterator[PageObject]:
    # By number, as an iterator would count the pages anew for each.
    for number in range(len(reader.pages)):
        yield reader.pages[number]


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep the library's remarks about small faults of a file from the terminal."""
    logger = logging.getLogger("pypdf")
    level = logger.level
    logger.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        logger.setLevel(level)


def _locked(name: str) -> InputError:
    return InputError(
        f"{name} is encrypted; only a password opens it.",
        "Open it in a viewer and save it without a password, or hand in its text as .txt.",
    )


def _without_text(name: str, pages: int, pictures: int) -> InputError:
    what = f"its {pages} pages are" if pages != 1 else "its page is"
    why = f"{what} pictures, as a scanner makes them" if pictures else f"{what} without any"
    return InputError(
        f"{name} holds no text: {why}.",
        "Run text recognition (OCR) on it first, or describe the system in a few sentences.",
    )


def _listed(numbers: list[int]) -> str:
    """Page numbers in words, "pages 2, 3 and 7"; of many, how many."""
    if len(numbers) > 5:
        return f"{len(numbers)} of its pages"
    if len(numbers) == 1:
        return f"page {numbers[0]}"
    return f"pages {', '.join(map(str, numbers[:-1]))} and {numbers[-1]}"
