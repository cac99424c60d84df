"""What surrounds each id of a text: its record, its row, its neighbours, and the name beside it."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from functools import cached_property

from threatwright.knowledge.references import fields, places, tables
from threatwright.knowledge.references.editions import Editions
from threatwright.knowledge.references.ids import Token, tokens
from threatwright.knowledge.references.places import Place

PROSE = (".md", ".markdown", ".txt", ".rst", ".adoc", ".html", ".htm", "")
"""Extensions of files in which an id may be written out without breaking a program."""

_JOINED = re.compile(r"[\s,;/&+\"'`*\[\]()]{0,12}(?:(?:and|or|und|oder)[\s\"'`*\[(]{1,8})?")
_CONTEXT = re.compile(
    r"owasp|\btop[ -]?(?:10|ten)\b|\bllm[ -]applications\b|gen ?ai security", re.IGNORECASE
)
_NIST = re.compile(r"\bNIST\b|\bAI[ -]?RMF\b|nist[_-]ai", re.IGNORECASE)
_RETIRED = re.compile(r"\b(?:retired|withdrawn|superseded|deprecated|discontinued)\b", re.I)
_REPLACED = re.compile(
    r"\b(?:formerly|previously|replac\w+|retired|renamed|superseded|successor|moved|now|old|former"
    r"|used to be|became|deprecated|withdrawn)\b|→|->|=>",
    re.IGNORECASE,
)
_SEPARATED = re.compile(r"[\w \"#-]+(?:,[\w \"#-]+)+\r?\n[^\n,]*,")
_RANGE = re.compile(r"\bLLM01[\s*`]*(?:through|thru|to|until|bis|–|—|-|…|\.{2,3}|→)[\s*`]*$")
_TARGET = re.compile(r"\]\([^()\s]*\)|[^<>\s]{0,200}\"[^<>]{0,200}>")


@dataclass(frozen=True)
class Mention:
    """An id of the text with what surrounds it."""

    page: Page
    number: int
    token: Token

    @cached_property
    def record(self) -> fields.Record | None:
        """The object it is a value or the key of."""
        return fields.record_at(self.page.text, self.token.start, self.token.end)

    @cached_property
    def row(self) -> tables.Row | None:
        """The row of the table that it stands in."""
        return tables.row_at(self.page.text, self.token.start, self.page.suffix)

    @cached_property
    def in_url(self) -> bool:
        """Whether it is a part of an address."""
        return places.in_url(self.page.text, self.token.start)

    @property
    def column(self) -> str:
        """The head of the column it stands in."""
        return self.row.head(self.row.own) if self.row else ""

    def places(self) -> list[Place]:
        """Where its name may stand, the likeliest place first."""
        page, token = self.page, self.token
        found = list(fields.names_beside(self.record)) if self.record else []
        floor, ceiling = page.neighbours(self.number)
        row = self.row
        if row is not None:
            left, right = row.cells[row.own]
            floor, ceiling = max(floor, left), min(ceiling, right)
        found += places.places(page.text, token.start, token.end, floor, ceiling)
        if row is not None:
            found += tables.cells_beside(
                row, page.spans(row.cells[0][0], row.cells[-1][1]), token.kind
            )
        return [place for place in found if page.is_free(place)]

    def group(self) -> list[Token]:
        """The other ids that are listed together with it ("LLM01, AML.T0051")."""
        found: list[Token] = []
        for step in (-1, 1):
            number = self.number
            while 0 <= number + step < len(self.page.tokens) and len(found) < 20:
                one, other = sorted((number, number + step))
                gap = (self.page.tokens[one].end, self.page.tokens[other].start)
                if not self.page.are_listed_together(*gap):
                    break
                number += step
                found.append(self.page.tokens[number])
        return found

    @property
    def ends_a_range(self) -> bool:
        """Whether it stands for the whole list ("LLM01 through LLM10")."""
        before = self.page.text[max(0, self.token.start - 24) : self.token.start]
        return self.token.id.endswith("10") and bool(_RANGE.search(before))

    def is_told_to_be_gone(self, successor: str) -> bool:
        """Whether the text says itself that the id was retired, or replaced by that other one."""
        text, token = self.page.text, self.token
        left, right = tables.line_at(text, token.start)
        near = text[max(left, token.start - 160) : min(right, token.end + 160)]
        return bool(_RETIRED.search(near) or (successor in near and _REPLACED.search(near)))

    @cached_property
    def has_context(self) -> bool:
        """Whether the text around it speaks of OWASP, so that a bare `LLM06` is an id of theirs."""
        page, token = self.page, self.token
        if self._is_part_of_a_word():
            return False
        left, right = tables.line_at(page.text, token.start)
        near = page.text[max(left, token.start - 400) : min(right, token.end + 400)]
        if _CONTEXT.search(near) or "AML." in near or _CONTEXT.search(self.column):
            return True
        if page.suffix in tables.SEPARATED:
            return False
        if not token.well_formed and token.edition is None:
            return page.speaks_of_owasp and self._stands_among_others(near)
        return page.speaks_of_owasp

    def _stands_among_others(self, near: str) -> bool:
        """Whether right ids of the same list stand nearby ("LLM10, LLM11")."""
        prefix = self.token.id.rstrip("0123456789")
        return bool(re.search(rf"(?<![A-Za-z0-9-]){prefix}(?:0[1-9]|10)(?![A-Za-z0-9-])", near))

    def _is_part_of_a_word(self) -> bool:
        """`gpu-LLM06`, `LLM06_host`: a name of something, unless OWASP stands in it as well."""
        text, token = self.page.text, self.token
        before = text[max(0, token.start - 24) : token.start]
        after = text[token.end : token.end + 6]
        if re.search(r"owasp[\w:./-]*$", before, re.IGNORECASE) or self.in_url:
            return False
        joins = bool(re.search(r"[A-Za-z0-9][-_./:]$", before)) and not self.page.ends_at(
            token.start - 1
        )
        return joins or bool(
            re.match(r"[-_](?!\d\d?(?!\w))\w", after) and not self.page.starts_at(token.end + 1)
        )

    @property
    def has_nist_context(self) -> bool:
        """Whether the text speaks of the NIST AI RMF at all."""
        return self.page.speaks_of_nist


class Page:
    """A text and all that looks like an id in it."""

    def __init__(self, text: str, file: str = "") -> None:
        self.text = text
        self.file = file
        name = file.replace("\\", "/").rsplit("/", 1)[-1]
        self.suffix = "." + name.rsplit(".", 1)[-1].lower() if "." in name else ""
        if not self.suffix and _SEPARATED.match(text):
            self.suffix = ".csv"
        self.tokens = tuple(tokens(text))
        self._starts = [token.start for token in self.tokens]
        self._ends = {token.end for token in self.tokens}
        self._lines = [0, *(m.end() for m in re.finditer(r"\r\n?|\n", text))] if self.tokens else []

    @property
    def mentions(self) -> list[Mention]:
        """The ids with their surroundings, in order."""
        return [Mention(self, number, token) for number, token in enumerate(self.tokens)]

    @cached_property
    def editions(self) -> Editions:
        """What the text says of editions."""
        return Editions(self.text, self.file)

    @cached_property
    def speaks_of_owasp(self) -> bool:
        """Whether an OWASP list is named anywhere."""
        return bool(
            _CONTEXT.search(self.text)
            or _CONTEXT.search(self.file)
            or any(token.edition and token.well_formed for token in self.tokens)
        )

    @cached_property
    def speaks_of_nist(self) -> bool:
        """Whether the NIST AI RMF is named anywhere."""
        return bool(_NIST.search(self.text) or _NIST.search(self.file))

    def position(self, at: int) -> tuple[int, int]:
        """Line and column, both from 1."""
        line = bisect_right(self._lines, at)
        return line, at - self._lines[line - 1] + 1

    def neighbours(self, number: int) -> tuple[int, int]:
        """Where the id before it ends, and where the id behind it (and its link) starts."""
        token = self.tokens[number]
        floor = self.tokens[number - 1].end if number else 0
        link = _TARGET.match(self.text, token.end)
        after = bisect_left(self._starts, link.end() if link else token.end)
        after = max(after, number + 1)
        return floor, self._starts[after] if after < len(self._starts) else len(self.text)

    def are_listed_together(self, end: int, start: int) -> bool:
        """Whether nothing but what joins a list stands between two ids. Lines alone do not."""
        between = self.text[end : min(start, end + 25)]
        if start - end > 24 or ("\n" in between and "," not in between):
            return False
        return bool(_JOINED.fullmatch(between))

    def spans(self, low: int, high: int) -> tuple[tuple[int, int], ...]:
        """The ids between two places of the text."""
        some = self.tokens[bisect_left(self._starts, low) : bisect_left(self._starts, high)]
        return tuple((token.start, token.end) for token in some)

    def starts_at(self, at: int) -> bool:
        """Whether an id starts there."""
        number = bisect_left(self._starts, at)
        return number < len(self._starts) and self._starts[number] == at

    def ends_at(self, at: int) -> bool:
        """Whether an id ends there."""
        return at in self._ends

    def is_free(self, place: Place) -> bool:
        """Whether no id stands in the place."""
        return not self.spans(place.start, place.end)
