"""Reads HTML: headings, paragraphs, lists and tables as Markdown; scripts and menus not at all."""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable
from typing import TYPE_CHECKING

from threatwright.engine.text.sentences import word_set
from threatwright.errors import InputError
from threatwright.exchange.documents.document import MAX_TEXT, Document, quiet, too_long
from threatwright.model.places import Places, Unit

if TYPE_CHECKING:
    from bs4 import BeautifulSoup
    from bs4.element import PageElement, Tag

Ending = Callable[[], None]

_UNSAID = word_set(
    "button canvas embed head iframe math nav noscript object script select style svg template"
    " textarea"
)
_BLOCKS = word_set(
    "address article aside blockquote body caption center dd details dialog div dl dt fieldset"
    " figcaption figure footer form h1 h2 h3 h4 h5 h6 header hr html li main menu ol p pre section"
    " summary table tbody td tfoot th thead tr ul"
)
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_HIDDEN = re.compile(r"(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*hidden)", re.I)


def read(content: bytes, name: str) -> Document:
    """The text of a page, its places counted in paragraphs. Raises InputError if it is broken."""
    soup = parsed(content, name)
    return Document(
        markdown_of(soup, name),
        Places(unit=Unit.PARAGRAPH),
        left_out="some of its letters could not be read" * soup.contains_replacement_characters,
        remedy="Save it in UTF-8 and hand it in again.",
    )


def parsed(content: bytes | str, name: str) -> BeautifulSoup:
    """The elements of a page. Raises InputError if it is broken."""
    from bs4 import BeautifulSoup
    from bs4.exceptions import ParserRejectedMarkup

    try:
        # Of markup that looks like something else, and of letters in no encoding.
        with warnings.catch_warnings(action="ignore"), quiet("bs4"):
            return BeautifulSoup(content, "html.parser")
    except ParserRejectedMarkup as error:
        raise InputError(
            f"{name} cannot be read as HTML: its markup is broken.",
            "Open it in a browser, copy its text into a plain text file (.txt), hand that in.",
        ) from error


def markdown_of(soup: BeautifulSoup, name: str) -> str:
    """What a page says, as Markdown; a paragraph, item or row stands on one line."""
    main = soup.find("main") or soup.find(role="main")
    page = Outline()
    page.take(main if main is not None and main.get_text(strip=True) else soup)
    title = " ".join(soup.title.get_text().split()) if soup.title else ""
    text = page.text(title)
    if len(text) > MAX_TEXT:
        raise too_long(name)
    return text


class Outline:
    """Lines of Markdown, taken from the elements of a page in order."""

    def __init__(self) -> None:
        self.blocks: list[tuple[str, str]] = []
        """Kind (heading, prose, item, row, code) and text."""
        self._words: list[str] = []
        self._kind, self._mark = "prose", ""
        self._lists: list[int | None] = []

    def text(self, title: str = "") -> str:
        """The blocks with blank lines between them; items and rows stay together.

        The title is taken where no heading stands.
        """
        blocks = self.blocks
        if title and not any(kind == "heading" for kind, _ in blocks):
            blocks = [("heading", f"# {title}"), *blocks]
        parts: list[str] = []
        before = ""
        for kind, text in blocks:
            parts.append("" if not parts else "\n" if kind == before in ("item", "row") else "\n\n")
            parts.append(text)
            before = kind
        return "".join([*parts, "\n"]) if parts else ""

    def take(self, page: Tag) -> None:
        """Take in what an element says, and all in it, however deep they nest."""
        from bs4.element import CData, NavigableString, Tag

        left: list[PageElement | Ending] = [page]
        while left:
            part = left.pop()
            if isinstance(part, Tag):
                ending = self._begin(part)
                if ending is not None:
                    left += [ending, *reversed(part.contents)]
            elif callable(part):
                part()
            elif type(part) in (NavigableString, CData):  # comments and doctypes say nothing
                self._words.append(re.sub(r"\s+", " ", str(part)))
        self.end()

    def _begin(self, element: Tag) -> Ending | None:
        """Begin an element; gives what is to be done at its end, or None if it is done already."""
        name = element.name
        if name in _UNSAID or _is_hidden(element):
            return None
        if name == "br":
            self._words.append("\n")
            return None
        if name in _BLOCKS:
            self.end()
        if name == "pre":
            self._code(element.get_text())
            return None
        if name == "tr" and (cells := _cells(element)):
            self.blocks.append(("row", f"| {' | '.join(cells)} |"))
            return None
        if name in ("ul", "ol"):
            self._lists.append(0 if name == "ol" else None)
            return self._end_list
        if name in _HEADINGS:
            self._kind, self._mark = "heading", "#" * int(name[1]) + " "
            return self._end_marked
        if name == "li":
            self._kind, self._mark = "item", self._bullet()
            return self._end_marked
        return self.end if name in _BLOCKS else _nothing

    def _end_marked(self) -> None:
        self.end()
        self._kind, self._mark = "prose", ""

    def _end_list(self) -> None:
        self.end()
        self._lists.pop()

    def _bullet(self) -> str:
        number = self._lists[-1] if self._lists else None
        if number is not None:
            self._lists[-1] = number + 1
        mark = "- " if number is None else f"{number + 1}. "
        return "  " * (len(self._lists) - 1) + mark

    def end(self) -> None:
        """End the line that is being taken in; the mark waits for words to stand before."""
        lines = [" ".join(line.split()) for line in "".join(self._words).split("\n")]
        text = "\n".join(filter(None, lines))
        self._words = []
        if text:
            self.blocks.append((self._kind, self._mark + text))
            self._kind, self._mark = "prose", ""

    def _code(self, text: str) -> None:
        if text.strip():
            code = text.strip("\n").replace("```", "'''")
            self.blocks.append(("code", f"```\n{code}\n```"))


def _nothing() -> None:
    """Inside of a line, nothing is to be done at the end of an element."""


def _is_hidden(element: Tag) -> bool:
    return element.has_attr("hidden") or bool(_HIDDEN.search(str(element.get("style", ""))))


def _cells(row: Tag) -> list[str]:
    """The texts of a row's cells; none where a table only lays out what is no table."""
    cells = row.find_all(["td", "th"], recursive=False)
    if len(cells) < 2 or row.find(["table", "pre", *_HEADINGS]) is not None:
        return []
    return [_cell(cell) for cell in cells]


def _cell(cell: Tag) -> str:
    inside = Outline()
    inside.take(cell)
    return "; ".join(text.lstrip("- ").replace("\n", "; ") for _, text in inside.blocks)
