"""Documents for the tests, made as they need them: PDF by hand, Word as Word would save it."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from typing import NamedTuple

BODY = 11.0


class At(NamedTuple):
    """A line of a page: where it stands, in points from the lower left, in what size."""

    y: float
    text: str
    size: float = BODY
    x: float = 72.0


def down(*texts: str, top: float = 760, by: float = 14) -> list[At]:
    """Lines one below the other; an empty one leaves room."""
    return [At(top - n * by, text) for n, text in enumerate(texts) if text]


PICTURE = b"/XObject << /I 4 0 R >>"
"""The resources of a page that shows a picture."""


def pdf(*pages: Sequence[At] | bytes, pictures_on: Sequence[int] = ()) -> bytes:
    """A PDF of these pages, of lines in Helvetica or of what is drawn on them as it stands.

    On some, counted from 1, is a picture besides.
    """
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        _stream(
            b"\x7f",
            b"/Type /XObject /Subtype /Image /Width 1 /Height 1 /BitsPerComponent 8"
            b" /ColorSpace /DeviceGray",
        ),
    ]
    kids = []
    for number, page in enumerate(pages, 1):
        has_picture = number in pictures_on
        drawn = b"q 100 0 0 100 72 600 cm /I Do Q\n" if has_picture else b""
        drawn += page if isinstance(page, bytes) else b"\n".join(map(_shown, page))
        objects.append(_stream(drawn))
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 842] /Contents %d 0 R"
            b" /Resources << /Font << /F 3 0 R >> %s >> >>"
            % (len(objects), PICTURE if has_picture else b"")
        )
        kids.append(b"%d 0 R" % len(objects))
    objects[1] = b"<< /Type /Pages /Kids [%s] /Count %d >>" % (b" ".join(kids), len(kids))
    return _file(objects)


def _stream(content: bytes, more: bytes = b"") -> bytes:
    return b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(content), more, content)


def _shown(line: At) -> bytes:
    text = line.text.encode("cp1252").replace(b"\\", b"\\\\")
    text = text.replace(b"(", b"\\(").replace(b")", b"\\)")
    return b"BT /F %.1f Tf 1 0 0 1 %.1f %.1f Tm (%s) Tj ET" % (line.size, line.x, line.y, text)


def _file(objects: Sequence[bytes]) -> bytes:
    out, places = b"%PDF-1.7\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return out + (
        b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(objects) + 1, table)
        + b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n"
        % (len(objects) + 1, len(out))
    )


def encrypted(content: bytes, password: str) -> bytes:
    """A PDF that needs a password to be read; an empty one only forbids to print and to copy."""
    from pypdf import PdfReader, PdfWriter

    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(content)))
    writer.encrypt(password, "owner", algorithm="AES-256")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


# --- Word -------------------------------------------------------------------------------------


def word(*parts: tuple[str, str] | Sequence[Sequence[str]]) -> bytes:
    """A Word document of paragraphs, each with its style and text, and of tables."""
    import docx

    document = docx.Document()
    for part in parts:
        if isinstance(part, tuple):
            style, text = part
            document.add_paragraph(text, style=style)
        else:
            table = document.add_table(rows=0, cols=len(part[0]))
            for row in part:
                for cell, text in zip(table.add_row().cells, row, strict=True):
                    cell.text = text
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def paper(text: str) -> bytes:
    """A Word document of headings (#), items (-) and paragraphs, one a line."""
    styles = {"# ": "Title", "## ": "Heading 1", "- ": "List Bullet"}
    parts = []
    for line in filter(None, text.split("\n")):
        mark = next((mark for mark in styles if line.startswith(mark)), "")
        parts.append((styles.get(mark, "Normal"), line.removeprefix(mark)))
    return word(*parts)


def rezipped(content: bytes, files: Mapping[str, bytes]) -> bytes:
    """An archive with some of its files exchanged, or added."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            if name not in files:
                new.writestr(name, old.read(name))
        for name, changed in files.items():
            new.writestr(name, changed)
    return out.getvalue()


def part_of(content: bytes, name: str) -> bytes:
    """A file of an archive."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return archive.read(name)
