"""Reads plain text and Markdown, which stay as they are; of other encodings makes a good guess."""

from __future__ import annotations

from threatwright.errors import InputError
from threatwright.exchange.documents.document import MAX_TEXT, READABLE, Document, too_long

_BYTE_ORDER_MARKS = (b"\xff\xfe", b"\xfe\xff")
_COMMON = "cp1252"
"""What most texts that are not in UTF-8 are in; it is tried before the less common."""


def read(content: bytes, name: str) -> Document:
    """The text, with line feeds at the ends of its lines.

    Raises InputError if it is no text, or in no encoding that can be told.
    """
    if content.startswith(_BYTE_ORDER_MARKS):
        return Document(_decoded(content, "utf-16", name))
    if b"\0" in content:
        raise InputError(f"{name} is not a text: it holds NUL bytes.", READABLE)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return _guessed(content, name, error)
    return Document(_with_line_feeds(text, name))


def _decoded(content: bytes, encoding: str, name: str) -> str:
    try:
        return _with_line_feeds(content.decode(encoding), name)
    except UnicodeDecodeError as error:
        raise _refusal(content, name, error, encoding) from error


def _guessed(content: bytes, name: str, error: UnicodeDecodeError) -> Document:
    encoding = _encoding_of(content)
    if encoding is None:
        raise _refusal(content, name, error, "UTF-8") from error
    return Document(
        _decoded(content, encoding, name),
        left_out=f"it is not in UTF-8, and was read as {encoding}",
        remedy="Save it in UTF-8 if letters in it come out wrong.",
    )


def _encoding_of(content: bytes) -> str | None:
    """What a text is most likely in that is not in UTF-8; None if nothing explains its bytes."""
    from charset_normalizer import from_bytes

    if from_bytes(content, cp_isolation=[_COMMON]).best() is not None:
        return _COMMON
    best = from_bytes(content).best()
    is_western = sum(byte < 128 for byte in content) > len(content) / 2
    if is_western and (best is None or not best.coherence) and _can_be_common(content):
        return _COMMON  # a language was not recognised: too little text to tell the rare ones
    return best.encoding if best is not None else None


def _can_be_common(content: bytes) -> bool:
    try:
        content.decode(_COMMON)
    except UnicodeDecodeError:
        return False
    return True


def _refusal(content: bytes, name: str, error: UnicodeDecodeError, encoding: str) -> InputError:
    line = content.count(b"\n", 0, error.start) + 1
    byte = content[error.start]
    return InputError(
        f"{name} is not in {encoding.upper()}: line {line} holds the byte 0x{byte:02x}.",
        "Save it in UTF-8 and try again.",
    )


def _with_line_feeds(text: str, name: str) -> str:
    if len(text) > MAX_TEXT:
        raise too_long(name)
    return text.replace("\r\n", "\n").replace("\r", "\n")
