"""Reads the text of PDF files, its places counted in pages."""

from __future__ import annotations

import io
import struct
import zlib
from typing import TYPE_CHECKING, NamedTuple

from threatwright.errors import InputError
from threatwright.exchange.documents.document import MAX_TEXT, Document, quiet, too_long
from threatwright.exchange.documents.pdf_lines import Line, lines_of
from threatwright.exchange.documents.pdf_text import text_of
from threatwright.model.places import Places, Unit

if TYPE_CHECKING:
    from pypdf import PageObject

_BROKEN = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    EOFError,
    LookupError,
    OSError,
    RuntimeError,
    TypeError,
    ValueError,
    struct.error,
    zlib.error,
)
"""What pypdf raises besides its own errors for a file that is damaged, by where it stumbles."""

_BLANK = 200
"""Bytes of drawing on a page that shows nothing: word processors set it up all the same."""


class _Read(NamedTuple):
    """What was read of a file: the lines of each page, and the numbers of the others."""

    pages: list[list[Line]]
    pictures: list[int]
    """Pages that show pictures and no text."""
    damaged: list[int]


def read(content: bytes, name: str) -> Document:
    """The text of all pages that can be read.

    Raises InputError for a file that is damaged, that only a password opens, or that holds no text.
    """
    from pypdf.errors import DependencyError, PyPdfError

    try:
        with quiet("pypdf"):
            found = _read(content, name)
    except DependencyError as error:
        raise _locked(name) from error
    except (PyPdfError, *_BROKEN) as error:
        raise _damaged(name) from error
    text, starts = text_of(found.pages)
    if not text:
        is_damaged = found.damaged or not found.pages
        raise _damaged(name) if is_damaged else _without_text(name, found)
    return Document(
        text,
        Places(unit=Unit.PAGE, pages=starts),
        left_out=_left_out(found),
        remedy="Say in an interview what stands there, or run text recognition (OCR) on it first.",
    )


def _left_out(found: _Read) -> str:
    missing = []
    if found.damaged:
        missing.append(f"nothing can be read on {_listed(found.damaged)}")
    if found.pictures:
        missing.append(f"there is no text on {_listed(found.pictures)}, only pictures")
    return "; ".join(missing)


def _read(content: bytes, name: str) -> _Read:
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    reader = PdfReader(io.BytesIO(content))
    if reader.is_encrypted and not reader.decrypt(""):
        raise _locked(name)
    found = _Read([], [], [])
    left = MAX_TEXT
    # By number: of a damaged file, getting a page may fail, and the others shall be had.
    for number in range(len(reader.pages)):
        lines: list[Line] = []
        try:
            page = reader.pages[number]
            lines = lines_of(page)
            if not lines and _shows_something(page):
                found.pictures.append(number + 1)
        except (PyPdfError, *_BROKEN):
            found.damaged.append(number + 1)
        found.pages.append(lines)
        left -= sum(len(line.text) for line in lines)
        if left < 0:
            raise too_long(name)
    return found


def _shows_something(page: PageObject) -> bool:
    contents = page.get_contents()
    return len(page.images) > 0 or (contents is not None and len(contents.get_data()) > _BLANK)


def _locked(name: str) -> InputError:
    return InputError(
        f"{name} is encrypted; only a password opens it.",
        "Open it in a viewer and save it without a password, or hand in its text as .txt.",
    )


def _damaged(name: str) -> InputError:
    return InputError(
        f"{name} cannot be read as a PDF: it is damaged, or something else.",
        "Open it in a viewer and print it into a new PDF, or hand in its text as .txt.",
    )


def _without_text(name: str, found: _Read) -> InputError:
    what = "its page is" if len(found.pages) == 1 else f"its {len(found.pages)} pages are"
    why = "pictures, as a scanner makes them" if found.pictures else "without any"
    return InputError(
        f"{name} holds no text: {what} {why}.",
        "Run text recognition (OCR) on it first, or describe the system in a few sentences.",
    )


def _listed(numbers: list[int]) -> str:
    """Page numbers in words, "pages 2, 3 and 7"; of many, how many."""
    if len(numbers) > 5:
        return f"{len(numbers)} of its pages"
    if len(numbers) == 1:
        return f"page {numbers[0]}"
    return f"pages {', '.join(map(str, numbers[:-1]))} and {numbers[-1]}"
