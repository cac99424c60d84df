"""Which edition of the OWASP list for LLM applications a place of a text speaks of."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from enum import Enum

from threatwright.knowledge.references.names import FIRST

_EDITIONS = {"2025": "2025", "2.0": "2025", "2026": "2026"} | dict.fromkeys(
    ("2023", "1.0", "1.1"), FIRST
)
_YEAR = r"(?P<{}>20\d\d(?!\d|-\d\d)|(?<=v)(?:1\.[01]|2\.0))"
_LISTED = (
    r"(?:for|of|the|large|language|models?|llms?|gen|genai|ai|risks?|vulnerabilities|applications?"
    r"|apps?|and|security|lists?|edition|version|project|release|owasp|top|10|ten)"
)
_JOIN = r"[\s_:,;'\"*()–—/-]{0,6}"
_LIST_WORDS = rf"(?:{_JOIN}(?<![a-z]){_LISTED}(?![a-z])){{0,12}}"
_SIGNS = re.compile(
    "|".join(
        (
            # as in: OWASP Top 10 for LLM Applications 2025; LLM Top 10 (v1.1); owasp_llm_2025
            rf"(?:owasp|\bllms?|gen[ _-]?ai){_LIST_WORDS}"
            rf"{_JOIN}v?{_YEAR.format('a')}",
            rf"\btop[\s_-]*(?:10|ten){_LIST_WORDS}"
            rf"{_JOIN}v?{_YEAR.format('b')}",
            # as in: the 2026 list; 2025 edition; 2026 OWASP LLM Top 10
            rf"(?<![\d-]){_YEAR.format('c')}\*{{0,2}}['’]?s?\s+(?:editions?|names?|lists?"
            r"|versions?|numbering|numbers?|ids|release|owasp|(?:llm\s+)?top)\b",
            # as in: the same list, 2026; and a field `edition`
            rf"\b(?:edition|version|list)[\"'*]*[,:=]?\s*[\"'(*]*{_YEAR.format('d')}",
            # attached to another id
            r"\bLLM(?:0\d|10)(?::\s?|[_/-]|\s?[(\[])(?P<e>20\d\d)(?!\d|-\d\d)",
            r"(?<=/)llm\d\d(?P<f>20\d\d)(?=-)",
            # as in: v1.1 LLM02
            r"\bv(?P<g>1\.1)\b(?=[^\n]{0,12}\bLLM\d\d)",
        )
    ),
    re.IGNORECASE,
)
_OTHER_LIST = re.compile(
    r"agentic|\basi|machine\s+learning|owasp[\s_-]*ml|nist|atlas|\bapi\b|\bweb\b", re.IGNORECASE
)
_FIELD = re.compile(r"[\"'](?:edition|version|release)[\"']\s*:")
_LONE_YEAR = re.compile(
    r"(?:^|[|,;\t(\[>])\s*[\"']?(?P<y>2023|2025|2026)[\"']?\s*(?:$|[|,;\t)\]<])", re.MULTILINE
)
_HEADING = re.compile(
    r"^[ \t]{0,3}(?P<marks>#{1,6})[ \t][^\r\n]*|^(?P<equals>={1,5})[ \t][^\r\n]*"
    r"|<h(?P<level>[1-6])\b[^<>]{0,200}>.{0,400}?</h\d>",
    re.MULTILINE | re.IGNORECASE | re.DOTALL,
)
_PARAGRAPH = re.compile(r"\n[ \t]*\r?\n")
_LINE_REACH = 400


class Ground(Enum):
    """How it is known."""

    STATED = "stated beside it"
    FILE = "stated elsewhere in the file"
    NONE = "not stated"


@dataclass(frozen=True, slots=True)
class _Sign:
    """Words that name an edition."""

    at: int
    edition: str
    is_field: bool
    """It is a field of some object: it tells nothing of the next object."""


@dataclass(frozen=True, slots=True)
class _Section:
    start: int
    body: int
    level: int
    above: _Section | None


class Editions:
    """What a text says of editions, and where."""

    def __init__(self, text: str, file: str = "") -> None:
        self._text = text
        signs = _signs(text)
        self._all = {sign.edition for sign in signs}
        self._signs = [sign for sign in signs if not sign.is_field]
        self._starts = [sign.at for sign in self._signs]
        self._sections = _sections(text)
        self._heads = [section.start for section in self._sections]
        self._file = {s.edition for s in _signs(file.replace("\\", "/").rsplit("/", 1)[-1])}

    def at(self, start: int, end: int, column: str = "") -> tuple[str | None, Ground]:
        """The edition that holds for the id there; None if it cannot be told.

        `column` is the head of the column that it stands in.
        """
        if years := {sign.edition for sign in _signs(column)}:
            return (years.pop() if len(years) == 1 else None), Ground.STATED
        for find in (self._line, self._paragraph, self._section):
            if year := find(start, end):
                return year, Ground.STATED
        for years in (self._all, self._file):
            if years:
                return (next(iter(years)) if len(years) == 1 else None), Ground.FILE
        return None, Ground.NONE

    def _between(self, low: int, high: int) -> list[_Sign]:
        return self._signs[bisect_left(self._starts, low) : bisect_left(self._starts, high)]

    def _line(self, start: int, end: int) -> str | None:
        text = self._text
        left = max(text.rfind("\n", max(0, start - _LINE_REACH), start) + 1, start - _LINE_REACH)
        right = text.find("\n", end, end + _LINE_REACH)
        right = min(len(text), end + _LINE_REACH) if right < 0 else right
        if before := self._between(left, start):
            return before[-1].edition
        if after := self._between(end, right):
            return after[0].edition
        lone = {_EDITIONS[found["y"]] for found in _LONE_YEAR.finditer(text, left, right)}
        return lone.pop() if len(lone) == 1 else None

    def _paragraph(self, start: int, _end: int) -> str | None:
        low = max(0, start - 10 * _LINE_REACH)
        breaks = [b.end() for b in _PARAGRAPH.finditer(self._text, low, start)]
        found = self._between(breaks[-1] if breaks else low, start)
        return found[-1].edition if found else None

    def _section(self, start: int, _end: int) -> str | None:
        """The nearest sign before it in its own section, then in the headings above."""
        number = bisect_right(self._heads, start) - 1
        section = self._sections[number] if number >= 0 else None
        if section is None:
            return None
        if found := self._between(section.body, start):
            return found[-1].edition
        while section is not None:
            if years := {sign.edition for sign in self._between(section.start, section.body)}:
                return years.pop() if len(years) == 1 else None
            section = section.above
        return None


def _signs(text: str) -> list[_Sign]:
    """All that names an edition of this list, in order."""
    found = []
    for sign in _SIGNS.finditer(text):
        year = next(sign[group] for group in "abcdefg" if sign[group])
        around = text[max(0, sign.start() - 30) : sign.end() + (60 if sign["c"] else 0)]
        another = _OTHER_LIST.search(around.rsplit("\n", 1)[-1]) and "llm" not in around.lower()
        if year in _EDITIONS and not another:
            is_field = bool(_FIELD.search(text, max(0, sign.start() - 1), sign.end()))
            found.append(_Sign(sign.start(), _EDITIONS[year], is_field))
    return found


def _sections(text: str) -> list[_Section]:
    sections: list[_Section] = []
    above: _Section | None = None
    for head in _HEADING.finditer(text):
        level = len(head["marks"] or head["equals"] or "") or int(head["level"] or 1)
        while above is not None and above.level >= level:
            above = above.above
        above = _Section(head.start(), head.end(), level, above)
        sections.append(above)
    return sections


def edition_of(stated: str) -> str:
    """The edition that a stated year or version means; the year itself if there was none."""
    return _EDITIONS.get(stated, stated)


def year_in(value: str) -> str | None:
    """The year or version in the value of a field."""
    found = re.search(r"(?<![\d.-])(20\d\d|[12]\.[01])(?![\d.-])", value)
    return found.group() if found else None
