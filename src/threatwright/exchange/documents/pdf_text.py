"""The lines of a PDF's pages as Markdown: headings by their size, paragraphs by their distance."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from functools import cached_property
from itertools import pairwise

from threatwright.engine.text.sentences import word_set
from threatwright.exchange.documents.pdf_lines import Line

_LARGER = 1.1
"""Times the size of most text: a heading."""
_APART = 1.3
"""Times the usual distance of lines: a new paragraph."""
_SHORT = 0.7
"""Of the length of most full lines: what ends before had room for a word, so it ends something."""
_LONGEST_HEADING = 200
_END = 80
"""Characters at the end of a line, where what breaks off or counts pages is looked for."""

_ITEM = re.compile(r"(?:-|\(?(?:\d{1,3}|[a-z])[.)]) ")
_ENDS = re.compile(r"[.!?:;…][\"'”’)]*$")
_NUMBER = re.compile(r"(?:page\s+)?\d+(?:\s*(?:of|/)\s*\d+)?|[-–]\s*\d+\s*[-–]|[ivxl]+", re.I)
_LISTED = re.compile(r"(?:\.\s?){4,}\s*\d+$")
"""An entry of a table of contents."""
_ROW = re.compile(r"\|")
_BROKEN = re.compile(r"(\w+)[-\u2010\u00ad]$")
_REST = re.compile(r"([^\W\d_]\w*)(\S*)\s*")
_PREFIXES = word_set(
    "anti auto co cross e inter intra mid multi non off on post pre re self semi sub"
)


def text_of(pages: Sequence[Sequence[Line]]) -> tuple[str, tuple[int, ...]]:
    """The text of the pages, and with which of its lines each page begins, counted from 1."""
    pages = [
        [line for line in page if not _LISTED.search(line.text[-_END:])]
        for page in _without_running_heads(pages)
    ]
    page_text = _Text(_Look(pages))
    starts = []
    for page in pages:
        starts.append(len(page_text.lines) + 1)
        page_text.take(page)
    if not page_text.lines:
        return "", ()
    return "\n".join([*page_text.lines, ""]), tuple(starts)


def _without_running_heads(pages: Sequence[Sequence[Line]]) -> list[list[Line]]:
    """The pages without lines at the top or bottom that stand on several, or only number them."""
    outer = [_outer(page) for page in pages]
    same = Counter(text for lines in outer for text in {line.text for line in lines})
    alike = Counter(text for lines in outer for text in {_numberless(line) for line in lines})
    most = min(3, max(2, len(pages)))
    largest = _LARGER * _usual_size(pages)

    def is_running(line: Line) -> bool:
        is_counting = alike[_numberless(line)] >= most and _numberless(line) != line.text
        return (
            same[line.text] >= most
            or (is_counting and line.size < largest)  # a larger one is the title of a chapter
            or _NUMBER.fullmatch(line.text) is not None
        )

    return [
        [line for line in page if not (line in lines and is_running(line))]
        for page, lines in zip(pages, outer, strict=True)
    ]


def _outer(page: Sequence[Line]) -> list[Line]:
    """The lines at the top and the bottom of a page that has more than those."""
    if len(page) < 3:
        return [line for line in page if _NUMBER.fullmatch(line.text)]
    lines = sorted(page, key=lambda line: line.y)
    edge = 1 if len(page) < 6 else 2
    return [*lines[:edge], *lines[-edge:]]


def _numberless(line: Line) -> str:
    return re.sub(r"\d+", "#", line.text)


def _usual_size(pages: Sequence[Sequence[Line]]) -> float:
    sizes = Counter[float]()
    for page in pages:
        for line in page:
            sizes[line.size] += len(line.text)
    return sizes.most_common(1)[0][0] if sizes else 0.0


class _Look:
    """What most of a document looks like, and what its lines are by that."""

    def __init__(self, pages: Sequence[Sequence[Line]]) -> None:
        self._pages = pages
        self._size = _usual_size(pages)

    @cached_property
    def _distance(self) -> float:
        """The usual distance of two lines, in sizes of their letters."""
        ratios = sorted(
            (above.y - below.y) / above.size
            for page in self._pages
            for above, below in pairwise(page)
            if above.size == below.size and 0.5 < (above.y - below.y) / above.size < 3
        )
        return ratios[len(ratios) // 4] if ratios else 1.2

    @cached_property
    def _length(self) -> int:
        """Characters of a full line."""
        lengths = sorted(len(line.text) for page in self._pages for line in page)
        return lengths[len(lengths) * 9 // 10] if lengths else 0

    @cached_property
    def _heading_sizes(self) -> list[float]:
        sizes = {line.size for page in self._pages for line in page if self.is_heading(line)}
        return sorted(sizes, reverse=True)

    def is_heading(self, line: Line) -> bool:
        """Whether a line is larger than most."""
        return (
            line.size >= _LARGER * self._size
            and len(line.text) <= _LONGEST_HEADING
            and any(map(str.isalpha, line.text))
            and not line.text.startswith(("|", "- "))
        )

    def level(self, heading: Line) -> int:
        """The level of a heading, from 1 to 6: the larger, the higher."""
        return min(6, self._heading_sizes.index(heading.size) + 1)

    def goes_on(self, above: Line, below: Line) -> bool:
        """Whether a line carries on what the one before it says."""
        if above.size != below.size or below.text.startswith("|"):
            return False
        is_full = len(above.text) >= _SHORT * self._length
        distance = above.y - below.y
        if distance <= 0:  # of another column or page
            return is_full and not _ENDS.search(above.text)
        if distance > _APART * self._distance * above.size:
            return False
        return is_full or below.text[:1].islower()


class _Text:
    """Lines of Markdown, taken from the lines of pages in order."""

    def __init__(self, look: _Look) -> None:
        self.lines: list[str] = []
        self._look = look
        self._before: Line | None = None

    def take(self, page: Sequence[Line]) -> None:
        """Take in a page."""
        for line in page:
            self._put(line)
            self._before = line

    def _put(self, line: Line) -> None:
        before, is_heading = self._before, self._look.is_heading(line)
        is_item = _ITEM.match(line.text) is not None and not is_heading
        goes_on = before is not None and not is_item and self._look.goes_on(before, line)
        if goes_on and is_heading:
            self.lines[-1] += f" {line.text}"
        elif goes_on:
            self.lines += self._mended(line.text)
        else:
            mark = f"{'#' * self._look.level(line)} " if is_heading else ""
            apart = [""] * bool(before and not self._is_listed(before, line))
            self.lines += [*apart, mark + line.text]

    def _is_listed(self, above: Line, below: Line) -> bool:
        """Whether both are of one list or table, which no blank line parts."""
        return any(mark.match(above.text) and mark.match(below.text) for mark in (_ITEM, _ROW))

    def _mended(self, text: str) -> list[str]:
        """The next line; a word that the line before broke off goes back there."""
        broken, rest = _BROKEN.search(self.lines[-1][-_END:]), _REST.match(text)
        if broken is None or rest is None or not rest[1].islower():
            return [text]
        hyphen = "-" if broken[1].lower() in _PREFIXES else ""
        self.lines[-1] = self.lines[-1][:-1] + hyphen + rest[1] + rest[2]
        return [text[rest.end() :]] if text[rest.end() :] else []
