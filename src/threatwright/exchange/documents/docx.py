"""Reads Word documents (.docx): headings, paragraphs, lists, tables and footnotes as Markdown."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Sequence
from typing import IO
from xml.parsers.expat import ExpatError

from threatwright.errors import InputError
from threatwright.exchange.documents.document import Document
from threatwright.exchange.documents.html import markdown_of, parsed
from threatwright.exchange.plain import one_line
from threatwright.model.places import Places, Unit

MAX_XML = 15_000_000
"""Bytes of XML that a document may hold once it is unpacked."""
MAX_ELEMENTS = 500_000
"""Elements in it: they are kept in memory as a tree, a kilobyte and more for each."""
MAX_PARTS = 10_000

_STYLES = """
p[style-name='Title'] => h1:fresh
p[style-name^='toc '] => !
p[style-name^='TOC '] => !
"""
_OTHERS = {
    "xl/": "an Excel workbook",
    "ppt/": "a PowerPoint presentation",
    "content.xml": "an OpenDocument file",
}
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    ExpatError,
    ArithmeticError,
    AttributeError,
    EOFError,
    LookupError,
    OSError,
    RuntimeError,
    TypeError,
    ValueError,
)
"""What the libraries raise for one that is damaged, whatever they stumble over first."""


def read(content: bytes, name: str) -> Document:
    """The text, its places counted in paragraphs.

    Raises InputError for what is no Word document, is damaged, or unpacks to far more than it is.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            page = _as_html(_checked(archive, name))
    except _BROKEN as error:
        raise InputError(
            f"{name} cannot be read as a Word document: it is damaged, or something else.",
            "Open it in a word processor, save it anew as .docx, and hand that in.",
        ) from error
    return Document(markdown_of(parsed(page, name), name), Places(unit=Unit.PARAGRAPH))


def _as_html(document: IO[bytes]) -> str:
    import mammoth

    no_picture = mammoth.images.img_element(lambda image: {})
    made = mammoth.convert_to_html(
        document,
        style_map=_STYLES,
        include_embedded_style_map=False,
        convert_image=no_picture,
    )
    return str(made.value)


def _checked(archive: zipfile.ZipFile, name: str) -> IO[bytes]:
    """The document without pictures and all else that is not XML, which may do no harm."""
    parts = [part for part in archive.infolist() if not part.is_dir()]
    _refuse_others([part.filename for part in parts], name)
    xml = [part for part in parts if part.filename.lower().endswith((".xml", ".rels"))]
    if len(xml) > MAX_PARTS or sum(part.file_size for part in xml) > MAX_XML:
        raise _too_much(name)
    kept = io.BytesIO()
    elements = 0
    with zipfile.ZipFile(kept, "w") as copy:
        for part in xml:
            content = archive.read(part)
            elements += _elements(content, part.filename, name)
            if elements > MAX_ELEMENTS:
                raise _too_much(name)
            copy.writestr(part.filename, content)
    kept.seek(0)
    return kept


def _too_much(name: str) -> InputError:
    return InputError(
        f"{name} unpacks to far more than a document holds: over {MAX_XML / 1_000_000:.0f} MB, "
        f"or {MAX_ELEMENTS:,} elements.",
        "Check where it came from, or hand in the part that matters.",
    )


def _refuse_others(files: Sequence[str], name: str) -> None:
    if any(file.startswith("word/") for file in files):
        return
    found = (kind for start, kind in _OTHERS.items() if any(f.startswith(start) for f in files))
    raise InputError(
        f"{name} is {next(found, 'an archive of files')}, which cannot be read.",
        "Save its text as a Word document (.docx) or plain text (.txt), and hand that in.",
    )


def _elements(content: bytes, part: str, name: str) -> int:
    """How many elements there are in a part.

    Raises InputError if it declares entities, with which a few bytes can fill the memory.
    """
    from xml.sax import ContentHandler, SAXParseException

    import defusedxml.sax
    from defusedxml import DefusedXmlException

    class Count(ContentHandler):
        number = 0

        def startElement(self, name: str, attrs: object) -> None:
            self.number += 1

    count = Count()
    try:
        defusedxml.sax.parseString(content, count, forbid_dtd=True)
    except DefusedXmlException as error:
        raise InputError(
            f"{name} declares entities (in {one_line(part)}), which no word processor does.",
            "Check where it came from; open it in a word processor and save it anew.",
        ) from error
    except SAXParseException as error:
        raise ValueError(str(error)) from error
    return count.number
