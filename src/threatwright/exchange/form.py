"""The formats of forms. A new one is a file beside this one and a line here."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import PurePath
from typing import NamedTuple

from threatwright.exchange import (
    form_markdown,
    form_markdown_read,
    form_xlsx,
    form_xlsx_read,
    form_yaml,
)
from threatwright.exchange.form_content import Filled, Printed

XLSX_STARTS = (b"PK", b"\xd0\xcf\x11\xe0")
"""How a workbook begins, and one that is encrypted or of the old kind: they are no text."""


class FormFormat(NamedTuple):
    """A format that forms are printed in."""

    name: str
    extensions: tuple[str, ...]
    is_text: bool
    write: Callable[[Printed], bytes]


FORMS: tuple[FormFormat, ...] = (
    FormFormat("yaml", (".yaml", ".yml"), True, form_yaml.write),
    FormFormat("markdown", (".md", ".markdown"), True, form_markdown.write),
    FormFormat("xlsx", (".xlsx",), False, form_xlsx.write),
)
"""Every format, by name."""


def is_workbook(content: bytes) -> bool:
    """Whether a file is no text, but what spreadsheets are kept in."""
    return content.startswith(XLSX_STARTS)


def read(content: str | bytes, name: str) -> Filled:
    """What a form says that came back, in whichever format: bytes of a workbook, or a text.

    Raises InputError naming the place of what is wrong, or that it is no form.
    """
    if isinstance(content, bytes):
        return form_xlsx_read.read(content, name)
    extension = PurePath(name).suffix.lower()
    is_yaml = extension in FORMS[0].extensions or not form_markdown_read.is_form(content)
    if is_yaml and extension not in FORMS[1].extensions:
        return form_yaml.read(content, name)
    return form_markdown_read.read(content, name)
